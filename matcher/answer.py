"""The answer to one need: what is suggested, in which order and why."""

from datetime import date

from catalogue.places import Point
from matcher.explain import Reasons, exact_km, is_approximate
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
    order = shown(index, judged.rows, judged.score, judged.admitted, limit)
    reasons = Reasons(index, need, judged, order, home=home, on=on)
    more = unshown(index, judged.rows, judged.admitted, order)
    criteria = {name: column[order].tolist() for name, column in judged.criteria.items()}
    scores, confirmed = judged.score[order].tolist(), judged.confirmed[order].tolist()
    suggestions = []
    for number, row in enumerate(judged.rows[order].tolist()):
        offer = index.held[row]
        km = exact_km(home, offer)
        suggestions.append(
            Suggestion(
                rank=number + 1,
                score=scores[number],
                # Every hard condition is stated to hold, also by the way round the water.
                band=Band.CONFIRMED
                if confirmed[number] and not reasons.too_far_round(offer)
                else Band.ASK_FIRST,
                offer=offer,
                distance_km=km,
                distance_is_approximate=is_approximate(home, offer),
                verdicts=reasons.of(number, km),
                more_of_organisation=more[number],
                criteria={name: column[number] for name, column in criteria.items()},
            )
        )

    def admits(changed: Need) -> int:
        return int(judge(index, changed, home=home, on=on, weights=weights).admitted.sum())

    excluded, count = left_out(index, need, home, max_excluded)
    return Match(
        need=need.id,
        on=on,
        matches=tuple(suggestions),
        excluded=excluded,
        excluded_count=count,
        relax=() if suggestions else relaxations(need, admits),
        understood=understood,
        unexplained=judged.unexplained,
        meaning_model=index.model_name,
    )
