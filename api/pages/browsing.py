"""Browse: a search, filters and a page of offers."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import CurrentIndex, Places, Today, Words
from api.pages import views
from api.pages.render import page
from api.pages.shown import CurrentShown, Shown
from api.searching import browse_query
from catalogue.errors import Invalid
from matcher.browse import BrowseQuery, Page, browse
from matcher.need import DAYS

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
    shown: CurrentShown,
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
        near_error = shown.t("list.unknown.near", near=near.strip()[:40])
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
                    shown,
                    vocabulary,
                    one.distance_km,
                    approximate=one.distance_is_approximate,
                )
                for one in found.results
            ],
            "tags": _tags(chosen, query, shown),
            "first_codes": [(code, shown.t(f"label.{code}")) for code in first],
            "more_codes": [(code, shown.t(f"label.{code}")) for code in codes if code not in first],
            "days": [(name, shown.t(f"day.{name}")) for name in DAYS],
            "reaches": _REACHES,
            "pages": _pages(chosen, found, shown),
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


def _address(chosen: dict[str, list[str]], shown: Shown, **other: str) -> str:
    return shown.link("/tilbud#tilbud", **chosen, **other)


def _tags(chosen: dict[str, list[str]], query: BrowseQuery, shown: Shown) -> list[tuple[str, str]]:
    """Each choice with the address that takes it away."""
    tags = []
    for code in query.requires:
        rest = [one for one in query.requires if one != code]
        tags.append((shown.t(f"label.{code}"), _address({**chosen, "requires": rest}, shown)))
    if query.day is not None:
        tags.append((shown.t(f"day.{query.day}"), _address({**chosen, "day": []}, shown)))
    if query.km is not None:
        most = shown.t("list.filters.km.most", km=int(query.km))
        tags.append((most, _address({**chosen, "km": []}, shown)))
    if query.free:
        tags.append((shown.t("list.filters.free"), _address({**chosen, "free": []}, shown)))
    return tags


def _pages(chosen: dict[str, list[str]], found: Page, shown: Shown) -> dict[str, str | None]:
    return {
        "previous": _address(chosen, shown, side=str(found.page - 1)) if found.page > 1 else None,
        "next": _address(chosen, shown, side=str(found.page + 1))
        if found.page < found.pages
        else None,
    }
