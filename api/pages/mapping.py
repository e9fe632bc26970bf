"""The map's data: the offers of a list by place, and the outline of the municipalities."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import orjson
from fastapi import APIRouter, Response

from api.dependencies import CurrentIndex, Places, Today, Words
from api.pages.browsing import AsChosen, query_of
from api.pages.offering import public_id
from api.pages.shown import CurrentShown, Shown
from catalogue.places import GAZETTEER
from catalogue.published import PublishedOffer
from matcher.browse import browse

router = APIRouter()
OUTLINE = GAZETTEER / "kommuner-oestjylland.geojson"
_MOST = 200  # offers on a map; the list has them all
_SURE_KM = 0.5  # a point less certain than this is said to be about there
_KEPT = "public, max-age=86400"


@router.get("/kort.json")
async def places(
    chosen: AsChosen,
    snapshot: CurrentIndex,
    gazetteer: Places,
    vocabulary: Words,
    on: Today,
    shown: CurrentShown,
) -> Response:
    """The first offers of a list by their place: those at one point stand together.

    {"places": [{"lat", "lon", "about", "offers": [[title, address], ...]}, ...], "total",
    "shown", "nowhere": how many of the shown have no known place, "home": [lat, lon] or null}
    """
    query, _ = query_of(chosen, gazetteer, vocabulary, on, shown, per_page=_MOST)
    found = browse(snapshot.index, query)
    return _json(
        {
            **_by_place([one.offer for one in found.results], shown),
            "total": found.total,
            "shown": len(found.results),
            "home": None if query.near is None else [query.near.lat, query.near.lon],
        }
    )


def _by_place(offers: Iterable[PublishedOffer], shown: Shown) -> dict[str, object]:
    held: dict[tuple[float, float], dict[str, object]] = {}
    at: dict[tuple[float, float], list[tuple[str, str]]] = {}
    nowhere = 0
    for offer in offers:
        point = offer.point
        if point is None:
            nowhere += 1
            continue
        key = (round(point.lat, 5), round(point.lon, 5))
        at.setdefault(key, []).append((offer.title, shown.link(f"/tilbud/{offer.id}")))
        held[key] = {"lat": key[0], "lon": key[1], "about": point.uncertainty_km > _SURE_KM}
    places = [{**place, "offers": at[key]} for key, place in held.items()]
    return {"places": places, "nowhere": nowhere}


@router.get("/tilbud/{offer_id}/kort.json")
async def place(offer_id: str, snapshot: CurrentIndex, shown: CurrentShown) -> Response:
    """The same for one offer."""
    found = snapshot.index.offer(public_id(offer_id))
    return _json({**_by_place([found], shown), "total": 1, "shown": 1, "home": None})


@router.get("/kommuner.json")
async def outline() -> Response:
    """The outline of the municipalities, as GeoJSON."""
    return Response(
        _outline(OUTLINE), media_type="application/geo+json", headers={"Cache-Control": _KEPT}
    )


@cache
def _outline(file: Path) -> bytes:
    """The file with four decimals of degrees, which are ten metres."""
    return orjson.dumps(_rounded(orjson.loads(file.read_bytes())))


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    if isinstance(value, Mapping):
        return {name: _rounded(one) for name, one in value.items()}
    return value


def _json(value: object) -> Response:
    return Response(orjson.dumps(value), media_type="application/json")
