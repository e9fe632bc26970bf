"""One listing changed: until a match sees it, and what that costs those who match meanwhile."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from pathlib import Path
from threading import Event, Thread

import numpy as np
import psycopg

from api.importing import SAMPLE, SAMPLE_SOURCE
from benchmarks.catalogues import dense, made_offers, national, offers_of
from benchmarks.columns import Columns
from benchmarks.made_needs import Asker, made_needs
from benchmarks.quality import ON
from benchmarks.rivals import postgres
from benchmarks.timing import HEADING, Times, bound, nothing_elsewhere
from catalogue.prices import Price, PriceUnit
from catalogue.published import PublishedOffer
from catalogue.vocabulary import load_vocabulary
from matcher.answer import match
from matcher.build import build_index
from matcher.change import changed, folded
from matcher.index import Index
from matcher.judged import Judged
from matcher.score import judge

ROWS = 100_000
_CHANGES = 300
_MATCHES = 1500
_PER_SECOND = 10
_LOCAL_ROWS = 1_000


def run(folder: Path) -> Iterator[str]:
    """How long a change takes, matches under changes, bytes an offer, and a local match."""
    sample = offers_of(folder, SAMPLE, SAMPLE_SOURCE)
    offers = made_offers(sample, ROWS, national())
    index = build_index(offers, load_vocabulary())
    columns = Columns.of(offers, index)
    yield f"{ROWS} offers:"
    yield from _until_visible(folder, offers, index, columns)
    index = build_index(offers, load_vocabulary())  # without what was changed so far
    yield from _under_changes(offers, index)
    yield from _bytes(index)
    yield from _among_others(sample)


def _until_visible(
    folder: Path, offers: Sequence[PublishedOffer], index: Index, columns: Columns
) -> Iterator[str]:
    """The price of a listing: stored for good and judged by, beside PostgreSQL's own commit.

    Both store the same column of the same table; ours also changes the index and asks it.
    """
    with postgres.server() as address:
        postgres.load(address, columns, durable=True)
        theirs = psycopg.connect(address, autocommit=True)
        schedstat = Path(f"/proc/{theirs.info.backend_pid}/schedstat")
        ours = _sqlite(folder, columns)
        times = {"PostgreSQL, update and commit": Times(), "ours, until it is judged by": Times()}
        visible = index

        def update_theirs() -> None:
            theirs.execute("UPDATE offer SET kr = %s WHERE number = %s", (float(kr), row))

        def update_ours() -> None:
            nonlocal visible
            ours.execute("UPDATE offer SET kr = ? WHERE number = ?", (float(kr), row))
            ours.commit()
            visible = changed(visible, [offer])
            assert visible.columns.kr_per_month[visible.row_of(offer.id)] == kr

        for number in range(_CHANGES):
            row, kr = number * 331 % ROWS, Decimal(number + 1)
            offer = replace(offers[row], price=Price(kr, PriceUnit.MONTH))
            turns = [
                ("PostgreSQL, update and commit", update_theirs, lambda: _cpu(schedstat)),
                ("ours, until it is judged by", update_ours, nothing_elsewhere),
            ]
            for name, work, elsewhere in turns if number % 2 else reversed(turns):
                times[name].measure(work, elsewhere)
        theirs.close()
        ours.close()
    yield HEADING
    for name, found in times.items():
        yield found.row(name)
    one, other = times.values()
    ratio = other.p(50, cpu=False) / one.p(50, cpu=False)
    yield bound("ours over PostgreSQL's, wall, median", ratio, 1.5, at_least=False)
    began = time.process_time()
    folded(visible)
    yield f"sorting in what came later: {time.process_time() - began:.2f} s CPU, in the background"


def _sqlite(folder: Path, columns: Columns) -> sqlite3.Connection:
    """The same table as PostgreSQL's, and as durable."""
    connection = sqlite3.connect(folder / "changing.sqlite")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE offer (number INTEGER PRIMARY KEY, kr REAL, held TEXT)")
    rows = ((row, float(columns.kr[row]), columns.tokens[row]) for row in range(ROWS))
    connection.executemany("INSERT INTO offer VALUES (?, ?, ?)", rows)
    connection.commit()
    return connection


