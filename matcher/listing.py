"""From scores to a list: the best first, but not all of one kind; and what stays out of it."""

from collections.abc import Sequence

import numpy as np

from catalogue.places import Point
from matcher.diversity import diverse, pool_size
from matcher.explain import exact_km, excluded
from matcher.hard import distances, out, reasons
from matcher.index import Index
from matcher.judged import Flags, Floats
from matcher.match import Excluded
from matcher.need import Need
from matcher.rows import Rows

_LEAST_KM = 1.0  # the radius within which the nearest are first looked for


def shown(index: Index, rows: Rows, score: Floats, admitted: Flags, limit: int) -> list[int]:
    """Places of the offers that stand in the list: the best, but not all of one kind."""
    best = ranked(index, rows, score, admitted, pool_size(limit))
    return [int(best[one]) for one in diverse(index, rows[best], score[best], limit)]


def ranked(index: Index, rows: Rows, score: Floats, admitted: Flags, limit: int) -> Rows:
    """Places of the best among the rows that are admitted; ties break on the offer's id."""
    places = np.flatnonzero(admitted)
    if len(places) > limit > 0:  # sorting them all would be most of the work
        of_places = score[places]
        least = np.partition(of_places, -limit)[-limit]
        places = places[of_places >= least]
    return places[np.lexsort((index.columns.ids[rows[places]], -score[places]))[:limit]]


def unshown(index: Index, rows: Rows, admitted: Flags, order: Sequence[int]) -> list[int]:
    """Of each shown offer, how many of its organisation are admitted and not shown."""
    of_all = index.columns.organisations[rows]
    of_shown = of_all[order]
    among = of_all[admitted]
    held = (among == of_shown[:, None]).sum(axis=1) - (of_shown == of_shown[:, None]).sum(axis=1)
    return [int(one) for one in held.tolist()]


def left_out(
    index: Index, need: Need, home: Point | None, most: int
) -> tuple[tuple[Excluded, ...], int]:
    """The nearest offers that break a hard condition, with all their reasons; and how many do.

    Looks wider and wider, so that what lies far away is not touched for those near by.
    """
    reach = need.reach_km
    rows = index.within(index.window(home, reach))
    distance, slack = distances(index, home, rows)
    broken = out(index, need, rows, distance, slack)
    count = len(index) - len(rows) + int(np.count_nonzero(broken))
    if not most:
        return (), count
    # From a reach of nothing, as by ten minutes of bus, no doubling would lead anywhere.
    reach = None if reach is None else max(reach, _LEAST_KM)
    # Beyond the radius the corners of cells may be farther than what was not looked at.
    while len(rows) < len(index) and reach is not None:
        if np.count_nonzero(distance[broken] <= reach) >= most:
            break
        reach *= 2
        rows = index.within(index.window(home, reach))
        distance, slack = distances(index, home, rows)
        broken = out(index, need, rows, distance, slack)
    places = np.flatnonzero(broken)
    away = np.nan_to_num(distance[places], nan=np.inf)
    if len(places) > most:
        places = places[away <= np.partition(away, most - 1)[most - 1]]
        away = np.nan_to_num(distance[places], nan=np.inf)
    nearest = places[np.lexsort((index.columns.ids[rows[places]], away))][:most]
    return tuple(
        excluded(
            need,
            (offer := index.held[row]),
            reasons(index, need, row, km, vague),
            exact_km(home, offer),
        )
        for row, km, vague in zip(
            rows[nearest].tolist(), distance[nearest].tolist(), slack[nearest].tolist(), strict=True
        )
    ), count
