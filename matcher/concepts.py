"""From words to activities: what an idea speaks of, and what an offer says it is.

The vocabulary's names, synonyms and misspellings, its everyday expressions and its words
for properties. What they explain is a reason that can be shown; the rest is left to text.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from catalogue.vocabulary import Activity, Vocabulary
from matcher.text import stem, stems, words

# How surely words mean an activity, 0..1.
_NAMED = 1.0
_MISSPELT = 0.9
_AMBIGUOUS = 0.4  # the word is a common one too
_PART = 0.6  # the activity is part of a longer word: strikkecafé
_PROPERTY = 0.4  # the phrase only says what kind of thing it should be
_NEXT_CODE = 0.9  # an expression's second activity, its third by the square, and so on
_ALIKE = 0.55  # cosine from which a phrase counts as an expression said in other words
_LONGEST = 4  # words of a name
_SHORTEST_PART = 4  # letters of a stem that may be part of a longer word
_SHORTEST_REST = 3  # letters that the longer word has beside it

# How well one activity serves where another is meant, 0..1.
_BELOW = 1.0  # any kind of it is it
_ABOVE = 0.5  # it may be among what is offered
_RELATED = 0.5
_SIBLING = 0.35
_SAME_GROUP = 0.1


@dataclass(frozen=True, slots=True)
class Spoken:
    """An activity that a text speaks of."""

    strength: float
    word: str
    """The word or words that say so, as they stand."""


class Concepts:
    """The vocabulary, ready to be found in texts. Immutable after building."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.columns = {one.code: place for place, one in enumerate(vocabulary.activities)}
        self.serves = _serves(vocabulary, self.columns)
        """(codes, codes) float32: row = activity meant, column = activity offered."""
        self._names: dict[str, tuple[str, float]] = {}
        for activity in vocabulary.activities:
            for phrase, strength in _phrases(activity):
                key = " ".join(stems(phrase))
                if key and self._names.get(key, ("", 0.0))[1] < strength:
                    self._names[key] = (activity.code, strength)
        self._parts = frozenset(
            key
            for key, (_, strength) in self._names.items()
            if " " not in key and len(key) >= _SHORTEST_PART and strength == _NAMED
        )
        texts = [one.text for one in vocabulary.expressions]
        texts += [one.text for one in vocabulary.properties]
        self._vectorizer = TfidfVectorizer(analyzer=stems, dtype=np.float32)
        self._said = self._vectorizer.fit_transform(texts) if texts else csr_matrix((0, 1))

    def of_text(self, text: str) -> dict[str, Spoken]:
        """Activities named in a text, the longest names first, by code."""
        written = words(text)
        keys = [stem(word) for word in written]
        found: dict[str, Spoken] = {}
        taken = [False] * len(keys)
        for length in range(min(_LONGEST, len(keys)), 0, -1):
            for start in range(len(keys) - length + 1):
                span = slice(start, start + length)
                named = self._names.get(" ".join(keys[span]))
                if named is None or any(taken[span]):
                    continue
                taken[span] = [True] * length
                _keep(found, named[0], Spoken(named[1], " ".join(written[span])))
        for place, key in enumerate(keys):
            if not taken[place]:
                for code in self._in_compound(key):
                    _keep(found, code, Spoken(_PART, written[place]))
        return found

    def _in_compound(self, key: str) -> Iterator[str]:
        """Activities that begin or end a longer word; the longest of each."""
        lengths = range(len(key) - _SHORTEST_REST, _SHORTEST_PART - 1, -1)
        for parts in ((key[:length] for length in lengths), (key[-n:] for n in lengths)):
            part = next((part for part in parts if part in self._parts), None)
            if part is not None:
                yield self._names[part][0]

    def reason(
        self, meant: Mapping[str, float], spoken: Mapping[str, Spoken]
    ) -> tuple[str, str, Spoken] | None:
        """Which activity meant is served best by which offered, and the offer's word for it.

        None if nothing serves. Ties break on the codes.
        """
        best = max(
            (
                (
                    strength * self.serves[self.columns[code], self.columns[held]] * one.strength,
                    code,
                    held,
                )
                for code, strength in meant.items()
                for held, one in spoken.items()
            ),
            default=(0.0, "", ""),
        )
        return (best[1], best[2], spoken[best[2]]) if best[0] > 0 else None

    def of_idea(self, idea: str) -> tuple[dict[str, float], dict[str, float]]:
        """What an idea means and what it rejects: strength 0..1 by activity code."""
        meant = {code: spoken.strength for code, spoken in self.of_text(idea).items()}
        rejected: dict[str, float] = {}
        activities = self.vocabulary.activities
        expressions = self.vocabulary.expressions
        for number, alike in self._said_alike(idea):
            if number >= len(expressions):
                one = self.vocabulary.properties[number - len(expressions)]
                if one.conditions:
                    for activity in activities:
                        if all(condition.holds(activity) for condition in one.conditions):
                            _raise(meant, activity.code, _PROPERTY * alike * one.strength / 3)
                continue
            said = expressions[number]
            sure = alike * said.strength / 3
            for place, code in enumerate(said.codes):
                _raise(meant, code, sure * _NEXT_CODE**place)
            for code in said.rejects:
                for below in self.vocabulary.descendants(code):
                    _raise(rejected, below, sure)
            for activity in activities if said.rejects_if else ():
                if any(condition.holds(activity) for condition in said.rejects_if):
                    _raise(rejected, activity.code, sure)
        return meant, rejected

    def _said_alike(self, idea: str) -> list[tuple[int, float]]:
        """Expressions and properties that say much the same, with their cosine."""
        if not self._said.shape[0] or not words(idea):
            return []
        alike = (self._said @ self._vectorizer.transform([idea]).T).toarray().ravel()
        return [(int(number), float(alike[number])) for number in np.flatnonzero(alike >= _ALIKE)]

    def wanted(self, meant: Mapping[str, float]) -> NDArray[np.float32]:
        """(codes,): how well each activity offered would serve what is meant."""
        value = np.zeros(len(self.columns), dtype=np.float32)
        for code, strength in meant.items():
            np.maximum(value, strength * self.serves[self.columns[code]], out=value)
        return value

    def matrix(self, spoken: list[dict[str, Spoken]]) -> csr_matrix:
        """(n, codes): strength of each activity in each of n offers."""
        rows = [row for row, held in enumerate(spoken) for _ in held]
        columns = [self.columns[code] for held in spoken for code in held]
        strengths = [one.strength for held in spoken for one in held.values()]
        shape = (len(spoken), len(self.columns))
        return csr_matrix((np.array(strengths, dtype=np.float32), (rows, columns)), shape=shape)


