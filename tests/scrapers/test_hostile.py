"""Hostile answers by real servers: each is stopped in time and memory, and leaves no trace."""

import gzip
import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scrapers.failures import NotFetched, Reason
from scrapers.inflate import Unpacker
from scrapers.wire import Limits
from tests.scrapers import attacks_around, attacks_http
from tests.scrapers.hostile import HOST, Attack
from tests.scrapers.world import Reply, World

ROOT = Path(__file__).parents[2]
ATTACKS = attacks_http.ATTACKS | attacks_around.ATTACKS
MOST_SECONDS = 15.0
MOST_MEGABYTES = 100.0


@pytest.fixture
def world() -> Iterator[World]:
    with World() as one:
        yield one


def test_there_are_at_least_forty() -> None:
    assert len(ATTACKS) >= 40
    assert len(ATTACKS) == len(attacks_http.ATTACKS) + len(attacks_around.ATTACKS)


@pytest.mark.parametrize("name", ATTACKS)
def test_a_hostile_answer_ends_in_a_refusal_that_says_why(
    world: World, tmp_path: Path, name: str
) -> None:
    """With a deadline of a second, so that the slow ones do not hold up the tests."""
    one = ATTACKS[name]
    one.set_up(world)
    limits = Limits(seconds=1.0) if one.is_slow else Limits()
    fetcher = world.fetcher(tmp_path, limits=limits)
    began = time.monotonic()
    try:
        fetcher.fetch(world.page(f"https://{HOST}/"))
        reason = None
    except NotFetched as error:
        reason = error.reason
        assert HOST in str(error) or "fremmed.example" in str(error) or "address" in str(error)
    assert reason in one.ends
    assert time.monotonic() - began < (1.5 if one.is_slow else MOST_SECONDS)


def test_the_time_is_up_also_for_a_server_that_keeps_us_busy(world: World, tmp_path: Path) -> None:
    ATTACKS["endless_body"].set_up(world)
    limits = Limits(seconds=0.4, wire_bytes=10**11, body_bytes=10**9)
    began = time.monotonic()
    with pytest.raises(NotFetched) as caught:
        world.fetcher(tmp_path, limits=limits).fetch(world.page(f"https://{HOST}/"))
    assert caught.value.reason is Reason.TIME
    assert time.monotonic() - began < 2.0


def test_a_bomb_is_unpacked_in_small_pieces() -> None:
    """All that one read brings may be worth sixty megabytes; the limit must hold within it."""
    bomb = gzip.compress(bytes(60_000_000))
    tracemalloc.start()
    with pytest.raises(NotFetched, match="more than 100,000 bytes unpacked"):
        Unpacker("gzip", 100_000).add(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


@pytest.mark.parametrize("name", ["gzip_bomb", "endless_body", "shorter_than_announced"])
def test_nothing_of_a_refused_answer_is_kept(world: World, tmp_path: Path, name: str) -> None:
    ATTACKS[name].set_up(world)
    with pytest.raises(NotFetched):
        world.fetcher(tmp_path).fetch(world.page(f"https://{HOST}/"))
    entries = [json.loads(one.read_text()) for one in tmp_path.rglob("entries/*/*.json")]
    assert [one["url"] for one in entries] == [f"https://{HOST}/robots.txt"]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_hostile_answer_is_stopped_in_time_and_memory(tmp_path: Path) -> None:
    """Each with the limits that are in force, in a process of its own, which tells its peak."""
    with ThreadPoolExecutor(2) as pool:  # the machine's two cores
        told = dict(
            zip(
                ATTACKS,
                pool.map(lambda item: measured(*item, tmp_path / item[0]), ATTACKS.items()),
                strict=True,
            )
        )
    for name, one in sorted(told.items(), key=lambda item: -item[1]["megabytes"]):
        print(f"{name:45} {one['seconds']:6.2f} s {one['megabytes']:6.1f} MB {one['reason']}")
    assert {name for name, one in told.items() if one["reason"] not in ATTACKS[name].ends} == set()
    assert {name for name, one in told.items() if one["seconds"] > MOST_SECONDS} == set()
    assert {name for name, one in told.items() if one["megabytes"] > MOST_MEGABYTES} == set()


def measured(name: str, one: Attack, folder: Path) -> dict:
    with World() as world:
        one.set_up(world)
        return fetch_in_a_process(world, f"https://{HOST}/", folder)


def fetch_in_a_process(world: World, url: str, folder: Path) -> dict:
    told = {
        "url": url,
        "names": world.names,
        "doors": [[*place, *door] for place, door in world.doors.items()],
        "authority": world.authority.cert_pem.bytes().decode(),
        "folder": str(folder),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.scrapers.one_fetch"],
        cwd=ROOT,
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def test_a_process_that_fetches_a_good_page_tells_its_peak(world: World, tmp_path: Path) -> None:
    """The measure itself: a page of nine megabytes is had, and seen in the memory."""
    world.site("lille.example", {"/": Reply(b"x")})
    world.site("stor.example", {"/": Reply(b"x" * 4_500_000)})
    small = fetch_in_a_process(world, "https://lille.example/", tmp_path)
    large = fetch_in_a_process(world, "https://stor.example/", tmp_path)
    assert small["reason"] is None and large["reason"] is None
    assert small["megabytes"] + 4 < large["megabytes"] < MOST_MEGABYTES
