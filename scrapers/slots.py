"""The times at which something is done that has a rhythm, each with a name of its own."""

from datetime import datetime
from zlib import crc32

from scrapers.clock import in_denmark
from scrapers.sources import Rhythm

_FROM_MINUTE, _MINUTES = 60, 240
"""Nightly work begins between one and five, each job at a minute of its own."""


def slot_of(rhythm: Rhythm, at: datetime) -> str:
    """The slot that a moment lies in, by the clock of Denmark; by UTC for hours."""
    local = in_denmark(at)
    if rhythm is Rhythm.HOURLY:
        return f"{at:%Y-%m-%dT%H}"
    if rhythm is Rhythm.WEEKLY:
        year, week, _ = local.isocalendar()
        return f"{year}-W{week:02}"
    return f"{local:%Y-%m}" if rhythm is Rhythm.MONTHLY else f"{local:%Y-%m-%d}"


def has_begun(job: str, rhythm: Rhythm, at: datetime) -> bool:
    """Whether the job's minute has come in the slot that a moment lies in."""
    local = in_denmark(at)
    is_first_day = (
        rhythm is Rhythm.DAILY
        or (rhythm is Rhythm.WEEKLY and local.isoweekday() == 1)
        or (rhythm is Rhythm.MONTHLY and local.day == 1)
    )
    if not is_first_day:
        return True
    minute = _FROM_MINUTE + crc32(job.encode()) % _MINUTES
    return local.hour * 60 + local.minute >= minute
