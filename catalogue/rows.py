"""One row of the table of offers, as what its source says of an offer."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from catalogue import cells
from catalogue.cells import TAKEN_BACK, Unusable
from catalogue.errors import Invalid
from catalogue.facts import Basis
from catalogue.intake import StatedOffer, offer_id
from catalogue.persondata import scrub
from catalogue.places import Gazetteer, Point
from catalogue.prices import parse_price, price_to_json
from catalogue.statements import RETRACTED, Provenance
from catalogue.vocabulary import Vocabulary

Value = TypeVar("Value")

REQUIRED = ("kilde_id", "forening", "tilbud")
_WHOLE = {"kilde_id", "kildenavn", "videre_til", "afvigende_kilder"}
"""Headings whose cells mean nothing with a part cut out: their row is refused instead."""
_NO_MOBILES = {"kilde_id", "kildenavn", "videre_til", "cvr", "lat", "lon", "pris_kr", "oplyst_den"}
"""Headings whose numbers are no telephone numbers, whatever they look like."""
_LONGEST_NAME = 100
SHOWN = 60
"""Characters of a cell that a report repeats."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something of a file that did not go in."""

    line: int
    heading: str
    value: str
    """The start of the cell; masked where it may be personal data."""
    key: str
    """The wording that says it on a screen."""
    reason: str
    """The same for a log, in English."""


class Refused(Exception):
    """The row cannot be used."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(remark.reason)
        self.remark = remark


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading a row needs to know."""

    source: str
    """Whose keys the kilde_id are, where a row does not say so itself."""
    basis: Basis
    said_by: str
    """Name of the source whose word the statements are."""
    on: date
    """Today."""
    gazetteer: Gazetteer
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True)
class StatedRow:
    line: int
    source: str
    offer: StatedOffer
    dropped: tuple[Remark, ...]
    """Cells of personal data that were left out."""


def known_headings(vocabulary: Vocabulary) -> tuple[str, ...]:
    """All headings, in the order in which they are written."""
    return (
        "kilde_id",
        "forening",
        "type",
        "cvr",
        "tilbud",
        "tilbudstype",
        "beskrivelse",
        "aktiviteter",
        *cells.PLACE_HEADINGS,
        "tider",
        "periode",
        "undtagelser",
        "plads",
        "pris_kr",
        "pris_enhed",
        "alder_fra",
        "alder_til",
        "koen",
        "telefon",
        "email",
        "website",
        "kilde",
        "oplyst_den",
        *(fact.code for fact in vocabulary.access_facts),
        "videre_til",
        "kildenavn",
        "afvigende_kilder",
    )


class _Row:
    """The filled cells of a row, by heading."""

    def __init__(self, line: int, given: dict[str, str]) -> None:
        self.line = line
        self.given = given

    def read(self, heading: str, parse: Callable[[str], Value]) -> Value:
        """The cell as `parse` reads it; what that raises becomes a refusal of this row."""
        try:
            return parse(self.given[heading])
        except Unusable as error:
            raise self.refusal(heading, error.key, str(error)) from error
        except Invalid as error:
            raise self.refusal(heading, "form.file.unreadable", str(error)) from error

    def fact(self, heading: str, parse: Callable[[str], object]) -> object:
        """Like `read`, but a lone dash takes the fact back."""
        if self.given[heading] == TAKEN_BACK:
            return RETRACTED
        return self.read(heading, parse)

    def refusal(self, heading: str, key: str, reason: str) -> Refused:
        value = self.given.get(heading, "")
        shown = value if len(value) <= SHOWN else f"{value[:SHOWN]}..."
        return Refused(Remark(self.line, heading, shown, key, reason))


def read_row(line: int, given: dict[str, str], reader: Reader) -> StatedRow:
    """What a row says. given: its filled cells by heading. Raises Refused."""
    row = _Row(line, given)
    dropped = _drop_personal_data(row, reader.on)
    given = row.given
    for heading in REQUIRED:
        if given.get(heading, TAKEN_BACK) == TAKEN_BACK:
            raise row.refusal(heading, "form.required", "must not be empty")
    source = row.read("kildenavn", _source_name) if "kildenavn" in given else reader.source
    facts: dict[str, object] = {}
    for heading, column in cells.OFFER_HEADINGS.items():
        if heading in given:
            facts[column.field] = row.fact(heading, column.read)
    for fact in reader.vocabulary.access_facts:
        if fact.code in given:
            facts[fact.code] = row.fact(fact.code, cells.access)
    _read_place(row, facts, reader.gazetteer)
    _read_price(row, facts)
    _check_ages(row, facts)
    if "videre_til" in given:
        facts["leads_to"] = row.fact("videre_til", lambda cell: _public_id(source, cell))
    by = Provenance(
        source=source if reader.basis is Basis.SOURCE else reader.said_by,
        basis=reader.basis,
        stated_on=_stated_on(row, reader),
        origin=row.read("kilde", cells.line) if "kilde" in given else None,
    )
    offer = StatedOffer(
        key=row.read("kilde_id", cells.line),
        organisation=row.read("forening", cells.line),
        facts=facts,
        by=by,
        organisation_facts={
            column.field: row.fact(heading, column.read)
            for heading, column in cells.ORGANISATION_HEADINGS.items()
            if heading in given
        },
        by_field=_read_deviations(row, facts, reader.on),
    )
    return StatedRow(line, source, offer, dropped)


