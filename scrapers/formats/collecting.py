"""Gathers what a format finds in one answer, cleaned and checked, into a `Parsed`."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from catalogue import cells
from catalogue.dates import read_day, read_one_off, read_period
from catalogue.errors import Invalid
from catalogue.kinds import Room
from catalogue.prices import Price, price_to_json, read_price_field
from catalogue.reading import read_times
from catalogue.schedules import Schedule, schedule_to_json
from catalogue.seasons import Period, period_to_json
from scrapers.formats.clock import day_of, meeting
from scrapers.formats.plain import Clean, clean, one_line
from scrapers.found import (
    Field,
    FoundOffer,
    FoundOrganisation,
    FoundVenue,
    NextPage,
    PageKind,
    Parsed,
    Remark,
    SourceInfo,
    Tombstone,
    Trouble,
    Unreadable,
)

MAX_ENTRIES = 20_000
"""Offers of one answer; the largest portal seen has 3,000."""
LONGEST_EVENING = timedelta(hours=18)
_MAX_REMARKS = 500
_MAX_UNKNOWN = 100
_PLAIN_NAME = re.compile(r"[@\w][\w.:-]{0,39}")
_LONGEST_SEASON_DAYS = 800
_DENMARK = (54.4, 58.0, 7.9, 15.3)  # south, north, west, east in degrees, with its waters
_POSTCODE = re.compile(r"[0-9]{4}")


class Findings:
    """What has been found in an answer so far."""

    def __init__(self, source: SourceInfo, mended: int = 0) -> None:
        self.source = source
        self.tombstones: list[Tombstone] = []
        self.resume: str | None = None
        self.has_empty_list = False
        self._entries: list[Entry] = []
        self._venues: list[Entry] = []
        self._organisations: list[Entry] = []
        self._next: dict[str, NextPage] = {}
        self._remarks: list[Remark] = []
        self._unknown: set[tuple[str, str]] = set()
        self._more = 0
        if mended:
            self.remark(Trouble.MENDED_ENCODING, "", f"{mended} letters had been encoded twice")

    def remark(self, trouble: Trouble, at: str, detail: str) -> None:
        """Note something. detail: English, without anything of the answer but its shape."""
        remark = Remark(trouble, one_line(at)[:200], one_line(detail)[:200])
        if len(self._remarks) < _MAX_REMARKS:
            self._remarks.append(remark)
        else:
            self._more += 1

    def unknown(self, names: Iterable[object], known: Collection[str], where: str) -> None:
        """Note the names that are not among the known ones, each once in a place."""
        for name in {str(one) for one in names} - set(known):
            shown = name if _PLAIN_NAME.fullmatch(name) else "(no plain name)"
            if (where, shown) not in self._unknown and len(self._unknown) < _MAX_UNKNOWN:
                self._unknown.add((where, shown))

    def empty(self, at: str, detail: str) -> None:
        """The list is there and holds nothing."""
        self.has_empty_list = True
        self.remark(Trouble.EMPTY_LIST, at, detail)

    def offer(self, key: str | None, at: str) -> "Entry":
        """A new offer; with None for a key its title will be its identity."""
        return self._new(self._entries, key, at)

    def venue(self, key: str | None, at: str) -> "Entry":
        return self._new(self._venues, key, at)

    def organisation(self, key: str | None, at: str) -> "Entry":
        return self._new(self._organisations, key, at)

    def _new(self, entries: "list[Entry]", key: str | None, at: str) -> "Entry":
        if len(entries) >= MAX_ENTRIES:
            raise Unreadable(Trouble.TOO_LARGE, f"more than {MAX_ENTRIES} entries in one answer")
        entry = Entry(self, key, at)
        entries.append(entry)
        return entry

    def address(self, href: str | None, at: str) -> str | None:
        """An absolute https address on the same host as the answer's own, or None with a
        remark; also None if there is none."""
        if not href or not href.strip():
            return None
        try:
            found = urljoin(self.source.address, "".join(href.split()))
            parts, own = urlsplit(found), urlsplit(self.source.address)
            same = parts.hostname == own.hostname and parts.port == own.port
        except ValueError:
            same = False
            found, parts = "", urlsplit("")
        if not same or parts.scheme != own.scheme or parts.username or len(found) > 2000:
            self.remark(Trouble.FOREIGN_ADDRESS, at, "an address elsewhere is not followed")
            return None
        return found.partition("#")[0]

    def link(self, href: str | None, at: str) -> str | None:
        """An absolute web address to show to people, on any host; None if it is none."""
        if not href or not href.strip():
            return None
        try:
            return cells.website(urljoin(self.source.address, href.strip()[:2000]))
        except (Invalid, ValueError):
            self.remark(Trouble.UNUSABLE, at, "a link that is no web address")
            return None

    def follow(self, href: str | None, at: str, *, key: str | None = None) -> str | None:
        """Ask for a further page, of an offer if a key is given; returns its address."""
        found = self.address(href, at)
        if found is not None and found != self.source.address:
            page = PageKind.LIST if key is None else PageKind.DETAIL
            self._next.setdefault(found, NextPage(found, page, key))
        return found

    def done(self, expected: Iterable[str] = ()) -> Parsed:
        """All of it. expected: fields that entries of this format have; a remark is made of
        each that not one has. Raises Unreadable if there is nothing, and no empty list."""
        offers = self._offers()
        venues = self._kept(self._venues)
        self._check_parts(dict.fromkeys((*expected, *self.source.expects)))
        found = bool(offers or venues or self._organisations or self.tombstones)
        if not (found or self._next or self.has_empty_list or self.resume):
            reason = "nothing of what marks an entry is there"
            if self._entries:
                reason = "not one of the entries can be used"
            raise Unreadable(Trouble.LAYOUT_CHANGED, reason)
        for where, name in sorted(self._unknown):
            self.remark(Trouble.UNKNOWN_PART, f"{where} {name}".strip(), "not known here")
        if self._more:
            remark = Remark(Trouble.SHORTENED, "", f"{self._more} further remarks")
            self._remarks.append(remark)
        return Parsed(
            offers=offers,
            organisations=self._named(),
            venues=tuple(FoundVenue(entry.key or "", entry.fields, entry.at) for entry in venues),
            tombstones=tuple(self.tombstones),
            next_pages=tuple(self._next.values()),
            remarks=tuple(self._remarks),
            resume=self.resume,
        )

    def _offers(self) -> tuple[FoundOffer, ...]:
        usable = []
        for entry in self._entries:
            if "title" not in entry.fields and self.source.page is PageKind.LIST:
                self.remark(Trouble.ENTRY_REFUSED, entry.at, "an entry without a title")
            elif entry.organisation is None and not self._asks_for_more(entry):
                self.remark(Trouble.ENTRY_REFUSED, entry.at, "an entry of no organisation")
            else:
                usable.append(entry)
        return tuple(
            FoundOffer(
                key=entry.key or "",
                fields=entry.fields,
                organisation=entry.organisation,
                at=entry.at,
                address=entry.address,
                stated_on=entry.stated_on,
            )
            for entry in self._kept(usable)
        )

    def _named(self) -> tuple[FoundOrganisation, ...]:
        """Organisations with a name, each name once."""
        kept: dict[str, FoundOrganisation] = {}
        for one in self._organisations:
            if "name" in one.fields:
                name = str(one.fields["name"].value)
                kept.setdefault(name, FoundOrganisation(name, one.fields, one.at, one.key))
        return tuple(kept.values())

    def _asks_for_more(self, entry: "Entry") -> bool:
        """Whether the organisation may still turn up: on the offer's own page, or before it."""
        if self.source.page is PageKind.DETAIL:
            return True
        return any(entry.key == page.key for page in self._next.values() if page.key)

    def _kept(self, entries: "Sequence[Entry]") -> "list[Entry]":
        """Entries with a key, each key once."""
        kept: dict[str, Entry] = {}
        for entry in entries:
            if entry.key is None:
                title = entry.fields.get("title") or entry.fields.get("name")
                if title is None:
                    self.remark(Trouble.ENTRY_REFUSED, entry.at, "an entry without an identity")
                    continue
                self.remark(Trouble.NO_OWN_KEY, entry.at, "its title serves as its identity")
                entry.key = f"titel:{str(title.value).casefold()}"
            if entry.key in kept:
                self.remark(Trouble.DUPLICATE_KEY, entry.at, f"as {kept[entry.key].at} before it")
            else:
                kept[entry.key] = entry
        return list(kept.values())

    def _check_parts(self, expected: Iterable[str]) -> None:
        """Remark on each part that not one entry has."""
        entries = self._entries or self._venues
        if not entries or (self.source.page is PageKind.DETAIL and not self.source.expects):
            return
        for name in expected:
            if not any(entry.has(name) for entry in entries):
                self.remark(Trouble.MISSING_PART, name, f"no entry has its {name}")


