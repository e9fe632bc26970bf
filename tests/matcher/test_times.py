"""How meetings suit a citizen's week."""

from dataclasses import replace
from datetime import date, time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.schedules import Meeting, Schedule
from matcher.answer import match
from matcher.need import DAYS, TimeWindow
from matcher.rows import every
from matcher.times import Meetings, share_of_times
from tests.builders import a_need, an_index, an_offer

AFTERNOONS = a_need(times=[{"days": ["mon", "wed"], "from": "12:00", "to": "16:00"}]).times


@pytest.mark.parametrize(
    ("times", "share"),
    [
        (None, None),  # nobody knows
        ("man", None),  # the day suits, the hour is not known
        ("tor", 0.0),  # the hour is not known, but it is not that day
        ("man 13:00", None),  # begins in time, may last too long
        ("man 13:00-15:00", 1.0),
        ("man 11:45-16:15", 1.0),  # a quarter of an hour off is possible
        ("man 11:30-15:00", 0.0),
        ("tir 13:00-15:00", 0.0),
        ("man 13:00-15:00; tor 13:00-15:00", 0.75),  # one of two is enough, both are better
    ],
)
def test_meetings_within_the_windows_count(times: str | None, share: float | None) -> None:
    assert share_of_times(an_offer(times=times), AFTERNOONS) == share


@pytest.mark.parametrize(("times", "share"), [("man 10:00-12:45", 1.0), ("man 10:00-12:44", 0.0)])
def test_where_one_may_drop_in_three_quarters_of_an_hour_are_enough(
    times: str, share: float
) -> None:
    assert share_of_times(an_offer(times=times, yes=["drop_in"]), AFTERNOONS) == share
    assert share_of_times(an_offer(times=times, no=["drop_in"]), AFTERNOONS) == 0.0
    assert share_of_times(an_offer(times=times), AFTERNOONS) == 0.0


def test_age_counts_from_the_newest_statement_and_never_into_the_future() -> None:
    index = an_index(an_offer(stated_on=date(2026, 11, 1)))

    def said(on: date) -> tuple[str, object]:
        (found,) = match(index, a_need(), home=None, on=on).matches
        return found.verdicts[-1].key, found.verdicts[-1].values.get("days")

    assert said(date(2026, 11, 24)) == ("fresh.days", 23)
    assert said(date(2026, 10, 1)) == ("fresh.today", None)
    (undated,) = match(an_index(an_offer()), a_need(), home=None, on=date(2026, 11, 24)).matches
    assert undated.verdicts[-1].key == "fresh.undated"


CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 5, 15, 30, 45, 59]))
MEETINGS = st.one_of(
    st.builds(Meeting, st.integers(0, 6)),
    st.builds(Meeting, st.integers(0, 6), CLOCKS),
    st.tuples(st.integers(0, 6), CLOCKS, CLOCKS)
    .filter(lambda one: one[1] != one[2])
    .map(lambda one: Meeting(*one)),
)
WINDOWS = (
    st.tuples(st.sets(st.sampled_from(DAYS), min_size=1), CLOCKS, CLOCKS)
    .filter(lambda one: one[1] < one[2])
    .map(
        lambda one: TimeWindow.model_validate(
            {"days": tuple(sorted(one[0])), "from": one[1], "to": one[2]}
        )
    )
)
WEEKS = st.none() | st.lists(MEETINGS, max_size=4).map(lambda held: Schedule(tuple(held)))


@given(
    st.lists(st.tuples(WEEKS, st.sampled_from(["yes", "no", "likely", ""])), max_size=5),
    st.lists(WINDOWS, min_size=1, max_size=3),
    st.integers(0, 5),
)
def test_the_columns_agree_with_one_offer_at_a_time(
    weeks: list[tuple[Schedule | None, str]], windows: list[TimeWindow], skipped: int
) -> None:
    offers = [
        replace(an_offer(str(n), **({said: ["drop_in"]} if said else {})), times=times)
        for n, (times, said) in enumerate(weeks)
    ]
    meetings = Meetings.of(offers)
    first = min(skipped, len(offers))
    rows = every(len(offers))[first:]
    drop_in = np.array([said == "yes" for _, said in weeks[first:]], dtype=bool)
    expected = [
        np.nan if (share := share_of_times(offer, windows)) is None else share
        for offer in offers[first:]
    ]
    np.testing.assert_array_equal(meetings.shares(windows, drop_in, rows), expected)
