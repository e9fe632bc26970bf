"""The pages of the saved list, which is kept in its address."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import CurrentIndex, Live, Today, Words
from api.pages import sheet, views
from api.pages.calendar import calendar_of
from api.pages.render import page
from api.pages.saved import SavedList, list_address, moved, saved_list, without
from api.pages.short_ids import MOST
from api.pages.shown import CurrentShown

router = APIRouter()
Ids = Annotated[str, Query(alias="t", max_length=2000)]


@router.get("/liste")
def list_page(
    request: Request,
    snapshot: CurrentIndex,
    live: Live,
    vocabulary: Words,
    on: Today,
    shown: CurrentShown,
    t: Ids = "",
) -> Response:
    """What somebody saved, in their order, and what is gone of it."""
    held = saved_list(t, snapshot, live.engine)
    symbol = sheet.address_qr(request, list_address(held.ids)) if held.ids else None
    return page(
        request,
        "list.html",
        {
            "rows": [
                {
                    "row": views.offer_row(offer, (), on, shown, vocabulary, index=snapshot.index),
                    "remove": list_address(without(held.ids, short), shown),
                    "up": _moved(held, short, -1, shown),
                    "down": _moved(held, short, 1, shown),
                }
                for short, offer in held.offers
            ],
            "gone": [(one, list_address(without(held.ids, one.short), shown)) for one in held.gone],
            "cut": held.cut,
            "most": MOST,
            "pdf": list_address(held.ids, shown, "/liste.pdf"),
            "ics": list_address(held.ids, shown, "/liste.ics"),
            "qr": None if symbol is None else sheet.svg_of(symbol),
            "address": sheet.address_of(request, list_address(held.ids)),
        },
    )


def _moved(held: SavedList, short: str, by: int, shown: CurrentShown) -> str | None:
    """The address of the list with one moved among those that are there; None at the end."""
    there = [one for one, _ in held.offers]
    place = there.index(short) + by
    if not 0 <= place < len(there):
        return None
    away = [one.short for one in held.gone]
    return list_address((*moved(there, short, by), *away), shown)


@router.get("/liste.pdf")
def list_pdf(
    request: Request,
    snapshot: CurrentIndex,
    live: Live,
    vocabulary: Words,
    on: Today,
    shown: CurrentShown,
    t: Ids = "",
) -> Response:
    """The list on paper."""
    held = saved_list(t, snapshot, live.engine)
    offers = [offer for _, offer in held.offers]
    return sheet.list_response(request, shown, held.ids, offers, snapshot.index, vocabulary, on)


@router.get("/liste.ics")
def list_calendar(
    request: Request,
    snapshot: CurrentIndex,
    live: Live,
    on: Today,
    shown: CurrentShown,
    t: Ids = "",
) -> Response:
    """The next times of everything on the list, for a calendar of the citizen's own."""
    held = saved_list(t, snapshot, live.engine)
    offers = [offer for _, offer in held.offers]
    calendar = calendar_of(
        offers,
        shown.t("saved.title"),
        on,
        lambda offer: sheet.address_of(request, f"/tilbud/{offer.id}"),
    )
    if calendar is None:
        back = list_address(held.ids, shown)
        words = {"title": shown.t("saved.title"), "line": shown.t("saved.no_times"), "back": back}
        return page(request, "nothing.html", words, status=404)
    return Response(
        calendar,
        media_type="text/calendar",
        headers={"Content-Disposition": 'attachment; filename="fritidsguide-liste.ics"'},
    )
