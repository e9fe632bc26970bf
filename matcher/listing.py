"""From scores to a list: the best first, but not all of one kind; and what stays out of it."""

from math import nan
from typing import NamedTuple

import numpy as np

from catalogue.places import Point
from matcher.diversity import diverse, pool_size
from matcher.explain import exact_km, excluded
from matcher.hard import Limits, limits, reasons
from matcher.index import Index
from matcher.kernels import lists as kernel_lists
from matcher.kernels import places as kernel_places
from matcher.kernels.compiled import Flags, Floats
from matcher.match import Excluded
from matcher.need import Need
from matcher.rows import Rows

_LEAST_KM = 1.0  # the radius within which the nearest are first looked for


def shown(index: Index, rows: Rows, score: Floats, admitted: Flags, limit: int) -> Rows:
    """Places of the offers that stand in the list: the best, but not all of one kind."""
    best = ranked(index, rows, score, admitted, pool_size(limit))
    return best[diverse(index, rows[best], score[best], limit)]


def ranked(index: Index, rows: Rows, score: Floats, admitted: Flags, limit: int) -> Rows:
    """Places of the best among the rows that are admitted; ties break on the offer's id."""
    return kernel_lists.best(index.columns.ids, rows, score, admitted, limit)


def unshown(index: Index, rows: Rows, admitted: Flags, order: Rows) -> list[int]:
    """Of each shown offer, how many of its organisation are admitted and not shown."""
    hidden: list[int] = kernel_lists.unshown(
        index.columns.organisations, rows, admitted, order
    ).tolist()
    return hidden


def left_out(
    index: Index, need: Need, home: Point | None, most: int
) -> tuple[tuple[Excluded, ...], int]:
    """The nearest offers that break a hard condition, with all their reasons; and how many do.

    Looks wider and wider, so that what lies far away is not touched for those near by.
    """
    reach, asked = need.reach_km, limits(index, need)
    found = _nearest_out(index, asked, home, reach, most)
    count = len(index) - found.looked_at + found.breaking
    if not most:
        return (), count
    # From a reach of nothing, as by ten minutes of bus, no doubling would lead anywhere.
    reach = None if reach is None else max(reach, _LEAST_KM)
    # Beyond the radius the corners of cells may be farther than what was not looked at.
    while reach is not None and found.looked_at < len(index):
        if np.count_nonzero(found.distance <= reach) >= most:
            break
        reach *= 2
        found = _nearest_out(index, asked, home, reach, most)
    offers = [index.held[row] for row in found.rows.tolist()]
    why = reasons(index, need, found.rows, found.distance, found.slack)
    reach = need.reach_km
    return tuple(
        excluded(need, reach, offer, broken, exact_km(home, offer))
        for offer, broken in zip(offers, why, strict=True)
    ), count


class _Out(NamedTuple):
    """The nearest offers of a window that break a hard condition."""

    looked_at: int
    breaking: int
    """How many of these do."""
    rows: Rows
    distance: Floats
    slack: Floats


def _nearest_out(
    index: Index, asked: Limits, home: Point | None, reach: float | None, most: int
) -> _Out:
    rows, columns = index.within(index.window(home, reach)), index.columns
    return _Out(
        len(rows),
        *kernel_places.nearest_out(
            columns.ids,
            rows,
            columns.vectors,
            columns.uncertainty_km,
            columns.barriers,
            columns.kr_per_month,
            columns.age_from,
            columns.age_to,
            nan if home is None else home.lat,
            nan if home is None else home.lon,
            0.0 if home is None else home.uncertainty_km,
            asked.bits,
            asked.reach_km,
            asked.youngest,
            asked.oldest,
            asked.max_kr,
            most,
        ),
    )
