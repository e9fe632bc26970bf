"""Fit: each offer that may suit a need, held against it."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from catalogue.places import Point
from matcher.entry import LIKELY, NO_DAY, UNKNOWN, YES
from matcher.hard import distances, out
from matcher.index import Idea, Index
from matcher.judged import Flags, Floats, Found, Judged
from matcher.need import Need
from matcher.rows import VAGUE_KM, Rows
from matcher.seek import evident, placed, words_of
from matcher.weights import SHARES, WEIGHTS, Weights


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
    cut = index.cut(index.window(home, need.reach_km if rows is None else None))
    ideas = [index.idea(text) for text in need.interests]
    denied = [index.idea(text) for text in need.dislikes]
    words = words_of(index, ideas, cut)
    if rows is None:
        if ideas and index.meaning is None:
            rows = np.unique(
                np.concatenate((words.rows, evident(index, ideas, weights.concept_floor, cut)))
            )
        else:
            rows = index.within(cut.window)
    found = _found(index, ideas, *placed(words, rows, len(ideas)), rows)
    disliked: tuple[Found, ...] = ()
    if denied:
        where = placed(words_of(index, denied, cut), rows, len(denied))
        disliked = _found(index, denied, *where, rows)
    distance, slack = distances(index, home, rows)
    interested = np.ones(len(rows), dtype=bool)
    if found:
        interested = np.logical_or.reduce([shows_interest(one, weights) for one in found])
    times = meets_when(index, need, rows) if need.times else None
    probability, confirmed, wishes = _facts(index, need, rows, weights)
    values: dict[str, Floats] = {}
    if found:
        says = interested | np.logical_or.reduce([one.text > 0 for one in found])
        says &= _nearby(distance, slack, need, home)
        values["interest"] = _interest(found, says, index.meaning is not None, weights)
    if home is not None:
        values["distance"] = _nearness(distance, need, weights)
    if wishes is not None:
        values["wishes"] = wishes
    if times is not None:
        values["times"] = np.where(np.isnan(times), weights.unknown_time, times)
    if disliked:
        values["dislikes"] = np.logical_or.reduce([one.is_it for one in disliked]) * 1.0
    values["freshness"] = _freshness(index, on, rows, weights)
    if need.reach_km is not None and home is not None:
        probability *= _within(distance, slack, need.reach_km, weights)
        confirmed &= distance + slack <= need.reach_km  # NaN is not within anything
    return Judged(
        rows=rows,
        out=out(index, need, rows, distance, slack),
        interested=interested,
        criteria=values,
        score=_fit(values, weights) * probability,
        confirmed=confirmed,
        distance_km=distance,
        slack_km=slack,
        times=times,
        found=found,
        disliked=disliked,
    )


def _fit(values: Mapping[str, Floats], weights: Weights) -> Floats:
    """Weighted mean of the criteria asked for, less what is disliked; (rows,), 0..1."""
    fresh = values["freshness"]
    # Somebody who asks for nothing soft is suited by whatever holds the hard conditions.
    fit = np.ones(len(fresh))
    asked = [(getattr(weights, name), values[name]) for name in SHARES if name in values]
    if asked:
        fit = asked[0][0] * asked[0][1]
        for weight, value in asked[1:]:
            fit += weight * value
        fit /= sum(weight for weight, _ in asked)
    if "dislikes" in values:
        fit = np.maximum(fit - weights.dislikes * values["dislikes"], 0.0)
    return np.asarray(fit**weights.steepness * (1 - weights.freshness * (1 - fresh)))


def _facts(
    index: Index, need: Need, rows: Rows, weights: Weights
) -> tuple[Floats, Flags, Floats | None]:
    """Probability that requirements and price hold, whether all are stated to hold, and the
    share of the wishes that are met, the unknown ones by how likely they are; None = no wish.

    Age and gender are not asked about where nothing is stated: a club that admits everybody
    hardly ever says so, and asking them all would leave nothing confirmed.
    """
    probability = np.ones(len(rows))
    confirmed = np.ones(len(rows), dtype=bool)
    wishes: Floats | None = None
    codes = [index.codes.index(code) for code in (*need.requires, *need.wishes)]
    if codes:
        at = np.ix_(np.array(codes), rows)
        answers = index.columns.access[at]
        worth = _worth(answers, index.columns.chance[at], weights)
        hard = len(need.requires)
        probability = worth[:hard].prod(axis=0)
        confirmed = (answers[:hard] == YES).all(axis=0)
        if need.wishes:
            wishes = worth[hard:].sum(axis=0) / len(need.wishes)
    if need.max_kr_per_month is not None:
        price = index.columns.kr_per_month[rows]
        probability *= np.where(np.isnan(price), weights.within_price, 1.0)
        confirmed &= price <= float(need.max_kr_per_month)
    return probability, confirmed, wishes


def _worth(answers: NDArray[np.uint8], chance: NDArray[np.uint8], weights: Weights) -> Floats:
    """How likely each answer makes a yes, 0..1. answers, chance: (codes, rows)."""
    worth = chance / 255
    if (answers >= LIKELY).any():
        likely = weights.yes_when_likely
        worth = np.where(answers == LIKELY, np.maximum(worth, likely), worth)
        worth = np.where(answers > LIKELY, np.minimum(worth, 1 - likely), worth)
    return np.where(answers < UNKNOWN, answers, worth)


def _within(distance: Floats, slack: Floats, reach_km: float, weights: Weights) -> Floats:
    """Probability that it lies within reach, as if every place within the slack were alike."""
    share = np.clip((reach_km + slack - distance) / np.maximum(2 * slack, 0.001), 0.0, 1.0)
    share[distance + slack <= reach_km] = 1.0  # also at its very edge, where the place is exact
    return np.where(np.isnan(share), weights.within_reach, share)


def _found(
    index: Index, ideas: Sequence[Idea], text: Floats, has_word: Flags, rows: Rows
) -> tuple[Found, ...]:
    if not ideas:
        return ()
    wanted = np.array([one.heard.wanted for one in ideas])
    serves = index.served(wanted, rows)
    rejects = np.zeros((len(ideas), len(rows)))
    if any(one.heard.rejected for one in ideas):
        rejects = index.served(np.array([one.heard.unwanted for one in ideas]), rows)
    return tuple(
        Found(idea, has_word[k], text[k], _likeness(index, idea, rows), serves[k], rejects[k])
        for k, idea in enumerate(ideas)
    )


def _likeness(index: Index, idea: Idea, rows: Rows) -> Floats:
    if index.meaning is None or index.concepts.questions is None:
        return np.zeros(len(rows))
    return index.meaning.deviations(index.concepts.questions.vector(idea.text), rows)


def shows_interest(one: Found, weights: Weights = WEIGHTS) -> Flags:
    """Offers with evidence for an idea: a word, an activity, or likeness of meaning alone."""
    return np.asarray(
        one.has_word
        | (one.serves >= weights.concept_floor)
        | (one.likeness >= weights.likeness_floor)
    )


def _interest(found: Sequence[Found], says: Flags, has_meaning: bool, weights: Weights) -> Floats:
    """The best of the ideas counts most, all of them together a little.

    says: (rows,), those nearby that say anything of an idea: the best of them has 1.
    """
    single = []
    for one in found:
        text = _of_best(one.text, says)
        if has_meaning:
            likeness = np.clip(one.likeness / weights.likeness_full, 0, 1)
            text = (1 - weights.meaning) * text + weights.meaning * likeness
        share = weights.concept * one.explained
        value = share * one.serves + (1 - share) * text
        if one.idea.heard.rejected:
            value = np.maximum(value - one.rejects, 0.0)
        single.append(value)
    if len(single) == 1:
        return _of_best(single[0], says)
    best, total = single[0], single[0]
    for value in single[1:]:
        best, total = np.maximum(best, value), total + value
    return _of_best((best + total / len(single)) / 2, says)


def _nearby(distance: Floats, slack: Floats, need: Need, home: Point | None) -> Flags:
    """Rows that may lie within reach, or lie a little beyond it.

    A little beyond, so that the only one within reach is not the best there is by that alone;
    no farther, since how much more a window holds is a matter of its grid.
    """
    if home is None or need.reach_km is None:
        return np.ones(len(distance), dtype=bool)
    around_km = need.reach_km + home.uncertainty_km + VAGUE_KM
    return ~(distance - slack > need.reach_km) | (distance <= around_km)


def _of_best(value: Floats, says: Flags) -> Floats:
    """Each as a share of the best of those that say anything, at most 1."""
    best = value.max(initial=0.0, where=says)
    return np.minimum(value / best, 1.0) if best > 0 else value


def _nearness(distance: Floats, need: Need, weights: Weights) -> Floats:
    """1 at home, falling evenly to 0 at the end of reach, or by half-lives without a reach."""
    reach = need.reach_km
    near = np.maximum(1 - distance / reach, 0) if reach else 0.5 ** (distance / weights.half_km)
    return np.where(np.isnan(distance), weights.unknown_nearness, near)


def meets_when(index: Index, need: Need, rows: Rows) -> Floats:
    """(rows,): share of the times asked for that an offer suits; NaN = times unknown."""
    drop_in = index.columns.access[index.codes.index("drop_in"), rows] == YES
    return index.meetings.shares(need.times, drop_in, rows)


def _freshness(index: Index, on: date, rows: Rows, weights: Weights) -> Floats:
    """1 for today, falling by half-lives; undated is 0."""
    stated_on = index.columns.stated_on[rows]
    days = np.maximum(0, on.toordinal() - stated_on)
    return np.where(stated_on == NO_DAY, 0.0, 0.5 ** (days / weights.half_days))
