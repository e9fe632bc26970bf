"""Which of the best offers stand in the list: not ten of one club, not ten of one kind.

Maximal marginal relevance (Carbonell and Goldstein 1998): each next offer is the one whose
score, less its likeness to what stands there already, is highest. Scores are not changed.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.index import Index
from matcher.rows import Rows

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
    rows: Rows,
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
    organisations = index.columns.organisations[rows]
    alike = _LIKENESS_COUNTS * _alike(index, rows, organisations)
    value = score / (score[0] or 1.0)
    taken = np.zeros(len(rows))  # minus infinity where an offer is chosen already
    loses = np.zeros(len(rows))
    chosen: list[int] = []
    while len(chosen) < limit:
        if worth is not None:
            value = worth(chosen)
        counts = value - loses
        counts += taken
        if len(chosen) % _TEN >= _MOST_OF_ONE:
            _bar_the_full(counts, organisations, chosen)
        # The first of equals stands first in the pool, so ties stay with the lower id.
        place = int(counts.argmax())
        if counts[place] == -np.inf:
            break
        chosen.append(place)
        taken[place] = -np.inf
        np.maximum(loses, alike[place], out=loses)
    return chosen


def _bar_the_full(counts: Floats, organisations: NDArray[np.int64], chosen: Sequence[int]) -> None:
    """No more of an organisation that has as many in this ten as it may have."""
    of_this_ten = organisations[chosen[len(chosen) // _TEN * _TEN :]].tolist()
    for one in set(of_this_ten):
        if of_this_ten.count(one) >= _MOST_OF_ONE:
            counts[organisations == one] = -np.inf


def _alike(index: Index, rows: Rows, organisations: NDArray[np.int64]) -> Floats:
    """(pool, pool) 0..1: half by the organisation, half by the activities."""
    entries, lengths = index.spoken.of_rows(rows)
    codes, sure, _ = index.spoken.columns
    names, column = np.unique(codes[entries], return_inverse=True)
    does = np.zeros((len(rows), len(names)), dtype=np.float32)
    does[np.repeat(np.arange(len(rows)), lengths), column] = sure[entries]
    length = np.sqrt(np.einsum("ij,ij->i", does, does))
    does /= np.maximum(length, 1e-9)[:, None]
    return np.asarray(0.5 * (organisations[:, None] == organisations) + 0.5 * (does @ does.T))
