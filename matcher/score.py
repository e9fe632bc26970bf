"""Hard conditions, fit and order: from a need to what is suggested."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from catalogue.places import Point
from catalogue.published import PublishedOffer
from matcher.explain import exact_km, excluded, is_approximate, verdicts
from matcher.index import NO, UNKNOWN, YES, Index
from matcher.judged import Flags, Floats, Found, Judged
from matcher.match import Band, Excluded, Match, Relaxation, Suggestion
from matcher.need import Need, TimeWindow
from matcher.text import stem, words
from matcher.times import age_days, share_of_times

MAX_EXCLUDED = 50


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each criterion counts, by hand until guides' choices say otherwise."""

    interest: float = 1.0  # what somebody likes decides whether they go at all
    distance: float = 0.25  # near is easier; the hard limit is the citizen's own
    wishes: float = 0.25  # all wishes together, since their number varies
    times: float = 0.25  # a time that does not suit can often be moved
    dislikes: float = 0.25  # taken away, where the offer speaks of what is disliked
    freshness: float = 0.02  # enough to part two that are alike
    unknown_wish: float = 0.4  # of a wish that is met: between no (0) and yes (1)
    unknown_time: float = 0.5  # as likely as not
    yes_when_unknown: float = 0.43  # share of blank facts that were yes, measured on the
    # development collection; of the stated ones 63 % are, so what is stated flatters
    yes_when_likely: float = 0.9  # prose is right more often than not, and still asked about
    prior: float = 20.0  # stated answers that weigh as much as that share
    likeness_floor: float = 1.5  # standard deviations above the mean of all offers


WEIGHTS = Weights()


def match(index: Index, need: Need, *, home: Point | None, on: date, limit: int = 10) -> Match:
    """The best offers for a need, with reasons.

    home: where the need's `home` lies; None = distance is not judged. on: the day for
    which seasons and freshness are judged. Ties break on the offer's id.
    """
    judged = judge(index, need, home=home, on=on)
    order = ranked(judged.score, judged.admitted)[:limit]
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
        relax=() if suggestions else relaxations(index, need, home=home, on=on),
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
    interest = _interest(index, found)
    interested = np.ones(n, dtype=bool)
    if need.interests:
        interested = np.zeros(n, dtype=bool)
        for one in found:
            interested |= one.has_word | one.is_like

    total = np.zeros(n)
    possible = 0.0
    for value, weight, asked in (
        (interest, weights.interest, bool(need.interests)),
        (_nearness(distance, need), weights.distance, home is not None),
        (_wishes(index, need, weights), weights.wishes, bool(need.wishes)),
        (_times(index.offers, need.times, weights), weights.times, bool(need.times)),
        (_freshness(index.offers, on), weights.freshness, True),
    ):
        if asked:
            total += weight * value
            possible += weight
    penalty = np.zeros(n)
    for one in disliked:
        penalty = np.maximum(penalty, weights.dislikes * one.has_word)
    fit = np.clip(total / possible - penalty, 0.0, 1.0)
    probability, confirmed = _requirements(index, need, distance, slack, weights)
    return Judged(
        broken=broken,
        interested=interested,
        score=fit * probability,
        confirmed=confirmed,
        distance_km=distance,
        slack_km=slack,
        found=found,
        disliked=disliked,
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


def _requirements(
    index: Index, need: Need, distance: Floats, slack: Floats, weights: Weights
) -> tuple[Floats, Flags]:
    """Probability that every requirement holds, and whether all are stated to hold."""
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
        likely = index.likely[:, column]
        unknown = np.where(
            likely == YES,
            weights.yes_when_likely,
            np.where(likely == NO, 1 - weights.yes_when_likely, chance),
        )
        probability *= np.where(answers == YES, 1.0, np.where(answers == NO, 0.0, unknown))
        confirmed &= answers == YES
    if need.reach_km is not None and not np.all(np.isnan(distance)):
        sure = distance + slack <= need.reach_km
        probability *= np.where(np.isnan(distance), 0.5, 1.0)
        confirmed &= sure
    if need.max_kr_per_month is not None:
        probability *= np.where(np.isnan(index.kr_per_month), 0.7, 1.0)
        confirmed &= index.kr_per_month <= float(need.max_kr_per_month)
    return probability, confirmed


def _found(index: Index, idea: str, weights: Weights) -> Found:
    wanted = {stem(word) for word in words(idea)}
    held = [
        next((held_words[one] for one in wanted if one in held_words), "")
        for held_words in index.stems
    ]
    likeness = index.likeness(idea)
    floor = likeness.mean() + weights.likeness_floor * likeness.std() if len(likeness) else 0.0
    has_word = np.array([bool(word) for word in held], dtype=bool)
    return Found(
        idea=idea,
        words=tuple(held),
        has_word=has_word,
        likeness=likeness,
        is_like=(likeness > floor) & ~has_word,
    )


def _interest(index: Index, found: Sequence[Found]) -> Floats:
    """The best of the ideas counts most, all of them together a little, best offer = 1."""
    if not found:
        return np.zeros(len(index))
    single = np.max([one.likeness for one in found], axis=0)
    together = index.likeness(" ".join(one.idea for one in found))
    both = (single + together) / 2
    best = both.max(initial=0.0)
    return both / best if best > 0 else both


def _nearness(distance: Floats, need: Need) -> Floats:
    """1 at home, falling evenly to 0 at the end of reach; unknown is halfway.

    Without a reach half of the value is gone at 10 km.
    """
    reach = need.reach_km
    near = np.clip(1 - distance / reach, 0, 1) if reach else 0.5 ** (distance / 10)
    return np.where(np.isnan(distance), 0.25, near)


def _wishes(index: Index, need: Need, weights: Weights) -> Floats:
    if not need.wishes:
        return np.zeros(len(index))
    columns = [index.codes.index(code) for code in need.wishes]
    answers, likely = index.access[:, columns], index.likely[:, columns]
    unknown = np.where(likely == YES, 0.9, np.where(likely == NO, 0.1, weights.unknown_wish))
    met = np.where(answers == YES, 1.0, np.where(answers == NO, 0.0, unknown))
    return np.asarray(met.mean(axis=1))


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


def _freshness(offers: Sequence[PublishedOffer], on: date) -> Floats:
    """1 for today, half a year later half of it; undated is 0."""
    ages = np.array([np.nan if (age := age_days(o, on)) is None else age for o in offers])
    return np.where(np.isnan(ages), 0.0, 0.5 ** (ages / 180))


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
            tuple(reason for reason, flags in judged.broken.items() if flags[row]),
            exact_km(home, index.offers[row]),
        )
        for row in nearest
    )


