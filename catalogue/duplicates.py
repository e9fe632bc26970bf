"""Which records are likely the same thing: probability, and one partner in each other list."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from catalogue.duplicate_blocks import Blocks, beside, blocks_of, pairs
from catalogue.duplicate_features import (
    ALIKE,
    AT,
    FEATURES,
    SCREEN,
    Floats,
    Pairs,
    features,
    likely,
    screened,
)
from catalogue.duplicate_records import Columns, Record, columns

_DATA = Path(__file__).parent / "data" / "duplicates" / "model.json"
_AT_ONCE = 200_000  # pairs whose features are held in memory together


@dataclass(frozen=True, slots=True)
class Model:
    """A calibrated logistic regression, and a coarser one that rules most pairs out before."""

    weights: Floats
    """By feature, in the order of FEATURES."""
    intercept: float
    threshold: float
    """Probability from which two records are suspected to be one."""
    apart_from: float
    """How much of other words in two names makes them two, if the records share nothing but
    the place or the words are of two activities."""
    screen: Floats
    """By cheap feature, in the order of SCREEN."""
    screen_from: float
    """What the coarse sum must reach for a pair to be looked at."""

    def looked_at(self, found: Pairs, *, same_number: bool = False) -> Pairs:
        """The pairs that the coarse features do not rule out, or that have the same number."""
        number = found.left.ids["number"][found.a]
        numbered = (number >= 0) & (number == found.right.ids["number"][found.b]) & same_number
        found, numbered = _where(likely(found) | numbered, found, numbered)
        passes = screened(found) @ self.screen >= self.screen_from
        return _where(passes | numbered, found, numbered)[0]

    def probability(self, seen: Floats) -> Floats:
        """How likely two records are one, from their features; (pairs,), 0..1.

        Sister clubs in one hall stay below the threshold, and so do departments of one club
        whose names name two activities: only a telephone, number, mail or page speaks for a
        club under another name, and not even that where it is about something else.
        """
        found: Floats = 1.0 / (1.0 + np.exp(-(seen @ self.weights + self.intercept)))
        other = seen[:, AT["name_other_words"]] * seen[:, AT["name_other_activity"]]
        apart = np.maximum(seen[:, AT["name_other_alone"]], other) >= self.apart_from
        return np.where(apart, np.minimum(found, self.threshold / 2), found)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Two records that are likely one."""

    first: Record
    second: Record
    probability: float
    seen: Mapping[str, float]
    """Features that are not 0, by name."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What speaks for two being one, or against it."""

    name: str
    """A feature, or `name_same`, `title_same` for names that are alike to the letter."""
    worth: float
    """What it adds to the logarithm of the odds; below 0 it speaks against."""


_LEAST_WORTH = 0.1


def reasons(seen: Mapping[str, float], model: Model) -> list[Reason]:
    """What the probability rests on, weightiest first. seen: features by name."""
    found = []
    for name, value in seen.items():
        worth = float(model.weights[AT[name]]) * value
        if name.endswith("_nearly") or (name in _NAMES and value < ALIKE):
            continue  # told together with the likeness; likeness by chance is no evidence
        if name in _NAMES:
            worth += float(model.weights[AT[f"{name[:-6]}_nearly"]]) * seen.get(
                f"{name[:-6]}_nearly", 0.0
            )
            name = f"{name[:-6]}_same" if value == 1 else name
        if abs(worth) >= _LEAST_WORTH or name == "number_same":
            found.append(Reason(name, worth))
    return sorted(found, key=lambda one: (-abs(one.worth), one.name))


_NAMES = ("name_alike", "title_alike")


def compared(first: Record, second: Record, model: Model) -> Suspicion:
    """How likely two records are one, with nothing beside them to tell what is rare."""
    held = columns([first, second])
    seen = features(Pairs(held, np.array([0]), held, np.array([1])))
    return Suspicion(first, second, float(model.probability(seen)[0]), _named(seen[0]))


