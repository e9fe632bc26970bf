"""Which offers say something of some ideas: by a word, by a part of one, or by an activity."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from matcher.index import Idea, Index
from matcher.kernels import words as kernel_words
from matcher.kernels.compiled import Flags, Floats
from matcher.postings import Cut
from matcher.rows import Rows


class Seen(NamedTuple):
    """Rows, and what each says of each idea."""

    rows: Rows
    text: Floats
    """(ideas, rows): how much of an idea's words each holds, 0..1."""
    has_word: Flags
    """(ideas, rows): whether it holds a whole word of it."""


def seek(
    index: Index,
    ideas: Sequence[Idea],
    wanted: Floats,
    by: Cut,
    *,
    floor: float = 0.0,
    rows: Rows | None = None,
) -> Seen:
    """All rows of a cut that say something of an idea, or some rows and what they say.

    wanted: (ideas, codes), how well each activity serves an idea; from `floor` on it is evidence.
    rows: within the cut.
    """
    postings, sought = index.terms.postings, [idea.sought for idea in ideas]
    if len(sought) == 1:
        keys, worth, is_whole, numbers = sought[0]
        owners = np.zeros(len(keys), dtype=np.int64)
    else:
        keys = np.concatenate([one.keys for one in sought])
        worth = np.concatenate([one.worth for one in sought])
        is_whole = np.concatenate([one.is_whole for one in sought])
        numbers = tuple(number for one in sought for number in one.numbers)
        owners = np.repeat(np.arange(len(sought)), [len(one.keys) for one in sought])
    norm, norm_by_length = index.terms.norms
    codes, sure, _ = index.spoken.columns
    return Seen(
        *kernel_words.seek(
            index.within(by.window) if rows is None else rows,
            rows is not None,
            keys,
            owners,
            worth,
            is_whole,
            postings.begins,
            postings.rows,
            postings.amounts,
            postings.late(numbers, by.shown),
            wanted,
            floor,
            index.spoken.begins,
            codes,
            sure,
            index.columns.length,
            norm,
            norm_by_length,
            (by.nowhere, by.first, by.last, by.ordered, by.shown),
        )
    )
