"""The times of a rhythm."""

from datetime import UTC, datetime, timedelta

import pytest

from scrapers.slots import has_begun, slot_of
from scrapers.sources import Rhythm

MONDAY = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rhythm", "slot"),
    [
        (Rhythm.HOURLY, "2026-11-30T12"),
        (Rhythm.DAILY, "2026-11-30"),
        (Rhythm.WEEKLY, "2026-W49"),
        (Rhythm.MONTHLY, "2026-11"),
    ],
)
def test_a_slot_is_named_after_its_time(rhythm: Rhythm, slot: str) -> None:
    assert slot_of(rhythm, MONDAY) == slot


def test_days_are_those_of_denmark() -> None:
    assert slot_of(Rhythm.DAILY, datetime(2026, 11, 30, 23, 30, tzinfo=UTC)) == "2026-12-01"
    assert slot_of(Rhythm.WEEKLY, datetime(2027, 1, 1, 12, tzinfo=UTC)) == "2026-W53"


@pytest.mark.parametrize("rhythm", Rhythm)
def test_every_moment_of_a_year_lies_in_one_slot_that_begins_once(rhythm: Rhythm) -> None:
    begun: dict[str, bool] = {}
    for hour in range(24 * 365):
        at = MONDAY + timedelta(hours=hour)
        slot, now = slot_of(rhythm, at), has_begun("source:x", rhythm, at)
        assert now or not begun.get(slot), f"{slot} has begun, and then it has not"
        begun[slot] = now
    assert all(list(begun.values())[:-1])


def test_nightly_work_begins_at_different_minutes() -> None:
    def first(job: str) -> int:
        night = datetime(2026, 12, 1, 23, tzinfo=UTC)
        return next(
            minute
            for minute in range(24 * 60)
            if has_begun(job, Rhythm.DAILY, night + timedelta(minutes=minute))
        )

    minutes = {first(f"source:{number}") for number in range(40)}
    assert len(minutes) > 30
    assert min(minutes) >= 60
    assert max(minutes) < 300


def test_a_week_that_was_missed_on_monday_is_made_up_for_on_tuesday_at_once() -> None:
    tuesday = datetime(2026, 12, 1, 0, 1, tzinfo=UTC)
    assert has_begun("source:x", Rhythm.WEEKLY, tuesday)
