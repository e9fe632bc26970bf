"""The answer: what is suggested and why, what is left out and why, what else would help.

Reasons are message keys with raw values; whoever shows them finds the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from catalogue.published import PublishedOffer
from matcher.negation import Understood


class Band(StrEnum):
    CONFIRMED = "confirmed"  # every hard condition of the need is stated to hold
    ASK_FIRST = "ask_first"


class Kind(StrEnum):
    REQUIRES = "requires"
    WISH = "wish"
    INTEREST = "interest"
    DISLIKE = "dislike"
    DISTANCE = "distance"
    TIME = "time"
    PRICE = "price"
    AGE = "age"
    GENDER = "gender"
    SEASON = "season"
    ROOM = "room"
    FRESHNESS = "freshness"


class Outcome(StrEnum):
    FITS = "fits"
    PARTLY = "partly"
    ASK = "ask"
    BREAKS = "breaks"


NO_VALUES: Mapping[str, object] = MappingProxyType({})


class Verdict(Struct, frozen=True, gc=False):
    """One criterion of the need, held against one offer.

    A Struct, as the other two here, since an answer holds hundreds: a frozen dataclass takes
    ten times as long to make.
    """

    criterion: str
    """An access code, or the kind's own name."""
    kind: Kind
    verdict: Outcome
    key: str
    """Message key of the reason."""
    values: Mapping[str, object] = NO_VALUES
    matched: tuple[str, ...] = ()
    """Words of the offer that were found."""
    question_key: str | None = None
    """Message key of the question that would settle it."""
    member: str | None = None
    """Whose criterion it is, in a group."""


class Suggestion(Struct, frozen=True, gc=False):
    rank: int
    score: float
    """0..1: expected fit; comparable within one answer only."""
    band: Band
    offer: PublishedOffer
    distance_km: float | None
    distance_is_approximate: bool
    verdicts: tuple[Verdict, ...]
    more_of_organisation: int = 0
    """Offers of the same organisation that would be suggested too and are not in the list."""
    criteria: Mapping[str, float] = MappingProxyType({})
    """What made its fit, 0..1 each, by name; empty in a group, whose members differ."""


class Excluded(Struct, frozen=True, gc=False):
    """An offer that breaks a hard condition."""

    offer: PublishedOffer
    reasons: tuple[str, ...]
    key: str
    values: Mapping[str, object]
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One change of a need or of a browse, and how many offers it would give."""

    change: str
    """Of a need: reach, requires, price or interests; of a browse: one of its fields, or all."""
    to: object
    gives: int
    key: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Match:
    need: str | None
    on: date
    matches: tuple[Suggestion, ...]
    excluded: tuple[Excluded, ...]
    """The nearest of them; `excluded_count` counts all."""
    excluded_count: int
    relax: tuple[Relaxation, ...] = ()
    understood: tuple[Understood, ...] = ()
    """Ideas that deny something, which was taken for a dislike."""
    unexplained: tuple[str, ...] = ()
    """Interests that no activity or expression of the vocabulary explains: for a curator."""
    meaning_model: str | None = None
