"""Our engine with one part switched off, to see what the part is worth."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from types import SimpleNamespace

import numpy as np

import matcher.build
import matcher.concepts
import matcher.diversity
import matcher.score
import matcher.terms
import matcher.text
from matcher.compounds import Splitter
from matcher.kernels.compiled import Bytes, Flags
from matcher.meaning import Meaning, Vectors
from matcher.weights import WEIGHTS, Weights

Switch = Callable[[ExitStack], Weights]
"""Switches a part off, and says what each criterion counts without it."""


class Whole(Splitter):
    """Takes no word for a compound."""

    def bases(self, word: str) -> tuple[str, ...]:
        return ()


@contextmanager
def _instead(owner: object, name: str, value: object) -> Iterator[None]:
    kept = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, kept)


@contextmanager
def without(part: str) -> Iterator[Weights]:
    """The engine without a part of PARTS, for indexes that are built and asked inside, with
    the weights that it hands over."""
    with ExitStack() as held:
        held.callback(_forget)
        weights = PARTS[part](held)
        _forget()
        yield weights


def _forget() -> None:
    """What was remembered of words belongs to the engine that read them."""
    matcher.text.stem.cache_clear()
    matcher.concepts.concepts_of.cache_clear()


def _weights(**changed: float) -> Switch:
    return lambda held: replace(WEIGHTS, **changed)


def _no_compounds(held: ExitStack) -> Weights:
    held.enter_context(_instead(matcher.concepts, "Splitter", Whole))
    return WEIGHTS


def _no_lemma(held: ExitStack) -> Weights:
    as_it_is = SimpleNamespace(lemmatize=lambda word, lang: word)
    held.enter_context(_instead(matcher.text, "_LEMMATIZER", as_it_is))
    held.enter_context(_instead(matcher.text, "_LEMMAS", {}))
    return WEIGHTS


def _no_stem(held: ExitStack) -> Weights:
    as_it_is = SimpleNamespace(stemWord=lambda word: word)
    held.enter_context(_instead(matcher.text, "_STEMMER", as_it_is))
    return WEIGHTS


def _no_lemma_or_stem(held: ExitStack) -> Weights:
    _no_lemma(held)
    return _no_stem(held)


def _no_misspellings(held: ExitStack) -> Weights:
    held.enter_context(_instead(matcher.terms, "_SHORTEST_MISSPELT", 1000))
    return WEIGHTS


def _no_expressions(held: ExitStack) -> Weights:
    """Neither by their words nor by their meaning."""
    held.enter_context(_instead(matcher.concepts.Sayings, "like", lambda one, text: []))
    held.enter_context(_instead(matcher.concepts.Concepts, "_voted", lambda one, idea: {}))
    return WEIGHTS


def _no_votes(held: ExitStack) -> Weights:
    held.enter_context(_instead(matcher.concepts.Concepts, "_voted", lambda one, idea: {}))
    return WEIGHTS


def _no_hubs(held: ExitStack) -> Weights:
    of = Meaning.of

    def plain(vectors: Vectors, questions: Vectors) -> Meaning:
        return of(vectors, np.zeros_like(questions))

    held.enter_context(_instead(Meaning, "of", staticmethod(plain)))
    return WEIGHTS


def _no_estimates(held: ExitStack) -> Weights:
    """What is not known is as good as a yes."""
    estimated = matcher.build.estimates_of_all

    def certain(yes: Flags, *others: object) -> tuple[object, Bytes]:
        estimates, chance = estimated(yes, *others)  # type: ignore[arg-type]  # handed on
        return estimates, np.full_like(chance, 255)

    held.enter_context(_instead(matcher.build, "estimates_of_all", certain))
    return replace(WEIGHTS, within_reach=1.0, within_price=1.0)


def _no_diversity(held: ExitStack) -> Weights:
    """The best scores, whatever they are offers of."""
    held.enter_context(_instead(matcher.diversity, "_LIKENESS_COUNTS", 0.0))
    held.enter_context(_instead(matcher.diversity, "_MOST_OF_ONE", 1000))
    return WEIGHTS


PARTS: dict[str, Switch] = {
    "concepts": _weights(concept=0.0, concept_floor=np.inf),
    "everyday expressions": _no_expressions,
    "expressions by meaning": _no_votes,
    "likeness of meaning to offers": _weights(meaning=0.0, likeness_floor=np.inf),
    "correction of hubs": _no_hubs,
    "compounds": _no_compounds,
    "lemmas": _no_lemma,
    "stems": _no_stem,
    "lemmas and stems": _no_lemma_or_stem,
    "mending of misspellings": _no_misspellings,
    "distance in the fit": _weights(distance=0.0),
    "wishes": _weights(wishes=0.0),
    "times": _weights(times=0.0),
    "dislikes": _weights(dislikes=0.0),
    "freshness": _weights(freshness=0.0),
    "steepness": _weights(steepness=1.0),
    "estimates of what is unknown": _no_estimates,
    "diversity": _no_diversity,
}
