"""How well rows fit what a need asks for."""

import numpy as np
from numpy.typing import NDArray

from matcher.kernels.compiled import (
    CONCEPT,
    CONCEPT_FLOOR,
    DISLIKES,
    DISLIKES_COUNT,
    DISTANCE,
    FRESHNESS,
    FRESHNESS_COUNTS,
    HALF_DAYS,
    HALF_KM,
    INTEREST,
    LIKELY,
    LIKELY_NO,
    LIKENESS_FLOOR,
    LIKENESS_FULL,
    MEANING,
    NO_DAY,
    PLAINLY,
    STEEPNESS,
    TIMES,
    UNKNOWN,
    UNKNOWN_NEARNESS,
    UNKNOWN_TIME,
    WISHES,
    WITHIN_PRICE,
    WITHIN_REACH,
    YES,
    YES_WHEN_LIKELY,
    Bytes,
    Flags,
    Floats,
    Ints,
    Shorts,
    compiled,
)

_255THS = 255.0


@compiled
def _likely(answer: int, chance: int, yes_when_likely: float) -> float:
    """How likely an access fact makes a yes, 0..1. chance: in 255ths, if nobody has said."""
    if answer < UNKNOWN:
        return float(answer)
    if answer == LIKELY:
        return max(chance / _255THS, yes_when_likely)
    if answer == LIKELY_NO:
        return min(chance / _255THS, 1 - yes_when_likely)
    return chance / _255THS


@compiled
def facts(
    rows: Ints,
    access: Bytes,
    chance: Bytes,
    codes: Ints,
    hard: int,
    kr: NDArray[np.float32],
    max_kr: float,
    distance: Floats,
    slack: Floats,
    reach: float,
    weights: Floats,
) -> tuple[Floats, Flags, Floats]:
    """(rows,) each: how likely all hard conditions hold, whether all are stated to, and the
    share of the wishes that are met, the unknown ones by how likely they are.

    codes: (asked,) access facts, `hard` requirements and then wishes. Age and gender are not
    asked about where nothing is stated: a club that admits everybody hardly ever says so, and
    asking them all would leave nothing confirmed.
    """
    yes_when_likely = weights[YES_WHEN_LIKELY]
    within_reach, within_price = weights[WITHIN_REACH], weights[WITHIN_PRICE]
    holds, met = np.ones(len(rows)), np.zeros(len(rows))
    confirmed = np.ones(len(rows), dtype=np.bool_)
    for place in range(len(rows)):
        row, km, vague = rows[place], distance[place], slack[place]
        for number in range(len(codes)):
            answer = access[codes[number], row]
            likely = _likely(answer, chance[codes[number], row], yes_when_likely)
            if number < hard:
                holds[place] *= likely
                confirmed[place] &= answer == YES
            else:
                met[place] += likely / (len(codes) - hard)
        if max_kr < np.inf:
            holds[place] *= within_price if np.isnan(kr[row]) else 1.0
            confirmed[place] &= kr[row] <= max_kr
        if reach < np.inf:
            # As if every place within the slack were alike.
            if np.isnan(km):
                holds[place] *= within_reach
            elif km + vague > reach:
                share = (reach + vague - km) / max(2 * vague, 0.001)
                holds[place] *= min(max(share, 0.0), 1.0)
            confirmed[place] &= km + vague <= reach  # NaN is not within anything
    return holds, confirmed, met


@compiled
def shows_interest(
    has_word: Flags, serves: Floats, likeness: Floats, has_meaning: bool, weights: Floats
) -> Flags:
    """(rows,): evidence of any idea: a word, an activity, or likeness of meaning alone.

    has_word, serves, likeness: (ideas, rows).
    """
    concept_floor, likeness_floor = weights[CONCEPT_FLOOR], weights[LIKENESS_FLOOR]
    shows = np.zeros(has_word.shape[1], dtype=np.bool_)
    for idea in range(len(has_word)):
        for place in range(len(shows)):
            shows[place] |= has_word[idea, place] or serves[idea, place] >= concept_floor
            if has_meaning:
                shows[place] |= likeness[idea, place] >= likeness_floor
    return shows


@compiled
def _says(
    text: Floats, shows: Flags, distance: Floats, slack: Floats, reach: float, around_km: float
) -> Flags:
    """(rows,): says anything of an idea, and lies nearby.

    A little beyond reach too, so that the only one within reach is not the best there is by
    that alone; no farther, since how much more a window holds is a matter of its grid.
    """
    says = shows.copy()
    for place in range(len(says)):
        for idea in range(len(text)):
            says[place] |= text[idea, place] > 0
        if reach < np.inf and distance[place] - slack[place] > reach:
            says[place] &= distance[place] <= around_km
    return says


@compiled
def _as_share_of_best(value: Floats, says: Flags) -> None:
    """Each as a share of the best of those that say anything, at most 1; in place."""
    best = 0.0
    for place in range(len(value)):
        if says[place] and value[place] > best:
            best = value[place]
    if best > 0:
        for place in range(len(value)):
            value[place] = min(value[place] / best, 1.0)


