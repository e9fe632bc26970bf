"""Statements, and the one rule that makes a current fact of them.

Many may state the same field of the same offer. They are all kept; what the catalogue
shows is the strongest of them, and always with who said it and when.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class Basis(StrEnum):
    """What a statement rests on, from the strongest to the weakest."""

    PERSON = "person"  # somebody who knows the place: curator, guide or association
    SOURCE = "source"  # a file or a page, field by field
    PROSE = "prose"  # read out of a description: likely, never confirmed


class Subject(StrEnum):
    ORGANISATION = "organisation"
    VENUE = "venue"
    OFFER = "offer"


_RANK = {Basis.PERSON: 2, Basis.SOURCE: 1, Basis.PROSE: 0}
_NEVER = date.min


class Stated(NamedTuple):
    """One statement about one field of one subject.

    A tuple, since a municipality's catalogue holds hundreds of thousands and a frozen
    dataclass takes five times as long to make.
    """

    value: object
    """The value as plain JSON; None together with `retracted`."""
    basis: Basis
    source: str
    """Name of the source, or of the role that said it."""
    stated_on: date | None
    """The day it was true according to whoever stated it; None = nobody said."""
    fetched_at: datetime
    """When it reached the catalogue, aware UTC."""
    origin: str | None = None
    """Where it comes from in words or as an address, shown to people."""
    quote: str | None = None
    """The words that it was read from, for prose."""
    retracted: bool = False
    """True = taken back to unknown by this source."""
    pinned: bool = False
    """True = a curator has decided; stands until it is unpinned."""


class Fact(NamedTuple):
    """What the catalogue holds to be so, and on whose word; a tuple like Stated."""

    value: object
    """Plain JSON; for an accessibility fact "yes" or "no"."""
    basis: Basis
    stated_on: date | None
    source: str
    origin: str | None = None
    quote: str | None = None
    of: Subject = Subject.OFFER
    """Whose fact it is: an offer may inherit from its venue or organisation."""


def _strength(statement: Stated) -> tuple[bool, int, date, datetime, str]:
    return (
        statement.pinned,
        _RANK[statement.basis] if statement.basis is not Basis.PROSE else -statement.retracted,
        statement.stated_on or _NEVER,
        statement.fetched_at,
        statement.source,
    )


def current(statements: Iterable[Stated], of: Subject = Subject.OFFER) -> Fact | None:
    """The fact that follows from all that was stated of one field; None = unknown.

    Pinned beats the rest, people beat sources, sources beat prose; within one of these
    the newer `stated_on` wins, undated being oldest. A statement that says nothing does
    not exist, so unknown never beats known; only a retraction takes a fact back. What prose no
    longer says is nobody's word against anything, so such a retraction is weakest of all.
    """
    strongest = max(statements, key=_strength, default=None)
    if strongest is None or strongest.retracted:
        return None
    return Fact(
        value=strongest.value,
        basis=strongest.basis,
        stated_on=strongest.stated_on,
        source=strongest.source,
        origin=strongest.origin,
        quote=strongest.quote,
        of=of,
    )


def facts_to_json(facts: Mapping[str, Fact]) -> dict[str, list[object]]:
    """Facts by field, each as [value, basis, stated_on, source, origin, quote]; sorted."""
    return {
        field: [
            fact.value,
            fact.basis,
            fact.stated_on.isoformat() if fact.stated_on else None,
            fact.source,
            fact.origin,
            fact.quote,
        ]
        for field, fact in sorted(facts.items())
    }


def facts_from_json(stored: Mapping[str, list[object]], of: Subject) -> dict[str, Fact]:
    """The reverse of `facts_to_json`, for a subject of the given kind."""
    return {field: _fact_from_json(row, of) for field, row in stored.items()}


def _fact_from_json(row: list[object], of: Subject) -> Fact:
    value, basis, stated_on, source, origin, quote = row
    return Fact(
        value=value,
        basis=Basis(str(basis)),
        stated_on=date.fromisoformat(str(stated_on)) if stated_on else None,
        source=str(source),
        origin=None if origin is None else str(origin),
        quote=None if quote is None else str(quote),
        of=of,
    )
