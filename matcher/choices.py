"""What guides chose of the offers they were shown, and what can be learnt of it.

There is no way in for who the citizen is: an offer is its id and its criteria, a need is an
id, a reason is one of a list. Age, gender, home and words have no field, and no name of theirs
is a criterion.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from catalogue.errors import Invalid
from matcher.weights import CRITERIA, SHARES

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Choice(StrEnum):
    CHOSEN = "chosen"
    REJECTED = "rejected"
    IGNORED = "ignored"
    """Neither: it may not have been seen, so it is no rejection and teaches nothing."""


class Reason(StrEnum):
    """Why a guide or a citizen turned an offer down."""

    NOT_INTERESTED = "not_interested"
    TOO_FAR = "too_far"
    WRONG_TIME = "wrong_time"
    WISH_UNMET = "wish_unmet"
    DISLIKED = "disliked"
    TRIED_IT = "tried_it"
    """About the person's past."""
    FACTS_WRONG = "facts_wrong"
    """What the criteria were computed from was not so."""
    NOT_KNOWN = "not_known"
    """Too much of it is unknown: how likely requirements hold is no criterion."""
    OTHER = "other"
    """Perhaps about the person."""


OF_CRITERION = {
    Reason.NOT_INTERESTED: "interest",
    Reason.TOO_FAR: "distance",
    Reason.WRONG_TIME: "times",
    Reason.WISH_UNMET: "wishes",
    Reason.DISLIKED: "dislikes",
}
"""What a reason speaks of. The others, and none, speak of no criterion and teach nothing.

Every criterion that is traded has its reason. Were one without, its rejections would be left
out as `other`, and the choices would seem to say that it does not count.
"""
NO_TRADE = "no_trade"
"""Counts rejections whose reason could teach, in lists that hold no trade for them."""


def _known(name: str) -> str:
    if name not in CRITERIA:
        raise ValueError("holds what is no criterion")
    return name


