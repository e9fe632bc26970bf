"""Words of all offers, and how well the words of a text are found in each of them.

BM25 (Robertson and Zaragoza 2009) over stems. A compound counts as itself and, with less
weight, as its parts; a part never stands for the whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from matcher.compounds import Splitter
from matcher.rows import Rows
from matcher.text import stem, words

_K1, _B = 1.2, 0.75  # the usual ones
_PART = 0.5  # weight of a compound's part beside the whole word
_TITLE = 2.0  # a word of the title or the activities says more than one of the text
_ALIKE = 80.0  # per cent: from here a word that nobody knows is a misspelling
_SHORTEST_MISSPELT = 5


class Sought(NamedTuple):
    """A term of a query."""

    number: int
    weight: float
    is_whole: bool
    """The word itself, not a part of it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """An inverted index over n offers. Immutable."""

    numbers: Mapping[str, int]
    """Number of each stem; in the order of the alphabet."""
    begins: NDArray[np.int64]
    """(terms + 1,): where each term's entries begin."""
    rows: NDArray[np.int32]
    """(entries,): rows that hold the term, rising within each term."""
    weights: NDArray[np.float32]
    """(entries,): 0..1, how much the row makes of the term."""
    idf: NDArray[np.float32]
    """(terms,): how rare each is, > 0."""
    rarest: float
    """What a word counts that no offer holds."""
    splitter: Splitter

    @classmethod
    def build(cls, texts: Iterable[tuple[str, str]], splitter: Splitter) -> "Terms":
        """Of (title and activities, text) by row."""
        held: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        lengths = []
        for row, (head, text) in enumerate(texts):
            counts: defaultdict[str, float] = defaultdict(float)
            for part, weight in ((head, _TITLE), (text, 1.0)):
                for word in words(part):
                    counts[stem(word)] += weight
                    for base in splitter.bases(word):
                        counts[stem(base)] += weight * _PART
            for key, count in counts.items():
                held[key].append((row, count))
            lengths.append(sum(counts.values()))
        stems = sorted(held)
        sizes = np.array([len(held[one]) for one in stems], dtype=np.int64)
        entries = np.array([entry for one in stems for entry in held[one]]).reshape(-1, 2)
        rows = entries[:, 0].astype(np.int32)
        length = np.array(lengths, dtype=np.float64)
        norm = _K1 * (1 - _B + _B * length / max(1.0, length.mean() if lengths else 0.0))
        return cls(
            numbers={one: number for number, one in enumerate(stems)},
            begins=np.concatenate(([0], np.cumsum(sizes))),
            rows=rows,
            weights=(entries[:, 1] / (entries[:, 1] + norm[rows])).astype(np.float32),
            idf=_rarity(sizes, len(lengths)).astype(np.float32),
            rarest=float(_rarity(np.zeros(1), len(lengths))[0]),
            splitter=splitter,
        )

    def sought(self, text: str) -> tuple[list[Sought], float]:
        """The terms of a text, and what they would count if all were found at their best.

        A word that neither the offers nor the dictionary know is taken for a misspelling of
        the likest that they do know.
        """
        found: list[Sought] = []
        worth = 0.0
        for word in dict.fromkeys(words(text)):
            number = self._number(word)
            worth += self.rarest if number is None else float(self.idf[number])
            if number is not None:
                found.append(Sought(number, 1.0, is_whole=True))
            for base in self.splitter.bases(word):
                part = self.numbers.get(stem(base))
                if part is not None:
                    found.append(Sought(part, _PART, is_whole=False))
                    worth += _PART * float(self.idf[part])
        return found, worth

    def _number(self, word: str) -> int | None:
        number = self.numbers.get(stem(word))
        if number is not None or len(word) < _SHORTEST_MISSPELT or self.splitter.knows(word):
            return number
        likest = process.extractOne(
            stem(word), self.numbers.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE
        )
        return None if likest is None else self.numbers[likest[0]]

    def found(
        self, sought: Iterable[Sought], worth: float, among: Rows
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """(rows,) 0..1: how much of a text each row holds; and whether a whole word of it."""
        share, has_word = np.zeros(len(among)), np.zeros(len(among), dtype=bool)
        for one in sought:
            entries = slice(self.begins[one.number], self.begins[one.number + 1])
            which, where = among.of_posting(self.rows[entries])
            share[where] += one.weight * self.idf[one.number] * self.weights[entries][which]
            if one.is_whole:
                has_word[where] = True
        return (share / worth if worth else share), has_word

    def word_in(self, sought: Iterable[Sought], text: str) -> str:
        """The first word of an offer's text that is sought; empty if there is none."""
        wanted = {one.number for one in sought if one.is_whole}
        for word in words(text):
            for key in (word, *self.splitter.bases(word)):
                if self.numbers.get(stem(key)) in wanted:
                    return word
        return ""


def _rarity(held_by: NDArray[np.float64] | NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """Inverse document frequency, always above 0."""
    return np.log1p((n - held_by + 0.5) / (held_by + 0.5))
