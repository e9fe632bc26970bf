"""Hard conditions, fit and order: from a need to what is suggested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from catalogue.places import Point
from catalogue.published import PublishedOffer
from matcher.explain import exact_km, excluded, is_approximate, verdicts
from matcher.index import NO, UNKNOWN, YES, Index
from matcher.judged import Answers, Flags, Floats, Found, Judged
from matcher.match import Band, Excluded, Match, Suggestion
from matcher.need import Need, TimeWindow
from matcher.relax import relaxations
from matcher.text import stem, words
from matcher.times import share_of_times

MAX_EXCLUDED = 50


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each criterion counts, by hand until guides' choices say otherwise."""

    # Shares of the fit; only those that the need asks for are counted, and they sum to 1 then.
    interest: float = 1.0  # what somebody likes decides whether they go at all
    distance: float = 0.25  # near is easier; the hard limit is the citizen's own
    wishes: float = 0.25  # all wishes together, since their number varies
    times: float = 0.4  # who cannot come at that hour cannot come, but clubs have several hours
    dislikes: float = 0.25  # taken away, where the offer speaks of what is disliked
    freshness: float = 0.02  # share that the undated loses: enough to part two that are alike
    steepness: float = 2.0  # the fit's power: a grade of 3 is worth 7 ones, as judges count gain

    # What is not known, between no (0) and yes (1).
    unknown_wish: float = 0.4
    likely_wish: float = 0.9  # by prose; 1 minus it where prose says no
    unknown_time: float = 0.5  # as likely as not
    unknown_nearness: float = 0.25  # as three quarters of the way to the end of reach
    half_km: float = 10.0  # without a reach, half of nearness is gone here
    half_days: float = 180.0  # half of freshness is gone here; a season is half a year

    # How likely a hard condition holds that is not known to; always under 1 and over 0.
    yes_when_unknown: float = 0.43  # share of blank facts that were yes, measured on the
    # development collection; of the stated ones 63 % are, so what is stated flatters
    prior: float = 20.0  # stated answers that weigh as much as that share
    yes_when_likely: float = 0.9  # prose is right more often than not, and still asked about
    within_reach: float = 0.5  # a place that nobody knows
    within_price: float = 0.7  # a price that nobody knows: most clubs cost little

    concept: float = 0.65  # of interest, what the vocabulary says, where it explains the idea
    concept_floor: float = 0.25  # from here an activity is evidence of interest
    explained_from: float = 0.6  # from here the vocabulary knows what is meant
    likeness_floor: float = 1.0  # standard deviations above the mean of all offers


WEIGHTS = Weights()


def match(index: Index, need: Need, *, home: Point | None, on: date, limit: int = 10) -> Match:
    """The best offers for a need, with reasons.

    home: where the need's `home` lies; None = distance is not judged. on: the day for
    which seasons and freshness are judged. Ties break on the offer's id.
    """
    judged = judge(index, need, home=home, on=on)
    order = ranked(judged.score, judged.admitted)[:limit]

    def admits(changed: Need) -> int:
        return int(judge(index, changed, home=home, on=on).admitted.sum())

    suggestions = tuple(
        Suggestion(
            rank=rank,
            score=float(judged.score[row]),
            band=Band.CONFIRMED if judged.confirmed[row] else Band.ASK_FIRST,
            offer=index.offers[row],
            distance_km=exact_km(home, index.offers[row]),
            distance_is_approximate=is_approximate(home, index.offers[row]),
            verdicts=verdicts(need, index.offers[row], row, judged, home=home, on=on),
        )
        for rank, row in enumerate(order, start=1)
    )
    return Match(
        need=need.id,
        on=on,
        matches=suggestions,
        excluded=nearest_excluded(index, judged, need, home),
        excluded_count=int(judged.out.sum()),
        relax=() if suggestions else relaxations(need, admits),
    )


