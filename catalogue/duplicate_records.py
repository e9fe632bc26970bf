"""What duplicates are sought among: plain records, and the columns that they are compared in.

A record may be a club, one of its offers or any other thing with a name; what it leaves
empty is unknown, and unknown is neither the same as anything nor different from it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from catalogue.danish import fold
from catalogue.duplicate_words import acronym, activity, words

Ints = NDArray[np.int64]
UNKNOWN = -1
NEW = -2
"""Number of a value that none of the records beside it has."""


@dataclass(frozen=True, slots=True)
class Record:
    """One thing in one list. Empty = unknown."""

    key: str
    """Its identity in the source; with the source it must be unique."""
    source: str = ""
    name: str = ""
    title: str = ""
    """What is offered, where `name` is who offers it."""
    text: str = ""
    venue: str = ""
    address: str = ""
    postcode: str = ""
    town: str = ""
    phone: str = ""
    email: str = ""
    url: str = ""
    number: str = ""
    """Number in a register of organisations: CVR."""
    point: tuple[float, float] | None = None
    """Latitude and longitude in degrees, only where somebody stated them."""
    activities: tuple[str, ...] = ()
    times: frozenset[tuple[int, int]] = frozenset()
    """Weekday (0 = Monday) and minute of the day at which it begins."""
    ages: tuple[int | None, int | None] = (None, None)
    gender: str = ""
    price: str = ""


IDS = (
    "town",
    "postcode",
    "house",
    "letters",
    "meets",
    "phone",
    "email",
    "site",
    "number",
    "gender",
    "price",
)
"""Columns in which values are the same or are not."""
_RARE = ("house", "phone", "email", "site", "number")
SHARED_SITES = frozenset(
    "facebook.com instagram.com conventus.dk holdsport.dk klubmodul.dk kultunaut.dk "
    "linktr.ee nemtilmeld.dk sites.google.com".split()
)
"""Hosts that many clubs have their pages at, so that the host alone says nothing."""


@dataclass(frozen=True, slots=True)
class Values:
    """Numbers of the values of one column, given in the order of their first use."""

    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, value: str, *, grows: bool) -> int:
        if grows:
            return self.numbers.setdefault(value, len(self.numbers))
        return self.numbers.get(value, NEW)


@dataclass(frozen=True, slots=True)
class Columns:
    """Records made ready to be compared, row by row."""

    records: tuple[Record, ...]
    name: list[list[str]]
    """Words of the name in canonical form, in order."""
    title: list[list[str]]
    town: list[list[str]]
    spelt: NDArray[np.object_]
    """The name as it is written."""
    name_line: NDArray[np.object_]
    """The words sorted, with spaces between; "" = none."""
    title_line: NDArray[np.object_]
    whole_line: NDArray[np.object_]
    """Of name and title together, each word once."""
    venue_line: NDArray[np.object_]
    street: NDArray[np.object_]
    door: Ints
    """House number; UNKNOWN where there is none."""
    has: dict[str, NDArray[np.bool_]]
    """Whether a record has a fact, or a line that is not empty."""
    ids: dict[str, Ints]
    """By column of IDS: a number for each value, UNKNOWN or NEW."""
    rarity: dict[str, NDArray[np.float64]]
    """1 / (records with the same value - 1), by column: what a match in it is worth, 0..1."""
    counts: dict[str, Ints]
    """How many records have each value, by column."""
    values: dict[str, Values]
    source: Ints
    point: NDArray[np.float64]
    """(n, 2) degrees; NaN = unknown."""


def columns(records: Sequence[Record], beside: Columns | None = None) -> Columns:
    """Records as columns; with `beside`, in its numbers, which stay as they are."""
    values = {name: Values() for name in (*IDS, "source")} if beside is None else beside.values
    grows = beside is None
    name = [words(one.name) for one in records]
    title = [words(one.title) if one.title else [] for one in records]
    found = {column: np.full(len(records), UNKNOWN) for column in (*IDS, "source")}
    street = np.empty(len(records), dtype=object)
    door = np.full(len(records), UNKNOWN, dtype=np.int64)
    for row, one in enumerate(records):
        street[row], number, plain = _plain(one)
        if number:
            door[row] = int(number[:9])
        place, letters = one.postcode.strip() or _folded(one.town), acronym(name[row])
        when = f"{place}\n{min(one.times)}" if place and one.times else ""
        plain["meets"] = when
        plain["letters"] = f"{place}\n{letters}" if place and letters else ""
        for column, value in plain.items():
            if value:
                found[column][row] = values[column].number(value, grows=grows)
    source = found.pop("source")
    counts = (
        {name: np.bincount(found[name][found[name] >= 0], minlength=1) for name in _RARE}
        if beside is None
        else beside.counts
    )
    rarity = {}
    for column in _RARE:
        own = found[column]
        shared = np.where(own >= 0, counts[column][np.maximum(own, 0)], 1)
        others = shared - 1 if beside is None else shared
        rarity[column] = 1.0 / np.maximum(others, 1)
    both = [[*{*a, *b}] if b else a for a, b in zip(name, title, strict=True)]
    lines = {
        "name_line": _lines(name),
        "title_line": _lines(title),
        "whole_line": _lines(both),
        "venue_line": _lines(words(one.venue) if one.venue else () for one in records),
        "street": street,
    }
    return Columns(
        records=tuple(records),
        name=name,
        title=title,
        town=[list(_town_words(one.town)) for one in records],
        spelt=_texts([one.name for one in records]),
        name_line=lines["name_line"],
        title_line=lines["title_line"],
        whole_line=lines["whole_line"],
        venue_line=lines["venue_line"],
        street=street,
        door=door,
        has={
            "text": _have(bool(one.text) for one in records),
            "times": _have(bool(one.times) for one in records),
            "ages": _have(one.ages != (None, None) for one in records),
            "activities": _have(bool(one.activities or one.title) for one in records),
            **{line: _have(map(bool, held)) for line, held in lines.items()},
        },
        ids=found,
        rarity=rarity,
        counts=counts,
        values=values,
        source=source,
        point=_points(records),
    )


@lru_cache(maxsize=20_000)
def _town_words(town: str) -> tuple[str, ...]:
    return tuple(words(town))


def _points(records: Sequence[Record]) -> NDArray[np.float64]:
    found = np.full((len(records), 2), np.nan)
    for row, one in enumerate(records):
        if one.point is not None:
            found[row] = one.point
    return found


@lru_cache(maxsize=20_000)
def _folded(town: str) -> str:
    return fold(town)


def _lines(rows: Iterable[Iterable[str]]) -> NDArray[np.object_]:
    return _texts([" ".join(sorted(row)) for row in rows])


def _texts(held: list[str]) -> NDArray[np.object_]:
    found = np.empty(len(held), dtype=object)
    found[:] = held
    return found


def _have(facts: Iterable[bool]) -> NDArray[np.bool_]:
    return np.fromiter(facts, dtype=np.bool_)


def _plain(one: Record) -> tuple[str, str, dict[str, str]]:
    """Street, house number, and the value of each column of IDS and of the source."""
    street, house = street_and_house(one.address) if one.address else ("", "")
    place = one.postcode.strip() or _folded(one.town)
    return (
        street,
        house,
        {
            "town": _folded(one.town),
            "postcode": one.postcode.strip(),
            "house": f"{place}\n{street}\n{house}" if house and place else "",
            "phone": phone_digits(one.phone) if one.phone else "",
            "email": one.email.strip().casefold(),
            "site": site(one.url) if one.url else "",
            "number": re.sub(r"\W", "", one.number).casefold() if one.number else "",
            "gender": one.gender,
            "price": one.price,
            "source": one.source,
        },
    )


_POSTCODE = re.compile(r"\b[0-9]{4,5}\b.*$")
_FIRST = re.compile(r"\s*([0-9]+)[a-z]?\b[\s,]*(.*)", re.DOTALL)
_LAST = re.compile(r"(.*?[^\W\d].*?)\s+([0-9]+)\s*[a-z]?\b")
_STREET_SHORT = {
    "av": "avenue",
    "ave": "avenue",
    "blvd": "boulevard",
    "e": "east",
    "gl": "gammel",
    "n": "north",
    "ndr": "nordre",
    "nr": "nørre",
    "pl": "place",
    "rd": "road",
    "s": "south",
    "sdr": "søndre",
    "skt": "sankt",
    "sct": "sankt",
    "st": "store",
    "str": "stræde",
    "v": "vej",
    "w": "west",
}
_LETTERS = re.compile(r"[^\W_]+")


def street_and_house(address: str) -> tuple[str, str]:
    """Street and house number of an address, folded; "" = not said.

    The number may stand last, as in Denmark, or first; floor, door and postcode are left out.
    """
    line = fold(address)
    first = line.partition(",")[0].strip() or line
    if leading := _FIRST.fullmatch(first):
        if leading[2]:
            return _street(leading[2]), leading[1]
        return _street(line.partition(",")[2]), leading[1]
    if last := _LAST.match(first):
        return _street(last[1]), last[2]
    return _street(_POSTCODE.sub("", first)), ""


def _street(text: str) -> str:
    return " ".join(_STREET_SHORT.get(word, word) for word in _LETTERS.findall(text))


def phone_digits(text: str) -> str:
    """The digits of a telephone number, without the code of Denmark; "" = none."""
    digits = re.sub(r"\D", "", text)
    if len(digits) == 12 and digits.startswith("0045"):
        return digits[4:]
    return digits[2:] if len(digits) == 10 and digits.startswith("45") else digits


def site(url: str) -> str:
    """The host of an address, or host and path where many clubs share the host."""
    address = url.strip().casefold()
    parts = urlsplit(address if "//" in address else f"//{address}")
    host = parts.netloc.rpartition("@")[2].partition(":")[0].removeprefix("www.")
    if any(host == one or host.endswith(f".{one}") for one in SHARED_SITES):
        path = parts.path.strip("/")
        return f"{host}/{path}" if path else ""
    return host


@lru_cache(maxsize=200_000)
def activity_codes(one: Record) -> frozenset[str]:
    """Codes of the activities that a record names, in its list or its title or its name."""
    found = {activity(word) for text in (*one.activities, one.title) for word in words(text)}
    found |= {text for text in one.activities if "_" in text}
    return frozenset(code for code in found if code)
