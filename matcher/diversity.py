"""Which of the best offers stand in the list: not ten of one club, not ten of one kind.

Maximal marginal relevance (Carbonell and Goldstein 1998): each next offer is the one whose
score, less its likeness to what stands there already, is highest. Scores are not changed.
"""

import numpy as np

from matcher.index import Index
from matcher.kernels import lists as kernel_lists
from matcher.kernels.compiled import Floats
from matcher.rows import Rows

POOL = 50
"""Offers of which the list is chosen at least; a pool of the list's length only reorders."""
_MOST_OF_ONE = 2  # offers of one organisation in each ten of the list
_LIKENESS_COUNTS = 0.05  # of the best score: what an offer just like another one loses


def pool_size(limit: int) -> int:
    """How many of the best offers to choose a list of `limit` from."""
    return max(POOL, 3 * limit)


def diverse(
    index: Index, rows: Rows, score: Floats, limit: int, gives: Floats | None = None
) -> Rows:
    """Places in `rows` of at most `limit` offers, in the order in which they are shown.

    rows: (pool,) of the index, from the best to the last. score: (pool,) of them. Of one
    organisation there are at most two in each ten; alone, the best is always first.

    gives: (members, pool), what each offer is worth to each member of a group. Then the list
    serves the worst served next (greedy Nash welfare): it maximises the sum of the logarithms of
    what each member has had, which one more good offer lifts most for who has had least.
    """
    codes, sure, _ = index.spoken.columns
    return kernel_lists.diverse(
        index.columns.organisations,
        index.spoken.begins,
        codes,
        sure,
        rows,
        score,
        limit,
        _LIKENESS_COUNTS,
        _MOST_OF_ONE,
        np.zeros((0, len(rows))) if gives is None else gives,
        # What each is taken to have had beforehand.
        float(score.max(initial=0.0)) or 1.0,
        len(index.concepts.columns),
    )
