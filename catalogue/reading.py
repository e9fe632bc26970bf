"""Meeting times in clubs' own words. Reads what is certain and leaves the rest as text.

The words of a text become one letter each (`tirsdag og fredag kl. 13` is `DLDT`), and only
a text whose letters form whole clauses is read. A word that is not known, a time that may
be a date and a day that may be meant in two ways all end in the same answer: the text,
kept as it is, for a person to read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from itertools import combinations

from catalogue.errors import Invalid
from catalogue.schedules import Meeting, Schedule, Weeks, weekday_of

LONGEST_TEXT = 500  # characters; longer texts are descriptions, not times

_DAY = r"(?:man|tirs|ons|tors|fre|lør|søn)dag(?:ene?|e)?|(?:man|tirs?|ons|tors?|fre|lør|søn)\.?"
_ORDINALS = {
    "første": 1, "1": 1, "anden": 2, "2": 2, "tredje": 3, "3": 3,
    "fjerde": 4, "4": 4, "femte": 5, "5": 5, "sidste": -1,
}  # fmt: skip
_CLOCK = r"[0-9]{1,2}(?:[:.][0-9]{2})?"
_DASH = r"(?:[-–—−]|til\b)"

_WORDS = {
    "F": r"(?:hver )?(?:anden|2\.) uge|hver (?:anden|2\.)",  # every other
    "P": r"\(?(?:i )?(?P<odd>u)?lige(?: uger?)?\)?",  # parity of weeks
    "M": r"(?:i )?hver måned|i måneden",
    "N": r"(?:den )?(?P<nth>første|anden|tredje|fjerde|femte|sidste|[1-5]\.)",
    "W": r"(?:alle )?hverdage?",
    "A": r"hver dag|alle dage|alle ugens dage|dagligt",
    "G": r"hver uge|ugentligt",  # weekly goes without saying
    "E": r"hver|alle|om",
    "D": rf"(?P<day>{_DAY})",
    "H": r"(?P<part>formiddag|eftermiddag|aften|morgen)(?:en)?",
    "T": rf"(?:fra )?(?P<kl>kl\b\.? ?|klokken )?(?:fra )?(?P<starts>{_CLOCK})"
    rf"(?: ?{_DASH} ?(?:kl\b\.? ?)?(?P<ends>{_CLOCK}))?(?!:|\.[0-9])",
}
_SYMBOLS = {
    "L": r"\b(?:og|samt)\b|[|+&]",
    "R": _DASH,
    "K": r",",
    "C": r":",
    "S": r"[;·•.]",
}
_KINDS = (*_WORDS, *_SYMBOLS)
_TOKEN = re.compile(
    "|".join(
        [rf"(?P<{kind}>(?<!\w)(?:{words})(?!\w))" for kind, words in _WORDS.items()]
        + [rf"(?P<{kind}>{symbol})" for kind, symbol in _SYMBOLS.items()]
    )
)
_CLAUSE = re.compile(
    r"(?P<lead>PC?K?)?(?P<fortnight>F)?(?P<every>E)?(?P<nths>N(?:[KL]N)*)?(?P<adjective>P)?"
    r"(?P<days>W|A|DRD|D(?:[KL]D)*)(?P<month>M)?(?P<trail>K?P)?"
    r"[CK]?(?P<part>H)?K?(?P<times>T(?:[KL]T)*)?(?P<month_late>M)?(?P<trail_late>K?P)?"
)
_PART_OF_DAY = {"morgen": (5, 10), "formiddag": (6, 12), "eftermiddag": (12, 18), "aften": (17, 24)}


class _Unsure(Exception):
    """The text may mean something else, or says something that is not known here."""


@dataclass(frozen=True, slots=True)
class _Clause:
    meetings: tuple[Meeting, ...]
    leads: bool
    """Even or odd weeks stand first, and may speak of the following clauses as well."""
    exact: bool
    """False = there is a word beside the meetings that only a person can read."""


def read_times(text: str) -> Schedule:
    """The meetings that a club's own words state with certainty; never raises.

    `Tirsdag kl. 19.30` and `anden og fjerde mandag i måneden` are read. `hver anden
    onsdag` (which ones?), `mandag kl. 2` (at night?), `01.08 - 31.07` and everything with
    an unknown word give a Schedule of the text alone. `mandag aften` is a Monday at an
    unknown time with the text beside it, since the evening is not a time.
    """
    if len(text) > LONGEST_TEXT:
        return Schedule(original=text)
    words = " ".join(re.sub(r"\n+", " ; ", text.strip()).lower().split())
    try:
        clauses = _clauses(_tokens(words))
    except (_Unsure, Invalid):
        return Schedule(original=text)
    exact = bool(clauses) and all(clause.exact for clause in clauses)
    meetings = tuple(meeting for clause in clauses for meeting in clause.meetings)
    return Schedule(meetings, None if exact else text)


def _tokens(words: str) -> list[re.Match[str]]:
    found: list[re.Match[str]] = []
    at = 0
    while at < len(words):
        if words[at] == " ":
            at += 1
            continue
        token = _TOKEN.match(words, at)
        if token is None:
            raise _Unsure(words[at:])
        at = token.end()
        if _kind(token) != "G":
            found.append(token)
    return found


def _kind(token: re.Match[str]) -> str:
    return next(kind for kind in _KINDS if token[kind] is not None)


def _clauses(tokens: Sequence[re.Match[str]]) -> list[_Clause]:
    kinds = "".join(_kind(token) for token in tokens)
    clauses: list[_Clause] = []
    loose = False  # joined by a comma or an "og", which a pattern of weeks may reach across
    at = 0
    while at < len(kinds):
        found = _CLAUSE.match(kinds, at)
        if found is None:
            raise _Unsure(kinds[at:])
        clauses.append(_clause(found, tokens))
        at = found.end()
        joint = re.compile(r"S+|[KL](?=.)|$").match(kinds, at)
        if joint is None:
            raise _Unsure(kinds[at:])
        loose = loose or joint[0] in ("K", "L")
        at = joint.end()
    _check_together(clauses, loose)
    return clauses


def _clause(found: re.Match[str], tokens: Sequence[re.Match[str]]) -> _Clause:
    days = _days(found["days"], tokens[found.start("days") :])
    nth = tuple(
        _ORDINALS[token["nth"].rstrip(".")]
        for token in tokens[found.start("nths") : found.end("nths")]
        if token["nth"]
    )
    parities = [
        Weeks.ODD if token["odd"] else Weeks.EVEN
        for token in tokens[found.start() : found.end()]
        if token["P"] is not None
    ]
    monthly = found["month"] or found["month_late"]
    if len(parities) > 1 or (found["fortnight"] and not parities):
        raise _Unsure("which weeks?")
    if monthly and not nth:
        raise _Unsure("which one of the month?")
    if nth and (parities or len(days) > 1 or not (monthly or len(nth) > 1)):
        raise _Unsure("second of the month, or every second?")
    if nth and found["every"] and not (set(nth) <= {1, -1} and monthly):
        raise _Unsure("every second, or the second of the month?")
    if parities and len(days) > 1 and not found["lead"]:
        raise _Unsure("which of the days in even or odd weeks?")

    part = tokens[found.start("part")]["part"] if found["part"] else None
    times: list[tuple[time | None, time | None]] = [
        _times(token, part)
        for token in tokens[found.start("times") : found.end("times")]
        if token["T"] is not None
    ]
    if len(times) > 1 and any(ends is None for _, ends in times):
        raise _Unsure("two meetings, or a start and an end?")
    return _Clause(
        meetings=tuple(
            Meeting(day, starts, ends, parities[0] if parities else Weeks.EVERY, nth)
            for day in days
            for starts, ends in times or [(None, None)]
        ),
        leads=bool(found["lead"]),
        exact=found["days"] != "W" and (part is None or bool(times)),
    )


def _days(kinds: str, tokens: Sequence[re.Match[str]]) -> list[int]:
    if kinds == "A":
        return list(range(7))
    if kinds == "W":
        return list(range(5))  # some count Saturday as well, so the text is kept beside
    days = [weekday_of(token["day"]) for token in tokens[: len(kinds)] if token["day"]]
    if kinds == "DRD":
        if days[1] <= days[0]:
            raise _Unsure("from a day back to an earlier one")
        return list(range(days[0], days[1] + 1))
    if len(set(days)) < len(days):
        raise _Unsure("the same day twice")
    return days


def _times(token: re.Match[str], part: str | None) -> tuple[time, time | None]:
    first, last = token["starts"], token["ends"]
    if not token["kl"] and ":" not in first:
        if last is None and (len(first) < 3 or _may_be_month(first)):
            raise _Unsure("a time, or a date?")
        if last is not None and _may_be_month(first) and _may_be_month(last):
            raise _Unsure("times, or dates?")
    starts = _clock(first)
    if part is not None:
        earliest, latest = _PART_OF_DAY[part]
        if not earliest <= starts.hour < latest:
            raise _Unsure("not that part of the day")
    if 1 <= starts.hour <= 7 and first[0] != "0" and part is None:
        raise _Unsure("morning or evening?")
    if last is None:
        return starts, None
    if last in ("24", "24:00", "24.00"):
        return starts, time(0)
    ends = _clock(last)
    if ends <= starts and not (":" in first and ":" in last):
        raise _Unsure("past midnight, or in the afternoon?")
    return starts, ends


def _may_be_month(clock: str) -> bool:
    """True for 1.10, which is the first of October as often as ten past one."""
    return "." in clock and 1 <= int(clock.partition(".")[2]) <= 12


def _clock(word: str) -> time:
    hours, _, minutes = word.replace(".", ":").partition(":")
    try:
        return time(int(hours), int(minutes or 0))
    except ValueError as error:
        raise _Unsure("no time") from error


def _check_together(clauses: Sequence[_Clause], loose: bool) -> None:
    """Raises _Unsure if clauses that are sure alone can be read in two ways together."""
    meetings = [meeting for clause in clauses for meeting in clause.meetings]
    if len({meeting.starts is None for meeting in meetings}) > 1:
        raise _Unsure("a time that may belong to the days before it")
    patterns = {(meeting.weeks, meeting.nth) for meeting in meetings}
    if len(patterns) > 1 and (loose or any(clause.leads for clause in clauses)):
        raise _Unsure("which of the days in these weeks?")
    for one, other in combinations(meetings, 2):
        if one.weekday == other.weekday and _collide(one, other):
            raise _Unsure("two times for the same day")


def _collide(one: Meeting, other: Meeting) -> bool:
    if {one.weeks, other.weeks} == {Weeks.EVEN, Weeks.ODD}:
        return False
    if one.nth and other.nth and not set(one.nth) & set(other.nth):
        return False
    if one.starts is None or one.ends is None or other.starts is None or other.ends is None:
        return True
    if one.ends < one.starts or other.ends < other.starts:
        return True
    return one.starts < other.ends and other.starts < one.ends
