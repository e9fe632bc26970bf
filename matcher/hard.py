"""Hard conditions: which offers are known to break one, and why."""

import numpy as np

from catalogue.places import Point
from matcher.entry import CLOSED, MEN_ONLY, NO, WOMEN_ONLY
from matcher.index import Index
from matcher.judged import Flags, Floats
from matcher.need import Need
from matcher.rows import Rows


def distances(index: Index, home: Point | None, rows: Rows) -> tuple[Floats, Floats]:
    """Distance of each row and how uncertain it is, in km; NaN = unknown."""
    if home is None:
        unknown = np.full(len(rows), np.nan)
        return unknown, unknown
    # Two independent uncertainties add up as squares do (GUM, 5.1.2).
    slack = np.hypot(index.columns.uncertainty_km[rows], np.float64(home.uncertainty_km))
    return index.distances_km(home, rows), slack


def out(index: Index, need: Need, rows: Rows, distance: Floats, slack: Floats) -> Flags:
    """(rows,): known to break a hard condition. What is unknown breaks nothing."""
    columns = index.columns
    broken = (columns.barriers[rows] & np.uint64(_barriers(index, need))) != 0
    if need.reach_km is not None:
        broken |= distance - slack > need.reach_km  # NaN is not beyond anything
    if need.age is not None:
        broken |= columns.age_from[rows] > need.age
        broken |= columns.age_to[rows] < need.age
    if need.max_kr_per_month is not None:
        broken |= columns.kr_per_month[rows] > float(need.max_kr_per_month)
    return np.asarray(broken)


def _barriers(index: Index, need: Need) -> int:
    """Bits of what would keep this person out."""
    bits = CLOSED
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
