"""The record that each run leaves, and where a feed is read on from."""

from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from catalogue.claims import Claim
from catalogue.database import table_of
from catalogue.errors import Conflict
from catalogue.run_models import SourceCursor, SourceRun, StagedRun
from scrapers.gates import Gate
from scrapers.outcomes import Outcome
from scrapers.reading import RESUMABLE, Reading
from scrapers.sources import Source

_PAGES_KEPT = 200
"""Pages that the record of a run names one by one."""


def check_is_latest(session: Session, name: str, claim: Claim) -> None:
    """Raises Conflict if a run that was claimed later has come before this one."""
    latest = session.scalar(select(func.max(SourceRun.fencing)).where(SourceRun.source == name))
    if latest is not None and latest > claim.fencing:
        raise Conflict(f"source {name!r}: a later run has come before this one; nothing is kept")


def supersede(session: Session, name: str) -> None:
    """What still waits for a decision is of no use any more."""
    waiting = (SourceRun.source == name, SourceRun.outcome == Outcome.QUARANTINED.value)
    ids = list(session.scalars(select(SourceRun.id).where(*waiting)))
    session.execute(delete(table_of(StagedRun)).where(StagedRun.run_id.in_(ids)))
    session.execute(
        update(table_of(SourceRun))
        .where(SourceRun.id.in_(ids))
        .values(outcome=Outcome.SUPERSEDED.value)
    )


def add_run(
    session: Session,
    source: Source,
    claim: Claim,
    outcome: Outcome,
    reason: str | None,
    actor: str,
    started_at: datetime,
    finished_at: datetime,
    **more: object,
) -> int:
    number = (session.scalar(select(func.max(SourceRun.id))) or 0) + 1
    session.execute(
        insert(table_of(SourceRun)).values(
            id=number,
            source=source.name,
            slot=claim.slot,
            fencing=claim.fencing,
            actor=actor[:100],
            started_at=started_at,
            finished_at=finished_at,
            outcome=outcome.value,
            reason=reason,
            **more,
        )
    )
    return number


def keep_cursor(session: Session, source: Source, resume: str | None, at: datetime) -> None:
    if source.format not in RESUMABLE or resume is None:
        return
    set_cursor(session, source.name, source.address, resume, at)


def set_cursor(session: Session, name: str, address: str, resume: str, at: datetime) -> None:
    session.execute(delete(table_of(SourceCursor)).where(SourceCursor.source == name))
    row = {"source": name, "address": address, "resume": resume, "at": at}
    session.execute(insert(table_of(SourceCursor)).values(**row))


def gate_json(gate: Gate) -> dict[str, object]:
    return {
        "name": gate.name,
        "measured": gate.measured,
        "limit": gate.limit,
        "holds": gate.holds,
        "says": gate.says,
    }


def pages_json(found: Reading) -> list[dict[str, object]]:
    return [
        {
            "url": part.page.url,
            "sha256": part.page.sha256,
            "fetched_at": part.page.fetched_at.isoformat(),
            "unchanged": part.page.is_unchanged,
            "confirmed": part.page.was_confirmed,
            "bytes": part.page.size,
        }
        for part in found.parts[:_PAGES_KEPT]
    ]


def last_runs(session: Session) -> dict[str, SourceRun]:
    """The newest run of each source."""
    newest = select(func.max(SourceRun.id)).group_by(SourceRun.source)
    rows = session.scalars(select(SourceRun).where(SourceRun.id.in_(newest))).all()
    return {row.source: row for row in rows}


def runs_of(session: Session, source: str, *, most: int) -> list[SourceRun]:
    """The newest runs of one source, newest first."""
    query = select(SourceRun).where(SourceRun.source == source)
    return list(session.scalars(query.order_by(SourceRun.id.desc()).limit(most)))
