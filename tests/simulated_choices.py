"""Choices of guides whose weights are known, made by chance from a seed."""

from dataclasses import asdict
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from matcher.weights import SHARES, WEIGHTS, Weights

CLOSELY = 8.0
"""How closely choices follow the fit: of two that differ by a tenth, 69 % take the better."""
_SHOWN = 8
_ASKED = {"interest": 0.85, "distance": 0.8, "wishes": 0.5, "times": 0.5, "dislikes": 0.4}
_WHY = {
    "interest": "not_interested",
    "distance": "too_far",
    "wishes": "wish_unmet",
    "times": "wrong_time",
    "dislikes": "disliked",
}
_OFF_TOPIC = ("tried_it", "facts_wrong", "other", None)


def simulated(
    seed: int, needs: int, weights: Weights = WEIGHTS, *, closely: float = CLOSELY
) -> list[dict[str, object]]:
    """What became of one list for each need, as in a file of choices.

    The guide takes the one or two best by fit and chance (Gumbel), rejects about half of the
    rest for what each most lacks beside the first, or for something else, and ignores others.
    closely: 0 = by chance alone.
    """
    chance = np.random.default_rng(seed)
    return [_list(chance, f"n-{seed}-{number}", weights, closely) for number in range(needs)]


def _list(
    chance: np.random.Generator, need: str, weights: Weights, closely: float
) -> dict[str, object]:
    asked = [name for name, share in _ASKED.items() if chance.random() < share]
    if not set(asked) & set(SHARES):
        asked = ["distance", *asked]
    offers = [_criteria(chance, asked) for _ in range(_SHOWN)]
    felt = [closely * fit(one, weights) + chance.gumbel() for one in offers]
    order = sorted(range(_SHOWN), key=lambda place: -felt[place])
    chosen = order[: chance.integers(1, 3)]
    shown: list[dict[str, object]] = []
    for place, criteria in enumerate(offers):
        one: dict[str, object] = {
            "offer": str(uuid5(NAMESPACE_URL, f"https://offer.example/{need}/{place}")),
            "criteria": criteria,
            "choice": "ignored",
        }
        if place in chosen:
            one["choice"] = "chosen"
        elif chance.random() < 0.6:
            one["choice"] = "rejected"
            one["reason"] = _why(chance, offers[chosen[0]], criteria, weights)
        shown.append(one)
    return {"need": need, "shown": shown}


def fit(criteria: dict[str, float], weights: Weights) -> float:
    """A weighted mean, less what is disliked; written here anew, to test the other by."""
    shares = [(getattr(weights, n), criteria[n]) for n in SHARES if n in criteria]
    mean = sum(w * value for w, value in shares) / sum(w for w, _ in shares)
    return mean - weights.dislikes * criteria.get("dislikes", 0.0)


def _criteria(chance: np.random.Generator, asked: list[str]) -> dict[str, float]:
    drawn = {
        "interest": chance.beta(2, 2),
        "distance": chance.random(),
        "wishes": chance.beta(2, 2),
        "times": chance.choice([0.0, 0.5, 1.0]),
        "dislikes": float(chance.random() < 0.3),
    }
    held = {name: round(float(drawn[name]), 4) for name in asked}
    return held | {"freshness": round(float(chance.random()), 4)}


def _why(
    chance: np.random.Generator,
    won: dict[str, float],
    lost: dict[str, float],
    weights: Weights,
) -> str | None:
    lacks = {
        name: (won[name] - lost[name]) * asdict(weights)[name] * (-1 if name == "dislikes" else 1)
        for name in won
        if name in _WHY
    }
    most = max(lacks, key=lambda name: lacks[name])
    if lacks[most] <= 0 or chance.random() < 0.15:
        return _OFF_TOPIC[chance.integers(len(_OFF_TOPIC))]
    return _WHY[most]
