"""Gathers what a format finds in one answer, cleaned and checked, into a `Parsed`."""

from collections.abc import Collection, Iterable, Sequence
from urllib.parse import urljoin, urlsplit

from catalogue import cells
from catalogue.errors import Invalid
from scrapers.formats.entry import Entry, key_of
from scrapers.formats.notes import Notes
from scrapers.found import (
    FoundOffer,
    FoundOrganisation,
    FoundVenue,
    NextPage,
    PageKind,
    Parsed,
    SourceInfo,
    Tombstone,
    Trouble,
    Unreadable,
)

MAX_ENTRIES = 20_000
"""Offers of one answer; the largest portal seen has 3,000."""


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
        self._notes = Notes(source)
        if mended:
            self.remark(
                Trouble.MENDED_ENCODING, "", f"{mended} characters were of letters encoded twice"
            )

    def remark(self, trouble: Trouble, at: str, detail: str) -> None:
        """As `Notes.remark`."""
        self._notes.remark(trouble, at, detail)

    def unknown(self, names: Iterable[object], known: Collection[str], where: str) -> None:
        """As `Notes.unknown`."""
        self._notes.unknown(names, known, where)

    def empty(self, at: str, detail: str) -> None:
        """The list is there and holds nothing."""
        self.has_empty_list = True
        self.remark(Trouble.EMPTY_LIST, at, detail)

    def offer(self, key: str | None, at: str) -> Entry:
        """A new offer; with None for a key its title will be its identity."""
        return self._new(self._entries, key, at)

    def gone(self, key: str, at: str) -> None:
        """The source says that the offer of this key is no more."""
        kept = key_of(key)
        if kept is not None:
            self.tombstones.append(Tombstone(kept, at))

    def venue(self, key: str | None, at: str) -> Entry:
        return self._new(self._venues, key, at)

    def organisation(self, key: str | None, at: str) -> Entry:
        return self._new(self._organisations, key, at)

    def _new(self, entries: list[Entry], key: str | None, at: str) -> Entry:
        if len(entries) >= MAX_ENTRIES:
            raise Unreadable(Trouble.TOO_LARGE, f"more than {MAX_ENTRIES} entries in one answer")
        entry = Entry(self._notes, key, at)
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
        return Parsed(
            offers=offers,
            organisations=self._named(),
            venues=tuple(FoundVenue(entry.key or "", entry.fields, entry.at) for entry in venues),
            tombstones=tuple(self.tombstones),
            next_pages=tuple(self._next.values()),
            remarks=self._notes.all(),
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

    def _asks_for_more(self, entry: Entry) -> bool:
        """Whether the organisation may still turn up: on the offer's own page, or before it."""
        if self.source.page is PageKind.DETAIL:
            return True
        return any(entry.key == page.key for page in self._next.values() if page.key)

    def _kept(self, entries: Sequence[Entry]) -> list[Entry]:
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
        if not entries:
            return
        for name in expected:
            if not any(entry.has(name) for entry in entries):
                self.remark(Trouble.MISSING_PART, name, f"no entry has its {name}")
