"""A run of a source: read, stage, compare, judge, and publish in one transaction, or keep it for
a person.

Reading takes minutes and holds no transaction. What follows is one: the comparison, the gates,
the statements, the record of the run and the end of its claim are committed together or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.orm import Session

from catalogue import changes, claims
from catalogue.claims import Claim
from catalogue.database import reading, table_of, writing
from catalogue.errors import Conflict, FritidsguideError, Missing
from catalogue.run_models import SourceCursor, SourceRun, StagedRun
from scrapers.comparing import Difference, compare, shortened
from scrapers.fetch import Fetcher
from scrapers.gates import Gate, judge
from scrapers.history import measure
from scrapers.outcomes import Outcome
from scrapers.publishing import note_absences, publish
from scrapers.reading import RESUMABLE, Reading, read_source
from scrapers.sources import Source
from scrapers.staging import Staged, pack, stage, unpack

_log = structlog.get_logger()
_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_PAGES_KEPT = 200
"""Pages that the record of a run names one by one."""
ATTEMPTS = 3
"""How often a slot is tried while its source cannot be had."""
_TRY_AGAIN = timedelta(hours=1)
_RENEWED_EVERY = timedelta(minutes=1)
"""Of a claim's lease, while pages are read."""

Now = Callable[[], datetime]
Progress = Callable[[int, int], object]
"""Called with pages done and pages known of."""


def system_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run found and what became of it."""

    source: str
    outcome: Outcome
    run: int | None
    """Number of its record; None for a check, which leaves none."""
    reason: str | None
    counts: dict[str, int] = field(default_factory=dict)
    filled: dict[str, int] = field(default_factory=dict)
    gates: tuple[Gate, ...] = ()
    difference: dict[str, object] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        return self.outcome is Outcome.PUBLISHED


@dataclass(frozen=True, slots=True)
class _Judged:
    difference: Difference
    gates: tuple[Gate, ...]
    counts: dict[str, int]
    told: dict[str, object]

    @property
    def reason(self) -> str | None:
        """Which gates do not hold, on one line; None if all do."""
        failed = [f"{gate.name}: {gate.says}" for gate in self.gates if not gate.holds]
        return "; ".join(failed)[:1000] or None


def job_of(source: str) -> str:
    """Name of the job that reads a source."""
    return f"source:{source}"[:100]


def run_source(
    engine: Engine,
    source: Source,
    fetcher: Fetcher,
    claim: Claim,
    *,
    actor: str,
    secret: str | None = None,
    from_beginning: bool = False,
    now: Now = system_now,
    progress: Progress = lambda done, known: None,
) -> RunReport:
    """Read a source and publish it, or put it in quarantine.

    claim: of its job and slot; finished or put back here. actor: who asked for the run.
    from_beginning: read a feed as if it had never been read.
    Raises Conflict if the claim was lost; nothing is kept then.
    """
    _check_on(source)
    started_at = now()

    renewed_at = started_at

    def before_page(done: int, known: int) -> None:
        nonlocal renewed_at
        if now() - renewed_at > _RENEWED_EVERY:
            renewed_at = now()
            with writing(engine) as session:
                claims.renew(session, claim, at=renewed_at)
        progress(done, known)

    resume = None if from_beginning else _resume(engine, source)
    try:
        found, staged = _read(source, fetcher, started_at, resume, secret, before_page)
    except FritidsguideError:
        raise
    except Exception as error:  # noqa: BLE001 - one source's pages must not stop the others
        _log.error("source failed", source=source.name, reason=type(error).__name__)
        reason = f"the program failed on what it read ({type(error).__name__})"
        return _store_failure(engine, source, claim, Outcome.FAILED, reason, actor, started_at, now)
    if found.not_read is not None:
        return _store_failure(
            engine, source, claim, Outcome.NOT_READ, str(found.not_read), actor, started_at, now,
            retry_at=found.not_read.retry_at,
        )  # fmt: skip
    return _store(engine, source, claim, found, staged, actor, started_at, now)


def check_source(
    engine: Engine,
    source: Source,
    fetcher: Fetcher,
    *,
    secret: str | None = None,
    from_beginning: bool = False,
    now: Now = system_now,
    progress: Progress = lambda done, known: None,
) -> RunReport:
    """What a run would do. The source is asked, and nothing in the catalogue changes."""
    _check_on(source)
    at = now()
    resume = None if from_beginning else _resume(engine, source)
    found, staged = _read(source, fetcher, at, resume, secret, progress)
    if found.not_read is not None:
        return RunReport(source.name, Outcome.NOT_READ, None, str(found.not_read))
    with reading(engine) as session:
        judged = _judge(session, source.name, found, staged, at)
    outcome = Outcome.PUBLISHED if judged.reason is None else Outcome.QUARANTINED
    return _report(source.name, outcome, None, judged.reason, staged, judged)


def _check_on(source: Source) -> None:
    if not source.is_on:
        raise Conflict(
            f"source {source.name!r} is off: nobody's leave to read it is ticked"
            " (agreement, in the operators' table of sources)"
        )


def _read(
    source: Source,
    fetcher: Fetcher,
    at: datetime,
    resume: str | None,
    secret: str | None,
    before_page: Progress,
) -> tuple[Reading, Staged]:
    on = at.astimezone(_COPENHAGEN).date()
    found = read_source(
        source, fetcher, on=on, resume=resume, secret=secret, before_page=before_page
    )
    return found, stage(source, found)


def _resume(engine: Engine, source: Source) -> str | None:
    if source.format not in RESUMABLE:
        return None
    with reading(engine) as session:
        return session.scalar(
            select(SourceCursor.resume).where(
                SourceCursor.source == source.name, SourceCursor.address == source.address
            )
        )


def _judge(session: Session, name: str, found: Reading, staged: Staged, at: datetime) -> _Judged:
    on = at.astimezone(_COPENHAGEN).date()
    difference = compare(session, name, staged, on=on, is_full=found.is_whole)
    measured = measure(session, name, found, staged, difference, at=at)
    confirmed = sum(part.page.was_confirmed for part in found.parts)
    counts = {
        "pages": len(found.parts),
        "pages_confirmed": confirmed,
        "pages_unchanged": sum(part.page.is_unchanged for part in found.parts),
        "bytes": sum(part.page.size for part in found.parts),
        "rows": staged.rows,
        "known": difference.known,
        "new": len(difference.new),
        "changed": len(difference.changed),
        "same": difference.same,
        "missing": len(difference.missing),
        "over": len(difference.over),
        "gone": len(difference.gone),
    }
    told = shortened(difference, _names(staged, difference))
    return _Judged(difference, tuple(judge(measured)), counts, told)


def _names(staged: Staged, difference: Difference) -> dict[str, str]:
    """What people call each item: its title, or a venue's name."""
    names = {}
    for item, held in difference.held.items():
        names[item] = str(held.fields.get("title") or held.fields.get("name") or "")
    for item, fields in staged.items().items():
        named = fields.get("title") or fields.get("name")
        if named is not None and named.value:
            names[item] = str(named.value)
    return names