class Model(BaseModel):
    """Fields that are named here and no others, and no fault that repeats what stood there."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


Criterion = Annotated[str, AfterValidator(_known)]
Share = Annotated[float, Field(ge=0, le=1, strict=True, allow_inf_nan=False)]


class Shown(Model):
    """One offer of a list that was shown."""

    offer: UUID
    criteria: dict[Criterion, Share]
    """As in `Suggestion.criteria`; empty for a group, of which nothing is learnt."""
    choice: Choice
    reason: Reason | None = None

    @model_validator(mode="after")
    def _reason_of_a_rejection(self) -> "Shown":
        if self.reason is not None and self.choice is not Choice.REJECTED:
            raise ValueError("only what was rejected has a reason")
        return self


class Decision(Model):
    """What became of one list that was shown for one need."""

    need: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    """Only tells lists for the same need from others; it is not kept."""
    shown: Annotated[tuple[Shown, ...], Field(min_length=1, max_length=100)]

    @field_validator("shown")
    @classmethod
    def _of_one_need(cls, shown: tuple[Shown, ...]) -> tuple[Shown, ...]:
        if len({one.offer for one in shown}) < len(shown):
            raise ValueError("holds the same offer twice")
        if any(one.criteria.keys() != shown[0].criteria.keys() for one in shown):
            raise ValueError("the offers of one list must have the same criteria")
        return shown


_FIELDS = frozenset((*Decision.model_fields, *Shown.model_fields))


def read_decision(data: object) -> Decision:
    """What became of one list, from JSON.

    Raises Invalid with the field and what is expected of it, never with what stood there.
    """
    try:
        return Decision.model_validate(data)
    except ValidationError as error:
        # Not "from error": pydantic's own text names fields that somebody made up.
        raise Invalid(f"choices: {fault(error, _FIELDS)}") from None


def fault(error: ValidationError, fields: frozenset[str]) -> str:
    """The first thing that is wrong and where, without anything that the input holds."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"] if isinstance(part, int) or part in fields)
    expected = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        expected = "holds an unknown field"
    return f"{where or 'the whole'}: {expected}"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Chosen over rejected, within one list each; in an order that no input order changes."""

    chosen: Floats
    rejected: Floats
    """(n, criteria), 0..1, in the order of CRITERIA; 0 where the need does not ask for it."""
    asked: Flags
    """(n, criteria): the need asks for it."""
    weight: Floats
    """(n,), 0..1: see `pairs_of`."""
    need: NDArray[np.int64]
    """(n,): number of the need, from 0."""
    left_out: dict[str, int]
    """Rejections that teach nothing, by their reason; `no_trade` for those that could."""

    def __len__(self) -> int:
        return len(self.weight)

    def part(self, held: Flags) -> "Pairs":
        """The pairs that are held, (n,)."""
        return Pairs(
            self.chosen[held],
            self.rejected[held],
            self.asked[held],
            self.weight[held],
            self.need[held],
            self.left_out,
        )


def pairs_of(decisions: Sequence[Decision]) -> Pairs:
    """Every pair of a chosen and a rejected offer of one list that can teach a weight.

    Both stood in the same list and both were judged, so where they stood says little: what is
    left of it speaks for the order in force, and can hold a change back but not make one.

    A rejection teaches only with a reason that speaks of a criterion, and only where that
    criterion is indeed worse than in what was chosen: turned down as too far though nearer, it
    is the measure of distance that was wrong, not its weight.

    Where one of the two is at least as good by every criterion, any weights order them alike,
    so such a pair is left out whichever of them was chosen.

    A pair weighs 1 over the number of pairs that share its chosen or its rejected offer,
    whichever are more. So no offer of a need speaks more than once, and a long list has no more
    say than the pairs it holds that are independent of each other.
    """
    found: list[tuple[str, str, str, tuple[float, ...], tuple[float, ...], tuple[bool, ...]]] = []
    left_out: Counter[str] = Counter()
    for decision in decisions:
        chosen = [one for one in decision.shown if one.choice is Choice.CHOSEN]
        for lost in decision.shown:
            if lost.choice is not Choice.REJECTED or not chosen:
                continue
            taught = [
                (decision.need, str(won.offer), str(lost.offer), *_values(won, lost))
                for won in chosen
                if _teaches(won, lost)
            ]
            found += taught
            if not taught:
                named = lost.reason in OF_CRITERION
                left_out[NO_TRADE if named else lost.reason or Reason.OTHER] += 1
    found.sort()
    won_of, lost_of = Counter(f[:2] for f in found), Counter((f[0], f[2]) for f in found)
    needs = {need: number for number, need in enumerate(sorted({f[0] for f in found}))}
    width = len(CRITERIA)
    return Pairs(
        chosen=np.array([f[3] for f in found], dtype=float).reshape(-1, width),
        rejected=np.array([f[4] for f in found], dtype=float).reshape(-1, width),
        asked=np.array([f[5] for f in found], dtype=bool).reshape(-1, width),
        weight=np.array([1 / max(won_of[f[:2]], lost_of[f[0], f[2]]) for f in found], dtype=float),
        need=np.array([needs[f[0]] for f in found], dtype=np.int64),
        left_out=dict(sorted(left_out.items())),
    )


def better(won: Shown, lost: Shown) -> Floats:
    """(traded,): by how much the one is better than the other, by each criterion."""
    gain = [won.criteria.get(name, 0.0) - lost.criteria.get(name, 0.0) for name in SHARES]
    return np.array([*gain, lost.criteria.get("dislikes", 0.0) - won.criteria.get("dislikes", 0.0)])


def _teaches(won: Shown, lost: Shown) -> bool:
    if lost.reason not in OF_CRITERION:
        return False
    gain = better(won, lost)
    named = CRITERIA.index(OF_CRITERION[lost.reason])
    return bool(gain[named] > 0 and gain.min() < 0)


def _values(
    won: Shown, lost: Shown
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[bool, ...]]:
    return (
        tuple(won.criteria.get(name, 0.0) for name in CRITERIA),
        tuple(lost.criteria.get(name, 0.0) for name in CRITERIA),
        tuple(name in won.criteria for name in CRITERIA),
    )
