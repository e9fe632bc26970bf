"""What somebody has answered, in a line each: to look over, to correct and to print."""

from dataclasses import dataclass

from api import formats
from api.pages.answers import Answers, is_must, lines
from api.pages.shown import Shown
from api.pages.views import capital
from api.wording import END, ISOLATE
from matcher.need import DAYS


@dataclass(frozen=True, slots=True)
class Line:
    """One question's answer."""

    label: str
    texts: tuple[str, ...]
    fields: str
    """The fields that hold it, with a comma between: where to go to correct it."""


def summary(answers: Answers, shown: Shown) -> list[Line]:
    """Every question that was answered, in the order of the steps."""
    needs = [(code, is_must(answers, code)) for code in answers.chosen("need")]
    must = [shown.t(f"need.{code}.me") for code, necessary in needs if necessary]
    nice = [shown.t(f"need.{code}.me") for code, necessary in needs if not necessary]
    nice += _own(answers, "need_words")
    interests = [shown.t(f"interest.{code}") for code in answers.chosen("interest")]
    interests += _own(answers, "words")
    mode = answers.text("mode")
    found = [
        ("told.interests", interests, "interest,words"),
        ("told.avoid", _own(answers, "avoid"), "avoid"),
        ("told.must", must, "must,need"),
        ("told.nice", nice, "need,need_words,topic"),
        ("told.place", _own(answers, "place"), "place"),
        ("told.travel", [shown.t(f"travel.{mode}")] if mode else [], "mode,trip"),
        ("told.far", _far(answers, shown), "far,trip,place"),
        ("told.times", _times(answers, shown), "day,part,when"),
        ("told.age", _value(answers, "age", shown, "told.age.years"), "age"),
        ("told.gender", _gender(answers, shown), "gender"),
        ("told.price", _value(answers, "price", shown, "told.price.most"), "price"),
        ("told.other", _own(answers, "other"), "other"),
    ]
    return [Line(shown.t(key), tuple(texts), fields) for key, texts, fields in found if texts]


def _own(answers: Answers, name: str) -> list[str]:
    """What somebody wrote themselves, in whatever language: marked as no words of the page's."""
    return [f"{ISOLATE}{capital(line)}{END}" for line in lines(answers.text(name))]


def _far(answers: Answers, shown: Shown) -> list[str]:
    unit, _, number = answers.text("far").partition("-")
    if unit not in ("km", "min") or not answers.text("place"):
        return []
    return [shown.t(f"far.{unit}", count=number)]


def _times(answers: Answers, shown: Shown) -> list[str]:
    days = [shown.t(f"day.{day}") for day in DAYS if day in answers.chosen("day")]
    said = [formats.listed(days, shown.language)] if days else []
    said += [shown.t(f"part.{part}") for part in answers.chosen("part")]
    return said + _own(answers, "when")


def _gender(answers: Answers, shown: Shown) -> list[str]:
    gender = answers.text("gender")
    return [shown.t(f"find.gender.{gender}")] if gender else []


def _value(answers: Answers, name: str, shown: Shown, key: str) -> list[str]:
    text = answers.text(name)
    return [shown.t(key, age=text, kr=text)] if text else []
