"""What to leave out of a browse that finds nothing, and what each gives."""

import math
from collections.abc import Iterator
from dataclasses import replace

from matcher.browse import BrowseQuery, count
from matcher.index import Index
from matcher.match import Relaxation

_WIDER = (2.0, 4.0, 10.0)  # times the distance: the first that helps is offered
_MOST_KM = 1000


def loosened(index: Index, query: BrowseQuery) -> tuple[Relaxation, ...]:
    """Single changes of a query that would give offers, the most giving first.

    Each with `change` (the field), `to` (its new value) and how many it `gives`. A
    requirement is left out alone, the words and each filter whole. Where no single change
    helps, all filters together may: that is the change `all`.
    """
    found: list[Relaxation] = []
    for change, to, key, values in _changes(query):
        if change == "km" and any(one.change == "km" for one in found):
            continue
        gives = count(index, replace(query, page=1, **{change: to}))  # type: ignore[arg-type] # the changes are of its fields
        if gives:
            found.append(Relaxation(change, to, gives, key, values))
    if not found:
        bare = BrowseQuery(q=query.q, near=query.near, on=query.on)
        gives = count(index, bare) if bare.q.strip() else 0
        if gives:
            found.append(Relaxation("all", None, gives, "loosen.all", {}))
    return tuple(sorted(found, key=lambda one: (-one.gives, one.change, str(one.to))))


def _changes(query: BrowseQuery) -> Iterator[tuple[str, object, str, dict[str, object]]]:
    if query.near is not None and query.km is not None:
        for times in _WIDER:
            km = min(math.ceil(query.km * times), _MOST_KM)
            yield "km", float(km), "relax.reach.km", {"km": km}
        yield "km", None, "loosen.km", {}
    for code in query.requires:
        rest = tuple(one for one in query.requires if one != code)
        yield "requires", rest, "loosen.requires", {"code": code}
    if query.day is not None:
        yield "day", None, "loosen.day", {}
    if query.free:
        yield "free", False, "loosen.free", {}
    if query.age is not None:
        yield "age", None, "loosen.age", {}
    if query.interests:
        yield "interests", (), "loosen.interests", {}
    if query.q.strip():
        yield "q", "", "loosen.q", {"query": query.q.strip()}
