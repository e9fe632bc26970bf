"""Season and days without: `2026-09-01/2027-04-30` and `2026-12-21/2027-01-03; 2027-02-15`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from catalogue.errors import Invalid

FIRST_YEAR, LAST_YEAR = 1990, 2100  # outside these a date in a catalogue is a slip of the pen
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included. Raises Invalid if it cannot be."""

    first: date | None
    """None = open towards the past."""
    last: date | None
    """None = until further notice."""

    def __post_init__(self) -> None:
        if self.first is None and self.last is None:
            raise Invalid("period without a first or a last day")
        for day in (self.first, self.last):
            if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
                raise Invalid(f"date {day}: the year must be {FIRST_YEAR} to {LAST_YEAR}")
        if self.first and self.last and self.last < self.first:
            raise Invalid(f"period {self.first}/{self.last}: ends before it begins")


Exceptions = tuple[Period, ...]
"""Periods closed at both ends, sorted, each once; a single day is a period of one day."""


def covers(period: Period, day: date) -> bool:
    return (period.first is None or period.first <= day) and (
        period.last is None or day <= period.last
    )


def parse_period(cell: str) -> Period:
    """`2026-09-01/2027-04-30`; either end may be left out, a date alone is that one day.

    Raises Invalid naming what is wrong; also for an empty cell.
    """
    first, slash, last = (word.strip() for word in cell.strip().partition("/"))
    if not slash:
        last = first
    return Period(_date(first), _date(last))


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        if not _ISO_DATE.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"date {text[:40]!r}: write a real day as 2026-09-01") from error


def format_period(period: Period) -> str:
    """The cell that `parse_period` reads back; always with a slash."""
    return "/".join("" if day is None else day.isoformat() for day in (period.first, period.last))


def parse_exceptions(cell: str) -> Exceptions:
    """Days and periods with semicolons between; an empty cell gives none. Raises Invalid."""
    periods = {parse_period(part) for part in cell.split(";") if part.strip()}
    return _checked(periods)


def _checked(periods: set[Period]) -> Exceptions:
    bounded: list[tuple[date, date]] = []
    for period in periods:
        if period.first is None or period.last is None:
            raise Invalid(f"exception {format_period(period)}: give its first and its last day")
        bounded.append((period.first, period.last))
    return tuple(Period(first, last) for first, last in sorted(bounded))


def format_exceptions(exceptions: Exceptions) -> str:
    """The cell that `parse_exceptions` reads back; one day is written once."""
    return "; ".join(
        period.first.isoformat()
        if period.first is not None and period.first == period.last
        else format_period(period)
        for period in _checked(set(exceptions))
    )


def period_to_json(period: Period) -> dict[str, str | None]:
    """`{"first": "2026-09-01" or null, "last": ...}`."""
    return {
        "first": period.first.isoformat() if period.first else None,
        "last": period.last.isoformat() if period.last else None,
    }


def period_from_json(stored: object) -> Period:
    """The reverse of `period_to_json`. Raises Invalid for anything else."""
    if not isinstance(stored, Mapping) or set(stored) != {"first", "last"}:
        raise Invalid("stored period cannot be read: first and last expected")
    first, last = stored["first"], stored["last"]
    if not isinstance(first, str | None) or not isinstance(last, str | None):
        raise Invalid("stored period cannot be read: its days are no text")
    return Period(_date(first or ""), _date(last or ""))


def exceptions_to_json(exceptions: Exceptions) -> list[dict[str, str | None]]:
    """A list of periods, each as `period_to_json` writes it."""
    return [period_to_json(period) for period in _checked(set(exceptions))]


def exceptions_from_json(stored: object) -> Exceptions:
    """The reverse of `exceptions_to_json`. Raises Invalid for anything else."""
    if not isinstance(stored, list):
        raise Invalid("stored exceptions cannot be read: a list expected")
    return _checked({period_from_json(period) for period in stored})
