"""Needs from files, and their answers: what the commands and the benchmarks share."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from api.homes import home_point, home_points
from catalogue.errors import Invalid
from catalogue.places import load_gazetteer
from matcher.group import match_group
from matcher.index import Index
from matcher.match import Match
from matcher.need import GroupNeed, Need, read_need
from matcher.score import match

_MAX_NEEDS_BYTES = 50_000_000


def match_all(
    index: Index, needs: Sequence[Need | GroupNeed], on: date, limit: int
) -> dict[str, Match]:
    """The answer to each need, by its id, or by its place where it has none."""
    return {
        one.id or str(place): match_one(index, one, on, limit)
        for place, one in enumerate(needs, start=1)
    }


def match_one(index: Index, need: Need | GroupNeed, on: date, limit: int) -> Match:
    """The answer to a need or a group, its home found on this machine."""
    if isinstance(need, GroupNeed):
        homes = home_points(need, load_gazetteer())
        return match_group(index, need, homes=homes, on=on, limit=limit)
    return match(index, need, home=home_point(need, load_gazetteer()), on=on, limit=limit)


def read_needs(file: Path) -> list[Need | GroupNeed]:
    """The needs of a .json or .jsonl file. Raises Invalid naming file and line only."""
    try:
        if file.stat().st_size > _MAX_NEEDS_BYTES:
            raise Invalid(f"{file.name}: too large")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Invalid(f"{file.name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{file.name}: not UTF-8 text") from error
    found: list[Need | GroupNeed] = []
    parts = text.splitlines() if file.suffix == ".jsonl" else [text]
    for line, part in enumerate(parts, start=1):
        if file.suffix == ".jsonl" and not part.strip():
            continue
        where = f"{file.name}: line {line}" if file.suffix == ".jsonl" else file.name
        try:
            found.append(read_need(json.loads(part)))
        except (json.JSONDecodeError, RecursionError) as error:
            raise Invalid(f"{where}: not JSON") from error
        except Invalid as error:
            raise Invalid(f"{where}: {error}") from error
    return found
