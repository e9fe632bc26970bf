"""Words of all offers, and how well the words of a text are found in each of them.

BM25 (Robertson and Zaragoza 2009) over stems. A compound counts as itself and, with less
weight, as its parts; a part never stands for the whole.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from matcher.compounds import Splitter
from matcher.postings import Held, Postings
from matcher.text import stem, words

_K1, _B = 1.2, 0.75  # the usual ones
_TITLE = 2.0  # a word of the title or the activities says more than one of the text
_PART = 0.5  # weight of a compound's part beside the whole word
_ALIKE = 80.0  # per cent: from here a word that nobody knows is a misspelling
_SHORTEST_MISSPELT = 5
_REMEMBERED = 4096
HALVES = 2
"""In which counts of words are kept."""
MOST = 255
"""What a byte holds at most; as the number of a form: the word must be looked up."""

Bag = Mapping[str, tuple[int, str]]
"""By stem: how much an offer makes of it, in halves, and the first of its words that is it."""


def bag_of(head: str, text: str, splitter: Splitter) -> Bag:
    """The words of an offer. head: its title and activities. text: what else it says."""
    found: dict[str, tuple[int, str]] = {}
    for part, weight in ((head, _TITLE), (text, 1.0)):
        for word in words(part):
            _count(found, stem(word), weight, word)
            for base in splitter.bases(word):
                _count(found, stem(base), weight * _PART, word)
    return found


def _count(found: dict[str, tuple[int, str]], key: str, weight: float, word: str) -> None:
    held, first = found.get(key, (0, word))
    found[key] = (min(held + int(weight * HALVES), MOST), first)


def length_of(bag: Bag) -> float:
    """Words of an offer, each by its weight."""
    return sum(count for count, _ in bag.values()) / HALVES


class Sought(NamedTuple):
    """The terms of a query, (terms,) each."""

    keys: NDArray[np.int64]
    """Numbers."""
    worth: NDArray[np.float64]
    """What each counts at its best, as a share of what all do."""
    is_whole: NDArray[np.bool_]
    """The word itself, not a part of it."""
    numbers: tuple[int, ...]
    """The keys once more."""


@dataclass(frozen=True)
class Terms:
    """An inverted index over n offers; see `Postings` for what may come later."""

    numbers: Mapping[str, int]
    """Number of each stem; in the order of the alphabet."""
    later: dict[str, int]
    """Those that came later."""
    postings: Postings
    """Amounts are counts in halves; forms are places in `forms`."""
    forms: list[list[str]]
    """By term: the words that are it."""
    idf: list[float]
    """By term: how rare each is, > 0. Those that came later are as rare as can be."""
    usual: float
    """Mean length of an offer, by which the others are judged."""
    rarest: float
    """What a word counts that no offer holds."""
    splitter: Splitter
    likest: Callable[[str], int | None]
    """The number of the term that a misspelt stem is likest to."""

    @cached_property
    def remembered(self) -> Callable[[str, int], Sought]:
        """What was sought last, by text and by how many terms there were."""
        return lru_cache(maxsize=_REMEMBERED)(lambda text, _: self._sought(text))

    @classmethod
    def build(cls, bags: Sequence[Bag], splitter: Splitter) -> "Terms":
        """Of offers by row."""
        names = sorted({key for bag in bags for key in bag})
        numbers = {one: number for number, one in enumerate(names)}
        places: list[dict[str, int]] = [{} for _ in names]
        held = []
        for row, bag in enumerate(bags):
            for key, (amount, word) in bag.items():
                number = numbers[key]
                place = places[number].setdefault(word, len(places[number]))
                held.append((number, row, amount, min(place, MOST)))
        table = np.array(held, dtype=np.int64).reshape(-1, 4)
        lengths = [length_of(bag) for bag in bags]
        return cls._of(
            names,
            table[:, 0],
            Held(
                table[:, 1].astype(np.int32),
                table[:, 2].astype(np.uint8),
                table[:, 3].astype(np.uint8),
            ),
            [list(words)[:MOST] for words in places],
            np.array(lengths, dtype=np.float32),
            splitter,
        )

    @classmethod
    def _of(
        cls,
        names: Sequence[str],
        keys: NDArray[np.int64],
        held: Held,
        forms: list[list[str]],
        lengths: NDArray[np.float32],
        splitter: Splitter,
    ) -> "Terms":
        postings = Postings.of(keys, held, len(names))
        sizes = np.diff(postings.begins)
        n = len(lengths)
        numbers = {one: number for number, one in enumerate(names)}
        return cls(
            numbers=numbers,
            later={},
            postings=postings,
            forms=forms,
            idf=_rarity(sizes, n).tolist(),
            usual=max(1.0, float(lengths.mean(dtype=np.float64))) if n else 1.0,
            rarest=float(_rarity(np.zeros(1), n)[0]),
            splitter=splitter,
            likest=lru_cache(maxsize=_REMEMBERED)(_Likest(numbers)),
        )

    def add(self, row: int, bag: Bag) -> None:
        """The words of a row that no index shows yet."""
        found = []
        for key, (amount, word) in bag.items():
            number = self.numbers.get(key, self.later.get(key))
            if number is None:
                number = len(self.forms)
                self.forms.append([])
                self.idf.append(self.rarest)
                self.later[key] = number
            found.append((number, amount, _form(self.forms[number], word)))
        self.postings.add(row, found)

    def taken(self, moved: NDArray[np.int64], lengths: NDArray[np.float32]) -> "Terms":
        """The words of the rows that stay. moved: (all rows,), the new number of each, or -1.

        lengths: (rows that stay,).
        """
        keys, held = self.postings.entries(moved)
        names = [*self.numbers, *self.later]
        used = np.flatnonzero(np.bincount(keys, minlength=len(names)))
        order = sorted(used.tolist(), key=names.__getitem__)
        number = np.zeros(len(names), dtype=np.int64)
        number[order] = np.arange(len(order))
        return self._of(
            [names[one] for one in order],
            number[keys],
            held,
            [self.forms[one] for one in order],
            lengths,
            self.splitter,
        )

    @property
    def norms(self) -> tuple[float, float]:
        """What a count is weighed against: so much, and so much more for each word of the offer."""
        return _K1 * (1 - _B), _K1 * _B / self.usual

    def sought(self, text: str) -> Sought:
        """The terms of a text.

        A word that neither the offers nor the dictionary know is taken for a misspelling of
        the likest that they do know.
        """
        # Terms that came later are known from then on.
        return self.remembered(text, len(self.forms))

    def _sought(self, text: str) -> Sought:
        found: list[tuple[int, float, bool]] = []
        worth = 0.0
        for word in dict.fromkeys(words(text)):
            number = self.number(word)
            worth += self.rarest if number is None else self.idf[number]
            if number is not None:
                found.append((number, self.idf[number], True))
            for base in self.splitter.bases(word):
                part = self._known(stem(base))
                if part is not None:
                    found.append((part, _PART * self.idf[part], False))
                    worth += _PART * self.idf[part]
        keys = tuple(number for number, _, _ in found)
        return Sought(
            np.array(keys, dtype=np.int64),
            np.array([counts / worth for _, counts, _ in found], dtype=np.float64),
            np.array([is_whole for _, _, is_whole in found], dtype=np.bool_),
            keys,
        )

    def number(self, word: str) -> int | None:
        """The term of a word, or of the one that it is a misspelling of; None = no offer's."""
        number = self._known(stem(word))
        if number is not None or len(word) < _SHORTEST_MISSPELT or self.splitter.knows(word):
            return number
        return self.likest(stem(word))

    def _known(self, key: str) -> int | None:
        number = self.numbers.get(key)
        return self.later.get(key) if number is None else number

    def word_in(self, sought: Sought, text: str) -> str:
        """The first word of an offer's text that is sought; empty if there is none."""
        wanted = {key for key, whole in zip(sought.numbers, sought.is_whole, strict=True) if whole}
        for word in words(text):
            for key in (word, *self.splitter.bases(word)):
                if self._known(stem(key)) in wanted:
                    return word
        return ""


class _Likest:
    """Finds the term that a misspelt one is likest to (Levenshtein, by RapidFuzz)."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._numbers = numbers
        self._names = list(numbers)

    def __call__(self, key: str) -> int | None:
        likest = process.extractOne(key, self._names, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        return None if likest is None else self._numbers[likest[0]]


def _form(forms: list[str], word: str) -> int:
    """Place of a word among the forms of its term; MOST where there is no room for more."""
    if word in forms:
        return forms.index(word)
    if len(forms) == MOST:
        return MOST
    forms.append(word)
    return len(forms) - 1


def _rarity(held_by: NDArray[np.float64] | NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """Inverse document frequency, always above 0."""
    return np.log1p((n - held_by + 0.5) / (held_by + 0.5))