@cache
def concepts_of(vocabulary: Vocabulary) -> Concepts:
    """The concepts of a vocabulary, made once: every index of it shares them."""
    return Concepts(vocabulary)


def _phrases(activity: Activity) -> Iterator[tuple[str, float]]:
    for phrase in (activity.name, *activity.synonyms):
        yield phrase, _AMBIGUOUS if phrase in activity.ambiguous else _NAMED
    for phrase in activity.misspellings:
        yield phrase, _MISSPELT


def _keep(found: dict[str, Spoken], code: str, spoken: Spoken) -> None:
    if code not in found or found[code].strength < spoken.strength:
        found[code] = spoken


def _raise(strengths: dict[str, float], code: str, strength: float) -> None:
    strengths[code] = max(strengths.get(code, 0.0), strength)


def _serves(vocabulary: Vocabulary, columns: Mapping[str, int]) -> NDArray[np.float32]:
    value = np.zeros((len(columns), len(columns)), dtype=np.float32)

    def serve(meant: str, offered: str, well: float) -> None:
        place = columns[meant], columns[offered]
        value[place] = max(value[place], well)

    together: dict[str, list[str]] = defaultdict(list)
    for one in vocabulary.activities:
        together[one.main_group].append(one.code)
    for group in together.values():
        for code in group:
            for other in group:
                serve(code, other, _SAME_GROUP)
    for one in vocabulary.activities:
        for sibling in vocabulary.descendants(one.broader)[1:] if one.broader else ():
            if vocabulary.activity(sibling).broader == one.broader:
                serve(one.code, sibling, _SIBLING)
        for below in vocabulary.descendants(one.code):
            serve(one.code, below, _BELOW)
        for height, above in enumerate(vocabulary.ancestors(one.code), start=1):
            serve(one.code, above, _ABOVE**height)
        for related in one.related:
            serve(one.code, related, _RELATED)
    return value
