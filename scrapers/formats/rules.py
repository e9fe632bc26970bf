"""Repeat rules of calendars (RFC 5545) as the weekly or monthly meetings that they are.

HSDS and iCal write the same rule in different clothes. What is no pattern of weeks, or of
the nth weekday of a month, raises Invalid; the caller keeps the words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from catalogue.errors import Invalid
from catalogue.schedules import Meeting, Weeks

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BYDAY = re.compile(r"(?P<nth>[+-]?[1-5])?(?P<day>MO|TU|WE|TH|FR|SA|SU)")
_KNOWN = {"FREQ", "INTERVAL", "BYDAY", "WKST", "UNTIL", "COUNT", "BYMONTH", "BYSETPOS"}


@dataclass(frozen=True, slots=True)
class Rule:
    freq: str
    """WEEKLY, MONTHLY, DAILY or YEARLY, in capitals."""
    interval: int
    byday: tuple[str, ...]
    others: frozenset[str] = frozenset()
    """Names of further parts of the rule that narrow it."""


def meetings(
    rule: Rule, first: date, starts: time | None, ends: time | None
) -> tuple[Meeting, ...]:
    """The meetings of a rule that begins on a day. Raises Invalid for what is no such pattern.

    Every second week is a matter of even or odd weeks only while no year of 53 weeks lies
    between; that is left to the caller, who knows the last day.
    """
    if rule.others:
        raise Invalid(f"a rule with {', '.join(sorted(rule.others))[:60]}")
    if rule.freq == "DAILY" and rule.interval == 1 and not rule.byday:
        return tuple(Meeting(day, starts, ends) for day in range(7))
    days = [_day(word) for word in rule.byday] or [(0, first.weekday())]
    if rule.freq == "WEEKLY" and rule.interval in (1, 2):
        if any(nth for nth, _ in days):
            raise Invalid("a weekly rule with the nth day of a month")
        weeks = Weeks.EVERY if rule.interval == 1 else _parity(first)
        return tuple(Meeting(day, starts, ends, weeks) for _, day in days)
    if rule.freq == "MONTHLY" and rule.interval == 1 and rule.byday:
        by_day: dict[int, list[int]] = {}
        for nth, day in days:
            if nth not in (1, 2, 3, 4, 5, -1):
                raise Invalid("a monthly rule without which of the month")
            by_day.setdefault(day, []).append(nth)
        return tuple(Meeting(day, starts, ends, nth=tuple(which)) for day, which in by_day.items())
    raise Invalid("neither every week, nor every second, nor a day of the month")


def _day(word: str) -> tuple[int, int]:
    found = _BYDAY.fullmatch(word.strip().upper())
    if found is None:
        raise Invalid("a weekday that is none")
    return int(found["nth"] or 0), _DAYS.index(found["day"])


def _parity(first: date) -> Weeks:
    return Weeks.EVEN if first.isocalendar().week % 2 == 0 else Weeks.ODD


def crosses_long_year(first: date, last: date) -> bool:
    """Whether a week 53 lies between: after it, every second week is the other parity."""
    years = range(first.year, min(last.year, first.year + 100) + 1)
    return any(
        (date(year, 12, 28).isocalendar().week == 53) and first <= date(year, 12, 31) < last
        for year in years
    )


def rule_of(parts: Mapping[str, Sequence[object]]) -> Rule:
    """A rule from its parts in capitals, each a list of values. Raises Invalid."""
    try:
        interval = int(str(next(iter(parts.get("INTERVAL", ())), 1)))
    except ValueError:
        raise Invalid("an interval that is no number") from None
    narrowing = {name for name in parts if name not in _KNOWN} | {
        name for name in ("BYMONTH", "BYSETPOS") if parts.get(name)
    }
    byday = tuple(str(word) for word in parts.get("BYDAY", ()))
    return Rule(
        freq=str(next(iter(parts.get("FREQ", ())), "")).upper(),
        interval=interval,
        byday=byday,
        others=frozenset(narrowing),
    )
