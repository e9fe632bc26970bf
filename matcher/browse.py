"""Browsing: the same index without a need; text, filters, facet counts, pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from catalogue.danish import sort_key
from catalogue.errors import Invalid
from catalogue.places import Point
from catalogue.published import PublishedOffer
from matcher.explain import exact_km, is_approximate
from matcher.index import NO, YES, Index
from matcher.judged import Flags, Floats
from matcher.need import DAYS
from matcher.rows import Rows

Places = NDArray[np.int64]
_ALIKE = 0.5  # of the best: further down only a part of a word agrees
_IS_IT = 0.5  # from here an offer is what the text names, by another of its names


class Sort(StrEnum):
    FIT = "fit"
    DISTANCE = "distance"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class BrowseQuery:
    q: str = ""
    near: Point | None = None
    km: float | None = None
    day: str | None = None
    """mon ... sun."""
    activity: str | None = None
    """Code of an activity; everything below it counts."""
    requires: tuple[str, ...] = ()
    """Access codes: a known no is left out, a known yes comes first."""
    free: bool = False
    age: int | None = None
    sort: Sort = Sort.FIT
    page: int = 1
    per_page: int = 20


@dataclass(frozen=True, slots=True)
class BrowseResult:
    offer: PublishedOffer
    distance_km: float | None
    distance_is_approximate: bool


@dataclass(frozen=True, slots=True)
class Page:
    total: int
    page: int
    pages: int
    """At least 1, also for no results."""
    results: tuple[BrowseResult, ...]
    facets: Mapping[str, Mapping[str, int]]
    """day, requires (known yes), free and activity, each with counts in this answer."""


def browse(index: Index, query: BrowseQuery) -> Page:
    """One page of the offers that a query admits. Ties break on the offer's id.

    A page beyond the last is the last. Raises Invalid for a day, a code or a number of
    pages that cannot be.
    """
    _check(index, query)
    rows = index.within(query.near, query.km)
    at = rows.numbers
    admitted = np.ones(len(rows), dtype=bool)
    fit = np.zeros(len(rows))
    if query.q.strip():
        hits, fit = _search(index, query.q, rows)
        admitted &= hits
    distance = np.full(len(rows), np.nan)
    if query.near is not None:
        distance = index.distances_km(query.near, rows)
        if query.km is not None:
            slack = np.hypot(index.uncertainty_km[at], np.float64(query.near.uncertainty_km))
            admitted &= ~(distance - slack > query.km)
    if query.day is not None:
        admitted &= index.days[DAYS.index(query.day), at]
    if query.activity is not None:
        admitted &= index.is_activity(query.activity, rows)
    columns = np.array([index.codes.index(code) for code in query.requires], dtype=np.intp)
    asked = index.access[np.ix_(columns, at)]
    admitted &= (asked != NO).all(axis=0)
    if query.free:
        admitted &= index.kr_per_month[at] == 0
    if query.age is not None:
        admitted &= (index.age_from[at] <= query.age) & (index.age_to[at] >= query.age)
    order = _sorted(
        index, query, rows, np.flatnonzero(admitted), fit, distance, (asked == YES).sum(axis=0)
    )
    pages = max(1, -(-len(order) // query.per_page))
    page = min(query.page, pages)
    shown = order[(page - 1) * query.per_page : page * query.per_page]
    return Page(
        total=len(order),
        page=page,
        pages=pages,
        results=tuple(
            BrowseResult(
                index.offers[row],
                exact_km(query.near, index.offers[row]),
                is_approximate(query.near, index.offers[row]),
            )
            for row in shown
        ),
        facets=_facets(index, at[admitted]),
    )


def _check(index: Index, query: BrowseQuery) -> None:
    if query.page < 1 or query.per_page < 1:
        raise Invalid("browse: page and per_page begin at 1")
    if query.day is not None and query.day not in DAYS:
        raise Invalid(f"browse: day: use one of {', '.join(DAYS)}")
    if not set(query.requires) <= set(index.codes):
        raise Invalid("browse: requires: use codes of the access facts")


def _search(index: Index, text: str, rows: Rows) -> tuple[Flags, Floats]:
    """Offers that hold a word of the text, are what it names, or hold much of its parts."""
    share, has_word = index.terms.found(*index.terms.sought(text), rows)
    named = {code: one.strength for code, one in index.concepts.of_text(text).items()}
    serves = index.served(named, rows)
    best = share.max(initial=0.0)
    hits = has_word | (serves >= _IS_IT) | ((share >= _ALIKE * best) & (share > 0))
    return hits, share + serves


def _sorted(
    index: Index,
    query: BrowseQuery,
    rows: Rows,
    places: Places,
    fit: Floats,
    distance: Floats,
    known: Places,
) -> list[int]:
    """Rows in order: most requirements known to hold first, then as the query sorts."""
    numbers = rows.numbers[places]
    by_id = index.by_id[numbers]
    near = np.nan_to_num(distance[places], nan=np.inf)  # an unknown place is never near
    if query.sort is Sort.NAME:
        titles = [sort_key(index.offers[row].title) for row in numbers]
        keyed = zip(
            (-known[places]).tolist(), titles, by_id.tolist(), numbers.tolist(), strict=True
        )
        return [row for _, _, _, row in sorted(keyed)]
    by = (near, -fit[places]) if query.sort is Sort.FIT else (-fit[places], near)
    return [int(row) for row in numbers[np.lexsort((by_id, *by, -known[places]))]]


def _facets(index: Index, numbers: Places) -> dict[str, dict[str, int]]:
    yes = (index.access[:, numbers] == YES).sum(axis=1)
    days = index.days[:, numbers].sum(axis=1)
    groups = index.groups[:, numbers].sum(axis=1)
    return {
        "day": {day: int(count) for day, count in zip(DAYS, days, strict=True)},
        "requires": {code: int(count) for code, count in zip(index.codes, yes, strict=True)},
        "free": {"true": int((index.kr_per_month[numbers] == 0).sum())},
        "activity": {
            group: int(count) for group, count in zip(index.group_codes, groups, strict=True)
        },
    }
