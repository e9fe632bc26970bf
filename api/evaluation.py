"""Reading a judged collection, and printing how the ranking does on it."""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from api.match_json import source_ids
from catalogue.errors import Invalid
from catalogue.files import read_text
from matcher.evaluate import Measures, evaluate
from matcher.match import Match

_MAX_BYTES = 100_000_000


def evaluation(
    found: Mapping[str, Match], qrels: Path, violations: Path | None, *, as_json: bool
) -> str:
    """Measures of some answers, as a table or as JSON. Raises Invalid for unusable files."""
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line, (need, _, key, grade) in _rows(qrels, 4):
        if not re.fullmatch(r"[0-9]|10", grade):
            raise Invalid(f"{qrels.name}: line {line}: a grade is a whole number from 0 to 10")
        grades[need][key] = int(grade)
    broken: dict[str, set[str]] = defaultdict(set)
    visible: dict[str, set[str]] = defaultdict(set)
    for _, (need, key, _, seen) in _rows(violations, 4) if violations else ():
        broken[need].add(key)
        if seen == "1":
            visible[need].add(key)
    rankings = {
        need: [
            next(
                (key for key in source_ids(one.offer) if key in grades[need]),
                source_ids(one.offer)[0],
            )
            for one in match.matches
        ]
        for need, match in found.items()
    }
    measures = evaluate(rankings, grades, broken, visible)
    return json.dumps(_plain(measures)) if as_json else _table(measures)


def _rows(path: Path, columns: int) -> Sequence[tuple[int, list[str]]]:
    lines = io.StringIO(read_text(path, _MAX_BYTES), newline="")
    try:
        rows = list(enumerate(csv.reader(lines, delimiter="\t"), start=1))
    except csv.Error as error:
        raise Invalid(f"{path.name}: cannot be read as tab-separated text") from error
    for line, row in rows:
        if len(row) != columns:
            raise Invalid(f"{path.name}: line {line}: {columns} columns expected")
    return rows


def _plain(measures: Measures) -> dict[str, float | int | None]:
    """JSON knows no NaN: what cannot be measured is null."""
    return {
        name: None if value != value else value  # noqa: PLR0124 - NaN alone differs from itself
        for name, value in asdict(measures).items()
    }


def _table(measures: Measures) -> str:
    return "\n".join(
        [
            f"needs                    {measures.needs}",
            f"nDCG@10                  {measures.ndcg_at_10:.3f}",
            f"success@3                {measures.success_at_3:.3f}",
            f"P@5                      {measures.precision_at_5:.3f}",
            f"broken in truth @10      {measures.broken_at_10:.3f}",
            f"visibly broken @10       {measures.visibly_broken_at_10:.3f}",
        ]
    )
