"""A source that goes wrong never empties the catalogue: a person looks first."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.migrations.run import migrate_catalogue
from catalogue.database import open_database
from scrapers.outcomes import Outcome
from tests.scrapers.faults import FAULTS
from tests.scrapers.feeds import FEED, feed_page
from tests.scrapers.plain_teams import teams
from tests.scrapers.running import Runs, runs_in
from tests.scrapers.writers import WRITERS, change, put_up, source_of

MANY, FEW = 20, 4


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    """On SQLite: gates are plain values, and what is stored is tried on both in test_runs.py."""
    engine = open_database(f"sqlite:///{tmp_path / 'catalogue.sqlite'}")
    migrate_catalogue(engine)
    with runs_in(engine, tmp_path) as found:
        yield found
    engine.dispose()


def test_there_are_twelve_faults_of_every_format() -> None:
    assert len(FAULTS) == 12
    assert len(WRITERS) == 15


@pytest.mark.parametrize("count", [MANY, FEW])
@pytest.mark.parametrize("format_name", WRITERS)
def test_a_fault_is_put_in_quarantine_and_withdraws_nothing(
    runs: Runs, format_name: str, count: int
) -> None:
    found = teams(count)
    site = put_up(runs.world, format_name, found)
    source = source_of(format_name)
    assert runs.run(source).outcome is Outcome.PUBLISHED
    before = runs.counts()
    for name, fault in FAULTS.items():
        change(site, fault(format_name, found))
        report = runs.run(source, days=0.1, from_beginning=True)
        assert (name, report.outcome) == (name, Outcome.QUARANTINED)
        assert report.reason
        assert runs.counts() == before
    change(site, WRITERS[format_name](found))
    assert runs.run(source, days=0.1, from_beginning=True).is_good
    assert runs.counts() == before


@pytest.mark.parametrize("name", [name for name in FAULTS if name != "empty list"])
def test_a_fault_where_a_feed_is_read_on_is_put_in_quarantine(runs: Runs, name: str) -> None:
    found = teams(FEW)
    site = put_up(runs.world, "openactive", found)
    runs.run(source_of("openactive"))
    before = runs.counts()
    if name == "half the rows":
        site.pages["/feed?after=1"] = feed_page([], [1, 2], f"{FEED}?after=2")
        site.pages["/feed?after=2"] = feed_page([], [], f"{FEED}?after=2")
    else:
        site.pages["/feed?after=1"] = FAULTS[name]("openactive", found)["/feed"]
    report = runs.run(source_of("openactive"))
    assert report.outcome is Outcome.QUARANTINED, report
    assert runs.counts() == before


@pytest.mark.parametrize("count", [10, 30, 100])
def test_erosion_of_a_tenth_a_run_is_caught_by_the_third_run(runs: Runs, count: int) -> None:
    found = teams(count)
    site = put_up(runs.world, "table", found)
    runs.run(source_of("table"))
    outcomes = []
    for _ in range(10):
        found = found[: -(len(found) // 10) or -1]
        change(site, WRITERS["table"](found))
        outcomes.append(runs.run(source_of("table")).outcome)
    assert Outcome.QUARANTINED in outcomes[:3]
    first = outcomes.index(Outcome.QUARANTINED)
    assert set(outcomes[first:]) == {Outcome.QUARANTINED}
    assert runs.counts()["withdrawn"] == 0
    assert runs.counts()["offers"] == count


def test_a_tenth_that_is_replaced_each_run_is_caught_by_the_third_run(runs: Runs) -> None:
    """As many rows as ever, and none of the old ones in the end."""
    found = teams(100)
    site = put_up(runs.world, "table", found)
    runs.run(source_of("table"))
    outcomes = []
    for step in range(1, 4):
        found = [*found[10:], *teams(10, first=1000 * step)]
        change(site, WRITERS["table"](found))
        outcomes.append(runs.run(source_of("table")).outcome)
    assert outcomes[2] is Outcome.QUARANTINED


def test_a_field_that_fades_a_tenth_a_run_is_caught_by_the_third_run(runs: Runs) -> None:
    found = teams(MANY)
    site = put_up(runs.world, "rss", found)
    runs.run(source_of("rss"))
    outcomes = []
    for step in range(1, 5):
        faded = [
            replace(one, about="x") if number < 2 * step else one
            for number, one in enumerate(found)
        ]
        pages = WRITERS["rss"](faded)
        body = pages["/rss"].body
        for _ in range(2 * step):
            body = body.replace(b"<category>", b"<kategori>", 1).replace(
                b"</category>", b"</kategori>", 1
            )
        site.pages["/rss"] = replace(pages["/rss"], body=body, headers={})
        outcomes.append(runs.run(source_of("rss")).outcome)
    assert Outcome.QUARANTINED in outcomes[:3]


def test_an_ordinary_year_of_a_club_needs_few_looks(runs: Runs) -> None:
    """Each week a team or two changes, one in three weeks one comes or goes."""
    found = teams(MANY)
    site = put_up(runs.world, "table", found)
    runs.run(source_of("table"))
    outcomes = []
    for week in range(1, 41):
        changed = week % MANY % len(found)
        found[changed] = replace(found[changed], price=200 + week)
        if week % 6 == 3:
            found = found[1:]
        elif week % 6 == 0:
            found = [*found, *teams(1, first=100 + week)]
        change(site, WRITERS["table"](found))
        outcomes.append(runs.run(source_of("table"), days=7).outcome)
    assert set(outcomes) == {Outcome.PUBLISHED}