def judge(index: Index, need: Need, *, home: Point | None, on: date) -> Judged:
    """Hold a need against every offer."""
    n, weights = len(index), WEIGHTS
    distance, slack = np.full(n, np.nan), np.full(n, np.nan)
    if home is not None:
        distance = index.distances_km(home)
        slack = index.uncertainty_km + home.uncertainty_km
    broken = _broken(index, need, distance, slack)
    found = tuple(_found(index, idea, weights) for idea in need.interests)
    disliked = tuple(_found(index, idea, weights) for idea in need.dislikes)
    interest = _interest(found, weights) if found else np.zeros(n)
    interested = np.ones(n, dtype=bool)
    if need.interests:
        interested = np.zeros(n, dtype=bool)
        for one in found:
            interested |= shows_interest(one, weights)

    total = np.zeros(n)
    possible = 0.0
    for value, weight, asked in (
        (interest, weights.interest, bool(need.interests)),
        (_nearness(distance, need, weights), weights.distance, home is not None),
        (_wishes(index, need, weights), weights.wishes, bool(need.wishes)),
        (_times(index.offers, need.times, weights), weights.times, bool(need.times)),
    ):
        if asked:
            total += weight * value
            possible += weight
    penalty = np.zeros(n)
    for one in disliked:
        penalty = np.maximum(penalty, weights.dislikes * one.is_it)
    # Somebody who asks for nothing soft is suited by whatever holds the hard conditions.
    fit = total / possible if possible else np.ones(n)
    fit = np.clip(fit - penalty, 0.0, 1.0) ** weights.steepness
    fit *= 1 - weights.freshness * (1 - _freshness(index, on, weights))
    probability, confirmed = _requirements(index, need, weights)
    if need.reach_km is not None and home is not None:
        probability *= np.where(np.isnan(distance), weights.within_reach, 1.0)
        confirmed &= distance + slack <= need.reach_km  # NaN is not within anything
    return Judged(
        broken=broken,
        interested=interested,
        score=fit * probability,
        confirmed=confirmed,
        distance_km=distance,
        slack_km=slack,
        found=found,
        disliked=disliked,
        concepts=index.concepts,
        spoken=index.spoken,
    )


def ranked(score: Floats, admitted: Flags) -> list[int]:
    """Rows that are admitted, best first; rows are sorted by id, so ties break on it."""
    rows = np.flatnonzero(admitted)
    return [int(row) for row in rows[np.argsort(-score[rows], kind="stable")]]


def _broken(index: Index, need: Need, distance: Floats, slack: Floats) -> dict[str, Flags]:
    broken: dict[str, Flags] = {
        code: index.access[:, index.codes.index(code)] == NO for code in need.requires
    }
    if need.reach_km is not None:
        broken["distance"] = distance - slack > need.reach_km  # NaN is not beyond anything
    if need.age is not None:
        broken["age"] = (index.age_from > need.age) | (index.age_to < need.age)
    if need.gender is not None:
        not_women, not_men = need.gender != "female", need.gender != "male"
        broken["gender"] = (index.women_only & not_women) | (index.men_only & not_men)
    if need.max_kr_per_month is not None:
        broken["price"] = index.kr_per_month > float(need.max_kr_per_month)
    broken["room"] = index.closed
    return {reason: np.asarray(flags) for reason, flags in broken.items()}


def _requirements(index: Index, need: Need, weights: Weights) -> tuple[Floats, Flags]:
    """Probability that requirements and price hold, and whether all are stated to hold.

    Age and gender are not asked about where nothing is stated: a club that admits everybody
    hardly ever says so, and asking them all would leave nothing confirmed.
    """
    probability = np.ones(len(index))
    confirmed = np.ones(len(index), dtype=bool)
    for code in need.requires:
        column = index.codes.index(code)
        answers = index.access[:, column]
        stated, yes = (answers != UNKNOWN).sum(), (answers == YES).sum()
        rate = (yes + weights.prior * weights.yes_when_unknown) / (stated + weights.prior)
        # What is stated is no sample of what is true: halfway to the rate of the blanks,
        # and always under a likely yes, which is under a confirmed one.
        chance = min((rate + weights.yes_when_unknown) / 2, weights.yes_when_likely - 0.05)
        unknown = _or_likely(index.likely[:, column], chance, weights.yes_when_likely)
        probability *= np.where(answers == YES, 1.0, np.where(answers == NO, 0.0, unknown))
        confirmed &= answers == YES
    if need.max_kr_per_month is not None:
        probability *= np.where(np.isnan(index.kr_per_month), weights.within_price, 1.0)
        confirmed &= index.kr_per_month <= float(need.max_kr_per_month)
    return probability, confirmed


def _or_likely(likely: Answers, unknown: float, yes: float) -> Floats:
    """What prose says where it says anything, else the value of the unknown."""
    return np.where(likely == YES, yes, np.where(likely == NO, 1 - yes, unknown))


