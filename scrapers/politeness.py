"""One request at a time to a host, with a pause between, and so many a day.

What each host was asked is kept in a small file, which is locked while a request runs. So two
processes on one machine never ask the same host at once, a restart forgets nothing, and a killed
process leaves no lock behind: the operating system takes it back.
"""

import fcntl
import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from catalogue.errors import Invalid
from scrapers.failures import NotFetched, Reason


@dataclass(frozen=True, slots=True)
class Manners:
    pause_seconds: float = 5.0
    """Least time from the end of one request to the beginning of the next."""
    jitter_seconds: float = 2.0
    """Up to this much is added by chance, so that visits do not fall on the stroke."""
    requests_a_day: int = 500
    """Per host, robots.txt and redirects included, by the date in UTC."""
    patience_seconds: float = 300.0
    """A longer wait is not waited for: the fetch fails and says when to come back."""
    longest_hold: timedelta = timedelta(days=1)
    """A Retry-After is obeyed up to this."""
    hold_without_word: timedelta = timedelta(minutes=15)
    """When a host says too many requests (429) but not for how long."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as the pauses see it; tests have one in which pauses take no time."""

    now: Callable[[], datetime]
    pause: Callable[[float], None]
    chance: Callable[[], float]
    """0 <= chance < 1"""


SYSTEM_CLOCK = Clock(lambda: datetime.now(UTC), time.sleep, random.SystemRandom().random)


class Turn:
    """The right to ask a host once."""

    def __init__(self) -> None:
        self.hold_until: datetime | None = None
        """Set by whoever reads the answer: the host wants to be left alone until then."""


@contextmanager
def turn(
    folder: Path, host: str, *, manners: Manners, clock: Clock, delay: float | None = None
) -> Iterator[Turn]:
    """Wait for our turn at `host` and hold it until the block ends, also if it fails.

    delay: seconds between requests that the site's robots.txt asks for.
    Raises NotFetched (BUDGET, WAIT) without having waited, and Invalid if the file is unusable.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(folder / f"{host}.lock", host, manners, clock):
        file = folder / f"{host}.json"
        diary = _read(file)
        wait = _wait(diary, clock.now(), max(manners.pause_seconds, delay or 0.0), manners, host)
        if wait > 0:
            clock.pause(wait + manners.jitter_seconds * clock.chance())
        now = clock.now()
        today = now.date().isoformat()
        count = diary.count + 1 if diary.day == today else 1
        # Written before the request: one that is cut short was a request all the same.
        _write(file, _Diary(today, count, now, diary.hold_until))
        mine = Turn()
        try:
            yield mine
        finally:
            longest = clock.now() + manners.longest_hold
            hold = min(mine.hold_until, longest) if mine.hold_until else diary.hold_until
            _write(file, _Diary(today, count, clock.now(), hold))


def read_retry_after(value: str | None, now: datetime) -> datetime | None:
    """The header Retry-After, in seconds or as a date; None if it says nothing usable."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return now + timedelta(seconds=min(int(text[:12]), 10**9))
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Diary:
    """What a host was asked."""

    day: str = ""
    count: int = 0
    """Requests on that day"""
    last_at: datetime | None = None
    hold_until: datetime | None = None


def _wait(diary: _Diary, now: datetime, gap: float, manners: Manners, host: str) -> float:
    """Seconds until the next request may begin; 0 if it may now."""
    if diary.day == now.date().isoformat() and diary.count >= manners.requests_a_day:
        tomorrow = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
        raise NotFetched(
            Reason.BUDGET, f"{host}: {diary.count} requests today are enough", retry_at=tomorrow
        )
    ready = now
    if diary.last_at is not None:
        # A time to come means that the clock was put back: then it counts as now.
        ready = min(diary.last_at, now) + timedelta(seconds=gap)
    if diary.hold_until is not None:
        ready = max(ready, min(diary.hold_until, now + manners.longest_hold))
    wait = (ready - now).total_seconds()
    if wait > manners.patience_seconds:
        raise NotFetched(
            Reason.WAIT,
            f"{host}: wants to be left alone until {ready:%F %H:%M} UTC",
            retry_at=ready,
        )
    return max(0.0, wait)


@contextmanager
def _locked(file: Path, host: str, manners: Manners, clock: Clock) -> Iterator[None]:
    with file.open("a") as handle:
        deadline = time.monotonic() + manners.patience_seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    retry_at = clock.now() + timedelta(seconds=manners.patience_seconds)
                    why = f"{host}: another process asks it"
                    raise NotFetched(Reason.WAIT, why, retry_at=retry_at) from error
                time.sleep(0.05)
        yield


def _read(file: Path) -> _Diary:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return _Diary()
    try:
        stored = json.loads(text)
        return _Diary(
            str(stored["day"]),
            int(stored["count"]),
            _time(stored["last_at"]),
            _time(stored["hold_until"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(f"{file.name} cannot be read; remove it to begin the day anew") from error


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def _write(file: Path, diary: _Diary) -> None:
    stored = {
        "day": diary.day,
        "count": diary.count,
        "last_at": diary.last_at and diary.last_at.isoformat(),
        "hold_until": diary.hold_until and diary.hold_until.isoformat(),
    }
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps(stored), encoding="utf-8")
    beside.replace(file)
