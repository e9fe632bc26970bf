"""Several needs, one list: what breaks for one is out, the rest goes by all of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from catalogue.places import Point
from catalogue.published import PublishedOffer
from matcher.answer import MAX_EXCLUDED
from matcher.diversity import diverse, pool_size
from matcher.explain import Reasons, exact_km, excluded, is_approximate
from matcher.hard import reasons as reasons_out
from matcher.index import Index
from matcher.judged import Judged
from matcher.kernels.compiled import Flags, Floats
from matcher.listing import ranked, unshown
from matcher.match import Band, Excluded, Match, Suggestion
from matcher.need import GroupNeed, Need
from matcher.negation import understood_need
from matcher.relax import group_relaxations
from matcher.rows import Rows
from matcher.score import judge
from matcher.weights import WEIGHTS, Weights


class _Member(NamedTuple):
    need: Need
    home: Point | None
    judged: Judged


def match_group(
    index: Index,
    group: GroupNeed,
    *,
    homes: Mapping[str, Point | None],
    on: date,
    limit: int = 10,
    weights: Weights = WEIGHTS,
) -> Match:
    """The best offers for a group, with reasons that name their member.

    homes: where each member lives, by member id. An offer that breaks a hard condition of
    any member is out; one member's interest is enough to be admitted; the score is the
    mean of the members' scores. An offer that a member dislikes or has no time for comes
    after those that nobody has anything against (average without misery; Masthoff 2004).
    Within each part the list serves the worst served next. Distances shown are the
    farthest member's.
    """
    read = [understood_need(need, index.concepts.understood) for need in group.members]
    group = group.model_copy(update={"members": tuple(need for need, _ in read)})
    rows = index.all_rows()
    members = _judged(index, group, homes, on, weights, rows)
    score = np.mean([one.judged.score for one in members], axis=0)
    admitted = _admitted(members)
    suits = ~_suits_badly(members, len(rows))
    order = _fair(index, members, score, admitted & suits, limit)
    order += _fair(index, members, score, admitted & ~suits, limit - len(order))
    chosen = np.array(order, dtype=np.int64)
    more = unshown(index, rows, admitted, chosen)
    reasons = [
        Reasons(index, one.need, one.judged, chosen, home=one.home, on=on, member=one.need.id)
        for one in members
    ]
    suggestions = []
    for number, place in enumerate(order):
        offer = index.held[rows[place]]
        away, is_rough = _farthest(members, offer)
        suggestions.append(
            Suggestion(
                rank=number + 1,
                score=float(score[place]),
                band=Band.CONFIRMED
                if all(one.judged.confirmed[place] for one in members)
                and not any(one.too_far_round[number] for one in reasons)
                else Band.ASK_FIRST,
                offer=offer,
                distance_km=away,
                distance_is_approximate=is_rough,
                more_of_organisation=more[number],
                verdicts=tuple(verdict for one in reasons for verdict in one.verdicts[number]),
            )
        )

    def admits(changed: GroupNeed) -> int:
        return int(_admitted(_judged(index, changed, homes, on, weights, rows)).sum())

    out = _out(members)
    return Match(
        need=group.id,
        on=on,
        matches=tuple(suggestions),
        excluded=_nearest_excluded(index, members, out),
        excluded_count=int(out.sum()),
        relax=() if suggestions else group_relaxations(group, admits),
        understood=tuple(one for _, heard in read for one in heard),
        unexplained=tuple(dict.fromkeys(i for one in members for i in one.judged.unexplained)),
        meaning_model=index.model_name,
    )


def _suits_badly(members: Sequence[_Member], n: int) -> Flags:
    """Rows that speak against what a member likes, or that meet when a member cannot."""
    badly = np.zeros(n, dtype=bool)
    for one in members:
        for disliked in one.judged.disliked:
            badly |= disliked.is_it
        if one.judged.times is not None:
            badly |= one.judged.times == 0  # NaN is not known, so not 0
    return badly


def _fair(
    index: Index, members: Sequence[_Member], score: Floats, admitted: Flags, limit: int
) -> list[int]:
    """Places of a list in which each next offer helps those most who have had least so far."""
    if limit <= 0:
        return []
    rows = members[0].judged.rows
    pool = ranked(index, rows, score, admitted, pool_size(limit))
    gives = np.array([one.judged.score[pool] for one in members])
    chosen: list[int] = pool[diverse(index, rows[pool], score[pool], limit, gives)].tolist()
    return chosen


def _judged(
    index: Index,
    group: GroupNeed,
    homes: Mapping[str, Point | None],
    on: date,
    weights: Weights,
    rows: Rows,
) -> list[_Member]:
    """Each member against all offers: what is out of reach for one counts for all."""
    found = []
    for need in group.members:
        home = homes.get(str(need.id))
        judged = judge(index, need, home=home, on=on, rows=rows, weights=weights)
        found.append(_Member(need, home, judged))
    return found


def _out(members: Sequence[_Member]) -> Flags:
    return np.asarray(np.logical_or.reduce([one.judged.out for one in members]))


def _admitted(members: Sequence[_Member]) -> Flags:
    interested = np.logical_or.reduce([one.judged.interested for one in members])
    return np.asarray(~_out(members) & interested)


def _farthest(members: Sequence[_Member], offer: PublishedOffer) -> tuple[float | None, bool]:
    """Distance of the member who lives farthest away, and whether it is rough."""
    away = [
        (km, is_approximate(one.home, offer))
        for one in members
        if (km := exact_km(one.home, offer)) is not None
    ]
    return max(away) if away else (None, True)


def _nearest_excluded(index: Index, members: Sequence[_Member], out: Flags) -> tuple[Excluded, ...]:
    """The nearest offers that break anybody's hard condition, with the reasons of all.

    What is said in words is of the first member for whom it breaks.
    """
    rows, columns = members[0].judged.rows, index.columns
    places = np.flatnonzero(out)
    away = np.nan_to_num([one.judged.distance_km[places] for one in members], nan=np.inf)
    nearest = places[np.lexsort((columns.ids[rows[places]], away.max(axis=0)))[:MAX_EXCLUDED]]
    by_member = [
        reasons_out(
            index,
            one.need,
            rows[nearest],
            one.judged.distance_km[nearest],
            one.judged.slack_km[nearest],
        )
        for one in members
    ]
    found = []
    for row, *why in zip(rows[nearest].tolist(), *by_member, strict=True):
        offer = index.held[row]
        broken = tuple(dict.fromkeys(reason for reasons in why for reason in reasons))
        first = next(one for one, reasons in zip(members, why, strict=True) if reasons)
        km = exact_km(first.home, offer)
        said = excluded(first.need, first.need.reach_km, offer, broken, km)
        found.append(replace(said, distance_km=_farthest(members, offer)[0]))
    return tuple(found)
