"""How long an index takes to build, and a match on it."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from api.matching import match_all, read_needs
from benchmarks.catalogues import offers_of
from benchmarks.made_table import make_table
from benchmarks.quality import COLLECTION, ON
from catalogue.vocabulary import load_vocabulary
from matcher.index import Index

ROWS = 2000
"""A municipality's catalogue."""


def run(folder: Path) -> Iterator[str]:
    """Build time, and median and worst CPU time of a match with its reasons."""
    table = folder / "town.csv"
    make_table(table, ROWS)
    offers = offers_of(folder, table, "made")
    began = time.process_time()
    index = Index.build(offers, load_vocabulary())
    yield f"index of {ROWS} offers: {time.process_time() - began:.2f} s CPU"
    needs = read_needs(COLLECTION / "needs.jsonl")
    spent = []
    for need in needs * 3:
        began = time.process_time()
        match_all(index, [need], ON, 10)
        spent.append((time.process_time() - began) * 1000)
    yield (
        f"match with reasons, {ROWS} offers, {len(spent)} needs: median"
        f" {statistics.median(spent):.1f} ms CPU, worst {max(spent):.1f} ms"
    )
