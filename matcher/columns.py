"""What the index keeps of each offer at a fixed size, column by column."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from catalogue.published import PublishedOffer
from matcher.entry import OLDEST, Entry
from matcher.rows import Rows, column
from matcher.terms import length_of


@dataclass(frozen=True, slots=True)
class Columns:
    """Arrays whose last axis is the rows, with room for more rows."""

    ids: NDArray[np.uint64]
    """The first half of each offer's id: what ties break on."""
    organisations: NDArray[np.int64]
    """Half of an id, which is enough to part the organisations of a country."""
    cells: NDArray[np.int32]
    grid: NDArray[np.uint16]
    """The column of the grid in which the cell lies."""
    vectors: NDArray[np.float64]
    """(3, n): unit vectors of the points; NaN = place unknown."""
    uncertainty_km: NDArray[np.float32]
    """Of the points; NaN = place unknown."""
    kr_per_month: NDArray[np.float32]
    """NaN = unknown, 0 = confirmed free."""
    age_from: NDArray[np.uint8]
    age_to: NDArray[np.uint8]
    """Years; 0 and 255 = no limit is stated."""
    barriers: NDArray[np.uint64]
    access: NDArray[np.uint8]
    """(codes, n): NO, YES or UNKNOWN as confirmed, LIKELY or LIKELY_NO by prose alone."""
    chance: NDArray[np.uint8]
    """(codes, n): how likely each fact holds if nobody has stated it, in 255ths."""
    stated_on: NDArray[np.int32]
    """The newest day on which anything was stated, as `date.toordinal`; or NO_DAY."""
    days: NDArray[np.uint8]
    """Bits of the weekdays with a meeting, Monday the lowest; 0 also where nobody knows."""
    groups: NDArray[np.uint32]
    """Bits of main groups."""
    kind: NDArray[np.int8]
    venue: NDArray[np.int64]
    length: NDArray[np.float32]
    """Words of the offer, each by its weight."""

    @classmethod
    def empty(cls, room: int, codes: int) -> "Columns":
        """No rows, and room for some."""

        def of(dtype: type[np.generic], *shape: int) -> NDArray[np.generic]:
            return np.zeros((*shape, room), dtype=dtype)

        made = {one.name: of(_TYPES[one.name], *_shape(one.name, codes)) for one in fields(cls)}
        return cls(**made)  # type: ignore[arg-type]  # by the table of types

    def put(self, row: int, entry: Entry) -> None:
        """An offer in a row; its chances are not known here."""
        offer = entry.offer
        self.ids[row] = first_half(offer)
        self.organisations[row] = organisation_number(offer)
        self.cells[row] = entry.cell
        self.grid[row] = column(entry.cell)
        self.vectors[:, row] = entry.vector
        self.uncertainty_km[row] = entry.uncertainty_km
        self.kr_per_month[row] = entry.kr_per_month
        self.age_from[row] = offer.age_from or 0
        self.age_to[row] = OLDEST if offer.age_to is None else offer.age_to
        self.barriers[row] = entry.barriers
        self.access[:, row] = entry.access
        self.stated_on[row] = entry.stated_on
        meetings = offer.times.meetings if offer.times else ()
        self.days[row] = sum({1 << one.weekday for one in meetings})
        self.groups[row] = entry.groups
        self.kind[row] = entry.kind
        self.venue[row] = entry.venue
        self.length[row] = length_of(entry.terms)

    def taken(self, rows: Rows, room: int) -> "Columns":
        """Some rows, in their order, and room for more."""
        found = Columns.empty(len(rows) + room, len(self.access))
        for one in fields(self):
            np.take(
                getattr(self, one.name),
                rows,
                axis=-1,
                out=getattr(found, one.name)[..., : len(rows)],
            )
        return found

    def nbytes(self) -> int:
        return sum(getattr(self, one.name).nbytes for one in fields(self))


_TYPES: dict[str, type[np.generic]] = {
    "ids": np.uint64,
    "organisations": np.int64,
    "cells": np.int32,
    "grid": np.uint16,
    "vectors": np.float64,
    "uncertainty_km": np.float32,
    "kr_per_month": np.float32,
    "age_from": np.uint8,
    "age_to": np.uint8,
    "barriers": np.uint64,
    "access": np.uint8,
    "chance": np.uint8,
    "stated_on": np.int32,
    "days": np.uint8,
    "groups": np.uint32,
    "kind": np.int8,
    "venue": np.int64,
    "length": np.float32,
}


def _shape(name: str, codes: int) -> tuple[int, ...]:
    if name == "vectors":
        return (3,)
    return (codes,) if name in ("access", "chance") else ()


def first_half(offer: PublishedOffer) -> int:
    return int.from_bytes(offer.id.bytes[:8])


def organisation_number(offer: PublishedOffer) -> int:
    """Equal for offers of one organisation."""
    return int.from_bytes(offer.organisation.id.bytes[:8], signed=True)
