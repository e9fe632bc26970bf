"""Which of the best offers stand in the list: not ten of one club, not ten of one kind.

Maximal marginal relevance (Carbonell and Goldstein 1998): each next offer is the one whose
score, less its likeness to what stands there already, is highest. Scores are not changed.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.index import Index

Floats = NDArray[np.float64]

POOL = 50
"""Offers of which the list is chosen at least; a pool of the list's length only reorders."""
_MOST_OF_ONE = 2  # offers of one organisation in each ten of the list
_TEN = 10
_LIKENESS_COUNTS = 0.05  # of the best score: what an offer just like another one loses


def pool_size(limit: int) -> int:
    """How many of the best offers to choose a list of `limit` from."""
    return max(POOL, 3 * limit)


def diverse(
    index: Index,
    rows: NDArray[np.int64],
    score: Floats,
    limit: int,
    worth: Callable[[Sequence[int]], Floats] | None = None,
) -> list[int]:
    """Places in `rows` of at most `limit` offers, in the order in which they are shown.

    rows: (pool,) of the index, from the best to the last. score: (pool,) of them. worth:
    what stands for the score once some places are chosen, (pool,) with at most 1. Of one
    organisation there are at most two in each ten; alone, the best is always first.
    """
    if not len(rows):
        return []
    alike = _alike(index, rows)
    value = score / (score[0] or 1.0)
    organisations = index.organisations[rows]
    left = np.ones(len(rows), dtype=bool)
    nearest = np.zeros(len(rows))
    chosen: list[int] = []
    while len(chosen) < limit:
        of_this_ten = organisations[chosen[len(chosen) // _TEN * _TEN :]]
        names, counts = np.unique(of_this_ten, return_counts=True)
        free = left & ~np.isin(organisations, names[counts >= _MOST_OF_ONE])
        if not free.any():
            break
        if worth is not None:
            value = worth(chosen)
        # The first of equals stands first in the pool, so ties stay with the lower id.
        place = int(np.argmax(np.where(free, value - _LIKENESS_COUNTS * nearest, -np.inf)))
        chosen.append(place)
        left[place] = False
        nearest = np.maximum(nearest, alike[place])
    return chosen


def _alike(index: Index, rows: NDArray[np.int64]) -> Floats:
    """(pool, pool) 0..1: half by the organisation, half by the activities."""
    own = index.organisations[rows]
    does = np.zeros((len(rows), len(index.concepts.columns)), dtype=np.float32)
    for place, row in enumerate(rows):
        entries = slice(index.spoken_begins[row], index.spoken_begins[row + 1])
        does[place, index.spoken_codes[entries]] = index.spoken_strengths[entries]
    length = np.linalg.norm(does, axis=1)
    does /= np.maximum(length, 1e-9)[:, None]
    return np.asarray(0.5 * (own[:, None] == own) + 0.5 * (does @ does.T), dtype=np.float64)
