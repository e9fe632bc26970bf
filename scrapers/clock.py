"""The time of day in Denmark."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def in_denmark(at: datetime) -> datetime:
    """at: an aware time."""
    return at.astimezone(_COPENHAGEN)


def day_in_denmark(at: datetime) -> date:
    return in_denmark(at).date()
