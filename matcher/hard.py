"""Hard conditions: which offers are known to break one, and why."""

from collections.abc import Mapping

import numpy as np

from catalogue.places import Point
from matcher.explain import exact_km, excluded
from matcher.index import NO, Index
from matcher.judged import Flags, Floats, any_of
from matcher.match import Excluded
from matcher.need import Need
from matcher.rows import Rows

_LEAST_KM = 1.0  # the radius within which the nearest are first looked for


def distances(index: Index, home: Point | None, rows: Rows) -> tuple[Floats, Floats]:
    """Distance of each row and how uncertain it is, in km; NaN = unknown."""
    if home is None:
        unknown = np.full(len(rows), np.nan)
        return unknown, unknown
    # Two independent uncertainties add up as squares do (GUM, 5.1.2).
    slack = np.hypot(index.uncertainty_km[rows.numbers], np.float64(home.uncertainty_km))
    return index.distances_km(home, rows), slack


def broken(
    index: Index, need: Need, rows: Rows, distance: Floats, slack: Floats
) -> dict[str, Flags]:
    """By reason: which of the rows are known to break it. What is unknown breaks nothing."""
    at = rows.numbers
    found: dict[str, Flags] = {
        code: index.access[index.codes.index(code), at] == NO for code in need.requires
    }
    if need.reach_km is not None:
        found["distance"] = distance - slack > need.reach_km  # NaN is not beyond anything
    if need.age is not None:
        found["age"] = (index.age_from[at] > need.age) | (index.age_to[at] < need.age)
    if need.gender is not None:
        not_women, not_men = need.gender != "female", need.gender != "male"
        found["gender"] = (index.women_only[at] & not_women) | (index.men_only[at] & not_men)
    if need.max_kr_per_month is not None:
        found["price"] = index.kr_per_month[at] > float(need.max_kr_per_month)
    found["room"] = index.closed[at]
    return {reason: np.asarray(flags) for reason, flags in found.items()}


def broken_in(by_reason: Mapping[str, Flags], place: int) -> tuple[str, ...]:
    """Which hard conditions are known to be broken in one place."""
    return tuple(reason for reason, flags in by_reason.items() if flags[place])


def nearest_excluded(
    index: Index, need: Need, home: Point | None, most: int
) -> tuple[Excluded, ...]:
    """The nearest offers that break a hard condition, each with all its reasons.

    Looks wider and wider, so that what lies far away is not touched for those near by.
    """
    if not most:
        return ()
    # From a reach of nothing, as by ten minutes of bus, no doubling would lead anywhere.
    reach = None if need.reach_km is None else max(need.reach_km, _LEAST_KM)
    while True:
        rows = index.within(home, reach)
        distance, slack = distances(index, home, rows)
        by_reason = broken(index, need, rows, distance, slack)
        out = np.flatnonzero(any_of(by_reason, len(rows)))
        is_all = len(rows) == len(index)
        # Beyond the radius the corners of cells may be farther than what was not looked at.
        if is_all or reach is None or (distance[out] <= reach).sum() >= most:
            break
        reach *= 2
    away = np.nan_to_num(distance[out], nan=np.inf)
    nearest = out[np.lexsort((index.by_id[rows.numbers[out]], away))][:most]
    return tuple(
        excluded(
            need,
            (offer := index.offers[rows.numbers[place]]),
            broken_in(by_reason, place),
            exact_km(home, offer),
        )
        for place in nearest
    )
