"""The command `fritidsguide`. Exit codes: 0 done, 1 done with refusals, 2 not done."""

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import structlog
import typer
import uvicorn
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from api.app import create_app
from api.evaluation import evaluation
from api.homes import home_point, home_points
from api.match_json import match_json
from api.match_text import match_text
from api.migrations.run import migrate_catalogue
from api.settings import Settings, read_settings
from api.wording import Language
from catalogue.database import open_database, reading, writing
from catalogue.errors import FritidsguideError, Invalid
from catalogue.facts import Basis
from catalogue.mapping import load_mapping, mapped
from catalogue.places import load_gazetteer
from catalogue.published import published
from catalogue.rows import Reader, Remark, known_headings
from catalogue.spreadsheets import headings_of, open_rows
from catalogue.tables import Report, export_csv, import_rows
from catalogue.vocabulary import load_vocabulary
from matcher.group import match_group
from matcher.index import Index
from matcher.match import Match
from matcher.need import GroupNeed, Need, read_need
from matcher.score import match

SAMPLE = Path(__file__).parent.parent / "catalogue" / "data" / "sample" / "offers.csv"
SAMPLE_SOURCE = "eksempelkatalog"
CURATOR = "redaktion"
"""Name of the source for what curators state by file."""
_MAX_NEEDS_BYTES = 50_000_000
_SHOWN = 50  # refusals listed one by one

app = typer.Typer(
    help="Helps citizens into local clubs and activities.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
export = typer.Typer(help="Write the catalogue to a file.", no_args_is_help=True)
app.add_typer(export, name="export")
_screen = Console(stderr=True)

Database = Annotated[
    str | None, typer.Option("--database", help="The catalogue: sqlite:///FILE or postgresql://...")
]
Casework = Annotated[
    str | None, typer.Option("--casework", help="The casework database, kept apart.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


class SaidBy(StrEnum):
    SOURCE = "source"
    CURATOR = "curator"


def main() -> None:
    """Run a command; a failure that was to be expected is one line and exit code 2."""
    try:
        app()
    except FritidsguideError as error:
        _fail(str(error))
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away, as `head` does
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        _fail("interrupted; nothing was written")


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
    _serve(read_settings(database=database, casework=casework), host, port)


@app.command()
def demo(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 = any free port.")] = 8000,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Fill a database with the sample catalogue and serve it."""
    settings = read_settings(database=database, casework=casework, demo=True)
    engine = _open(settings)
    _screen.print(f"Sample catalogue: {SAMPLE.name}")
    report = _import(engine, SAMPLE, SAMPLE_SOURCE, SaidBy.SOURCE, None, complete=False)
    _screen.print(_counts(report))
    engine.dispose()
    _serve(settings, host, port)


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
        Path | None, typer.Option("--map", help="Mapping file for other headings (TOML).")
    ] = None,
    as_json: AsJson = False,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Take in offers from a spreadsheet: all of its good rows, or nothing."""
    name = " ".join((source if source is not None else file.stem).split())
    if not 0 < len(name) <= 100:
        raise Invalid("a source's name has 1 to 100 characters")
    engine = _open(read_settings(database=database, casework=casework))
    report = _import(engine, file, name, said_by, map_, complete=complete)
    if as_json:
        print(json.dumps(_report_json(report), ensure_ascii=False))
    else:
        print(_counts(report))
        _list_remarks("refused", report.refused)
        _list_remarks("left out", report.dropped)
        for heading in report.unknown_headings:
            print(f"heading not known, its cells were not read: {heading[:60]}", file=sys.stderr)
    if report.refused:
        raise typer.Exit(1)


@export.command(name="csv")
def export_csv_(
    out: Annotated[Path | None, typer.Option(help="File; default: standard output.")] = None,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Write all offers as a table that `import` reads back."""
    vocabulary, gazetteer = load_vocabulary(), load_gazetteer()
    engine = _open(read_settings(database=database, casework=casework))
    with reading(engine) as session:
        offers = published(session, gazetteer)
        if out is None:
            sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
            export_csv(offers, vocabulary, sys.stdout)
            return
        with _replacing(out) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as f:
            count = export_csv(offers, vocabulary, f)
    print(f"{count} offers written to {out}")


@app.command(name="match")
def match_(
    need: Annotated[Path, typer.Argument(help="A need or a group as .json, or many as .jsonl.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="Suggestions at most.")] = 10,
    on: Annotated[str | None, typer.Option(help="The day it is for; default: today.")] = None,
    language: Annotated[Language, typer.Option(help="Language of the reasons.")] = Language.DA,
    as_json: AsJson = False,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Suggest offers for a need, with reasons."""
    day = _day(on)
    needs = list(_needs(need))
    index = _index(read_settings(database=database, casework=casework))
    for one in needs:
        found = _match(index, one, day, limit)
        if as_json or need.suffix == ".jsonl":
            print(json.dumps(match_json(found, language=language), ensure_ascii=False))
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
    as_json: AsJson = False,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Measure the ranking on needs that were judged beforehand."""
    day = _day(on)
    asked = list(_needs(needs))
    index = _index(read_settings(database=database, casework=casework))
    found = {one.id or str(place): _match(index, one, day, 10) for place, one in enumerate(asked)}
    print(evaluation(found, qrels, violations, as_json=as_json))


def _serve(settings: Settings, host: str, port: int) -> None:
    engine = _open(settings)
    try:
        listening = socket.create_server((host, port), reuse_port=False)
    except (OSError, OverflowError) as error:
        raise Invalid(f"cannot listen on {host}:{port}: {error}") from error
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ]
    )
    bound = listening.getsockname()
    _screen.print(f"Fritidsguide is ready on http://{bound[0]}:{bound[1]}  (stop with Ctrl+C)")
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings, engine),
            access_log=False,  # our own line holds the path without its query
            log_level="warning",
            server_header=False,
        )
    )
    server.run(sockets=[listening])
    engine.dispose()


def _open(settings: Settings) -> Engine:
    engine = open_database(settings.database_url)
    migrate_catalogue(engine)
    return engine


def _index(settings: Settings) -> Index:
    engine = _open(settings)
    with reading(engine) as session:
        index = Index.build(published(session, load_gazetteer()), load_vocabulary())
    engine.dispose()
    return index


def _match(index: Index, need: Need | GroupNeed, day: date, limit: int) -> Match:
    if isinstance(need, GroupNeed):
        homes = home_points(need, load_gazetteer())
        return match_group(index, need, homes=homes, on=day, limit=limit)
    return match(index, need, home=home_point(need, load_gazetteer()), on=day, limit=limit)


def _import(
    engine: Engine,
    file: Path,
    source: str,
    said_by: SaidBy,
    map_: Path | None,
    *,
    complete: bool,
) -> Report:
    now = datetime.now(UTC)
    vocabulary = load_vocabulary()
    reader = Reader(
        source=source,
        basis=Basis.PERSON if said_by is SaidBy.CURATOR else Basis.SOURCE,
        said_by=CURATOR if said_by is SaidBy.CURATOR else source,
        on=now.date(),
        gazetteer=load_gazetteer(),
        vocabulary=vocabulary,
    )
    mapping = load_mapping(map_, known_headings(vocabulary)) if map_ else None
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=_screen,
        transient=True,
    )
    with open_rows(file) as rows, bar:
        headings = headings_of(rows, file.name)
        if mapping is not None:
            headings, rows = mapped(mapping, headings, rows)
        task = bar.add_task(f"Reading {file.name}", total=1.0)
        with writing(engine) as session:
            return import_rows(
                session,
                headings,
                rows,
                reader,
                actor=f"import:{reader.said_by}"[:100],
                at=now,
                complete=complete,
                progress=lambda share: bar.update(task, completed=share),
            )


