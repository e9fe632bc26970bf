"""How much of some times offers suit."""

import numpy as np

from matcher.kernels.compiled import BEGINS, ENDS, Flags, Floats, Ints, Shorts, Whole, compiled

_DAY_MINUTES = 24 * 60


@compiled
def _share_of_times(
    begin: int,
    end: int,
    starts: Whole,
    ends: Whole,
    known: Whole,
    opens: Ints,
    closes: Ints,
    drops_in: bool,
    slack: int,
    enough: int,
) -> float:
    """`matcher.times.share_of_times` of the meetings from begin to end; NaN = unknown."""
    if begin == end:
        return np.nan
    good, is_unsure = 0, False
    for entry in range(begin, end):
        starting, ending = int(starts[entry]), int(ends[entry])
        has_start, has_end = (known[entry] & BEGINS) > 0, (known[entry] & ENDS) > 0
        suits, perhaps = False, False
        for span in range(len(opens)):
            opening, closing = opens[span], closes[span]
            midnight = opening // _DAY_MINUTES * _DAY_MINUTES
            if has_end:
                shared = min(ending, closing) - max(starting, opening)
                suits |= starting >= opening - slack and ending <= closing + slack
                suits |= drops_in and shared >= enough
            elif has_start:
                since = midnight if drops_in else opening - slack
                perhaps |= since <= starting < closing
            else:
                perhaps |= starting // _DAY_MINUTES == midnight // _DAY_MINUTES
        good += suits
        is_unsure |= perhaps
    if good > 0:
        return 0.5 + 0.5 * good / (end - begin)
    return np.nan if is_unsure else 0.0


@compiled
def shares_of_times(
    rows: Ints,
    drops_in: Flags,
    begins: Shorts,
    starts: Whole,
    ends: Whole,
    known: Whole,
    opens: Ints,
    closes: Ints,
    slack: int,
    enough: int,
) -> Floats:
    """(rows,): `matcher.times.share_of_times` of each; NaN = unknown.

    drops_in: (rows,), where one may come late and go early, `enough` minutes are enough. begins,
    starts, ends, known: the meetings by row. opens, closes: (spans,) minutes of the week.
    """
    found = np.empty(len(rows))
    for place in range(len(rows)):
        row = rows[place]
        found[place] = _share_of_times(
            begins[row],
            begins[row + 1],
            starts,
            ends,
            known,
            opens,
            closes,
            drops_in[place],
            slack,
            enough,
        )
    return found
