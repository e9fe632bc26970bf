"""Weights from what guides chose: proposed, accepted and returned. For commands and casework."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from catalogue import accepted as kept
from catalogue.errors import Conflict, Invalid
from catalogue.files import read_text
from matcher.choices import Decision, read_decision
from matcher.learning import propose
from matcher.proposal import Finding, Proposal, read_proposal
from matcher.weights import Weights, accepted, learnt_of

_MAX_CHOICES_BYTES = 50_000_000
_MAX_PROPOSAL_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class InForce:
    """The weights that matches are made by."""

    number: int
    """0 = those set by hand, before anybody accepted anything."""
    weights: Weights


def in_force(session: Session) -> InForce:
    """The weights that were accepted last, or those set by hand."""
    row = kept.newest(session)
    if row is None:
        return InForce(kept.BY_HAND, accepted({}))
    return InForce(row.number, accepted(row.weights))


def propose_weights(session: Session, decisions: Sequence[Decision]) -> Proposal:
    """What the choices say of the weights in force; nothing is written.

    Raises Conflict for choices that the weights in force were learnt of: told twice they would
    count twice.
    """
    now = in_force(session)
    proposal = propose(decisions, weights=now.weights, number=now.number)
    row = kept.newest(session)
    if row is not None and row.evidence["choices"] == proposal.evidence.choices:
        raise Conflict("choices: the weights in force were learnt of these; give newer ones")
    return proposal


def accept_weights(session: Session, proposal: Proposal, *, actor: str, at: datetime) -> InForce:
    """Put a proposal's weights in force, with its evidence beside them.

    actor: a role. at: aware UTC. Raises Invalid for a proposal that changes nothing, and
    Conflict for one that was made for other weights than those in force.
    """
    if proposal.finding is not Finding.CHANGE:
        raise Invalid(f"proposal: it changes nothing ({proposal.finding.value})")
    told = proposal.model_dump(mode="json")
    now = in_force(session)
    before = {name: one.before for name, one in proposal.weights.items()}
    if now.number == proposal.against and before != learnt_of(now.weights):
        raise Conflict("proposal: the weights that it changes are not those in force")
    row = kept.append(
        session,
        learnt_of(proposal.new),
        replaces=proposal.against,
        evidence={**told["evidence"], "weights": told["weights"]},
        actor=actor,
        at=at,
    )
    return InForce(row.number, accepted(row.weights))


def return_weights(session: Session, *, by_hand: bool = False, actor: str, at: datetime) -> InForce:
    """Put the weights back in force that stood before, or those set by hand.

    A second return takes the first one back. Raises Conflict if nothing was accepted yet.
    """
    row = kept.newest(session)
    if row is None:
        raise Conflict("weights: those set by hand are in force; there is nothing to return to")
    before = None if by_hand else kept.replaced_by(session, row)
    # The choices that those weights were learnt of are known again, and count once only.
    evidence = {
        "returned_to": kept.BY_HAND if before is None else before.number,
        "choices": None if before is None else before.evidence["choices"],
    }
    added = kept.append(
        session,
        {} if before is None else before.weights,
        replaces=row.number,
        evidence=evidence,
        actor=actor,
        at=at,
    )
    return InForce(added.number, accepted(added.weights))


def read_choices(file: Path) -> list[Decision]:
    """What was chosen, one list a line. Raises Invalid naming file, line and field only."""
    found = []
    for line, part in enumerate(read_text(file, _MAX_CHOICES_BYTES).split("\n"), start=1):
        if not part.strip():
            continue
        where = f"{file.name}: line {line}"
        try:
            found.append(read_decision(json.loads(part)))
        except Invalid as error:
            raise Invalid(f"{where}: {error}") from error
        except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a ValueError
            raise Invalid(f"{where}: not JSON") from error
    return found


def read_proposal_file(file: Path) -> Proposal:
    """A proposal as it was printed. Raises Invalid naming file and field only."""
    text = read_text(file, _MAX_PROPOSAL_BYTES)
    try:
        return read_proposal(json.loads(text))
    except Invalid as error:
        raise Invalid(f"{file.name}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{file.name}: not JSON") from error