class Entry:
    """One offer, organisation or venue of an answer, field by field.

    Each method takes the words as the source wrote them (None and blank say nothing) and
    where they stand, and keeps a field only if something is left of them.
    """

    def __init__(self, findings: Findings, key: str | None, at: str) -> None:
        self._findings = findings
        self.at = at
        self.fields: dict[str, Field] = {}
        self.organisation = findings.source.organisation
        self.states_organisation = False
        self.address: str | None = None
        self.stated_on: date | None = None
        self.key = self._clean_key(key)

    @property
    def on(self) -> date:
        return self._findings.source.on

    def has(self, name: str) -> bool:
        """Whether it states a field, a part of one (`place.postcode`, `price.unit`,
        `times.ends`), or `organisation`, `stated_on` or `link`."""
        if name == "organisation":
            return self.states_organisation
        if name == "stated_on":
            return self.stated_on is not None
        if name == "link":
            return self.address is not None
        field, _, part = name.partition(".")
        value = self.fields[field].value if field in self.fields else None
        if not part:
            return field in self.fields
        if not isinstance(value, Mapping):
            return False
        if name == "times.ends":
            return any(ends is not None for _, _, ends, *_ in value["meetings"])
        return value.get(part) is not None

    def remark(self, trouble: Trouble, at: str, detail: str) -> None:
        self._findings.remark(trouble, at, detail)

    def unknown(self, names: Iterable[object], known: Collection[str], where: str) -> None:
        """As `Findings.unknown`."""
        self._findings.unknown(names, known, where)

    def put(self, name: str, value: object, original: str, at: str) -> None:
        """Keep a field whose words have been cleaned."""
        self.fields.setdefault(name, Field(value, original, at))

    def cleaned(self, raw: str | None, at: str, *, numbers: bool = True, names: bool = True) -> str:
        """The words without markup and persons, with remarks; empty if nothing is left."""
        if raw is None:
            return ""
        found: Clean = clean(raw, self.on, numbers=numbers, names=names)
        for reason in found.dropped:
            self.remark(Trouble.PERSONAL_DATA, at, f"left out: {reason}")
        if found.refused:
            self.remark(Trouble.PERSONAL_DATA, at, f"the field {found.refused}")
        if found.shortened:
            self.remark(Trouble.SHORTENED, at, f"longer than {cells.MAX_TEXT} characters")
        return found.text

    def _clean_key(self, key: str | None) -> str | None:
        if key is None:
            return None
        found = one_line(self.cleaned(key, self.at, numbers=False, names=False))
        return found[:200] or None

    # --- text ---

    def line(self, name: str, raw: str | None, at: str, *, names: bool = True) -> None:
        """Text on one line: a title, a word."""
        if words := one_line(self.cleaned(raw, at, names=names)):
            self.put(name, words, words, at)

    def text(self, name: str, raw: str | None, at: str) -> None:
        """Running text."""
        if words := self.cleaned(raw, at):
            self.put(name, words, words, at)

    def of_organisation(self, raw: str | None, at: str) -> None:
        """The name of the organisation whose offer this is."""
        if words := one_line(self.cleaned(raw, at, names=False)):
            self.organisation = words
            self.states_organisation = True

    def activities(self, words: Iterable[str | None], at: str) -> None:
        """Activity words in the order given."""
        found = [one_line(self.cleaned(word, at)).replace("|", ",") for word in words]
        kept = list(dict.fromkeys(word for word in found if word))[:20]
        if kept:
            self.put("activities", kept, "|".join(kept), at)

    # --- contact ---

    def contact(self, name: str, raw: str | None, at: str) -> None:
        """`phone`, `email` or `website` of the organisation; a person's is left out."""
        read: Callable[[str], str] = getattr(cells, name)
        if words := one_line(self.cleaned(raw, at, numbers=name == "phone")):
            self._read(name, words, read, at)

    def _read(self, name: str, words: str, read: Callable[[str], object], at: str) -> None:
        try:
            self.put(name, read(words), words, at)
        except Invalid as error:
            self.remark(Trouble.UNUSABLE, at, f"{name}: {error}")

    # --- when ---

    def times(self, raw: str | None, at: str) -> None:
        """Weekly times in words."""
        if words := self.cleaned(raw, at, numbers=False):
            self.schedule(read_times(words), words, at)

    def schedule(self, schedule: Schedule, words: str, at: str) -> None:
        """Times that have been read; those that keep their words are noted as unsure."""
        if schedule.meetings or schedule.original:
            if schedule.original:
                self.remark(Trouble.UNSURE, at, "times: kept in the source's own words")
            self.put("times", schedule_to_json(schedule), words, at)

    def season(self, raw: str | None, at: str) -> None:
        """A period in words."""
        words = one_line(self.cleaned(raw, at, numbers=False))
        if not words:
            return
        try:
            self.period(read_period(words, self.on), words, at)
        except Invalid as error:
            self.remark(Trouble.CONTRADICTION, at, f"season: {error}")
            self.put("season", None, words, at)

    def period(self, period: Period | None, words: str, at: str) -> None:
        if period is None:
            self.remark(Trouble.UNSURE, at, "season: kept in the source's own words")
        elif period.first and period.last:
            days = (period.last - period.first).days + 1
            if days > _LONGEST_SEASON_DAYS:
                self.remark(Trouble.UNSURE, at, f"season: {days} days are no season")
                period = None
        self.put("season", None if period is None else period_to_json(period), words, at)

    def one_off(self, raw: str | None, at: str) -> None:
        """When an event is, in words; into both season and times."""
        words = one_line(self.cleaned(raw, at, numbers=False))
        if not words:
            return
        try:
            found = read_one_off(words)
        except Invalid as error:
            self.remark(Trouble.CONTRADICTION, at, f"date: {error}")
            self.put("season", None, words, at)
            return
        if found is None:
            self.times(words, at)
            return
        self.period(found.period, words, at)
        self.schedule(found.schedule, words, at)

    def once(
        self, starts: date | datetime, ends: date | datetime | None, said: str, at: str
    ) -> None:
        """When an event is, from moments on the wall clock of Denmark; into season and times.

        An evening that ends after midnight is one day; what lasts longer keeps its words.
        """
        first = day_of(starts)
        try:
            period = Period(first, first if ends is None else day_of(ends))
        except Invalid as error:
            self.remark(Trouble.CONTRADICTION, at, f"date: {error}")
            self.put("season", None, said, at)
            return
        end = ends if isinstance(ends, datetime) and isinstance(starts, datetime) else None
        is_evening = False
        if end is not None and isinstance(starts, datetime):
            if end < starts:
                self.remark(Trouble.CONTRADICTION, at, "it ends before it begins")
                self.put("season", None, said, at)
                return
            is_evening = end - starts < LONGEST_EVENING
        if is_evening:
            period = Period(first, first)
        self.period(period, said, at)
        if isinstance(starts, datetime):
            if period.first == period.last:
                self.schedule(Schedule((meeting(starts, end),)), said, at)
            else:
                self.schedule(Schedule(original=said), said, at)

    def stated(self, raw: str | None, at: str) -> None:
        """The day for which the source gives its word; one to come is none."""
        words = one_line(raw or "")[:40]
        if not words:
            return
        try:
            day = read_day(words) or read_day(words[:10])
        except Invalid:
            day = None
        if day is None or day > self.on or day < cells.OLDEST:
            self.remark(Trouble.UNUSABLE, at, "the day of statement is none, or lies ahead")
        else:
            self.stated_on = day

    # --- the rest ---

    def price(self, raw: str | None, at: str) -> None:
        """A field that holds a price."""
        if words := one_line(self.cleaned(raw, at, numbers=False)):
            self.priced(read_price_field(words), words, at)

    def priced(self, price: Price | None, words: str, at: str) -> None:
        if price is None:
            self.remark(Trouble.UNSURE, at, "price: kept in the source's own words")
        self.put("price", None if price is None else price_to_json(price), words, at)

    def age(self, name: str, raw: object, at: str) -> None:
        """`age_from` or `age_to`, in years."""
        if raw is None or isinstance(raw, bool):
            return
        words = str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw)
        if words := words.strip()[:20]:
            self._read(name, words, cells.age, at)

    def room(self, raw: str | None, at: str) -> None:
        """Whether there is room, in words: `Ledige pladser: 4`, `Venteliste`."""
        if words := one_line(self.cleaned(raw, at)):
            found = room_in(words)
            if found is None:
                self.remark(Trouble.UNSURE, at, "room: kept in the source's own words")
            self.put("room", None if found is None else found.value, words, at)

    def word(self, name: str, value: str, original: str, at: str) -> None:
        """A value of one of the catalogue's closed lists."""
        self.put(name, str(value), original, at)

    def place(self, parts: Mapping[str, object], at: str) -> None:
        """venue, address, postcode, town, lat, lon, as far as they are known."""
        kept: dict[str, object] = {}
        for name in ("venue", "address", "town"):
            raw = parts.get(name)
            if isinstance(raw, str) and (words := one_line(self.cleaned(raw, at, names=False))):
                kept[name] = words
        postcode = str(parts.get("postcode") or "").strip()[:12]
        postcode = re.sub(r"^DK[- ]?", "", postcode, flags=re.IGNORECASE)
        if _POSTCODE.fullmatch(postcode):
            kept["postcode"] = postcode
        elif postcode:
            self.remark(Trouble.UNUSABLE, at, "postcode: has not four digits")
        point = self._point(parts.get("lat"), parts.get("lon"), at)
        if point is not None:
            kept["lat"], kept["lon"] = point
        if kept:
            words = ", ".join(str(value) for value in kept.values())
            self.put("place", kept, words, at)

    def _point(self, lat: object, lon: object, at: str) -> tuple[float, float] | None:
        if lat in (None, "") or lon in (None, ""):
            return None
        try:
            found = float(str(lat).strip()[:20]), float(str(lon).strip()[:20])
        except ValueError:
            self.remark(Trouble.UNUSABLE, at, "coordinates that are no numbers")
            return None
        south, north, west, east = _DENMARK
        if not (south <= found[0] <= north and west <= found[1] <= east):
            self.remark(Trouble.UNUSABLE, at, "coordinates outside Denmark")
            return None
        return found