def relaxations(
    index: Index, need: Need, *, home: Point | None, on: date
) -> tuple[Relaxation, ...]:
    """Single changes of the need that would give offers, the most giving first."""
    found = []
    for change, to, key, values, relaxed in _relaxed(need):
        gives = int(judge(index, relaxed, home=home, on=on).admitted.sum())
        if gives:
            found.append(Relaxation(change, to, gives, key, values))
    return tuple(sorted(found, key=lambda one: (-one.gives, one.change, str(one.to))))


def _relaxed(need: Need) -> list[tuple[str, object, str, dict[str, object], Need]]:
    changes: list[tuple[str, object, str, dict[str, object], Need]] = []

    def change(
        name: str, to: object, key: str, values: dict[str, object], **update: object
    ) -> None:
        changes.append((name, to, key, values, need.model_copy(update=update)))

    if need.reach is not None:
        wider = need.reach.model_dump()
        field = "minutes" if "minutes" in wider else "km"
        wider[field] = min(round(wider[field] * 1.5), 600 if field == "minutes" else 1000)
        change(
            "reach",
            wider,
            f"relax.reach.{field}",
            {field: wider[field]},
            reach=type(need.reach)(**wider),
        )
    for code in need.requires:
        rest = tuple(one for one in need.requires if one != code)
        change("requires", list(rest), "relax.requires", {"code": code}, requires=rest)
    if need.max_kr_per_month is not None:
        more = need.max_kr_per_month * 2 or 100
        change("price", float(more), "relax.price", {"max_kr": more}, max_kr_per_month=more)
    for idea in need.interests:
        rest_ideas = tuple(one for one in need.interests if one != idea)
        change(
            "interests", list(rest_ideas), "relax.interests", {"wish": idea}, interests=rest_ideas
        )
    return changes
