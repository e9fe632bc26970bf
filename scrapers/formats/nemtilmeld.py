"""NemTilmeld's XML: the events of one organiser, with tickets. Contact persons are not read."""

from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from catalogue.errors import Invalid
from catalogue.kinds import OfferKind, Room
from catalogue.prices import Price, PriceUnit
from scrapers.formats import clock
from scrapers.formats.collecting import Findings
from scrapers.formats.content import local_name, text_of, xml_of
from scrapers.formats.entry import Entry
from scrapers.found import Parsed, SourceInfo, Trouble, Unreadable

_SHOWN = {"", "1", "true", "public", "published", "active", "open"}
_GONE = {"cancelled", "canceled", "aflyst", "deleted"}


def parse(content: bytes, source: SourceInfo) -> Parsed:
    text = text_of(content, source)
    root = xml_of(text.text)
    for element in root.iter():
        if local_name(element) == "error" and (element.text or "").strip():
            raise Unreadable(Trouble.ERROR_TEXT, "the source reports an error")
    if local_name(root) != "data":
        raise Unreadable(Trouble.WRONG_FORM, "the root element is not data")
    findings = Findings(source, text.mended)
    lists = [child for child in root if local_name(child) == "events"]
    events = [event for one in lists for event in one if local_name(event) == "event"]
    if not events:
        if not lists or any(len(one) for one in lists):
            raise Unreadable(Trouble.LAYOUT_CHANGED, "no list of events")
        findings.empty("data/events", "the organiser has no events")
    provider = _first(root, "provider")
    for number, event in enumerate(events, start=1):
        _event(event, f"events/event[{number}]", provider, findings)
    return findings.done(expected=("season", "place", "description"))


_KNOWN = set(
    "id org_event_id title description description_short start_time end_time deadline tickets"
    " start_time_common end_time_common deadline_common available_tickets highest_ticket_price"
    " few_tickets_left public_status url images categories location organization"
    " contact_details".split()
)
_KNOWN_PLACE = {"type", "name", "address", "zipcode", "city", "country"}


def _event(event: Element, at: str, provider: Element | None, findings: Findings) -> None:
    findings.unknown([local_name(child) for child in event], _KNOWN, "event")
    key = event.get("id") or _text(event, "id") or _text(event, "org_event_id")
    status = (_text(event, "public_status") or "").casefold()
    if key and status in _GONE:
        findings.gone(key, f"{at}/public_status")
        return
    if status not in _SHOWN:
        findings.remark(Trouble.ENTRY_REFUSED, f"{at}/public_status", "an event that is not public")
        return
    entry = findings.offer(key, at)
    for owner in (_first(event, "organization"), provider):
        if owner is not None and entry.organisation is None:
            entry.of_organisation(_text(owner, "name") or owner.text, f"{at}/organization")
    entry.line("title", _text(event, "title"), f"{at}/title")
    for name in ("description", "description_short"):
        entry.text("description", _text(event, name), f"{at}/{name}")
    entry.word("kind", OfferKind.EVENT, "", at)
    entry.address = findings.link(_text(event, "url"), f"{at}/url")
    categories = _first(event, "categories")
    if categories is not None:
        words = [child.text or _text(child, "name") for child in categories]
        entry.activities(words, f"{at}/categories")
    _when(entry, event, at)
    _tickets(entry, event, at)
    place = _first(event, "location")
    if place is not None:
        findings.unknown([local_name(child) for child in place], _KNOWN_PLACE, "location")
        parts = {
            "venue": _text(place, "name"),
            "address": _text(place, "address"),
            "postcode": _text(place, "zipcode"),
            "town": _text(place, "city"),
        }
        entry.place(parts, f"{at}/location")


def _when(entry: Entry, event: Element, at: str) -> None:
    words = _text(event, "start_time")
    until = _text(event, "end_time")
    starts, ends = clock.moment(words), clock.moment(until)
    if starts is None:
        if words:
            entry.remark(Trouble.UNSURE, f"{at}/start_time", "a start that cannot be read")
            entry.times(words, f"{at}/start_time")
        return
    said = " - ".join(filter(None, (words, until)))
    entry.once(starts, ends, said[:100], f"{at}/start_time")


def _tickets(entry: Entry, event: Element, at: str) -> None:
    left = _text(event, "available_tickets")
    if left and left.strip().isdecimal() and len(left.strip()) < 8:
        room = Room.OPEN if int(left) else Room.FULL
        entry.word("room", room, left.strip(), f"{at}/available_tickets")
    price = _text(event, "highest_ticket_price")
    if price is None:
        return
    words = price.strip()[:40]
    try:
        # The dearest ticket costs nothing, so none does: that is a source saying free.
        kr = Decimal(words)
        found = Price(kr, None if kr == 0 else PriceUnit.VISIT)
    except (InvalidOperation, Invalid):
        entry.price(words, f"{at}/highest_ticket_price")
        return
    entry.priced(found, words, f"{at}/highest_ticket_price")


def _first(element: Element, name: str) -> Element | None:
    return next((child for child in element if local_name(child) == name), None)


def _text(element: Element, name: str) -> str | None:
    child = _first(element, name)
    return None if child is None or not (child.text or "").strip() else child.text
