"""`python -m benchmarks.duplicate_training`: train the finding of duplicates on made pairs.

Writes catalogue/data/duplicates/model.json. The same seeds give the same file. Nothing that
anybody judged is read: the pairs are those of made countries (made_clubs, made_views).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.made_views import View, made, pairs_of
from catalogue.duplicate_blocks import blocks_of, pairs
from catalogue.duplicate_features import FEATURES, SCREEN, Pairs, features, likely, screened
from catalogue.duplicate_records import columns

MODEL = Path(__file__).parents[1] / "catalogue" / "data" / "duplicates" / "model.json"
KINDS = ("organisation", "offer")
TRAIN, CALIBRATE, CHOOSE = range(100, 107), range(200, 203), range(300, 303)
"""Seeds of the made countries: for the weights, for their calibration, for the thresholds."""
THINGS = 3000
KEPT = 0.97
"""Share of true pairs that the coarse features may not lose."""
APART = {"organisation": 0.7, "offer": 2.0}
"""See duplicates.Model.apart_from: set by hand, for safety; above 1 it never holds."""
_FOR = ("_alike", "_nearly", "_same", "_near", "_in_name", "_within", "shares")


@dataclass(frozen=True, slots=True)
class Judged:
    """Pairs of made records with the truth."""

    cheap: NDArray[np.float64]
    seen: NDArray[np.float64]
    same: NDArray[np.bool_]
    missed: int
    """True pairs that no block held."""


def judged(kind: str, seed: int, count: int = THINGS) -> Judged:
    """All pairs of a made country that the blocks hold."""
    views = made(kind, seed, count, places=(20, 60, 200)[seed % 3])
    return judged_views(views)


def judged_views(views: list[View]) -> Judged:
    """The same of given views."""
    held = columns([view.record for view in views])
    a, b = pairs(held, blocks_of(held))
    found = Pairs(held, a, held, b)
    found = found.some(np.flatnonzero(likely(found)))
    truth = np.array([view.truth for view in views])
    same = truth[found.a] == truth[found.b]
    every = sum(1 for _ in pairs_of(views))
    return Judged(screened(found), features(found), same, every - int(same.sum()))


def joined(kind: str, seeds: range) -> Judged:
    """Several made countries one after the other; no pair reaches from one into another."""
    parts = [judged(kind, seed) for seed in seeds]
    return Judged(
        np.concatenate([part.cheap for part in parts]),
        np.concatenate([part.seen for part in parts]),
        np.concatenate([part.same for part in parts]),
        sum(part.missed for part in parts),
    )


def fitted(
    seen: NDArray[np.float64], same: NDArray[np.bool_], names: tuple[str, ...], left_out: set[str]
) -> tuple[NDArray[np.float64], float]:
    """Weights and intercept. A feature that speaks for may not count against, nor the reverse:
    such are left out one by one, the worst first, and the rest is fitted anew."""
    sign = np.array([1.0 if name.endswith(_FOR) else -1.0 for name in names])
    # A list seldom says a thing twice, least of all for a club that it spells in one way.
    sign[[name.startswith("source_") for name in names]] = -1.0
    used = np.array([name not in left_out for name in names])
    while True:
        regression = LogisticRegression(C=10.0, max_iter=2000)
        regression.fit(seen[:, used], same)
        weights = np.zeros(len(names))
        weights[used] = regression.coef_[0]
        wrong = weights * sign
        if wrong.min() >= 0:
            return weights, float(regression.intercept_[0])
        used[int(wrong.argmin())] = False


def trained(kind: str) -> Iterator[str | dict[str, object]]:
    """Lines that tell how it went, and last the model as it is stored."""
    train, calibrate, choose = (joined(kind, seeds) for seeds in (TRAIN, CALIBRATE, CHOOSE))
    # The same number is reason to look at two organisations, and none to merge two offers.
    left_out = {"number_same"} if kind == "offer" else {"source_spelling"}
    screen, _ = fitted(train.cheap, train.same, SCREEN, set())
    sums = train.cheap @ screen
    screen_from = float(np.quantile(sums[train.same], 1 - KEPT))
    kept = sums >= screen_from
    weights, intercept = fitted(train.seen[kept], train.same[kept], FEATURES, left_out)
    left = calibrate.cheap @ screen >= screen_from
    line = LogisticRegression(C=1e6)
    line.fit((calibrate.seen[left] @ weights + intercept)[:, None], calibrate.same[left])
    weights = weights * line.coef_[0][0]
    intercept = intercept * line.coef_[0][0] + line.intercept_[0]
    left = choose.cheap @ screen >= screen_from
    chances = 1 / (1 + np.exp(-(choose.seen[left] @ weights + intercept)))
    same = choose.same[left]
    every = int(choose.same.sum()) + choose.missed
    best = max(
        (f1(chances, same, every, threshold), threshold) for threshold in np.arange(0.2, 0.9, 0.02)
    )
    threshold = round(float(best[1]), 2)
    yield (
        f"{kind}: {train.same.sum()} true of {len(train.same)} pairs; the coarse features leave"
        f" {kept.sum()}; on other made pairs F1 {best[0]:.3f} at {threshold},"
        f" {choose.missed} of {every} true pairs in no block"
    )
    yield {
        "threshold": threshold,
        "apart_from": APART[kind],
        "intercept": round(float(intercept), 4),
        "weights": _named(FEATURES, weights),
        "screen_from": round(screen_from - 0.001, 3),
        "screen": _named(SCREEN, screen),
    }


def f1(
    chances: NDArray[np.float64], same: NDArray[np.bool_], every: int, threshold: float
) -> float:
    """Harmonic mean of precision and recall; `every` true pairs, in a block or not."""
    said = chances >= threshold
    right = int((said & same).sum())
    return 2 * right / (int(said.sum()) + every)


def _named(names: tuple[str, ...], weights: NDArray[np.float64]) -> dict[str, float]:
    return {
        name: round(float(weight), 4)
        for name, weight in zip(names, weights, strict=True)
        if round(float(weight), 4)
    }


def main() -> None:
    found: dict[str, object] = {}
    for kind in KINDS:
        for one in trained(kind):
            if isinstance(one, str):
                print(one, flush=True)
            else:
                found[kind] = one
    MODEL.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
