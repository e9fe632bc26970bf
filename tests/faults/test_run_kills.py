"""Runs that are killed at any moment, and runs of two processes for one slot."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from api.migrations.run import migrate_catalogue
from catalogue.database import open_database, reading
from catalogue.models import Change, Offer
from catalogue.run_models import SourceRun
from tests.scrapers.plain_teams import Team, teams
from tests.scrapers.world import Site, World
from tests.scrapers.writers import WRITERS, change, put_up

ROOT = Path(__file__).parents[2]
ROWS = 500


class Runner:
    """Processes that run the table of a world."""

    def __init__(self, world: World, database: str, folder: Path) -> None:
        self._told = {
            "names": world.names,
            "doors": [[*place, *door] for place, door in world.doors.items()],
            "authority": world.authority.cert_pem.bytes().decode(),
            "folder": str(folder),
            "database": database,
            "format": "table",
        }

    def start(self, slot: str) -> "subprocess.Popen[str]":
        """A process that waits to be told to go."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.scrapers.one_run"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        tell(process, json.dumps({**self._told, "slot": slot}))
        assert hear(process) == "ready"
        return process


def tell(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def hear(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def finish(process: "subprocess.Popen[str]") -> str:
    """What became of a run that is told to go."""
    tell(process, "go")
    word = hear(process)
    if word == "go":
        word = hear(process)
    leave(process)
    return word


def leave(process: "subprocess.Popen[str]") -> None:
    process.wait(timeout=120)
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()


def version(number: int) -> list[Team]:
    """Two in five cost something else in each version, and one is new."""
    found = [
        replace(team, price=1000 + number) if team.number % 5 < 2 else team for team in teams(ROWS)
    ]
    return found + teams(number, first=ROWS + 1)


def published_version(engine: Engine) -> int:
    """Which version the catalogue holds; fails if it holds parts of two."""
    with reading(engine) as session:
        offers = [facts for (facts,) in session.execute(select(Offer.facts))]
        runs = session.scalars(select(SourceRun.outcome)).all()
        numbers = session.scalars(select(Change.number).order_by(Change.number)).all()
    prices = {facts["price"][0]["kr"] for facts in offers} - {"200"}
    assert len(prices) == 1, f"parts of several versions: {prices}"
    found = int(prices.pop()) - 1000
    assert len(offers) == ROWS + found
    assert numbers == list(range(1, len(numbers) + 1))
    assert set(runs) == {"published"}
    return found


def kill_often(folder: Path, times: int, seed: int) -> None:
    draw = random.Random(seed)
    database = f"sqlite:///{folder / 'catalogue.sqlite'}"
    engine = open_database(database)
    migrate_catalogue(engine)
    landed = {"before": 0, "after": 0}
    with World() as world:
        site: Site = put_up(world, "table", version(0))
        runner = Runner(world, database, folder / "answers")
        assert finish(runner.start("first")) == "published"
        seconds = 0.0
        for number in range(1, times + 1):
            change(site, WRITERS["table"](version(number)))
            process = runner.start(f"killed {number}")
            tell(process, "go")
            assert hear(process) == "go"
            time.sleep(draw.uniform(0.0, 1.1) * (seconds or 1.0))
            os.kill(process.pid, signal.SIGKILL)
            leave(process)
            held = published_version(engine)
            assert held in (number - 1, number)
            landed["after" if held == number else "before"] += 1
            began = time.monotonic()
            process = runner.start(f"after {number}")
            began = time.monotonic()
            assert finish(process) == "published"
            if held != number:
                seconds = time.monotonic() - began
            assert published_version(engine) == number
    engine.dispose()
    print(f"{times} kills: {landed['before']} before the commit, {landed['after']} after it")
    assert landed["before"] > 0


def test_a_killed_run_publishes_nothing_by_halves(tmp_path: Path) -> None:
    kill_often(tmp_path, 3, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_fifty_killed_runs_publish_nothing_by_halves(tmp_path: Path) -> None:
    kill_often(tmp_path, 50, seed=706)


@pytest.mark.timeout(600)
def test_two_processes_never_commit_the_same_slot_twice(engine: Engine, tmp_path: Path) -> None:
    database = engine.url.render_as_string(hide_password=False)
    with World() as world:
        put_up(world, "table", teams(12))
        runner = Runner(world, database, tmp_path)
        for slot in ("one", "two", "three"):
            pair = [runner.start(slot), runner.start(slot)]
            for process in pair:
                tell(process, "go")
            words = []
            for process in pair:
                word = hear(process)
                words.append(hear(process) if word == "go" else word)
                leave(process)
            assert sorted(words) == ["published", "taken"]
    with reading(engine) as session:
        slots = session.scalars(select(SourceRun.slot)).all()
    assert sorted(slots) == ["one", "three", "two"]