def _report(
    name: str,
    outcome: Outcome,
    run: int | None,
    reason: str | None,
    staged: Staged,
    judged: _Judged,
) -> RunReport:
    return RunReport(
        source=name,
        outcome=outcome,
        run=run,
        reason=reason,
        counts=judged.counts,
        filled=staged.filled(),
        gates=judged.gates,
        difference=judged.told,
        remarks=tuple(staged.samples),
    )


def _store(
    engine: Engine,
    source: Source,
    claim: Claim,
    found: Reading,
    staged: Staged,
    actor: str,
    started_at: datetime,
    now: Now,
) -> RunReport:
    with writing(engine) as session:
        changes.lock(session)
        at = now()
        claims.check(session, claim, at=at)
        _check_is_latest(session, source.name, claim)
        judged = _judge(session, source.name, found, staged, at)
        outcome = Outcome.PUBLISHED if judged.reason is None else Outcome.QUARANTINED
        _supersede(session, source.name)
        if outcome is Outcome.PUBLISHED:
            judged.counts.update(
                _publish(session, source.name, staged, judged.difference, found.is_whole, at)
            )
            _keep_cursor(session, source, found.resume, at)
        run = _add_run(
            session, source, claim, outcome, judged.reason, actor, started_at, now(),
            is_full=found.is_whole,
            counts=judged.counts,
            filled=staged.filled(),
            troubles=dict(staged.troubles),
            gates=[_gate_json(gate) for gate in judged.gates],
            pages=_pages_json(found),
            difference={
                **judged.told,
                "remarks": staged.samples,
                "faults": [f"{fault.reason} ({fault.url})" for fault in found.faults],
                "resume": {"address": source.address, "at": found.resume},
            },
        )  # fmt: skip
        if outcome is Outcome.QUARANTINED and not found.list_faults:
            row = {"run_id": run, "content": pack(staged)}
            session.execute(insert(table_of(StagedRun)).values(**row))
        claims.finish(session, claim, outcome=outcome.value, at=at)
    log = _log.info if outcome is Outcome.PUBLISHED else _log.warning
    log("source run", source=source.name, run=run, outcome=outcome.value, rows=staged.rows)
    return _report(source.name, outcome, run, judged.reason, staged, judged)


