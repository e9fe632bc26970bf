"""From scores to a list."""

import numpy as np
from numpy.typing import NDArray

from matcher.kernels.compiled import Flags, Floats, Ints, Shorts, Whole, compiled


@compiled
def best(ids: NDArray[np.uint64], rows: Ints, score: Floats, admitted: Flags, limit: int) -> Ints:
    """Places of the best that are admitted, from the best on; ties break on the lower id.

    rows, score, admitted: (n,). Each is put where it belongs among the best so far: few are,
    once some good ones are found.
    """
    found = np.empty(limit, dtype=np.int64)
    count = 0
    for place in range(len(rows)):
        if not admitted[place]:
            continue
        value, by_id = score[place], ids[rows[place]]
        at = count
        while at > 0:
            before = found[at - 1]
            if score[before] > value or (score[before] == value and ids[rows[before]] < by_id):
                break
            at -= 1
        if at >= limit:
            continue
        count = min(count + 1, limit)
        for move in range(count - 1, at, -1):
            found[move] = found[move - 1]
        found[at] = place
    return found[:count]


@compiled
def _next(
    value: Floats, loses: Floats, of: Ints, chosen: Ints, count: int, most_of_one: int
) -> int:
    """Place of the best that may come next; -1 = none. of: (pool,), the organisation of each."""
    ten, found, most = count // 10 * 10, -1, -np.inf
    for place in range(len(value)):
        if value[place] - loses[place] <= most:
            continue
        same = 0
        for number in range(ten, count):
            same += of[chosen[number]] == of[place]
        if same < most_of_one:
            found, most = place, value[place] - loses[place]
    return found


@compiled
def _lose(
    loses: Floats,
    at: int,
    does: Floats,
    norms: Floats,
    of: Ints,
    rows: Ints,
    begins: Shorts,
    codes: Whole,
    sure: Whole,
    alike_counts: float,
) -> None:
    """What each loses by its likeness to the one at a place that is now chosen.

    Half of the likeness is the organisation, half the activities (their cosine). does: (codes,)
    of nought, and left so.
    """
    begin, end = begins[rows[at]], begins[rows[at] + 1]
    for entry in range(begin, end):
        does[codes[entry]] = sure[entry]
    for place in range(len(loses)):
        same = 0.0
        for entry in range(begins[rows[place]], begins[rows[place] + 1]):
            same += does[codes[entry]] * sure[entry]
        alike = 0.5 * same / (norms[at] * norms[place]) + 0.5 * (of[at] == of[place])
        loses[place] = max(loses[place], alike_counts * alike)
    for entry in range(begin, end):
        does[codes[entry]] = 0.0
    loses[at] = np.inf


@compiled
def _gain(value: Floats, gives: Floats, had: Floats) -> None:
    """What each would add to the welfare of a group, as a share of the best."""
    value[:] = 0.0
    for member in range(len(gives)):
        for place in range(len(value)):
            value[place] += np.log1p(gives[member, place] / had[member])
    most = value.max() if len(value) else 0.0
    if most > 0:
        value /= most


@compiled
def diverse(
    organisations: Ints,
    begins: Shorts,
    codes: Whole,
    sure: Whole,
    rows: Ints,
    score: Floats,
    limit: int,
    alike_counts: float,
    most_of_one: int,
    gives: Floats,
    start: float,
    n_codes: int,
) -> Ints:
    """Places of a pool in the order in which they are shown; see `matcher.diversity`.

    rows, score: (pool,), from the best to the last. gives: (members, pool), what each offer is
    worth to each member of a group, who are taken to have had `start`; (0, pool) = no group.
    """
    pool, members = len(rows), len(gives)
    chosen, count = np.empty(min(limit, pool), dtype=np.int64), 0
    loses, norms, does = np.zeros(pool), np.zeros(pool), np.zeros(n_codes)
    value, of, had = score / start, organisations[rows], np.full(members, start)
    for place in range(pool):
        for entry in range(begins[rows[place]], begins[rows[place] + 1]):
            norms[place] += float(sure[entry]) ** 2
        norms[place] = max(np.sqrt(norms[place]), 1e-9)
    while count < len(chosen):
        if members:
            _gain(value, gives, had)
        at = _next(value, loses, of, chosen, count, most_of_one)
        if at < 0:
            break
        chosen[count] = at
        count += 1
        had += gives[:, at]
        _lose(loses, at, does, norms, of, rows, begins, codes, sure, alike_counts)
    return chosen[:count]


@compiled
def unshown(organisations: Ints, rows: Ints, admitted: Flags, order: Ints) -> Ints:
    """(order,): of each shown offer, how many of its organisation are admitted and not shown."""
    found = np.zeros(len(order), dtype=np.int64)
    for place in range(len(rows)):
        if admitted[place]:
            for number in range(len(order)):
                found[number] += organisations[rows[place]] == organisations[rows[order[number]]]
    for one in range(len(order)):
        for other in range(len(order)):
            found[one] -= organisations[rows[order[other]]] == organisations[rows[order[one]]]
    return found
