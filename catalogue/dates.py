"""Days, periods and one-off meetings in clubs' own words.

As with times (catalogue.reading): what is certain is read, and everything else ends in
None, so that the caller keeps the words for a person. Words that contradict themselves, a
weekday that the day is not or a period that ends before it begins, raise Invalid: somebody
or something has mixed them up, which is worth saying.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from catalogue.errors import Invalid
from catalogue.reading import read_times
from catalogue.schedules import DAYS, Schedule
from catalogue.seasons import Period

LONGEST_TEXT = 300  # characters; a period is said in fewer
LONGEST_EVENT_DAYS = 7  # beyond a week "kl. 10-15" may not be meant for each day
_SEASON_STARTS = 8  # August: clubs' seasons run from August to July

_MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip
_MONTH = r"(?P<name>(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-zæøå]*)\.?"
_WEEKDAY = r"(?P<weekday>(?:man|tirs?|ons|tors?|fre|lør|søn)(?:dag(?:en)?)?)\b\.?,?"
_DAY = re.compile(
    rf"(?:{_WEEKDAY} ?)?(?:den |d\. ?)?"
    r"(?:(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    rf"|(?P<day>[0-9]{{1,2}})(?:\.? ?{_MONTH}(?: ?(?P<year>(?:19|20)[0-9]{{2}}))?"
    r"|(?P<sep>[./-]) ?(?P<month>[0-9]{1,2})(?:[./-](?P<year_of>(?:19|20)[0-9]{2}))?(?P<end>\.)?))"
    r"(?![0-9:])"
)
_DASH = re.compile(r" ?(?:[-–—−]|til(?: og med)?\b|t\.o\.m\.) ?")
_BEFORE = re.compile(r"(?:(?:periode|sæson|dato)n?:? ?)?(?:fra )?")
_TIMES = re.compile(r"(?P<days>.+?),? ?(?P<times>kl\b\.? ?.+)?")


@dataclass(frozen=True, slots=True)
class _Day:
    day: int
    month: int
    year: int | None
    weekday: int | None


@dataclass(frozen=True, slots=True)
class OneOff:
    """A meeting that happens once, or on some days in a row."""

    period: Period
    schedule: Schedule


def read_day(text: str) -> date | None:
    """One day with its year: `16. september 2026`, `16-09-2026`, `ons. d. 16. sep. 2026`.

    None = not sure, for example since the year is missing. Raises Invalid for a weekday
    that the day is not.
    """
    words = _words(text)
    found = _day_at(words, 0)
    if found is None or found[1] != len(words.rstrip(" .")):
        return None
    return _dated(found[0], found[0].year)


def read_period(text: str, on: date) -> Period | None:
    """From day to day: `01-08-2026 - 31-07-2027`, `1. september til 30. april`, `01.08 - 31.07`.

    on: today. A period without a year is the one that today lies in, or else the one of
    this season, August to July; None if that one is over, since it may be the next that is
    meant. A year that stands at the last day only holds for both. None = not sure. Raises
    Invalid for days that contradict each other or their weekdays.
    """
    words = _words(text)
    pair = _pair(words, _BEFORE.match(words))
    if pair is None or pair[2] != len(words.rstrip(" .")):
        return None
    first, last, _ = pair
    if first.year is None and last.year is None:
        return _in_season(first, last, on)
    days = _with_years(first, last)
    return None if days is None else Period(*days)


def read_one_off(text: str) -> OneOff | None:
    """When an event is: `Ons. d. 16. september 2026, kl. 10-15.`, and on up to seven days.

    The times are those of every day. None = not sure. Raises Invalid as `read_period`.
    """
    words = _words(text)
    parts = _TIMES.fullmatch(words)
    if parts is None:
        return None
    days = _event_days(parts["days"].rstrip(" .,"))
    if days is None:
        return None
    period = Period(*days)
    span = (days[1] - days[0]).days
    if span >= LONGEST_EVENT_DAYS:
        return OneOff(period, Schedule(original=text))
    weekdays = [(days[0] + timedelta(days=offset)).weekday() for offset in range(span + 1)]
    times = parts["times"] or ""
    read = [read_times(f"{DAYS[weekday]} {times}") for weekday in weekdays]
    if any(one.original for one in read):
        return OneOff(period, Schedule(original=text))
    return OneOff(period, Schedule(tuple(meeting for one in read for meeting in one.meetings)))


def _event_days(words: str) -> tuple[date, date] | None:
    single = _day_at(words, 0)
    if single is not None and single[1] == len(words):
        day = _dated(single[0], single[0].year)
        return None if day is None else (day, day)
    pair = _pair(words, _BEFORE.match(words))
    if pair is None or pair[2] != len(words):
        return None
    return _with_years(pair[0], pair[1])


def _words(text: str) -> str:
    return " ".join(text[: LONGEST_TEXT + 1].lower().split()) if len(text) <= LONGEST_TEXT else ""


def _pair(words: str, before: re.Match[str] | None) -> tuple[_Day, _Day, int] | None:
    """Two days with a dash between them, and where they end."""
    found = _day_at(words, before.end() if before else 0)
    if found is None:
        return _short_first(words, before.end() if before else 0)
    dash = _DASH.match(words, found[1])
    last = _day_at(words, dash.end()) if dash else None
    return None if last is None else (found[0], last[0], last[1])


_SHORT = re.compile(r"(?:den |d\. ?)?(?P<day>[0-9]{1,2})\.?(?= ?(?:[-–—−]|til\b))")


def _short_first(words: str, at: int) -> tuple[_Day, _Day, int] | None:
    """`4. - 5. juli 2026`, where the month stands at the last day only."""
    short = _SHORT.match(words, at)
    dash = _DASH.match(words, short.end()) if short else None
    last = _day_at(words, dash.end()) if dash else None
    if short is None or last is None:
        return None
    return _Day(int(short["day"]), last[0].month, last[0].year, None), last[0], last[1]


def _day_at(words: str, at: int) -> tuple[_Day, int] | None:
    found = _DAY.match(words, at)
    if found is None:
        return None
    weekday = DAYS.index(found["weekday"][:3]) if found["weekday"] else None
    if found["iso"]:
        iso = [int(part) for part in found["iso"].split("-")]
        return _Day(iso[2], iso[1], iso[0], weekday), found.end()
    month = _month(found)
    if month is None:
        return None
    year = found["year"] or found["year_of"]
    return _Day(int(found["day"]), month, int(year) if year else None, weekday), found.end()


def _month(found: Mapping[str, str | None] | re.Match[str]) -> int | None:
    if found["name"] is None:
        return int(found["month"] or 0)
    name = found["name"]
    matching = [place for place, month in enumerate(_MONTHS, start=1) if month.startswith(name)]
    return matching[0] if len(matching) == 1 or name == "sept" else _odd_month(name)


def _odd_month(name: str) -> int | None:
    """`mart.` and `sept.` are months; `maja` is not."""
    return {"sept": 9, "jan": 1, "jun": 6, "jul": 7}.get(name)


def _dated(day: _Day, year: int | None) -> date | None:
    if year is None:
        return None
    try:
        found = date(year, day.month, day.day)
    except ValueError:
        return None
    if day.weekday is not None and found.weekday() != day.weekday:
        raise Invalid(f"date {found}: is no {DAYS[day.weekday]}")
    return found


def _with_years(first: _Day, last: _Day) -> tuple[date, date] | None:
    if last.year is None:
        return None  # "1.9.2026 - 30.4": of next year, or until further notice?
    wraps = (first.month, first.day) > (last.month, last.day)
    year_of_first = first.year or (last.year - 1 if wraps else last.year)
    one, other = _dated(first, year_of_first), _dated(last, last.year)
    if one is None or other is None:
        return None
    if other < one:
        raise Invalid(f"period {one}/{other}: ends before it begins")
    return one, other


def _in_season(first: _Day, last: _Day, on: date) -> Period | None:
    wraps = (last.month, last.day) < (first.month, first.day)
    season = on.year if on.month >= _SEASON_STARTS else on.year - 1
    of_season = season if first.month >= _SEASON_STARTS else season + 1
    for year in (on.year - 1, on.year, of_season):
        begins, ends = _dated(first, year), _dated(last, year + wraps)
        if begins is None or ends is None:
            continue
        if begins <= on <= ends or (year == of_season and on < begins):
            return Period(begins, ends)
    return None
