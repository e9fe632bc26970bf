"""A judged collection, and how one ranking of it does beside another."""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from catalogue.published import PublishedOffer
from matcher.evaluate import ndcg, precision, success

COLLECTION = Path(__file__).parent / "collection"
RESAMPLES = 10_000
SEED = 706

Ranking = Sequence[PublishedOffer]


@dataclass(frozen=True)
class Judgements:
    """What a collection says of its needs."""

    grades: Mapping[str, Mapping[str, int]]
    """By need and the offer's key in its source."""
    visible: Mapping[str, frozenset[str]]
    """By need: offers that the catalogue shows to break a hard condition."""

    @classmethod
    def of(cls, folder: Path) -> "Judgements":
        grades: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for need, _, key, grade in _rows(folder / "qrels.tsv"):
            grades[need][key] = int(grade)
        visible: defaultdict[str, set[str]] = defaultdict(set)
        for need, key, _, seen in _rows(folder / "violations.tsv"):
            if seen == "1":
                visible[need].add(key)
        return cls(grades, {need: frozenset(keys) for need, keys in visible.items()})


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t"))


@dataclass(frozen=True)
class Scores:
    """Measures of one engine, need by need; NaN where nothing can be measured."""

    ndcg_at_10: NDArray[np.float64]
    success_at_3: NDArray[np.float64]
    precision_at_5: NDArray[np.float64]
    violations: int
    """Of all first tens together: offers that the catalogue shows to break a condition."""

    @classmethod
    def of(cls, rankings: Mapping[str, Ranking], judged: Judgements) -> "Scores":
        keys = {
            need: [_key(offer, judged.grades.get(need, {})) for offer in ranking[:10]]
            for need, ranking in rankings.items()
        }
        held = [(ranking, judged.grades.get(need, {})) for need, ranking in keys.items()]
        return cls(
            np.array([ndcg(*one) for one in held]),
            np.array([success(*one) for one in held]),
            np.array([precision(*one) for one in held]),
            sum(
                key in judged.visible.get(need, ())
                for need, ranking in keys.items()
                for key in ranking
            ),
        )

    def row(self, name: str) -> str:
        return (
            f"{name:<52} {np.nanmean(self.ndcg_at_10):7.3f} {np.nanmean(self.success_at_3):7.3f}"
            f" {np.nanmean(self.precision_at_5):7.3f} {self.violations:6}"
        )


HEADING = f"{'':<52} {'nDCG@10':>7} {'s@3':>7} {'P@5':>7} {'broken':>6}"


def _key(offer: PublishedOffer, grades: Mapping[str, int]) -> str:
    keys = [one.key for one in offer.source_ids]
    return next((key for key in keys if key in grades), keys[0])


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better one engine is than another in nDCG@10, by a paired bootstrap."""

    mean: float
    low: float
    high: float
    """95 % interval, percentiles of 10,000 resamples of the needs (Efron and Tibshirani 1993)."""

    @classmethod
    def of(cls, one: Scores, other: Scores) -> "Difference":
        apart = one.ndcg_at_10 - other.ndcg_at_10
        apart = apart[~np.isnan(apart)]
        drawn = np.random.default_rng(SEED).integers(len(apart), size=(RESAMPLES, len(apart)))
        low, high = np.percentile(apart[drawn].mean(axis=1), [2.5, 97.5])
        return cls(float(apart.mean()), float(low), float(high))

    @property
    def holds_zero(self) -> bool:
        return self.low <= 0 <= self.high

    def __str__(self) -> str:
        return f"{self.mean:+.3f} [{self.low:+.3f}, {self.high:+.3f}]"
