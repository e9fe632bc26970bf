"""The calendar of an offer, as a calendar program reads it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import icalendar
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.formats.ical import calendar
from catalogue.published import Place, PublishedOffer
from catalogue.schedules import Meeting, Schedule, Weeks, next_dates
from catalogue.seasons import Period
from tests.builders import ON, an_offer

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
HORIZON = timedelta(days=380)


def read(offer: PublishedOffer, on: date = ON) -> list[tuple[date, time | None]]:
    """Day and hour of each meeting that a calendar program shows in the next year."""
    found = icalendar.Calendar.from_ical(calendar(offer, after=on, at=AT))
    events = recurring_ical_events.of(found).between(on, on + HORIZON)
    starts = [event["dtstart"].dt for event in events]
    return sorted(
        ((one.date(), one.time()) if isinstance(one, datetime) else (one, None) for one in starts),
        key=lambda one: (one[0], one[1] or time(0)),
    )


def test_a_weekly_meeting_recurs_at_the_same_hour_in_summer_and_winter() -> None:
    found = read(an_offer(times="tir 19:00-21:00"))
    assert {clock for _, clock in found} == {time(19)}
    assert {day.weekday() for day, _ in found} == {1}
    assert len(found) == 54


def test_a_meeting_that_ends_after_midnight_ends_the_next_day() -> None:
    found = icalendar.Calendar.from_ical(
        calendar(an_offer(times="fre 22:00-01:00"), after=ON, at=AT)
    )
    (event,) = found.walk("VEVENT")
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(hours=3)


def test_an_hour_that_is_not_known_is_a_whole_day_and_an_end_that_is_not_is_left_out() -> None:
    (whole,) = icalendar.Calendar.from_ical(calendar(an_offer(times="lør"), after=ON, at=AT)).walk(
        "VEVENT"
    )
    assert not isinstance(whole["dtstart"].dt, datetime)
    (open_end,) = icalendar.Calendar.from_ical(
        calendar(an_offer(times="lør 10:00"), after=ON, at=AT)
    ).walk("VEVENT")
    assert "dtend" not in open_end


def test_a_season_that_is_over_and_unknown_times_give_no_event() -> None:
    for offer in (
        an_offer(),
        an_offer(times='"efter aftale"'),
        an_offer(times="tir 10:00", season="2026-01-01/2026-05-01"),
    ):
        assert b"VEVENT" not in calendar(offer, after=ON, at=AT)


def test_what_others_wrote_cannot_add_a_line() -> None:
    offer = replace(
        an_offer(times="tir 10:00", title="Strik\r\nATTACH:http://ond.example"),
        place=Place("Hus\nURL:x", None, None, None),
    )
    (event,) = icalendar.Calendar.from_ical(calendar(offer, after=ON, at=AT)).walk("VEVENT")
    assert "attach" not in event
    assert "url" not in event


@settings(max_examples=60)
@given(
    st.integers(0, 6),
    st.sampled_from(list(Weeks)),
    st.sets(st.sampled_from([1, 2, 3, 4, -1]), max_size=2),
    st.none() | st.tuples(st.dates(date(2026, 9, 1), date(2027, 3, 1)), st.integers(0, 500)),
    st.lists(
        st.tuples(st.dates(date(2026, 11, 1), date(2027, 11, 1)), st.integers(0, 40)), max_size=2
    ),
)
def test_a_calendar_shows_the_meetings_that_the_page_names(
    weekday: int,
    weeks: Weeks,
    nth: set[int],
    season: tuple[date, int] | None,
    pauses: list[tuple[date, int]],
) -> None:
    meeting = Meeting(
        weekday, time(10), weeks=weeks, nth=tuple(nth) if weeks is Weeks.EVERY else ()
    )
    offer = replace(
        an_offer(),
        times=Schedule((meeting,)),
        season=season and Period(season[0], season[0] + timedelta(days=season[1])),
        exceptions=tuple(
            Period(first, first + timedelta(days=days)) for first, days in sorted(pauses)
        ),
    )
    assert offer.times is not None
    expected = next_dates(
        offer.times, after=ON, period=offer.season, exceptions=offer.exceptions, count=99
    )
    assert read(offer) == [(one.on, one.starts) for one in expected if one.on < ON + HORIZON]
