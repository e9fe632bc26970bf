"""What the commands for sources print of a run."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.migrations.run import migrate_catalogue
from api.source_report import record_line, report_json, report_text
from catalogue.database import open_database
from scrapers.runs import check_source
from tests.scrapers.plain_teams import teams
from tests.scrapers.running import Runs, runs_in
from tests.scrapers.world import Reply, Site
from tests.scrapers.writers import WRITERS, change, put_up, source_of

TABLE = source_of("table")


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    engine = open_database(f"sqlite:///{tmp_path / 'catalogue.sqlite'}")
    migrate_catalogue(engine)
    with runs_in(engine, tmp_path) as found:
        yield found
    engine.dispose()


@pytest.fixture
def site(runs: Runs) -> Site:
    return put_up(runs.world, "table", teams(20))


def test_a_published_run_is_told_in_four_lines(runs: Runs, site: Site) -> None:
    assert report_text(runs.run(TABLE), in_full=False).splitlines() == [
        "table: published (run 1)",
        "  pages: 1, of which confirmed unchanged 0; entries: 20",
        "  known: 0, of which the same 0, changed 0, missing 0, over 0, taken back 0; new: 20",
        "  offers created: 20, updated 0, withdrawn 0; venues created: 0, updated 0",
    ]


def test_a_check_tells_every_difference(runs: Runs, site: Site) -> None:
    runs.run(TABLE)
    found = teams(20)
    found[0] = replace(found[0], price=250)
    change(site, WRITERS["table"]([*found[:-1], *teams(1, first=77)]))
    report = check_source(runs.engine, TABLE, runs.fetcher, now=runs.now)
    lines = report_text(report, in_full=True).splitlines()
    assert lines[0] == "table: would be published"
    assert lines[3:] == [
        "  new: offer/t-77 Krolf på hold 77",
        "  missing, still shown: offer/t-20 Bål på hold 20",
        "  changed: offer/t-1 Strik på hold 1: price.kr 200 -> 250",
    ]
    told = report_json(report)
    assert (told["outcome"], told["run"]) == ("published", None)


def test_a_quarantine_says_which_limits_did_not_hold_and_what_to_do(runs: Runs, site: Site) -> None:
    runs.run(TABLE)
    change(site, WRITERS["table"](teams(20)[:9]))
    lines = report_text(runs.run(TABLE), in_full=False).splitlines()
    assert lines[0] == "table: in quarantine; the catalogue is as it was (run 2)"
    assert "  NOT lost: 11 of 20 of the last run are missing" in lines
    assert sum("missing, still shown" in line for line in lines) == 11
    assert lines[-1] == "  decide: fritidsguide sources release|drop table"
    assert "lost: 11 of 20" in record_line(runs.last_run("table"))


def test_a_source_that_cannot_be_had_is_told_in_two_lines(runs: Runs, site: Site) -> None:
    site.pages["/hold.csv"] = Reply(b"down", 503)
    assert report_text(runs.run(TABLE), in_full=False).splitlines() == [
        "table: could not be read; the catalogue is as it was (run 1)",
        "  table.example: answers 503",
    ]


def test_long_lists_are_shortened(runs: Runs) -> None:
    put_up(runs.world, "table", teams(90))
    report = check_source(runs.engine, TABLE, runs.fetcher, now=runs.now)
    lines = report_text(report, in_full=True).splitlines()
    assert sum(line.startswith("  new: offer") for line in lines) == 20
    assert "  new: and more (--json has up to 50)" in lines
