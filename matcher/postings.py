"""Which rows hold a key, such as a word or an activity: rows by key, and keys by row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.kernels import words as kernel_words
from matcher.rows import Rows, Window, bounds, spread

Bytes = NDArray[np.uint8]
_NONE = np.zeros((3, 0), dtype=np.int64)


class Held(NamedTuple):
    """Some entries: a row, how much it makes of the key, and how it says so."""

    rows: NDArray[np.int32]
    amounts: Bytes
    forms: Bytes


class Cut(NamedTuple):
    """What of the postings may lie within a window. Also holds rows that have no place."""

    nowhere: int
    first: int
    last: int
    """Sorted rows before `nowhere`, and from `first` up to before `last`."""
    window: Window | None
    """None = everything."""
    ordered: int
    """Rows from here on came later: where they lie is looked up."""
    shown: int
    """Rows from here on are not seen."""


@dataclass(frozen=True)
class Postings:
    """Rows by key. Sorted ones, and those that came later beside them.

    What came later is only ever added to, always of rows that nobody has seen yet, so that
    whoever holds an older index may go on reading it.
    """

    begins: NDArray[np.int64]
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
        begins = np.concatenate(([0], np.cumsum(sizes)))
        return cls(begins, held.rows[order], held.amounts[order], held.forms[order])

    def add(self, row: int, entries: Iterable[tuple[int, int, int]]) -> None:
        """Entries (key, amount, form) of a row that no index shows yet."""
        for key, amount, form in entries:
            self.later.setdefault(key, []).append((row, amount, form))

    def entries(self, moved: NDArray[np.int64]) -> tuple[NDArray[np.int64], Held]:
        """Keys and entries of all rows that stay. moved: (all rows,), the new number or -1."""
        sizes = np.diff(self.begins)
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

    def late(self, keys: Sequence[int], shown: int) -> NDArray[np.int64]:
        """(3, entries): place of the key, row and amount of what came later; rows below `shown`."""
        if not self.later:
            return _NONE
        found = [
            (place, row, amount)
            for place, key in enumerate(keys)
            for row, amount, _ in self.later.get(key, ())
            if row < shown
        ]
        return np.array(found, dtype=np.int64).reshape(-1, 3).T.copy()

    def holding(self, key: int, shown: int) -> Rows:
        """Rows below `shown` that hold a key; rising."""
        sorted_ones = self.rows[self.begins[key] : self.begins[key + 1]]
        return np.concatenate((sorted_ones, self.late((key,), shown)[1]))

    def forms_in(
        self, keys: NDArray[np.int64], is_whole: NDArray[np.bool_], rows: Rows
    ) -> tuple[list[int], list[int]]:
        """By row: the first of some whole words that it holds, and its form there; -1 = none."""
        which, forms = (
            one.tolist()
            for one in kernel_words.forms_of(
                keys, is_whole, self.begins, self.rows, self.forms, rows
            )
        )
        for number, key in enumerate(keys.tolist() if self.later else ()):
            if is_whole[number] and key in self.later:
                form_of = {row: form for row, _, form in self.later[key]}
                for place, row in enumerate(rows.tolist()):
                    if which[place] < 0 and row in form_of:
                        which[place], forms[place] = number, form_of[row]
        return which, forms


def cut_by(cells: NDArray[np.int32], seen: Window | None, count: int) -> Cut:
    """cells: (sorted rows,), rising. count: all rows that the index shows."""
    if seen is None:
        return Cut(0, 0, len(cells), None, len(cells), count)
    return Cut(*bounds(cells, seen), seen, len(cells), count)


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