def _found(index: Index, idea: str, weights: Weights) -> Found:
    wanted = list(dict.fromkeys(stem(word) for word in words(idea)))
    held = [
        next((held_words[one] for one in wanted if one in held_words), "")
        for held_words in index.stems
    ]
    likeness = index.likeness(idea)
    has_word = np.array([bool(word) for word in held], dtype=bool)
    # What shares a word is no measure of what likeness unrelated offers have by chance.
    others = likeness[~has_word]
    floor = others.mean() + weights.likeness_floor * others.std() if len(others) else 0.0
    meant, rejected = index.concepts.of_idea(idea)
    return Found(
        idea=idea,
        words=tuple(held),
        has_word=has_word,
        likeness=likeness,
        is_like=(likeness > floor) & ~has_word,
        meant=meant,
        serves=_served(index, meant),
        rejects=_served(index, rejected),
    )


def _served(index: Index, meant: Mapping[str, float]) -> Floats:
    """(n,): the best that any activity of an offer does for what is meant."""
    if not meant or not len(index):
        return np.zeros(len(index))
    best = index.offered.multiply(index.concepts.wanted(meant)).max(axis=1)
    return np.asarray(best.toarray().ravel(), dtype=np.float64)


def shows_interest(one: Found, weights: Weights = WEIGHTS) -> Flags:
    """(n,): offers with evidence for an idea: a word, an activity, or likeness alone.

    Where the vocabulary knows what is meant, letters that look alike are no evidence.
    """
    flags = one.has_word | (one.serves >= weights.concept_floor)
    if one.explained < weights.explained_from:
        flags |= one.is_like
    return flags


def _interest(found: Sequence[Found], weights: Weights) -> Floats:
    """The best of the ideas counts most, all of them together a little, best offer = 1."""
    single = []
    for one in found:
        best = one.likeness.max(initial=0.0)
        text = one.likeness / best if best > 0 else one.likeness
        share = weights.concept * one.explained
        single.append(np.clip(share * one.serves + (1 - share) * text - one.rejects, 0, 1))
    both = (np.max(single, axis=0) + np.mean(single, axis=0)) / 2
    best = both.max(initial=0.0)
    return np.asarray(both / best if best > 0 else both)


def _nearness(distance: Floats, need: Need, weights: Weights) -> Floats:
    """1 at home, falling evenly to 0 at the end of reach, or by half-lives without a reach."""
    reach = need.reach_km
    near = np.clip(1 - distance / reach, 0, 1) if reach else 0.5 ** (distance / weights.half_km)
    return np.where(np.isnan(distance), weights.unknown_nearness, near)


def _wishes(index: Index, need: Need, weights: Weights) -> Floats:
    """Share of the wishes that are met, the unknown ones by what they are worth."""
    if not need.wishes:
        return np.zeros(len(index))
    columns = [index.codes.index(code) for code in need.wishes]
    answers = index.access[:, columns]
    unknown = _or_likely(index.likely[:, columns], weights.unknown_wish, weights.likely_wish)
    met = np.where(answers == YES, 1.0, np.where(answers == NO, 0.0, unknown))
    return np.asarray(met.mean(axis=1), dtype=np.float64)


def _times(
    offers: Sequence[PublishedOffer], windows: Sequence[TimeWindow], weights: Weights
) -> Floats:
    if not windows:
        return np.zeros(len(offers))
    return np.array(
        [
            weights.unknown_time if (share := share_of_times(offer, windows)) is None else share
            for offer in offers
        ]
    )


def _freshness(index: Index, on: date, weights: Weights) -> Floats:
    """1 for today, falling by half-lives; undated is 0."""
    days = np.maximum(0.0, on.toordinal() - index.stated_on)
    return np.where(np.isnan(days), 0.0, 0.5 ** (days / weights.half_days))


def broken_in(judged: Judged, row: int) -> tuple[str, ...]:
    """Which hard conditions the offer in this row is known to break."""
    return tuple(reason for reason, flags in judged.broken.items() if flags[row])


def nearest_excluded(
    index: Index, judged: Judged, need: Need, home: Point | None
) -> tuple[Excluded, ...]:
    """The nearest offers that break a hard condition, each with all its reasons."""
    rows = np.flatnonzero(judged.out)
    distance = np.nan_to_num(judged.distance_km[rows], nan=np.inf)
    nearest = rows[np.argsort(distance, kind="stable")][:MAX_EXCLUDED]
    return tuple(
        excluded(
            need,
            index.offers[row],
            broken_in(judged, row),
            exact_km(home, index.offers[row]),
        )
        for row in nearest
    )
