"""The suggestions as a page shows them: two bands, and why, what may be hard, what to ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from api import formats, reasons
from api.pages import views
from api.pages.answers import Answers, is_must, lines
from api.pages.saved import list_address
from api.pages.short_ids import short_id
from api.pages.shown import Shown
from catalogue.vocabulary import Vocabulary
from matcher.index import Index
from matcher.match import Band, Kind, Match, Outcome, Relaxation, Suggestion, Verdict
from matcher.negation import Understood

_LEFT_OUT = 20
_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_NOT_TOLD = frozenset({Kind.INTEREST, Kind.FRESHNESS, Kind.AGE, Kind.SEASON})
_BESIDE = _NOT_TOLD | {Kind.DISTANCE, Kind.TIME, Kind.PRICE, Kind.ROOM}


@dataclass(frozen=True, slots=True)
class Ask:
    """A question, and the fact that it would settle; an empty code = none of ours to ask."""

    text: str
    code: str
    noted: str = ""
    """That we have been asked to ask already, and when."""


@dataclass(frozen=True, slots=True)
class Row:
    """One suggestion."""

    row: views.OfferRow
    rank: int
    band: str
    short: str
    why: tuple[str, ...]
    hard: tuple[str, ...]
    ask: tuple[Ask, ...]
    more: int
    of_organisation: str


def suggestion(
    one: Suggestion,
    codes: Sequence[str],
    on: date,
    shown: Shown,
    vocabulary: Vocabulary,
    index: Index,
    *,
    on_paper: bool = False,
    asked: Mapping[str, datetime] = MappingProxyType({}),
) -> Row:
    """A suggestion in words. codes: what is required, shown first.

    on_paper: without what time and place say beside it already, so that three fit a page.
    """
    short = short_id(one.offer.id)
    return Row(
        row=views.offer_row(
            one.offer,
            codes,
            on,
            shown,
            vocabulary,
            one.distance_km,
            approximate=one.distance_is_approximate,
            index=index,
        ),
        rank=one.rank,
        band=one.band.value,
        short=short,
        why=_why(one, shown, _BESIDE if on_paper else _NOT_TOLD),
        hard=_hard(one, shown),
        ask=_questions(one, shown, asked),
        more=one.more_of_organisation,
        of_organisation=shown.link("/tilbud", q=one.offer.organisation.name),
    )


def found(
    match: Match,
    codes: Sequence[str],
    answers: Answers,
    on: date,
    shown: Shown,
    vocabulary: Vocabulary,
    index: Index,
    asked: Mapping[UUID, Mapping[str, datetime]],
) -> dict[str, object]:
    """Everything that the page of suggestions shows of a match.

    asked: when each open question of an offer was opened, by field.
    """
    rows = [
        suggestion(one, codes, on, shown, vocabulary, index, asked=asked.get(one.offer.id, {}))
        for one in match.matches
    ]
    return {
        "rows": rows,
        "bands": [(band.value, [one for one in rows if one.band == band.value]) for band in Band],
        "save_all": list_address((*shown.saved, *(one.short for one in rows)), shown),
        "heard": [
            (", ".join(one.unwanted), _allowing(answers, one).pairs()) for one in match.understood
        ],
        "relax": [
            (
                reasons.text(one, shown.language, shown.level),
                one.gives,
                _relaxed(answers, one).pairs(),
            )
            for one in match.relax
        ],
        "excluded_count": match.excluded_count,
        "excluded": [
            (one.offer.title, str(one.offer.id), reasons.text(one, shown.language, shown.level))
            for one in match.excluded[:_LEFT_OUT]
        ],
    }


def _allowing(answers: Answers, one: Understood) -> Answers:
    """The answers as they would be if an idea did not deny what it denies."""
    words = [one.wanted if line == one.idea else line for line in lines(answers.text("words"))]
    return answers.having(words="\n".join(words))


def _relaxed(answers: Answers, one: Relaxation) -> Answers:
    """The answers with one change that would give suggestions."""
    if one.change == "reach" and isinstance(one.to, dict):
        if "minutes" in one.to:
            return answers.having(far=f"min-{int(one.to['minutes'])}")
        return answers.having(far=f"km-{int(one.to['km'])}")
    if one.change == "price":
        return answers.having(price=str(one.to))
    if one.change == "interests":
        return answers.having(words="", interest=())
    # It stays a wish, and of every need it is now said whether it is necessary.
    needs = answers.chosen("need")
    must = tuple(
        code for code in needs if code != one.values.get("code") and is_must(answers, code)
    )
    return answers.having(must=must, asked=needs)


def _why(one: Suggestion, shown: Shown, beside: frozenset[Kind]) -> tuple[str, ...]:
    """What speaks for it, the interests first; likeness alone counts where nothing is surer."""
    fitting = [verdict for verdict in one.verdicts if verdict.verdict is Outcome.FITS]
    interests = [verdict for verdict in fitting if verdict.kind is Kind.INTEREST]
    if not interests:
        interests = [verdict for verdict in one.verdicts if _is_like(verdict)]
    others = [one for one in fitting if _is_told(one, beside)]
    return _sentences([*interests, *others], shown)


def _is_like(verdict: Verdict) -> bool:
    return verdict.kind is Kind.INTEREST and verdict.verdict is Outcome.PARTLY


def _is_told(verdict: Verdict, beside: frozenset[Kind]) -> bool:
    """Whether it is worth a sentence: what stands beside the offer anyway is not."""
    if verdict.kind is Kind.DISTANCE and "minutes" not in verdict.values:
        return False
    return verdict.kind not in beside


def _hard(one: Suggestion, shown: Shown) -> tuple[str, ...]:
    """Every broken wish, and what else may be hard."""
    outcomes = (Outcome.BREAKS, Outcome.PARTLY)
    held = [verdict for verdict in one.verdicts if verdict.verdict in outcomes]
    return _sentences([verdict for verdict in held if not _is_like(verdict)], shown)


def _sentences(verdicts: Sequence[Verdict], shown: Shown) -> tuple[str, ...]:
    said = [reasons.text(verdict, shown.language, shown.level) for verdict in verdicts]
    return tuple(dict.fromkeys(said))


_PRACTICAL = {"distance.unknown": "place", "time.unknown": "times", "price.unknown": "price"}
"""What can be asked about beside the access facts, by the verdict that lacks it."""


def _questions(one: Suggestion, shown: Shown, asked: Mapping[str, datetime]) -> tuple[Ask, ...]:
    asks = []
    for verdict in one.verdicts:
        if verdict.verdict is not Outcome.ASK:
            continue
        question = reasons.question(verdict, shown.language, shown.level)
        if question is not None:
            asks.append(_ask(question, verdict.criterion, shown, asked))
        else:
            text = reasons.text(verdict, shown.language, shown.level)
            asks.append(_ask(text, _PRACTICAL.get(verdict.key, ""), shown, asked))
    return tuple(asks)


def _ask(text: str, field: str, shown: Shown, asked: Mapping[str, datetime]) -> Ask:
    opened = asked.get(field)
    if opened is None:
        return Ask(text, field)
    day = formats.day(opened.astimezone(_COPENHAGEN).date(), shown.language)
    return Ask(text, field, shown.t("ask.noted", date=day))
