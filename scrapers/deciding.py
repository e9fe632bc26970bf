"""What a person decides of a run in quarantine."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from catalogue import changes
from catalogue.database import table_of
from catalogue.errors import Conflict, Missing
from catalogue.run_models import SourceRun, StagedRun
from scrapers.clock import day_in_denmark
from scrapers.comparing import compare
from scrapers.outcomes import Outcome
from scrapers.publishing import publish
from scrapers.records import set_cursor
from scrapers.staging import unpack


def release(session: Session, name: str, *, actor: str, at: datetime) -> dict[str, int]:
    """Publish what waits in quarantine. The caller commits; returns what became of it.

    Raises Missing if nothing waits, and Conflict if nothing was read that could be published.
    """
    changes.lock(session)
    row = waiting(session, name)
    content = session.scalar(select(StagedRun.content).where(StagedRun.run_id == row.id))
    if content is None:
        raise Conflict(
            f"source {name!r}: run {row.id} found nothing that could be published; drop it,"
            " and have the source or its table put right"
        )
    number, is_full, counts = row.id, row.is_full, dict(row.counts)
    resume: object = row.difference.get("resume")
    staged = unpack(content)
    on = day_in_denmark(at)
    difference = compare(session, name, staged, on=on, is_full=is_full)
    done = publish(session, name, staged, difference, is_full=is_full, at=at)
    if isinstance(resume, dict) and resume["at"] is not None:
        set_cursor(session, name, str(resume["address"]), str(resume["at"]), at)
    _decide(session, number, Outcome.RELEASED, actor, at, {**counts, **done})
    return done


def drop(session: Session, name: str, *, actor: str, at: datetime) -> int:
    """Throw away what waits in quarantine; the number of its run. The caller commits.

    Raises Missing if nothing waits.
    """
    row = waiting(session, name)
    _decide(session, row.id, Outcome.DROPPED, actor, at, dict(row.counts))
    return row.id


def waiting(session: Session, name: str) -> SourceRun:
    """The run that waits for a decision. Raises Missing if there is none."""
    found = session.scalar(
        select(SourceRun)
        .where(SourceRun.source == name, SourceRun.outcome == Outcome.QUARANTINED.value)
        .order_by(SourceRun.id.desc())
        .limit(1)
    )
    if found is None:
        raise Missing(f"source {name!r}: nothing waits in quarantine")
    return found


def _decide(
    session: Session,
    run: int,
    outcome: Outcome,
    actor: str,
    at: datetime,
    counts: dict[str, int],
) -> None:
    session.execute(delete(table_of(StagedRun)).where(StagedRun.run_id == run))
    session.execute(
        update(table_of(SourceRun))
        .where(SourceRun.id == run)
        .values(outcome=outcome.value, decided_at=at, decided_by=actor, counts=counts)
    )
