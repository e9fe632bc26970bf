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
from matcher.text import stem, words

Rows = NDArray[np.int64]
_ALIKE = 0.5  # of the best likeness: further down the letters agree by chance


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
    admitted = np.ones(len(index), dtype=bool)
    fit = np.zeros(len(index))
    if query.q.strip():
        hits, fit = _search(index, query.q)
        admitted &= hits
    distance = np.full(len(index), np.nan)
    if query.near is not None:
        distance = index.distances_km(query.near)
        if query.km is not None:
            slack = index.uncertainty_km + query.near.uncertainty_km
            admitted &= ~(distance - slack > query.km)
    if query.day is not None:
        admitted &= index.days[:, DAYS.index(query.day)]
    if query.activity is not None:
        admitted &= index.is_activity(query.activity)
    asked = index.access[:, [index.codes.index(code) for code in query.requires]]
    admitted &= (asked != NO).all(axis=1)
    if query.free:
        admitted &= index.kr_per_month == 0
    if query.age is not None:
        admitted &= ~((index.age_from > query.age) | (index.age_to < query.age))
    rows = _sorted(
        index, query, np.flatnonzero(admitted), fit, distance, (asked == YES).sum(axis=1)
    )
    pages = max(1, -(-len(rows) // query.per_page))
    page = min(query.page, pages)
    shown = rows[(page - 1) * query.per_page : page * query.per_page]
    return Page(
        total=len(rows),
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
        facets=_facets(index, admitted),
    )


def _check(index: Index, query: BrowseQuery) -> None:
    if query.page < 1 or query.per_page < 1:
        raise Invalid("browse: page and per_page begin at 1")
    if query.day is not None and query.day not in DAYS:
        raise Invalid(f"browse: day: use one of {', '.join(DAYS)}")
    if not set(query.requires) <= set(index.codes):
        raise Invalid("browse: requires: use codes of the access facts")


def _search(index: Index, text: str) -> tuple[Flags, Floats]:
    """Offers that hold a word of the text, or letters nearly as alike as the best."""
    wanted = {stem(word) for word in words(text)}
    has_word = np.array([not wanted.isdisjoint(held) for held in index.stems], dtype=bool)
    likeness = index.likeness(text)
    best = likeness.max(initial=0.0)
    return has_word | ((likeness >= _ALIKE * best) & (likeness > 0)), likeness + has_word


def _sorted(
    index: Index, query: BrowseQuery, rows: Rows, fit: Floats, distance: Floats, known: Rows
) -> list[int]:
    """Rows in order: most requirements known to hold first, then as the query sorts."""
    near = np.nan_to_num(distance[rows], nan=np.inf)  # an unknown place is never near
    if query.sort is Sort.NAME:
        titles = [sort_key(index.offers[row].title) for row in rows]
        return [row for _, _, row in sorted(zip(-known[rows], titles, rows.tolist(), strict=True))]
    by = (near, -fit[rows]) if query.sort is Sort.FIT else (-fit[rows], near)
    return [int(row) for row in rows[np.lexsort((*by, -known[rows]))]]


def _facets(index: Index, admitted: Flags) -> dict[str, dict[str, int]]:
    yes = (index.access[admitted] == YES).sum(axis=0)
    days = index.days[admitted].sum(axis=0)
    return {
        "day": {day: int(count) for day, count in zip(DAYS, days, strict=True)},
        "requires": {code: int(count) for code, count in zip(index.codes, yes, strict=True)},
        "free": {"true": int((index.kr_per_month[admitted] == 0).sum())},
        "activity": {
            group: int((index.groups[admitted, column]).sum())
            for column, group in enumerate(index.group_codes)
        },
    }
