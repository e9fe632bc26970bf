"""The commands `fritidsguide duplicates ...`: what may be there twice, and what a person says."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer
from babel.numbers import format_percent
from sqlalchemy import Engine

from api.command_line import AsJson, Casework, Database, open_catalogue, print_json
from api.settings import read_settings
from api.weights_commands import ACTOR
from api.wording import Language, plain, sentence
from catalogue.candidates import Candidate, candidates, compare
from catalogue.database import reading, writing
from catalogue.duplicate_records import Record
from catalogue.duplicates import Reason, load_model, reasons
from catalogue.errors import Invalid
from catalogue.merging import history, keep_apart, merge
from catalogue.merging import undo as undo_decision
from catalogue.models import SameDecision
from catalogue.places import load_gazetteer
from catalogue.published import SourceId

duplicates = typer.Typer(add_completion=False, help="What may be there twice; a person decides.")

First = Annotated[str, typer.Argument(metavar="ID", help="Where both are shown if they are one.")]
Second = Annotated[str, typer.Argument(metavar="ID", help="The other one.")]
InLanguage = Annotated[Language, typer.Option("--language", help="Language of the evidence.")]
_LONGEST = 60  # letters of a value that the evidence repeats
_SUREST = 0.99  # nothing is certain before a person has looked
_FIELDS = {"street": "address", "house": "address", "site": "url", "number": "number"}


@duplicates.callback(invoke_without_command=True)
def list_(
    context: typer.Context,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Pairs at most, the likeliest first.")
    ] = None,
    language: InLanguage = Language.DA,
    as_json: AsJson = False,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """List what may be there twice, with probability and evidence."""
    if context.invoked_subcommand is not None:
        if database or casework or as_json:
            raise Invalid(f"duplicates: write options after {context.invoked_subcommand}")
        return
    engine = _open(database, casework)
    with reading(engine) as session:
        found = candidates(session, load_gazetteer())
    if as_json:
        told = [candidate_json(one, language) for one in found[:limit]]
        print_json({"duplicates": told, "count": len(found)})
        return
    for one in found[:limit]:
        print(_candidate(one, language) + "\n")
    print(plain(sentence("duplicate.count", {"count": len(found)}, language=language)))
    if found:
        print(plain(sentence("duplicate.how", language=language)))


@duplicates.command()
def accept(
    first: First, second: Second, database: Database = None, casework: Casework = None
) -> None:
    """Say that two are one: both are shown at the first, with all source ids."""
    one, other, engine = _id(first), _id(second), _open(database, casework)
    with writing(engine) as session:
        evidence = _evidence(compare(session, load_gazetteer(), one, other))
        row = merge(session, one, other, evidence=evidence, actor=ACTOR, at=datetime.now(UTC))
        number = row.number
    print(f"decision {number}: shown as one; `fritidsguide duplicates undo {number}` parts them")


@duplicates.command()
def refuse(
    first: First, second: Second, database: Database = None, casework: Casework = None
) -> None:
    """Say that two are not one, so that they are not listed again."""
    one, other, engine = _id(first), _id(second), _open(database, casework)
    with writing(engine) as session:
        evidence = _evidence(compare(session, load_gazetteer(), one, other))
        row = keep_apart(session, one, other, evidence=evidence, actor=ACTOR, at=datetime.now(UTC))
        number = row.number
    print(f"decision {number}: not the same; `fritidsguide duplicates undo {number}` takes it back")


@duplicates.command()
def undo(
    number: Annotated[int, typer.Argument(help="Of a decision, as `duplicates decided` lists.")],
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Take a decision back; what was merged is apart again as if it had never been."""
    engine = _open(database, casework)
    with writing(engine) as session:
        undo_decision(session, number, actor=ACTOR, at=datetime.now(UTC))
    print(f"decision {number} is undone")


