"""What the commands share: their options, the catalogue they open and how they print."""

import json
import sys
from io import TextIOWrapper
from typing import Annotated

import typer
from sqlalchemy import Engine

from api.migrations.run import migrate_catalogue
from api.settings import Settings
from catalogue.database import open_database

Database = Annotated[
    str | None, typer.Option("--database", help="The catalogue: sqlite:///FILE or postgresql://...")
]
Casework = Annotated[
    str | None, typer.Option("--casework", help="The casework database, kept apart.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def open_catalogue(settings: Settings) -> Engine:
    """The catalogue, brought up to this version's tables."""
    engine = open_database(settings.database_url)
    migrate_catalogue(engine)
    return engine


def print_json(value: object) -> None:
    """One line, in UTF-8 wherever it goes."""
    stdout().reconfigure(encoding="utf-8")
    print(json.dumps(value, ensure_ascii=False))


def stdout() -> TextIOWrapper:
    """Standard output, whose encoding can be changed."""
    assert isinstance(sys.stdout, TextIOWrapper)  # noqa: S101 - it is, in a command
    return sys.stdout
