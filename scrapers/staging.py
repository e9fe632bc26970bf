"""What a whole reading found, put together from its pages: plain values, nothing kept yet."""

import re
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import orjson

from catalogue.statements import RETRACTED
from scrapers.found import Field, FoundOffer, PageKind, Trouble
from scrapers.reading import RESUMABLE, Part, Reading
from scrapers.sources import Source

_NUMBERS = re.compile(r"[0-9]+")
_MOST_PLACES = 300
_SAMPLES = 100
"""Remarks that are kept word by word."""


@dataclass(frozen=True, slots=True)
class StagedField:
    value: object
    """Plain JSON; None if the words cannot be read with certainty, or the source takes it back."""
    original: str
    at: str
    page: str
    """Address of the answer in which it stands."""
    is_retracted: bool = False


@dataclass(frozen=True, slots=True)
class StagedOffer:
    organisation: str
    fields: Mapping[str, StagedField]
    at: str
    page: str
    address: str | None
    stated_on: date | None


@dataclass(frozen=True, slots=True)
class StagedVenue:
    fields: Mapping[str, StagedField]
    at: str
    page: str


@dataclass(slots=True)
class Staged:
    """By key, in the order found."""

    address: str = ""
    """Where reading began: what is shown as the origin where an offer has no page of its own."""
    offers: dict[str, StagedOffer] = field(default_factory=dict)
    venues: dict[str, StagedVenue] = field(default_factory=dict)
    organisations: dict[str, dict[str, object]] = field(default_factory=dict)
    """Own facts by name."""
    tombstones: list[str] = field(default_factory=list)
    """Keys of offers that the source says are no more."""
    troubles: Counter[str] = field(default_factory=Counter)
    """How often each, as `trouble at`, with numbers left out of where it stands."""
    samples: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.offers) + len(self.venues)

    def items(self) -> dict[str, Mapping[str, StagedField]]:
        """The fields of everything found, by `offer/key` or `venue/key`."""
        found = {f"offer/{key}": offer.fields for key, offer in self.offers.items()}
        return found | {f"venue/{key}": venue.fields for key, venue in self.venues.items()}

    def filled(self) -> dict[str, int]:
        """How many of the items have each field or part of one."""
        counts = Counter(part for fields in self.items().values() for part in parts_of(fields))
        counts["stated_on"] = sum(one.stated_on is not None for one in self.offers.values())
        return {name: count for name, count in sorted(counts.items()) if count}


def parts_of(fields: Mapping[str, StagedField]) -> set[str]:
    """Names of the fields that have a value, and of their parts, as `place.postcode`."""
    found = set()
    for name, one in fields.items():
        found |= parts_of_value(name, one.value)
    return found


def parts_of_value(name: str, value: Any) -> set[str]:
    """`name`, and the parts of it that have a value; nothing if there is no value."""
    if value is None:
        return set()
    found = {name}
    if name == "times":
        found |= {"times.meetings"} if value["meetings"] else set()
        found |= {"times.ends"} if any(one[2] for one in value["meetings"]) else set()
    elif isinstance(value, dict):
        found |= {f"{name}.{part}" for part, one in value.items() if one is not None}
    return found


def stage(source: Source, reading: Reading) -> Staged:
    """Put the pages of a reading together."""
    found = Staged(address=source.address)
    is_feed = source.format in RESUMABLE
    lists: dict[str, tuple[FoundOffer, str]] = {}
    details: dict[str, tuple[FoundOffer, str]] = {}
    gone: dict[str, None] = {}
    for part in reading.parts:
        _remarks(part, found)
        for tombstone in part.parsed.tombstones:
            gone[tombstone.key] = None
            lists.pop(tombstone.key, None)
        for offer in part.parsed.offers:
            told = details if part.page.kind is PageKind.DETAIL else lists
            if is_feed:  # in order of change: the last word counts
                gone.pop(offer.key, None)
                told[offer.key] = offer, part.page.url
            elif offer.key in told:
                _note(found, Trouble.DUPLICATE_KEY, offer.at, "on another page as well")
            else:
                told[offer.key] = offer, part.page.url
        for venue in part.parsed.venues:
            fields = _fields(venue.fields, part.page.url)
            found.venues.setdefault(venue.key, StagedVenue(fields, venue.at, part.page.url))
        for organisation in part.parsed.organisations:
            facts = {
                name: one.value
                for name, one in organisation.fields.items()
                if name != "name" and one.value is not None and one.value is not RETRACTED
            }
            found.organisations.setdefault(organisation.name, {}).update(_plain(facts))
    found.tombstones = [key for key in gone if key not in lists or is_feed]
    for key, (offer, page) in lists.items():
        _stage_offer(key, offer, page, details.pop(key, None), found)
    for key, (offer, page) in details.items():
        _stage_offer(key, offer, page, None, found)
    return found


