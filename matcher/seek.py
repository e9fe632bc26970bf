"""Which offers say something of some ideas: by a word, by a part of one, or by an activity."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.entry import HUNDREDTHS
from matcher.index import Idea, Index
from matcher.postings import Cut, Read, inside
from matcher.rows import Rows
from matcher.terms import amounts_as_counts

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Words(NamedTuple):
    """Where words of some ideas stand: (entries,) each."""

    rows: Rows
    owners: Rows
    """Place of the idea."""
    amounts: Floats
    """What the word counts there."""
    is_whole: Flags


def words_of(index: Index, ideas: Sequence[Idea], by: Cut) -> Words:
    """Entries of all words of the ideas within a window."""
    sought = [(owner, one) for owner, idea in enumerate(ideas) for one in idea.sought]
    found = _seen(index, index.terms.postings.read([one.number for _, one in sought], by), by)
    idf = index.terms.idf
    weights = np.array([one.weight * idf[one.number] / ideas[k].worth for k, one in sought])
    counts = amounts_as_counts(found.amounts)
    norms = index.terms.norms(index.columns.length[found.rows])
    return Words(
        found.rows.astype(np.int64),
        np.array([owner for owner, _ in sought], dtype=np.int64)[found.which],
        weights[found.which] * counts / (counts + norms),
        np.array([one.is_whole for _, one in sought], dtype=bool)[found.which],
    )


def evident(index: Index, ideas: Sequence[Idea], floor: float, by: Cut) -> Rows:
    """Rows with an activity that serves an idea at least so well; in no order."""
    wanted = [idea.heard.wanted for idea in ideas]
    best = wanted[0] if len(wanted) == 1 else np.maximum.reduce(wanted)
    codes = np.flatnonzero(best >= floor)
    found = _seen(index, index.speaking.read(codes.tolist(), by), by)
    serves = best[codes][found.which] * (found.amounts / HUNDREDTHS)
    return found.rows[serves >= floor].astype(np.int64)


def placed(words: Words, rows: Rows, ideas: int) -> tuple[Floats, Flags]:
    """(ideas, rows) each: how much of an idea's words each row holds, 0..1, and whether a
    whole word of it. rows: rising."""
    if not len(rows):
        return np.zeros((ideas, 0)), np.zeros((ideas, 0), dtype=bool)
    place = rows.searchsorted(words.rows)
    place[place == len(rows)] = 0
    here = rows[place] == words.rows
    at = words.owners * len(rows) + place
    size = ideas * len(rows)
    text = np.bincount(at[here], words.amounts[here], minlength=size)
    has_word = np.zeros(size, dtype=bool)
    has_word[at[here & words.is_whole]] = True
    shape = (ideas, len(rows))
    return np.asarray(text.reshape(shape)), has_word.reshape(shape)


def _seen(index: Index, found: Read, by: Cut) -> Read:
    """Only what a window holds and is not gone."""
    if by.window is None and index.stays is None:
        return found
    held = inside(index.columns.grid[found.rows], by)
    if index.stays is not None:
        held &= index.stays[found.rows]
    return Read(found.which[held], found.rows[held], found.amounts[held])
