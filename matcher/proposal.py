"""A proposal of new weights with its evidence: what a person reads before accepting it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationError, model_validator

from catalogue.errors import Invalid
from matcher.choices import NO_TRADE, Model, Reason, fault
from matcher.weights import LEARNT, Weights, with_learnt

_Count = Annotated[int, Field(ge=0, strict=True)]
_Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Finding(StrEnum):
    CHANGE = "change"
    TOO_FEW = "too_few"
    """Fewer needs or pairs than the least."""
    NO_ORDER = "no_order"
    """Choices follow the fit too loosely to say what it should be."""
    AGREE = "agree"
    """No weight's interval leaves out the weight in force."""
    NOT_BETTER = "not_better"
    """Weights learnt of some needs do not order the pairs of other needs better."""


class Weighed(Model):
    """One weight, as it is and as it would be."""

    before: _Number
    after: _Number
    low: _Number | None
    high: _Number | None
    """Its interval; none where too few needs spoke of it, or where nothing was fitted."""


class HeldOut(Model):
    """Pairs in the right order: by the weights in force, and by those learnt of other needs."""

    pairs: _Count
    right_before: _Count
    right_after: _Count


class Evidence(Model):
    """What a proposal rests on. Who chose is not known here: needs and offers are ids."""

    pairs: _Count
    needs: _Count
    left_out: dict[str, _Count]
    """Rejections that teach nothing, by reason."""
    level: _Number
    """Of the intervals."""
    held_out: HeldOut | None
    choices: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """Fingerprint of the pairs, so that the same ones are not learnt from twice."""

    @model_validator(mode="after")
    def _knows_its_reasons(self) -> "Evidence":
        if not self.left_out.keys() <= {*Reason, NO_TRADE}:
            raise ValueError("left_out holds what is no reason")
        return self


class Proposal(Model):
    """New weights for those in force, or why there are none."""

    against: _Count
    """Number of the weights in force when it was made; 0 = those set by hand."""
    finding: Finding
    weights: dict[str, Weighed]
    """Every weight that can be learnt."""
    evidence: Evidence

    @model_validator(mode="after")
    def _can_be_used(self) -> "Proposal":
        if self.weights.keys() != set(LEARNT):
            raise ValueError("must hold every weight that can be learnt, and no other")
        moves = any(one.before != one.after for one in self.weights.values())
        if moves != (self.finding is Finding.CHANGE):
            raise ValueError("its weights and its finding disagree")
        return self

    @property
    def new(self) -> Weights:
        """The weights that it proposes. Raises Invalid for one out of its bounds."""
        return with_learnt({name: one.after for name, one in self.weights.items()})


_FIELDS = frozenset(
    name for model in (Proposal, Weighed, HeldOut, Evidence) for name in model.model_fields
)


def read_proposal(data: object) -> Proposal:
    """A proposal from JSON. Raises Invalid with the field and what is expected of it."""
    try:
        found = Proposal.model_validate(data)
    except ValidationError as error:
        raise Invalid(f"proposal: {fault(error, _FIELDS | set(LEARNT))}") from None
    _ = found.new  # refused here if a weight is out of its bounds
    return found