_FREE_PLACES = re.compile(
    r"(?:ledige|available)[^0-9]{0,20}(?P<many>[0-9]{1,6})|"
    r"(?P<count>[0-9]{1,6}) (?:ledige|available)"
)


def room_in(words: str) -> Room | None:
    """What `Ledige pladser: 4`, `Fuldt booket` or `Venteliste` says; None = not sure."""
    said = words.casefold()[:200]
    if found := _FREE_PLACES.search(said):
        return Room.OPEN if int(found["many"] or found["count"]) else Room.FULL
    if "venteliste" in said or "waiting list" in said:
        return Room.WAITING_LIST
    if re.search(r"\b(?:fuldt|udsolgt|optaget|ingen ledige|fully booked|sold out)\b", said):
        return Room.FULL
    if re.search(r"\b(?:ledige pladser|ubegrænset|plads til flere)\b", said):
        return Room.OPEN
    return None


_TOWN = re.compile(r"(?P<postcode>[0-9]{4}) +(?P<town>[^0-9,]{2,40})")


def split_address(text: str) -> dict[str, str]:
    """`Klubhuset, Storegade 12, 8410 Rønde` as venue, address, postcode and town.

    What has a house number is the address, what stands before it the venue.
    """
    parts = [part.strip() for part in re.split(r"[\n,]", text) if part.strip()]
    found: dict[str, str] = {}
    for part in list(parts):
        town = _TOWN.fullmatch(part)
        if town and "postcode" not in found:
            found |= {"postcode": town["postcode"], "town": town["town"].strip()}
            parts.remove(part)
    numbered = next((at for at, part in enumerate(parts) if re.search(r"[0-9]", part)), len(parts))
    if parts[:numbered]:
        found["venue"] = ", ".join(parts[:numbered])
    if parts[numbered:]:
        found["address"] = ", ".join(parts[numbered:])
    return found
