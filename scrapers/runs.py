"""A run of a source: read, stage, compare, judge, and publish in one transaction, or keep it for
a person.

Reading takes minutes and holds no transaction. What follows is one: the comparison, the gates,
the statements, the record of the run and the end of its claim are committed together or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from traceback import extract_tb

import structlog
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from catalogue import changes, claims
from catalogue.claims import Claim
from catalogue.database import reading, table_of, writing
from catalogue.errors import Conflict, FritidsguideError
from catalogue.run_models import SourceCursor, StagedRun
from scrapers.clock import day_in_denmark
from scrapers.comparing import Difference, compare, shortened
from scrapers.fetch import Fetcher
from scrapers.gates import Gate, judge
from scrapers.history import measure
from scrapers.outcomes import Outcome
from scrapers.publishing import publish
from scrapers.reading import RESUMABLE, Reading, read_source
from scrapers.records import add_run, check_is_latest, gate_json, keep_cursor, pages_json, supersede
from scrapers.sources import Source
from scrapers.staging import Staged, pack, stage

_log = structlog.get_logger()
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
    check_on(source)
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
        if found.not_read is None:
            return _store(engine, source, claim, found, staged, actor, started_at, now)
    except FritidsguideError:
        raise
    except Exception as error:  # noqa: BLE001 - one source's pages must not stop the others
        # Where, and not what: the error's text may repeat the page's, and name people.
        last = extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        reason = f"the program failed on what it read ({type(error).__name__} at {where})"
        _log.error("source failed", source=source.name, reason=reason)
        return _store_failure(engine, source, claim, Outcome.FAILED, reason, actor, started_at, now)
    return _store_failure(
        engine, source, claim, Outcome.NOT_READ, str(found.not_read), actor, started_at, now,
        retry_at=found.not_read.retry_at,
    )  # fmt: skip


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
    check_on(source)
    at = now()
    resume = None if from_beginning else _resume(engine, source)
    found, staged = _read(source, fetcher, at, resume, secret, progress)
    if found.not_read is not None:
        return RunReport(source.name, Outcome.NOT_READ, None, str(found.not_read))
    with reading(engine) as session:
        judged = _judge(session, source.name, found, staged, at)
    outcome = Outcome.PUBLISHED if judged.reason is None else Outcome.QUARANTINED
    return _report(source.name, outcome, None, judged.reason, staged, judged)


def check_on(source: Source) -> None:
    """Raises Conflict for a source that is off."""
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
    on = day_in_denmark(at)
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
    on = day_in_denmark(at)
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
        check_is_latest(session, source.name, claim)
        judged = _judge(session, source.name, found, staged, at)
        outcome = Outcome.PUBLISHED if judged.reason is None else Outcome.QUARANTINED
        supersede(session, source.name)
        if outcome is Outcome.PUBLISHED:
            done = publish(
                session, source.name, staged, judged.difference, is_full=found.is_whole, at=at
            )
            judged.counts.update(done)
            keep_cursor(session, source, found.resume, at)
        run = add_run(
            session, source, claim, outcome, judged.reason, actor, started_at, now(),
            is_full=found.is_whole,
            counts=judged.counts,
            filled=staged.filled(),
            troubles=dict(staged.troubles),
            gates=[gate_json(gate) for gate in judged.gates],
            pages=pages_json(found),
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
        run = add_run(
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