def _counts(report: Report) -> str:
    counts = (
        f"{report.created} created, {report.updated} updated, {report.unchanged} unchanged,"
        f" {len(report.refused)} refused"
    )
    return f"{counts}, {report.withdrawn} withdrawn" if report.withdrawn else counts


def _list_remarks(what: str, remarks: list[Remark]) -> None:
    for remark in remarks[:_SHOWN]:
        print(
            f"line {remark.line}: {what}: {remark.heading or 'row'}"
            f" {remark.value!r}: {remark.reason}",
            file=sys.stderr,
        )
    if len(remarks) > _SHOWN:
        print(f"... and {len(remarks) - _SHOWN} more {what} (--json lists all)", file=sys.stderr)


def _report_json(report: Report) -> dict[str, object]:
    def remarks(found: list[Remark]) -> list[dict[str, object]]:
        return [
            {
                "line": remark.line,
                "heading": remark.heading,
                "value": remark.value,
                "key": remark.key,
                "reason": remark.reason,
            }
            for remark in found
        ]

    return {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "withdrawn": report.withdrawn,
        "refused": remarks(report.refused),
        "dropped": remarks(report.dropped),
        "unknown_headings": list(report.unknown_headings),
    }


@contextmanager
def _replacing(out: Path) -> Iterator[Path]:
    """A path beside `out` that takes its place when all went well, and else goes."""
    unfinished = out.with_name(f".{out.name}.unfinished")
    try:
        yield unfinished
        unfinished.replace(out)
    except OSError as error:
        raise Invalid(f"{out}: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"--on {text[:20]!r}: write the date as 2026-11-24") from error


def _needs(file: Path) -> Iterator[Need | GroupNeed]:
    """The needs of a .json or .jsonl file. Raises Invalid naming file and line only."""
    try:
        if file.stat().st_size > _MAX_NEEDS_BYTES:
            raise Invalid(f"{file.name}: too large")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Invalid(f"{file.name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{file.name}: not UTF-8 text") from error
    parts = text.splitlines() if file.suffix == ".jsonl" else [text]
    for line, part in enumerate(parts, start=1):
        if file.suffix == ".jsonl" and not part.strip():
            continue
        where = f"{file.name}: line {line}" if file.suffix == ".jsonl" else file.name
        try:
            yield read_need(json.loads(part))
        except (json.JSONDecodeError, RecursionError) as error:
            raise Invalid(f"{where}: not JSON") from error
        except Invalid as error:
            raise Invalid(f"{where}: {error}") from error
