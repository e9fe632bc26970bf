"""Calendars (iCal): repeated events as weekly times, single ones as events.

Rules are hostile ground: one of every second keeps a program busy for ever. So rules are
looked at before the library sees them, dates are counted over a bounded time, and a
pattern is believed only if it gives the very dates that the library counts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

import recurring_ical_events
from icalendar import Calendar, Event
from icalendar.error import BrokenCalendarProperty
from icalendar.prop import vBroken

from catalogue.errors import Invalid
from catalogue.kinds import OfferKind
from catalogue.schedules import Schedule, meets_on
from catalogue.seasons import Exceptions, Period, exceptions_to_json
from scrapers.formats import clock
from scrapers.formats.collecting import Findings
from scrapers.formats.content import refuse_other_form, says_error, text_of
from scrapers.formats.entry import Entry
from scrapers.formats.rules import crosses_long_year, meetings, rule_of
from scrapers.found import Parsed, SourceInfo, Trouble, Unreadable

MAX_EVENTS = 5_000
MAX_SERIES = 400
"""Rules in one calendar; a hall's has a few dozen."""
MAX_DATES = 450
"""Dates looked at of one rule: a little over a year of days."""
_MAX_LINE = 200_000
_MOST_ZONES = 50
_MAX_STEPS = 100_000
"""Dates that the library steps over from the first day of each series, all together; a
hall's calendar has a tenth of them."""
_MAX_PARTS = 60  # values of one rule or of its days without
_MAX_EXDATES = 1_000
_OLDEST_SERIES = timedelta(days=366 * 15)
_AHEAD = timedelta(days=400)

