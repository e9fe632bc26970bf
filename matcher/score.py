"""Fit and order: from a need to what is suggested."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from catalogue.places import Point
from catalogue.published import PublishedOffer
from matcher.diversity import diverse, pool_size
from matcher.explain import exact_km, is_approximate, too_far_round, verdicts
from matcher.hard import broken, distances, nearest_excluded
from matcher.index import NO_DAY, VAGUE_KM, YES, Index
from matcher.judged import Flags, Floats, Found, Judged
from matcher.match import Band, Match, Suggestion
from matcher.need import Need
from matcher.negation import understood_need
from matcher.relax import relaxations
from matcher.rows import Rows
from matcher.weights import SHARES, WEIGHTS, Weights

MAX_EXCLUDED = 50


def match(
    index: Index,
    need: Need,
    *,
    home: Point | None,
    on: date,
    limit: int = 10,
    max_excluded: int = MAX_EXCLUDED,
    weights: Weights = WEIGHTS,
) -> Match:
    """The best offers for a need, with reasons.

    home: where the need's `home` lies; None = distance is not judged. on: the day for
    which seasons and freshness are judged. weights: what was last accepted; default: those
    set by hand. Ties break on the offer's id.
    """
    need, understood = understood_need(need, index.concepts.names_something)
    judged = judge(index, need, home=home, on=on, weights=weights)
    order = shown(index, judged.rows, judged.score, judged.admitted, limit)

    def admits(changed: Need) -> int:
        return int(judge(index, changed, home=home, on=on, weights=weights).admitted.sum())

    more = unshown(index, judged.rows, judged.admitted, order)
    suggestions = tuple(
        Suggestion(
            rank=rank,
            score=float(judged.score[place]),
            offer=(offer := index.offers[judged.rows.numbers[place]]),
            band=band(need, judged, place, home, offer),
            distance_km=exact_km(home, offer),
            distance_is_approximate=is_approximate(home, offer),
            verdicts=verdicts(need, index, place, judged, home=home, on=on),
            more_of_organisation=more[rank - 1],
            criteria={name: float(column[place]) for name, column in judged.criteria.items()},
        )
        for rank, place in enumerate(order, start=1)
    )
    return Match(
        need=need.id,
        on=on,
        matches=suggestions,
        excluded=nearest_excluded(index, need, home, max_excluded),
        excluded_count=len(index) - len(judged.rows) + int(judged.out.sum()),
        relax=() if suggestions else relaxations(need, admits),
        understood=understood,
        unexplained=judged.unexplained,
        meaning_model=index.model_name,
    )


def band(need: Need, judged: Judged, place: int, home: Point | None, offer: PublishedOffer) -> Band:
    """Whether every hard condition is stated to hold, also by the way round the water."""
    if judged.confirmed[place] and not too_far_round(need, home, offer):
        return Band.CONFIRMED
    return Band.ASK_FIRST


def judge(
    index: Index,
    need: Need,
    *,
    home: Point | None,
    on: date,
    rows: Rows | None = None,
    weights: Weights = WEIGHTS,
) -> Judged:
    """Hold a need against every offer that may lie within its reach, or against some rows.

    An offer's score does not hang on which rows beyond reach are held against it too.
    """
    rows = index.within(home, need.reach_km) if rows is None else rows
    distance, slack = distances(index, home, rows)
    by_reason = broken(index, need, rows, distance, slack)
    found = tuple(_found(index, idea, rows) for idea in need.interests)
    disliked = tuple(_found(index, idea, rows) for idea in need.dislikes)
    interested = np.ones(len(rows), dtype=bool)
    if found:
        interested = np.logical_or.reduce([shows_interest(one, weights) for one in found])
    values = criteria(
        index, need, rows, distance, slack, found, disliked, home=home, on=on, weights=weights
    )
    probability, confirmed = _requirements(index, need, rows, weights)
    if need.reach_km is not None and home is not None:
        probability *= _within(distance, slack, need.reach_km, weights)
        confirmed &= distance + slack <= need.reach_km  # NaN is not within anything
    return Judged(
        rows=rows,
        broken=by_reason,
        interested=interested,
        criteria=values,
        score=_fit(values, weights) * probability,
        confirmed=confirmed,
        distance_km=distance,
        slack_km=slack,
        found=found,
        disliked=disliked,
    )


def criteria(
    index: Index,
    need: Need,
    rows: Rows,
    distance: Floats,
    slack: Floats,
    found: Sequence[Found],
    disliked: Sequence[Found],
    *,
    home: Point | None,
    on: date,
    weights: Weights = WEIGHTS,
) -> dict[str, Floats]:
    """What makes the fit: (rows,) each, 0..1, by name; only what the need asks for.

    `dislikes` is 1 where the offer is what somebody dislikes. `freshness` is always there.
    """
    values: dict[str, Floats] = {}
    if found:
        nearby = _nearby(distance, slack, need, home)
        values["interest"] = _interest(found, nearby, index.meaning is not None, weights)
    if home is not None:
        values["distance"] = _nearness(distance, need, weights)
    if need.wishes:
        values["wishes"] = _wishes(index, need, rows, weights)
    if need.times:
        values["times"] = _times(index, need, rows, weights)
    if disliked:
        values["dislikes"] = np.logical_or.reduce([one.is_it for one in disliked]) * 1.0
    values["freshness"] = _freshness(index, on, rows, weights)
    return values


def _fit(values: Mapping[str, Floats], weights: Weights) -> Floats:
    """Weighted mean of the criteria asked for, less what is disliked; (rows,), 0..1."""
    fresh = values["freshness"]
    # Somebody who asks for nothing soft is suited by whatever holds the hard conditions.
    fit = np.ones(len(fresh))
    asked = [(getattr(weights, name), values[name]) for name in SHARES if name in values]
    if asked:
        weighted = np.array([weight * value for weight, value in asked])
        fit = weighted.sum(axis=0) / sum(weight for weight, _ in asked)
    if "dislikes" in values:
        fit -= weights.dislikes * values["dislikes"]
    fit = np.clip(fit, 0.0, 1.0) ** weights.steepness
    return np.asarray(fit * (1 - weights.freshness * (1 - fresh)))


def shown(index: Index, rows: Rows, score: Floats, admitted: Flags, limit: int) -> list[int]:
    """Places of the offers that stand in the list: the best, but not all of one kind."""
    best = np.array(ranked(index, rows, score, admitted, pool_size(limit)), dtype=np.int64)
    return [int(best[one]) for one in diverse(index, rows.numbers[best], score[best], limit)]


def unshown(index: Index, rows: Rows, admitted: Flags, order: Sequence[int]) -> list[int]:
    """Of each shown offer, how many of its organisation are admitted and not shown."""
    of_shown = index.organisations[rows.numbers[order]]
    whose = index.organisations[rows.numbers[admitted]]
    return [int((whose == one).sum() - (of_shown == one).sum()) for one in of_shown]


def ranked(index: Index, rows: Rows, score: Floats, admitted: Flags, limit: int) -> list[int]:
    """Places of the best among the rows that are admitted; ties break on the offer's id."""
    places = np.flatnonzero(admitted)
    if len(places) > limit > 0:  # sorting them all would be most of the work
        least = np.partition(score[places], -limit)[-limit]
        places = places[score[places] >= least]
    order = np.lexsort((index.by_id[rows.numbers[places]], -score[places]))[:limit]
    return [int(place) for place in places[order]]


