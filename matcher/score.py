"""Fit: each offer that may suit a need, held against it."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import numpy as np

from catalogue.places import Point
from matcher.hard import distances, limits, out
from matcher.index import Idea, Index
from matcher.judged import Found, Judged
from matcher.kernels import compiled
from matcher.kernels import fit as kernel_fit
from matcher.kernels.compiled import YES, Floats
from matcher.need import Need
from matcher.rows import VAGUE_KM, Rows
from matcher.seek import Seen, seek
from matcher.weights import WEIGHTS, Weights

_NO_IDEAS = np.zeros((0, 0))
_NO_WORDS = np.zeros((0, 0), dtype=np.bool_)
_NO_TIMES = np.zeros(0)
_PLACES = {
    "interest": compiled.INTEREST,
    "distance": compiled.DISTANCE,
    "wishes": compiled.WISHES,
    "times": compiled.TIMES,
    "dislikes": compiled.DISLIKES,
    "freshness": compiled.FRESHNESS,
}


def judge(
    index: Index,
    need: Need,
    *,
    home: Point | None,
    on: date,
    rows: Rows | None = None,
    weights: Weights = WEIGHTS,
) -> Judged:
    """Hold a need against every offer that it may admit, or against some rows.

    An offer's score does not hang on which other rows are held against it too.
    """
    columns, has_meaning = index.columns, index.meaning is not None
    cut = index.cut(index.window(home, need.reach_km if rows is None else None))
    ideas = [index.idea(text) for text in need.interests]
    denied = [index.idea(text) for text in need.dislikes]
    if rows is None and (has_meaning or not ideas):
        rows = index.within(cut.window)
    wanted = _wanted(ideas)
    if ideas or rows is None:
        seen = seek(index, ideas, wanted, cut, floor=weights.concept_floor, rows=rows)
    else:
        seen = Seen(rows, _NO_IDEAS, _NO_WORDS)
    rows = seen.rows
    serves = index.served(wanted, rows) if ideas else _NO_IDEAS
    likeness = _NO_IDEAS
    if ideas and has_meaning:
        likeness = np.array([_likeness(index, idea, rows) for idea in ideas])
    is_rejecting = np.array([bool(one.heard.rejected) for one in ideas], dtype=np.bool_)
    rejects = _NO_IDEAS
    if is_rejecting.any():
        rejects = index.served(np.array([one.heard.unwanted for one in ideas]), rows)
    disliked_word, disliked_serves = _NO_WORDS, _NO_IDEAS
    if denied:
        unliked = _wanted(denied)
        disliked_word = seek(index, denied, unliked, cut, rows=rows).has_word
        disliked_serves = index.served(unliked, rows)
    distance, slack = distances(index, home, rows)
    times = meets_when(index, need, rows) if need.times else None
    asked = limits(index, need)
    codes = [index.codes.index(code) for code in (*need.requires, *need.wishes)]
    around_km = asked.reach_km + VAGUE_KM + (0.0 if home is None else home.uncertainty_km)
    criteria, score, interested, confirmed = kernel_fit.weigh(
        rows,
        seen.text,
        seen.has_word,
        likeness,
        has_meaning,
        serves,
        rejects,
        is_rejecting,
        np.array([one.heard.explained for one in ideas], dtype=np.float64),
        disliked_word,
        disliked_serves,
        distance,
        slack,
        _NO_TIMES if times is None else times,
        columns.access,
        columns.chance,
        np.array(codes, dtype=np.int64),
        len(need.requires),
        columns.kr_per_month,
        asked.max_kr,
        columns.stated_on,
        on.toordinal(),
        home is not None,
        asked.reach_km,
        around_km,
        _flat(weights),
    )
    return Judged(
        rows=rows,
        out=out(index, asked, rows, distance, slack),
        interested=interested,
        criteria=_named(need, home, criteria),
        score=score,
        confirmed=confirmed,
        distance_km=distance,
        slack_km=slack,
        times=times,
        found=tuple(
            Found(idea, has_word, likeness[k] if has_meaning else None, serve)
            for k, (idea, has_word, serve) in enumerate(
                zip(ideas, seen.has_word, serves, strict=True)
            )
        ),
        disliked=tuple(
            Found(idea, has_word, None, serve)
            for idea, has_word, serve in zip(denied, disliked_word, disliked_serves, strict=True)
        ),
    )


def _wanted(ideas: Sequence[Idea]) -> Floats:
    """(ideas, codes): how well each activity serves each idea."""
    return np.array([one.heard.wanted for one in ideas]) if ideas else _NO_IDEAS


def _named(need: Need, home: Point | None, criteria: Floats) -> Mapping[str, Floats]:
    """The criteria that the need asks for, by name."""
    is_asked = {
        "interest": bool(need.interests),
        "distance": home is not None,
        "wishes": bool(need.wishes),
        "times": bool(need.times),
        "dislikes": bool(need.dislikes),
        "freshness": True,
    }
    return {name: criteria[place] for name, place in _PLACES.items() if is_asked[name]}


@lru_cache(maxsize=16)
def _flat(weights: Weights) -> Floats:
    """All weights, in the order in which the kernel reads them."""
    return np.array([getattr(weights, name) for name in compiled.ORDER], dtype=np.float64)


def _likeness(index: Index, idea: Idea, rows: Rows) -> Floats:
    if index.meaning is None or index.concepts.questions is None:
        return np.zeros(len(rows))
    return index.meaning.deviations(index.concepts.questions.vector(idea.text), rows)


def meets_when(index: Index, need: Need, rows: Rows) -> Floats:
    """(rows,): share of the times asked for that an offer suits; NaN = times unknown."""
    drops_in = index.columns.access[index.codes.index("drop_in"), rows] == YES
    return index.meetings.shares(need.times, drops_in, rows)
