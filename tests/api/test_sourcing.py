"""Runs of sources that somebody asks for by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from api.settings import read_settings
from api.sourcing import key_of, open_fetcher, run_by_hand, the_source
from catalogue.errors import Conflict, Invalid, Missing
from scrapers.outcomes import Outcome
from scrapers.sources import load_sources
from tests.scrapers.plain_teams import teams
from tests.scrapers.running import Runs, runs_in
from tests.scrapers.writers import WRITERS, put_up, source_of

TABLE = source_of("table")


@pytest.fixture
def runs(engine: Engine, tmp_path: Path) -> Iterator[Runs]:
    with runs_in(engine, tmp_path) as found:
        yield found


def test_a_source_is_read_at_once_whatever_its_rhythm(runs: Runs) -> None:
    put_up(runs.world, "table", teams(12))
    for number in range(1, 4):
        report = run_by_hand(runs.engine, TABLE, runs.fetcher, {}, now=runs.now)
        assert (report.outcome, report.run) == (Outcome.PUBLISHED, number)
    row = runs.last_run("table")
    assert row.actor == "operator"
    assert row.slot.startswith("by hand 2026-12-01T")


def test_two_who_ask_at_one_moment_read_once(runs: Runs) -> None:
    put_up(runs.world, "table", teams(12))
    at = runs.now()
    run_by_hand(runs.engine, TABLE, runs.fetcher, {}, now=lambda: at)
    with pytest.raises(Conflict, match="at this very moment"):
        run_by_hand(runs.engine, TABLE, runs.fetcher, {}, now=lambda: at)


def test_every_source_of_the_world_is_read_by_hand(runs: Runs) -> None:
    seen: list[tuple[int, int]] = []
    for format_name in WRITERS:
        put_up(runs.world, format_name, teams(5))
        report = run_by_hand(
            runs.engine,
            source_of(format_name),
            runs.fetcher,
            {},
            now=runs.now,
            progress=lambda done, known: seen.append((done, known)),
        )
        assert report.outcome is Outcome.PUBLISHED
    assert runs.counts()["offers"] == 5 * (len(WRITERS) - 1)
    assert seen[0] == (0, 1)
    assert all(done < known for done, known in seen)


def test_a_source_with_a_key_is_not_asked_without_it(runs: Runs) -> None:
    site = put_up(runs.world, "conventus_xml", teams(3))
    source = source_of("conventus_xml", secret="key")  # noqa: S106 - the parameter's name
    with pytest.raises(Conflict, match="its key is missing"):
        run_by_hand(runs.engine, source, runs.fetcher, {}, now=runs.now)
    assert site.asked == []
    assert key_of(source, {"conventus-xml": "k"}) == "k"
    assert key_of(TABLE, {}) is None


def test_a_name_that_is_none_is_said_to_be_so() -> None:
    with pytest.raises(Missing, match="there is none"):
        the_source(load_sources(), "nope")


def test_there_is_no_reader_without_a_page_that_says_who_reads(tmp_path: Path) -> None:
    settings = read_settings({"FRITIDSGUIDE_DATA": str(tmp_path)})
    with pytest.raises(Invalid, match="FRITIDSGUIDE_READER_PAGE"):
        open_fetcher(settings)
