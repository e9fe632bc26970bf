"""Browsing: the same index without a need; text, filters, facet counts, pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from catalogue.danish import sort_key
from catalogue.errors import Invalid
from catalogue.places import Point
from catalogue.published import PublishedOffer
from matcher.explain import exact_km, is_approximate
from matcher.index import Index
from matcher.kernels.compiled import NO, YES, Flags, Floats
from matcher.need import DAYS
from matcher.rows import Rows
from matcher.seek import seek

_ALIKE = 0.5  # of the best: further down only a part of a word agrees
_DAY_MINUTES = 24 * 60
_IS_IT = 0.5  # from here an offer is what the text names, by another of its names


class Sort(StrEnum):
    FIT = "fit"
    DISTANCE = "distance"
    NEXT = "next"
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
    interests: tuple[str, ...] = ()
    """Codes of activities of which one is enough, also where only the title names it."""
    requires: tuple[str, ...] = ()
    """Access codes: a known no is left out, a known yes comes first."""
    free: bool = False
    age: int | None = None
    on: date | None = None
    """Today; only the order by next time reads it."""
    sort: Sort = Sort.FIT
    page: int = 1
    per_page: int = 20


@dataclass(frozen=True, slots=True)
class BrowseResult:
    offer: PublishedOffer
    distance_km: float | None
    distance_is_approximate: bool
    next_on: date | None = None
    """When it meets next, where the query sorts by that; None = not known."""


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
    found = _sift(index, query)
    rows, admitted = found.rows, found.admitted
    places = np.flatnonzero(admitted)
    coming = np.full(len(rows), np.nan)
    if query.sort is Sort.NEXT and query.on is not None:
        coming = index.coming.after(query.on, rows)
    order = _sorted(index, query, found, places, coming)
    pages = max(1, -(-len(order) // query.per_page))
    page = min(query.page, pages)
    shown = order[(page - 1) * query.per_page : page * query.per_page]
    return Page(
        total=len(order),
        page=page,
        pages=pages,
        results=tuple(
            BrowseResult(
                offer := index.held[row],
                exact_km(query.near, offer),
                is_approximate(query.near, offer),
                _day(coming[place]),
            )
            for place, row in zip(shown, rows[shown].tolist(), strict=True)
        ),
        facets=_facets(index, found),
    )


def count(index: Index, query: BrowseQuery) -> int:
    """How many offers a query admits. Raises Invalid as `browse` does."""
    _check(index, query)
    return int(_sift(index, query).admitted.sum())


class _Sifted(NamedTuple):
    """The rows that a query looks at, and what it makes of each."""

    rows: Rows
    admitted: Flags
    but_day: Flags
    """Admitted if it were not for the day."""
    but_free: Flags
    fit: Floats
    distance: Floats
    """km; NaN = unknown or not asked for."""
    known: Rows
    """How many of the requirements are known to hold."""


def _sift(index: Index, query: BrowseQuery) -> _Sifted:
    columns = index.columns
    rows, fit = _rows(index, query)
    admitted = np.ones(len(rows), dtype=bool)
    distance = np.full(len(rows), np.nan)
    if query.near is not None:
        distance, slack = index.distances_km(query.near, rows)
        if query.km is not None:
            admitted &= ~(distance - slack > query.km)
    if query.activity is not None:
        admitted &= index.is_activity(query.activity, rows)
    if query.interests:
        wanted = index.concepts.wanted(dict.fromkeys(query.interests, 1.0))
        named = index.served(wanted[None], rows)[0] >= _IS_IT
        for code in query.interests:
            named |= index.is_activity(code, rows)
        admitted &= named
    codes = np.array([index.codes.index(code) for code in query.requires], dtype=np.int64)
    asked = columns.access[np.ix_(codes, rows)]
    if len(codes):
        admitted &= (asked != NO).all(axis=0)
    if query.age is not None:
        admitted &= (columns.age_from[rows] <= query.age) & (columns.age_to[rows] >= query.age)
    on_day = np.ones(len(rows), dtype=bool)
    if query.day is not None:
        on_day = (columns.days[rows] >> DAYS.index(query.day)) & 1 > 0
    free = np.ones(len(rows), dtype=bool)
    if query.free:
        free = columns.kr_per_month[rows] == 0
    return _Sifted(
        rows,
        admitted & on_day & free,
        admitted & free,
        admitted & on_day,
        fit,
        distance,
        (asked == YES).sum(axis=0),
    )


def _rows(index: Index, query: BrowseQuery) -> tuple[Rows, Floats]:
    """Offers near enough that may be what the text asks for, and how well each is that.

    These hold a word of the text, are what it names, or hold much of the parts of its words.
    """
    cut = index.cut(index.window(query.near, query.km))
    if not query.q.strip():
        rows = index.within(cut.window)
        return rows, np.zeros(len(rows))
    idea = index.idea(query.q)
    named = index.concepts.wanted(
        {code: one.strength for code, one in index.concepts.of_text(query.q).items()}
    )
    rows, (share,), (has_word,) = seek(index, [idea], named[None], cut, floor=_IS_IT)
    serves = index.served(named[None], rows)[0]
    best = share.max(initial=0.0)
    hits = has_word | (serves >= _IS_IT) | ((share >= _ALIKE * best) & (share > 0))
    return rows[hits], (share + serves)[hits]


def _day(minutes: float) -> date | None:
    return None if np.isnan(minutes) else date.fromordinal(int((minutes + 1) // _DAY_MINUTES))


def _check(index: Index, query: BrowseQuery) -> None:
    if query.page < 1 or query.per_page < 1:
        raise Invalid("browse: page and per_page begin at 1")
    if query.day is not None and query.day not in DAYS:
        raise Invalid(f"browse: day: use one of {', '.join(DAYS)}")
    if not set(query.requires) <= set(index.codes):
        raise Invalid("browse: requires: use codes of the access facts")


def _sorted(
    index: Index, query: BrowseQuery, found: _Sifted, places: Rows, coming: Floats
) -> list[int]:
    """Places in order: most requirements known to hold first, then as the query sorts.

    What is not known, a place or a next time, comes last in its order.
    """
    numbers = found.rows[places]
    by_id = index.columns.ids[numbers]
    known = -found.known[places]
    near = np.nan_to_num(found.distance[places], nan=np.inf)
    fit = -found.fit[places]
    if query.sort is Sort.NAME:
        titles = [sort_key(index.held[row].title) for row in numbers.tolist()]
        keyed = zip(known.tolist(), titles, by_id.tolist(), places.tolist(), strict=True)
        return [place for _, _, _, place in sorted(keyed)]
    first, second = (near, fit) if query.sort is Sort.DISTANCE else (fit, near)
    soon = np.nan_to_num(coming[places], nan=np.inf)  # all alike unless that is the order
    return [int(place) for place in places[np.lexsort((by_id, second, first, soon, known))]]


def _facets(index: Index, found: _Sifted) -> dict[str, dict[str, int]]:
    """How many each further choice would leave: of one day only one can be chosen, so the
    others are counted without it; of requirements those that are known to hold."""
    columns, rows = index.columns, found.rows[found.admitted]
    yes = np.count_nonzero(columns.access[:, rows] == YES, axis=1)
    days = _bits(columns.days[found.rows[found.but_day]], len(DAYS))
    free = columns.kr_per_month[found.rows[found.but_free]] == 0
    groups = _bits(columns.groups[rows], len(index.group_codes))
    return {
        "day": dict(zip(DAYS, days, strict=True)),
        "requires": dict(zip(index.codes, yes.tolist(), strict=True)),
        "free": {"true": int(np.count_nonzero(free))},
        "activity": dict(zip(index.group_codes, groups, strict=True)),
    }


def _bits(held: NDArray[np.unsignedinteger], most: int) -> list[int]:
    """How often each of the lowest bits is set."""
    return [int(np.count_nonzero(held & held.dtype.type(1 << bit))) for bit in range(most)]
