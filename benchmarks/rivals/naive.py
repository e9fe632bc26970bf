"""The loop that one would write first: every offer, one after the other, in plain Python."""

from collections.abc import Sequence
from math import hypot

from rapidfuzz import fuzz

from benchmarks.columns import Asked, Columns
from catalogue.answers import Answer
from catalogue.kinds import Gender, Room
from catalogue.places import distance_km
from catalogue.published import PublishedOffer

NEAR_EDGE_KM = 0.1
"""Its distances are geodesic and the others' spherical: up to so much apart at 20 km."""


class Naive:
    """Holds the offers and the set of each offer's tokens, so nothing but the loop is timed."""

    name = "naive loop"

    def __init__(self, columns: Columns) -> None:
        self._offers = columns.offers
        self._tokens = [frozenset(held.split()) for held in columns.tokens]

    def top(self, asked: Asked, limit: int) -> list[int]:
        """Rows, best first."""
        need = asked.asker.need
        scored = []
        for row, km in self._eligible(asked):
            offer = self._offers[row]
            text = f"{offer.title} {' '.join(offer.activities)} {offer.description or ''}"
            alike = max(fuzz.token_set_ratio(idea, text) for idea in need.interests) / 100
            known = sum(offer.answer(code) is Answer.YES for code in need.requires)
            known += sum(offer.answer(code) is Answer.YES for code in need.wishes)
            share = known / max(1, len(need.requires) + len(need.wishes))
            scored.append((alike + 1 - km / asked.reach_km + 0.5 * share, row))
        scored.sort(key=lambda one: (-one[0], one[1]))
        return [row for _, row in scored[:limit]]

    def eligible(self, asked: Asked) -> list[int]:
        return [row for row, _ in self._eligible(asked)]

    def _eligible(self, asked: Asked) -> list[tuple[int, float]]:
        wanted = frozenset(asked.tokens)
        found = []
        for row, offer in enumerate(self._offers):
            assert offer.point is not None
            km = distance_km(asked.asker.home, offer.point)
            slack = hypot(offer.point.uncertainty_km, asked.slack_km)
            is_near = km - slack <= asked.reach_km
            if is_near and self._suits(offer, asked) and wanted & self._tokens[row]:
                found.append((row, km))
        return found

    def _suits(self, offer: PublishedOffer, asked: Asked) -> bool:
        need = asked.asker.need
        per_month = None if offer.price is None else offer.price.kr_per_month()
        is_dear = (
            need.max_kr_per_month is not None
            and per_month is not None
            and per_month > need.max_kr_per_month
        )
        not_for = Gender.MEN if need.gender == "female" else Gender.WOMEN
        return not (
            is_dear
            or offer.room in (Room.FULL, Room.PAUSED)
            or (offer.age_from or 0) > asked.age
            or (255 if offer.age_to is None else offer.age_to) < asked.age
            or offer.gender is not_for
            or any(offer.answer(code) is Answer.NO for code in need.requires)
        )


def near_edge(columns: Columns, asked: Asked, rows: Sequence[int]) -> bool:
    """Whether all of these lie so near the end of reach that only the formula parts them."""
    for row in rows:
        point = columns.offers[row].point
        assert point is not None
        away = distance_km(asked.asker.home, point) - hypot(point.uncertainty_km, asked.slack_km)
        if abs(away - asked.reach_km) > NEAR_EDGE_KM:
            return False
    return True