def _stage_offer(
    key: str, offer: FoundOffer, page: str, detail: tuple[FoundOffer, str] | None, found: Staged
) -> None:
    """One offer of what the list and its own page say; the list speaks where that is silent."""
    fields = _fields(offer.fields, page)
    organisation, address, stated_on = offer.organisation, offer.address, offer.stated_on
    if detail is not None:
        more, its_page = detail
        fields |= _fields(more.fields, its_page)
        organisation = more.organisation or organisation
        address = more.address or address
        stated_on = more.stated_on or stated_on
    if organisation is None:
        _note(found, Trouble.ENTRY_REFUSED, offer.at, "an entry of no organisation")
    elif "title" not in fields:
        _note(found, Trouble.ENTRY_REFUSED, offer.at, "an entry without a title")
    else:
        found.offers[key] = StagedOffer(organisation, fields, offer.at, page, address, stated_on)


def _fields(fields: Mapping[str, Field], page: str) -> dict[str, StagedField]:
    return {
        name: StagedField(
            value=None if one.value is RETRACTED else _plain(one.value),
            original=one.original,
            at=one.at,
            page=page,
            is_retracted=one.value is RETRACTED,
        )
        for name, one in fields.items()
    }


def _plain(value: Any) -> Any:
    """As it comes back from the database, so that both can be compared."""
    return orjson.loads(orjson.dumps(value))


def _remarks(part: Part, found: Staged) -> None:
    for remark in part.parsed.remarks:
        _note(found, remark.trouble, remark.at, remark.detail)


def _note(found: Staged, trouble: Trouble, at: str, detail: str) -> None:
    place = f"{trouble.value} {_NUMBERS.sub('', at)}"[:100].strip()
    is_one_more = len(found.troubles) >= _MOST_PLACES and place not in found.troubles
    found.troubles[trouble.value if is_one_more else place] += 1
    if len(found.samples) < _SAMPLES:
        found.samples.append(f"{trouble.value}: {at}: {detail}"[:300])


# --- kept while it waits in quarantine ---


def pack(staged: Staged) -> bytes:
    """What publishing needs of it, compressed."""
    content = {
        "address": staged.address,
        "offers": staged.offers,
        "venues": staged.venues,
        "organisations": staged.organisations,
        "tombstones": staged.tombstones,
    }
    return zlib.compress(orjson.dumps(content))


def unpack(content: bytes) -> Staged:
    stored = orjson.loads(zlib.decompress(content))
    found = Staged(
        address=stored["address"],
        organisations=stored["organisations"],
        tombstones=stored["tombstones"],
    )
    for key, one in stored["offers"].items():
        stated_on = date.fromisoformat(one["stated_on"]) if one["stated_on"] else None
        offer = StagedOffer(**{**one, "stated_on": stated_on})
        found.offers[key] = replace(offer, fields=_unpacked(one["fields"]))
    for key, one in stored["venues"].items():
        found.venues[key] = StagedVenue(_unpacked(one["fields"]), one["at"], one["page"])
    return found


def _unpacked(fields: Mapping[str, dict[str, Any]]) -> dict[str, StagedField]:
    return {name: StagedField(**one) for name, one in fields.items()}
