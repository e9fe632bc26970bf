"""What schema.org and OpenActive call an event, an organisation and a place, field by field.

Both write the same words with small differences; JSON-LD blocks, microdata and OpenActive's
feeds all end here. Values may be single or in a list, ids may carry a prefix.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from catalogue.errors import Invalid
from catalogue.kinds import Gender, OfferKind, Room
from catalogue.prices import Price
from catalogue.schedules import DAYS, Meeting, Schedule, Weeks
from catalogue.seasons import Period, format_period
from scrapers.formats import clock
from scrapers.formats.entry import Entry
from scrapers.found import Trouble

Node = Mapping[str, Any]

EVENTS = {
    "Event", "SportsEvent", "SocialEvent", "EducationEvent", "MusicEvent", "DanceEvent",
    "TheaterEvent", "ExhibitionEvent", "Festival", "FoodEvent", "LiteraryEvent",
    "ChildrensEvent", "CourseInstance", "SessionSeries", "ScheduledSession", "EventSeries",
    "OnDemandEvent", "HeadlineEvent", "CourseInstanceSubEvent",
}  # fmt: skip
ORGANISATIONS = {
    "Organization", "SportsClub", "NGO", "SportsOrganization", "SportsTeam", "LocalBusiness",
    "EducationalOrganization", "PerformingGroup", "ReligiousOrganization",
    "GovernmentOrganization",
}  # fmt: skip
PLACES = {
    "Place", "SportsActivityLocation", "StadiumOrArena", "PublicSwimmingPool", "CivicStructure",
    "Library", "CommunityCenter", "EventVenue", "ExerciseGym", "Park", "Church",
}  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKS = re.compile(r"P(?P<count>[0-9]{1,2})(?P<unit>[DWM])")
_CANCELLED = {"EventCancelled", "Cancelled", "cancelled"}


_KNOWN = {
    "event": set(
        "@context @type @id type id identifier url name description organizer provider activity"
        " category sport location isAccessibleForFree offers ageRestriction typicalAgeRange"
        " genderRestriction remainingAttendeeCapacity maximumAttendeeCapacity eventSchedule"
        " startDate endDate eventStatus eventAttendanceMode image sameAs performer inLanguage"
        " subEvent superEvent ageRange level keywords doorTime duration previousStartDate".split()
    ),
    "organisation": set(
        "@context @type @id id identifier name legalName description telephone email url address"
        " logo image sameAs location event events".split()
    ),
    "place": set(
        "@context @type @id id identifier name description address geo latitude longitude url"
        " telephone image amenityFeature openingHours hasMap sameAs event events".split()
    ),
    "address": set(
        "@type @id id streetAddress postalCode addressLocality addressRegion addressCountry".split()
    ),
    "geo": {"@type", "@id", "latitude", "longitude"},
    "schedule": set(
        "@type @id id repeatFrequency byDay byMonthDay byMonth startTime endTime startDate endDate"
        " repeatCount scheduleTimezone scheduledEventType duration exceptDate idTemplate"
        " urlTemplate".split()
    ),
    "offer": set(
        "@type @id id identifier name price priceCurrency url availability validFrom"
        " description".split()
    ),
    "concept": {"@type", "@id", "id", "prefLabel", "name", "inScheme"},
    "range": {"@type", "@id", "minValue", "maxValue"},
}
_PARTS = {
    "organizer": "organisation",
    "provider": "organisation",
    "location": "place",
    "address": "address",
    "geo": "geo",
    "eventSchedule": "schedule",
    "offers": "offer",
    "activity": "concept",
    "category": "concept",
    "ageRestriction": "range",
}
OTHER_TYPES = {
    "PostalAddress", "GeoCoordinates", "Schedule", "PartialSchedule", "Offer", "AggregateOffer",
    "Concept", "QuantitativeValue", "WebSite", "WebPage", "BreadcrumbList", "ListItem",
    "ImageObject", "Person", "SearchAction", "Article", "NewsArticle", "VirtualLocation",
    "ItemList", "CollectionPage", "FAQPage", "Course",
}  # fmt: skip


def note_unknown(entry: Entry, node: Node, kind: str, depth: int = 0) -> None:
    """Note types and properties that are not known here, of a node and what it holds."""
    entry.unknown(node, _KNOWN[kind], kind)
    entry.unknown(types_of(node), EVENTS | ORGANISATIONS | PLACES | OTHER_TYPES, "@type")
    for name, inside in _PARTS.items():
        for one in many(node.get(name))[:100]:
            if isinstance(one, Mapping) and depth < 4:
                note_unknown(entry, one, inside, depth + 1)


def types_of(node: Node) -> set[str]:
    """The types of a node without the vocabulary's address."""
    return {_short(one) for one in many(node.get("@type") or node.get("type"))}


def _short(value: object) -> str:
    return re.split(r"[/#:]", value)[-1] if isinstance(value, str) else ""


