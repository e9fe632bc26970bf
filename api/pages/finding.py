"""The pages of "Find noget til mig". The need is neither stored nor logged."""

from collections.abc import Sequence
from datetime import date

from fastapi import APIRouter, Request, Response

from api import reasons
from api.dependencies import CurrentIndex, Places, Today, Words
from api.matching import match_one
from api.pages import views
from api.pages.find import REACHES_KM, Form, read_form
from api.pages.render import page
from api.pages.shown import CurrentShown, Shown
from catalogue.errors import Invalid
from catalogue.vocabulary import Vocabulary
from matcher.match import Kind, Match, Outcome, Suggestion
from matcher.need import DAYS
from matcher.negation import Understood

router = APIRouter()
_SUGGESTIONS = 5
_OWN_LINES = ("interests", "day")  # fields of the form that are not carried over as they are
_LEFT_OUT = 20


@router.get("/find")
async def find(request: Request, vocabulary: Words, shown: CurrentShown) -> Response:
    """The form, empty."""
    return _find_page(request, Form(), vocabulary, shown)


@router.post("/find")
async def suggest(
    request: Request,
    snapshot: CurrentIndex,
    gazetteer: Places,
    vocabulary: Words,
    on: Today,
    shown: CurrentShown,
) -> Response:
    """Suggestions for what was written. The need is neither stored nor logged."""
    try:
        async with request.form(max_files=0, max_fields=200) as sent:
            texts = {name: value for name, value in sent.items() if isinstance(value, str)}
            days = [value for value in sent.getlist("day") if isinstance(value, str)]
    except (LookupError, ValueError) as error:
        raise Invalid("the form is in characters that are not known") from error
    form, need = read_form(texts, days, gazetteer, vocabulary)
    if need is None:
        return _find_page(request, form, vocabulary, shown, status=422)
    found = match_one(snapshot.index, need, on, _SUGGESTIONS)
    return page(
        request,
        "suggestions.html",
        {
            "form": form,
            "heard": [_without(form, one) for one in found.understood],
            **_suggestions(found, need.requires, on, shown, vocabulary),
        },
    )


def _without(form: Form, one: Understood) -> tuple[str, list[tuple[str, str]]]:
    """What an idea denies, and the form's fields as they would be if it did not."""
    lines = [line.strip() for line in form.values.get("interests", "").splitlines()]
    interests = "\n".join(one.wanted if line == one.idea else line for line in lines)
    fields = [(name, value) for name, value in form.values.items() if name not in _OWN_LINES]
    fields += [("interests", interests), *(("day", day) for day in form.days)]
    return ", ".join(one.unwanted), fields


def _find_page(
    request: Request, form: Form, vocabulary: Vocabulary, shown: Shown, *, status: int = 200
) -> Response:
    return page(
        request,
        "find.html",
        {
            "form": form,
            "reaches": REACHES_KM,
            "days": [(name, shown.t(f"day.{name}")) for name in DAYS],
            "needs": [
                (fact.code, shown.t(f"need.{fact.code}.me")) for fact in vocabulary.access_facts
            ],
        },
        status=status,
    )


def _suggestions(
    found: Match, codes: Sequence[str], on: date, shown: Shown, vocabulary: Vocabulary
) -> dict[str, object]:
    def row(one: Suggestion) -> dict[str, object]:
        return {
            "row": views.offer_row(
                one.offer,
                codes,
                on,
                shown,
                vocabulary,
                one.distance_km,
                approximate=one.distance_is_approximate,
            ),
            "rank": one.rank,
            "why": _said(one, shown, (Outcome.FITS,)),
            "hard": _said(one, shown, (Outcome.BREAKS, Outcome.PARTLY)),
            "ask": _said(one, shown, (Outcome.ASK,)),
            "more": one.more_of_organisation,
            "of_organisation": shown.link("/tilbud", q=one.offer.organisation.name),
        }

    return {
        "bands": [
            (band, [row(one) for one in found.matches if one.band.value == band])
            for band in ("confirmed", "ask_first")
        ],
        "any": bool(found.matches),
        "relax": [
            (reasons.text(one, shown.language, shown.level), one.gives) for one in found.relax
        ],
        "excluded_count": found.excluded_count,
        "excluded": [
            (one.offer.title, str(one.offer.id), reasons.text(one, shown.language, shown.level))
            for one in found.excluded[:_LEFT_OUT]
        ],
    }


def _said(one: Suggestion, shown: Shown, outcomes: Sequence[Outcome]) -> list[str]:
    """Sentences of the verdicts with these outcomes; likeness alone counts as a reason."""
    said = []
    for verdict in one.verdicts:
        likeness = verdict.kind is Kind.INTEREST
        outcome = (
            Outcome.FITS if likeness and verdict.verdict is Outcome.PARTLY else verdict.verdict
        )
        if outcome not in outcomes:
            continue
        if verdict.kind is Kind.FRESHNESS and outcome is Outcome.FITS:
            continue  # said on the offer's own page
        question = reasons.question(verdict, shown.language, shown.level)
        said.append(
            question if question is not None else reasons.text(verdict, shown.language, shown.level)
        )
    return said
