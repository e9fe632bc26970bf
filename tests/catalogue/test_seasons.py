"""Season and days without."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.errors import Invalid
from catalogue.seasons import (
    Exceptions,
    Period,
    covers,
    exceptions_from_json,
    exceptions_to_json,
    format_exceptions,
    format_period,
    parse_exceptions,
    parse_period,
    period_from_json,
    period_to_json,
)

days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
closed = st.tuples(days, days).map(lambda pair: Period(min(pair), max(pair)))
periods = closed | days.map(lambda day: Period(day, None)) | days.map(lambda day: Period(None, day))
exceptions = st.lists(closed | days.map(lambda day: Period(day, day)), max_size=5).map(
    lambda found: parse_exceptions("; ".join(map(format_period, found)))
)


@given(periods)
def test_every_period_is_read_back(period: Period) -> None:
    assert parse_period(format_period(period)) == period
    assert period_from_json(period_to_json(period)) == period


@given(exceptions)
def test_all_exceptions_are_read_back(pauses: Exceptions) -> None:
    assert parse_exceptions(format_exceptions(pauses)) == pauses
    assert exceptions_from_json(exceptions_to_json(pauses)) == pauses


def test_the_forms_of_the_table_are_read() -> None:
    assert parse_period("2026-09-01/2027-04-30") == Period(date(2026, 9, 1), date(2027, 4, 30))
    assert parse_period(" 2026-09-01 / ") == Period(date(2026, 9, 1), None)
    assert parse_period("/2027-04-30") == Period(None, date(2027, 4, 30))
    assert parse_period("2026-09-01") == Period(date(2026, 9, 1), date(2026, 9, 1))
    assert parse_exceptions("2027-02-15;2026-12-21/2027-01-03; 2027-02-15") == (
        Period(date(2026, 12, 21), date(2027, 1, 3)),
        Period(date(2027, 2, 15), date(2027, 2, 15)),
    )
    assert parse_exceptions("") == ()


def test_exceptions_are_written_in_order_and_a_day_once() -> None:
    cell = "2027-02-15/2027-02-15; 2026-12-21/2027-01-03"
    assert format_exceptions(parse_exceptions(cell)) == "2026-12-21/2027-01-03; 2027-02-15"


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "/",
        "2026-02-30",
        "2026-09-01/2026-08-31",
        "1989-12-31/",
        "/2101-01-01",
        "0206-09-01/",
        "01.08 - 31.07",
        "20260901/",
        "2026-W36-2/",
        "2026-09-01/2026-10-01/2026-11-01",
        "٢٠٢٦-09-01/",
    ],
)
def test_impossible_periods_are_refused(cell: str) -> None:
    with pytest.raises(Invalid):
        parse_period(cell)


@pytest.mark.parametrize("cell", ["2026-12-21/", "/2026-12-21", "jul", "2026-12-21, 2026-12-28"])
def test_days_without_need_both_ends(cell: str) -> None:
    with pytest.raises(Invalid):
        parse_exceptions(cell)


@pytest.mark.parametrize(
    "stored",
    [
        None,
        {},
        {"first": None, "last": None},
        {"first": 3, "last": None},
        {"first": "x", "last": None},
    ],
)
def test_a_damaged_stored_period_is_refused(stored: object) -> None:
    with pytest.raises(Invalid):
        period_from_json(stored)
    with pytest.raises(Invalid):
        exceptions_from_json([stored])
    with pytest.raises(Invalid):
        exceptions_from_json(stored)


def test_a_period_covers_both_its_ends_and_an_open_end_everything() -> None:
    season = parse_period("2026-09-01/2026-09-30")
    assert covers(season, date(2026, 9, 1))
    assert covers(season, date(2026, 9, 30))
    assert not covers(season, date(2026, 8, 31))
    assert not covers(season, date(2026, 10, 1))
    assert covers(parse_period("2026-09-01/"), date(2099, 1, 1))
    assert not covers(parse_period("2026-09-01/"), date(2026, 8, 31))
