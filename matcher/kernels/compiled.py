"""The inner loops of the engine are compiled by Numba: how, and what all of them share.

What NumPy would do in some hundred calls, each over few rows, is one call here: at some thousand
offers the calls themselves were most of a match. Compiled when first called, and kept on disk
beside each file, or in NUMBA_CACHE_DIR. Numba looks at a function's own file alone to see whether
what it keeps is stale. So what is compiled calls nothing compiled of another file, and the
constants here are final: whoever changes one removes the files *.nbi.

In all of them rows are int64, rising; NaN = not known; a reach or a price of infinity = not asked
for. Nothing raises.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

P = ParamSpec("P")
T = TypeVar("T")

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]
Bytes = NDArray[np.uint8]
Whole = NDArray[np.integer]

NO_COLUMN = 65_535
"""Column of the grid of what lies in no cell."""
NO, YES, UNKNOWN, LIKELY, LIKELY_NO = 0, 1, 2, 3, 4
"""An access fact as confirmed, and by prose alone."""
NO_DAY = 0
"""As `date.toordinal`: nothing was dated."""
BEGINS, ENDS = 1, 2
"""Bits: what of a meeting is known."""
PLAINLY = 0.9
"""The activity itself, in a title or stated; not a sibling, not in passing."""
EARTH_KM = 6371.0088
"""Mean radius; off by at most 0.35 % in Denmark, and shown nowhere."""
INTEREST, DISTANCE, WISHES, TIMES, DISLIKES, FRESHNESS = range(6)
"""Places of the criteria in what `weigh` gives."""
ORDER = (
    "interest",
    "distance",
    "wishes",
    "times",
    "dislikes",
    "freshness",
    "steepness",
    "unknown_time",
    "unknown_nearness",
    "half_km",
    "half_days",
    "yes_when_likely",
    "within_reach",
    "within_price",
    "concept",
    "meaning",
    "concept_floor",
    "likeness_floor",
    "likeness_full",
)
"""Fields of `Weights`, as they stand in an array of them; the first ones are those of criteria."""
(
    DISLIKES_COUNT,
    FRESHNESS_COUNTS,
    STEEPNESS,
    UNKNOWN_TIME,
    UNKNOWN_NEARNESS,
    HALF_KM,
    HALF_DAYS,
    YES_WHEN_LIKELY,
    WITHIN_REACH,
    WITHIN_PRICE,
    CONCEPT,
    MEANING,
    CONCEPT_FLOOR,
    LIKENESS_FLOOR,
    LIKENESS_FULL,
) = range(4, len(ORDER))


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """The same, in machine code; it may run beside other threads.

    Where nothing may be written, neither here nor in the user's cache, it is compiled each time
    that the program starts.
    """
    try:
        made = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # what Numba says where it finds no place for its files
        made = numba.njit(nogil=True)(function)
    return cast("Callable[P, T]", made)