def source_name(text: str, on: date) -> str:
    """A source's name on one line. on: today. Raises Invalid if it cannot be one."""
    name = _source_name(text)
    if scrub(name, on, mobiles=False).dropped:
        raise Unusable("form.name", "a source's name must hold no personal data")
    return name


def _source_name(cell: str) -> str:
    name = cells.line(cell)
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Unusable("form.too_long", f"a source's name has 1 to {_LONGEST_NAME} characters")
    return name


def _public_id(source: str, cell: str) -> str:
    """The offer meant: a key of the same source, or the public id of any offer."""
    try:
        return str(UUID(cell))
    except ValueError:
        return str(offer_id(source, cells.line(cell)))


def _read_place(row: _Row, facts: dict[str, object], gazetteer: Gazetteer) -> None:
    parts: dict[str, object] = {}
    for heading, column in cells.PLACE_HEADINGS.items():
        if heading in row.given:
            value = row.fact(heading, column.read)
            parts[column.field] = None if value is RETRACTED else value
    if not parts:
        return
    postcode = parts.get("postcode")
    if postcode is not None and not gazetteer.is_postcode(str(postcode)):
        key = "form.postcode.unknown" if str(postcode).isdigit() else "form.postcode"
        raise row.refusal("postnr", key, "is no Danish postcode")
    lat, lon = parts.get("lat"), parts.get("lon")
    if (lat is None) != (lon is None):
        raise row.refusal("lat", "form.required", "lat and lon belong together")
    if isinstance(lat, float) and isinstance(lon, float):
        try:
            Point(lat, lon, 0.0)
        except Invalid as error:
            raise row.refusal("lat", "form.address.unknown", str(error)) from error
    facts["place"] = parts


def _read_price(row: _Row, facts: dict[str, object]) -> None:
    amount, unit = row.given.get("pris_kr", ""), row.given.get("pris_enhed", "")
    if amount == TAKEN_BACK:
        facts["price"] = RETRACTED
        return
    try:
        price = parse_price(amount, "" if unit == TAKEN_BACK else unit)
    except Invalid as error:
        heading = "pris_enhed" if "unit" in str(error) else "pris_kr"
        key = "form.price.unit" if heading == "pris_enhed" else "form.price"
        raise row.refusal(heading, key, str(error)) from error
    if price is None:
        return
    parts = price_to_json(price)
    if not unit:
        del parts["unit"]  # the cell says nothing, so an earlier unit stands
    facts["price"] = parts


def _check_ages(row: _Row, facts: dict[str, object]) -> None:
    lowest, highest = facts.get("age_from"), facts.get("age_to")
    if isinstance(lowest, int) and isinstance(highest, int) and lowest > highest:
        raise row.refusal("alder_fra", "form.age.order", "is higher than alder_til")


def _stated_on(row: _Row, reader: Reader) -> date | None:
    """People who give no day mean today; a source that gives none is undated."""
    if "oplyst_den" not in row.given:
        return reader.on if reader.basis is Basis.PERSON else None
    stated_on = row.read("oplyst_den", cells.day)
    if stated_on > reader.on:
        raise row.refusal("oplyst_den", "form.date", "lies in the future")
    return stated_on


def _read_deviations(row: _Row, facts: Mapping[str, object], on: date) -> dict[str, Provenance]:
    """Facts with another provenance than their row's, as `export` writes them."""
    if "afvigende_kilder" not in row.given:
        return {}
    heading, key = "afvigende_kilder", "form.file.unreadable"
    try:
        stored = json.loads(row.given[heading])
        found = {
            str(field): Provenance(
                source=source_name(str(source), on),
                basis=Basis(basis),
                stated_on=None if stated_on is None else cells.day(stated_on),
                origin=None if origin is None else _clean_line(str(origin), on),
            )
            for field, (basis, source, stated_on, origin) in stored.items()
        }
    except (ValueError, TypeError, AttributeError, RecursionError, Invalid) as error:
        raise row.refusal(heading, key, "is not as the program writes it") from error
    if any(by.basis is Basis.PROSE for by in found.values()) or found.keys() - facts.keys():
        raise row.refusal(heading, key, "speaks of facts that the row does not hold")
    return found


def _clean_line(text: str, on: date) -> str:
    if scrub(text, on).dropped:
        raise Unusable("form.name", "holds personal data")
    return cells.line(text)


def _drop_personal_data(row: _Row, on: date) -> tuple[Remark, ...]:
    """Take private addresses and numbers out of the row; raises Refused for a CPR number."""
    dropped = []
    for heading, cell in row.given.items():
        if len(cell) > cells.MAX_TEXT:
            row.given[heading] = scrub(cell[: 2 * SHOWN], on).text  # as much as a report shows
            raise row.refusal(
                heading,
                "form.too_long",
                f"{len(cell)} characters, at most {cells.MAX_TEXT} fit",
            )
        found = scrub(cell, on, mobiles=heading not in _NO_MOBILES)
        for finding in found.dropped:
            remark = Remark(row.line, heading, finding.masked, finding.key, finding.reason)
            if finding.refuses or heading in _WHOLE:
                raise Refused(remark)
            dropped.append(remark)
        row.given[heading] = found.text
    row.given = {heading: cell for heading, cell in row.given.items() if cell}
    return tuple(dropped)
