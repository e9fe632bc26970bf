"""How meetings suit a citizen's week."""

from datetime import date

import pytest

from matcher.times import age_days, share_of_times
from tests.builders import a_need, an_offer

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
    offer = an_offer(stated_on=date(2026, 11, 1))
    assert age_days(offer, date(2026, 11, 24)) == 23
    assert age_days(offer, date(2026, 10, 1)) == 0
    assert age_days(an_offer(), date(2026, 11, 24)) is None
