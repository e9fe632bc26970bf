"""One offer, organisation or venue of an answer, as its fields are read and checked."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256

from catalogue import cells
from catalogue.dates import read_day, read_one_off, read_period
from catalogue.errors import Invalid
from catalogue.persondata import is_private_mail
from catalogue.prices import Price, price_to_json, read_price_field
from catalogue.reading import read_times
from catalogue.schedules import Schedule, schedule_to_json
from catalogue.seasons import Period, period_to_json
from scrapers.formats.clock import day_of, meeting
from scrapers.formats.notes import Notes
from scrapers.formats.plain import Clean, clean, one_line, without_markup
from scrapers.formats.words import room_in
from scrapers.found import Field, Trouble

LONGEST_EVENING = timedelta(hours=18)
_LONGEST_SEASON_DAYS = 800
_DENMARK = (54.4, 58.0, 7.9, 15.3)  # south, north, west, east in degrees, with its waters
_POSTCODE = re.compile(r"[0-9]{4}")


def key_of(raw: str) -> str | None:
    """The identity of something in its source, as it is kept; None if nothing is left.

    Numbers stay, since an id is none of a person's, whatever it looks like. A person's own
    mail address, which some calendars make ids of, becomes a digest that says nothing.
    """
    key = one_line(without_markup(raw))[:200]
    local, at_sign, domain = key.rpartition("@")
    if at_sign and is_private_mail(local, domain):
        return f"digest:{sha256(key.encode()).hexdigest()[:32]}"
    return key or None


class Entry:
    """One offer, organisation or venue of an answer, field by field.

    Each method takes the words as the source wrote them (None and blank say nothing) and
    where they stand, and keeps a field only if something is left of them.
    """

    def __init__(self, notes: Notes, key: str | None, at: str) -> None:
        self._notes = notes
        self.at = at
        self.fields: dict[str, Field] = {}
        self.organisation = notes.source.organisation
        self.states_organisation = False
        self.address: str | None = None
        self.stated_on: date | None = None
        self.key = None if key is None else key_of(key)

    @property
    def on(self) -> date:
        return self._notes.source.on

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
        self._notes.remark(trouble, at, detail)

    def unknown(self, names: Iterable[object], known: Collection[str], where: str) -> None:
        """As `Notes.unknown`."""
        self._notes.unknown(names, known, where)

    def put(self, name: str, value: object, original: str, at: str) -> None:
        """Keep a field whose value has been read, with the words that it was read from."""
        if original and original != value:
            original = clean(original, self.on, numbers=False, names=False).text
        self.fields.setdefault(name, Field(value, original, at))

    def cleaned(self, raw: str | None, at: str, *, numbers: bool = True, names: bool = True) -> str:
        """The words without markup and persons, with remarks; empty if nothing is left."""
        if raw is None:
            return ""
        self._notes.count_words(raw)
        found: Clean = clean(raw, self.on, numbers=numbers, names=names)
        for reason in found.dropped:
            self.remark(Trouble.PERSONAL_DATA, at, f"left out: {reason}")
        if found.refused:
            self.remark(Trouble.PERSONAL_DATA, at, f"the field {found.refused}")
        if found.shortened:
            self.remark(Trouble.SHORTENED, at, f"longer than {cells.MAX_TEXT} characters")
        return found.text

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
