"""One offer: all that is known of it, all that is not, and asking about that."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import CurrentIndex, Live, Today, Words
from api.guards import GUARDED
from api.pages import offer_view
from api.pages.render import page
from api.pages.shown import CurrentShown, Shown
from catalogue import questions, remarks
from catalogue.answers import Answer
from catalogue.database import reading, writing
from catalogue.errors import Conflict, Missing
from catalogue.formats import ical, schemaorg
from catalogue.published import PublishedOffer

router = APIRouter()
_THANKS = ("spurgt", "fejl")
_KNOWN_BY = {
    "times": ("times",),
    "place": ("place",),
    "price": ("price",),
    "contact": ("phone", "email", "website"),
}
"""Which facts answer the practical questions."""


@router.get("/tilbud/{offer_id}.ics")
async def dates(request: Request, offer_id: str, snapshot: CurrentIndex, on: Today) -> Response:
    """The coming meetings, for a calendar. 404 where no time is known."""
    found = snapshot.index.offer(public_id(offer_id))
    if found.times is None or not found.times.meetings:
        raise Missing("nobody has said when this offer meets")
    content = ical.calendar(found, after=on, at=datetime.now(UTC), url=_url(request, found))
    named = {"Content-Disposition": 'attachment; filename="tilbud.ics"'}
    return Response(content, media_type="text/calendar", headers=named)


@router.get("/tilbud/{offer_id}")
def offer(
    request: Request,
    offer_id: str,
    snapshot: CurrentIndex,
    live: Live,
    vocabulary: Words,
    on: Today,
    shown: CurrentShown,
    tak: str = "",
) -> Response:
    """One offer, with all that is known and all that is not."""
    found = snapshot.index.offer(public_id(offer_id))
    with reading(live.engine) as session:
        asked = questions.open_questions(session, found.id)
    return page(
        request,
        "offer.html",
        {
            "offer": offer_view.offer_page(found, vocabulary, on, shown, snapshot.index, asked),
            "thanks": shown.t(f"offer.thanks.{tak}") if tak in _THANKS else "",
            "json_ld": schemaorg.json_ld(found, vocabulary, on, _url(request, found)),
            "has_times": bool(found.times and found.times.meetings),
            "map_data": f"/tilbud/{found.id}/kort.json",
        },
    )


@router.post("/tilbud/{offer_id}/spoerg", dependencies=GUARDED)
def ask(
    offer_id: str,
    om: Annotated[str, Form(max_length=40)],
    snapshot: CurrentIndex,
    live: Live,
    vocabulary: Words,
    shown: CurrentShown,
) -> Response:
    """Open a question about something unknown. Nothing is kept of who asked."""
    found = snapshot.index.offer(public_id(offer_id))
    if _is_known(found, om):
        raise Conflict("that is known already")
    with writing(live.engine) as session:
        questions.ask(session, vocabulary, offer=found.id, field=om, at=datetime.now(UTC))
    return _back(found, shown, "spurgt")


def _is_known(offer: PublishedOffer, field: str) -> bool:
    if field in _KNOWN_BY:
        return any(name in offer.facts for name in _KNOWN_BY[field])
    return offer.answer(field) is not Answer.UNKNOWN


@router.get("/tilbud/{offer_id}/fejl")
async def report(request: Request, offer_id: str, snapshot: CurrentIndex) -> Response:
    """The form "Er noget forkert?", empty."""
    return _report_page(request, snapshot.index.offer(public_id(offer_id)), {}, {})


@router.post("/tilbud/{offer_id}/fejl", dependencies=GUARDED)
def send_report(
    request: Request,
    offer_id: str,
    snapshot: CurrentIndex,
    live: Live,
    on: Today,
    shown: CurrentShown,
    om: Annotated[str, Form(max_length=40)] = "",
    ord_: Annotated[str, Form(alias="ord", max_length=5000)] = "",
) -> Response:
    """Keep it for the curator; with personal data in it, it is not kept but given back."""
    found = snapshot.index.offer(public_id(offer_id))
    errors = {}
    if om not in remarks.ABOUT:
        errors["om"] = shown.t("report.choose")
    words = ord_.strip().replace("\r\n", "\n")
    personal = remarks.personal_data(words, on)
    if len(words) > remarks.MAX_LETTERS:
        errors["ord"] = shown.t("form.too_long", count=len(words), max=remarks.MAX_LETTERS)
    elif personal is not None:
        errors["ord"] = shown.t("report.personal" if personal == "form.name" else personal)
    elif om == "other" and not words:
        errors["ord"] = shown.t("report.words.missing")
    if errors:
        return _report_page(request, found, {"om": om, "ord": words}, errors, status=422)
    with writing(live.engine) as session:
        remarks.remark(session, offer=found.id, about=om, words=words, at=datetime.now(UTC))
    return _back(found, shown, "fejl")


def _report_page(
    request: Request,
    offer: PublishedOffer,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    status: int = 200,
) -> Response:
    return page(
        request,
        "report.html",
        {
            "offer": offer,
            "values": values,
            "errors": errors,
            "about": remarks.ABOUT,
            "most": remarks.MAX_LETTERS,
        },
        status=status,
    )


def _back(offer: PublishedOffer, shown: Shown, thanks: str) -> Response:
    """To the offer's page, which says thank you. A path alone: no host that the asker names."""
    return RedirectResponse(shown.link(f"/tilbud/{offer.id}", tak=thanks), 303)


def _url(request: Request, offer: PublishedOffer) -> str | None:
    address = request.app.state.settings.address
    return None if address is None else f"{address}/tilbud/{offer.id}"


def public_id(text: str) -> UUID:
    """The id in an address. Raises Missing for what cannot be one."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Missing("no offer has such an id") from error
