"""Likeness of meaning, by a sentence embedding model where there is one.

Without a model the engine works. A cosine of such models means nothing by itself: all of them
lie close together, and some texts lie close to everything. So only standard deviations are used,
after the nearness that a text has to all questions has been taken away.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
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

    def remembers(self, text: str) -> bool:
        """Whether its vector costs nothing."""
        return _key(text) in self._kept

    def vector(self, text: str) -> Vectors:
        """(d,) of a text, whatever its case and spaces."""
        key = _key(text)
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


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


@dataclass(frozen=True)
class Meaning:
    """How near each of n texts lies to a question, as far as that says anything.

    Some may have no vector yet: of them nothing is said. Rows that come later are written
    where no older snapshot looks.
    """

    vectors: Vectors
    """(n and room, d)"""
    hubs: Vectors
    """(n and room,): nearness of each to questions in general."""
    known: NDArray[np.bool_]
    """(n,): has a vector."""
    usual: Vectors
    """(d,): mean of many unlike questions."""
    sample: Vectors
    """(some, d): enough of them to know what is usual."""
    sample_hubs: Vectors

    @classmethod
    def of(cls, vectors: Vectors, questions: Vectors) -> "Meaning":
        """vectors: (n, d), n > 0. questions: (q, d) of many unlike questions, q > 0."""
        return cls.holding(list(vectors), questions.mean(axis=0))

    @classmethod
    def holding(cls, found: Sequence[Vectors | None], usual: Vectors, room: int = 0) -> "Meaning":
        """Of texts whose vectors are found, or not. usual: mean of many unlike questions."""
        vectors = np.zeros((len(found) + room, len(usual)), dtype=np.float32)
        known = np.zeros(len(found), dtype=bool)
        for row, vector in enumerate(found):
            if vector is not None:
                vectors[row] = vector
                known[row] = True
        return cls._sampled(vectors, vectors @ usual, known, usual)

    @classmethod
    def _sampled(
        cls, vectors: Vectors, hubs: Vectors, known: NDArray[np.bool_], usual: Vectors
    ) -> "Meaning":
        rows = np.flatnonzero(known)
        some = (
            rows[np.unique(np.linspace(0, max(0, len(rows) - 1), _SAMPLE, dtype=np.int64))]
            if len(rows)
            else rows
        )
        return cls(vectors, hubs, known, usual, vectors[some], hubs[some])

    def more(self, found: Sequence[Vectors | None]) -> "Meaning":
        """With texts after the last one, for which there must be room."""
        n = len(self.known)
        for row, vector in enumerate(found, start=n):
            self.vectors[row] = 0.0 if vector is None else vector
            self.hubs[row] = self.vectors[row] @ self.usual
        known = np.concatenate((self.known, [one is not None for one in found])).astype(bool)
        return replace(self, known=known)

    def learnt(self, rows: NDArray[np.int64], vectors: Vectors) -> "Meaning":
        """With vectors for rows that had none."""
        self.vectors[rows] = vectors
        self.hubs[rows] = vectors @ self.usual
        known = self.known.copy()
        known[rows] = True
        return Meaning._sampled(self.vectors, self.hubs, known, self.usual)

    def taken(self, rows: NDArray[np.int64], room: int) -> "Meaning":
        """Of some rows, in their order."""
        vectors = np.zeros((len(rows) + room, self.vectors.shape[1]), dtype=np.float32)
        np.take(self.vectors, rows, axis=0, out=vectors[: len(rows)])
        hubs = np.zeros(len(vectors), dtype=np.float32)
        hubs[: len(rows)] = self.hubs[rows]
        return Meaning._sampled(vectors, hubs, self.known[rows], self.usual)

    def deviations(self, question: Vectors, rows: slice | NDArray[np.int64]) -> NDArray[np.float64]:
        """(rows,): standard deviations above what is usual for this question; 0 = no vector."""
        if not len(self.sample):
            return np.zeros(len(self.known[rows]))
        usual = self.sample @ question - self.sample_hubs
        spread = max(float(usual.std()), _LEAST_SPREAD)
        alike = (
            self.vectors[: len(self.known)][rows] @ question - self.hubs[: len(self.known)][rows]
        )
        found = np.asarray((alike - usual.mean()) / spread, dtype=np.float64)
        return np.where(self.known[rows], found, 0.0)


def passage(title: str, activities: Sequence[str], text: str) -> str:
    """What of an offer is embedded."""
    return f"{title}. {', '.join(activities)}. {' '.join(text.split()[:_WORDS])}"
