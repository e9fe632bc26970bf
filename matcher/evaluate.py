"""How good a ranking is, on needs that were judged beforehand.

Sources: nDCG after Järvelin and Kekäläinen 2002 with gain 2^grade - 1; success@k and P@k as
TREC counts them, relevant from grade 2. NaN where nothing can be measured.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

RELEVANT = 2
"""From this grade an offer is worth suggesting."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Means over some needs; each 0..1 or NaN."""

    needs: int
    ndcg_at_10: float
    success_at_3: float
    precision_at_5: float
    broken_at_10: float
    """Share of the first ten that break a hard condition in truth."""
    visibly_broken_at_10: float
    """The same, counting only what the catalogue shows."""


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain of the first `depth` keys; NaN without grades."""
    ideal = sorted(grades.values(), reverse=True)[:depth]
    best = _dcg(ideal)
    return _dcg([grades.get(key, 0) for key in ranking[:depth]]) / best if best else math.nan


def _dcg(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def success(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 3) -> float:
    """1 if one of the first `depth` is relevant."""
    if not any(grade >= RELEVANT for grade in grades.values()):
        return math.nan
    return float(any(grades.get(key, 0) >= RELEVANT for key in ranking[:depth]))


def precision(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 5) -> float:
    """Share of `depth` places that hold a relevant offer; an empty place holds none."""
    return sum(grades.get(key, 0) >= RELEVANT for key in ranking[:depth]) / depth


def evaluate(
    rankings: Mapping[str, Sequence[str]],
    grades: Mapping[str, Mapping[str, int]],
    broken: Mapping[str, Collection[str]],
    visibly_broken: Mapping[str, Collection[str]],
) -> Measures:
    """Means over the needs of `rankings`, each a ranking of keys, by need id."""
    ndcgs, successes, precisions, shares, visible = [], [], [], [], []
    for need, ranking in rankings.items():
        held = grades.get(need, {})
        ndcgs.append(ndcg(ranking, held))
        successes.append(success(ranking, held))
        precisions.append(precision(ranking, held))
        first = ranking[:10]
        if first:
            shares.append(sum(key in broken.get(need, ()) for key in first) / len(first))
            seen = visibly_broken.get(need, ())
            visible.append(sum(key in seen for key in first) / len(first))
    return Measures(
        needs=len(rankings),
        ndcg_at_10=_mean(ndcgs),
        success_at_3=_mean(successes),
        precision_at_5=_mean(precisions),
        broken_at_10=_mean(shares),
        visibly_broken_at_10=_mean(visible),
    )


def _mean(values: Sequence[float]) -> float:
    measured = [value for value in values if not math.isnan(value)]
    return sum(measured) / len(measured) if measured else math.nan
