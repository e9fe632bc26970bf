"""How much each criterion counts in the fit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from catalogue.errors import Invalid

SHARES = ("interest", "distance", "wishes", "times")
"""Criteria whose weighted mean is the fit."""
CRITERIA = (*SHARES, "dislikes", "freshness")
"""All criteria of the fit."""
LEARNT = ("distance", "wishes", "times", "dislikes")
"""The weights that guides' choices can change.

Only what one criterion counts beside another can be seen in a choice, so `interest` is the
yardstick and stays. `freshness` stays too: it is about what we know, not about what a citizen
wants, and nobody turns an offer down for it.
"""
_MOST_TIMES = 4.0
"""A weight stays between a fourth of the one set by hand and four times it.

At nothing a criterion that somebody asked for would be silent; beyond four times, distance or
wishes would count as much as everything else together, and that is for a person to decide.
"""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each criterion counts, by hand until guides' choices say otherwise."""

    # Shares of the fit; only those that the need asks for are counted, and they sum to 1 then.
    interest: float = 1.0  # what somebody likes decides whether they go at all
    distance: float = 0.25  # near is easier; the hard limit is the citizen's own
    wishes: float = 0.25  # all wishes together, since their number varies
    times: float = 0.4  # who cannot come at that hour cannot come, but clubs have several hours
    dislikes: float = 0.25  # taken away, where the offer speaks of what is disliked
    freshness: float = 0.02  # share that the undated loses: enough to part two that are alike
    steepness: float = 3.0  # the fit's power: half as good is worth an eighth, as judges count gain

    # What is not known, between no (0) and yes (1).
    unknown_time: float = 0.5  # as likely as not
    unknown_nearness: float = 0.25  # as three quarters of the way to the end of reach
    half_km: float = 10.0  # without a reach, half of nearness is gone here
    half_days: float = 180.0  # half of freshness is gone here; a season is half a year

    # How likely a hard condition holds that is not known to; always under 1 and over 0.
    # An access fact has the estimate of matcher.estimates.
    yes_when_likely: float = 0.9  # prose is right more often than not, and still asked about
    within_reach: float = 0.5  # a place that nobody knows
    within_price: float = 0.7  # a price that nobody knows: most clubs cost little

    concept: float = 0.65  # of interest, what the vocabulary says, where it explains the idea
    meaning: float = 0.5  # of the rest, likeness of meaning, where there is a model
    concept_floor: float = 0.25  # from here an activity is evidence of interest
    likeness_floor: float = 2.5  # from here meaning is; standard deviations above the usual
    likeness_full: float = 5.0  # here it counts in full


WEIGHTS = Weights()


def bounds(name: str) -> tuple[float, float]:
    """The least and the most that a learnt weight may become."""
    by_hand = float(getattr(WEIGHTS, name))
    return by_hand / _MOST_TIMES, by_hand * _MOST_TIMES


def with_learnt(learnt: Mapping[str, float]) -> Weights:
    """The weights set by hand, but for some of those that can be learnt.

    Raises Invalid for another name, and for a value out of its bounds or no number.
    """
    for name, value in learnt.items():
        if name not in LEARNT:
            raise Invalid("weights: holds one that is not learnt")
        least, most = bounds(name)
        if not least <= value <= most:  # also refuses NaN
            raise Invalid(f"weights: {name} must be from {least:g} to {most:g}")
    return replace(WEIGHTS, **learnt)


def accepted(learnt: Mapping[str, float]) -> Weights:
    """The weights that were accepted, as this version of the program can use them.

    What it does not learn is left out, and what lies beyond its bounds stays at them: the order
    must not fail for what another version kept.
    """
    kept = {name: learnt[name] for name in LEARNT if name in learnt}
    return with_learnt(
        {name: min(max(kept[name], bounds(name)[0]), bounds(name)[1]) for name in kept}
    )


def learnt_of(weights: Weights) -> dict[str, float]:
    """Those of the weights that can be learnt, by name."""
    return {name: float(getattr(weights, name)) for name in LEARNT}