@duplicates.command()
def decided(as_json: AsJson = False, database: Database = None, casework: Casework = None) -> None:
    """List what was decided, newest first."""
    engine = _open(database, casework)
    with reading(engine) as session:
        rows = history(session)
    if as_json:
        print_json([_decision_json(row) for row in rows])
        return
    for row in rows:
        said = "the same" if row.is_same else "not the same"
        ids = f"{row.evidence.get('first')} and {row.evidence.get('second')}"
        undone = "" if row.undone_at is None else f"; undone {row.undone_at:%Y-%m-%d %H:%M} UTC"
        print(
            f"{row.number}: {row.subject} {ids} {said},"
            f" {row.at:%Y-%m-%d %H:%M} UTC, by {row.actor}{undone}"
        )


def _open(database: str | None, casework: str | None) -> Engine:
    return open_catalogue(read_settings(database=database, casework=casework))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(f"{text[:40]!r} is not an id as `fritidsguide duplicates` lists") from error


def evidence_text(one: Candidate, reason: Reason, language: Language) -> str:
    """A reason in words, with the values that it is about."""
    part = reason.name.partition("_")[0]
    records = (one.suspicion.first, one.suspicion.second)
    first, second = (_short(getattr(record, _FIELDS.get(part, part), "")) for record in records)
    return plain(
        sentence(f"duplicate.{reason.name}", {"first": first, "second": second}, language=language)
    )


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _candidate(one: Candidate, language: Language) -> str:
    pair = one.suspicion
    percent = format_percent(min(pair.probability, _SUREST), locale=language.value)
    lines = [plain(sentence(f"duplicate.ask.{one.kind}", {"percent": percent}, language=language))]
    lines += [f"  {record.key}  {_named(record)}" for record in (pair.first, pair.second)]
    told = reasons(pair.seen, load_model(one.kind.value))
    for key, some in (
        ("duplicate.for", [reason for reason in told if reason.worth >= 0]),
        ("duplicate.against", [reason for reason in told if reason.worth < 0]),
    ):
        if some:
            text = "; ".join(evidence_text(one, reason, language) for reason in some)
            lines.append("  " + plain(sentence(key, {"reasons": text}, language=language)))
    return "\n".join(lines)


def _named(record: Record) -> str:
    place = " ".join(part for part in (record.postcode, record.town) if part)
    return ", ".join(part for part in (record.title, record.name, place, record.source) if part)


def candidate_json(one: Candidate, language: Language) -> dict[str, object]:
    """A candidate as `duplicates --json` prints it."""
    pair = one.suspicion
    return {
        "kind": one.kind.value,
        "first": _record_json(pair.first, one.first_ids),
        "second": _record_json(pair.second, one.second_ids),
        "probability": round(pair.probability, 4),
        "evidence": [
            {
                "name": reason.name,
                "speaks": "for" if reason.worth >= 0 else "against",
                "worth": round(reason.worth, 3),
                "text": evidence_text(one, reason, language),
            }
            for reason in reasons(pair.seen, load_model(one.kind.value))
        ],
    }


def _record_json(record: Record, keys: tuple[SourceId, ...]) -> dict[str, object]:
    return {
        "id": record.key,
        "source": record.source,
        "source_ids": [key.key for key in keys],
        "organisation": record.name,
        "title": record.title or None,
        "postcode": record.postcode or None,
        "town": record.town or None,
    }


def _evidence(one: Candidate) -> dict[str, object]:
    """What is kept with a decision: numbers and ids, no words."""
    return {
        "first": str(one.first),
        "second": str(one.second),
        "probability": round(one.suspicion.probability, 4),
        "features": {name: round(value, 4) for name, value in one.suspicion.seen.items()},
    }


def _decision_json(row: SameDecision) -> dict[str, object]:
    return {
        "number": row.number,
        "kind": row.subject.value,
        "same": row.is_same,
        "evidence": row.evidence,
        "at": row.at.isoformat(),
        "actor": row.actor,
        "undone_at": row.undone_at and row.undone_at.isoformat(),
        "undone_by": row.undone_by,
    }