_FREQUENT = re.compile(
    r"FREQ\s*=\s*(?:SECONDLY|MINUTELY|HOURLY)|BY(?:SECOND|MINUTE|HOUR)\s*=", re.IGNORECASE
)
_FOLD = re.compile(r"\r?\n[ \t]")
_RULES = re.compile(r"^(?:RRULE|EXRULE)[^:\r\n]{0,200}:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_ENDLESS = re.compile(
    r"INTERVAL\s*=\s*-?0*(?:;|$)|INTERVAL\s*=\s*(?:-|[0-9]{4,})|COUNT\s*=\s*[0-9]{6,}",
    re.IGNORECASE,
)
_ZONES = re.compile(
    r"^BEGIN:VTIMEZONE\r?$.*?^END:VTIMEZONE\r?$\n?", re.IGNORECASE | re.MULTILINE | re.DOTALL
)
_LINE_ENDS = re.compile(r"[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def parse(content: bytes, source: SourceInfo) -> Parsed:
    text = text_of(content, source)
    calendar = _calendar(text.text)
    findings = Findings(source, text.mended)
    events = [one for one in calendar.walk("VEVENT") if isinstance(one, Event)]
    if not events:
        findings.empty("VCALENDAR", "the calendar holds no events")
    by_uid: dict[str, list[tuple[int, Event]]] = {}
    for number, event in enumerate(events, start=1):
        for name in _broken(event):
            findings.remark(Trouble.UNUSABLE, f"VEVENT[{number}]/{name}", "cannot be read")
        uid = str(event.get("UID") or "").strip()
        by_uid.setdefault(uid or f"\n{number}", []).append((number, event))
    budget = _Budget()
    for uid, group in by_uid.items():
        _group(None if uid.startswith("\n") else uid, group, findings, budget)
    held = [event for event in events if not _is_cancelled(event)]
    if held and not any("DTSTART" in event for event in held):
        raise Unreadable(Trouble.LAYOUT_CHANGED, "not one event has a start")
    return findings.done()


def _calendar(text: str) -> Calendar:
    refuse_other_form(text, "a calendar")
    body = text.strip()
    if not body[:20].upper().startswith("BEGIN:VCALENDAR"):
        trouble = Trouble.ERROR_TEXT if says_error(body) else Trouble.WRONG_FORM
        raise Unreadable(trouble, "no calendar")
    if not body[-40:].upper().rstrip().endswith("END:VCALENDAR"):
        raise Unreadable(Trouble.TRUNCATED, "a calendar that does not end")
    body = _FOLD.sub("", body)
    if max(map(len, body.splitlines()), default=0) > _MAX_LINE:
        raise Unreadable(Trouble.TOO_LARGE, "a line longer than any calendar has")
    begun = len(re.findall(r"^BEGIN:", body, re.IGNORECASE | re.MULTILINE))
    if begun > 4 * MAX_EVENTS:
        raise Unreadable(Trouble.TOO_LARGE, f"more than {MAX_EVENTS} events")
    if begun != len(re.findall(r"^END:", body, re.IGNORECASE | re.MULTILINE)):
        raise Unreadable(Trouble.TRUNCATED, "a component that does not end")
    if len(re.findall(r"^BEGIN:VTIMEZONE", body, re.IGNORECASE | re.MULTILINE)) > _MOST_ZONES:
        raise Unreadable(Trouble.TOO_LARGE, f"more than {_MOST_ZONES} time zones")
    # Zones are known by name; their own rules, which a stranger writes, are not needed.
    body = _LINE_ENDS.sub(" ", _ZONES.sub("", body))
    _refuse_hostile_rules(body)
    try:
        return Calendar.from_ical(body)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise Unreadable(Trouble.WRONG_FORM, f"no calendar: {str(error)[:80]}") from None


def _refuse_hostile_rules(body: str) -> None:
    rules = _RULES.findall(body)
    if len(rules) > MAX_SERIES:
        raise Unreadable(Trouble.TOO_LARGE, f"more than {MAX_SERIES} rules")
    for rule in rules:
        if _FREQUENT.search(rule):
            raise Unreadable(Trouble.TOO_LARGE, "a rule of hours, minutes or seconds")
        if _ENDLESS.search(rule) or rule.count(",") > _MAX_PARTS:
            raise Unreadable(Trouble.TOO_LARGE, "a rule without an end to it")


# --- events ---


_KNOWN = set(
    "UID DTSTART DTEND DURATION SUMMARY DESCRIPTION LOCATION URL CATEGORIES STATUS RRULE RDATE"
    " EXDATE EXRULE RECURRENCE-ID DTSTAMP CREATED LAST-MODIFIED SEQUENCE TRANSP CLASS ORGANIZER"
    " ATTENDEE GEO PRIORITY".split()
)


_REPEATS = {"RRULE", "RDATE", "EXRULE", "EXDATE", "RECURRENCE-ID"}


@dataclass(slots=True)
class _Budget:
    """Dates that may still be stepped over in this calendar."""

    left: int = _MAX_STEPS

    def take(self, first: date, last: date, days_between: int) -> bool:
        """Pay for a series; False if there is too little left."""
        self.left -= 50 + max(0, (last - first).days) // days_between
        return self.left >= 0


def _group(
    uid: str | None, group: Sequence[tuple[int, Event]], findings: Findings, budget: _Budget
) -> None:
    """The events of one identity: a series and its moved dates, or a single event."""
    for _, one in group:
        findings.unknown([name for name in one if name[:2] != "X-"], _KNOWN, "VEVENT")
    number, event = next(((n, one) for n, one in group if "RECURRENCE-ID" not in one), group[0])
    at = f"VEVENT[{number}]"
    if _is_cancelled(event) and "RECURRENCE-ID" not in event:
        if uid:
            findings.gone(uid, f"{at}/STATUS")
        return
    if len([one for _, one in group if "RECURRENCE-ID" not in one]) > 1:
        findings.remark(Trouble.DUPLICATE_KEY, at, "several events of one identity")
    starts, ends = _moment(event, "DTSTART"), _moment(event, "DTEND")
    if starts is None:
        findings.remark(Trouble.ENTRY_REFUSED, at, "an event without a start")
        return
    entry = findings.offer(uid, at)
    entry.line("title", _words(event, "SUMMARY"), f"{at}/SUMMARY")
    entry.text("description", _words(event, "DESCRIPTION"), f"{at}/DESCRIPTION")
    entry.place({"venue": _words(event, "LOCATION")}, f"{at}/LOCATION")
    entry.address = findings.link(_words(event, "URL"), f"{at}/URL")
    entry.activities(_categories(event), f"{at}/CATEGORIES")
    if set(_broken(event)) & _REPEATS:
        # Without its rule it would pass for one date, and without EXDATE for every week.
        entry.word("kind", OfferKind.TEAM, "", at)
        entry.times(" ".join(_words(event, name) or "" for name in sorted(_REPEATS)), at)
    elif "RRULE" in event or "RDATE" in event:
        entry.word("kind", OfferKind.TEAM, "", at)
        _series(entry, event, [one for _, one in group], starts, ends, at, budget)
    else:
        entry.word("kind", OfferKind.EVENT, "", at)
        _single(entry, starts, ends, f"{at}/DTSTART")


def _single(entry: Entry, starts: date | datetime, ends: date | datetime | None, at: str) -> None:
    said = f"{starts} - {ends}" if ends else str(starts)
    if ends is not None and not isinstance(ends, datetime) and ends > clock.day_of(starts):
        ends -= timedelta(days=1)  # the end of whole days is the day after
    entry.once(starts, ends, said, at)


# --- series ---


def _series(
    entry: Entry,
    event: Event,
    group: Sequence[Event],
    starts: date | datetime,
    ends: date | datetime | None,
    at: str,
    budget: _Budget,
) -> None:
    said = _rule_text(event)
    try:
        schedule, period, exceptions = _pattern(entry, event, group, starts, ends, budget)
    except Invalid as error:
        entry.remark(Trouble.UNSURE, f"{at}/RRULE", f"times: {error}")
        entry.schedule(Schedule(original=said), said, f"{at}/RRULE")
        return
    entry.period(period, said, f"{at}/RRULE")
    entry.schedule(schedule, said, f"{at}/RRULE")
    if exceptions:
        days = "; ".join(str(one.first) for one in exceptions)
        entry.put("exceptions", exceptions_to_json(exceptions), days, f"{at}/EXDATE")


def _pattern(
    entry: Entry,
    event: Event,
    group: Sequence[Event],
    starts: date | datetime,
    ends: date | datetime | None,
    budget: _Budget,
) -> tuple[Schedule, Period, Exceptions]:
    """Weekly times, season and days without, if they give the dates that the rule gives.
    Raises Invalid if they do not, or the rule is no such pattern."""
    rules = event.get("RRULE")
    if rules is None or isinstance(rules, list) or "RDATE" in event or "EXRULE" in event:
        raise Invalid("no single rule")
    if not isinstance(starts, datetime):
        raise Invalid("whole days")
    if datetime.combine(entry.on, time()) - starts > _OLDEST_SERIES:
        raise Invalid("a series of more than fifteen years")
    if _count_of(event, "EXDATE") > _MAX_EXDATES:
        raise Invalid(f"more than {_MAX_EXDATES} days without")
    rule = rule_of({str(name).upper(): _values(value) for name, value in rules.items()})
    one = clock.meeting(starts, ends if isinstance(ends, datetime) else None)
    found = meetings(rule, starts.date(), one.starts, one.ends)
    last = _last_day(rules)
    until = min(last or date.max, max(starts.date(), entry.on) + _AHEAD)
    if not budget.take(starts.date(), until, {"DAILY": 1, "WEEKLY": 7}.get(rule.freq, 28)):
        raise Invalid("more dates in this calendar than are looked at")
    counted = _values(rules.get("COUNT", []))
    if counted and last is None:
        dates = _dates([event], starts.date(), starts.date() + _AHEAD)
        if not dates or len(dates) >= MAX_DATES:
            raise Invalid("more dates than are looked at")
        if dates[-1] > starts.date() + _AHEAD - timedelta(days=40):
            raise Invalid("more dates than are looked at")
        last = dates[-1]
    period = Period(starts.date(), last)
    if rule.interval == 2 and crosses_long_year(
        starts.date(), last or date(entry.on.year + 2, 1, 1)
    ):
        raise Invalid("every second week across a year of 53 weeks")
    schedule = Schedule(found)
    since = max(starts.date(), entry.on)
    until = min(last or date.max, since + _AHEAD)
    given = set(_dates(list(group), since, until))
    meant = {
        since + timedelta(days=offset)
        for offset in range((until - since).days + 1)
        if any(meets_on(each, since + timedelta(days=offset)) for each in found)
    }
    if given - meant:
        raise Invalid("dates that are no part of a pattern")
    missing = sorted(meant - given)
    if len(missing) > len(meant) // 2 and len(meant) > 4:
        raise Invalid("more days without than with")
    return schedule, period, tuple(Period(day, day) for day in missing)


def _dates(events: Sequence[Event], since: date, until: date) -> list[date]:
    """Days on which the events are, moved and cancelled ones counted. Raises Invalid for
    more than are looked at."""
    if until < since:
        return []
    calendar = Calendar()
    for event in events:
        calendar.add_component(event)
    try:
        found = recurring_ical_events.of(calendar).between(since, until + timedelta(days=1))
        days = []
        for one in islice(found, MAX_DATES + 1):
            starts = _moment(one, "DTSTART")
            if (
                starts is not None
                and not _is_cancelled(one)
                and since <= clock.day_of(starts) <= until
            ):
                days.append(clock.day_of(starts))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, IndexError) as error:
        raise Invalid(f"a rule that cannot be counted out ({type(error).__name__})") from None
    if len(days) > MAX_DATES:
        raise Invalid("more dates than are looked at")
    return sorted(set(days))


