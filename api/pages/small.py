"""The small pages: about, privacy, the accessibility statement, offline; and all components."""

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import CurrentIndex, Today, Words
from api.pages import front_end, views
from api.pages.render import page
from api.pages.shown import CurrentShown
from catalogue.errors import Missing

router = APIRouter()
_WORKER = front_end.STATIC / "worker.js"


@router.get("/om")
async def about(request: Request) -> Response:
    """What this is, and what it does not do."""
    return page(request, "about.html", {})


@router.get("/privatliv")
async def privacy(request: Request) -> Response:
    """What is kept, what is not, and whom to ask."""
    return page(request, "privacy.html", {})


@router.get("/was")
async def statement(request: Request) -> Response:
    """The accessibility statement; where none is set, whom to tell about a barrier."""
    address = request.app.state.settings.statement
    if address is not None:
        return RedirectResponse(address, 302)
    return page(request, "statement.html", {})


@router.get("/offline")
async def offline(request: Request) -> Response:
    """What is shown where there is no network."""
    return page(request, "offline.html", {})


@router.get("/worker.js")
async def worker() -> Response:
    """The worker that keeps the plain list, from the root so that it may answer for all pages."""
    return Response(
        _WORKER.read_bytes(), media_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


@router.get("/manifest.webmanifest")
async def manifest(request: Request, shown: CurrentShown) -> Response:
    """For who puts the pages on their telephone's first screen."""
    name = shown.t("page.title")
    content = {
        "name": f"{name}, {request.app.state.settings.municipality}",
        "short_name": name,
        "lang": shown.language.value,
        "dir": shown.language.direction,
        "start_url": shown.link("/"),
        "display": "browser",
        "icons": [{"src": front_end.asset("icon.svg"), "type": "image/svg+xml", "sizes": "any"}],
    }
    return Response(orjson.dumps(content), media_type="application/manifest+json")


@router.get("/tema.css")
async def theme(request: Request) -> Response:
    """The fonts and the municipality's colours."""
    return Response(request.app.state.theme, media_type="text/css")


@router.get("/komponenter")
async def components(
    request: Request, snapshot: CurrentIndex, vocabulary: Words, on: Today, shown: CurrentShown
) -> Response:
    """Every component in every state, for review; in the demo alone."""
    if not request.app.state.settings.demo:
        raise Missing("components are shown in the demo only")
    facts = [
        views.Mark("yes", shown.t("fact.step_free.yes"), "step_free", "A"),
        views.Mark(
            "old", shown.t("fact.can_sit.yes"), "can_sit", "A", shown.t("fresh.old", years=1)
        ),
        views.Mark("no", shown.t("fact.hearing_loop.no"), "hearing_loop", "A"),
        views.Mark("likely", shown.t("fact.drop_in.likely"), "drop_in", "A", quote="B"),
        views.Mark("likely_no", shown.t("fact.drop_in.likely_no"), "drop_in", "A", quote="B"),
        views.Mark("unknown", shown.t("fact.wheelchair_toilet.unknown"), "wheelchair_toilet"),
    ]
    rows = [
        views.offer_row(offer, ("step_free", "met_at_door", "hearing_loop"), on, shown, vocabulary)
        for offer in snapshot.index.offers[:3]
    ]
    return page(request, "components.html", {"facts": facts, "rows": rows})
