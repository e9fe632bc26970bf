"""How well duplicates are found, on judged and on made pairs, and how fast.

The judged pairs are read here and in a test of this, and nowhere else; the model has never
seen them (see duplicate_training).
"""

import csv
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from rapidfuzz import fuzz, process

from api.importing import SAMPLE, SAMPLE_SOURCE, import_file
from api.migrations.run import migrate_catalogue
from benchmarks.duplicate_training import KINDS
from benchmarks.made_views import View, made
from benchmarks.quality import COLLECTION
from benchmarks.timing import bound
from catalogue.candidates import candidates
from catalogue.danish import fold
from catalogue.database import open_database, reading
from catalogue.duplicate_records import Record
from catalogue.duplicates import Known, load_model, suspicions
from catalogue.facts import Subject
from catalogue.places import load_gazetteer
from catalogue.published import published

MIN_F1 = 0.90
NAMES = 100_000
ROUNDS = 3
NEW = 300
MAX_NEW_MS = 3.6
_UNSEEN = range(900, 904)
"""Seeds of made countries that no part of the training reads."""


def run(folder: Path) -> Iterator[str]:
    """Judged pairs, unseen made pairs, 100,000 names, and one new name beside them."""
    yield judged(folder)
    for kind in KINDS:
        yield unseen(kind)
    yield from speed()


def judged(folder: Path) -> str:
    """F1 on the pairs of the judged collection, through a catalogue, with its interval."""
    said, true = judged_pairs(folder)
    right, wrong, missed = len(said & true), len(said - true), len(true - said)
    value, low, high = f1_interval(right, wrong, missed)
    return bound(
        f"judged offers: F1 (95 % {low:.3f} to {high:.3f}; {right} right, {wrong} wrong,"
        f" {missed} missed)",
        value,
        MIN_F1,
        at_least=True,
    )


Pair = frozenset[str]
Result = TypeVar("Result")


def judged_pairs(folder: Path) -> tuple[set[Pair], set[Pair]]:
    """Pairs of kilde_id that the program suspects among the sample's offers, and the true ones."""
    engine = open_database(f"sqlite:///{folder / 'judged.sqlite'}")
    migrate_catalogue(engine)
    import_file(engine, SAMPLE, SAMPLE_SOURCE)
    gazetteer = load_gazetteer()
    with reading(engine) as session:
        keys = {offer.id: offer.source_ids[0].key for offer in published(session, gazetteer)}
        said = {
            frozenset((keys[one.first], keys[one.second]))
            for one in candidates(session, gazetteer)
            if one.kind is Subject.OFFER
        }
    engine.dispose()
    with (COLLECTION / "duplicates.tsv").open(encoding="utf-8", newline="") as file:
        true = {frozenset(row[:2]) for row in csv.reader(file, delimiter="\t")}
    return said, {pair for pair in true if pair <= set(keys.values())}


def f1_interval(right: int, wrong: int, missed: int) -> tuple[float, float, float]:
    """F1, and between which 95 % of bootstrap samples of the pairs lie."""
    pairs = np.repeat([0, 1, 2], [right, wrong, missed])
    draws = np.random.default_rng(706).choice(pairs, (10_000, len(pairs)))
    hits = (draws == 0).sum(axis=1)
    values = 2 * hits / (hits + len(pairs))  # 2 r / (2 r + w + m), with r + w + m drawn
    low, high = np.percentile(values, (2.5, 97.5))
    return 2 * right / (2 * right + wrong + missed), float(low), float(high)


def unseen(kind: str) -> str:
    """Precision, recall and calibration on made countries of other seeds."""
    right = said = every = 0
    chances: list[float] = []
    for seed in _UNSEEN:
        views = made(kind, seed, 3000, places=(20, 60, 200)[seed % 3])
        truth = _truth(views)
        found = suspicions([view.record for view in views], load_model(kind))
        hits = [truth[_key(one.first)] == truth[_key(one.second)] for one in found]
        right, said = right + sum(hits), said + len(found)
        chances += [one.probability for one in found]
        every += _true_pairs(views)
    return (
        f"unseen made {kind}s: precision {right / said:.3f} ({right}/{said}; the program said"
        f" {sum(chances) / said:.3f}), recall {right / every:.3f}"
        f" ({right}/{every}), F1 {2 * right / (said + every):.3f}"
    )


