"""Several needs, one list: what breaks for one is out, the rest goes by all of them."""

from collections.abc import Mapping
from datetime import date

import numpy as np

from catalogue.places import Point
from matcher.explain import exact_km, excluded, is_approximate, verdicts
from matcher.index import Index
from matcher.match import Band, Excluded, Match, Suggestion
from matcher.need import GroupNeed
from matcher.score import MAX_EXCLUDED, judge, ranked


def match_group(
    index: Index,
    group: GroupNeed,
    *,
    homes: Mapping[str, Point | None],
    on: date,
    limit: int = 10,
) -> Match:
    """The best offers for a group, with reasons that name their member.

    homes: where each member lives, by member id. An offer that breaks a hard condition of
    any member is out; one member's interest is enough to be admitted; the score is the
    mean of the members' scores. Distances shown are the farthest member's.
    """
    members = [(str(member.id), member) for member in group.members]
    judged = [
        (name, member, judge(index, member, home=homes.get(name), on=on))
        for name, member in members
    ]
    out = np.logical_or.reduce([one.out for _, _, one in judged])
    interested = np.logical_or.reduce([one.interested for _, _, one in judged])
    confirmed = np.logical_and.reduce([one.confirmed for _, _, one in judged])
    score = np.mean([one.score for _, _, one in judged], axis=0)
    suggestions = []
    for rank, row in enumerate(ranked(score, ~out & interested)[:limit], start=1):
        offer = index.offers[row]
        away = [
            (km, is_approximate(homes.get(name), offer))
            for name, _ in members
            if (km := exact_km(homes.get(name), offer)) is not None
        ]
        farthest = max(away) if away else (None, True)
        suggestions.append(
            Suggestion(
                rank=rank,
                score=float(score[row]),
                band=Band.CONFIRMED if confirmed[row] else Band.ASK_FIRST,
                offer=offer,
                distance_km=farthest[0],
                distance_is_approximate=farthest[1],
                verdicts=tuple(
                    verdict
                    for name, member, one in judged
                    for verdict in verdicts(
                        member, offer, row, one, home=homes.get(name), on=on, member=name
                    )
                ),
            )
        )
    left_out: list[Excluded] = []
    for row in np.flatnonzero(out):
        offer = index.offers[row]
        kms = [exact_km(homes.get(name), offer) for name, _ in members]
        breaking = [
            (member, tuple(reason for reason, flags in one.broken.items() if flags[row]))
            for _, member, one in judged
        ]
        reasons = tuple(dict.fromkeys(reason for _, why in breaking for reason in why))
        member = next(member for member, why in breaking if why)
        nearest = min((km for km in kms if km is not None), default=None)
        left_out.append(excluded(member, offer, reasons, nearest))
    left_out.sort(key=lambda one: (one.distance_km is None, one.distance_km or 0.0))
    return Match(
        need=group.id,
        on=on,
        matches=tuple(suggestions),
        excluded=tuple(left_out[:MAX_EXCLUDED]),
        excluded_count=len(left_out),
    )
