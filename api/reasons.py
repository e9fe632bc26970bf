"""Sentences for the engine's reasons: message keys with raw values become plain words."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from api import formats, phrases
from api.wording import END, Language, Level, plain, sentence
from catalogue.prices import Price
from catalogue.schedules import Schedule
from matcher.match import Excluded, Relaxation, Verdict

_LONGEST = 40  # letters of a citizen's own words that a sentence repeats


def words(
    values: Mapping[str, object], language: Language, level: Level = Level.NORMAL
) -> dict[str, str]:
    """Raw values of a reason as people read them."""
    return {name: _word(name, value, language, level) for name, value in values.items()}


def _word(name: str, value: object, language: Language, level: Level) -> str:
    if isinstance(value, int | float):
        if name in ("km", "max_km"):
            return formats.km(value, language)
        if name == "minutes":
            return str(formats.minutes(value))
        return formats.number(value, language) if isinstance(value, float) else str(value)
    if isinstance(value, Schedule):
        return phrases.times(value, language)
    if isinstance(value, Price):
        return phrases.price(value, language, level)
    if isinstance(value, date):
        return formats.day(value, language)
    if isinstance(value, Decimal):
        return formats.kroner(value, language)
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def text(
    reason: Verdict | Excluded | Relaxation, language: Language, level: Level = Level.NORMAL
) -> str:
    """The sentence of a verdict, of an exclusion or of a relaxation."""
    values = reason.values
    if not values:
        return sentence(reason.key, language=language, level=level)
    code, away = values.get("code"), values.get("km")
    ready = words(values, language, level)
    if isinstance(away, float) and reason.key.startswith(("distance.approx", "distance.maybe")):
        ready["km"] = formats.km(away, language, approximate=True)
    if isinstance(code, str):
        ready["label"] = sentence(f"label.{code}", language=language, level=level)
    return sentence(reason.key, ready, language=language, level=level)


def data_text(reason: Verdict | Excluded | Relaxation, language: Language) -> str:
    """The same without Unicode's marks, but in a language that needs them to be read."""
    said = text(reason, language)
    return plain(said) if END in said and language.direction == "ltr" else said


def question(verdict: Verdict, language: Language, level: Level = Level.NORMAL) -> str | None:
    """The question that would settle a verdict, if there is one."""
    if verdict.question_key is None:
        return None
    return sentence(verdict.question_key, language=language, level=level)
