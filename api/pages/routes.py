"""The citizen's pages. Everything works without JavaScript, and nothing is stored."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api import reasons
from api.dependencies import CurrentIndex, Places, Today, Words
from api.matching import match_soon
from api.pages import views
from api.pages.find import REACHES_KM, Form, read_form
from api.pages.render import page
from api.searching import browse_query
from api.wording import Language, sentence
from catalogue.errors import Invalid, Missing
from matcher.browse import BrowseQuery, Page, browse
from matcher.match import Kind, Match, Outcome, Suggestion
from matcher.need import DAYS
from matcher.negation import Understood

router = APIRouter()
_REACHES = (5, 15, 30)
_FIRST_CODES = ("step_free", "met_at_door", "small_group", "may_watch", "companion_welcome")
_SUGGESTIONS = 5
_OWN_LINES = ("interests", "day")  # fields of the form that are not carried over as they are
_LEFT_OUT = 20


@router.get("/")
@router.get("/tilbud")
async def offers(
    request: Request,
    snapshot: CurrentIndex,
    gazetteer: Places,
    vocabulary: Words,
    on: Today,
    q: str = "",
    near: str = "",
    km: str = "",
    day: str = "",
    requires: Annotated[list[str] | None, Query()] = None,
    free: str = "",
    sort: str = "",
    side: str = "1",
) -> Response:
    """Browse: a search, filters and a page of offers."""
    chosen: dict[str, list[str]] = {
        "q": [q.strip()],
        "near": [near.strip()],
        "km": [km],
        "day": [day],
        "requires": list(requires or ()),
        "free": [free],
        "sort": [sort],
    }
    near_error = ""
    try:
        query = _query(chosen, side, gazetteer, vocabulary)
    except Invalid as error:
        if not str(error).startswith("near"):
            raise
        near_error = sentence("list.unknown.near", {"near": near.strip()[:40]})
        query = _query(
            {**chosen, "near": [""], "km": [""], "sort": [""]}, side, gazetteer, vocabulary
        )
    found = browse(snapshot.index, query)
    codes = [fact.code for fact in vocabulary.access_facts]
    first = [*_FIRST_CODES, *(code for code in query.requires if code not in _FIRST_CODES)]
    return page(
        request,
        "offers.html",
        {
            "query": query,
            "chosen": chosen,
            "near_error": near_error,
            "found": found,
            "rows": [
                views.offer_row(
                    one.offer,
                    query.requires,
                    on,
                    one.distance_km,
                    approximate=one.distance_is_approximate,
                )
                for one in found.results
            ],
            "tags": _tags(chosen, query),
            "first_codes": [(code, views.label(code)) for code in first],
            "more_codes": [(code, views.label(code)) for code in codes if code not in first],
            "days": [(name, sentence(f"day.{name}")) for name in DAYS],
            "reaches": _REACHES,
            "pages": _pages(chosen, found),
        },
    )


def _query(
    chosen: dict[str, list[str]], side: str, gazetteer: Places, vocabulary: Words
) -> BrowseQuery:
    km = chosen["km"][0]
    near = chosen["near"][0]
    return browse_query(
        gazetteer,
        vocabulary,
        q=chosen["q"][0],
        near=near,
        km=float(km) if km.isascii() and km.isdigit() and near else None,
        day=chosen["day"][0],
        requires=chosen["requires"],
        free=bool(chosen["free"][0]),
        sort=chosen["sort"][0] if near or chosen["sort"][0] != "distance" else "",
        page=int(side) if side.isascii() and side.isdigit() and len(side) < 7 else 1,
    )


def _address(chosen: dict[str, list[str]], **other: str) -> str:
    pairs = [(name, value) for name, values in chosen.items() for value in values if value]
    pairs += list(other.items())
    return f"/tilbud?{urlencode(pairs)}#tilbud" if pairs else "/tilbud#tilbud"


def _tags(chosen: dict[str, list[str]], query: BrowseQuery) -> list[tuple[str, str]]:
    """Each choice with the address that takes it away."""
    tags = []
    for code in query.requires:
        rest = [one for one in query.requires if one != code]
        tags.append((views.label(code), _address({**chosen, "requires": rest})))
    if query.day is not None:
        tags.append((sentence(f"day.{query.day}"), _address({**chosen, "day": []})))
    if query.km is not None:
        most = sentence("list.filters.km.most", {"km": int(query.km)})
        tags.append((most, _address({**chosen, "km": []})))
    if query.free:
        tags.append((sentence("list.filters.free"), _address({**chosen, "free": []})))
    return tags


def _pages(chosen: dict[str, list[str]], found: Page) -> dict[str, str | None]:
    return {
        "previous": _address(chosen, side=str(found.page - 1)) if found.page > 1 else None,
        "next": _address(chosen, side=str(found.page + 1)) if found.page < found.pages else None,
    }


@router.get("/tilbud/{offer_id}")
async def offer(
    request: Request, offer_id: str, snapshot: CurrentIndex, vocabulary: Words, on: Today
) -> Response:
    """One offer, with all that is known and all that is not."""
    try:
        public_id = UUID(offer_id)
    except ValueError as error:
        raise Missing("no offer has such an id") from error
    shown = views.offer_page(snapshot.index.offer(public_id), vocabulary, on)
    return page(request, "offer.html", {"offer": shown})


@router.get("/find")
async def find(request: Request, vocabulary: Words) -> Response:
    """The form, empty."""
    return _find_page(request, Form(), vocabulary)


@router.post("/find")
async def suggest(
    request: Request, snapshot: CurrentIndex, gazetteer: Places, vocabulary: Words, on: Today
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
        return _find_page(request, form, vocabulary, status=422)
    found = await match_soon(snapshot.index, need, on, _SUGGESTIONS, snapshot.weights)
    return page(
        request,
        "suggestions.html",
        {
            "form": form,
            "heard": [_without(form, one) for one in found.understood],
            **_suggestions(found, need.requires, on),
        },
    )


def _without(form: Form, one: Understood) -> tuple[str, list[tuple[str, str]]]:
    """What an idea denies, and the form's fields as they would be if it did not."""
    lines = [line.strip() for line in form.values.get("interests", "").splitlines()]
    interests = "\n".join(one.wanted if line == one.idea else line for line in lines)
    fields = [(name, value) for name, value in form.values.items() if name not in _OWN_LINES]
    fields += [("interests", interests), *(("day", day) for day in form.days)]
    return ", ".join(one.unwanted), fields


