"""Which rows hold a key, such as a word or an activity: rows by key, and keys by row."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.rows import NO_COLUMN, Rows, Window, bounds, spread

Bytes = NDArray[np.uint8]
_SHORT = 64  # entries that are looked at one by one sooner than searched


class Held(NamedTuple):
    """Some entries: a row, how much it makes of the key, and how it says so."""

    rows: NDArray[np.int32]
    amounts: Bytes
    forms: Bytes


class Read(NamedTuple):
    """Entries of some keys, (entries,) each."""

    which: Rows
    """Place of the key among those that were asked for."""
    rows: NDArray[np.int32]
    amounts: Bytes


class Cut(NamedTuple):
    """What of the postings may lie within a window. Also holds rows that have no place."""

    nowhere: int
    first: int
    last: int
    """Sorted rows before `nowhere`, and from `first` up to before `last`."""
    window: Window | None
    """None = everything."""
    shown: int
    """Rows from here on are not seen."""


@dataclass(frozen=True)
class Postings:
    """Rows by key. Sorted ones, and those that came later beside them.

    What came later is only ever added to, always of rows that nobody has seen yet, so that
    whoever holds an older index may go on reading it.
    """

    begins: list[int]
    """(keys + 1,): where each key's entries begin."""
    rows: NDArray[np.int32]
    """(entries,): rising within each key."""
    amounts: Bytes
    forms: Bytes
    later: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, keys: NDArray[np.int64], held: Held, count: int) -> "Postings":
        """From entries in any order. keys: (entries,), 0 ... count - 1."""
        order = np.lexsort((held.rows, keys))
        sizes = np.bincount(keys, minlength=count)
        begins = [0, *np.cumsum(sizes).tolist()]
        return cls(begins, held.rows[order], held.amounts[order], held.forms[order])

    def add(self, row: int, entries: Iterable[tuple[int, int, int]]) -> None:
        """Entries (key, amount, form) of a row that no index shows yet."""
        for key, amount, form in entries:
            self.later.setdefault(key, []).append((row, amount, form))

    def entries(self, moved: NDArray[np.int64]) -> tuple[NDArray[np.int64], Held]:
        """Keys and entries of all rows that stay. moved: (all rows,), the new number or -1."""
        sizes = np.diff(np.array(self.begins))
        keys = np.repeat(np.arange(len(sizes)), sizes)
        late = [(key, *one) for key, held in sorted(self.later.items()) for one in held]
        tail = np.array(late, dtype=np.int64).reshape(-1, 4)
        rows = moved[np.concatenate((self.rows, tail[:, 1]))]
        stays = rows >= 0
        return np.concatenate((keys, tail[:, 0]))[stays], Held(
            rows[stays].astype(np.int32),
            np.concatenate((self.amounts, tail[:, 2].astype(np.uint8)))[stays],
            np.concatenate((self.forms, tail[:, 3].astype(np.uint8)))[stays],
        )

    def read(self, keys: Sequence[int], by: Cut) -> Read:
        """The entries of some keys that may lie within a window, key by key."""
        low: list[int] = []
        high: list[int] = []
        which: list[int] = []
        late: list[tuple[int, int, int]] = []
        late_which: list[int] = []
        everywhere = by.window is None
        edges = np.array((by.nowhere, by.first, by.last), dtype=np.int32)
        for place, key in enumerate(keys):
            if key + 1 < len(self.begins):
                begin, end = self.begins[key], self.begins[key + 1]
                if everywhere or end - begin <= _SHORT:
                    low.append(begin)
                    high.append(end)
                else:
                    nowhere, first, last = self.rows[begin:end].searchsorted(edges).tolist()
                    low += (begin, begin + first)
                    high += (begin + nowhere, begin + last)
                    which.append(place)
                which.append(place)
            if key in self.later:
                seen = [one for one in self.later[key] if one[0] < by.shown]
                late += seen
                late_which += [place] * len(seen)
        entries, counts = spread(np.array(low, dtype=np.int64), np.array(high, dtype=np.int64))
        found = Read(
            np.repeat(np.array(which, dtype=np.int64), counts),
            self.rows[entries],
            self.amounts[entries],
        )
        if not late:
            return found
        more = np.array(late, dtype=np.int32)
        return Read(
            np.concatenate((found.which, late_which)),
            np.concatenate((found.rows, more[:, 0])),
            np.concatenate((found.amounts, more[:, 1].astype(np.uint8))),
        )

    def forms_in(self, key: int, rows: Rows) -> Iterator[tuple[int, int]]:
        """Places in some rows of those that hold a key, and the form in which each does."""
        if key + 1 < len(self.begins) and self.begins[key] < self.begins[key + 1]:
            entries = slice(self.begins[key], self.begins[key + 1])
            held = self.rows[entries]
            at = np.minimum(held.searchsorted(rows.astype(np.int32)), len(held) - 1)
            here = np.flatnonzero(held[at] == rows)
            yield from zip(here.tolist(), self.forms[entries][at[here]].tolist(), strict=True)
        late = self.later.get(key)
        if late:
            form_of = {row: form for row, _, form in late}
            for place, row in enumerate(rows.tolist()):
                if row in form_of:
                    yield place, form_of[row]