def _key(record: Record) -> tuple[str, str]:
    return record.source, record.key


def _truth(views: Sequence[View]) -> dict[tuple[str, str], int]:
    return {_key(view.record): view.truth for view in views}


def _true_pairs(views: Sequence[View]) -> int:
    counts = np.unique([view.truth for view in views], return_counts=True)[1]
    return int((counts * (counts - 1) // 2).sum())


def names(count: int) -> list[View]:
    """So many organisations of a made country, a fifth of them twice: name, town, no more."""
    views = made("organisation", 7, int(count * 0.82), places=590)[:count]
    return [
        View(view.truth, Record(view.record.key, view.record.source, view.record.name,
                                town=view.record.town))
        for view in views
    ]  # fmt: skip


def by_town(records: Sequence[Record]) -> int:
    """What others do: all names of a town against each other. Pairs found, each twice."""
    towns: dict[str, list[str]] = {}
    for record in records:
        towns.setdefault(fold(record.town), []).append(record.name)
    found = 0
    for held in towns.values():
        for start in range(0, len(held), 1000):
            alike = process.cdist(
                held[start : start + 1000],
                held,
                scorer=fuzz.token_sort_ratio,
                score_cutoff=85,
                dtype=np.uint8,
                workers=1,
            )
            found += int(np.count_nonzero(alike))
    return found


def speed(count: int = NAMES, rounds: int = ROUNDS) -> Iterator[str]:
    """All names against each other and one new against all, in turn with RapidFuzz's cdist."""
    views = names(count)
    records = [view.record for view in views]
    model = load_model("organisation")
    ours, others = Timed(), Timed()
    for _ in range(rounds):
        found = ours.of(lambda: suspicions(records, model))
        others.of(lambda: by_town(records))
    truth = _truth(views)
    right = sum(truth[_key(one.first)] == truth[_key(one.second)] for one in found)
    every = _true_pairs(views)
    yield (
        f"{len(records)} names, name and town alone: ours {ours.row('s', 1)}; town-blocked cdist"
        f" {others.row('s', 1)}; ours finds {right}/{every}, precision {right / len(found):.3f};"
        f" cdist finds {_found_by_town(views)}/{every} at 85"
    )
    yield bound("time over cdist, CPU", ours.cpu() / others.cpu(), 1.0, at_least=False)
    known = Known(records, model)
    lines = [record.name for record in records]
    one, row = Timed(), Timed()
    for view in made("organisation", 8, NEW, places=590)[:NEW]:
        new = view.record
        one.of(lambda new=new: known.like(new))
        row.of(lambda new=new: process.cdist([new.name], lines, scorer=fuzz.token_sort_ratio))
    yield f"one new among {len(records)}: ours {one.row('ms', 1e3)}; cdist row {row.row('ms', 1e3)}"
    yield bound("one new, CPU", 1e3 * one.cpu(), MAX_NEW_MS, at_least=False, unit=" ms")


def _found_by_town(views: Sequence[View]) -> int:
    """True pairs that the town-blocked cdist would find: same town, alike enough."""
    rows: dict[int, list[Record]] = {}
    for view in views:
        rows.setdefault(view.truth, []).append(view.record)
    return sum(
        fold(a.town) == fold(b.town) and fuzz.token_sort_ratio(a.name, b.name) >= 85
        for same in rows.values()
        for at, a in enumerate(same)
        for b in same[at + 1 :]
    )


class Timed:
    """Seconds of CPU and of wall time of each run."""

    def __init__(self) -> None:
        self._cpu: list[float] = []
        self._wall: list[float] = []

    def of(self, work: Callable[[], Result]) -> Result:
        began, used = time.perf_counter(), time.thread_time()
        result = work()
        self._cpu.append(time.thread_time() - used)
        self._wall.append(time.perf_counter() - began)
        return result

    def cpu(self) -> float:
        return float(np.median(self._cpu))

    def row(self, unit: str, times: float) -> str:
        wall = times * float(np.median(self._wall))
        return f"{times * self.cpu():.2f} {unit} CPU, {wall:.2f} {unit} wall"
