"""Browse: a search, filters, and pages of offers. Nothing of it is stored or logged."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api import reasons
from api.dependencies import CurrentIndex, Places, Today, Words
from api.pages import views
from api.pages.interests import INTERESTS, activities_of
from api.pages.render import page
from api.pages.shown import CurrentShown, Shown
from api.searching import PER_PAGE, browse_query
from api.wording import Level
from catalogue.errors import Invalid
from catalogue.places import Gazetteer
from catalogue.vocabulary import Vocabulary
from matcher.browse import BrowseQuery, Page, Sort, browse
from matcher.index import Index
from matcher.loosen import loosened
from matcher.match import Relaxation
from matcher.need import DAYS

router = APIRouter()
REACHES_KM = (5, 15, 30)
SORTS = (Sort.FIT, Sort.DISTANCE, Sort.NEXT)
_FEWER = 5  # offers on a page in easy words or with pictures
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody asked for, as it stands in the address."""

    q: str
    near: str
    km: str
    day: str
    interests: tuple[str, ...]
    requires: tuple[str, ...]
    free: str
    age: str
    sort: str

    def address(self, shown: Shown, path: str = "/tilbud#tilbud", side: int = 1) -> str:
        """The address that asks for it, at a page of the list."""
        return shown.link(
            path,
            q=self.q,
            near=self.near,
            km=self.km,
            day=self.day,
            emne=self.interests,
            requires=self.requires,
            free=self.free,
            age=self.age,
            sort=self.sort,
            side=side if side > 1 else None,
        )


async def _chosen(
    q: str = "",
    near: str = "",
    km: str = "",
    day: str = "",
    emne: Annotated[list[str] | None, Query()] = None,
    requires: Annotated[list[str] | None, Query()] = None,
    free: str = "",
    age: str = "",
    sort: str = "",
) -> Chosen:
    return Chosen(
        q=q.strip(),
        near=near.strip(),
        km=km,
        day=day,
        interests=tuple(dict.fromkeys(code for code in emne or () if code in INTERESTS)),
        requires=tuple(dict.fromkeys(requires or ())),
        free="1" if free else "",
        age=age.strip(),
        sort=sort,
    )


AsChosen = Annotated[Chosen, Depends(_chosen)]


@router.get("/")
@router.get("/tilbud")
async def offers(
    request: Request,
    chosen: AsChosen,
    snapshot: CurrentIndex,
    gazetteer: Places,
    vocabulary: Words,
    on: Today,
    shown: CurrentShown,
    side: str = "1",
) -> Response:
    """A page of the list, with what can be chosen and what was."""
    number = int(side) if side.isascii() and side.isdigit() and len(side) < 7 else 1
    query, errors = query_of(chosen, gazetteer, vocabulary, on, shown, number)
    found = browse(snapshot.index, query)
    relaxations = () if found.total else loosened(snapshot.index, query)
    codes = [fact.code for fact in vocabulary.access_facts]
    first = list(dict.fromkeys((*views.FIRST_CODES, *query.requires)))
    tags = _tags(chosen, query, shown)
    return page(
        request,
        "offers.html",
        {
            "query": query,
            "chosen": chosen,
            "errors": errors,
            "found": found,
            "rows": _rows(snapshot.index, found, query, on, shown),
            "tags": tags,
            "filters": len(tags),
            "interests": _interests(chosen, shown),
            "first_codes": first,
            "more_codes": [code for code in codes if code not in first],
            "days": DAYS,
            "reaches": sorted({*REACHES_KM, *([int(query.km)] if query.km else [])}),
            "sorts": SORTS if query.near else [one for one in SORTS if one is not Sort.DISTANCE],
            "ways": [_way(chosen, one, shown) for one in relaxations],
            "previous": chosen.address(shown, side=found.page - 1) if found.page > 1 else None,
            "next": chosen.address(shown, side=found.page + 1)
            if found.page < found.pages
            else None,
            "map_data": chosen.address(shown, "/kort.json"),
        },
    )


