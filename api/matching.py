"""Needs from files, and their answers: what the commands and the benchmarks share."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from api.homes import home_point, home_points
from catalogue.errors import Invalid
from catalogue.files import read_text
from catalogue.places import load_gazetteer
from matcher.answer import match
from matcher.group import match_group
from matcher.index import Index
from matcher.match import Match
from matcher.need import GroupNeed, Need, read_need
from matcher.negation import understood_need
from matcher.weights import WEIGHTS, Weights

_MAX_NEEDS_BYTES = 50_000_000


def match_all(
    index: Index,
    needs: Sequence[Need | GroupNeed],
    on: date,
    limit: int,
    weights: Weights = WEIGHTS,
) -> dict[str, Match]:
    """The answer to each need, by `id_of`."""
    return {
        id_of(one, number): match_one(index, one, on, limit, weights)
        for number, one in enumerate(needs, start=1)
    }


def match_one(
    index: Index, need: Need | GroupNeed, on: date, limit: int, weights: Weights = WEIGHTS
) -> Match:
    """The answer to a need or a group, its home found on this machine."""
    if isinstance(need, GroupNeed):
        homes = home_points(need, load_gazetteer())
        return match_group(index, need, homes=homes, on=on, limit=limit, weights=weights)
    home = home_point(need, load_gazetteer())
    return match(index, need, home=home, on=on, limit=limit, weights=weights)


async def match_soon(
    index: Index, need: Need | GroupNeed, on: date, limit: int, weights: Weights = WEIGHTS
) -> Match:
    """As `match_one`; new words are embedded in a thread, so that others need not wait."""
    questions = index.concepts.questions
    if questions is not None:
        members = need.members if isinstance(need, GroupNeed) else (need,)
        read = [understood_need(one, index.concepts.understood)[0] for one in members]
        ideas = {idea for one in read for idea in (*one.interests, *one.dislikes)}
        for idea in sorted(ideas):
            if not questions.remembers(idea):
                await run_in_threadpool(questions.vector, idea)
    return match_one(index, need, on, limit, weights)


def read_needs(file: Path) -> list[Need | GroupNeed]:
    """The needs of a .json or .jsonl file. Raises Invalid naming file and line only."""
    text = read_text(file, _MAX_NEEDS_BYTES)
    found: list[Need | GroupNeed] = []
    ids: set[str] = set()
    parts = text.split("\n") if file.suffix == ".jsonl" else [text]
    for line, part in enumerate(parts, start=1):
        if file.suffix == ".jsonl" and not part.strip():
            continue
        where = f"{file.name}: line {line}" if file.suffix == ".jsonl" else file.name
        try:
            need = read_need(json.loads(part))
            for one in need.members if isinstance(need, GroupNeed) else (need,):
                home_point(one, load_gazetteer())  # refused here, not after half of the answers
        except Invalid as error:
            raise Invalid(f"{where}: {error}") from error
        except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a ValueError
            raise Invalid(f"{where}: not JSON") from error
        found.append(need)
        if id_of(need, len(found)) in ids:
            raise Invalid(f"{where}: its id, or its number, is another need's id")
        ids.add(id_of(need, len(found)))
    return found


def id_of(need: Need | GroupNeed, number: int) -> str:
    """A need's own id, or else its number in the file, from 1."""
    return need.id or str(number)
