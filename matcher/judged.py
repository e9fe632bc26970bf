"""One need held against all offers: the columns that order and reasons are made of."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.concepts import Concepts, Spoken

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Answers = NDArray[np.uint8]
_PLAINLY = 0.9  # the activity itself, in a title or stated; not a sibling, not in passing


@dataclass(frozen=True, slots=True)
class Found:
    """Where one idea of a need was found."""

    idea: str
    words: tuple[str, ...]
    """(n,): the offer's word that it shares, or empty."""
    has_word: Flags
    likeness: Floats
    is_like: Flags
    """(n,): no word is shared, but it is clearly more alike than other offers."""
    meant: Mapping[str, float]
    """Activities that the idea means, strength 0..1 by code; empty = not explained."""
    serves: Floats
    """(n,): how well the offer's activities serve what is meant, 0..1."""
    rejects: Floats
    """(n,): how surely the offer is what the idea speaks against, 0..1."""

    @property
    def is_it(self) -> Flags:
        """(n,): offers that plainly are, or name, what the idea speaks of."""
        return self.has_word | (self.serves >= _PLAINLY)

    @property
    def explained(self) -> float:
        """How well the vocabulary explains the idea, 0..1."""
        return max(self.meant.values(), default=0.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """One need held against all n offers of an index."""

    broken: dict[str, Flags]
    """(n,) by reason: which hard conditions are known to be broken."""
    interested: Flags
    """(n,): shows evidence of interest; all true without interests."""
    score: Floats
    """(n,): 0..1, expected fit; meaningful where nothing is broken."""
    confirmed: Flags
    """(n,): every hard condition is stated to hold."""
    distance_km: Floats
    """(n,): NaN = place or home unknown."""
    slack_km: Floats
    """(n,): uncertainty of both points together; NaN = unknown."""
    found: tuple[Found, ...]
    """Per interest: which offers hold which word of it, and which are only like it."""
    disliked: tuple[Found, ...]
    concepts: Concepts
    spoken: tuple[Mapping[str, Spoken], ...]
    """Per offer: the activities that it names."""

    @property
    def out(self) -> Flags:
        """(n,): breaks at least one hard condition."""
        out = np.zeros(len(self.score), dtype=bool)
        for flags in self.broken.values():
            out |= flags
        return out

    @property
    def admitted(self) -> Flags:
        return ~self.out & self.interested
