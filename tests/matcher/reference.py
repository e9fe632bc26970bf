"""The engine's order written a second time, as plainly as it can be said: one offer after the
other, from the published facts, without columns, postings or a grid.

It shares with the engine what words are (matcher.text, compounds) and what they mean
(matcher.concepts), which have tests of their own, and the weights.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, hypot, log, radians, sin, sqrt

from catalogue.answers import Answer
from catalogue.facts import Basis
from catalogue.kinds import Gender, Room
from catalogue.places import Point
from catalogue.published import PublishedOffer
from catalogue.vocabulary import load_vocabulary
from matcher.concepts import concepts_of
from matcher.need import Need
from matcher.score import WEIGHTS
from matcher.text import stem, words
from matcher.times import share_of_times
from tests.builders import ON

CONCEPTS = concepts_of(load_vocabulary())


@dataclass(frozen=True)
class Reference:
    score: float
    is_admitted: bool
    is_confirmed: bool


def reference(
    offers: Sequence[PublishedOffer], need: Need, home: Point | None
) -> dict[str, Reference]:
    """Score and admission of every offer, by its key."""
    near = [one for one in offers if is_nearby(one, need, home)]
    ideas = [Idea(idea, offers, near) for idea in need.interests]
    dislikes = [Idea(idea, offers, near) for idea in need.dislikes]
    saying = [one for one in near if any(idea.is_spoken_of(one) for idea in ideas)]
    best = max((interest(one, ideas) for one in saying), default=0.0)
    return {
        one.source_ids[0].key: judged(one, offers, need, home, ideas, dislikes, best)
        for one in offers
    }


def judged(
    offer: PublishedOffer,
    offers: Sequence[PublishedOffer],
    need: Need,
    home: Point | None,
    ideas: "Sequence[Idea]",
    dislikes: "Sequence[Idea]",
    best: float,
) -> Reference:
    asked = []
    if ideas:
        share = interest(offer, ideas)
        asked.append((WEIGHTS.interest, min(share / best, 1.0) if best else share))
    if home is not None:
        asked.append((WEIGHTS.distance, nearness(offer, need, home)))
    if need.wishes:
        met = sum(chance(code, offer, offers) for code in need.wishes)
        asked.append((WEIGHTS.wishes, met / len(need.wishes)))
    if need.times:
        share_of = share_of_times(offer, need.times)
        asked.append((WEIGHTS.times, WEIGHTS.unknown_time if share_of is None else share_of))
    fit = sum(w * value for w, value in asked) / sum(w for w, _ in asked) if asked else 1.0
    if any(one.is_it(offer) for one in dislikes):
        fit -= WEIGHTS.dislikes
    fit = min(max(fit, 0.0), 1.0) ** WEIGHTS.steepness
    dates = [fact.stated_on for fact in offer.facts.values() if fact.stated_on is not None]
    fresh = 0.5 ** (max(0, (ON - max(dates)).days) / WEIGHTS.half_days) if dates else 0.0
    fit *= 1 - WEIGHTS.freshness * (1 - fresh)
    probability, is_confirmed = 1.0, True
    for code in need.requires:
        probability *= chance(code, offer, offers)
        is_confirmed &= offer.answer(code) is Answer.YES
    price = None if offer.price is None else offer.price.kr_per_month()
    if need.max_kr_per_month is not None:
        probability *= WEIGHTS.within_price if price is None else 1.0
        is_confirmed &= price is not None
    if need.reach_km is not None and home is not None:
        probability *= within_reach(offer, home, need.reach_km)
        is_confirmed &= within_reach(offer, home, need.reach_km) == 1.0
    is_interesting = not ideas or any(one.is_evident(offer) for one in ideas)
    return Reference(
        fit * probability, is_interesting and not is_out(offer, need, home), is_confirmed
    )


def is_out(offer: PublishedOffer, need: Need, home: Point | None) -> bool:
    """Known to break a hard condition."""
    km, slack = away(offer, home)
    price = None if offer.price is None else offer.price.kr_per_month()
    return (
        any(offer.answer(code) is Answer.NO for code in need.requires)
        or (need.reach_km is not None and km is not None and km - slack > need.reach_km)
        or (need.age is not None and offer.age_from is not None and offer.age_from > need.age)
        or (need.age is not None and offer.age_to is not None and offer.age_to < need.age)
        or (offer.gender is Gender.WOMEN and need.gender in ("male", "other"))
        or (offer.gender is Gender.MEN and need.gender in ("female", "other"))
        or (
            need.max_kr_per_month is not None
            and price is not None
            and price > need.max_kr_per_month
        )
        or offer.room in (Room.FULL, Room.PAUSED)
    )


def away(offer: PublishedOffer, home: Point | None) -> tuple[float | None, float]:
    """Great-circle distance by the haversine formula, and how uncertain it is; km."""
    if home is None or offer.point is None:
        return None, 0.0
    one, other = offer.point, home
    north, east = radians(one.lat - other.lat), radians(one.lon - other.lon)
    half = (
        sin(north / 2) ** 2 + cos(radians(one.lat)) * cos(radians(other.lat)) * sin(east / 2) ** 2
    )
    return 2 * 6371.0088 * asin(sqrt(half)), hypot(one.uncertainty_km, other.uncertainty_km)


def is_nearby(offer: PublishedOffer, need: Need, home: Point | None) -> bool:
    """Belongs to those of which the best has 1."""
    km, slack = away(offer, home)
    if home is None or need.reach_km is None or km is None:
        return True
    return km - slack <= need.reach_km or km <= need.reach_km + home.uncertainty_km + 5.0


def within_reach(offer: PublishedOffer, home: Point, reach_km: float) -> float:
    km, slack = away(offer, home)
    if km is None:
        return WEIGHTS.within_reach
    if km + slack <= reach_km:
        return 1.0
    return min(max((reach_km + slack - km) / max(2 * slack, 0.001), 0.0), 1.0)


def nearness(offer: PublishedOffer, need: Need, home: Point) -> float:
    km, _ = away(offer, home)
    if km is None:
        return WEIGHTS.unknown_nearness
    if need.reach_km:
        return min(max(1 - km / need.reach_km, 0.0), 1.0)
    return float(0.5 ** (km / WEIGHTS.half_km))


def chance(code: str, offer: PublishedOffer, offers: Sequence[PublishedOffer]) -> float:
    """How likely one access fact holds."""
    if offer.answer(code) is not Answer.UNKNOWN:
        return float(offer.answer(code) is Answer.YES)
    estimate = round(estimated(code, offer, offers) * 255) / 255
    if offer.likely(code) is Answer.YES:
        return max(estimate, WEIGHTS.yes_when_likely)
    if offer.likely(code) is Answer.NO:
        return min(estimate, 1 - WEIGHTS.yes_when_likely)
    return estimate


def estimated(code: str, offer: PublishedOffer, offers: Sequence[PublishedOffer]) -> float:
    """By the shares of those like it; see matcher.estimates."""
    stated = [
        (one, fact.value == "yes")
        for one in offers
        if (fact := one.facts.get(code)) is not None and fact.basis is not Basis.PROSE
    ]
    overall = (sum(yes for _, yes in stated) + 20 * 0.63) / (len(stated) + 20)
    value = overall
    for group_of in (kind_of, main_activity_of):
        value = narrowed(value, offer, stated, group_of, overall)
    expected = overall / (1 - overall) * (0.43 / 0.57) / (0.63 / 0.37)
    expected /= 1 + expected
    odds = value / (1 - value) * (expected / (1 - expected)) / (overall / (1 - overall))
    value = odds / (1 + odds)
    value = narrowed(value, offer, stated, lambda one: one.organisation.id, overall)
    value = narrowed(value, offer, stated, lambda one: one.place.venue, overall)
    return min(max(value, 0.02), 0.85)


def kind_of(offer: PublishedOffer) -> object:
    return offer.organisation.kind


def main_activity_of(offer: PublishedOffer) -> object:
    codes = {CONCEPTS.vocabulary.by_word(word) for word in offer.activities} - {None}
    held = {above for code in codes for above in (code, *CONCEPTS.vocabulary.ancestors(code))}
    return next((one.code for one in CONCEPTS.vocabulary.main_groups if one.code in held), None)


def narrowed(value, offer, stated, group_of, overall):
    """After the stated facts of the offer's own group, believed as far as such groups agree."""
    counts: dict[object, list[int]] = {}
    for one, yes in stated:
        if group_of(one) is not None:
            counts.setdefault(group_of(one), [0, 0])[not yes] += 1
    pairs = agreeing = 0
    for yes, no in counts.values():
        pairs += (yes + no) * (yes + no - 1)
        agreeing += yes * (yes - 1) + no * (no - 1)
    by_chance = overall**2 + (1 - overall) ** 2
    alike = (agreeing / pairs - by_chance) / (1 - by_chance) if pairs else 0.0
    alike = min(max((pairs * alike + 20 * 0.1) / (pairs + 20), 0.01), 0.9)
    if group_of(offer) is None:
        return value
    yes, no = counts.get(group_of(offer), (0, 0))
    weight = (1 - alike) / alike
    return (yes + weight * value) / (yes + no + weight)


