"""The one change log: append, and read since a number.

Numbers are given under one lock that is held to the commit, so that they become visible
in order and without gaps: a reader that has seen n never misses anything at or below n.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from catalogue.database import table_of
from catalogue.facts import Subject
from catalogue.models import Change

_LOCK = 706_2026  # any fixed number: the advisory lock of catalogue writers on PostgreSQL


class Action(StrEnum):
    INSERT = "insert"
    UPDATE = "update"
    WITHDRAW = "withdraw"
    RESTORE = "restore"
    MERGE = "merge"
    PART = "part"
    """The undoing of a merge."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be logged of one subject."""

    action: Action
    subject: Subject
    subject_id: int
    before: dict[str, object] | None
    after: dict[str, object] | None


def lock(session: Session) -> None:
    """Wait to be the only writer of the catalogue until this transaction ends.

    On SQLite `database.writing` has done so already.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def latest(session: Session) -> int:
    """The highest number so far; 0 in an empty catalogue."""
    return session.scalar(select(func.max(Change.number))) or 0


def append(session: Session, entries: Sequence[Entry], *, actor: str, at: datetime) -> None:
    """Log changes in the order given. The caller holds the lock.

    actor: a role or a source, never a person's name. at: aware UTC.
    """
    if not entries:
        return
    number = latest(session)
    session.execute(
        insert(table_of(Change)),
        [
            {
                "number": number + place,
                "at": at,
                "actor": actor,
                "action": entry.action.value,
                "subject": entry.subject,
                "subject_id": entry.subject_id,
                "before": entry.before,
                "after": entry.after,
            }
            for place, entry in enumerate(entries, start=1)
        ],
    )


def subjects_since(session: Session, number: int, most: int) -> dict[Subject, set[int]] | None:
    """Whom the changes after `number` are about, by kind; None for more than `most` changes."""
    query = select(Change.subject, Change.subject_id).where(Change.number > number).limit(most + 1)
    rows = session.execute(query).all()
    if len(rows) > most:
        return None
    found: dict[Subject, set[int]] = {}
    for subject, subject_id in rows:
        found.setdefault(subject, set()).add(subject_id)
    return found


def since(session: Session, number: int, *, limit: int = 1000) -> list[Change]:
    """Up to `limit` changes after `number`, oldest first."""
    query = select(Change).where(Change.number > number).order_by(Change.number).limit(limit)
    return list(session.scalars(query))
