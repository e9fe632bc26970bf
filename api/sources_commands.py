"""The commands `fritidsguide sources ...`: what is read on the web, and what a curator decides."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import structlog
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from api.command_line import AsJson, Casework, Database, open_catalogue, print_json
from api.settings import Settings, read_settings
from api.source_report import (
    difference_lines,
    record_json,
    record_line,
    report_json,
    report_text,
)
from api.sourcing import (
    OPERATOR,
    all_sources,
    key_of,
    open_fetcher,
    read_keys,
    run_by_hand,
    the_source,
)
from catalogue.database import reading, writing
from catalogue.errors import Conflict, FritidsguideError, Invalid
from scrapers.absences import Absent, absent, withdraw_absent
from scrapers.deciding import drop as drop_waiting
from scrapers.deciding import release as release_waiting
from scrapers.outcomes import Outcome
from scrapers.records import last_runs, runs_of
from scrapers.runs import Progress as Progressing
from scrapers.runs import RunReport, check_on, check_source

sources = typer.Typer(
    add_completion=False, help="Pages of clubs and portals that are read.", no_args_is_help=True
)
Name = Annotated[str, typer.Argument(help="Name of the source.")]
FromBeginning = Annotated[
    bool, typer.Option("--from-beginning", help="Read a feed of changes as if for the first time.")
]


@sources.command(name="list")
def list_(as_json: AsJson = False, database: Database = None, casework: Casework = None) -> None:
    """All sources, whether they are on, and how their last run went."""
    settings = read_settings(database=database, casework=casework)
    known = all_sources(settings)
    with reading(open_catalogue(settings)) as session:
        last = last_runs(session)
        missing = absent(session, at=datetime.now(UTC))
    asked = [one.source for one in missing if one.is_asked_about]
    rows = [
        {
            "name": source.name,
            "is_on": source.is_on,
            "format": source.format,
            "rhythm": source.rhythm.value,
            "title": source.title,
            "last_run": record_json(last[source.name]) if source.name in last else None,
            "asked_about": asked.count(source.name),
        }
        for source in known.values()
    ]
    if as_json:
        print_json(rows)
        return
    width = max(len(name) for name in known)
    for name, source in known.items():
        print(f"{name:<{width}}  {'on ' if source.is_on else 'off'}  {source.rhythm.value:<7}"
              f"  {source.format:<22}  {source.title}")  # fmt: skip
        if name in last:
            print(f"{'':<{width}}  {record_line(last[name])}")
        if count := asked.count(name):
            print(f"{'':<{width}}  {count} may be closed: fritidsguide sources missing {name}")


@sources.command()
def check(
    name: Name,
    from_beginning: FromBeginning = False,
    as_json: AsJson = False,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Read a source and show what a run would do; changes nothing."""
    settings, engine = _open(database, casework)
    source, keys = the_source(all_sources(settings), name), read_keys(settings.source_keys)
    check_on(source)
    secret = key_of(source, keys)
    fetcher = open_fetcher(settings)
    with _progress(name) as progress:
        report = check_source(
            engine,
            source,
            fetcher,
            secret=secret,
            from_beginning=from_beginning,
            progress=progress,
        )
    _show([report], as_json=as_json, in_full=True)


