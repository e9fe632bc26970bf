"""Likeness of meaning, by a sentence embedding model where there is one.

Without a model the engine works. A cosine of such models means nothing by itself: all of them
lie close together, and some texts lie close to everything. So only standard deviations are used,
after the nearness that a text has to all questions has been taken away.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_KEPT = 4096
"""Vectors of questions that are remembered: 6 MB of 384 numbers each."""
_SAMPLE = 2048
_WORDS = 60
"""Of an offer's text: its model reads a few hundred letters well, and a page badly."""
_LEAST_SPREAD = 0.001
"""Of nearness, as a cosine; unlike texts spread over 0.02. Below it all are the same text."""


class Model(Protocol):
    """A sentence embedding model."""

    @property
    def name(self) -> str:
        """What its vectors are kept under; another version is another name."""

    def __hash__(self) -> int:
        """By identity: what is made of a model is kept with it."""

    def embed(self, texts: Sequence[str], *, question: bool) -> Vectors:
        """(n, d): a unit vector for each text, which asks or is what is asked for."""


class Questions:
    """The vectors of questions, the last few thousand remembered."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._changing = Lock()

    def vector(self, text: str) -> Vectors:
        """(d,) of a text, whatever its case and spaces."""
        key = " ".join(text.casefold().split())
        with self._changing:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        vector: Vectors = self.model.embed([key], question=True)[0]
        with self._changing:
            self._kept[key] = vector
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return vector


class Passages:
    """The vectors of offers. Those of the last index are remembered, since most texts stay."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._kept: dict[str, Vectors] = {}

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """(n, d) of the texts of all offers, n > 0."""
        kept = self._kept
        fresh = [text for text in dict.fromkeys(texts) if text not in kept]
        embedded = self._model.embed(fresh, question=False) if fresh else ()
        known = kept | dict(zip(fresh, embedded, strict=True))
        self._kept = {text: known[text] for text in texts}
        return np.stack([known[text] for text in texts])


@dataclass(frozen=True, slots=True)
class Meaning:
    """How near each of n texts lies to a question, as far as that says anything."""

    vectors: Vectors
    """(n, d)"""
    hubs: Vectors
    """(n,): nearness of each to questions in general."""
    sample: Vectors
    """(some, d): enough of them to know what is usual."""
    sample_hubs: Vectors

    @classmethod
    def of(cls, vectors: Vectors, questions: Vectors) -> "Meaning":
        """vectors: (n, d), n > 0. questions: (q, d) of many unlike questions, q > 0."""
        hubs = vectors @ questions.mean(axis=0)
        some = np.unique(np.linspace(0, len(vectors) - 1, _SAMPLE, dtype=np.int64))
        return cls(vectors, hubs, vectors[some], hubs[some])

    def deviations(self, question: Vectors, rows: slice | NDArray[np.int64]) -> NDArray[np.float64]:
        """(rows,): standard deviations above what is usual for this question."""
        usual = self.sample @ question - self.sample_hubs
        spread = max(float(usual.std()), _LEAST_SPREAD)
        alike = self.vectors[rows] @ question - self.hubs[rows]
        return np.asarray((alike - usual.mean()) / spread, dtype=np.float64)


def passage(title: str, activities: Sequence[str], text: str) -> str:
    """What of an offer is embedded."""
    return f"{title}. {', '.join(activities)}. {' '.join(text.split()[:_WORDS])}"
