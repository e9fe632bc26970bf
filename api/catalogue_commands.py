"""`fritidsguide import`, `geocode` and `export`."""

import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TextIO

import typer

from api.command_line import AsJson, Casework, Database, open_catalogue, print_json, stdout
from api.importing import SaidBy, counts, import_file, list_remarks, report_json
from api.settings import read_settings
from catalogue.database import reading, writing
from catalogue.errors import Invalid
from catalogue.geocoder import Adressevaelger, upgrade_venues
from catalogue.places import load_gazetteer
from catalogue.published import published
from catalogue.rows import source_name
from catalogue.tables import export_csv
from catalogue.vocabulary import load_vocabulary

import_ = typer.Typer(add_completion=False)
geocode = typer.Typer(add_completion=False)
export = typer.Typer(
    add_completion=False, help="Write the catalogue to a file.", no_args_is_help=True
)


@export.callback()
def _of_many() -> None:
    """Write the catalogue to a file."""


@import_.command(name="import")
def import_table(
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


@geocode.command(name="geocode")
def geocode_venues(database: Database = None, casework: Casework = None) -> None:
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