def _cpu(schedstat: Path) -> float:
    return int(schedstat.read_text().split()[0]) / 1e9


def _under_changes(offers: Sequence[PublishedOffer], index: Index) -> Iterator[str]:
    """Matches at rest and under changes in turn, so that both meet the same machine."""
    asked = list(islice(made_needs(national()), _MATCHES))
    current = [index]
    times = {"match at rest": Times(), f"match under {_PER_SECOND} changes a second": Times()}
    for turn in range(10):
        some = asked[turn * len(asked) // 10 : (turn + 1) * len(asked) // 10]
        for name, found in times.items():
            stop = Event()
            changes = Thread(target=_change, args=(offers, current, stop, turn))
            if name != "match at rest":
                changes.start()
            for one in some:
                found.measure(lambda one=one: _match(current[0], one), nothing_elsewhere)
                time.sleep(0.002)  # as requests come; a tight loop would starve the changes
            stop.set()
            if name != "match at rest":
                changes.join()
    yield HEADING
    for name, found in times.items():
        yield found.row(name)
    rest, under = times.values()
    for what, cpu in (("CPU", True), ("wall", False)):
        ratio = under.p(99, cpu=cpu) / rest.p(99, cpu=cpu)
        yield bound(f"p99 under changes over p99 at rest, {what}", ratio, 2.0, at_least=False)
    yield f"{current[0].count - index.count} changes were made meanwhile"


def _change(offers: Sequence[PublishedOffer], current: list[Index], stop: Event, turn: int) -> None:
    number = turn * 1000
    while not stop.wait(1 / _PER_SECOND):
        number += 1
        offer = replace(offers[number * 331 % ROWS], price=Price(Decimal(number), PriceUnit.MONTH))
        current[0] = changed(current[0], [offer])


def _match(index: Index, asker: Asker) -> object:
    return match(index, asker.need, home=asker.home, on=ON, limit=20, max_excluded=0)


def _bytes(index: Index) -> Iterator[str]:
    """What the index holds beside the offers themselves: arrays, lists and names."""
    n = len(index)
    arrays = index.columns.nbytes()
    for lists in (index.spoken, index.meetings.held):
        arrays += lists.begins.nbytes + sum(column.nbytes for column in lists.columns)
    for postings in (index.terms.postings, index.stated):
        arrays += postings.rows.nbytes + postings.amounts.nbytes + postings.forms.nbytes
    pointers = 8 * len(index.held)
    yield bound("bytes an offer beyond its text", (arrays + pointers) / n, 400, at_least=False)
    words = index.terms.numbers
    yield f"the words themselves, by term: {len(words)} terms, whatever the number of offers"


def _among_others(sample: Sequence[PublishedOffer]) -> Iterator[str]:
    """A municipality's matches alone, and with the rest of Denmark in the same index."""
    local = made_offers(sample, _LOCAL_ROWS, dense())
    rest = made_offers(sample, ROWS, national().without(dense()), seed=707)
    alone = build_index(local, load_vocabulary())
    together = build_index([*local, *rest], load_vocabulary())
    asked = list(islice(made_needs(dense()), 600))
    times = {"in a catalogue of its own": Times(), "among the rest of Denmark": Times()}
    for number, one in enumerate(asked):
        turns = list(zip(times.items(), (alone, together), strict=True))
        for (_, found), index in turns if number % 2 else reversed(turns):
            found.measure(lambda index=index, one=one: _match(index, one), nothing_elsewhere)
    yield f"a match in a municipality of {_LOCAL_ROWS} offers:"
    yield HEADING
    for name, found in times.items():
        yield found.row(name)
    one, other = times.values()
    ratio = other.p(50) / one.p(50)
    yield bound("among the rest over alone, CPU, median", ratio, 1.3, at_least=False)
    held = [np.count_nonzero(_judged(index, asked[0]).admitted) for index in (alone, together)]
    yield f"offers that the first of them admits: {held[0]} and {held[1]}"


def _judged(index: Index, asker: Asker) -> Judged:
    return judge(index, asker.need, home=asker.home, on=ON)
