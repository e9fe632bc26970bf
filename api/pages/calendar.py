"""The next meetings of offers as a calendar file (RFC 5545)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from catalogue.published import PublishedOffer
from catalogue.schedules import Occurrence, next_dates

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_MEETINGS = 12  # of each offer: about a quarter of weekly ones, after which much may have changed


def calendar_of(offers: Sequence[PublishedOffer], name: str, on: date) -> bytes | None:
    """The next meetings of some offers after `on`; None where no offer has any that is known.

    Each meeting is an event of its own, so that pauses and odd weeks are right in every
    calendar. A meeting without a known end has none, one without a start takes the day.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Fritidsguide//DA")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for offer in offers:
        for one in _meetings(offer, on):
            calendar.add_component(_event(offer, one, on))
    return bytes(calendar.to_ical()) if calendar.subcomponents else None


def _meetings(offer: PublishedOffer, on: date) -> list[Occurrence]:
    if offer.times is None:
        return []
    return next_dates(
        offer.times,
        after=on,
        period=offer.season,
        exceptions=offer.exceptions,
        count=_MEETINGS,
    )


def _event(offer: PublishedOffer, one: Occurrence, on: date) -> Event:
    event = Event()
    clock = "" if one.starts is None else f"T{one.starts:%H%M}"
    event.add("uid", f"{offer.id}-{one.on:%Y%m%d}{clock}@fritidsguide")
    event.add("dtstamp", datetime.combine(on, time(0), UTC))
    if one.starts is None:
        event.add("dtstart", one.on)
    else:
        event.add("dtstart", _at(one.on, one.starts))
    if one.starts is not None and one.ends is not None:
        later = timedelta(days=1 if one.ends <= one.starts else 0)
        event.add("dtend", _at(one.on + later, one.ends))
    event.add("summary", offer.title[:1].upper() + offer.title[1:])
    event.add("description", offer.organisation.name)
    place = offer.place
    town = " ".join(part for part in (place.postcode, place.town) if part)
    where = ", ".join(part for part in (place.venue, place.address, town) if part)
    if where:
        event.add("location", where)
    return event


def _at(day: date, clock: time) -> datetime:
    """The moment in UTC, which needs no time zone in the file."""
    return datetime.combine(day, clock, _COPENHAGEN).astimezone(UTC)
