"""The JSON API."""

import json
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from api.dependencies import CurrentIndex, Live, Places, Today, Words
from api.match_json import match_json
from api.matching import match_soon
from api.searching import browse_query
from api.v1.values import brief, full
from api.wording import Language
from catalogue.database import reading
from catalogue.errors import Invalid
from matcher.browse import browse
from matcher.need import GroupNeed, Need, read_need
from matcher.paper import for_paper

router = APIRouter()
_NEED_SCHEMA = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [
                        Need.model_json_schema(ref_template="#/components/schemas/{model}"),
                        GroupNeed.model_json_schema(ref_template="#/components/schemas/{model}"),
                    ]
                }
            }
        },
    }
}


def _json(value: object) -> Response:
    return Response(orjson.dumps(value), media_type="application/json")


@router.post("/api/v1/matches")
async def matches(
    request: Request,
    snapshot: CurrentIndex,
    on: Today,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    language: Language = Language.DA,
    paper: bool = False,
) -> Response:
    """The best offers for a need or a group, with reasons. Stores nothing.

    paper: without who asked for what, for the hands of a whole group.
    """
    try:
        need = read_need(json.loads(await request.body(), parse_constant=_no_constant))
    except (ValueError, RecursionError) as error:
        raise Invalid("the body is not JSON") from error
    found = await match_soon(snapshot.index, need, on, limit, snapshot.weights)
    return _json(match_json(for_paper(found) if paper else found, language=language))


def _no_constant(name: str) -> float:
    raise ValueError(name)  # NaN and Infinity are no JSON


@router.get("/api/v1/offers")
async def offers(
    snapshot: CurrentIndex,
    gazetteer: Places,
    vocabulary: Words,
    on: Today,
    q: str = "",
    near: str = "",
    km: float | None = None,
    activity: str = "",
    day: str = "",
    requires: Annotated[list[str] | None, Query()] = None,
    free: bool = False,
    age: Annotated[int | None, Query(ge=0, le=120)] = None,
    sort: str = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Response:
    """Offers by words, place and facts, with facet counts."""
    query = browse_query(
        gazetteer,
        vocabulary,
        q=q,
        near=near,
        km=km,
        activity=activity,
        day=day,
        requires=requires or (),
        free=free,
        age=age,
        on=on,
        sort=sort,
        page=page,
    )
    found = browse(snapshot.index, query)
    return _json(
        {
            "total": found.total,
            "page": found.page,
            "pages": found.pages,
            "offers": [
                brief(one.offer, one.distance_km, approximate=one.distance_is_approximate)
                for one in found.results
            ],
            "facets": found.facets,
        }
    )


@router.get("/api/v1/offers/{offer_id}")
async def offer(offer_id: UUID, snapshot: CurrentIndex, vocabulary: Words, on: Today) -> Response:
    """One offer, with the source and date of every fact."""
    return _json(full(snapshot.index.offer(offer_id), vocabulary, on))


@router.get("/api/v1/organisations/{organisation_id}")
async def organisation(organisation_id: UUID, snapshot: CurrentIndex) -> Response:
    """One organisation and its offers."""
    held = snapshot.index.of_organisation(organisation_id)
    found = held[0].organisation
    return _json(
        {
            "id": str(found.id),
            "name": found.name,
            "kind": found.kind,
            "cvr": found.cvr,
            "offers": [brief(one) for one in held],
        }
    )


@router.get("/api/v1/places")
async def places(
    gazetteer: Places,
    q: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=20)] = 8,
) -> Response:
    """Places that somebody may mean who types `q`."""
    return _json(
        {
            "places": [
                {
                    "label": place.label,
                    "kind": place.kind.value,
                    "name": place.name,
                    "postcode": place.postcode,
                    "municipality": place.municipality,
                    "lat": place.point.lat,
                    "lon": place.point.lon,
                    "uncertainty_km": place.point.uncertainty_km,
                }
                for place in gazetteer.search(q, limit)
            ]
        }
    )


@router.get("/healthz")
async def healthz() -> Response:
    """The process answers."""
    return _json({"status": "ok"})


@router.get("/readyz")
def readyz(live: Live) -> Response:
    """The database answers and the index is built. 503 otherwise."""
    with reading(live.engine) as session:
        session.execute(text("SELECT 1"))
    snapshot = live.current()
    return _json({"status": "ok", "offers": len(snapshot.index), "change": snapshot.number})


@router.get("/metrics")
async def metrics() -> Response:
    """Counts and times by route, for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
