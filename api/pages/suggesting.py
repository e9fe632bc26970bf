"""The suggestions as a page shows them: two bands, and why, what may be hard, what to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api import reasons
from api.pages import views
from api.pages.answers import Answers, is_must, lines
from api.pages.saved import list_address, short_id
from api.pages.shown import Shown
from catalogue.vocabulary import Vocabulary
from matcher.match import Band, Kind, Match, Outcome, Relaxation, Suggestion
from matcher.negation import Understood

_LEFT_OUT = 20


@dataclass(frozen=True, slots=True)
class Ask:
    """A question, and the fact that it would settle; an empty code = none of ours to ask."""

    text: str
    code: str


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
    save: str
    """The address of a list with this one offer."""


def suggestion(
    one: Suggestion, codes: Sequence[str], on: date, shown: Shown, vocabulary: Vocabulary
) -> Row:
    """A suggestion in words. codes: what is required, shown first."""
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
        ),
        rank=one.rank,
        band=one.band.value,
        short=short,
        why=_said(one, shown, (Outcome.FITS,)),
        hard=_said(one, shown, (Outcome.BREAKS, Outcome.PARTLY)),
        ask=_questions(one, shown),
        more=one.more_of_organisation,
        of_organisation=shown.link("/tilbud", q=one.offer.organisation.name),
        save=list_address((short,), shown),
    )


def found(
    match: Match,
    codes: Sequence[str],
    answers: Answers,
    on: date,
    shown: Shown,
    vocabulary: Vocabulary,
) -> dict[str, object]:
    """Everything that the page of suggestions shows of a match."""
    rows = [suggestion(one, codes, on, shown, vocabulary) for one in match.matches]
    return {
        "rows": rows,
        "bands": [(band.value, [one for one in rows if one.band == band.value]) for band in Band],
        "save_all": list_address([one.short for one in rows], shown),
        "heard": [
            (", ".join(one.unwanted), _allowing(answers, one).pairs()) for one in match.understood
        ],
        "relax": [
            (
                reasons.text(one, shown.language, shown.level),
                one.gives,
                _relaxed(answers, one, vocabulary).pairs(),
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


def _relaxed(answers: Answers, one: Relaxation, vocabulary: Vocabulary) -> Answers:
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
        code
        for code in needs
        if code != one.values.get("code") and is_must(answers, code, vocabulary)
    )
    groups = dict.fromkeys(vocabulary.access_fact(code).group for code in needs)
    return answers.having(must=must, asked=tuple(groups))


def _said(one: Suggestion, shown: Shown, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Sentences of the verdicts with these outcomes; likeness alone counts as a reason."""
    said = []
    for verdict in one.verdicts:
        likeness = verdict.kind is Kind.INTEREST and verdict.verdict is Outcome.PARTLY
        outcome = Outcome.FITS if likeness else verdict.verdict
        if outcome not in outcomes:
            continue
        if verdict.kind is Kind.FRESHNESS and outcome is Outcome.FITS:
            continue  # said on the offer's own page
        said.append(reasons.text(verdict, shown.language, shown.level))
    return tuple(dict.fromkeys(said))


def _questions(one: Suggestion, shown: Shown) -> tuple[Ask, ...]:
    asks = []
    for verdict in one.verdicts:
        if verdict.verdict is not Outcome.ASK:
            continue
        question = reasons.question(verdict, shown.language, shown.level)
        if question is not None:
            asks.append(Ask(question, verdict.criterion))
        else:
            asks.append(Ask(reasons.text(verdict, shown.language, shown.level), ""))
    return tuple(asks)
