"""One need held against the offers within reach: the columns that order and reasons are made of."""

from collections.abc import Mapping
from typing import NamedTuple

from matcher.index import Idea
from matcher.kernels.compiled import PLAINLY, Flags, Floats
from matcher.rows import Rows

_EXPLAINED = 0.5  # from here an idea is explained by what it means


class Found(NamedTuple):
    """Where one idea of a need was found. Columns are over the rows of the Judged."""

    idea: Idea
    has_word: Flags
    """A word of the idea stands in the offer."""
    likeness: Floats | None
    """Of meaning, in standard deviations; None without a model."""
    serves: Floats
    """How well the offer's activities serve what is meant, 0..1."""

    @property
    def is_it(self) -> Flags:
        """Offers that plainly are, or name, what the idea speaks of."""
        return self.has_word | (self.serves >= PLAINLY)


class Judged(NamedTuple):
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
        return tuple(one.idea.text for one in self.found if one.idea.heard.explained < _EXPLAINED)

    @property
    def admitted(self) -> Flags:
        return ~self.out & self.interested
