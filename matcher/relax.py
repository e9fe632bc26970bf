"""What else to ask for when nothing fits: single changes of a need that would help."""

import math
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from matcher.match import Relaxation
from matcher.need import GroupNeed, Need, ReachKm, ReachMinutes

_WIDER = (1.5, 2.0, 3.0, 5.0)  # times the reach: the first that helps is offered
_DEARER = (Decimal("1.5"), Decimal(2), Decimal(4))
_SOME_KR = Decimal(100)  # where only free offers were asked for
_MOST_KM, _MOST_MINUTES, _MOST_KR = 1000, 600, 100_000  # what a need may hold


class _Change(NamedTuple):
    """One change, and the need as it then is."""

    name: str
    to: object
    key: str
    values: dict[str, object]
    need: Need


def relaxations(need: Need, gives: Callable[[Need], int]) -> tuple[Relaxation, ...]:
    """Single changes that would give offers, the most giving first.

    gives: how many offers a need admits. Of the wider reaches and of the higher prices only
    the first that helps is named; a requirement is dropped alone, interests all together,
    since one of several being met is enough already.
    """
    kinds = [
        _reaches(need),
        _prices(need),
        *([_without(need, code)] for code in need.requires),
        _no_interests(need),
    ]
    return _first_that_help(kinds, gives)


def group_relaxations(
    group: GroupNeed, gives: Callable[[GroupNeed], int]
) -> tuple[Relaxation, ...]:
    """The same for a group: each change is made for every member whom it concerns.

    A reach is named in km, whatever way the members travel.
    """

    def given(changed: Need) -> int:
        return gives(group.model_copy(update={"members": _each(group, changed)}))

    return relaxations(_together(group), given)


def _first_that_help(
    kinds: Iterable[Iterable[_Change]], gives: Callable[[Need], int]
) -> tuple[Relaxation, ...]:
    found = []
    for changes in kinds:
        for change in changes:
            count = gives(change.need)
            if count:
                found.append(Relaxation(change.name, change.to, count, change.key, change.values))
                break
    return tuple(sorted(found, key=lambda one: (-one.gives, one.change, str(one.to))))


def _reaches(need: Need) -> Iterator[_Change]:
    for times in _WIDER:
        if isinstance(need.reach, ReachKm):
            km = min(math.ceil(need.reach.km * times), _MOST_KM)
            wider: ReachKm | ReachMinutes = ReachKm(km=km)
            values: dict[str, object] = {"km": km}
        elif isinstance(need.reach, ReachMinutes):
            minutes = min(math.ceil(need.reach.minutes * times / 5) * 5, _MOST_MINUTES)
            wider = ReachMinutes(minutes=minutes, mode=need.reach.mode)
            values = {"minutes": minutes}
        else:
            return
        relaxed = need.model_copy(update={"reach": wider})
        yield _Change(
            "reach", wider.model_dump(), f"relax.reach.{next(iter(values))}", values, relaxed
        )


def _prices(need: Need) -> Iterator[_Change]:
    if need.max_kr_per_month is None:
        return
    for times in _DEARER:
        more = min(max(need.max_kr_per_month * times, _SOME_KR), Decimal(_MOST_KR)).quantize(
            Decimal(1)
        )
        relaxed = need.model_copy(update={"max_kr_per_month": more})
        yield _Change("price", int(more), "relax.price", {"max_kr": more}, relaxed)


def _without(need: Need, code: str) -> _Change:
    rest = tuple(one for one in need.requires if one != code)
    relaxed = need.model_copy(update={"requires": rest})
    return _Change("requires", list(rest), "relax.requires", {"code": code}, relaxed)


def _no_interests(need: Need) -> Iterator[_Change]:
    if need.interests:
        wish = ", ".join(need.interests)
        relaxed = need.model_copy(update={"interests": ()})
        yield _Change("interests", [], "relax.interests", {"wish": wish}, relaxed)


def _together(group: GroupNeed) -> Need:
    """The group as one need: all requirements, the widest reach, the highest ceiling."""
    reaches = [km for one in group.members if (km := one.reach_km) is not None and km > 0]
    ceilings = [one.max_kr_per_month for one in group.members if one.max_kr_per_month is not None]
    return Need(
        requires=tuple(dict.fromkeys(code for one in group.members for code in one.requires)),
        interests=tuple(dict.fromkeys(idea for one in group.members for idea in one.interests))[
            :50
        ],
        reach=ReachKm(km=max(reaches)) if reaches else None,
        max_kr_per_month=max(ceilings) if ceilings else None,
    )


def _each(group: GroupNeed, changed: Need) -> tuple[Need, ...]:
    """Every member with what the change of the group's need means for them."""
    before = _together(group)
    members = []
    for member in group.members:
        update: dict[str, object] = {
            "requires": tuple(code for code in member.requires if code in changed.requires)
        }
        if changed.reach != before.reach and member.reach is not None:
            update["reach"] = changed.reach
        if (
            changed.max_kr_per_month != before.max_kr_per_month
            and member.max_kr_per_month is not None
        ):
            update["max_kr_per_month"] = changed.max_kr_per_month
        if not changed.interests:
            update["interests"] = ()
        members.append(member.model_copy(update=update))
    return tuple(members)
