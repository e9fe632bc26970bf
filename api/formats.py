"""Numbers, dates and times as people read them, in a language."""

import math
from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal

from babel.dates import format_date, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal

from api.wording import Language, sentence
from catalogue.schedules import Occurrence

_REGIONS = {Language.DA: "da_DK", Language.EN: "en_GB"}
_LOCALES = {language: _REGIONS.get(language, language.value) for language in Language}
_REMEMBERED = 4096  # Babel reads its tables anew for each number
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@lru_cache(maxsize=_REMEMBERED)
def number(value: float | Decimal, language: Language) -> str:
    """With the language's decimal sign and thousands: 1.200 or 1,200."""
    return str(format_decimal(value, locale=_LOCALES[language]))


@lru_cache(maxsize=_REMEMBERED)
def kroner(value: Decimal, language: Language) -> str:
    """An amount: 150, 12,50 or 1.200; øre only where there are any."""
    pattern = "#,##0" if value == value.to_integral_value() else "#,##0.00"
    return str(format_decimal(value, pattern, locale=_LOCALES[language]))


def km(value: float, language: Language, *, approximate: bool = False) -> str:
    """Kilometres: one decimal under ten, whole above. The word km is not in it.

    An approximate distance is whole, and never under one: its point may be a kilometre off.
    """
    if approximate:
        value = max(1, round(value))
    return _tenths(round(value, 1), language)


@lru_cache(maxsize=_REMEMBERED)
def _tenths(value: float, language: Language) -> str:
    return str(format_decimal(value, "0.#" if value < 10 else "0", locale=_LOCALES[language]))


def distance(value: float, language: Language, *, approximate: bool) -> str:
    """`4,2 km`, `ca. 11 km` or `300 meter`."""
    if approximate:
        number_ = km(value, language, approximate=True)
        return sentence("phrase.km.approx", {"km": number_}, language=language)
    if value < 0.95:
        metres = max(100, round(value * 10) * 100)
        return sentence("phrase.metres", {"metres": metres}, language=language)
    return sentence("phrase.km", {"km": km(value, language)}, language=language)


def minutes(value: float) -> int:
    """Minutes of travel, rounded up to five, never under five."""
    return max(5, math.ceil(value / 5) * 5)


@lru_cache(maxsize=_REMEMBERED)
def day(value: date, language: Language) -> str:
    """3. maj 2026, 3 May 2026, 3 травня 2026; Danish texts have "den" before it.

    The pattern is ours: the long one of Ukrainian ends in a full stop, which a sentence has too.
    """
    pattern = "d. MMMM y" if language is Language.DA else "d MMMM y"
    return str(format_date(value, pattern, locale=_LOCALES[language]))


@cache
def weekday(number_: int, language: Language) -> str:
    """The name of a day, 0 = Monday."""
    return str(get_day_names("wide", "stand-alone", _LOCALES[language])[number_])


def clock(value: time, language: Language) -> str:
    """19 or 20.30 in Danish, 19:00 or 20:30 in the other languages."""
    if language is not Language.DA:
        return f"{value:%H:%M}"
    return str(value.hour) if value.minute == 0 else f"{value.hour}.{value:%M}"


def meeting(value: Occurrence, language: Language) -> str:
    """One meeting: `tirsdag den 1. december 2026 kl. 19-20.30`."""
    values: dict[str, object] = {
        "weekday": weekday(value.on.weekday(), language),
        "date": day(value.on, language),
    }
    if value.starts is None:
        return sentence("meeting.day", values, language=language)
    values["time_from"] = clock(value.starts, language)
    if value.ends is None:
        return sentence("meeting.start", values, language=language)
    values["time_to"] = clock(value.ends, language)
    return sentence("meeting", values, language=language)


def listed(
    words: Sequence[str], language: Language, *, style: Literal["standard", "or"] = "standard"
) -> str:
    """`a, b og c`; with style="or" `a, b eller c`. Empty for no words."""
    return str(format_list(words, style=style, locale=_LOCALES[language])) if words else ""
