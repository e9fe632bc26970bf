"""Which records are worth comparing: those that share something rare.

Of 100,000 names five thousand million pairs could be made. A pair is looked at if both have
the same telephone, number, page, mail address or house, or letters in their names that few
others of their town, postcode or of all have.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalogue.duplicate_records import Columns, Ints

LETTERS = 4
"""Length of the pieces of a name."""
PIECES = 8
"""How many of a name's pieces are looked up, the rarest first."""
LARGEST = {
    "phone": 40,
    "email": 40,
    "site": 40,
    "number": 40,
    "house": 25,
    "letters": 12,
    "meets": 12,
    "piece": 24,
}
"""Records with the same value above which it says too little to look at all of them."""
SHARED = ("number", "phone", "email", "site", "house", "letters", "meets")
"""Columns of which one common value is reason enough to compare."""
_KINDS = (*SHARED, "piece", "town", "postcode")
_KIND = {name: np.uint64(place) << np.uint64(60) for place, name in enumerate(_KINDS)}
_PLACE_BITS = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Blocks:
    """Keys of records, sorted, for looking up who shares one."""

    keys: NDArray[np.uint64]
    rows: Ints
    piece: NDArray[np.uint64]
    """Pieces of names that at least one record has, sorted, each once."""
    counts: Ints
    """How many names hold each piece."""


def pairs(held: Columns, blocks: Blocks) -> tuple[Ints, Ints]:
    """Rows of the pairs worth comparing, each pair once, the lower row first."""
    keys, rows = blocks.keys, blocks.rows
    starts = _starts(keys)
    sizes = np.diff(np.r_[starts, len(keys)])
    found = []
    limits = _limits(keys[starts]) if len(keys) else np.empty(0, int)
    for size in np.unique(sizes[(sizes > 1) & (sizes <= limits)]):
        at = starts[(sizes == size) & (size <= limits)]
        members = rows[at[:, None] + np.arange(size)]
        first, second = np.triu_indices(int(size), 1)
        one, other = members[:, first].ravel(), members[:, second].ravel()
        found.append(np.minimum(one, other) * len(held.records) + np.maximum(one, other))
    if not found:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    both = _each_once(np.concatenate(found))
    return both // len(held.records), both % len(held.records)


def beside(new: Columns, blocks: Blocks) -> Ints:
    """Rows of the held records that the one new record is worth comparing with."""
    keys, _ = _keys(new, blocks.piece, blocks.counts, least=1)
    if not len(keys):
        return np.empty(0, dtype=np.int64)
    low = np.searchsorted(blocks.keys, keys, "left")
    high = np.searchsorted(blocks.keys, keys, "right")
    fits = (high > low) & (high - low < _limits(keys))
    found = [blocks.rows[a:b] for a, b in zip(low[fits], high[fits], strict=True)]
    return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)


def blocks_of(held: Columns, *, for_new: bool = False) -> Blocks:
    """The keys of all records. for_new: also those that only a new record could share."""
    pieces, whose = _pieces(held)
    ordered = np.sort(pieces)
    starts = _starts(ordered)
    piece, counts = ordered[starts], np.diff(np.r_[starts, len(ordered)])
    keys, rows = _keys(held, piece, counts, least=2)
    if for_new:
        alone = counts[np.searchsorted(piece, pieces)] == 1
        keys = np.concatenate((keys, pieces[alone] | _KIND["piece"]))
        rows = np.concatenate((rows, whose[alone]))
    order = np.lexsort((rows, keys))
    return Blocks(keys[order], rows[order], piece, counts)


def _starts(ordered: NDArray[Any]) -> Ints:
    """Where each run of equal values begins."""
    if not len(ordered):
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])


def _each_once(values: NDArray[Any]) -> NDArray[Any]:
    """Sorted, each once: np.unique hashes, which takes several times as long here."""
    ordered = np.sort(values)
    return ordered[_starts(ordered)]


def _limits(keys: NDArray[np.uint64]) -> Ints:
    kind = (keys >> np.uint64(60)).astype(np.int64)
    return np.array([LARGEST.get(name, LARGEST["piece"]) for name in _KINDS])[kind]


def _keys(
    held: Columns, piece: NDArray[np.uint64], counts: Ints, *, least: int
) -> tuple[NDArray[np.uint64], Ints]:
    """All keys of all records, and whose they are; no key twice for one record."""
    found, whose = [], []
    for name in SHARED:
        rows = np.flatnonzero(held.ids[name] >= 0)
        found.append(held.ids[name][rows].astype(np.uint64) | _KIND[name])
        whose.append(rows)
    rare, rows = _rarest(held, piece, counts, least)
    found.append(rare | _KIND["piece"])
    whose.append(rows)
    for name in ("town", "postcode"):
        place = held.ids[name][rows]
        known = place >= 0
        found.append(rare[known] | (place[known].astype(np.uint64) << _PLACE_BITS) | _KIND[name])
        whose.append(rows[known])
    return np.concatenate(found), np.concatenate(whose)


def _pieces(held: Columns) -> tuple[NDArray[np.uint64], Ints]:
    """Each piece of each name, as a number, and whose it is; a piece of a name once."""
    texts = [f" {line} ".encode() for line in held.whole_line]
    joined = np.frombuffer(b"".join(texts), dtype=np.uint8)
    if len(joined) < LETTERS:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    ends = np.cumsum(lengths)
    whose = np.repeat(np.arange(len(texts)), lengths)
    wide = joined.astype(np.uint64)
    numbers = np.zeros(len(joined) - LETTERS + 1, dtype=np.uint64)
    for place in range(LETTERS):
        numbers = (numbers << np.uint64(8)) | wide[place : len(joined) - LETTERS + 1 + place]
    inside = np.arange(len(numbers)) + LETTERS <= ends[whose[: len(numbers)]]
    both = _each_once(
        (whose[: len(numbers)][inside].astype(np.uint64) << np.uint64(32)) | numbers[inside]
    )
    return both & np.uint64(0xFFFFFFFF), (both >> np.uint64(32)).astype(np.int64)


def _rarest(
    held: Columns, piece: NDArray[np.uint64], counts: Ints, least: int
) -> tuple[NDArray[np.uint64], Ints]:
    """The rarest pieces of each name that at least so many names hold, and whose they are."""
    pieces, whose = _pieces(held)
    if not len(piece) or not len(pieces):
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    at = np.minimum(np.searchsorted(piece, pieces), len(piece) - 1)
    shared = (piece[at] == pieces) & (counts[at] >= least)
    pieces, whose, at = pieces[shared], whose[shared], at[shared]
    order = np.lexsort((pieces, counts[at], whose))
    pieces, whose = pieces[order], whose[order]
    first = np.searchsorted(whose, whose, "left")
    chosen = np.arange(len(whose)) - first < PIECES
    return pieces[chosen], whose[chosen]