def _requirements(index: Index, need: Need, rows: Rows, weights: Weights) -> tuple[Floats, Flags]:
    """Probability that requirements and price hold, and whether all are stated to hold.

    Age and gender are not asked about where nothing is stated: a club that admits everybody
    hardly ever says so, and asking them all would leave nothing confirmed.
    """
    probability = np.ones(len(rows))
    confirmed = np.ones(len(rows), dtype=bool)
    for code in need.requires:
        column = index.codes.index(code)
        answers, worth = _worth(index, column, rows, weights)
        probability *= worth
        confirmed &= answers == YES
    if need.max_kr_per_month is not None:
        price = index.kr_per_month[rows.numbers]
        probability *= np.where(np.isnan(price), weights.within_price, 1.0)
        confirmed &= price <= float(need.max_kr_per_month)
    return probability, confirmed


def _within(distance: Floats, slack: Floats, reach_km: float, weights: Weights) -> Floats:
    """Probability that it lies within reach, as if every place within the slack were alike."""
    share = np.clip((reach_km + slack - distance) / np.maximum(2 * slack, 0.001), 0.0, 1.0)
    share[distance + slack <= reach_km] = 1.0  # also at its very edge, where the place is exact
    return np.where(np.isnan(share), weights.within_reach, share)


def _worth(
    index: Index, column: int, rows: Rows, weights: Weights
) -> tuple[NDArray[np.uint8], Floats]:
    """The answers to one access fact, and how likely each makes a yes, 0..1."""
    answers = index.access[column, rows.numbers]
    chance = index.chance[column, rows.numbers] / 255
    likely = weights.yes_when_likely
    worth = np.choose(
        answers, [0.0, 1.0, chance, np.maximum(chance, likely), np.minimum(chance, 1 - likely)]
    )
    return answers, worth


