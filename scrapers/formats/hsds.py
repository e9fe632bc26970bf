"""Feeds of Open Referral: HSDS 3.0 and 3.1, and the UK's ORUK 3.0, which is a part of it.

A page is an envelope with `contents`; a single service is one by itself. A service that is
listed without its details is asked for by itself. A status that ends it is a tombstone.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from catalogue.errors import Invalid
from catalogue.kinds import OfferKind, Room
from catalogue.prices import Price
from catalogue.schedules import Meeting, Schedule
from catalogue.seasons import Period, format_period
from scrapers.formats import clock
from scrapers.formats.collecting import Findings
from scrapers.formats.content import json_of, refuse_json_error, text_of
from scrapers.formats.entry import Entry
from scrapers.formats.rules import crosses_long_year, meetings, rule_of
from scrapers.found import PageKind, Parsed, SourceInfo, Trouble, Unreadable

Node = Mapping[str, Any]

_ENVELOPE = {"total_pages", "page_number", "contents"}
_GONE = {"inactive", "defunct"}
_DETAILS = ("organization", "schedules", "service_at_locations", "cost_options")
_MOST_PAGES = 10_000
_RULE = ("freq", "interval", "byday", "byweekno", "bymonthday", "byyearday", "wkst")


def parse(content: bytes, source: SourceInfo) -> Parsed:
    text = text_of(content, source)
    data = json_of(text.text)
    refuse_json_error(data)
    findings = Findings(source, text.mended)
    if not isinstance(data, Mapping):
        raise Unreadable(Trouble.WRONG_FORM, "a page of services is an object")
    if source.page is PageKind.DETAIL or "contents" not in data:
        if not isinstance(data.get("id"), str) or "name" not in data:
            raise Unreadable(Trouble.LAYOUT_CHANGED, "neither a page of services nor a service")
        _service(data, "", findings)
        return findings.done()
    contents = data["contents"]
    if not isinstance(contents, list) or not data.keys() >= _ENVELOPE:
        raise Unreadable(Trouble.LAYOUT_CHANGED, "a page without contents and its numbers")
    if not contents:
        findings.empty("/contents", "the feed holds no services")
    for number, one in enumerate(contents):
        _listed(one, f"/contents/{number}", findings)
    _next(data, findings)
    complete = any(_is_complete(one) for one in contents)
    return findings.done(expected=("description", "place", "times") if complete else ())


def _next(data: Node, findings: Findings) -> None:
    number, total = _count(data.get("page_number")), _count(data.get("total_pages"))
    if number is None or total is None or total > _MOST_PAGES:
        raise Unreadable(Trouble.LAYOUT_CHANGED, "pages that are not numbered")
    if number < total:
        parts = urlsplit(findings.source.address)
        query = [(name, one) for name, one in parse_qsl(parts.query) if name != "page"]
        query.append(("page", str(number + 1)))
        findings.follow(urlunsplit(parts._replace(query=urlencode(query))), "/page_number")
    announced, size = _count(data.get("total_items")), _count(data.get("size"))
    if announced is not None and number == total == 1 and announced > len(data["contents"]):
        detail = f"{announced} services announced, {len(data['contents'])} on the only page"
        findings.remark(Trouble.TRUNCATED, "/total_items", detail)
    if size is not None and size != len(data["contents"]):
        detail = f"{size} announced on the page, {len(data['contents'])} there"
        findings.remark(Trouble.TRUNCATED, "/size", detail)


def _count(value: object) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9
    return value if isinstance(value, int) and is_count else None


def _is_complete(service: object) -> bool:
    return isinstance(service, Mapping) and any(name in service for name in _DETAILS)


def _listed(one: object, at: str, findings: Findings) -> None:
    if not isinstance(one, Mapping) or not isinstance(one.get("id"), str) or not one["id"].strip():
        findings.remark(Trouble.ENTRY_REFUSED, at, "a service without id")
    elif _is_complete(one) or one.get("status") in _GONE:
        _service(one, at, findings)
    else:
        parts = urlsplit(findings.source.address)
        path = f"{parts.path.rstrip('/')}/{quote(one['id'][:100], safe='')}"
        address = urlunsplit(parts._replace(path=path, query=""))
        findings.follow(address, at, key=one["id"][:200])


_KNOWN = {
    "service": set(
        "id name status description url email phones minimum_age maximum_age assured_date"
        " organization attributes cost_options schedules service_at_locations fees_description"
        " alternate_name application_process alert last_modified eligibility_description".split()
    ),
    "organization": {"id", "name", "description", "website", "email"},
    "schedule": set(
        "id freq interval byday byweekno bymonthday byyearday wkst dtstart until count valid_from"
        " valid_to timezone opens_at closes_at description".split()
    ),
    "cost_option": {"id", "option", "amount", "currency", "amount_description"},
    "service_at_location": {"id", "location", "schedules", "description"},
    "location": {"id", "name", "location_type", "latitude", "longitude", "addresses"},
    "address": set(
        "id address_1 address_2 city region state_province postal_code country address_type".split()
    ),
    "phone": {"id", "number", "type"},
    "attribute": {"id", "taxonomy_term", "link_id", "link_entity"},
    "taxonomy_term": {"id", "name", "code", "description", "taxonomy"},
}
_INSIDE = {
    "organization": "organization",
    "phones": "phone",
    "attributes": "attribute",
    "taxonomy_term": "taxonomy_term",
    "cost_options": "cost_option",
    "schedules": "schedule",
    "service_at_locations": "service_at_location",
    "location": "location",
    "addresses": "address",
}


def _note_unknown(node: Node, kind: str, findings: Findings, depth: int = 0) -> None:
    findings.unknown(node, _KNOWN[kind], kind)
    for name, inside in _INSIDE.items():
        value = node.get(name)
        for one in _nodes(value if isinstance(value, list) else [value])[:200]:
            if depth < 4:
                _note_unknown(one, inside, findings, depth + 1)


def _service(service: Node, at: str, findings: Findings) -> None:
    key = " ".join(service["id"].split())[:200]
    if service.get("status") in _GONE:
        findings.gone(key, f"{at}/status")
        return
    entry = findings.offer(key, at)
    _note_unknown(service, "service", findings)
    if service.get("status") == "temporarily closed":
        entry.word("room", Room.PAUSED, "temporarily closed", f"{at}/status")
    owner = _node(service.get("organization"))
    if owner is not None:
        entry.of_organisation(_words(owner.get("name")), f"{at}/organization/name")
        of_owner = findings.organisation(_words(owner.get("id")), f"{at}/organization")
        of_owner.line("name", _words(owner.get("name")), f"{at}/organization/name", names=False)
        for ours, theirs in (("website", "website"), ("email", "email")):
            of_owner.contact(ours, _words(owner.get(theirs)), f"{at}/organization/{theirs}")
    entry.line("title", _words(service.get("name")), f"{at}/name")
    entry.text("description", _words(service.get("description")), f"{at}/description")
    entry.word("kind", OfferKind.TEAM, "", at)
    entry.contact("email", _words(service.get("email")), f"{at}/email")
    entry.contact("website", _words(service.get("url")), f"{at}/url")
    for number, phone in enumerate(_nodes(service.get("phones"))[:1]):
        entry.contact("phone", _words(phone.get("number")), f"{at}/phones/{number}/number")
    entry.address = findings.link(_words(service.get("url")), f"{at}/url")
    entry.age("age_from", service.get("minimum_age"), f"{at}/minimum_age")
    entry.age("age_to", service.get("maximum_age"), f"{at}/maximum_age")
    entry.stated(_words(service.get("assured_date")), f"{at}/assured_date")
    _activities(entry, service, at)
    _costs(entry, service, at)
    places = _nodes(service.get("service_at_locations"))
    _place(entry, places, at)
    schedules = [
        (f"{at}/schedules/{n}", one) for n, one in enumerate(_nodes(service.get("schedules")))
    ]
    for place, one in enumerate(places if len(places) == 1 else ()):
        where = f"{at}/service_at_locations/{place}/schedules"
        schedules += [(f"{where}/{n}", each) for n, each in enumerate(_nodes(one.get("schedules")))]
    _times(entry, schedules[:100], f"{at}/schedules")


def _activities(entry: Entry, service: Node, at: str) -> None:
    terms = [_node(one.get("taxonomy_term")) for one in _nodes(service.get("attributes"))]
    names = [_words(term.get("name")) for term in terms if term is not None]
    entry.activities(names, f"{at}/attributes")


def _costs(entry: Entry, service: Node, at: str) -> None:
    """One amount in kroner; several, or words, are for a person to read."""
    costs = _nodes(service.get("cost_options"))
    said = [
        " ".join(filter(None, (_words(one.get(name)) for name in
                               ("option", "amount", "currency", "amount_description"))))
        for one in costs
    ]  # fmt: skip
    where = f"{at}/cost_options"
    if not costs:
        entry.price(_words(service.get("fees_description")), f"{at}/fees_description")
        return
    shown = entry.cleaned(" / ".join(filter(None, said)), where, numbers=False)[:200]
    amount = costs[0].get("amount")
    if (
        len(costs) == 1
        and costs[0].get("currency") in ("DKK", None)
        and not isinstance(amount, bool)
    ):
        try:
            kr = Decimal(str(amount)[:20])
            # Without a currency the amount says nothing but for nothing at all.
            if costs[0].get("currency") == "DKK" or kr == 0:
                entry.priced(Price(kr), shown, where)
                return
        except (InvalidOperation, Invalid):
            pass
    if shown:
        entry.priced(None, shown, where)


def _place(entry: Entry, places: list[Node], at: str) -> None:
    where = f"{at}/service_at_locations"
    if len(places) > 1:
        entry.remark(Trouble.UNSURE, where, f"{len(places)} places; the first is kept")
    for one in places[:1]:
        location = _node(one.get("location"))
        if location is None or location.get("location_type") in ("virtual", "postal"):
            continue
        address = next(iter(_nodes(location.get("addresses"))), {})
        parts = {
            "venue": _words(location.get("name")),
            "address": _words(address.get("address_1")),
            "postcode": _words(address.get("postal_code")),
            "town": _words(address.get("city")),
            "lat": location.get("latitude"),
            "lon": location.get("longitude"),
        }
        entry.place(parts, f"{where}/0/location")


# --- schedules ---


def _times(entry: Entry, schedules: list[tuple[str, Node]], at: str) -> None:
    found: list[Meeting] = []
    unread: list[str] = []
    firsts: list[date] = []
    lasts: list[date | None] = []
    for where, schedule in schedules:
        first = _day(schedule.get("dtstart")) or _day(schedule.get("valid_from"))
        last = _day(schedule.get("until")) or _day(schedule.get("valid_to"))
        if first is not None:
            firsts.append(first)
        lasts.append(last)
        try:
            found += _meetings(schedule, first, last, entry.on)
        except Invalid as error:
            entry.remark(Trouble.UNSURE, where, f"times: {error}")
            unread.append(_said(schedule))
    original = entry.cleaned("; ".join(filter(None, unread)), at, numbers=False)
    said = "; ".join(_said(schedule) for _, schedule in schedules)[:300]
    entry.schedule(Schedule(tuple(found), original), original or said, at)
    if firsts or any(lasts):
        ends = [day for day in lasts if day is not None]
        try:
            until = max(ends) if len(ends) == len(lasts) else None
            period = Period(min(firsts, default=None), until)
        except Invalid as error:
            entry.remark(Trouble.CONTRADICTION, at, f"season: {error}")
            return
        entry.period(period, format_period(period), at)


def _said(schedule: Node) -> str:
    names = (*_RULE, "opens_at", "closes_at", "description")
    return " ".join(f"{name}={_words(schedule[name])}" for name in names if schedule.get(name))


def _meetings(schedule: Node, first: date | None, last: date | None, on: date) -> Iterator[Meeting]:
    parts = {
        name.upper(): re.split(r"[ ,;]+", str(schedule[name]).strip())
        for name in _RULE
        if schedule.get(name) not in (None, "", [])
    }
    if "FREQ" not in parts:
        raise Invalid("no frequency")
    rule = rule_of(parts)
    if first is None and (rule.interval != 1 or not rule.byday):
        raise Invalid("no first day to count from")
    starts, ends = _clock(schedule.get("opens_at")), _clock(schedule.get("closes_at"))
    begins = first or on
    if rule.interval == 2 and crosses_long_year(begins, last or date(begins.year + 2, 1, 1)):
        raise Invalid("every second week across a year of 53 weeks")
    yield from meetings(rule, begins, starts, ends if starts and starts != ends else None)


def _clock(value: object) -> time | None:
    words = _words(value)
    if words is None:
        return None
    try:
        found = time.fromisoformat(re.sub(r"(?:Z|[+-][0-9]{2}:?[0-9]{2})$", "", words[:20]))
    except ValueError:
        raise Invalid("a time that is none") from None
    return found.replace(second=0, microsecond=0, tzinfo=None)


def _day(value: object) -> date | None:
    words = _words(value)
    found = clock.moment(words[:10]) if words else None
    return None if found is None else clock.day_of(found)


def _words(value: object) -> str | None:
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None


def _node(value: object) -> Node | None:
    return value if isinstance(value, Mapping) else None


def _nodes(value: object) -> list[Node]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
