"""The day in Denmark."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def day_in_denmark(at: datetime) -> date:
    """at: an aware time."""
    return at.astimezone(_COPENHAGEN).date()
