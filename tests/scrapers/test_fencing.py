"""Who was overtaken while it read commits nothing."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from catalogue import claims
from catalogue.claims import Claim
from catalogue.database import writing
from catalogue.errors import Conflict
from scrapers.outcomes import Outcome
from scrapers.runs import RunReport, job_of, run_source
from tests.scrapers.plain_teams import teams
from tests.scrapers.running import Runs, runs_in
from tests.scrapers.writers import WRITERS, change, put_up, source_of

TABLE = source_of("table")


@pytest.fixture
def runs(engine: Engine, tmp_path: Path) -> Iterator[Runs]:
    with runs_in(engine, tmp_path) as found:
        put_up(found.world, "table", teams(12))
        yield found


def claim(runs: Runs, slot: str) -> Claim:
    with writing(runs.engine) as session:
        found = claims.claim(session, job_of("table"), slot, holder="test", at=runs.now())
    assert found is not None
    return found


def run(runs: Runs, mine: Claim, meanwhile: object = None) -> RunReport:
    """meanwhile: called once the first page is about to be asked for."""
    return run_source(
        runs.engine,
        TABLE,
        runs.fetcher,
        mine,
        actor="test",
        now=runs.now,
        progress=lambda done, known: meanwhile() if callable(meanwhile) else None,
    )


def test_a_run_whose_lease_ran_out_while_it_read_commits_nothing(runs: Runs) -> None:
    def sleep() -> None:
        runs.world.clock.now += claims.LEASE

    with pytest.raises(Conflict, match="the claim was lost"):
        run(runs, claim(runs, "s"), sleep)
    assert set(runs.counts().values()) == {0}
    assert runs.outcomes("table") == {}


def test_a_run_that_was_overtaken_commits_nothing(runs: Runs) -> None:
    def overtake() -> None:
        runs.world.clock.now += claims.LEASE
        assert run(runs, claim(runs, "s")).outcome is Outcome.PUBLISHED

    with pytest.raises(Conflict, match="the claim was lost"):
        run(runs, claim(runs, "s"), overtake)
    assert runs.outcomes("table") == {1: "published"}
    assert runs.counts()["offers"] == 12


def test_a_run_is_not_published_over_a_later_one_of_another_slot(runs: Runs) -> None:
    def overtake() -> None:
        assert run(runs, claim(runs, "later")).outcome is Outcome.PUBLISHED

    with pytest.raises(Conflict, match="a later run has come before"):
        run(runs, claim(runs, "sooner"), overtake)
    assert runs.outcomes("table") == {1: "published"}


def test_long_reading_keeps_its_claim(runs: Runs) -> None:
    site = put_up(runs.world, "html", teams(20))
    source = source_of("html")
    with writing(runs.engine) as session:
        mine = claims.claim(session, job_of("html"), "s", holder="test", at=runs.now())
    assert mine is not None

    def wait() -> None:
        runs.world.clock.now += timedelta(minutes=5)

    report = run_source(
        runs.engine,
        source,
        runs.fetcher,
        mine,
        actor="test",
        now=runs.now,
        progress=lambda done, known: wait(),
    )
    assert report.outcome is Outcome.PUBLISHED  # 21 pages took more than an hour and a half
    assert len(site.asked) == 22


def test_a_slot_whose_source_cannot_be_had_is_tried_three_times(runs: Runs) -> None:
    site = put_up(runs.world, "table", teams(12))
    change(site, {})
    for attempt in range(1, 4):
        mine = claim(runs, "s")
        assert mine.attempt == attempt
        assert run(runs, mine).outcome is Outcome.NOT_READ
        with writing(runs.engine) as session:
            soon = runs.now() + timedelta(minutes=50)
            assert claims.claim(session, job_of("table"), "s", holder="x", at=soon) is None
        runs.world.clock.now += timedelta(hours=2)
    with writing(runs.engine) as session:
        again = claims.claim(session, job_of("table"), "s", holder="x", at=runs.now())
    assert again is None
    change(site, WRITERS["table"](teams(12)))
    assert run(runs, claim(runs, "the next")).outcome is Outcome.PUBLISHED
