"""A list of offers as one calendar."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from icalendar import Calendar

from catalogue.formats import ical
from catalogue.published import PublishedOffer


def calendar_of(
    offers: Sequence[PublishedOffer],
    name: str,
    on: date,
    url: Callable[[PublishedOffer], str | None],
) -> bytes | None:
    """The meetings of some offers after `on`; None where none has any that is known."""
    at = datetime.now(UTC)
    whole = Calendar()
    whole.add("prodid", "-//Fritidsguide//da")
    whole.add("version", "2.0")
    whole.add("x-wr-calname", name)
    for offer in offers:
        one = Calendar.from_ical(ical.calendar(offer, after=on, at=at, url=url(offer)))
        for event in one.walk("VEVENT"):
            whole.add_component(event)
    if not whole.subcomponents:
        return None
    whole.add_missing_timezones()
    return bytes(whole.to_ical())
