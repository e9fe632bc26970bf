"""Hard conditions: which offers are known to break one, and why."""

from math import inf
from typing import NamedTuple

import numpy as np

from catalogue.places import Point
from matcher.entry import CLOSED, MEN_ONLY, OLDEST, WOMEN_ONLY
from matcher.index import Index
from matcher.kernels import places as kernel_places
from matcher.kernels.compiled import Flags, Floats
from matcher.need import Need
from matcher.rows import Rows


class Limits(NamedTuple):
    """The hard conditions of a need, as the kernels read them."""

    bits: int
    """Of what would keep this person out, as a signed number of 64 bits."""
    reach_km: float
    youngest: int
    oldest: int
    """Whom an offer must be open to."""
    max_kr: float


def limits(index: Index, need: Need) -> Limits:
    """Where nothing is asked there is a limit that nothing is beyond."""
    return Limits(
        _barriers(index, need),
        inf if need.reach_km is None else need.reach_km,
        OLDEST if need.age is None else need.age,
        0 if need.age is None else need.age,
        inf if need.max_kr_per_month is None else float(need.max_kr_per_month),
    )


def distances(index: Index, home: Point | None, rows: Rows) -> tuple[Floats, Floats]:
    """Distance of each row and how uncertain it is, in km; NaN = unknown."""
    if home is None:
        unknown = np.full(len(rows), np.nan)
        return unknown, unknown
    return index.distances_km(home, rows)


def out(index: Index, limits: Limits, rows: Rows, distance: Floats, slack: Floats) -> Flags:
    """(rows,): known to break a hard condition. What is unknown breaks nothing."""
    columns = index.columns
    return kernel_places.out(
        rows,
        distance,
        slack,
        columns.barriers,
        columns.kr_per_month,
        columns.age_from,
        columns.age_to,
        limits.bits,
        limits.reach_km,
        limits.youngest,
        limits.oldest,
        limits.max_kr,
    )


def _barriers(index: Index, need: Need) -> int:
    """Bits of what would keep this person out."""
    bits = CLOSED - (1 << 64)  # the highest bit, so the sign
    for code in need.requires:
        bits |= 1 << index.codes.index(code)
    if need.gender is not None:
        bits |= WOMEN_ONLY if need.gender != "female" else 0
        bits |= MEN_ONLY if need.gender != "male" else 0
    return bits


def reasons(
    index: Index, need: Need, rows: Rows, distance: Floats, slack: Floats
) -> list[tuple[str, ...]]:
    """Which hard conditions each offer is known to break, in a fixed order."""
    columns, asked = index.columns, limits(index, need)
    requires = [(code, 1 << index.codes.index(code)) for code in need.requires]
    barriers = (columns.barriers[rows] & np.uint64(asked.bits % (1 << 64))).tolist()
    is_far = (distance - slack > asked.reach_km).tolist()
    too_old = columns.age_from[rows] > asked.youngest
    wrong_age = (too_old | (columns.age_to[rows] < asked.oldest)).tolist()
    too_dear = (columns.kr_per_month[rows] > asked.max_kr).tolist()
    found = []
    for place, bits in enumerate(barriers):
        broken = [code for code, bit in requires if bits & bit]
        if is_far[place]:
            broken.append("distance")
        if wrong_age[place]:
            broken.append("age")
        if bits & (WOMEN_ONLY | MEN_ONLY):
            broken.append("gender")
        if too_dear[place]:
            broken.append("price")
        if bits & CLOSED:
            broken.append("room")
        found.append(tuple(broken))
    return found