@cache
def load_model(kind: str) -> Model:
    """The program's own model for `organisation` (any named thing) or `offer`."""
    held = json.loads(_DATA.read_text(encoding="utf-8"))[kind]
    return Model(
        weights=np.array([held["weights"].get(name, 0.0) for name in FEATURES]),
        intercept=held["intercept"],
        threshold=held["threshold"],
        apart_from=held["apart_from"],
        screen=np.array([held["screen"].get(name, 0.0) for name in SCREEN]),
        screen_from=held["screen_from"],
    )


def suspicions(
    records: Sequence[Record],
    model: Model,
    *,
    same_number: bool = False,
    best_within: bool = False,
) -> list[Suspicion]:
    """Pairs of records that are likely one, most likely first.

    same_number: also those that only have the same number in a register, however unlikely.
    best_within: within a source, too, each record is named once, with the likeliest. For a
    person's list: once the two are one, the next of several comes up.

    One-to-one between two sources: of several partners in another source only the best is
    named. Within one source a record may have several. The order of the records does not
    matter. Keys must differ within a source.
    """
    ordered = sorted(records, key=_identity)
    held = columns(ordered)
    seen, rows, chances = scored(held, model, same_number=same_number)
    numbered = (seen[:, AT["number_same"]] > 0) & same_number
    return _one_to_one(held, seen, rows, chances, chances >= model.threshold, numbered, best_within)


def scored(
    held: Columns, model: Model, *, same_number: bool = False
) -> tuple[Floats, Pairs, Floats]:
    """Features, rows and probability of all pairs that were not ruled out before."""
    a, b = pairs(held, blocks_of(held))
    found = model.looked_at(Pairs(held, a, held, b), same_number=same_number)
    parts = [
        features(found.some(np.arange(start, min(start + _AT_ONCE, len(found.a)))))
        for start in range(0, len(found.a), _AT_ONCE)
    ]
    seen = np.concatenate(parts) if parts else np.zeros((0, len(FEATURES)))
    return seen, found, model.probability(seen)


class Known:
    """Records held ready, so that one new one can be looked up among them at once."""

    def __init__(self, records: Sequence[Record], model: Model) -> None:
        self._held = columns(sorted(records, key=_identity))
        self._blocks: Blocks = blocks_of(self._held, for_new=True)
        self._model = model

    def like(self, record: Record) -> list[Suspicion]:
        """Which of the held records are likely this one, most likely first."""
        new = columns([record], beside=self._held)
        rows = beside(new, self._blocks)
        found = Pairs(new, np.zeros(len(rows), dtype=np.int64), self._held, rows)
        found = self._model.looked_at(found)
        seen = features(found)
        chances = self._model.probability(seen)
        order = np.lexsort((found.b, -chances))
        return [
            Suspicion(record, self._held.records[found.b[at]], float(chances[at]), _named(seen[at]))
            for at in order
            if chances[at] >= self._model.threshold
        ]


def _where(
    chosen: NDArray[np.bool_], found: Pairs, beside: NDArray[np.bool_]
) -> tuple[Pairs, NDArray[np.bool_]]:
    return found.some(np.flatnonzero(chosen)), beside[chosen]


def _identity(record: Record) -> tuple[str, str]:
    return record.source, record.key


def _one_to_one(
    held: Columns,
    seen: Floats,
    found: Pairs,
    chances: Floats,
    kept: NDArray[np.bool_],
    numbered: NDArray[np.bool_],
    best_within: bool,
) -> list[Suspicion]:
    """The best partner of each record in each other source, and all that are `numbered`."""
    suspected = np.flatnonzero(kept | numbered)
    order = suspected[np.lexsort((found.b[suspected], found.a[suspected], -chances[suspected]))]
    taken: set[tuple[int, int]] = set()
    result = []
    for at in order.tolist():
        a, b = int(found.a[at]), int(found.b[at])
        source_a, source_b = int(held.source[a]), int(held.source[b])
        if source_a != source_b or best_within:  # unknown is a source of its own
            is_best = not {(a, source_b), (b, source_a)} & taken
            if not (is_best or numbered[at]):
                continue
            taken |= {(a, source_b), (b, source_a)}
        result.append(
            Suspicion(held.records[a], held.records[b], float(chances[at]), _named(seen[at]))
        )
    return result


def _named(row: Floats) -> dict[str, float]:
    return {name: float(value) for name, value in zip(FEATURES, row, strict=True) if value}
