"""What the program does on its own: each job at its time, by one process."""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from api.claimed_jobs import (
    Done,
    Stopping,
    Workshop,
    do_job,
    do_what_is_due,
    jobs,
    open_workshop,
    the_job,
)
from api.jobs import start_jobs
from api.live import LiveIndex
from api.settings import Settings, read_settings
from catalogue import claims
from catalogue.database import reading, writing
from catalogue.errors import Missing
from catalogue.places import load_gazetteer
from catalogue.run_models import JobClaim
from catalogue.vocabulary import load_vocabulary
from scrapers.archive import KEPT_DAYS
from scrapers.fetch import Page
from tests.scrapers.plain_teams import teams
from tests.scrapers.running import Runs, runs_in
from tests.scrapers.world import Reply
from tests.scrapers.writers import WRITERS, change, put_up

OWN = """
[klubben]
title = "Klubbens tabel"
format = "table"
address = "https://table.example/hold.csv"
hosts = ["table.example"]
licence = "Klubbens ja"
rhythm = "daily"
owner = "kommunens fritidsguide"
agreement = true
agreed_with = "Klubben"
agreed_on = 2026-11-01

[en-anden]
title = "En anden tabel"
format = "table"
address = "https://anden.example/hold.csv"
hosts = ["anden.example"]
licence = "Foreningens ja"
rhythm = "weekly"
owner = "kommunens fritidsguide"
agreement = true
agreed_with = "Foreningen"
agreed_on = 2026-11-01
"""


@pytest.fixture
def runs(engine: Engine, tmp_path: Path) -> Iterator[Runs]:
    with runs_in(engine, tmp_path / "sources") as found:
        yield found


@pytest.fixture
def workshop(runs: Runs, tmp_path: Path) -> Workshop:
    """At ten in the morning, with two sources that are on."""
    file = tmp_path / "own.toml"
    file.write_text(OWN, encoding="utf-8")
    settings = replace(_settings(tmp_path), sources=file)
    return Workshop(runs.engine, settings, runs.fetcher, now=runs.now)


def _settings(folder: Path) -> Settings:
    return read_settings({"FRITIDSGUIDE_DATA": str(folder / "data")})


def held(runs: Runs) -> dict[str, JobClaim]:
    with reading(runs.engine) as session:
        return {row.job: row for row in session.scalars(select(JobClaim))}


def test_each_source_that_is_on_is_read_once_in_its_rhythm(runs: Runs, workshop: Workshop) -> None:
    mine = put_up(runs.world, "table", teams(12))
    other = runs.world.site("anden.example", WRITERS["table"](teams(3)))
    done = do_what_is_due(workshop)
    assert done == {
        "prune-answers": Done.DONE,
        "prune-claims": Done.DONE,
        "source:en-anden": Done.DONE,
        "source:klubben": Done.DONE,
    }
    assert runs.counts()["offers"] == 15
    assert set(do_what_is_due(workshop).values()) == {Done.TAKEN}
    runs.world.clock.now += timedelta(days=1)
    assert do_what_is_due(workshop)["source:en-anden"] is Done.TAKEN
    assert mine.paths.count("/hold.csv") == 2
    assert other.paths.count("/hold.csv") == 1
    assert runs.last_run("klubben").slot == "2026-12-02"
    assert runs.last_run("klubben").actor == "schedule"


def test_nothing_is_read_at_midnight(runs: Runs, workshop: Workshop) -> None:
    runs.world.clock.now = runs.world.clock.now.replace(hour=23, minute=10)  # 00:10 in Denmark
    assert do_what_is_due(workshop)["source:klubben"] is Done.NOT_DUE


def test_a_source_that_fails_does_not_hold_up_the_others(runs: Runs, workshop: Workshop) -> None:
    put_up(runs.world, "table", teams(12))
    runs.world.site("anden.example", {"/hold.csv": Reply(b"down", 503)})
    do_what_is_due(workshop)
    assert runs.last_run("en-anden").outcome == "not_read"
    assert runs.last_run("klubben").outcome == "published"
    runs.world.clock.now += timedelta(hours=2)
    site = runs.world.site("anden.example", WRITERS["table"](teams(3)))
    assert do_what_is_due(workshop)["source:en-anden"] is Done.DONE
    assert runs.last_run("en-anden").outcome == "published"
    assert site.asked


def test_a_table_of_sources_that_is_none_stops_nothing_else(
    runs: Runs, workshop: Workshop, tmp_path: Path
) -> None:
    (tmp_path / "own.toml").write_text("[", encoding="utf-8")
    assert do_what_is_due(workshop) == {}
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    put_up(runs.world, "table", teams(12))
    runs.world.site("anden.example", WRITERS["table"](teams(3)))
    assert do_what_is_due(workshop)["source:klubben"] is Done.DONE


