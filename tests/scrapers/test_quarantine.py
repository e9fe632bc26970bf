"""A run in quarantine waits for a person, who releases or drops it."""

import pytest
from sqlalchemy import select

from catalogue.database import reading, writing
from catalogue.errors import Conflict, Missing
from catalogue.run_models import StagedRun
from scrapers.deciding import drop, release
from scrapers.outcomes import Outcome
from tests.scrapers.feeds import FEED, feed_page
from tests.scrapers.looking import MANY, OPENACTIVE, TABLE, absences, pages_asked, put
from tests.scrapers.plain_teams import teams
from tests.scrapers.running import Runs
from tests.scrapers.world import Reply, Site
from tests.scrapers.writers import put_up

# --- what a person decides ---


def quarantined(runs: Runs) -> Site:
    """A table that lost half of its rows."""
    site = put_up(runs.world, "table", teams(MANY))
    runs.run(TABLE)
    put(site, teams(MANY)[: MANY // 2])
    assert runs.run(TABLE).outcome is Outcome.QUARANTINED
    return site


def test_a_run_in_quarantine_shows_what_it_would_do(runs: Runs) -> None:
    quarantined(runs)
    row = runs.last_run("table")
    failed = {str(gate["name"]) for gate in row.gates if not gate["holds"]}
    assert failed == {"rows", "lost", "erosion"}
    assert "10 of 20" in (row.reason or "")
    missing = row.difference["missing"]
    assert isinstance(missing, list)
    assert {one["item"] for one in missing} == {f"offer/t-{number}" for number in range(11, 21)}
    assert all(one["name"] for one in missing)


def test_a_released_run_is_published_and_measures_those_that_follow(runs: Runs) -> None:
    site = quarantined(runs)
    with writing(runs.engine) as session:
        release(session, "table", actor="curator", at=runs.now())
    row = runs.last_run("table")
    assert (row.outcome, row.decided_by) == ("released", "curator")
    assert len(absences(runs)) == MANY // 2
    assert runs.counts()["withdrawn"] == 0
    assert runs.run(TABLE).is_good
    put(site, teams(MANY)[:9])
    assert runs.run(TABLE).is_good  # one of ten
    put(site, teams(MANY)[:5])
    assert runs.run(TABLE).outcome is Outcome.QUARANTINED


def test_a_dropped_run_changes_nothing(runs: Runs) -> None:
    site = quarantined(runs)
    before = runs.counts()
    with writing(runs.engine) as session:
        drop(session, "table", actor="curator", at=runs.now())
    assert runs.counts() == before
    assert runs.last_run("table").outcome == "dropped"
    with reading(runs.engine) as session:
        assert session.scalars(select(StagedRun)).all() == []
    with writing(runs.engine) as session, pytest.raises(Missing, match="nothing waits"):
        release(session, "table", actor="curator", at=runs.now())
    put(site, teams(MANY))
    assert runs.run(TABLE).is_good


def test_a_later_run_takes_the_place_of_one_that_waits(runs: Runs) -> None:
    site = quarantined(runs)
    waited = runs.last_run("table").id
    put(site, teams(MANY))
    assert runs.run(TABLE).is_good
    with reading(runs.engine) as session:
        assert session.scalars(select(StagedRun)).all() == []
    assert runs.outcomes("table")[waited] == "superseded"


def test_nothing_can_be_released_of_a_page_that_was_none(runs: Runs) -> None:
    site = put_up(runs.world, "table", teams(MANY))
    runs.run(TABLE)
    site.pages["/hold.csv"] = Reply(b"<html><h1>Log ind</h1><input type=password></html>")
    assert runs.run(TABLE).outcome is Outcome.QUARANTINED
    with writing(runs.engine) as session, pytest.raises(Conflict, match="drop it"):
        release(session, "table", actor="curator", at=runs.now())


def test_a_released_feed_goes_on_where_it_was_read_to(runs: Runs) -> None:
    site = put_up(runs.world, "openactive", teams(MANY))
    runs.run(OPENACTIVE)
    gone = list(range(1, 11))
    site.pages["/feed?after=1"] = feed_page([], gone, f"{FEED}?after=2")
    site.pages["/feed?after=2"] = feed_page([], [], f"{FEED}?after=2")
    assert runs.run(OPENACTIVE).outcome is Outcome.QUARANTINED
    assert runs.counts()["withdrawn"] == 0
    with writing(runs.engine) as session:
        done = release(session, "openactive", actor="curator", at=runs.now())
    assert done["withdrawn"] == 10
    asked = len(site.asked)
    assert runs.run(OPENACTIVE).is_good
    assert pages_asked(site, asked) == ["/feed?after=2"]