def many(value: object) -> list[Any]:
    """A value as a list; none for nothing."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def words(value: object) -> str | None:
    """A text, also where it is written as {"@value": ...} or as the first of a list."""
    for one in many(value):
        if isinstance(one, Mapping):
            one = one.get("@value")
        if isinstance(one, str) and one.strip():
            return one
        if isinstance(one, int | float) and not isinstance(one, bool):
            return str(one)
    return None


def node_of(value: object) -> Node | None:
    return next((one for one in many(value) if isinstance(one, Mapping)), None)


def id_of(node: Node) -> str | None:
    """Its identity; numbers are written out."""
    return words(node.get("@id") or node.get("id") or node.get("identifier"))


def is_cancelled(node: Node) -> bool:
    return any(_short(one) in _CANCELLED for one in many(node.get("eventStatus")))


def event(entry: Entry, node: Node, at: str) -> None:
    """Fill an offer from an event of one day or of a series."""
    note_unknown(entry, node, "event")
    entry.line("title", words(node.get("name")), f"{at}/name")
    entry.text("description", words(node.get("description")), f"{at}/description")
    organizer = node_of(node.get("organizer")) or node_of(node.get("provider"))
    if organizer is not None and "Person" not in types_of(organizer):
        entry.of_organisation(words(organizer.get("name")), f"{at}/organizer/name")
    elif organizer is not None:
        entry.remark(Trouble.PERSONAL_DATA, f"{at}/organizer", "left out: a person organises it")
    concepts = [*many(node.get("activity")), *many(node.get("category")), *many(node.get("sport"))]
    labels = [_label(one) for one in concepts]
    entry.activities(labels, f"{at}/activity")
    _place(entry, node_of(node.get("location")), f"{at}/location")
    _prices(entry, node, at)
    _ages(entry, node, at)
    _gender(entry, node, at)
    _room(entry, node, at)
    _when(entry, node, at)


def _label(concept: object) -> str | None:
    if isinstance(concept, Mapping):
        return words(concept.get("prefLabel") or concept.get("name"))
    if isinstance(concept, str) and "://" not in concept:
        return concept
    return None


def organisation(entry: Entry, node: Node, at: str) -> None:
    """Fill an organisation: its name and its own ways of contact."""
    note_unknown(entry, node, "organisation")
    entry.line("name", words(node.get("name") or node.get("legalName")), f"{at}/name", names=False)
    entry.text("description", words(node.get("description")), f"{at}/description")
    entry.contact("phone", words(node.get("telephone")), f"{at}/telephone")
    entry.contact("email", words(node.get("email")), f"{at}/email")
    entry.contact("website", words(node.get("url")), f"{at}/url")
    _place(entry, node_of(node.get("address")) and {"address": node["address"]}, f"{at}/address")


def venue(entry: Entry, node: Node, at: str) -> None:
    """Fill a venue; what it says of its amenities is kept by name."""
    note_unknown(entry, node, "place")
    entry.line("name", words(node.get("name")), f"{at}/name", names=False)
    _place(entry, node, at)
    features = [
        name
        for one in many(node.get("amenityFeature"))
        if isinstance(one, Mapping) and one.get("value") is True
        for name in [words(one.get("name"))]
    ]
    if features:
        entry.line("facilities", ", ".join(filter(None, features)), f"{at}/amenityFeature")


def _place(entry: Entry, node: Node | None, at: str) -> None:
    if node is None:
        return
    if "VirtualLocation" in types_of(node):
        return
    address = node_of(node.get("address"))
    parts: dict[str, object] = {"venue": words(node.get("name"))}
    if address is not None:
        parts |= {
            "address": words(address.get("streetAddress")),
            "postcode": words(address.get("postalCode")),
            "town": words(address.get("addressLocality")),
        }
    else:
        parts["address"] = words(node.get("address"))
    geo = node_of(node.get("geo")) or node
    parts |= {"lat": words(geo.get("latitude")), "lon": words(geo.get("longitude"))}
    entry.place(parts, at)


# --- price, age, gender, room ---


def _prices(entry: Entry, node: Node, at: str) -> None:
    """One price, if the offers name one; several or none are for a person to read."""
    free = node.get("isAccessibleForFree")
    if free is True or (isinstance(free, str) and _short(free).casefold() == "true"):
        entry.priced(Price(Decimal(0)), "isAccessibleForFree", f"{at}/isAccessibleForFree")
        return
    found: dict[str, str] = {}
    for number, one in enumerate(many(node.get("offers"))):
        if isinstance(one, Mapping):
            price = words(one.get("price"))
            currency = words(one.get("priceCurrency"))
            if price is not None:
                found.setdefault(f"{price} {currency or ''}".strip(), f"{at}/offers/{number}/price")
    if not found:
        return
    where = next(iter(found.values()))
    said = " / ".join(found)[:200]
    amount, _, currency = next(iter(found)).partition(" ")
    try:
        kr = Decimal(amount)
        sure = len(found) == 1 and (currency == "DKK" or kr == 0)
        entry.priced(Price(kr) if sure else None, said, where)
    except (InvalidOperation, Invalid):
        entry.price(said, where)


def _ages(entry: Entry, node: Node, at: str) -> None:
    """An enforced age only: a recommended one keeps nobody out."""
    admitted = node.get("ageRestriction") or node.get("typicalAgeRange")
    span = node_of(admitted)
    where = f"{at}/ageRestriction"
    if span is not None:
        entry.age("age_from", span.get("minValue"), where)
        entry.age("age_to", span.get("maxValue"), where)
    elif (said := words(admitted)) is not None:
        found = re.fullmatch(r" ?([0-9]{1,3}) ?[-–] ?([0-9]{1,3})? ?", said[:20])
        if found is None:
            entry.remark(Trouble.UNSURE, where, "ages: in words")
            return
        entry.age("age_from", found[1], where)
        entry.age("age_to", found[2], where)


def _gender(entry: Entry, node: Node, at: str) -> None:
    said = _short(words(node.get("genderRestriction")))
    gender = {"FemaleOnly": Gender.WOMEN, "MaleOnly": Gender.MEN}.get(said)
    if gender is not None:
        entry.word("gender", gender, said, f"{at}/genderRestriction")


def _room(entry: Entry, node: Node, at: str) -> None:
    left = node.get("remainingAttendeeCapacity")
    if isinstance(left, int) and not isinstance(left, bool):
        room = Room.OPEN if left > 0 else Room.FULL
        entry.word("room", room, str(left)[:20], f"{at}/remainingAttendeeCapacity")


# --- when ---


def _when(entry: Entry, node: Node, at: str) -> None:
    schedules = [one for one in many(node.get("eventSchedule")) if isinstance(one, Mapping)]
    if schedules:
        entry.word("kind", OfferKind.TEAM, "", at)
        _series(entry, schedules, f"{at}/eventSchedule")
        return
    starts, ends = clock.moment(node.get("startDate")), clock.moment(node.get("endDate"))
    said = " - ".join(filter(None, (words(node.get("startDate")), words(node.get("endDate")))))
    if starts is None:
        if said:
            entry.remark(Trouble.UNSURE, f"{at}/startDate", "a start that cannot be read")
            entry.times(said, f"{at}/startDate")
        return
    entry.word("kind", OfferKind.EVENT, "", at)
    entry.once(starts, ends, said[:100], f"{at}/startDate")


def _series(entry: Entry, schedules: list[Node], at: str) -> None:
    meetings: list[Meeting] = []
    unread: list[str] = []
    firsts: list[date] = []
    lasts: list[date] = []
    for number, one in enumerate(schedules[:50]):
        where = f"{at}/{number}"
        try:
            meetings += _meetings(one)
        except Invalid as error:
            entry.remark(Trouble.UNSURE, where, f"times: {error}")
            unread.append(" ".join(f"{name}={one[name]}" for name in _SAID if name in one))
        for name, days in (("startDate", firsts), ("endDate", lasts)):
            day = clock.moment(one.get(name))
            if day is not None:
                days.append(clock.day_of(day))
    original = entry.cleaned("; ".join(unread), at, numbers=False)
    said = "; ".join(words(one.get("startTime")) or "" for one in schedules)[:100]
    entry.schedule(Schedule(tuple(meetings), original), original or said, at)
    if firsts or lasts:
        try:
            complete = len(lasts) == len(schedules[:50])
            period = Period(min(firsts, default=None), max(lasts) if complete else None)
        except Invalid as error:
            entry.remark(Trouble.CONTRADICTION, at, f"season: {error}")
            return
        entry.period(period, format_period(period), at)


_SAID = ("repeatFrequency", "byDay", "byMonthDay", "startTime", "endTime", "repeatCount")


def _meetings(schedule: Node) -> Iterator[Meeting]:
    """The weekly meetings of a schedule. Raises Invalid for what is no weekly pattern."""
    said = words(schedule.get("repeatFrequency")) or "P1W"
    every = _WEEKS.fullmatch(said)
    days = [_weekday(one) for one in many(schedule.get("byDay"))]
    if every is None or (every["unit"], every["count"]) not in (("W", "1"), ("D", "7")):
        raise Invalid("not every week")
    if not days or any(day is None for day in days):
        raise Invalid("no weekday")
    if schedule.get("byMonthDay") or schedule.get("byMonth"):
        raise Invalid("not every week")
    starts, ends = _time(schedule.get("startTime")), _time(schedule.get("endTime"))
    for day in days:
        if day is not None:
            yield Meeting(day, starts, None if starts == ends else ends, Weeks.EVERY)


def _weekday(value: object) -> int | None:
    word = _short(value).casefold()
    if word in _WEEKDAYS:
        return _WEEKDAYS.index(word)
    if len(word) == 2:
        return next((n for n, day in enumerate(_WEEKDAYS) if day.startswith(word)), None)
    return DAYS.index(word[:3]) if word.endswith(("dag", "dage")) and word[:3] in DAYS else None


def _time(value: object) -> time | None:
    if value is None:
        return None
    try:
        found = time.fromisoformat(str(value)[:20])
    except ValueError:
        raise Invalid("a time that is none") from None
    return found.replace(second=0, microsecond=0, tzinfo=None)
