"""The answer to one need: what is suggested, in which order and why."""

from datetime import date
from itertools import count

from catalogue.places import Point
from matcher.explain import Reasons
from matcher.index import Index
from matcher.listing import left_out, shown, unshown
from matcher.match import Band, Match, Suggestion
from matcher.need import Need
from matcher.negation import understood_need
from matcher.relax import relaxations
from matcher.score import judge
from matcher.weights import WEIGHTS, Weights

MAX_EXCLUDED = 50


def match(
    index: Index,
    need: Need,
    *,
    home: Point | None,
    on: date,
    limit: int = 10,
    max_excluded: int = MAX_EXCLUDED,
    weights: Weights = WEIGHTS,
) -> Match:
    """The best offers for a need, with reasons.

    home: where the need's `home` lies; None = distance is not judged. on: the day for
    which seasons and freshness are judged. weights: what was last accepted; default: those
    set by hand. Ties break on the offer's id.
    """
    need, understood = understood_need(need, index.concepts.understood)
    judged = judge(index, need, home=home, on=on, weights=weights)
    admitted = judged.admitted
    order = shown(index, judged.rows, judged.score, admitted, limit)
    more = unshown(index, judged.rows, admitted, order)
    reasons = Reasons(index, need, judged, order, home=home, on=on)
    named = [column[order].tolist() for column in judged.criteria.values()]
    suggestions = [
        Suggestion(
            rank=number,
            score=score,
            # Every hard condition is stated to hold, also by the way round the water.
            band=Band.CONFIRMED if sure and not is_too_far else Band.ASK_FIRST,
            offer=index.held[row],
            distance_km=km,
            distance_is_approximate=is_rough,
            verdicts=verdicts,
            more_of_organisation=hidden,
            criteria=dict(zip(judged.criteria, values, strict=True)),
        )
        for number, row, score, sure, is_too_far, km, is_rough, verdicts, hidden, values in zip(
            count(1),
            judged.rows[order].tolist(),
            judged.score[order].tolist(),
            judged.confirmed[order].tolist(),
            reasons.too_far_round,
            reasons.km,
            reasons.is_approximate,
            reasons.verdicts,
            more,
            zip(*named, strict=True),
            strict=False,
        )
    ]

    def admits(changed: Need) -> int:
        return int(judge(index, changed, home=home, on=on, weights=weights).admitted.sum())

    excluded, broken = left_out(index, need, home, max_excluded)
    return Match(
        need=need.id,
        on=on,
        matches=tuple(suggestions),
        excluded=excluded,
        excluded_count=broken,
        relax=() if suggestions else relaxations(need, admits),
        understood=understood,
        unexplained=judged.unexplained,
        meaning_model=index.model_name,
    )
