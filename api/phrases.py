"""Times, prices and provenance as phrases: from the catalogue's values to plain words."""

from collections import defaultdict
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from api import formats
from api.wording import Language, Level, sentence
from catalogue.facts import Basis, Fact, Subject
from catalogue.prices import Price, PriceUnit
from catalogue.schedules import Meeting, Schedule, Weeks

_REMEMBERED = 4096
_PER = {
    PriceUnit.VISIT: "price.per.visit",
    PriceUnit.MONTH: "price.per.month",
    PriceUnit.QUARTER: "price.per.quarter",
    PriceUnit.HALF_YEAR: "price.per.half_year",
    PriceUnit.SEASON: "price.per.season",
    PriceUnit.YEAR: "price.per.year",
    None: "price.per.none",
}
_NTH = {1: "nth.1", 2: "nth.2", 3: "nth.3", 4: "nth.4", 5: "nth.last", -1: "nth.last"}


@lru_cache(maxsize=_REMEMBERED)
def price(value: Price, language: Language, level: Level = Level.NORMAL) -> str:
    """A price in words, with what it is a month where that is not its unit."""
    if value.is_free:
        return sentence("price.phrase.free", language=language, level=level)
    words = sentence(
        _PER[value.unit],
        {"kr": formats.kroner(value.kr, language)},
        language=language,
        level=level,
    )
    if level.words is Level.ENKEL or value.unit in (None, PriceUnit.MONTH, PriceUnit.VISIT):
        return words
    per_month = value.kr_per_month()
    assert per_month is not None  # noqa: S101 - every unit but none has a monthly equivalent
    whole = per_month.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    exact = whole == per_month and value.unit is not PriceUnit.SEASON
    return sentence(
        "price.equals" if exact else "price.equals_approx",
        {"price": words, "kr_month": formats.kroner(whole, language)},
        language=language,
        level=level,
    )


@lru_cache(maxsize=_REMEMBERED)
def times(value: Schedule, language: Language) -> str:
    """All meetings in words: `hver tirsdag kl. 19-21 og hver torsdag kl. 10-12`.

    Meetings that share everything but the day are said together. What nobody could read
    exactly follows in its own words.
    """
    together: dict[tuple[time | None, time | None, Weeks, tuple[int, ...]], list[int]] = (
        defaultdict(list)
    )
    for meeting in value.meetings:
        key = (meeting.starts, meeting.ends, meeting.weeks, meeting.nth)
        together[key].append(meeting.weekday)
    said = [_meeting(days, Meeting(days[0], *key), language) for key, days in together.items()]
    if value.original:
        said.append(sentence("schedule.original", {"original": value.original}, language=language))
    return formats.listed(said, language)


def _meeting(days: list[int], meeting: Meeting, language: Language) -> str:
    names = formats.listed([formats.weekday(day, language) for day in days], language)
    values: dict[str, object] = {"weekday": names}
    form = ".days"
    if meeting.starts is not None:
        values["time_from"] = formats.clock(meeting.starts, language)
        form = ".start"
        if meeting.ends is not None:
            values["time_to"] = formats.clock(meeting.ends, language)
            form = ""
    if meeting.nth:
        nth = [sentence(_NTH[number], language=language) for number in meeting.nth]
        values["nth"] = formats.listed(nth, language)
        kind = "schedule.monthly"
    elif meeting.weeks is Weeks.EVERY:
        kind = "schedule.weekly"
    else:
        kind = f"schedule.{meeting.weeks.value}_weeks"
    return sentence(f"{kind}{form}", values, language=language)


def said_by(fact: Fact, language: Language) -> str:
    """Who said it and when, as a phrase: `fra en liste, modtaget den 3. maj 2026`."""
    key = {Basis.PERSON: "source.curator", Basis.SOURCE: "source.file", Basis.PROSE: "source.text"}[
        fact.basis
    ]
    if fact.stated_on is None:
        words = sentence(f"{key}.undated", language=language)
    else:
        words = sentence(key, {"date": formats.day(fact.stated_on, language)}, language=language)
    if fact.of is Subject.VENUE:
        return sentence("source.venue", {"source": words}, language=language)
    return words


def is_old(fact: Fact, on: date) -> bool:
    """Whether a fact was stated more than a year before `on`."""
    return fact.stated_on is not None and (on - fact.stated_on).days > 365
