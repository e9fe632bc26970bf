"""Tables of what was read on the web, when, with what outcome, and who holds which job."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from catalogue.database import Base
from catalogue.models import Moment


class SourceRun(Base):
    """One reading of a source, and what became of it. Rows are kept; a decision is added."""

    __tablename__ = "source_run"
    __table_args__ = (Index("source_run_source", "source", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(100))
    """Name of the source. Not a key: one that was never published has no row of its own."""
    slot: Mapped[str] = mapped_column(String(60))
    fencing: Mapped[int] = mapped_column(unique=True)
    """Of the claim it ran under; a run of a source is later than another if this is higher."""
    actor: Mapped[str] = mapped_column(String(100))
    started_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(16))
    """scrapers.outcomes.Outcome"""
    reason: Mapped[str | None] = mapped_column(Text)
    """On one line, where nothing was published; English, without personal data."""
    is_full: Mapped[bool]
    """Whether all that the source has was read; a feed may be read from where it was left."""
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    filled: Mapped[dict[str, int]] = mapped_column(JSON)
    """How many entries had each field or part of one."""
    troubles: Mapped[dict[str, int]] = mapped_column(JSON)
    gates: Mapped[list[dict[str, object]]] = mapped_column(JSON)
    pages: Mapped[list[dict[str, object]]] = mapped_column(JSON)
    """Address without secrets, hash, time, and whether the host said that it is unchanged."""
    difference: Mapped[dict[str, object]] = mapped_column(JSON)
    """What publishing changes or would change, for a curator; shortened where it is long."""
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(String(100))


class StagedRun(Base):
    """What a run in quarantine found, until somebody decides or a later run takes its place."""

    __tablename__ = "staged_run"

    run_id: Mapped[int] = mapped_column(ForeignKey("source_run.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class SourceAbsence(Base):
    """Something that its source did not have the last time. Nothing is withdrawn for it."""

    __tablename__ = "source_absence"

    source: Mapped[str] = mapped_column(String(100), primary_key=True)
    item: Mapped[str] = mapped_column(Text, primary_key=True)
    """`offer/` or `venue/` and its key in the source."""
    runs: Mapped[int]
    """How many published runs in a row lacked it."""
    first_missed_at: Mapped[datetime] = mapped_column(Moment)
    last_missed_at: Mapped[datetime] = mapped_column(Moment)


class SourceCursor(Base):
    """Where a feed that is read bit by bit goes on the next time."""

    __tablename__ = "source_cursor"

    source: Mapped[str] = mapped_column(String(100), primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    """Where reading of the source begins; another one makes the cursor void."""
    resume: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class JobClaim(Base):
    """Who does a job at one of its times. There is one row a job and slot, whoever asks."""

    __tablename__ = "job_claim"

    job: Mapped[str] = mapped_column(String(100), primary_key=True)
    slot: Mapped[str] = mapped_column(String(60), primary_key=True)
    fencing: Mapped[int] = mapped_column(unique=True)
    """Higher with every claim, also of another job; who was overtaken cannot commit."""
    holder: Mapped[str] = mapped_column(String(100))
    attempts: Mapped[int]
    claimed_at: Mapped[datetime] = mapped_column(Moment)
    lease_until: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(16))
