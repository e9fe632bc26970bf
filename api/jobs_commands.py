"""The commands `fritidsguide jobs ...`: what the program does on its own."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import structlog
import typer

from api.claimed_jobs import Done, Job, Workshop, do_job, jobs, open_workshop, the_job
from api.command_line import AsJson, Casework, Database, open_catalogue, print_json
from api.settings import read_settings
from catalogue import claims
from catalogue.database import reading
from catalogue.run_models import JobClaim
from scrapers.slots import slot_of

job_commands = typer.Typer(
    add_completion=False, help="What `serve` does on its own.", no_args_is_help=True
)


@job_commands.command(name="list")
def list_(as_json: AsJson = False, database: Database = None, casework: Casework = None) -> None:
    """All jobs, their rhythm, and who did each the last time."""
    workshop = _open(database, casework)
    known = jobs(workshop)
    with reading(workshop.engine) as session:
        last = claims.latest(session)
    now = datetime.now(UTC)
    if as_json:
        print_json([_json(job, last.get(job.name), now) for job in known])
        return
    width = max(len(job.name) for job in known)
    for job in known:
        row = last.get(job.name)
        words = "never" if row is None else _words(row, now)
        print(f"{job.name:<{width}}  {job.rhythm.value:<7}  {words}")


@job_commands.command()
def run(
    name: Annotated[str, typer.Argument(help="Name of the job.")],
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Do a job's present time now, unless it is done or somebody does it."""
    workshop = _open(database, casework)
    job = the_job(jobs(workshop), name)
    slot = slot_of(job.rhythm, datetime.now(UTC))
    found = do_job(workshop, job, at_once=True)
    if found is Done.TAKEN:
        print(f"{name}: {slot} is done, or somebody holds it: fritidsguide jobs list")
        return
    print(f"{name}: {slot} {found.value}")
    if found is Done.FAILED:
        raise typer.Exit(1)


def _open(database: str | None, casework: str | None) -> Workshop:
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(30),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    settings = read_settings(database=database, casework=casework)
    return open_workshop(open_catalogue(settings), settings)


def _words(row: JobClaim, now: datetime) -> str:
    words = f"{row.slot}  attempt {row.attempts}  by {row.holder}"
    if row.finished_at is not None:
        return f"{words}  {row.outcome} at {row.finished_at:%Y-%m-%d %H:%M} UTC"
    if row.lease_until <= now:
        return f"{words}  not finished; anybody may take it over"
    return f"{words}  {row.outcome or 'held'} until {row.lease_until:%Y-%m-%d %H:%M} UTC"


def _json(job: Job, row: JobClaim | None, now: datetime) -> dict[str, object]:
    last = None
    if row is not None:
        last = {
            "slot": row.slot,
            "fencing": row.fencing,
            "holder": row.holder,
            "attempts": row.attempts,
            "claimed_at": row.claimed_at.isoformat(),
            "lease_until": row.lease_until.isoformat(),
            "finished_at": None if row.finished_at is None else row.finished_at.isoformat(),
            "outcome": row.outcome,
        }
    slot = slot_of(job.rhythm, now)
    return {"name": job.name, "rhythm": job.rhythm.value, "slot": slot, "last": last}