def query_of(
    chosen: Chosen,
    gazetteer: Gazetteer,
    vocabulary: Vocabulary,
    on: date,
    shown: Shown,
    number: int = 1,
    per_page: int | None = None,
) -> tuple[BrowseQuery, dict[str, str]]:
    """The query, and what of it cannot be used, by field. Raises Invalid for the rest."""
    errors: dict[str, str] = {}
    age = None
    if chosen.age:
        if chosen.age.isascii() and chosen.age.isdigit() and int(chosen.age[:4]) <= 120:
            age = int(chosen.age)
        else:
            errors["age"] = shown.t("form.age")

    def query(near: str) -> BrowseQuery:
        km = chosen.km
        return browse_query(
            gazetteer,
            vocabulary,
            q=chosen.q,
            near=near,
            km=float(km) if km.isascii() and km.isdigit() and near else None,
            day=chosen.day,
            interests=activities_of(chosen.interests),
            requires=chosen.requires,
            free=bool(chosen.free),
            age=age,
            on=on,
            sort=chosen.sort if near or chosen.sort != Sort.DISTANCE else "",
            page=number,
            per_page=per_page or (PER_PAGE if shown.level is Level.NORMAL else _FEWER),
        )

    try:
        return query(chosen.near), errors
    except Invalid as error:
        if not str(error).startswith(("near", "coordinates")):
            raise
        errors["near"] = shown.t("list.unknown.near", near=chosen.near[:_LONGEST_NAME])
        return query(""), errors


def _rows(
    index: Index, found: Page, query: BrowseQuery, on: date, shown: Shown
) -> list[views.OfferRow]:
    rows = []
    for one in found.results:
        row = views.offer_row(
            one.offer,
            query.requires,
            on,
            shown,
            index.concepts.vocabulary,
            one.distance_km,
            approximate=one.distance_is_approximate,
            index=index,
        )
        if query.sort is Sort.NEXT and row.when is not None:
            row = replace(row, next=views.next_line(one.next_on, shown))
        rows.append(row)
    return rows


def _interests(chosen: Chosen, shown: Shown) -> list[tuple[str, str, str, bool]]:
    """Code, picture, address and whether it is chosen, of each interest."""
    found = []
    for code, interest in INTERESTS.items():
        is_chosen = code in chosen.interests
        rest = tuple(one for one in chosen.interests if one != code)
        others = replace(chosen, interests=rest if is_chosen else (*rest, code))
        found.append((code, interest.picture, others.address(shown), is_chosen))
    return found


def _tags(chosen: Chosen, query: BrowseQuery, shown: Shown) -> list[tuple[str, str]]:
    """Each choice with the address that takes it away."""
    tags = []
    for code in chosen.interests:
        rest = tuple(one for one in chosen.interests if one != code)
        tags.append((shown.t(f"interest.{code}"), replace(chosen, interests=rest)))
    for code in query.requires:
        rest = tuple(one for one in query.requires if one != code)
        tags.append((shown.t(f"label.{code}"), replace(chosen, requires=rest)))
    if query.day is not None:
        tags.append((shown.t(f"day.{query.day}"), replace(chosen, day="")))
    if query.km is not None:
        most = shown.t("list.filters.km.most", km=int(query.km))
        tags.append((most, replace(chosen, km="")))
    if query.free:
        tags.append((shown.t("list.filters.free"), replace(chosen, free="")))
    if query.age is not None:
        tags.append((shown.t("list.age", age=query.age), replace(chosen, age="")))
    return [(label, others.address(shown)) for label, others in tags]


def _way(chosen: Chosen, one: Relaxation, shown: Shown) -> tuple[str, str]:
    """A change that helps: its sentence with what it gives, and its address."""
    words = reasons.text(one, shown.language, shown.level)
    text = f"{words} {shown.t('relax.gives', count=one.gives)}"
    if one.change == "requires":
        assert isinstance(one.to, tuple)  # noqa: S101 - the codes that are left
        return text, replace(chosen, requires=one.to).address(shown)
    km = f"{one.to:.0f}" if isinstance(one.to, float) else ""
    others = {
        "all": Chosen(chosen.q, chosen.near, "", "", (), (), "", "", chosen.sort),
        "km": replace(chosen, km=km),
        "day": replace(chosen, day=""),
        "free": replace(chosen, free=""),
        "age": replace(chosen, age=""),
        "interests": replace(chosen, interests=()),
        "q": replace(chosen, q=""),
    }
    return text, others[one.change].address(shown)
