"""One offer: all that is known of it, and all that is not."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.dependencies import CurrentIndex, Today, Words
from api.pages import views
from api.pages.render import page
from api.pages.shown import CurrentShown
from catalogue.errors import Missing

router = APIRouter()


@router.get("/tilbud/{offer_id}")
async def offer(
    request: Request,
    offer_id: str,
    snapshot: CurrentIndex,
    vocabulary: Words,
    on: Today,
    shown: CurrentShown,
) -> Response:
    """One offer, with all that is known and all that is not."""
    found = snapshot.index.offer(public_id(offer_id))
    return page(request, "offer.html", {"offer": views.offer_page(found, vocabulary, on, shown)})


def public_id(text: str) -> UUID:
    """The id in an address. Raises Missing for what cannot be one."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Missing("no offer has such an id") from error
