"""Hard conditions: which offers are known to break one, and why."""

from math import inf
from typing import NamedTuple

import numpy as np

from catalogue.places import Point
from matcher import kernels
from matcher.entry import CLOSED, MEN_ONLY, OLDEST, WOMEN_ONLY
from matcher.index import Index
from matcher.kernels import NO, Flags, Floats
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
    return kernels.out(
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


def reasons(index: Index, need: Need, row: int, distance: float, slack: float) -> tuple[str, ...]:
    """Which hard conditions an offer is known to break, in a fixed order."""
    columns = index.columns
    found = [code for code in need.requires if columns.access[index.codes.index(code), row] == NO]
    if need.reach_km is not None and distance - slack > need.reach_km:
        found.append("distance")
    if need.age is not None and not columns.age_from[row] <= need.age <= columns.age_to[row]:
        found.append("age")
    barriers = int(columns.barriers[row]) & _barriers(index, need)
    if barriers & (WOMEN_ONLY | MEN_ONLY):
        found.append("gender")
    if need.max_kr_per_month is not None and columns.kr_per_month[row] > float(
        need.max_kr_per_month
    ):
        found.append("price")
    if barriers & CLOSED:
        found.append("room")
    return tuple(found)
