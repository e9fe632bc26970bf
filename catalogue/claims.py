"""Who does a job at one of its times: one row a job and slot, with a lease and a fencing number.

A claim is taken in a transaction of its own, before the work. Whoever then commits something
checks in that same transaction that the claim still stands: a process that was stopped for
longer than its lease, and overtaken, commits nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from catalogue.database import table_of
from catalogue.errors import Conflict
from catalogue.run_models import JobClaim

LEASE = timedelta(minutes=15)
"""Longer than the longest wait for one page; it is renewed before each."""
KEPT = timedelta(days=90)
"""Claims are forgotten after this; a slot of that age is never claimed again."""
_LOCK = 706_2028  # any fixed number: the advisory lock of claimants on PostgreSQL


@dataclass(frozen=True, slots=True)
class Claim:
    job: str
    slot: str
    fencing: int
    attempt: int
    """1 for the first claim of this slot."""


def claim(
    session: Session, job: str, slot: str, *, holder: str, at: datetime, lease: timedelta = LEASE
) -> Claim | None:
    """Take a slot; None if somebody holds it or has done it. The caller commits at once.

    A slot whose lease ran out is taken over. holder: who asks, for people to read.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    fencing = (session.scalar(select(func.max(JobClaim.fencing))) or 0) + 1
    this = (JobClaim.job == job, JobClaim.slot == slot)
    values: dict[str, object] = {"fencing": fencing, "holder": holder[:100], "claimed_at": at}
    values["lease_until"] = at + lease
    attempts = session.scalar(select(JobClaim.attempts).where(*this))
    if attempts is None:
        session.execute(insert(table_of(JobClaim)).values(job=job, slot=slot, attempts=1, **values))
        return Claim(job, slot, fencing, 1)
    # A holder that is committing has locked the row: this waits, and then finds it finished.
    taken = session.execute(
        update(table_of(JobClaim))
        .where(*this, JobClaim.finished_at.is_(None), JobClaim.lease_until <= at)
        .values(attempts=attempts + 1, **values)
        .returning(JobClaim.fencing)
    ).all()
    return Claim(job, slot, fencing, attempts + 1) if taken else None


def open_slots(session: Session, slots: Mapping[str, str], *, at: datetime) -> set[str]:
    """Names of the jobs whose slot may be claimed now; reads only. slots: slot by job."""
    query = select(JobClaim.job, JobClaim.slot, JobClaim.finished_at, JobClaim.lease_until).where(
        JobClaim.job.in_(slots), JobClaim.slot.in_(set(slots.values()))
    )
    taken = {
        row.job
        for row in session.execute(query)
        if slots[row.job] == row.slot and (row.finished_at is not None or row.lease_until > at)
    }
    return slots.keys() - taken


def renew(session: Session, mine: Claim, *, at: datetime, lease: timedelta = LEASE) -> None:
    """Hold on to a claim. Raises Conflict if it has been lost; the caller commits."""
    check(session, mine, at=at)
    session.execute(
        update(table_of(JobClaim))
        .where(JobClaim.fencing == mine.fencing)
        .values(lease_until=at + lease)
    )


def check(session: Session, mine: Claim, *, at: datetime) -> None:
    """Hold the claim's row to the end of this transaction.

    Raises Conflict if the lease has run out, or somebody else has taken the slot or done it.
    """
    query = (
        select(JobClaim.lease_until, JobClaim.finished_at)
        .where(JobClaim.fencing == mine.fencing)
        .with_for_update()
    )
    row = session.execute(query).one_or_none()
    if row is None or row.finished_at is not None or row.lease_until <= at:
        raise Conflict(f"job {mine.job!r}, slot {mine.slot!r}: the claim was lost; nothing is kept")


def finish(session: Session, mine: Claim, *, outcome: str, at: datetime) -> None:
    """The slot is done, in this transaction. Raises Conflict if the claim has been lost."""
    check(session, mine, at=at)
    session.execute(
        update(table_of(JobClaim))
        .where(JobClaim.fencing == mine.fencing)
        .values(finished_at=at, outcome=outcome)
    )


def put_back(session: Session, mine: Claim, *, until: datetime, outcome: str, at: datetime) -> None:
    """It did not work: anybody may claim the slot again after `until`."""
    check(session, mine, at=at)
    session.execute(
        update(table_of(JobClaim))
        .where(JobClaim.fencing == mine.fencing)
        .values(lease_until=until, outcome=outcome)
    )


def latest(session: Session) -> dict[str, JobClaim]:
    """The last claim of each job, by its name."""
    last = select(func.max(JobClaim.fencing)).group_by(JobClaim.job)
    rows = session.scalars(select(JobClaim).where(JobClaim.fencing.in_(last))).all()
    return {row.job: row for row in rows}


def prune(session: Session, *, at: datetime) -> int:
    """Forget old claims; how many. The highest number stays, so that none is given twice."""
    highest = session.scalar(select(func.max(JobClaim.fencing))) or 0
    gone = session.execute(
        delete(table_of(JobClaim))
        .where(JobClaim.claimed_at < at - KEPT, JobClaim.fencing != highest)
        .returning(JobClaim.fencing)
    ).all()
    return len(gone)