@compiled
def interest(
    text: Floats,
    serves: Floats,
    likeness: Floats,
    has_meaning: bool,
    rejects: Floats,
    is_rejecting: Flags,
    explained: Floats,
    says: Flags,
    weights: Floats,
) -> Floats:
    """(rows,) 0..1: the best of the ideas counts most, all of them together a little.

    rejects: (ideas, rows), or (0, rows) where none rejects anything. explained: (ideas,).
    """
    concept, meaning, likeness_full = weights[CONCEPT], weights[MEANING], weights[LIKENESS_FULL]
    most, total = np.zeros(len(says)), np.zeros(len(says))
    for idea in range(len(text)):
        value, share = text[idea].copy(), concept * explained[idea]
        _as_share_of_best(value, says)
        for place in range(len(value)):
            said = value[place]
            if has_meaning:
                like = min(max(likeness[idea, place] / likeness_full, 0.0), 1.0)
                said = (1 - meaning) * said + meaning * like
            said = share * serves[idea, place] + (1 - share) * said
            if is_rejecting[idea]:
                said = max(said - rejects[idea, place], 0.0)
            most[place] = max(most[place], said)
            total[place] += said
    for place in range(len(most)):
        most[place] = (most[place] + total[place] / len(text)) / 2
    _as_share_of_best(most, says)
    return most


@compiled
def _nearness(km: float, reach: float, weights: Floats) -> float:
    """1 at home, falling evenly to 0 at the end of reach, or by half-lives without a reach."""
    unknown_nearness, half_km = weights[UNKNOWN_NEARNESS], weights[HALF_KM]
    if np.isnan(km):
        return float(unknown_nearness)
    if 0 < reach < np.inf:
        return max(1 - km / reach, 0.0)
    return float(0.5 ** (km / half_km))


@compiled
def _freshness(stated_on: int, on: int, half_days: float) -> float:
    """1 for today, falling by half-lives; undated is 0."""
    return 0.0 if stated_on == NO_DAY else float(0.5 ** (max(0, on - stated_on) / half_days))


@compiled
def _fit(criteria: Floats, asked: Flags, place: int, weights: Floats) -> float:
    """Weighted mean of the criteria asked for, less what is disliked; 0..1."""
    dislikes, freshness, steepness = (
        weights[DISLIKES_COUNT],
        weights[FRESHNESS_COUNTS],
        weights[STEEPNESS],
    )
    total, weight = 0.0, 0.0
    for one in range(TIMES + 1):
        if asked[one]:
            total += weights[one] * criteria[one, place]
            weight += weights[one]
    # Somebody who asks for nothing soft is suited by whatever holds the hard conditions.
    fit = total / weight if weight > 0 else 1.0
    if asked[DISLIKES]:
        fit = max(fit - dislikes * criteria[DISLIKES, place], 0.0)
    return float(fit**steepness * (1 - freshness * (1 - criteria[FRESHNESS, place])))


@compiled
def weigh(
    rows: Ints,
    text: Floats,
    has_word: Flags,
    likeness: Floats,
    has_meaning: bool,
    serves: Floats,
    rejects: Floats,
    is_rejecting: Flags,
    explained: Floats,
    disliked_word: Flags,
    disliked_serves: Floats,
    distance: Floats,
    slack: Floats,
    times: Floats,
    access: Bytes,
    chance: Bytes,
    codes: Ints,
    hard: int,
    kr: NDArray[np.float32],
    max_kr: float,
    stated_on: Shorts,
    on: int,
    has_home: bool,
    reach: float,
    around_km: float,
    weights: Floats,
) -> tuple[Floats, Floats, Flags, Flags]:
    """Some rows held against what one need asks for; see `matcher.score.judge`.

    text, has_word, likeness, serves, rejects: (ideas, n) of what is liked, likeness and rejects
    (0, n) without a model or where nothing is rejected. disliked: (ideas, n) of what is not
    liked. times: (n,), or (0,) if none are asked for. codes: (asked,) access facts, `hard`
    requirements and then wishes. around_km: a little beyond reach. weights: in the order of
    `Weights`. Returns criteria (6, n), score, interested and confirmed, (n,) each; of the
    criteria those that were not asked for are left as they come.
    """
    n, within = len(rows), reach if has_home else np.inf
    asked = np.array(
        [len(text) > 0, has_home, len(codes) > hard, len(times) > 0, len(disliked_word) > 0]
    )
    criteria, interested = np.empty((6, n)), np.ones(n, dtype=np.bool_)
    score, confirmed, criteria[WISHES] = facts(
        rows, access, chance, codes, hard, kr, max_kr, distance, slack, within, weights
    )
    if asked[INTEREST]:
        interested = shows_interest(has_word, serves, likeness, has_meaning, weights)
        says = _says(text, interested, distance, slack, within, around_km)
        criteria[INTEREST] = interest(
            text,
            serves,
            likeness,
            has_meaning,
            rejects,
            is_rejecting,
            explained,
            says,
            weights,
        )
    for place in range(n):
        if has_home:
            criteria[DISTANCE, place] = _nearness(distance[place], within, weights)
        if asked[TIMES]:
            criteria[TIMES, place] = (
                weights[UNKNOWN_TIME] if np.isnan(times[place]) else times[place]
            )
        criteria[FRESHNESS, place] = _freshness(stated_on[rows[place]], on, weights[HALF_DAYS])
        criteria[DISLIKES, place] = 0.0
        for idea in range(len(disliked_word)):
            if disliked_word[idea, place] or disliked_serves[idea, place] >= PLAINLY:
                criteria[DISLIKES, place] = 1.0
        score[place] *= _fit(criteria, asked, place, weights)
    return criteria, score, interested, confirmed
