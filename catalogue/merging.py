"""What a person decides of two offers or organisations: that they are one, or are not; and undo.

A call belongs wholly to the transaction that its caller commits, or to none.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalogue import changes
from catalogue.changes import Action, Entry
from catalogue.errors import Conflict, Invalid, Missing
from catalogue.facts import Subject
from catalogue.families import families
from catalogue.models import Offer, Organisation, SameDecision
from catalogue.settling import settle_offers, settle_organisations
from catalogue.statements import Ledger

_MODELS: dict[Subject, type[Offer] | type[Organisation]] = {
    Subject.OFFER: Offer,
    Subject.ORGANISATION: Organisation,
}


def merge(
    session: Session,
    first: UUID,
    second: UUID,
    *,
    evidence: Mapping[str, object],
    actor: str,
    at: datetime,
) -> SameDecision:
    """Show two offers or two organisations as one, at the first.

    Nothing is moved: both keep their keys and statements (see families). evidence: what was
    held of it, plain JSON. actor: a role, never a person's name. at: aware UTC.
    Raises Missing for an id that is not there, Invalid for an offer and an organisation or
    twice the same, Conflict if they are one already or somebody said that they are not.
    """
    changes.lock(session)
    subject, a, b = both(session, first, second)
    kin = families(session, subject)
    kept, other = kin.shown(a), kin.shown(b)
    if kept == other:
        raise Conflict(f"{subject}: {first} and {second} are shown as one already")
    held = _said_different(session, subject, kin.below(kept), kin.below(other))
    if held is not None:
        raise Conflict(f"{subject}: decision {held} says that they are not the same; undo it first")
    row = _decide(session, subject, kept, other, is_same=True, evidence=evidence, by=(actor, at))
    _settle(session, subject, row, Action.MERGE, actor, at)
    return row


def keep_apart(
    session: Session,
    first: UUID,
    second: UUID,
    *,
    evidence: Mapping[str, object],
    actor: str,
    at: datetime,
) -> SameDecision:
    """Note that two are not the same, so that nobody is asked again. Arguments as for `merge`.

    Raises as `merge` does; Conflict also if they are shown as one.
    """
    changes.lock(session)
    subject, a, b = both(session, first, second)
    kin = families(session, subject)
    if kin.shown(a) == kin.shown(b):
        raise Conflict(f"{subject}: {first} and {second} are shown as one; undo that first")
    held = _said_different(session, subject, kin.whole([a]), kin.whole([b]))
    if held is not None:
        raise Conflict(f"{subject}: decision {held} says so already")
    return _decide(session, subject, a, b, is_same=False, evidence=evidence, by=(actor, at))


def undo(session: Session, number: int, *, actor: str, at: datetime) -> SameDecision:
    """Take a decision back: what was merged is shown apart again, as if it had never been.

    What was stated of either since then stays with the one of which it was stated.
    Raises Missing for a number that is not there, Conflict if it is undone already.
    """
    changes.lock(session)
    row = session.get(SameDecision, number)
    if row is None:
        raise Missing(f"decision {number} is not there")
    if row.undone_at is not None:
        raise Conflict(f"decision {number} is undone already")
    row.undone_at, row.undone_by = at, actor
    session.flush()
    if row.is_same:
        _settle(session, row.subject, row, Action.PART, actor, at)
    return row


def history(session: Session) -> list[SameDecision]:
    """All decisions, newest first."""
    return list(session.scalars(select(SameDecision).order_by(SameDecision.number.desc())))


def said_different(session: Session, subject: Subject) -> set[tuple[int, int]]:
    """Rows of which somebody said that they are not the same; the lower first."""
    query = select(SameDecision.kept_id, SameDecision.other_id).where(
        SameDecision.subject == subject,
        SameDecision.is_same.is_(False),
        SameDecision.undone_at.is_(None),
    )
    return {(min(a, b), max(a, b)) for a, b in session.execute(query)}


def rows_of(session: Session, subject: Subject, ids: Iterable[UUID]) -> dict[UUID, int]:
    """Rows of public ids."""
    model, wanted = _MODELS[subject], sorted(set(ids))
    found: dict[UUID, int] = {}
    for start in range(0, len(wanted), 10_000):
        query = select(model.public_id, model.id).where(
            model.public_id.in_(wanted[start : start + 10_000])
        )
        found |= dict(session.execute(query).all())
    return found


def both(session: Session, first: UUID, second: UUID) -> tuple[Subject, int, int]:
    """What two public ids are, and their rows. Raises Missing, and Invalid for unlike ones."""
    kinds: list[Subject] = []
    rows: list[int] = []
    for public_id in (first, second):
        for subject in _MODELS:
            if found := rows_of(session, subject, [public_id]):
                kinds.append(subject)
                rows.append(found[public_id])
                break
        else:
            raise Missing(f"{public_id} is neither an offer nor an organisation here")
    if kinds[0] is not kinds[1]:
        raise Invalid("an offer and an organisation cannot be the same")
    if rows[0] == rows[1]:
        raise Invalid(f"{first} is given twice")
    return kinds[0], rows[0], rows[1]


def _said_different(
    session: Session, subject: Subject, one: Iterable[int], other: Iterable[int]
) -> int | None:
    """Number of a decision that some of the one and some of the other are not the same."""
    pairs = {(min(a, b), max(a, b)) for a in one for b in other}
    if not pairs & said_different(session, subject):
        return None
    for row in history(session):
        stands = not row.is_same and row.undone_at is None and row.subject is subject
        if stands and (min(row.kept_id, row.other_id), max(row.kept_id, row.other_id)) in pairs:
            return row.number
    return None


def _decide(
    session: Session,
    subject: Subject,
    kept: int,
    other: int,
    *,
    is_same: bool,
    evidence: Mapping[str, object],
    by: tuple[str, datetime],
) -> SameDecision:
    row = SameDecision(
        number=(session.scalar(select(func.max(SameDecision.number))) or 0) + 1,
        subject=subject,
        kept_id=kept,
        other_id=other,
        is_same=is_same,
        evidence=dict(evidence),
        actor=by[0],
        at=by[1],
        undone_at=None,
        undone_by=None,
    )
    session.add(row)
    session.flush()
    return row


def _settle(
    session: Session,
    subject: Subject,
    row: SameDecision,
    action: Action,
    actor: str,
    at: datetime,
) -> None:
    """Put what now follows on the rows, and log it: of the one that goes or comes back, and of
    all at which it was or is shown."""
    kin = families(session, subject)
    ledger = Ledger(session, {}, at)
    ledger.load(subject, kin.whole([row.kept_id]))
    above = kin.above([row.kept_id])
    settle = settle_offers if subject is Subject.OFFER else settle_organisations
    entries = settle(session, ledger, kin, above)
    model = _MODELS[subject]
    names = dict(
        session.execute(
            select(model.id, model.public_id).where(model.id.in_({row.kept_id, row.other_id}))
        ).all()
    )
    kept, other = str(names[row.kept_id]), str(names[row.other_id])
    entries += [
        _logged(action, subject, row.other_id, "merged_into", kept),
        *(_logged(action, subject, one, "merged", other) for one in sorted(above)),
    ]
    session.flush()
    changes.append(session, entries, actor=actor, at=at)
    session.expunge_all()


def _logged(action: Action, subject: Subject, row: int, what: str, whom: str) -> Entry:
    merged: dict[str, object] = {what: whom}
    apart: dict[str, object] = {what: None}
    before, after = (apart, merged) if action is Action.MERGE else (merged, apart)
    return Entry(action, subject, row, before, after)
