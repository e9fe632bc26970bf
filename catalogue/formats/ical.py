"""An offer's meetings for a calendar (iCalendar, RFC 5545)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from catalogue.published import PublishedOffer
from catalogue.schedules import HORIZON_DAYS, Meeting, Weeks, days_without, meets_on

_ZONE = ZoneInfo("Europe/Copenhagen")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FORTNIGHT = timedelta(days=14)
_LAST_YEARS = 5  # how far every other week is worked out where no season ends it


def calendar(offer: PublishedOffer, *, after: date, at: datetime, url: str | None = None) -> bytes:
    """The coming meetings, each weekly time as one event that recurs.

    after: the first meetings are those on later days. at: now, aware. url: the offer's page.
    A meeting whose hour is not known is a whole day; one whose end is not known has none.
    Season and days without are in it. No event if no time is known, or none comes.
    """
    found = Calendar()
    found.add("prodid", "-//Fritidsguide//da")
    found.add("version", "2.0")
    for number, meeting in enumerate(offer.times.meetings if offer.times else ()):
        for part, (first, rule) in enumerate(_recurrences(offer, meeting, after)):
            found.add_component(_event(offer, meeting, first, rule, at, url, f"{number}-{part}"))
    found.add_missing_timezones()
    return bytes(found.to_ical())


def _event(
    offer: PublishedOffer,
    meeting: Meeting,
    first: date,
    rule: dict[str, object],
    at: datetime,
    url: str | None,
    number: str,
) -> Event:
    event = Event()
    event.add("uid", f"{offer.id}-{number}")
    event.add("dtstamp", at.astimezone(UTC))
    event.add("summary", offer.title)
    event.add("dtstart", _moment(first, meeting.starts))
    if meeting.starts is not None and meeting.ends is not None:
        last = first + timedelta(days=meeting.ends < meeting.starts)
        event.add("dtend", _moment(last, meeting.ends))
    if "until" in rule and meeting.starts is not None:
        until = rule["until"]
        assert isinstance(until, date)
        rule = {**rule, "until": datetime.combine(until, time(23, 59), _ZONE).astimezone(UTC)}
    event.add("rrule", rule)
    for day in days_without(meeting, offer.exceptions, first):
        event.add("exdate", _moment(day, meeting.starts))
    parts = (offer.place.venue, offer.place.address, offer.place.postcode, offer.place.town)
    if any(parts):
        event.add("location", ", ".join(part for part in parts if part))
    event.add("description", offer.organisation.name)
    if url is not None:
        event.add("url", url)
    return event


def _moment(day: date, clock: time | None) -> date | datetime:
    return day if clock is None else datetime.combine(day, clock, _ZONE)


def _recurrences(
    offer: PublishedOffer, meeting: Meeting, after: date
) -> Iterator[tuple[date, dict[str, object]]]:
    """First day and rule of each stretch; every other week breaks where a year has 53 weeks."""
    start = after + timedelta(days=1)
    last = None if offer.season is None else offer.season.last
    if offer.season is not None and offer.season.first is not None:
        start = max(start, offer.season.first)
    first = next(
        (
            day
            for day in (start + timedelta(days=days) for days in range(HORIZON_DAYS))
            if meets_on(meeting, day)
        ),
        None,
    )
    if first is None or (last is not None and last < first):
        return
    until: dict[str, object] = {} if last is None else {"until": last}
    if meeting.nth:
        days = [f"{nth}{_DAYS[meeting.weekday]}" for nth in meeting.nth]
        yield first, {"freq": "monthly", "byday": days, **until}
    elif meeting.weeks is Weeks.EVERY:
        yield first, {"freq": "weekly", **until}
    else:
        end = last or first.replace(month=1, day=1) + timedelta(days=366 * _LAST_YEARS)
        while first <= end:
            day = first
            while day + _FORTNIGHT <= end and meets_on(meeting, day + _FORTNIGHT):
                day += _FORTNIGHT
            yield first, {"freq": "weekly", "interval": 2, "until": day}
            first = day + timedelta(days=7)
            while first <= end and not meets_on(meeting, first):
                first += timedelta(days=7)