def _find_page(request: Request, form: Form, vocabulary: Words, *, status: int = 200) -> Response:
    return page(
        request,
        "find.html",
        {
            "form": form,
            "reaches": REACHES_KM,
            "days": [(name, sentence(f"day.{name}")) for name in DAYS],
            "needs": [
                (fact.code, sentence(f"need.{fact.code}.me")) for fact in vocabulary.access_facts
            ],
        },
        status=status,
    )


def _suggestions(found: Match, codes: Sequence[str], on: Today) -> dict[str, object]:
    def shown(one: Suggestion) -> dict[str, object]:
        return {
            "row": views.offer_row(
                one.offer,
                codes,
                on,
                one.distance_km,
                approximate=one.distance_is_approximate,
            ),
            "rank": one.rank,
            "why": _said(one, (Outcome.FITS,)),
            "hard": _said(one, (Outcome.BREAKS, Outcome.PARTLY)),
            "ask": _said(one, (Outcome.ASK,)),
            "more": one.more_of_organisation,
            "of_organisation": f"/tilbud?{urlencode({'q': one.offer.organisation.name})}",
        }

    return {
        "bands": [
            (band, [shown(one) for one in found.matches if one.band.value == band])
            for band in ("confirmed", "ask_first")
        ],
        "any": bool(found.matches),
        "relax": [(reasons.text(one, Language.DA), one.gives) for one in found.relax],
        "excluded_count": found.excluded_count,
        "excluded": [
            (one.offer.title, str(one.offer.id), reasons.text(one, Language.DA))
            for one in found.excluded[:_LEFT_OUT]
        ],
    }


def _said(one: Suggestion, outcomes: Sequence[Outcome]) -> list[str]:
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
        question = reasons.question(verdict, Language.DA)
        said.append(question if question is not None else reasons.text(verdict, Language.DA))
    return said


@router.get("/om")
async def about(request: Request) -> Response:
    """What this is, and what it does not do."""
    return page(request, "about.html", {})
