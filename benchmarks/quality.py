"""How good the suggestions are on the judged development collection."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from api.evaluation import evaluation
from api.matching import match_all, read_needs
from benchmarks.catalogues import sample_index

COLLECTION = Path(__file__).parent / "collection"
ON = date(2026, 11, 24)
"""The day of the collection: seasons and freshness are judged from it."""


def run(folder: Path) -> Iterator[str]:
    """The measures for needs, and for groups."""
    index = sample_index(folder)
    for name in ("needs", "groups"):
        asked = read_needs(COLLECTION / f"{name}.jsonl")
        found = match_all(index, asked, ON, 10)
        yield f"{name}:"
        table = evaluation(
            found, COLLECTION / "qrels.tsv", COLLECTION / "violations.tsv", as_json=False
        )
        for line in table.splitlines():
            yield f"  {line}"
