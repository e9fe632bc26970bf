"""Conventus' public booking: the rooms of a municipality or hall, and who has booked them.

Rooms are venues. A booking states when and where an association meets, so those of one
association, room and time that come back every week are one weekly meeting. A booking
that stands alone is not a team's time.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode, urljoin

from catalogue.kinds import OfferKind
from catalogue.schedules import Meeting, Schedule, format_times, in_order
from scrapers.formats import clock, conventus
from scrapers.formats.collecting import Findings
from scrapers.formats.content import json_of, refuse_json_error, text_of
from scrapers.found import Parsed, SourceInfo, Trouble, Unreadable

_WEEKS_ASKED = 6
_ROOMS_A_PAGE = 40
"""So that the address stays short."""
_MOST_ROOMS = 2_000
_DEEPEST = 12


def parse(content: bytes, source: SourceInfo) -> Parsed:
    text = text_of(content, source)
    owner = conventus.association(source, "organization")
    data = json_of(text.text)
    refuse_json_error(data)
    findings = Findings(source, text.mended)
    if isinstance(data, list):
        _bookings(data, owner, findings)
    elif isinstance(data, dict) and "external" in data:
        _resources(data, owner, findings)
    else:
        raise Unreadable(Trouble.LAYOUT_CHANGED, "neither rooms nor bookings")
    return findings.done()


# --- rooms ---


def _resources(data: Mapping[str, Any], owner: str, findings: Findings) -> None:
    rooms: list[str] = []
    for at, group, resource in _leaves(findings, data, "", "", 0):
        number = _number(resource.get("id"))
        name = resource.get("name") or resource.get("title")
        if number is None or not isinstance(name, str):
            findings.remark(Trouble.ENTRY_REFUSED, at, "a room without id or name")
            continue
        rooms.append(number)
        entry = findings.venue(conventus.team_key(owner, number), at)
        full = f"{group}, {name}" if group else name
        entry.line("name", full, f"{at}/name", names=False)
        entry.place({"venue": full, "address": resource.get("address")}, f"{at}/name")
    if not rooms:
        findings.empty("/external", "the answer holds no rooms")
    if len(rooms) > _MOST_ROOMS:
        raise Unreadable(Trouble.TOO_LARGE, f"more than {_MOST_ROOMS} rooms")
    for at_room in range(0, len(rooms), _ROOMS_A_PAGE):
        query = {
            "organization": owner,
            "from": findings.source.on.isoformat(),
            "to": (findings.source.on + timedelta(weeks=_WEEKS_ASKED)).isoformat(),
            "resources": ";".join(rooms[at_room : at_room + _ROOMS_A_PAGE]),
        }
        bookings = urljoin(findings.source.address, "/publicBooking/api/bookings")
        findings.follow(f"{bookings}?{urlencode(query, safe=';')}", "/external")


_TREE = {"id", "title", "name", "external", "directories", "children", "resources", "address"}
_BOOKING = {"id", "organization", "resource", "start", "end", "intervals", "category"}
_RESOURCE = {"id", "name", "resourceGroup"}


def _leaves(
    findings: Findings, node: object, at: str, group: str, depth: int
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """The rooms of the tree with their place in it and the title of what they lie in."""
    if depth > _DEEPEST:
        raise Unreadable(Trouble.TOO_DEEP, "rooms nested too deeply")
    if not isinstance(node, Mapping):
        return
    findings.unknown(node, _TREE, "rooms")
    own = node.get("title") or node.get("name")
    inside = own if isinstance(own, str) else group
    for name in ("external", "directories", "children"):
        for number, child in enumerate(_list(node.get(name))):
            yield from _leaves(findings, child, f"{at}/{name}/{number}", inside, depth + 1)
    for number, child in enumerate(_list(node.get("resources"))):
        if isinstance(child, Mapping):
            findings.unknown(child, _TREE, "room")
            yield f"{at}/resources/{number}", inside, child


# --- bookings ---


@dataclass(slots=True)
class _Booked:
    """What one association has booked in one room."""

    at: str
    organisation: str
    venue: str
    dates: dict[Meeting, set[date]] = field(default_factory=lambda: defaultdict(set))


def _bookings(data: list[Any], owner: str, findings: Findings) -> None:
    booked: dict[str, _Booked] = {}
    for number, one in enumerate(data):
        at = f"/{number}"
        _note_unknown(one, findings)
        read = _booking(one)
        if read is None:
            findings.remark(Trouble.ENTRY_REFUSED, at, "a booking without whose, where or when")
            continue
        key, organisation, venue, starts, ends = read
        if ends is not None and ends <= starts:
            findings.remark(Trouble.CONTRADICTION, at, "a booking ends before it begins")
            continue
        found = booked.setdefault(f"{owner}/{key}", _Booked(at, organisation, venue))
        found.dates[clock.meeting(starts, ends)].add(starts.date())
    if not data:
        findings.empty("/", "no bookings in the weeks asked for")
    elif not booked:
        raise Unreadable(Trouble.LAYOUT_CHANGED, "not one booking says whose, where and when")
    for key, found in booked.items():
        _offer(key, found, findings)
    if booked and not any(_weekly(found) for found in booked.values()):
        findings.empty("/", "no booking comes back every week")


def _note_unknown(one: object, findings: Findings) -> None:
    if not isinstance(one, Mapping):
        return
    findings.unknown(one, _BOOKING, "booking")
    resource, whose = one.get("resource"), one.get("organization")
    if isinstance(resource, Mapping):
        findings.unknown(resource, _RESOURCE, "resource")
        if isinstance(resource.get("resourceGroup"), Mapping):
            findings.unknown(resource["resourceGroup"], {"id", "title"}, "resourceGroup")
    if isinstance(whose, Mapping):
        findings.unknown(whose, {"id", "name"}, "organization")


def _booking(one: object) -> tuple[str, str, str, datetime, datetime | None] | None:
    if not isinstance(one, Mapping):
        return None
    organisation, resource = one.get("organization"), one.get("resource")
    starts, ends = clock.moment(one.get("start")), clock.moment(one.get("end"))
    if not isinstance(organisation, Mapping) or not isinstance(resource, Mapping):
        return None
    whose, room = _number(organisation.get("id")), resource.get("name")
    name = organisation.get("name")
    if whose is None or not isinstance(name, str) or not isinstance(room, str):
        return None
    if not isinstance(starts, datetime):
        return None
    group = resource.get("resourceGroup")
    title = group.get("title") if isinstance(group, Mapping) else None
    venue = f"{title}, {room}" if isinstance(title, str) and title else room
    key = f"{whose}/{_number(resource.get('id')) or room.casefold()}"
    return key, name, venue, starts, ends if isinstance(ends, datetime) else None


def _offer(key: str, found: _Booked, findings: Findings) -> None:
    weekly = _weekly(found)
    if not weekly:
        findings.remark(Trouble.UNSURE, found.at, "booked, but not every week at one time")
        return
    entry = findings.offer(key, found.at)
    entry.of_organisation(found.organisation, f"{found.at}/organization/name")
    # The booking names no team; that is for a person to say.
    entry.line("title", found.organisation, f"{found.at}/organization/name", names=False)
    entry.word("kind", OfferKind.TEAM, "", found.at)
    entry.place({"venue": found.venue}, f"{found.at}/resource/name")
    schedule = Schedule(tuple(weekly))
    entry.schedule(schedule, format_times(schedule), f"{found.at}/start")


def _weekly(found: _Booked) -> list[Meeting]:
    """Meetings on at least three days, a week between each and the next."""
    weekly = []
    for meeting, dates in sorted(found.dates.items(), key=lambda pair: in_order(pair[0])):
        days = sorted(dates)
        gaps = {(later - one).days for one, later in pairwise(days)}
        if len(days) >= 3 and gaps == {7}:
            weekly.append(meeting)
    return weekly


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: object) -> str | None:
    words = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return words if words.isdecimal() and len(words) <= 12 else None
