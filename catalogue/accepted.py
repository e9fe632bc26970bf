"""The weights that a person accepted: one row is added for each change, none is ever changed.

A weight is a name and a number here; what they mean is the matcher's.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalogue import changes
from catalogue.errors import Conflict
from catalogue.models import AcceptedWeights

BY_HAND = 0
"""What the number is of where nobody has accepted anything yet: the weights set by hand."""


def newest(session: Session) -> AcceptedWeights | None:
    """What is in force; None where nobody has accepted anything yet."""
    return session.scalar(select(AcceptedWeights).order_by(AcceptedWeights.number.desc()).limit(1))


def history(session: Session) -> list[AcceptedWeights]:
    """All there were, newest first."""
    return list(session.scalars(select(AcceptedWeights).order_by(AcceptedWeights.number.desc())))


def append(
    session: Session,
    weights: Mapping[str, float],
    *,
    replaces: int,
    evidence: Mapping[str, object],
    actor: str,
    at: datetime,
) -> AcceptedWeights:
    """Put weights in force for those of a number; the first of two who do so wins.

    actor: a role, never a person's name. at: aware UTC. Raises Conflict if `replaces` is not
    in force.
    """
    changes.lock(session)
    held = newest(session)
    in_force = BY_HAND if held is None else held.number
    if in_force != replaces:
        raise Conflict(
            f"weights: it was made for number {replaces}, but {in_force} is in force;"
            " make a new proposal"
        )
    row = AcceptedWeights(
        number=in_force + 1,
        at=at,
        actor=actor,
        weights=dict(weights),
        evidence=dict(evidence),
        replaces=replaces,
    )
    session.add(row)
    session.flush()
    return row


def replaced_by(session: Session, row: AcceptedWeights) -> AcceptedWeights | None:
    """What stood before a row; None if those set by hand did."""
    return session.get(AcceptedWeights, row.replaces)