def _publish(
    session: Session, name: str, staged: Staged, difference: Difference, is_full: bool, at: datetime
) -> dict[str, int]:
    counts = publish(session, name, staged, difference, at=at)
    note_absences(session, name, staged.items(), difference, is_full=is_full, at=at)
    return counts


def _store_failure(
    engine: Engine,
    source: Source,
    claim: Claim,
    outcome: Outcome,
    reason: str,
    actor: str,
    started_at: datetime,
    now: Now,
    retry_at: datetime | None = None,
) -> RunReport:
    """Record a run in which nothing was read; the slot is tried again a few times."""
    with writing(engine) as session:
        at = now()
        claims.check(session, claim, at=at)
        run = _add_run(
            session, source, claim, outcome, reason, actor, started_at, at,
            is_full=False, counts={}, filled={}, troubles={}, gates=[], pages=[], difference={},
        )  # fmt: skip
        if outcome is Outcome.NOT_READ and claim.attempt < ATTEMPTS:
            until = max(at + _TRY_AGAIN, retry_at or at)
            claims.put_back(session, claim, until=until, outcome=outcome.value, at=at)
        else:
            claims.finish(session, claim, outcome=outcome.value, at=at)
    _log.warning("source run", source=source.name, run=run, outcome=outcome.value, reason=reason)
    return RunReport(source.name, outcome, run, reason)


def _check_is_latest(session: Session, name: str, claim: Claim) -> None:
    """Raises Conflict if a run that was claimed later has come before this one."""
    latest = session.scalar(select(func.max(SourceRun.fencing)).where(SourceRun.source == name))
    if latest is not None and latest > claim.fencing:
        raise Conflict(f"source {name!r}: a later run has come before this one; nothing is kept")


def _supersede(session: Session, name: str) -> None:
    """What still waits for a decision is of no use any more."""
    waiting = (SourceRun.source == name, SourceRun.outcome == Outcome.QUARANTINED.value)
    ids = list(session.scalars(select(SourceRun.id).where(*waiting)))
    session.execute(delete(table_of(StagedRun)).where(StagedRun.run_id.in_(ids)))
    session.execute(
        update(table_of(SourceRun))
        .where(SourceRun.id.in_(ids))
        .values(outcome=Outcome.SUPERSEDED.value)
    )


def _add_run(
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


def _keep_cursor(session: Session, source: Source, resume: str | None, at: datetime) -> None:
    if source.format not in RESUMABLE or resume is None:
        return
    _set_cursor(session, source.name, source.address, resume, at)


def _set_cursor(session: Session, name: str, address: str, resume: str, at: datetime) -> None:
    session.execute(delete(table_of(SourceCursor)).where(SourceCursor.source == name))
    row = {"source": name, "address": address, "resume": resume, "at": at}
    session.execute(insert(table_of(SourceCursor)).values(**row))


def _gate_json(gate: Gate) -> dict[str, object]:
    return {
        "name": gate.name,
        "measured": gate.measured,
        "limit": gate.limit,
        "holds": gate.holds,
        "says": gate.says,
    }


def _pages_json(found: Reading) -> list[dict[str, object]]:
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


# --- what a person decides ---


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
    on = at.astimezone(_COPENHAGEN).date()
    difference = compare(session, name, staged, on=on, is_full=is_full)
    done = _publish(session, name, staged, difference, is_full, at)
    if isinstance(resume, dict) and resume["at"] is not None:
        _set_cursor(session, name, str(resume["address"]), str(resume["at"]), at)
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
