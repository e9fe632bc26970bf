"""One need held against the offers within reach: the columns that order and reasons are made of."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.index import Idea
from matcher.rows import Rows

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_EXPLAINED = 0.5  # from here an idea is explained by what it means
_PLAINLY = 0.9  # the activity itself, in a title or stated; not a sibling, not in passing


@dataclass(frozen=True, slots=True)
class Found:
    """Where one idea of a need was found. Columns are over the rows of the Judged."""

    idea: Idea
    has_word: Flags
    """A word of the idea stands in the offer."""
    text: Floats
    """How much of the idea's words the offer holds, 0..1."""
    likeness: Floats
    """Of meaning, in standard deviations; 0 without a model."""
    serves: Floats
    """How well the offer's activities serve what is meant, 0..1."""
    rejects: Floats
    """How surely the offer is what the idea speaks against, 0..1."""

    @property
    def is_it(self) -> Flags:
        """Offers that plainly are, or name, what the idea speaks of."""
        return self.has_word | (self.serves >= _PLAINLY)

    @property
    def explained(self) -> float:
        """How well the vocabulary explains the idea, 0..1."""
        return max(self.idea.heard.meant.values(), default=0.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """One need held against some rows. All columns are over these.

    Of a need with interests these are the rows within reach that say anything of them, unless
    others were asked for: what shows no interest is never suggested.
    """

    rows: Rows
    out: Flags
    """Known to break a hard condition."""
    interested: Flags
    """Shows evidence of interest; all true without interests."""
    criteria: Mapping[str, Floats]
    """What makes the fit, 0..1 each, by name; only what the need asks for."""
    score: Floats
    """0..1, expected fit; meaningful where nothing is broken."""
    confirmed: Flags
    """Every hard condition is stated to hold."""
    distance_km: Floats
    """NaN = place or home unknown."""
    slack_km: Floats
    """Uncertainty of both points together; NaN = unknown."""
    times: Floats | None
    """Share of the times asked for that suit; NaN = times unknown; None = not asked for."""
    found: tuple[Found, ...]
    """Per interest."""
    disliked: tuple[Found, ...]

    @property
    def unexplained(self) -> tuple[str, ...]:
        """Interests that the vocabulary does not explain."""
        return tuple(one.idea.text for one in self.found if one.explained < _EXPLAINED)

    @property
    def admitted(self) -> Flags:
        return ~self.out & self.interested
