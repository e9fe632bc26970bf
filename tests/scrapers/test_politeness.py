"""Pauses, budgets and holds: kept by every process and over restarts."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from catalogue.errors import Invalid
from scrapers.failures import NotFetched, Reason
from scrapers.politeness import Clock, Manners, read_retry_after, turn
from tests.scrapers.world import Reply, World

HOST = "klub.example"
URL = f"https://{HOST}/"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def world() -> Iterator[World]:
    with World() as one:
        yield one


def refused(world: World, folder: Path, **others: object) -> NotFetched:
    with pytest.raises(NotFetched) as caught:
        world.fetcher(folder, **others).fetch(world.page(URL))
    return caught.value


def test_two_requests_to_a_host_lie_at_least_five_seconds_apart(
    world: World, tmp_path: Path
) -> None:
    site = world.site(HOST, {"/": Reply(b"", 302, {"Location": "/b"}), "/b": Reply(b"x")})
    for _ in range(3):  # a new fetcher each time, as after a restart
        world.fetcher(tmp_path).fetch(world.page(URL))
    times = [one.at for one in site.asked]
    gaps = [(b - a).total_seconds() for a, b in pairwise(times)]
    assert len(gaps) == 6 and min(gaps) >= 5.0


def test_the_pause_has_some_chance_in_it(world: World, tmp_path: Path) -> None:
    chances = iter([0.25, 0.75, 0.5])
    clock = Clock(lambda: world.clock.now, world.clock.pause, lambda: next(chances))
    world.site(HOST, {"/": Reply(b"x")})
    for _ in range(3):
        world.fetcher(tmp_path, clock=clock).fetch(world.page(URL))
    assert world.clock.pauses == [5.5, 6.5, 6.0]


def test_another_host_need_not_wait(world: World, tmp_path: Path) -> None:
    world.site(HOST, {"/": Reply(b"x")})
    world.site("andre.example", {"/": Reply(b"x")})
    fetcher = world.fetcher(tmp_path)
    fetcher.fetch(world.page(URL))
    before = list(world.clock.pauses)
    fetcher.fetch(world.page("https://andre.example/"))
    assert len(world.clock.pauses) == len(before) + 1  # between its robots.txt and its page


def test_a_longer_delay_in_robots_is_obeyed(world: World, tmp_path: Path) -> None:
    site = world.site(HOST, {"/": Reply(b"x")})
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 60\n")
    world.fetcher(tmp_path).fetch(world.page(URL))
    assert site.asked[1].at - site.asked[0].at >= timedelta(seconds=60)


def test_a_delay_beyond_our_patience_is_said_with_the_time(world: World, tmp_path: Path) -> None:
    site = world.site(HOST, {"/": Reply(b"x")})
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 1800\n")
    failure = refused(world, tmp_path)
    assert failure.reason is Reason.WAIT
    assert failure.retry_at == site.asked[0].at + timedelta(minutes=30)
    world.clock.now = failure.retry_at
    assert world.fetcher(tmp_path).fetch(world.page(URL)).body == b"x"


def test_a_day_has_so_many_requests_and_no_more(world: World, tmp_path: Path) -> None:
    site = world.site(HOST, {"/": Reply(b"x")})
    manners = Manners(requests_a_day=3)
    for _ in range(2):
        world.fetcher(tmp_path, manners=manners).fetch(world.page(URL))
    failure = refused(world, tmp_path, manners=manners)
    assert (failure.reason, len(site.asked)) == (Reason.BUDGET, 3)
    assert failure.retry_at == datetime(2026, 12, 2, tzinfo=UTC)
    world.clock.now = failure.retry_at
    assert world.fetcher(tmp_path, manners=manners).fetch(world.page(URL)).body == b"x"


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (503, {"Retry-After": "3600"}, 3600),
        (429, {"Retry-After": "Tue, 01 Dec 2026 12:00:00 GMT"}, 7195),
        (429, {}, 900),
        (429, {"Retry-After": "soon"}, 900),
        (503, {"Retry-After": "99999999999"}, 86400),
    ],
)
def test_a_host_that_wants_to_be_left_alone_is(
    world: World, tmp_path: Path, status: int, headers: dict[str, str], seconds: int
) -> None:
    site = world.site(HOST, {"/": Reply(b"", status, headers)})
    assert refused(world, tmp_path).status == status
    failure = refused(world, tmp_path)
    assert (failure.reason, len(site.asked)) == (Reason.WAIT, 2)
    assert failure.retry_at == site.asked[-1].at + timedelta(seconds=seconds)
    site.pages["/"] = Reply(b"x")
    world.clock.now = failure.retry_at
    assert world.fetcher(tmp_path).fetch(world.page(URL)).body == b"x"


def test_a_failing_robots_file_can_ask_for_a_pause_too(world: World, tmp_path: Path) -> None:
    site = world.site(HOST)
    site.pages["/robots.txt"] = Reply(b"", 503, {"Retry-After": "3600"})
    assert refused(world, tmp_path).reason is Reason.ROBOTS
    assert refused(world, tmp_path).reason is Reason.WAIT


def test_a_wait_for_robots_is_over_when_it_was_said_to_be(world: World, tmp_path: Path) -> None:
    """Our own refusal is not taken for a robots.txt that could not be had."""
    site = world.site(HOST, {"/": Reply(b"x")})
    site.pages["/robots.txt"] = Reply(b"", 503, {"Retry-After": "360"})
    refused(world, tmp_path)
    fetcher = world.fetcher(tmp_path)
    with pytest.raises(NotFetched) as caught:
        fetcher.fetch(world.page(URL))
    assert caught.value.reason is Reason.WAIT and caught.value.retry_at is not None
    site.pages["/robots.txt"] = Reply(b"")
    world.clock.now = caught.value.retry_at
    assert fetcher.fetch(world.page(URL)).body == b"x"


def test_a_clock_that_was_put_back_does_not_stop_us_for_long(world: World, tmp_path: Path) -> None:
    world.site(HOST, {"/": Reply(b"x")})
    world.fetcher(tmp_path).fetch(world.page(URL))
    world.clock.now -= timedelta(days=300)
    world.clock.pauses.clear()
    world.fetcher(tmp_path).fetch(world.page(URL))
    assert world.clock.pauses == [5.0]


def test_a_diary_that_cannot_be_read_is_named(world: World, tmp_path: Path) -> None:
    world.site(HOST, {"/": Reply(b"x")})
    world.fetcher(tmp_path).fetch(world.page(URL))
    (tmp_path / "hosts" / f"{HOST}.json").write_text("{")
    with pytest.raises(Invalid, match=r"klub\.example\.json cannot be read"):
        world.fetcher(tmp_path).fetch(world.page(URL))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        (" 12 ", 12),
        ("Tue, 01 Dec 2026 10:00:30 GMT", 30),
        ("Tue, 01 Dec 2026 11:00:30 +0100", 30),
        ("Tue, 01 Dec 2026 10:00:30", 30),
        ("٣", None),
        ("-5", None),
        ("", None),
        (None, None),
        ("Tue, 99 Dec 2026", None),
    ],
)
def test_retry_after_is_read(value: str | None, seconds: int | None) -> None:
    now = datetime(2026, 12, 1, 10, tzinfo=UTC)
    expected = None if seconds is None else now + timedelta(seconds=seconds)
    assert read_retry_after(value, now) == expected


def test_threads_take_turns_at_a_host(tmp_path: Path) -> None:
    """By the real clock: the spans in which each holds its turn never meet."""
    spans = []
    clock = Clock(lambda: datetime.now(UTC), time.sleep, lambda: 0.0)

    def ask(_: int) -> None:
        with turn(tmp_path, HOST, manners=Manners(pause_seconds=0.05), clock=clock):
            began = time.monotonic()
            time.sleep(0.02)
            spans.append((began, time.monotonic()))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(ask, range(12)))
    spans.sort()
    assert all(b[0] - a[1] >= 0.045 for a, b in pairwise(spans))
    assert json.loads((tmp_path / f"{HOST}.json").read_text())["count"] == 12


HOLDER = """
import sys, time
from pathlib import Path
from scrapers.politeness import SYSTEM_CLOCK, Manners, turn
with turn(Path(sys.argv[1]), "klub.example", manners=Manners(), clock=SYSTEM_CLOCK):
    print("mine", flush=True)
    time.sleep(60)
"""


def test_a_process_waits_for_another_and_a_killed_one_leaves_no_lock(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"mine\n"
        clock = Clock(lambda: datetime.now(UTC), lambda seconds: None, lambda: 0.0)
        impatient = Manners(patience_seconds=0.3)
        with (
            pytest.raises(NotFetched, match="another process") as caught,
            turn(tmp_path, HOST, manners=impatient, clock=clock),
        ):
            pytest.fail("two had the turn")
        assert caught.value.reason is Reason.WAIT
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        with turn(tmp_path, HOST, manners=Manners(), clock=clock):
            diary = json.loads((tmp_path / f"{HOST}.json").read_text())
    assert diary["count"] == 2  # the request that was cut short counts
