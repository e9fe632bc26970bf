"""Danish days, periods and one-off meetings: what is sure is read, the rest is left."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.dates import read_day, read_one_off, read_period
from catalogue.errors import Invalid
from catalogue.schedules import format_times
from catalogue.seasons import format_period

ON = date(2026, 11, 22)
MONTHS = (
    "januar februar marts april maj juni juli august september oktober november december"
).split()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("16-09-2026", date(2026, 9, 16)),
        ("16.9.2026", date(2026, 9, 16)),
        ("16/9-2026", date(2026, 9, 16)),
        ("2026-09-16", date(2026, 9, 16)),
        ("16. sept. 2026", date(2026, 9, 16)),
        ("d. 5. maj 2026.", date(2026, 5, 5)),
        ("Ons. d. 16. september 2026", date(2026, 9, 16)),
        ("onsdag den 16. september 2026", date(2026, 9, 16)),
    ],
)
def test_a_day_is_read(text: str, day: date) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize(
    "text", ["16.9.26", "16. september", "30. februar 2026", "snart", "", "13-13-2026", "1" * 500]
)
def test_an_unsure_day_is_left_alone(text: str) -> None:
    assert read_day(text) is None


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("01-08-2026 - 31-07-2027", "2026-08-01/2027-07-31"),
        ("Periode: 01-08-2026 - 31-07-2027", "2026-08-01/2027-07-31"),
        ("01.08 - 31.07", "2026-08-01/2027-07-31"),
        ("1. september til 30. april", "2026-09-01/2027-04-30"),
        ("fra 1. sep. 2026 til 1. maj 2027", "2026-09-01/2027-05-01"),
        ("1. september - 30. april 2027", "2026-09-01/2027-04-30"),
        ("1/9 - 30/4", "2026-09-01/2027-04-30"),
        ("01.01 - 31.05", "2027-01-01/2027-05-31"),
        ("01.06 - 31.05", "2026-06-01/2027-05-31"),
        ("4. - 5. juli 2026", "2026-07-04/2026-07-05"),
        ("1. okt. 2026 t.o.m. 31. marts 2027", "2026-10-01/2027-03-31"),
    ],
)
def test_a_period_is_read(text: str, period: str) -> None:
    found = read_period(text, ON)
    assert found is not None and format_period(found) == period


@pytest.mark.parametrize(
    "text",
    ["uge 36 - 17", "1.9.2026 - 30.4", "vinterhalvåret", "29.02 - 30.04", "13.13 - 14.14", "8-10"],
)
def test_an_unsure_period_is_left_alone(text: str) -> None:
    assert read_period(text, ON) is None


def test_a_season_that_is_over_may_be_the_next_one_and_is_left_alone() -> None:
    assert read_period("01.09 - 30.04", date(2027, 6, 15)) is None
    assert read_period("01.09 - 30.04", date(2027, 8, 15)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "31-07-2027 - 01-08-2026",
        "1. september 2026 - 30. april 2026",
        "Tors. d. 16. september 2026 - 30-09-2026",
    ],
)
def test_a_period_that_contradicts_itself_is_said(text: str) -> None:
    with pytest.raises(Invalid):
        read_period(text, ON)


@pytest.mark.parametrize(
    ("text", "period", "times"),
    [
        ("Ons. d. 16. september 2026, kl. 10-15.", "2026-09-16/2026-09-16", "ons 10:00-15:00"),
        ("Ons. 26. aug. 2026 kl. 10:00", "2026-08-26/2026-08-26", "ons 10:00"),
        ("16. september 2026", "2026-09-16/2026-09-16", "ons"),
        (
            "Lør. d. 4. juli - søn. d. 5. juli 2026, kl. 10-15.",
            "2026-07-04/2026-07-05",
            "lør 10:00-15:00; søn 10:00-15:00",
        ),
        (
            "Ons. d. 16. september 2026, kl. 12 og et par timer frem",
            "2026-09-16/2026-09-16",
            '"Ons. d. 16. september 2026, kl. 12 og et par timer frem"',
        ),
        (
            "1. januar 2026 - 31. december 2026, kl. 10-15",
            "2026-01-01/2026-12-31",
            '"1. januar 2026 - 31. december 2026, kl. 10-15"',
        ),
    ],
)
def test_a_one_off_meeting_is_read(text: str, period: str, times: str) -> None:
    found = read_one_off(text)
    assert found is not None
    assert (format_period(found.period), format_times(found.schedule)) == (period, times)


def test_a_weekday_that_the_day_is_not_is_said() -> None:
    with pytest.raises(Invalid, match="is no tor"):
        read_one_off("Tors. d. 16. september 2026, kl. 10-15.")
    with pytest.raises(Invalid, match="is no man"):
        read_day("mandag 16-09-2026")


@pytest.mark.parametrize("text", ["hver onsdag kl. 19", "kl. 10-15", "", "efter aftale"])
def test_what_is_no_date_is_no_one_off_meeting(text: str) -> None:
    assert read_one_off(text) is None


@given(st.dates(date(1991, 1, 1), date(2099, 12, 31)), st.integers(0, 6))
def test_every_day_is_read_in_every_way_it_is_written(day: date, span: int) -> None:
    last = day + timedelta(days=span)
    words = f"{day.day}. {MONTHS[day.month - 1]} {day.year}"
    for text in (words, f"{day:%d-%m-%Y}", f"{day:%d.%m.%Y}", day.isoformat()):
        assert read_day(text) == day
        found = read_period(f"{text} - {last:%d-%m-%Y}", ON)
        assert found is not None and (found.first, found.last) == (day, last)


@given(st.text(max_size=80))
def test_any_text_is_read_or_left_alone(text: str) -> None:
    for read in (read_day, read_one_off, lambda words: read_period(words, ON)):
        try:
            read(text)
        except Invalid as error:
            assert "\n" not in str(error)
