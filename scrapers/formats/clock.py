"""Moments as feeds write them, on the wall clocks of Denmark."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from catalogue.schedules import Meeting
from catalogue.seasons import FIRST_YEAR, LAST_YEAR

DENMARK = ZoneInfo("Europe/Copenhagen")
_MILLISECONDS = re.compile(r"[0-9]{12,13}")


def moment(value: object) -> datetime | date | None:
    """A moment on the wall clock of Denmark, without a zone; a day where no time is given.

    Reads ISO 8601 (with or without a zone, `T` or a space) and milliseconds since 1970.
    None = it cannot be read, or lies outside the years of a catalogue.
    """
    if isinstance(value, bool) or value is None:
        return None
    words = str(value).strip()[:40]
    try:
        if _MILLISECONDS.fullmatch(words):
            found = datetime.fromtimestamp(int(words) / 1000, UTC)
        elif len(words) == 10:
            return _in_range(date.fromisoformat(words))
        else:
            found = datetime.fromisoformat(words)
        return _in_range(on_the_wall(found))
    except (ValueError, OverflowError, OSError):
        return None


def on_the_wall(found: datetime) -> datetime:
    """The same moment on the wall clock of Denmark; one without a zone is there already."""
    if found.tzinfo is not None:
        found = found.astimezone(DENMARK).replace(tzinfo=None)
    return found.replace(second=0, microsecond=0, fold=0)


def _in_range(found: date) -> date | datetime | None:
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def day_of(found: date | datetime) -> date:
    return found.date() if isinstance(found, datetime) else found


def meeting(starts: datetime, ends: datetime | None) -> Meeting:
    """The weekly pattern's meeting that one event is; an end a day or more later is none."""
    lasts = None if ends is None else ends - starts
    known = lasts is not None and timedelta(0) < lasts < timedelta(days=1)
    return Meeting(
        starts.weekday(),
        time(starts.hour, starts.minute),
        time(ends.hour, ends.minute) if known and ends is not None else None,
    )
