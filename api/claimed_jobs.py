"""Jobs that one process does for all of them: each of its times is claimed in the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from threading import Event

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from api.settings import Settings
from api.sourcing import all_sources, holder, key_of, open_fetcher, read_keys
from catalogue import claims
from catalogue.claims import Claim
from catalogue.database import reading, writing
from catalogue.errors import Conflict, FritidsguideError, Missing
from scrapers.fetch import Fetcher
from scrapers.outcomes import Outcome
from scrapers.politeness import SYSTEM_CLOCK, Clock
from scrapers.runs import Now, Progress, job_of, run_source, system_now
from scrapers.slots import has_begun, slot_of
from scrapers.sources import Rhythm, Source

_log = structlog.get_logger()
_EXPECTED = (FritidsguideError, DatabaseError, OSError)
"""What may go wrong with one job while the others go on."""
_SCHEDULE = "schedule"
"""Who asked for a run, where nobody did."""
_ATTEMPTS = 3
_TRY_AGAIN = timedelta(hours=1)
_RENEWED_EVERY = timedelta(minutes=1)
_ONE_AT_A_TIME = "one at a time"
"""The slot of what is held while it is used, and never done."""


class Done(StrEnum):
    """What became of a job's slot here."""

    DONE = "done"
    NOT_DUE = "not_due"
    TAKEN = "taken"
    """Another process does it or has done it, or it is to be tried again later."""
    FAILED = "failed"


class Stopping(FritidsguideError):
    """The program is being stopped; what was begun is done by the next."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What jobs work with."""

    engine: Engine
    settings: Settings
    fetcher: Fetcher | None
    """None = no source is read."""
    now: Now = system_now
    stopped: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    rhythm: Rhythm
    work: Callable[[Workshop, Claim, Progress], str]
    """Does it, ends the claim, and says with what outcome. What is handed over last is called
    between two pages, and raises Stopping when the program is to stop."""
    hosts: tuple[str, ...] = ()
    """Asked by one machine at a time; the fetcher sees to one connection on each machine."""


def open_workshop(engine: Engine, settings: Settings) -> Workshop:
    """The workshop of a program that serves; its pauses end when it is stopped."""
    stopped = Event()

    def pause(seconds: float) -> None:
        if stopped.wait(seconds):
            raise Stopping("stopped between two pages")

    clock = Clock(SYSTEM_CLOCK.now, pause, SYSTEM_CLOCK.chance)
    fetcher = None if settings.reader_page is None else open_fetcher(settings, clock)
    return Workshop(engine, settings, fetcher, stopped=stopped)


def jobs(workshop: Workshop) -> list[Job]:
    """Every job that is claimed, by name. Raises Invalid for a table of sources that is none."""
    found = [Job("prune-claims", Rhythm.DAILY, _prune_claims)]
    if workshop.fetcher is not None:
        found.append(Job("prune-answers", Rhythm.DAILY, _prune_answers))
        sources = all_sources(workshop.settings)
        found += [_reading_of(source) for source in sources.values() if source.is_on]
    return sorted(found, key=lambda job: job.name)


def the_job(known: list[Job], name: str) -> Job:
    """Raises Missing for a name that is none."""
    for job in known:
        if job.name == name:
            return job
    names = ", ".join(job.name for job in known)
    raise Missing(f"job {name[:60]!r}: there is none; there are {names}")


def do_what_is_due(workshop: Workshop) -> Mapping[str, Done]:
    """Claim and do each job whose time has come. One that fails does not stop the others."""
    done: dict[str, Done] = {}
    try:
        known = jobs(workshop)
        at = workshop.now()
        slots = {job.name: slot_of(job.rhythm, at) for job in known}
        with reading(workshop.engine) as session:
            still_open = claims.open_slots(session, slots, at=at)
        for job in known:
            if workshop.stopped.is_set():
                break
            is_open = job.name in still_open
            done[job.name] = do_job(workshop, job) if is_open else Done.TAKEN
    except _EXPECTED as error:
        _log.error("jobs cannot be done", reason=_reason(error))
    return done