def _last_day(rules: Mapping[str, object]) -> date | None:
    for value in _values(rules.get("UNTIL", [])):
        if isinstance(value, datetime):
            return clock.on_the_wall(value).date()
        if isinstance(value, date):
            return value
    return None


def _broken(event: Event) -> list[str]:
    """Names of the properties that the library could not read."""
    names = {str(name).upper() for name, _ in event.errors}
    for name, value in event.items():
        if any(isinstance(one, vBroken) for one in _values(value)):
            names.add(str(name).upper())
    return sorted(names)


def _is_cancelled(event: Event) -> bool:
    return str(event.get("STATUS") or "").upper() == "CANCELLED"


def _values(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _rule_text(event: Event) -> str:
    rules = event.get("RRULE")
    first = rules[0] if isinstance(rules, list) and rules else rules
    words = first.to_ical().decode("utf-8", "replace") if hasattr(first, "to_ical") else "RDATE"
    return f"{words} {_moment(event, 'DTSTART')}"[:300]


def _count_of(event: Event, name: str) -> int:
    return sum(len(getattr(one, "dts", ())) for one in _values(event.get(name, [])))


def _moment(event: Event, name: str) -> date | datetime | None:
    """The start or end of an event on the wall clock of Denmark."""
    value = _dt(event.get(name))
    if value is None and name == "DTEND":
        duration = _dt(event.get("DURATION"))
        starts = _moment(event, "DTSTART")
        if isinstance(duration, timedelta) and starts is not None:
            try:
                return starts + duration
            except OverflowError:
                return None
    if not isinstance(value, date):
        return None
    try:
        found = clock.on_the_wall(value) if isinstance(value, datetime) else value
    except (OverflowError, ValueError):
        return None
    return found if 1990 <= found.year <= 2100 else None


def _dt(value: object) -> object:
    try:
        return getattr(value, "dt", None)
    except BrokenCalendarProperty:
        return None


def _words(event: Event, name: str) -> str | None:
    value = event.get(name)
    return str(value[0] if isinstance(value, list) and value else value) if value else None


def _categories(event: Event) -> list[str]:
    return [
        str(word)
        for value in _values(event.get("CATEGORIES", []))
        for word in getattr(value, "cats", ())
    ]
