"""A hostile source among others: they are read as if it were not there."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from api.migrations.run import migrate_catalogue
from catalogue.database import open_database
from scrapers.outcomes import Outcome
from scrapers.wire import Limits
from tests.scrapers import attacks_around, attacks_http
from tests.scrapers.hostile import HOST
from tests.scrapers.hostile_formats import ANSWERS
from tests.scrapers.plain_teams import teams
from tests.scrapers.running import UNHURRIED, Runs
from tests.scrapers.world import Reply, World
from tests.scrapers.writers import put_up, source_of

MOST_SECONDS = 15.0
ATTACKS = attacks_http.ATTACKS | attacks_around.ATTACKS
GOOD = source_of("table")
BAD = source_of("html", name="ond", address=f"https://{HOST}/", hosts=(HOST,))
FORMAT_OF = {
    "json": "openactive",
    "xml": "nemtilmeld",
    "a call": "kultunaut",
    "a script of scripts": "jsonld",
    "a script": "conventus_holdoversigt",
    "ld+json": "jsonld",
    "microdata": "jsonld",
    "html": "html",
}
"""Whom an answer is meant for, by how its name begins; the others are for calendars."""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    found = open_database(f"sqlite:///{tmp_path / 'catalogue.sqlite'}")
    migrate_catalogue(found)
    yield found
    found.dispose()


def test_hostile_answers_leave_the_other_sources_as_they_are(
    engine: Engine, tmp_path: Path
) -> None:
    """Every hostile answer, with a deadline of half a second, between two runs of a good source."""
    ended = {}
    for number, (name, attack) in enumerate(ATTACKS.items()):
        with World() as world:
            runs = Runs(engine, world, tmp_path / str(number))
            world.clock.now = world.clock.now.replace(hour=0)
            runs.begin_at(1000 * number)
            limits = Limits(seconds=0.5) if attack.is_slow else Limits()
            runs.fetcher = world.fetcher(runs.folder, limits=limits, manners=UNHURRIED)
            attack.set_up(world)
            put_up(world, "table", teams(12))
            hosts = tuple(world.names)
            ended[name] = runs.run(replace(BAD, hosts=hosts)).outcome
            assert runs.run(GOOD).outcome is Outcome.PUBLISHED, name
    assert len(ended) >= 40
    assert set(ended.values()) <= {Outcome.NOT_READ, Outcome.QUARANTINED}
    assert runs.counts()["offers"] == 12


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_pages_made_to_hurt_leave_the_other_sources_as_they_are(
    engine: Engine, tmp_path: Path
) -> None:
    ended = {}
    with World() as world:
        runs = Runs(engine, world, tmp_path)
        put_up(world, "table", teams(12))
        for number, (name, content) in enumerate(ANSWERS.items()):
            format_name = next(
                (FORMAT_OF[one] for one in FORMAT_OF if name.startswith(one)), "ical"
            )
            good = source_of(format_name)
            path = good.address.partition(".example")[2]
            host = f"ond-{number}.example"
            world.site(host, {path: Reply(content)})
            bad = replace(
                good, name=f"ond-{number}", address=f"https://{host}{path}", hosts=(host,)
            )
            began = time.monotonic()
            ended[name] = format_name, runs.run(bad, days=0.01).outcome
            assert time.monotonic() - began < MOST_SECONDS, name
            report = runs.run(GOOD, days=0.01)
            assert (report.outcome, report.counts["rows"]) == (Outcome.PUBLISHED, 12), name
    for name, (format_name, outcome) in ended.items():
        allowed = {Outcome.NOT_READ, Outcome.QUARANTINED}
        if format_name == "ical":  # an event whose rule is refused is an event all the same
            allowed.add(Outcome.PUBLISHED)
        assert outcome in allowed, name
    assert runs.counts()["withdrawn"] == 0