def do_job(workshop: Workshop, job: Job, *, at_once: bool = False) -> Done:
    """Claim the slot that it is now, and do it. at_once: also before its minute has come."""
    at = workshop.now()
    if not at_once and not has_begun(job.name, job.rhythm, at):
        return Done.NOT_DUE
    held: list[Claim] = []
    try:
        for host in sorted(job.hosts):
            turn = _claim(workshop, f"host:{host}"[:100], _ONE_AT_A_TIME)
            if turn is None:
                return Done.TAKEN
            held.append(turn)
        return _do(workshop, job, slot_of(job.rhythm, at), held)
    except _EXPECTED as error:
        _log.error("job failed", job=job.name, reason=_reason(error))
        return Done.FAILED
    finally:
        for turn in held:
            _let_go(workshop, turn, timedelta())


def _do(workshop: Workshop, job: Job, slot: str, held: list[Claim]) -> Done:
    renewed_at = workshop.now()

    def go_on(*_: int) -> None:
        nonlocal renewed_at
        if workshop.stopped.is_set():
            raise Stopping("stopped between two pages")
        if held and workshop.now() - renewed_at > _RENEWED_EVERY:
            renewed_at = workshop.now()
            with writing(workshop.engine) as session:
                for turn in held:
                    claims.renew(session, turn, at=renewed_at)

    mine = _claim(workshop, job.name, slot)
    if mine is None:
        return Done.TAKEN
    try:
        outcome = job.work(workshop, mine, go_on)
    except Stopping:
        _let_go(workshop, mine, timedelta())
        return Done.TAKEN
    except _EXPECTED:
        if mine.attempt < _ATTEMPTS:
            _let_go(workshop, mine, _TRY_AGAIN)
        else:
            _finish(workshop, mine, Done.FAILED.value)
        raise
    _log.info("job done", job=job.name, slot=slot, outcome=outcome)
    return Done.DONE


def _claim(workshop: Workshop, name: str, slot: str) -> Claim | None:
    with writing(workshop.engine) as session:
        return claims.claim(session, name, slot, holder=holder(), at=workshop.now())


def _let_go(workshop: Workshop, mine: Claim, wait: timedelta) -> None:
    """Leave the slot for another attempt; a claim that was lost is another's already."""
    try:
        with writing(workshop.engine) as session:
            now = workshop.now()
            claims.put_back(session, mine, until=now + wait, outcome="put back", at=now)
    except (Conflict, DatabaseError) as error:
        _log.warning("claim not put back", job=mine.job, reason=type(error).__name__)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, FritidsguideError) else type(error).__name__


def _finish(workshop: Workshop, mine: Claim, outcome: str) -> str:
    with writing(workshop.engine) as session:
        claims.finish(session, mine, outcome=outcome, at=workshop.now())
    return outcome


# --- the jobs ---


def _prune_answers(workshop: Workshop, mine: Claim, _go_on: Progress) -> str:
    """Answers of sources that are older than 30 days."""
    if workshop.fetcher is not None:
        removed = workshop.fetcher.prune()
        _log.info("answers pruned", files=removed)
    return _finish(workshop, mine, Done.DONE.value)


def _prune_claims(workshop: Workshop, mine: Claim, _go_on: Progress) -> str:
    with writing(workshop.engine) as session:
        claims.prune(session, at=workshop.now())
        claims.finish(session, mine, outcome=Done.DONE.value, at=workshop.now())
    return Done.DONE.value


def _reading_of(source: Source) -> Job:
    def work(workshop: Workshop, mine: Claim, go_on: Progress) -> str:
        if workshop.fetcher is None:
            return _finish(workshop, mine, Outcome.NOT_READ.value)
        report = run_source(
            workshop.engine,
            source,
            workshop.fetcher,
            mine,
            actor=_SCHEDULE,
            secret=key_of(source, read_keys(workshop.settings.source_keys)),
            now=workshop.now,
            progress=go_on,
        )
        return report.outcome.value

    return Job(job_of(source.name), source.rhythm, work, source.hosts)
