"""The small pages: about, the style sheet of the municipality, and all components for review."""

from fastapi import APIRouter, Request, Response

from api.dependencies import CurrentIndex, Today, Words
from api.pages import views
from api.pages.render import page
from api.pages.shown import CurrentShown
from catalogue.errors import Missing

router = APIRouter()


@router.get("/om")
async def about(request: Request) -> Response:
    """What this is, and what it does not do."""
    return page(request, "about.html", {})


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
            "old", shown.t("fact.can_sit.yes"), "can_sit", "A", shown.t("fresh.years", years=1)
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