def _found(index: Index, idea: str, rows: Rows) -> Found:
    sought, worth = index.terms.sought(idea)
    text, has_word = index.terms.found(sought, worth, rows)
    meant, rejected = index.concepts.of_idea(idea)
    likeness = np.zeros(len(rows))
    if index.meaning is not None and index.concepts.questions is not None:
        likeness = index.meaning.deviations(index.concepts.questions.vector(idea), rows.numbers)
    return Found(
        idea=idea,
        sought=sought,
        has_word=has_word,
        text=text,
        likeness=likeness,
        meant=meant,
        serves=index.served(meant, rows),
        rejects=index.served(rejected, rows),
    )


def shows_interest(one: Found, weights: Weights = WEIGHTS) -> Flags:
    """Offers with evidence for an idea: a word, an activity, or likeness of meaning alone."""
    return np.asarray(
        one.has_word
        | (one.serves >= weights.concept_floor)
        | (one.likeness >= weights.likeness_floor)
    )


def _interest(found: Sequence[Found], nearby: Flags, has_meaning: bool, weights: Weights) -> Floats:
    """The best of the ideas counts most, all of them together a little.

    nearby: (rows,), the best of these offers has 1.
    """
    single = []
    for one in found:
        text = _of_best(one.text, nearby)
        if has_meaning:
            likeness = np.clip(one.likeness / weights.likeness_full, 0, 1)
            text = (1 - weights.meaning) * text + weights.meaning * likeness
        share = weights.concept * one.explained
        single.append(np.clip(share * one.serves + (1 - share) * text - one.rejects, 0, 1))
    return _of_best((np.max(single, axis=0) + np.mean(single, axis=0)) / 2, nearby)


def _nearby(distance: Floats, slack: Floats, need: Need, home: Point | None) -> Flags:
    """Rows that may lie within reach, or lie a little beyond it.

    A little beyond, so that the only one within reach is not the best there is by that alone;
    no farther, since how much more `Index.within` holds is a matter of its grid.
    """
    if home is None or need.reach_km is None:
        return np.ones(len(distance), dtype=bool)
    around_km = need.reach_km + home.uncertainty_km + VAGUE_KM
    return ~(distance - slack > need.reach_km) | (distance <= around_km)


def _of_best(value: Floats, nearby: Flags) -> Floats:
    """Each as a share of the best one nearby, at most 1."""
    best = value.max(initial=0.0, where=nearby)
    return np.minimum(value / best, 1.0) if best > 0 else value


def _nearness(distance: Floats, need: Need, weights: Weights) -> Floats:
    """1 at home, falling evenly to 0 at the end of reach, or by half-lives without a reach."""
    reach = need.reach_km
    near = np.clip(1 - distance / reach, 0, 1) if reach else 0.5 ** (distance / weights.half_km)
    return np.where(np.isnan(distance), weights.unknown_nearness, near)


def _wishes(index: Index, need: Need, rows: Rows, weights: Weights) -> Floats:
    """Share of the wishes that are met, the unknown ones by how likely they are."""
    met = np.zeros(len(rows))
    for code in need.wishes:
        met += _worth(index, index.codes.index(code), rows, weights)[1]
    return met / len(need.wishes)


def _times(index: Index, need: Need, rows: Rows, weights: Weights) -> Floats:
    shares = meets_when(index, need, rows)
    return np.where(np.isnan(shares), weights.unknown_time, shares)


def meets_when(index: Index, need: Need, rows: Rows) -> Floats:
    """(rows,): share of the times asked for that an offer suits; NaN = times unknown."""
    drop_in = index.access[index.codes.index("drop_in"), rows.numbers] == YES
    return index.meetings.shares(need.times, drop_in, rows)


def _freshness(index: Index, on: date, rows: Rows, weights: Weights) -> Floats:
    """1 for today, falling by half-lives; undated is 0."""
    stated_on = index.stated_on[rows.numbers]
    days = np.maximum(0, on.toordinal() - stated_on)
    return np.where(stated_on == NO_DAY, 0.0, 0.5 ** (days / weights.half_days))
