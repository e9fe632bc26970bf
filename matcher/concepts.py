"""From words to activities: what an idea speaks of, and what an offer says it is.

The vocabulary's names, synonyms and misspellings, its everyday expressions and its words
for properties. What they explain is a reason that can be shown; the rest is left to text.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from catalogue.vocabulary import Activity, Expression, Property, Vocabulary
from matcher.compounds import Splitter
from matcher.meaning import Meaning, Model, Questions, Vectors
from matcher.negation import Understood, understand
from matcher.text import stem, stems, words

# How surely words mean an activity, 0..1.
_NAMED = 1.0
_MISSPELT = 0.9
_AMBIGUOUS = 0.4  # the word is a common one too
_PART = 0.6  # the activity is part of a longer word: strikkecafé
_PROPERTY = 0.4  # the phrase only says what kind of thing it should be
_NEXT_CODE = 0.9  # an expression's second activity, its third by the square, and so on
_ALIKE = 0.55  # cosine from which a phrase counts as an expression said in other words
_REMEMBERED = 4096  # ideas
_VOTERS = 8  # expressions nearest in meaning that are heard
# Standard deviations above the usual: from here an expression may mean the same, does mean it,
# and how far behind the nearest one another must lie to count little.
_UNLIKE, _MEANS_IT, _FADES = 4.0, 6.5, 0.7

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


@dataclass(frozen=True, slots=True)
class Heard:
    """What an idea speaks of, ready to be held against offers."""

    meant: Mapping[str, float]
    """Activities that it means, strength 0..1 by code; empty = not explained."""
    rejected: Mapping[str, float]
    """Activities that it speaks against."""
    wanted: NDArray[np.float64]
    """(codes,): how well each activity offered would serve what is meant."""
    unwanted: NDArray[np.float64]
    """(codes,): how surely each is what is rejected."""
    by: list[int]
    """By activity: which activity meant it serves best, as a place in `names`."""
    names: list[str]
    """Activities that it means."""
    explained: float
    """How well the vocabulary explains the idea, 0..1."""


class Concepts:
    """The vocabulary, ready to be found in texts. Immutable after building."""

    def __init__(
        self, vocabulary: Vocabulary, model: Model | None = None, usual: Vectors | None = None
    ) -> None:
        """usual: vectors of `asked_for`; default: the model embeds them."""
        self.vocabulary = vocabulary
        self.columns = {one.code: place for place, one in enumerate(vocabulary.activities)}
        self.serves = _serves(vocabulary, self.columns)
        """(codes, codes): row = activity meant, column = activity offered."""
        self._names: dict[str, tuple[str, float]] = {}
        self._longest: dict[str, int] = {}
        for activity in vocabulary.activities:
            for phrase, strength in _phrases(activity):
                keys = stems(phrase)
                key = " ".join(keys)
                if key and self._names.get(key, ("", 0.0))[1] < strength:
                    self._names[key] = (activity.code, strength)
                    self._longest[keys[0]] = max(self._longest.get(keys[0], 0), len(keys))
        self.splitter = Splitter(
            word
            for activity in vocabulary.activities
            for phrase, strength in _phrases(activity)
            if strength == _NAMED and len(said := words(phrase)) == 1
            for word in said
        )
        texts = [one.text for one in vocabulary.expressions]
        texts += [one.text for one in vocabulary.properties]
        self._sayings = Sayings(texts)
        self.questions = None if model is None else Questions(model)
        """Remembers the vectors of what is asked; None without a model."""
        self.usual: Vectors | None = None
        """(q, d): vectors of `asked_for`."""
        self._meaning: Meaning | None = None
        if model is not None:
            if usual is None:
                usual = model.embed(asked_for(vocabulary), question=True)
            self.usual = usual
            sayings = usual[: len(vocabulary.expressions)]
            self._meaning = Meaning.of(sayings, sayings)
        self.heard = lru_cache(maxsize=_REMEMBERED)(self._heard)
        """What an idea means and what it rejects."""
        self.understood = lru_cache(maxsize=_REMEMBERED)(self._understood)
        """What an idea denies; None if nothing."""

    def of_text(self, text: str) -> dict[str, Spoken]:
        """Activities named in a text, the longest names first, by code."""
        written = words(text)
        keys = [stem(word) for word in written]
        found: dict[str, Spoken] = {}
        taken = [False] * len(keys)
        spans = [
            (length, start)
            for start, key in enumerate(keys)
            for length in range(1, min(self._longest.get(key, 0), len(keys) - start) + 1)
        ]
        for length, start in sorted(spans, key=lambda span: (-span[0], span[1])):
            span = slice(start, start + length)
            named = self._names.get(" ".join(keys[span]))
            if named is None or any(taken[span]):
                continue
            taken[span] = [True] * length
            _keep(found, named[0], Spoken(named[1], " ".join(written[span])))
        for place, word in enumerate(written):
            if not taken[place]:
                for part in self.splitter.bases(word):
                    named = self._names.get(stem(part))
                    if named is not None and named[1] == _NAMED:
                        _keep(found, named[0], Spoken(_PART, word))
        return found

    def names_something(self, text: str) -> bool:
        """Whether the name of an activity stands in a text."""
        return bool(self.of_text(text))

    def _understood(self, idea: str) -> Understood | None:
        return understand(idea, self.names_something)

    def _heard(self, idea: str) -> Heard:
        meant, rejected = self.of_idea(idea)
        value = np.zeros((max(1, len(meant)), len(self.columns)))
        for place, (code, strength) in enumerate(meant.items()):
            value[place] = strength * self.serves[self.columns[code]]
        return Heard(
            meant,
            rejected,
            value.max(axis=0),
            self.wanted(rejected),
            value.argmax(axis=0).tolist(),
            list(meant),
            max(meant.values(), default=0.0),
        )

    def of_idea(self, idea: str) -> tuple[dict[str, float], dict[str, float]]:
        """What an idea means and what it rejects: strength 0..1 by activity code."""
        named = self.of_text(idea)
        meant = {code: spoken.strength for code, spoken in named.items()}
        rejected: dict[str, float] = {}
        expressions = self.vocabulary.expressions
        for number, alike in self._sayings.like(idea):
            if number < len(expressions):
                self._mean(expressions[number], alike, meant)
                self._reject(expressions[number], alike, rejected)
            else:
                self._mean_property(
                    self.vocabulary.properties[number - len(expressions)], alike, meant
                )
        left = 1 - self._share_named(idea, named)
        if left > 0:
            for code, strength in self._voted(idea).items():
                _raise(meant, code, left * strength)
        for code in named:  # what is asked for by name is not what the phrase speaks against
            for below in self.vocabulary.descendants(code):
                rejected.pop(below, None)
        return meant, rejected

    def _mean(self, said: Expression, alike: float, meant: dict[str, float]) -> None:
        for place, code in enumerate(said.codes):
            _raise(meant, code, alike * said.strength / 3 * _NEXT_CODE**place)

    def _reject(self, said: Expression, alike: float, rejected: dict[str, float]) -> None:
        sure = alike * said.strength / 3
        for code in said.rejects:
            for below in self.vocabulary.descendants(code):
                _raise(rejected, below, sure)
        for activity in self.vocabulary.activities if said.rejects_if else ():
            if any(condition.holds(activity) for condition in said.rejects_if):
                _raise(rejected, activity.code, sure)

    def _mean_property(self, one: Property, alike: float, meant: dict[str, float]) -> None:
        for activity in self.vocabulary.activities if one.conditions else ():
            if all(condition.holds(activity) for condition in one.conditions):
                _raise(meant, activity.code, _PROPERTY * alike * one.strength / 3)

    def _share_named(self, idea: str, named: Mapping[str, Spoken]) -> float:
        """Share of the words that name an activity outright."""
        written = words(idea)
        names = {
            word for one in named.values() if one.strength >= _MISSPELT for word in one.word.split()
        }
        return sum(word in names for word in written) / len(written) if written else 0.0

    def _voted(self, idea: str) -> dict[str, float]:
        """What the everyday expressions nearest in meaning stand for."""
        if self._meaning is None or self.questions is None:
            return {}
        deviations = self._meaning.deviations(self.questions.vector(idea), slice(None))
        nearest = np.argsort(-deviations, kind="stable")[:_VOTERS]
        best = float(deviations[nearest[0]])
        sure = min(max((best - _UNLIKE) / (_MEANS_IT - _UNLIKE), 0.0), 1.0)
        found: dict[str, float] = {}
        for number in nearest if sure else ():
            said = self.vocabulary.expressions[number]
            vote = sure * exp((deviations[number] - best) / _FADES) * said.strength / 3
            for place, code in enumerate(said.codes):
                doubt = 1 - vote * _NEXT_CODE**place
                found[code] = 1 - (1 - found.get(code, 0.0)) * doubt
        return found

    def wanted(self, meant: Mapping[str, float]) -> NDArray[np.float64]:
        """(codes,): how well each activity offered would serve what is meant."""
        value = np.zeros(len(self.columns))
        for code, strength in meant.items():
            np.maximum(value, strength * self.serves[self.columns[code]], out=value)
        return value


class Sayings:
    """Short texts, found by the words that they share with another (TF-IDF, cosine)."""

    def __init__(self, texts: Sequence[str]) -> None:
        held = [Counter(stems(text)) for text in texts]
        df = Counter(key for counts in held for key in counts)
        self._idf = {key: log((1 + len(texts)) / (1 + count)) + 1 for key, count in df.items()}
        self._holders: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, counts in enumerate(held):
            weights = {key: count * self._idf[key] for key, count in counts.items()}
            length = sqrt(sum(weight**2 for weight in weights.values()))
            for key, weight in weights.items():
                self._holders[key].append((number, weight / length))

    def like(self, text: str) -> list[tuple[int, float]]:
        """Those that say much the same, with their cosine."""
        weights = {
            key: count * self._idf[key]
            for key, count in Counter(stems(text)).items()
            if key in self._idf
        }
        length = sqrt(sum(weight**2 for weight in weights.values()))
        found: defaultdict[int, float] = defaultdict(float)
        for key, weight in weights.items():
            for number, share in self._holders[key]:
                found[number] += weight / length * share
        # Rounding may lift the cosine of a text with itself a little above 1.
        return sorted((number, min(one, 1.0)) for number, one in found.items() if one >= _ALIKE)


def asked_for(vocabulary: Vocabulary) -> list[str]:
    """All that the vocabulary knows to be asked for: its expressions, and its activities."""
    sayings = [one.text for one in vocabulary.expressions]
    return sayings + [one.name for one in vocabulary.activities]


@cache
def concepts_of(vocabulary: Vocabulary, model: Model | None = None) -> Concepts:
    """The concepts of a vocabulary, made once: every index of it shares them."""
    return Concepts(vocabulary, model)


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


def _serves(vocabulary: Vocabulary, columns: Mapping[str, int]) -> NDArray[np.float64]:
    value = np.zeros((len(columns), len(columns)))

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