def cut_by(cells: NDArray[np.int32], seen: Window | None, count: int) -> Cut:
    """cells: (sorted rows,), rising. count: all rows that the index shows."""
    if seen is None:
        return Cut(0, 0, len(cells), None, count)
    return Cut(*bounds(cells, seen), seen, count)


def inside(columns: NDArray[np.uint16], by: Cut) -> NDArray[np.bool_]:
    """(entries,): whether they lie in the columns of a window, or nowhere.

    columns: (entries,) of the grid.
    """
    if by.window is None:
        return np.ones(len(columns), dtype=bool)
    from_west = columns - np.uint16(by.window.west)  # what lies farther west wraps round
    return np.asarray((from_west <= by.window.east - by.window.west) | (columns == NO_COLUMN))


@dataclass(frozen=True)
class Lists:
    """A list of keys for each row, one list after the other, with room for more rows."""

    begins: NDArray[np.int32]
    """(room + 1,): where each row's list begins."""
    columns: tuple[NDArray[np.integer], ...]
    """(entries and room,) each."""

    @classmethod
    def of(
        cls, lengths: NDArray[np.int64], columns: Sequence[NDArray[np.integer]], room: int
    ) -> "Lists":
        """lengths: (rows,). room: for so many rows more, and as many entries each as usual."""
        begins = np.zeros(len(lengths) + room + 1, dtype=np.int32)
        begins[1 : len(lengths) + 1] = np.cumsum(lengths)
        more = 8 * room
        return cls(
            begins,
            tuple(np.concatenate((one, np.zeros(more, dtype=one.dtype))) for one in columns),
        )

    def put(self, row: int, *columns: Sequence[float]) -> bool:
        """The list of the row after the last; false where it has no room."""
        begin = int(self.begins[row])
        end = begin + len(columns[0])
        if row + 1 >= len(self.begins) or end > len(self.columns[0]):
            return False
        for held, new in zip(self.columns, columns, strict=True):
            held[begin:end] = new
        self.begins[row + 1] = end
        return True

    def of_rows(self, rows: Rows) -> tuple[Rows, Rows]:
        """Places of the rows' entries, and how many each row has."""
        return spread(self.begins[rows].astype(np.int64), self.begins[rows + 1].astype(np.int64))

    def of_row(self, row: int) -> slice:
        return slice(int(self.begins[row]), int(self.begins[row + 1]))

    def taken(self, rows: Rows, room: int) -> "Lists":
        """The lists of some rows, in their order."""
        entries, lengths = self.of_rows(rows)
        return Lists.of(lengths, [column[entries] for column in self.columns], room)
