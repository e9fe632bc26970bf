"""The cells of the table of offers: what each heading may hold, and how it is written.

docs/tables.md describes the same for those who fill the table in.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from catalogue.errors import Invalid
from catalogue.kinds import GENDERS, OFFER_KINDS, ORGANISATION_KINDS, ROOMS
from catalogue.schedules import (
    format_times,
    parse_times,
    schedule_from_json,
    schedule_to_json,
)
from catalogue.seasons import (
    exceptions_from_json,
    exceptions_to_json,
    format_exceptions,
    format_period,
    parse_exceptions,
    parse_period,
    period_from_json,
    period_to_json,
)

MAX_TEXT = 20_000
MAX_LINE = 500
OLDEST = date(1990, 1, 1)
TAKEN_BACK = "-"
"""A cell that takes a fact back to unknown."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffd\ud800-\udfff]")


class Unusable(Invalid):
    """A cell that cannot be used; `key` is the wording that says why on a screen."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(reason)
        self.key = key


def text(cell: str) -> str:
    """Running text of several lines at most MAX_TEXT characters long."""
    return _clean(cell, MAX_TEXT)


def line(cell: str) -> str:
    """Text on one line, white space folded."""
    return " ".join(_clean(cell, MAX_LINE).split())


def _clean(cell: str, longest: int) -> str:
    if len(cell) > longest:
        raise Unusable("form.too_long", f"{len(cell)} characters, at most {longest} fit")
    if _CONTROL.search(cell):
        raise Unusable("form.file.unreadable", "holds characters that are no text")
    return cell


def activities(cell: str) -> list[str]:
    """Words separated by a bar, in the order given, none twice."""
    words = (line(word) for word in text(cell).split("|"))
    return list(dict.fromkeys(word for word in words if word))


def one_of(words: Mapping[str, str], cell: str) -> str:
    """The stored value of a word from a closed list, in any case."""
    found = words.get(line(cell).casefold())
    if found is None:
        raise Unusable("form.required.choice", f"must be one of {', '.join(words)}")
    return str(found)


def organisation_kind(cell: str) -> str:
    return one_of(ORGANISATION_KINDS, cell)


def offer_kind(cell: str) -> str:
    return one_of(OFFER_KINDS, cell)


def room(cell: str) -> str:
    return one_of(ROOMS, cell)


def gender(cell: str) -> str:
    return one_of(GENDERS, cell)


def access(cell: str) -> str:
    return one_of(ACCESS, cell)


def cvr(cell: str) -> str:
    digits = re.sub(r"[ .]", "", line(cell))
    if not re.fullmatch(r"[0-9]{8}", digits):
        raise Unusable("form.cvr", "a CVR number has eight digits")
    return digits


def age(cell: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", cell) or int(cell) > 120:
        raise Unusable("form.age", "age must be whole years, 0 to 120")
    return int(cell)


def times(cell: str) -> object:
    try:
        return schedule_to_json(parse_times(text(cell)))
    except Invalid as error:
        raise Unusable("form.time", str(error)) from error


def season(cell: str) -> object:
    try:
        return period_to_json(parse_period(line(cell)))
    except Invalid as error:
        raise Unusable("form.date", str(error)) from error


def exceptions(cell: str) -> object:
    try:
        return exceptions_to_json(parse_exceptions(text(cell)))
    except Invalid as error:
        raise Unusable("form.date", str(error)) from error


def day(cell: str) -> date:
    """An ISO date on which something was stated."""
    try:
        found = date.fromisoformat(line(cell))
    except ValueError as error:
        raise Unusable("form.date", "must be a date written as 2026-11-24") from error
    if found < OLDEST:
        raise Unusable("form.date", f"lies before {OLDEST.isoformat()}")
    return found


def email(cell: str) -> str:
    address = line(cell)
    if not re.fullmatch(r"[\w.+\-'~]{1,64}@(?:[\w\-]{1,63}\.){1,6}[^\W\d_]{2,24}", address):
        raise Unusable("form.email", "must be one mail address")
    return address


def phone(cell: str) -> str:
    """Eight Danish digits, without spaces and country code."""
    digits = re.sub(r"[ .\-()]", "", line(cell))
    digits = re.sub(r"^(\+45|0045)", "", digits)
    if not re.fullmatch(r"[0-9]{8}", digits):
        raise Unusable("form.phone", "a telephone number has eight digits")
    return digits


def website(cell: str) -> str:
    """A web address, with or without https:// in front."""
    address = line(cell)
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Unusable("form.url", "must be one web address") from error
    if parts.scheme not in ("http", "https") or not host or "." not in host or " " in address:
        raise Unusable("form.url", "must be one web address")
    if parts.username or parts.password:
        raise Unusable("form.url", "a web address must not hold a password")
    return address


def degrees(cell: str) -> float:
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,15})?", cell):
        raise Unusable("form.number", "must be degrees with a decimal point, as 56.41702")
    return float(cell)


def _word(words: Mapping[str, str]) -> Callable[[Any], str]:
    return {str(value): word for word, value in words.items()}.__getitem__


@dataclass(frozen=True, slots=True)
class Heading:
    """A column that states one field: how its cell is read, and written again."""

    field: str
    read: Callable[[str], object]
    """Cell to stored JSON; raises Unusable."""
    write: Callable[[Any], str] = str
    """Stored JSON to cell."""


ACCESS = {"ja": "yes", "nej": "no"}
ORGANISATION_HEADINGS = {
    "type": Heading("kind", organisation_kind, _word(ORGANISATION_KINDS)),
    "cvr": Heading("cvr", cvr),
}
OFFER_HEADINGS = {
    "tilbud": Heading("title", line),
    "tilbudstype": Heading("kind", offer_kind, _word(OFFER_KINDS)),
    "beskrivelse": Heading("description", text),
    "aktiviteter": Heading("activities", activities, "|".join),
    "tider": Heading("times", times, lambda stored: format_times(schedule_from_json(stored))),
    "periode": Heading("season", season, lambda stored: format_period(period_from_json(stored))),
    "undtagelser": Heading(
        "exceptions", exceptions, lambda stored: format_exceptions(exceptions_from_json(stored))
    ),
    "plads": Heading("room", room, _word(ROOMS)),
    "alder_fra": Heading("age_from", age),
    "alder_til": Heading("age_to", age),
    "koen": Heading("gender", gender, _word(GENDERS)),
    "telefon": Heading("phone", phone),
    "email": Heading("email", email),
    "website": Heading("website", website),
}
PLACE_HEADINGS = {
    "sted": Heading("venue", line),
    "adresse": Heading("address", line),
    "postnr": Heading("postcode", line),
    "by": Heading("town", line),
    "lat": Heading("lat", degrees, repr),
    "lon": Heading("lon", degrees, repr),
}


_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


def escaped(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: with an apostrophe where it might."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescaped(cell: str) -> str:
    """The reverse of `escaped`."""
    return cell[1:] if _ESCAPED.match(cell) else cell