class Idea:
    """One idea of a need: how far each offer is that, by words and by activities."""

    def __init__(
        self, idea: str, offers: Sequence[PublishedOffer], near: Sequence[PublishedOffer]
    ) -> None:
        self.terms = Counter(words(idea)).keys()
        self.bags = {one.id: bag(one) for one in offers}
        self.usual = sum(sum(held.values()) for held in self.bags.values()) / len(self.bags)
        self.meant, self.rejected = CONCEPTS.of_idea(idea)
        self.best = max((self.share_of_words(one) for one in near), default=0.0)

    def holds(self, key: str) -> bool:
        return any(key in held for held in self.bags.values())

    def idf(self, key: str) -> float:
        held_by = sum(key in held for held in self.bags.values())
        return log(1 + (len(self.bags) - held_by + 0.5) / (held_by + 0.5))

    def sought(self) -> list[tuple[str, float, bool]]:
        """Stem, weight, and whether it is the word itself."""
        found = []
        for word in self.terms:
            found.append((stem(word), 1.0, True))
            parts = [stem(base) for base in CONCEPTS.splitter.bases(word)]
            found += [(key, 0.5, False) for key in parts if self.holds(key)]
        return found

    def share_of_words(self, offer: PublishedOffer) -> float:
        held = self.bags[offer.id]
        norm = 1.2 * (1 - 0.75 + 0.75 * sum(held.values()) / max(1.0, self.usual))
        worth = sum(weight * self.idf(key) for key, weight, _ in self.sought())
        found = sum(
            weight * self.idf(key) * held[key] / (held[key] + norm)
            for key, weight, _ in self.sought()
            if key in held
        )
        return found / worth if worth else 0.0

    def serves(self, offer: PublishedOffer, meant: dict[str, float]) -> float:
        spoken = {code: one.strength for code, one in CONCEPTS.of_text(offer.title).items()}
        for word in offer.activities:
            if (code := CONCEPTS.vocabulary.by_word(word)) is not None:
                spoken[code] = 1.0
        columns = CONCEPTS.columns
        return max(
            (
                strength * CONCEPTS.serves[columns[code], columns[held]] * sure
                for code, strength in meant.items()
                for held, sure in spoken.items()
            ),
            default=0.0,
        )

    def has_word(self, offer: PublishedOffer) -> bool:
        return any(is_whole and key in self.bags[offer.id] for key, _, is_whole in self.sought())

    def is_evident(self, offer: PublishedOffer) -> bool:
        return self.has_word(offer) or self.serves(offer, self.meant) >= WEIGHTS.concept_floor

    def is_spoken_of(self, offer: PublishedOffer) -> bool:
        """By a word, by a part of one, or by an activity."""
        return self.is_evident(offer) or self.share_of_words(offer) > 0

    def is_it(self, offer: PublishedOffer) -> bool:
        return self.has_word(offer) or self.serves(offer, self.meant) >= 0.9

    def value(self, offer: PublishedOffer) -> float:
        text = min(self.share_of_words(offer) / self.best, 1.0) if self.best else 0.0
        share = WEIGHTS.concept * max(self.meant.values(), default=0.0)
        value = share * self.serves(offer, self.meant) + (1 - share) * text
        return min(max(value - self.serves(offer, self.rejected), 0.0), 1.0)


def interest(offer: PublishedOffer, ideas: Sequence[Idea]) -> float:
    values = [one.value(offer) for one in ideas]
    return (max(values) + sum(values) / len(values)) / 2


def bag(offer: PublishedOffer) -> Counter[str]:
    """Stems of an offer with their weights: the title's and the activities' count double."""
    names = [
        word
        if (code := CONCEPTS.vocabulary.by_word(word)) is None
        else CONCEPTS.vocabulary.activity(code).name
        for word in offer.activities
    ]
    found: Counter[str] = Counter()
    for text, weight in (
        (" ".join([offer.title, *names]), 2.0),
        (f"{offer.description or ''}\n{offer.organisation.name}", 1.0),
    ):
        for word in words(text):
            found[stem(word)] += weight
            for base in CONCEPTS.splitter.bases(word):
                found[stem(base)] += 0.5 * weight
    return found
