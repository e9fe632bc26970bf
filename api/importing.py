"""Taking in a file: from its path to a report, with a progress bar."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

import catalogue
from catalogue.database import writing
from catalogue.errors import Invalid
from catalogue.facts import Basis
from catalogue.mapping import load_mapping, mapped
from catalogue.places import load_gazetteer
from catalogue.rows import Reader, Remark, known_headings
from catalogue.spreadsheets import headings_of, open_rows
from catalogue.tables import Report, import_rows
from catalogue.vocabulary import load_vocabulary

_DATA = Path(catalogue.__file__).parent / "data"
SAMPLE = _DATA / "sample" / "offers.csv"
SAMPLE_SOURCE = "eksempelkatalog"
CURATOR = "redaktion"
"""Name of the source for what curators state by file."""
_SHOWN = 50  # refusals listed one by one


class SaidBy(StrEnum):
    SOURCE = "source"
    CURATOR = "curator"


def import_file(
    engine: Engine,
    file: Path,
    source: str,
    *,
    said_by: SaidBy = SaidBy.SOURCE,
    mapping: str | None = None,
    complete: bool = False,
) -> Report:
    """Take in a file as one transaction: all of its good rows, or nothing.

    source: name of the source whose keys the rows have. mapping: a TOML file, or the name
    of one that comes with the program. complete: withdraw what the file lacks.
    """
    now = datetime.now(UTC)
    vocabulary = load_vocabulary()
    speaker = CURATOR if said_by is SaidBy.CURATOR else source
    reader = Reader(
        source=source,
        basis=Basis.PERSON if said_by is SaidBy.CURATOR else Basis.SOURCE,
        said_by=speaker,
        on=now.date(),
        gazetteer=load_gazetteer(),
        vocabulary=vocabulary,
    )
    known = known_headings(vocabulary)
    how = None if mapping is None else load_mapping(_mapping_path(mapping), known)
    screen = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    )
    with open_rows(file) as rows, bar, _no_collection():
        headings = headings_of(rows, file.name)
        if how is not None:
            headings, rows = mapped(how, headings, rows)
        task = bar.add_task(f"Reading {file.name}", total=1.0)
        with writing(engine) as session:
            return import_rows(
                session,
                headings,
                rows,
                reader,
                actor=f"import:{speaker}"[:100],
                at=now,
                complete=complete,
                progress=lambda share: bar.update(task, completed=share),
            )


def _mapping_path(mapping: str) -> Path:
    given = Path(mapping)
    shipped = {path.stem: path for path in (_DATA / "mappings").glob("*.toml")}
    if not os.path.exists(mapping) and mapping in shipped:  # noqa: PTH110 - never raises
        return shipped[mapping]
    if not os.path.exists(mapping) and not given.suffix:  # noqa: PTH110 - never raises
        names = ", ".join(sorted(shipped))
        raise Invalid(f"no mapping file {mapping[:60]!r}; by name there are {names}")
    return given


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the cyclic garbage collector, which took a fifth of a large import: what an
    import makes by the million are rows and facts, and none of them form cycles."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def counts(report: Report) -> str:
    """The report in one line."""
    line = (
        f"{report.created} created, {report.updated} updated, {report.unchanged} unchanged,"
        f" {len(report.refused)} refused"
    )
    return f"{line}, {report.withdrawn} withdrawn" if report.withdrawn else line


def list_remarks(what: str, remarks: list[Remark]) -> None:
    """Print what did not go in, a line each, to standard error."""
    for remark in remarks[:_SHOWN]:
        print(
            f"line {remark.line}: {what}: {remark.heading or 'row'}"
            f" {remark.value!r}: {remark.reason}",
            file=sys.stderr,
        )
    if len(remarks) > _SHOWN:
        print(f"... and {len(remarks) - _SHOWN} more {what} (--json lists all)", file=sys.stderr)


def report_json(report: Report) -> dict[str, object]:
    """The whole report as JSON."""

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
