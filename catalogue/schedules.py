"""When an offer meets: weekly times, as the table of offers writes them, and next dates.

Times are wall-clock times in Denmark without a zone, since a club that meets at 19:00 does
so in summer and winter. Even and odd weeks are ISO week numbers: week 53 is followed by
week 1, so two odd weeks can stand side by side. Seasons and days without are in `seasons`,
free text of clubs in `reading`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from catalogue.errors import Invalid
from catalogue.seasons import Exceptions, Period, covers

DAYS = ("man", "tir", "ons", "tor", "fre", "lør", "søn")
HORIZON_DAYS = 400  # a little over a year: a yearly pause must not hide the next season
SLACK_MINUTES = 15  # coming or leaving a quarter of an hour off is possible in most clubs
_DAY_MINUTES = 24 * 60
_WEEK_MINUTES = 7 * _DAY_MINUTES


class Weeks(StrEnum):
    EVERY = "every"
    EVEN = "even"
    ODD = "odd"


_WEEK_ORDER = {Weeks.EVERY: 0, Weeks.EVEN: 1, Weeks.ODD: 2}
_WEEK_WORDS = {Weeks.EVERY: "", Weeks.EVEN: "lige ", Weeks.ODD: "ulige "}


@dataclass(frozen=True, slots=True)
class Meeting:
    """One weekly (or biweekly, or monthly) meeting. Raises Invalid if it cannot be."""

    weekday: int
    """0 = Monday .. 6 = Sunday."""
    starts: time | None = None
    """To the minute; None = not known."""
    ends: time | None = None
    """None = not known; earlier than `starts` = on the next day."""
    weeks: Weeks = Weeks.EVERY
    nth: tuple[int, ...] = ()
    """Which ones of the month, 1..5 or -1 = the last; empty = not monthly."""

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise Invalid(f"weekday {self.weekday}: use 0 (Monday) to 6 (Sunday)")
        for clock in (self.starts, self.ends):
            if clock and (clock.second or clock.microsecond or clock.tzinfo):
                raise Invalid(f"time {clock}: use hours and minutes without a time zone")
        if self.ends is not None and self.starts is None:
            raise Invalid(f"end {self.ends:%H:%M} without a start")
        if self.starts is not None and self.starts == self.ends:
            raise Invalid(f"start and end are both {self.starts:%H:%M}")
        if any(n not in (1, 2, 3, 4, 5, -1) for n in self.nth):
            raise Invalid(f"meeting of the month {self.nth}: use 1 to 5, or -1 for the last")
        if self.nth and self.weeks is not Weeks.EVERY:
            raise Invalid("even or odd weeks and a day of the month do not go together")
        object.__setattr__(self, "nth", tuple(sorted(set(self.nth), key=lambda n: n % 7)))


def in_order(meeting: Meeting) -> tuple[int, bool, time, bool, time, int, tuple[int, ...]]:
    """The key that meetings are sorted by: weekday, start, end (unknown first), pattern."""
    return (
        meeting.weekday,
        meeting.starts is not None,
        meeting.starts or time.min,
        meeting.ends is not None,
        meeting.ends or time.min,
        _WEEK_ORDER[meeting.weeks],
        meeting.nth,
    )


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that is known of when an offer meets; neither meetings nor text = nothing."""

    meetings: tuple[Meeting, ...] = ()
    """Sorted, each once."""
    original: str | None = None
    """The source's own words where they could not be read exactly, spaces made single."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "meetings", tuple(sorted(set(self.meetings), key=in_order)))
        object.__setattr__(self, "original", " ".join((self.original or "").split()) or None)


class Occurrence(NamedTuple):
    on: date
    starts: time | None
    ends: time | None


# --- the table's own way of writing -----------------------------------------------------

_CLOCK = r"[0-9]{1,2}(?:[:.][0-9]{2})?"
_DAY = r"(?:(?:man|tirs|ons|tors|fre|lør|søn)dage?|man|tirs?|ons|tors?|fre|lør|søn)\.?"
_NTH = r"(?:[1-5]\.|sidste)"
_AND = r" ?(?:\+|,|\bog\b) ?"
_DASH = r" ?(?:[-–—−]|\btil\b) ?"
_PART = re.compile(
    rf"(?:(?P<weeks>u?lige) (?:uger? )?|(?P<nth>{_NTH}(?:{_AND}{_NTH})*) ?)?"
    rf"(?:(?P<first>{_DAY}){_DASH}(?P<last>{_DAY})|(?P<days>{_DAY}(?:{_AND}{_DAY})*))"
    rf"(?:,? ?(?:\bkl\b\.? ?)?(?P<starts>{_CLOCK})(?:{_DASH}(?:kl\b\.? ?)?(?P<ends>{_CLOCK}))?)?",
    re.IGNORECASE,
)
_CELL = re.compile(r' ?(?:"(?P<original>(?:[^"]|"")*)" ?|(?P<part>[^";]*))(?:;|$)')


def parse_times(cell: str) -> Schedule:
    """The times of one cell: `tir 19:00-20:30; ulige ons 14:00-16:00; 2.+4. man 19:00`.

    A part in straight double quotes is text that is kept as it is. An empty cell gives the
    empty Schedule. Raises Invalid naming the part that cannot be read.
    """
    text = " ".join(cell.split())
    meetings: list[Meeting] = []
    originals: list[str] = []
    at = 0
    while at < len(text):
        found = _CELL.match(text, at)
        if found is None:
            raise Invalid(f"times {_short(text[at:])}: text in quotes must stand alone in a part")
        at = found.end()
        if found["original"] is not None:
            originals.append(found["original"].replace('""', '"').strip())
        elif part := found["part"].strip():
            meetings.extend(_meetings(part))
    return Schedule(tuple(meetings), "; ".join(filter(None, originals)))


def _meetings(part: str) -> Iterator[Meeting]:
    found = _PART.fullmatch(part)
    if found is None:
        raise Invalid(f"times {_short(part)}: write for example tir 19:00-20:30")
    weeks = Weeks.EVERY
    if found["weeks"]:
        weeks = Weeks.ODD if found["weeks"].lower() == "ulige" else Weeks.EVEN
    try:
        starts = _clock(found["starts"])
        ends = _clock(found["ends"], end=True)
        for weekday in _weekdays(found):
            yield Meeting(weekday, starts, ends, weeks, _nth(found["nth"]))
    except Invalid as error:
        raise Invalid(f"times {_short(part)}: {error}") from error


def _short(text: str) -> str:
    """The text for a message, at most 40 characters of it."""
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def _weekdays(found: re.Match[str]) -> list[int]:
    if found["days"]:
        return [weekday_of(day) for day in re.findall(_DAY, found["days"], re.IGNORECASE)]
    first, last = weekday_of(found["first"]), weekday_of(found["last"])
    if last <= first:
        raise Invalid("the last day comes before the first")
    return list(range(first, last + 1))


def weekday_of(word: str) -> int:
    """0..6 for a Danish weekday or its three letters; only for words that are one."""
    return DAYS.index(word[:3].lower())


def _nth(words: str | None) -> tuple[int, ...]:
    found = re.findall(_NTH, words or "", re.IGNORECASE)
    return tuple(-1 if word.lower() == "sidste" else int(word[0]) for word in found)


def _clock(word: str | None, end: bool = False) -> time | None:
    if word is None:
        return None
    hours, _, minutes = word.replace(".", ":").partition(":")
    hour, minute = int(hours), int(minutes or 0)
    if end and (hour, minute) == (24, 0):
        return time(0)
    if hour > 23 or minute > 59:
        raise Invalid(f"there is no time {word}")
    return time(hour, minute)


def format_times(schedule: Schedule) -> str:
    """The cell that `parse_times` reads back to the same Schedule; empty for an empty one."""
    parts = [_format_meeting(meeting) for meeting in schedule.meetings]
    if schedule.original:
        parts.append('"{}"'.format(schedule.original.replace('"', '""')))
    return "; ".join(parts)


def _format_meeting(meeting: Meeting) -> str:
    nth = "+".join("sidste" if n == -1 else f"{n}." for n in meeting.nth)
    text = _WEEK_WORDS[meeting.weeks] + (f"{nth} " if nth else "") + DAYS[meeting.weekday]
    if meeting.starts is not None:
        text += f" {meeting.starts:%H:%M}"
    if meeting.ends is not None:
        text += f"-{meeting.ends:%H:%M}"
    return text


# --- dates ------------------------------------------------------------------------------


def meets_on(meeting: Meeting, day: date) -> bool:
    """True if the weekly pattern has a meeting on that day; season and pauses aside."""
    if day.weekday() != meeting.weekday:
        return False
    if meeting.weeks is not Weeks.EVERY:
        return (day.isocalendar().week % 2 == 0) == (meeting.weeks is Weeks.EVEN)
    if meeting.nth:
        last = (day + timedelta(days=7)).month != day.month
        return (day.day - 1) // 7 + 1 in meeting.nth or (last and -1 in meeting.nth)
    return True


def next_dates(
    schedule: Schedule,
    *,
    after: date,
    period: Period | None = None,
    exceptions: Exceptions = (),
    count: int = 3,
) -> list[Occurrence]:
    """The next `count` meetings on days later than `after`, in order of time.

    Fewer, or none, if the season or the horizon of 400 days ends before. A meeting that
    begins on a day without is left out, also if it lasts past midnight.
    """
    found: list[Occurrence] = []
    for days in range(1, HORIZON_DAYS + 1):
        day = after + timedelta(days=days)
        if period is not None and not covers(period, day):
            continue
        if any(covers(pause, day) for pause in exceptions):
            continue
        for meeting in schedule.meetings:
            occurrence = Occurrence(day, meeting.starts, meeting.ends)
            if meets_on(meeting, day) and occurrence not in found:
                found.append(occurrence)
        if len(found) >= count:
            break
    return found[:count]


def days_without(meeting: Meeting, exceptions: Exceptions, since: date) -> Iterator[date]:
    """The days from `since` on which the pattern would meet, but that are without; rising."""
    seen = since - timedelta(days=1)
    for pause in exceptions:
        assert pause.first is not None and pause.last is not None  # closed at both ends
        day = max(pause.first, seen + timedelta(days=1))
        while day <= pause.last:
            if meets_on(meeting, day):
                yield day
            seen = day
            day += timedelta(days=1)


# --- a citizen's times ------------------------------------------------------------------


def fits(
    meeting: Meeting,
    weekday: int,
    window_from: time,
    window_to: time,
    slack_minutes: int = SLACK_MINUTES,
) -> bool | None:
    """Whether the meeting lies inside the window on that weekday, give or take the slack.

    A window that ends at or before its start ends on the next day. None = cannot be
    judged: the start is unknown, or it lies inside and the end is unknown.
    """
    if meeting.starts is None:
        return None if meeting.weekday == weekday else False
    opens, closes = _minutes(weekday, window_from, window_to)
    begins, finishes = _minutes(meeting.weekday, meeting.starts, meeting.ends or meeting.starts)
    for shift in (-_WEEK_MINUTES, 0, _WEEK_MINUTES):  # Sunday night reaches into Monday
        if meeting.ends is None:
            if opens - slack_minutes <= begins + shift < closes:
                return None
        elif opens - slack_minutes <= begins + shift and finishes + shift <= closes + slack_minutes:
            return True
    return False


def overlap_minutes(
    meeting: Meeting, weekday: int, window_from: time, window_to: time
) -> int | None:
    """Minutes of the meeting inside the window on that weekday, >= 0.

    None = cannot be judged: a start or an end is unknown on a day that could overlap.
    """
    if meeting.starts is None or meeting.ends is None:
        since_midnight = window_from.hour * 60 + window_from.minute
        unknown = fits(meeting, weekday, window_from, window_to, slack_minutes=since_midnight)
        return None if unknown is None else 0
    opens, closes = _minutes(weekday, window_from, window_to)
    begins, finishes = _minutes(meeting.weekday, meeting.starts, meeting.ends)
    return sum(
        max(0, min(finishes + shift, closes) - max(begins + shift, opens))
        for shift in (-_WEEK_MINUTES, 0, _WEEK_MINUTES)
    )


def _minutes(weekday: int, starts: time, ends: time) -> tuple[int, int]:
    """Start and end in minutes since Monday 00:00; the end is always the later."""
    start = weekday * _DAY_MINUTES + starts.hour * 60 + starts.minute
    end = weekday * _DAY_MINUTES + ends.hour * 60 + ends.minute
    return start, end if end > start else end + _DAY_MINUTES


# --- stored form ------------------------------------------------------------------------


def schedule_to_json(schedule: Schedule) -> dict[str, object]:
    """`{"meetings": [[weekday, starts, ends, weeks, nth], ...], "original": text or null}`."""
    return {
        "meetings": [
            [
                meeting.weekday,
                None if meeting.starts is None else f"{meeting.starts:%H:%M}",
                None if meeting.ends is None else f"{meeting.ends:%H:%M}",
                meeting.weeks.value,
                list(meeting.nth),
            ]
            for meeting in schedule.meetings
        ],
        "original": schedule.original,
    }


def schedule_from_json(stored: object) -> Schedule:
    """The reverse of `schedule_to_json`. Raises Invalid for anything else."""
    try:
        if not isinstance(stored, Mapping):
            raise TypeError("not an object")
        original = stored["original"]
        if not isinstance(original, str | None):
            raise TypeError("original is no text")
        meetings = tuple(
            Meeting(
                weekday,
                None if starts is None else time.fromisoformat(starts),
                None if ends is None else time.fromisoformat(ends),
                Weeks(weeks),
                tuple(nth),
            )
            for weekday, starts, ends, weeks, nth in stored["meetings"]
        )
        return Schedule(meetings, original)
    except (TypeError, ValueError, KeyError) as error:
        raise Invalid(f"stored schedule cannot be read: {error}") from error
