"""How fast a match is, beside what else one could have used; and where it spends its time."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol

from api.importing import SAMPLE, SAMPLE_SOURCE
from benchmarks.brute_force import eligible
from benchmarks.catalogues import Country, dense, made_offers, national, offers_of
from benchmarks.columns import Asked, Columns
from benchmarks.made_needs import made_needs
from benchmarks.quality import ON
from benchmarks.rivals import postgres
from benchmarks.rivals.fts5 import Fts5
from benchmarks.rivals.naive import Naive, near_edge
from benchmarks.rivals.ours import Ours
from benchmarks.rivals.postgres import Postgres
from benchmarks.rivals.tantivy import Tantivy
from benchmarks.timing import HEADING, Times, bound, nothing_elsewhere
from catalogue.published import PublishedOffer
from catalogue.vocabulary import load_vocabulary
from matcher.build import build_index
from matcher.index import Index

SHOWN = 20
QUERIES = 1000
_PILOT = 60  # queries by which PostgreSQL's best way of asking is chosen
_WARM = 30
_ROW = 20
NAIVE_UP_TO = 10_000  # rows; beyond it one query takes seconds
_NAIVE_QUERIES = {1_000: 60, 10_000: 20}
SIZES: dict[int, tuple[str, Callable[[], Country]]] = {
    1_000: ("dense", dense),
    10_000: ("national", national),
    100_000: ("national", national),
    1_000_000: ("national", national),
}
_POSTGRES_OVER_OURS = {100_000: 8.0, 1_000_000: 35.0}
_NAIVE_OVER_OURS = {1_000: 300.0, 10_000: 2_000.0}


class Engine(Protocol):
    name: str

    def top(self, asked: Asked, limit: int) -> list[int]: ...

    def eligible(self, asked: Asked) -> Sequence[int]: ...


@dataclass(frozen=True)
class Questions:
    """Needs that some offer suits, and how many were drawn to find them."""

    asked: list[Asked]
    drawn: int
    admitted: float
    """Mean of the offers that each admits."""


def run(folder: Path, size: int | None = None) -> Iterator[str]:
    """A table for each size, or for one, and each figure with its bound."""
    sample = offers_of(folder, SAMPLE, SAMPLE_SOURCE)
    for rows in [size] if size else SIZES:
        shape, country = SIZES[rows]
        yield f"{rows} offers, {shape}:"
        for line in _compare(folder, sample, rows, country()):
            yield f"  {line}"


def _compare(
    folder: Path, sample: Sequence[PublishedOffer], size: int, country: Country
) -> Iterator[str]:
    offers = made_offers(sample, size, country)
    began = time.process_time()
    index = build_index(offers, load_vocabulary())
    yield f"index built in {time.process_time() - began:.2f} s CPU"
    columns = Columns.of(offers, index)
    questions = _questions(columns, index, country)
    yield (
        f"{len(questions.asked)} needs that admit {questions.admitted:.0f} offers on average;"
        f" {1 - len(questions.asked) / questions.drawn:.0%} of those drawn admit none"
    )
    with ExitStack() as held:
        address = held.enter_context(postgres.server())
        postgres.load(address, columns)
        best = _best(address, questions.asked)
        held.callback(best.close)
        fts5 = Fts5(folder, columns)
        held.callback(fts5.close)
        ours = Ours(index, columns, ON)
        whole = Ours(index, columns, ON, max_excluded=50, name="ours, with the 50 nearest left out")
        rivals: list[Engine] = [ours, whole, best, fts5, Tantivy(folder, columns)]
        if size <= NAIVE_UP_TO:
            naive = Naive(folder, columns)
            held.callback(naive.close)
            rivals.append(naive)
        _agree(columns, questions.asked, rivals, size)
        yield f"eligibility equals brute force in all {len(questions.asked)} queries, all engines"
        gc.freeze()  # as the server does
        times = _interleaved(rivals, questions.asked, size)
        yield HEADING
        for name, found in times.items():
            yield found.row(name)
        yield from _bounds(times, ours, best, size)
        if size <= NAIVE_UP_TO:
            ratio = _in_rows(ours, naive, questions.asked)
            yield f"    naive loop's CPU over ours, each {_ROW} queries in a row: {ratio:.4g}"


def _questions(columns: Columns, index: Index, country: Country) -> Questions:
    """Needs that admit some offer: of the others nothing is asked but what else would help."""
    names = list(index.terms.numbers)
    found, counts, drawn = [], [], 0
    for asker in islice(made_needs(country), 10 * QUERIES):
        drawn += 1
        asked = Asked.of(asker, columns, index, names)
        admitted = len(eligible(columns, asked))
        if admitted:
            found.append(asked)
            counts.append(admitted)
        if len(found) == QUERIES:
            break
    return Questions(found, drawn, sum(counts) / max(1, len(counts)))


def _best(address: str, asked: Sequence[Asked]) -> Postgres:
    """The way of asking PostgreSQL whose slow queries are the fastest."""
    ways = postgres.every_way(address)
    spent = {}
    for way in ways:
        times = Times()
        for one in asked[:_PILOT]:
            times.measure(partial(way.top, one, SHOWN), way.server_cpu)
        spent[way] = times.p(99) + times.p(50)
    best = min(ways, key=spent.__getitem__)
    for way in ways:
        if way is not best:
            way.close()
    return best


def _agree(columns: Columns, asked: Sequence[Asked], rivals: Sequence[Engine], size: int) -> None:
    """Raises AssertionError where an engine admits other offers than looking at all does."""
    for number, one in enumerate(asked):
        expected = set(eligible(columns, one).tolist())
        for rival in rivals:
            if isinstance(rival, Naive):
                if number < _NAIVE_QUERIES[size]:
                    apart = expected ^ set(rival.eligible(one))
                    assert near_edge(columns, one, sorted(apart)), f"{rival.name}: query {number}"
            else:
                assert expected == set(rival.eligible(one)), f"{rival.name}: query {number}"


def _interleaved(rivals: Sequence[Engine], asked: Sequence[Asked], size: int) -> dict[str, Times]:
    """Every engine in turn on each query, the first ones to warm up; the turn moves on."""
    times = {rival.name: Times() for rival in rivals}
    for rival in rivals:
        for one in asked[: 1 if isinstance(rival, Naive) else _WARM]:
            rival.top(one, SHOWN)
    for number, one in enumerate(asked):
        first = number % len(rivals)
        for rival in (*rivals[first:], *rivals[:first]):
            if isinstance(rival, Naive) and number >= _NAIVE_QUERIES[size]:
                continue
            elsewhere = rival.server_cpu if isinstance(rival, Postgres) else nothing_elsewhere
            times[rival.name].measure(partial(rival.top, one, SHOWN), elsewhere)
    return times


def _in_rows(ours: Ours, naive: Naive, asked: Sequence[Asked]) -> float:
    """The ratio of medians where each has its caches to itself, as a server that answers one
    question after another has; in turn on each query, ours pays for what the others threw out."""
    times = {engine.name: Times() for engine in (ours, naive)}
    for start in range(0, 3 * _ROW, _ROW):
        for engine in (ours, naive):
            for one in asked[start : start + _ROW]:
                times[engine.name].measure(partial(engine.top, one, SHOWN), nothing_elsewhere)
    return times[naive.name].p(50) / times[ours.name].p(50)


def _bounds(times: dict[str, Times], ours: Ours, best: Postgres, size: int) -> Iterator[str]:
    mine = times[ours.name]
    if size in _POSTGRES_OVER_OURS:
        limit = _POSTGRES_OVER_OURS[size]
        theirs = times[best.name]
        yield bound(
            "PostgreSQL's p99 over ours, CPU", theirs.p(99) / mine.p(99), limit, at_least=True
        )
        ratio = theirs.p(99, cpu=False) / mine.p(99, cpu=False)
        yield bound("PostgreSQL's p99 over ours, wall", ratio, limit, at_least=True)
    if size in _NAIVE_OVER_OURS:
        ratio = times[Naive.name].p(50) / mine.p(50)
        yield bound(
            "naive loop's CPU over ours, median", ratio, _NAIVE_OVER_OURS[size], at_least=True
        )
