"""From the parameters of an address to a browse: the same for pages and JSON."""

import re
from collections.abc import Sequence
from datetime import date

from catalogue.errors import Invalid, Missing
from catalogue.places import STATED_KM, Gazetteer, Point
from catalogue.vocabulary import Vocabulary
from matcher.browse import BrowseQuery, Sort
from matcher.need import DAYS

MAX_WORDS = 200
ROUNDED_KM = 0.6  # how far, typically, two decimals of degrees lie from the place itself
_COORDINATES = re.compile(
    r"(-?[0-9]{1,3}(?:\.([0-9]{1,12}))?) ?, ?(-?[0-9]{1,3}(?:\.[0-9]{1,12})?)"
)
PER_PAGE = 20


def near_point(text: str, gazetteer: Gazetteer) -> Point:
    """The place meant by a postcode, a name or `lat,lon`. Raises Invalid if none is."""
    text = text.strip()
    if (coordinates := _COORDINATES.fullmatch(text)) is not None:
        # A browser that tells where somebody is rounds to two decimals before it does.
        rounded = len(coordinates[2] or "") <= 2
        km = ROUNDED_KM if rounded else STATED_KM
        return Point(float(coordinates[1]), float(coordinates[3]), km)
    if text.isdigit():
        try:
            return gazetteer.postcode(text).point
        except Missing as error:
            raise Invalid("near: not a postcode with an area") from error
    found = gazetteer.search(text, limit=1)
    if not found:
        raise Invalid("near: no place of that name is known")
    return found[0].point


def browse_query(
    gazetteer: Gazetteer,
    vocabulary: Vocabulary,
    *,
    q: str = "",
    near: str = "",
    km: float | None = None,
    day: str = "",
    activity: str = "",
    interests: Sequence[str] = (),
    requires: Sequence[str] = (),
    free: bool = False,
    age: int | None = None,
    on: date | None = None,
    sort: str = "",
    page: int = 1,
    per_page: int = PER_PAGE,
) -> BrowseQuery:
    """A browse of what somebody asked for. Raises Invalid naming the parameter."""
    if len(q) > MAX_WORDS:
        raise Invalid(f"q: at most {MAX_WORDS} characters")
    if km is not None and not 0 < km <= 1000:  # also refuses NaN
        raise Invalid("km: more than 0 and at most 1000")
    if day and day not in DAYS:
        raise Invalid(f"day: one of {', '.join(DAYS)}")
    codes = tuple(dict.fromkeys(code for part in requires for code in part.split(",") if code))
    known = {fact.code for fact in vocabulary.access_facts}
    if not known.issuperset(codes):
        raise Invalid("requires: holds a code that is no access fact")
    if activity:
        try:
            vocabulary.activity(activity)
        except Missing as error:
            raise Invalid("activity: not in the vocabulary") from error
    if sort and sort not in list(Sort):
        raise Invalid(f"sort: one of {', '.join(Sort)}")
    point = near_point(near, gazetteer) if near.strip() else None
    if sort == Sort.DISTANCE and point is None:
        raise Invalid("sort: distance needs near")
    return BrowseQuery(
        q=q,
        near=point,
        km=km,
        day=day or None,
        activity=activity or None,
        interests=tuple(interests),
        requires=codes,
        on=on,
        free=free,
        age=age,
        sort=Sort(sort) if sort else Sort.FIT,
        page=page,
        per_page=per_page,
    )