def test_a_source_that_is_switched_off_is_not_read_any_more(
    runs: Runs, workshop: Workshop, tmp_path: Path
) -> None:
    off = OWN.replace("agreement = true", "agreement = false")
    (tmp_path / "own.toml").write_text(off, encoding="utf-8")
    assert [job.name for job in jobs(workshop)] == ["prune-answers", "prune-claims"]


def test_several_processes_do_each_job_once(runs: Runs, workshop: Workshop) -> None:
    site = put_up(runs.world, "table", teams(12))
    runs.world.site("anden.example", WRITERS["table"](teams(3)))
    found: list[Done] = []

    def work() -> None:
        found.extend(do_what_is_due(workshop).values())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found.count(Done.DONE) == 4
    assert Done.FAILED not in found
    assert site.paths.count("/hold.csv") == 1
    assert len(runs.outcomes("klubben")) == 1


def test_a_host_is_asked_by_one_machine_at_a_time(runs: Runs, workshop: Workshop) -> None:
    put_up(runs.world, "table", teams(12))
    with writing(runs.engine) as session:
        other = claims.claim(
            session, "host:table.example", "one at a time", holder="another", at=runs.now()
        )
    assert other is not None
    job = the_job(jobs(workshop), "source:klubben")
    assert do_job(workshop, job) is Done.TAKEN
    assert "source:klubben" not in held(runs)  # not an attempt
    runs.world.clock.now += claims.LEASE
    assert do_job(workshop, job) is Done.DONE
    assert do_job(workshop, job) is Done.TAKEN


def test_what_is_stopped_while_it_reads_is_done_by_the_next(runs: Runs, workshop: Workshop) -> None:
    put_up(runs.world, "table", teams(12))
    job = the_job(jobs(workshop), "source:klubben")
    workshop.stopped.set()
    assert do_job(workshop, job) is Done.TAKEN
    assert runs.counts()["offers"] == 0
    assert do_job(replace(workshop, stopped=threading.Event()), job) is Done.DONE
    assert runs.counts()["offers"] == 12


def test_pauses_between_pages_end_when_the_program_stops(engine: Engine, tmp_path: Path) -> None:
    settings = replace(_settings(tmp_path), reader_page="https://kommune.example/", folder=tmp_path)
    workshop = open_workshop(engine, settings)
    assert workshop.fetcher is not None
    workshop.stopped.set()
    (tmp_path / "sources" / "hosts").mkdir(parents=True)
    diary = '{"day": "%s", "count": 1, "last_at": "%s", "hold_until": null}'
    now = workshop.now()
    (tmp_path / "sources" / "hosts" / "a.example.json").write_text(
        diary % (now.date(), now.isoformat())
    )
    with pytest.raises(Stopping):
        workshop.fetcher.fetch(Page("https://a.example/", frozenset({"a.example"})))


def test_nobody_is_asked_while_no_page_says_who_reads(engine: Engine, tmp_path: Path) -> None:
    workshop = open_workshop(engine, _settings(tmp_path))
    assert workshop.fetcher is None
    assert [job.name for job in jobs(workshop)] == ["prune-claims"]


def test_old_answers_are_removed_daily(runs: Runs, workshop: Workshop) -> None:
    site = put_up(runs.world, "table", teams(12))
    runs.world.site("anden.example", WRITERS["table"](teams(3)))
    do_what_is_due(workshop)
    kept = list(runs.folder.rglob("entries/*/*.json"))
    assert len(kept) == 4  # a page and a robots.txt of each
    change(site, {})
    old = (runs.now() - timedelta(days=1)).timestamp()
    for body in runs.folder.rglob("bodies/*/*"):
        os.utime(body, (old, old))
    runs.world.clock.now += timedelta(days=KEPT_DAYS + 1)
    do_job(workshop, the_job(jobs(workshop), "prune-answers"))
    assert list(runs.folder.rglob("entries/*/*.json")) == []
    assert [one for one in runs.folder.rglob("bodies/*/*") if one.is_file()] == []


def test_a_program_that_serves_does_what_is_due(runs: Runs, workshop: Workshop) -> None:
    site = put_up(runs.world, "table", teams(12))
    runs.world.site("anden.example", WRITERS["table"](teams(3)))
    live = LiveIndex(runs.engine, load_gazetteer(), load_vocabulary(), None)
    scheduler = start_jobs(live, workshop)
    try:
        found = {job.id: job for job in scheduler.get_jobs()}
        assert {"refresh-index", "fold-index", "embed-texts", "claimed-jobs"} == found.keys()
        found["claimed-jobs"].modify(next_run_time=datetime.now(UTC))
        until = time.monotonic() + 60
        while time.monotonic() < until and live.current().index.count < 15:
            time.sleep(0.05)
    finally:
        workshop.stopped.set()
        scheduler.shutdown()
    assert site.paths.count("/hold.csv") == 1
    assert live.current().index.count == 15  # citizens find them a second later


def test_a_job_that_is_none_is_named_with_those_there_are(workshop: Workshop) -> None:
    with pytest.raises(Missing, match="prune-claims"):
        the_job(jobs(workshop), "nope")