@sources.command()
def run(
    name: Annotated[str | None, typer.Argument(help="Name of the source.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every source that is on.")] = False,
    from_beginning: FromBeginning = False,
    as_json: AsJson = False,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Read a source now, and publish what it says or put it in quarantine."""
    if (name is None) is not all_:
        raise Invalid("name a source, or say --all for every one that is on")
    settings, engine = _open(database, casework)
    known, keys = all_sources(settings), read_keys(settings.source_keys)
    chosen = [one for one in known.values() if one.is_on] if name is None else []
    if name is not None:
        chosen = [the_source(known, name)]
        check_on(chosen[0])
    if not chosen:
        raise Conflict("every source is off: nobody's leave is ticked (docs/sources.md)")
    fetcher = open_fetcher(settings)
    reports = []
    for source in chosen:
        with _progress(source.name) as progress:
            try:
                reports.append(
                    run_by_hand(
                        engine,
                        source,
                        fetcher,
                        keys,
                        from_beginning=from_beginning,
                        progress=progress,
                    )
                )
            except FritidsguideError as error:
                if name is not None:
                    raise
                reports.append(RunReport(source.name, Outcome.NOT_READ, None, str(error)))
    _show(reports, as_json=as_json, in_full=False)


@sources.command()
def show(
    name: Name, as_json: AsJson = False, database: Database = None, casework: Casework = None
) -> None:
    """The last runs of a source, and what waits for a decision."""
    settings, engine = _open(database, casework)
    the_source(all_sources(settings), name)
    with reading(engine) as session:
        rows = runs_of(session, name, most=20)
        if as_json:
            print_json([record_json(row) for row in rows])
            return
        for row in rows:
            print(record_line(row))
            if row.outcome == Outcome.QUARANTINED.value:
                for line in difference_lines(row.difference):
                    print(f"  {line}")
                for fault in row.difference.get("faults", []):  # type: ignore[attr-defined]  # JSON
                    print(f"  not readable: {fault}")
        if not rows:
            print("never run")


@sources.command()
def release(name: Name, database: Database = None, casework: Casework = None) -> None:
    """Publish what waits in quarantine; later runs are measured by it."""
    _settings, engine = _open(database, casework)
    with writing(engine) as session:
        done = release_waiting(session, name, actor=OPERATOR, at=datetime.now(UTC))
    print(
        f"{name}: released; {done['created']} offers created, {done['updated']} updated,"
        f" {done['withdrawn']} withdrawn"
    )


@sources.command()
def drop(name: Name, database: Database = None, casework: Casework = None) -> None:
    """Throw away what waits in quarantine; the catalogue stays as it is."""
    _settings, engine = _open(database, casework)
    with writing(engine) as session:
        number = drop_waiting(session, name, actor=OPERATOR, at=datetime.now(UTC))
    print(f"{name}: run {number} dropped")


@sources.command()
def missing(
    name: Annotated[str | None, typer.Argument(help="Name of a source; default: all.")] = None,
    as_json: AsJson = False,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """What sources did not have the last time. It is still shown."""
    settings, engine = _open(database, casework)
    if name is not None:
        the_source(all_sources(settings), name)
    with reading(engine) as session:
        found = absent(session, at=datetime.now(UTC), source=name)
    if as_json:
        print_json([_absent_json(one) for one in found])
        return
    for one in found:
        words = "may be closed, find out" if one.is_asked_about else "still shown"
        print(f"{one.source}  {one.key}  {one.title}: missing since {one.since:%Y-%m-%d},"
              f" {one.runs} runs; {words}")  # fmt: skip
    if not found:
        print("nothing is missing")


@sources.command()
def withdraw(
    name: Name,
    key: Annotated[str, typer.Argument(help="The offer's key, as `sources missing` shows it.")],
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Take an offer that is missing in its source out of what is shown."""
    _settings, engine = _open(database, casework)
    with writing(engine) as session:
        withdraw_absent(session, name, key, actor=OPERATOR, at=datetime.now(UTC))
    print(f"{name}: {key} withdrawn")


def _open(database: str | None, casework: str | None) -> tuple[Settings, Engine]:
    """What is reported is the report's to say, so the log says failures only."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(40),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    settings = read_settings(database=database, casework=casework)
    return settings, open_catalogue(settings)


def _show(reports: list[RunReport], *, as_json: bool, in_full: bool) -> None:
    """Print them. Raises Exit with 1 if one was not published."""
    if as_json:
        print_json([report_json(one) for one in reports] if len(reports) > 1 else
                   report_json(reports[0]))  # fmt: skip
    else:
        for one in reports:
            print(report_text(one, in_full=in_full))
    if not all(one.is_good for one in reports):
        raise typer.Exit(1)


def _absent_json(one: Absent) -> dict[str, object]:
    return {
        "source": one.source,
        "key": one.key,
        "title": one.title,
        "since": one.since.isoformat(),
        "runs": one.runs,
        "is_asked_about": one.is_asked_about,
    }


@contextmanager
def _progress(name: str) -> Iterator[Progressing]:
    """A bar of pages on a terminal, and nothing elsewhere."""
    screen = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("pages"),
        TimeElapsedColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    )
    with bar:
        task = bar.add_task(f"Reading {name}", total=None)
        yield lambda done, known: bar.update(task, completed=done, total=known)
