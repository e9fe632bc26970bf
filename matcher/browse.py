"""Browsing: the same index without a need; text, filters, facet counts, pages."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from catalogue.danish import sort_key
from catalogue.errors import Invalid
from catalogue.places import Point
from catalogue.published import PublishedOffer
from matcher.entry import NO, YES
from matcher.explain import exact_km, is_approximate
from matcher.index import Index
from matcher.judged import Floats
from matcher.need import DAYS
from matcher.rows import Rows
from matcher.seek import evident, placed, words_of

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
    columns = index.columns
    rows, fit = _rows(index, query)
    admitted = np.ones(len(rows), dtype=bool)
    distance = np.full(len(rows), np.nan)
    if query.near is not None:
        distance = index.distances_km(query.near, rows)
        if query.km is not None:
            slack = np.hypot(columns.uncertainty_km[rows], np.float64(query.near.uncertainty_km))
            admitted &= ~(distance - slack > query.km)
    if query.day is not None:
        admitted &= (columns.days[rows] >> DAYS.index(query.day)) & 1 > 0
    if query.activity is not None:
        admitted &= index.is_activity(query.activity, rows)
    codes = np.array([index.codes.index(code) for code in query.requires], dtype=np.int64)
    asked = columns.access[np.ix_(codes, rows)]
    if len(codes):
        admitted &= (asked != NO).all(axis=0)
    if query.free:
        admitted &= columns.kr_per_month[rows] == 0
    if query.age is not None:
        admitted &= (columns.age_from[rows] <= query.age) & (columns.age_to[rows] >= query.age)
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
                offer := index.held[row],
                exact_km(query.near, offer),
                is_approximate(query.near, offer),
            )
            for row in shown
        ),
        facets=_facets(index, rows[admitted]),
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
    words = words_of(index, [idea], cut)
    asked = replace(idea, heard=replace(idea.heard, wanted=named))
    rows = np.unique(np.concatenate((words.rows, evident(index, [asked], _IS_IT, cut))))
    (share,), (has_word,) = placed(words, rows, 1)
    serves = index.served(named[None], rows)[0]
    best = share.max(initial=0.0)
    hits = has_word | (serves >= _IS_IT) | ((share >= _ALIKE * best) & (share > 0))
    return rows[hits], (share + serves)[hits]


def _check(index: Index, query: BrowseQuery) -> None:
    if query.page < 1 or query.per_page < 1:
        raise Invalid("browse: page and per_page begin at 1")
    if query.day is not None and query.day not in DAYS:
        raise Invalid(f"browse: day: use one of {', '.join(DAYS)}")
    if not set(query.requires) <= set(index.codes):
        raise Invalid("browse: requires: use codes of the access facts")


def _sorted(
    index: Index,
    query: BrowseQuery,
    rows: Rows,
    places: Rows,
    fit: Floats,
    distance: Floats,
    known: Rows,
) -> list[int]:
    """Rows in order: most requirements known to hold first, then as the query sorts."""
    numbers = rows[places]
    by_id = index.columns.ids[numbers]
    near = np.nan_to_num(distance[places], nan=np.inf)  # an unknown place is never near
    if query.sort is Sort.NAME:
        titles = [sort_key(index.held[row].title) for row in numbers.tolist()]
        keyed = zip(
            (-known[places]).tolist(), titles, by_id.tolist(), numbers.tolist(), strict=True
        )
        return [row for _, _, _, row in sorted(keyed)]
    by = (near, -fit[places]) if query.sort is Sort.FIT else (-fit[places], near)
    return list(numbers[np.lexsort((by_id, *by, -known[places]))].tolist())


def _facets(index: Index, rows: Rows) -> dict[str, dict[str, int]]:
    columns = index.columns
    yes = np.count_nonzero(columns.access[:, rows] == YES, axis=1)
    return {
        "day": dict(zip(DAYS, _bits(columns.days[rows], len(DAYS)), strict=True)),
        "requires": dict(zip(index.codes, yes.tolist(), strict=True)),
        "free": {"true": int(np.count_nonzero(columns.kr_per_month[rows] == 0))},
        "activity": dict(
            zip(
                index.group_codes,
                _bits(columns.groups[rows], len(index.group_codes)),
                strict=True,
            )
        ),
    }


def _bits(held: NDArray[np.unsignedinteger], most: int) -> list[int]:
    """How often each of the lowest bits is set."""
    return [int(np.count_nonzero(held & held.dtype.type(1 << bit))) for bit in range(most)]
