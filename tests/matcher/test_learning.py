"""Weights learnt of choices: simulated ones, from weights that are known."""

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import cycle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import approx_fprime, minimize

from catalogue.errors import Invalid
from matcher.answer import match
from matcher.choices import Choice, Decision, Pairs, Reason, Shown, pairs_of, read_decision
from matcher.learning import (
    LEAST_NEEDS,
    LEAST_OF_ONE,
    LEAST_PAIRS,
    LEVEL,
    PRIOR_WIDTH,
    SCALE_WIDTH,
    fit_with_slopes,
    learn,
    posterior,
    propose,
    right,
)
from matcher.proposal import Finding, Proposal, read_proposal
from matcher.weights import CRITERIA, LEARNT, WEIGHTS, Weights, bounds, with_learnt
from tests.builders import HOME, ON, a_need, a_point, an_index, an_offer
from tests.simulated_choices import CLOSELY, fit, simulated

OTHER = replace(WEIGHTS, distance=0.6, times=0.15)
"""Of guides for whom the way matters more than the hour."""
SEEDS = 20


@cache
def decisions(
    seed: int = 1, needs: int = 300, weights: Weights = OTHER, closely: float = CLOSELY
) -> tuple[Decision, ...]:
    return tuple(read_decision(one) for one in simulated(seed, needs, weights, closely=closely))


def proposed(of: Sequence[Decision], weights: Weights = WEIGHTS) -> Proposal:
    return propose(of, weights=weights, number=0)


def rejected(one: Shown, reason: Reason | None) -> Shown:
    """What was ignored, turned down for a reason."""
    if one.choice is not Choice.IGNORED:
        return one
    return one.model_copy(update={"choice": Choice.REJECTED, "reason": reason})


def moved(proposal: Proposal) -> set[str]:
    return {name for name, one in proposal.weights.items() if one.after != one.before}


# What is proposed


@pytest.mark.parametrize("seed", range(5))
def test_the_proposal_moves_towards_the_weights_that_guides_choose_by(seed: int) -> None:
    found = proposed(decisions(seed, 400))
    assert found.finding is Finding.CHANGE
    assert moved(found) and moved(found) <= {"distance", "times"}
    for name in moved(found):
        was, true, now = (getattr(one, name) for one in (WEIGHTS, OTHER, found.new))
        assert abs(now - true) < abs(was - true)
        assert min(was, true) - 0.1 < now < max(was, true) + 0.1


@pytest.mark.parametrize("seed", range(5))
def test_it_orders_pairs_better_that_it_was_not_learnt_of(seed: int) -> None:
    found = proposed(decisions(seed, 400))
    held_out = found.evidence.held_out
    assert held_out is not None
    assert held_out.pairs == found.evidence.pairs
    assert held_out.right_after > held_out.right_before
    unseen = pairs_of(decisions(seed + 1000, 400))
    assert right(unseen, found.new) > right(unseen, WEIGHTS)


def test_what_guides_do_not_value_otherwise_stays() -> None:
    guides = replace(WEIGHTS, dislikes=0.7)
    found = [moved(proposed(decisions(seed, 400, guides))) for seed in range(10)]
    assert all("dislikes" in one for one in found)
    assert sum(len(one - {"dislikes"}) for one in found) <= 1  # of 30


def test_choices_that_agree_with_the_weights_in_force_propose_nothing() -> None:
    found = [proposed(decisions(seed, 150, WEIGHTS)) for seed in range(SEEDS)]
    assert sum(one.finding is Finding.AGREE for one in found) >= 19
    also = [proposed(decisions(seed, 150, OTHER), OTHER) for seed in range(SEEDS)]
    assert sum(one.finding is Finding.AGREE for one in also) >= 19


def test_choices_by_chance_alone_propose_nothing() -> None:
    found = [proposed(decisions(seed, 200, WEIGHTS, 0.0)) for seed in range(SEEDS)]
    assert sum(not moved(one) for one in found) >= 19
    assert {one.finding for one in found} == {Finding.NO_ORDER}


def test_choices_against_the_fit_propose_nothing() -> None:
    assert proposed(decisions(1, 300, WEIGHTS, -CLOSELY)).finding is Finding.NO_ORDER


def test_guides_who_always_take_the_best_agree() -> None:
    assert proposed(decisions(1, 300, WEIGHTS, 1e6)).finding is Finding.AGREE


def test_few_choices_propose_nothing() -> None:
    few = decisions(1, 300)[: LEAST_NEEDS - 1]
    found = proposed(few)
    assert (found.finding, moved(found)) == (Finding.TOO_FEW, set())
    assert found.evidence.needs < LEAST_NEEDS
    often = [
        read_decision({**one.model_dump(mode="json"), "need": "n-1"}) for one in decisions(1, 300)
    ]
    assert proposed(often).finding is Finding.TOO_FEW  # many pairs, but of one need
    assert proposed(often).evidence.pairs > LEAST_PAIRS
    assert proposed([]).finding is Finding.TOO_FEW


def test_a_weight_of_which_too_few_needs_speak_stays() -> None:
    hurried = replace(WEIGHTS, times=1.6)
    of = decisions(1, 400, hurried)
    assert "times" in moved(proposed(of))
    with_times = [one for one in of if "times" in one.shown[0].criteria]
    without = [one for one in of if "times" not in one.shown[0].criteria]
    found = proposed([*without, *with_times[: LEAST_OF_ONE - 1]])
    assert "times" not in moved(found)
    assert found.weights["times"].low is None


def test_a_weight_moves_only_where_its_interval_leaves_out_the_one_in_force() -> None:
    for seed in range(10):
        for name, one in proposed(decisions(seed, 150)).weights.items():
            if one.after != one.before:
                assert one.low is not None and one.high is not None
                assert not one.low <= one.before <= one.high, name


def test_a_weight_stays_within_its_bounds_and_is_never_negative() -> None:
    least = replace(WEIGHTS, **{name: bounds(name)[0] / 10 for name in ("distance", "times")})
    most = replace(WEIGHTS, distance=2.0)
    for guides in (least, most):
        start = WEIGHTS
        for _ in range(6):  # accepted again and again
            found = proposed(decisions(3, 500, guides, 30.0), start)
            start = found.new
            for name in LEARNT:
                low, high = bounds(name)
                assert 0 < low <= getattr(start, name) <= high
    assert start.distance == bounds("distance")[1]


def test_weights_that_do_not_order_other_needs_better_are_not_proposed() -> None:
    found = proposed(decisions(38, 100))
    assert (found.finding, moved(found)) == (Finding.NOT_BETTER, set())
    times = found.weights["times"]
    assert times.high is not None and times.high < times.before  # by itself it would have moved
    held_out = found.evidence.held_out
    assert held_out is not None and held_out.right_after <= held_out.right_before


def test_the_yardstick_and_freshness_stay() -> None:
    assert set(CRITERIA) - set(LEARNT) == {"interest", "freshness"}
    assert proposed(decisions()).new.interest == WEIGHTS.interest
    assert proposed(decisions()).new.freshness == WEIGHTS.freshness


# What teaches nothing


def test_rejections_about_the_person_or_wrong_facts_change_nothing() -> None:
    of = decisions(1, 300)
    plain = proposed(of)
    reasons = cycle([Reason.TRIED_IT, Reason.FACTS_WRONG, Reason.NOT_KNOWN, Reason.OTHER, None])
    found = proposed(
        [
            one.model_copy(update={"shown": tuple(rejected(offer, why) for offer in one.shown)})
            for one, why in zip(of, reasons, strict=False)
        ]
    )
    assert found.weights == plain.weights
    assert sum(found.evidence.left_out.values()) > sum(plain.evidence.left_out.values())


@settings(max_examples=15)  # each regresses a dozen times
@given(st.randoms(use_true_random=False))
def test_the_order_of_choices_and_of_what_was_shown_changes_nothing(chance: random.Random) -> None:
    of = decisions(2, 90)
    shuffled = [
        one.model_copy(update={"shown": tuple(chance.sample(one.shown, len(one.shown)))})
        for one in of
    ]
    chance.shuffle(shuffled)
    assert proposed(shuffled).model_dump_json() == proposed(of).model_dump_json()


def test_the_same_choices_give_the_same_proposal() -> None:
    again = [read_decision(one) for one in simulated(1, 300, OTHER)]
    assert proposed(again).model_dump_json() == proposed(decisions(1, 300)).model_dump_json()


# What it is computed by


def log_posterior(
    at: NDArray[np.float64], pairs: Pairs, weights: Weights, names: Sequence[str]
) -> float:
    """Of `a` and of w, by the formula; less is likelier. Written here without slopes or columns."""
    start = np.array([getattr(weights, name) for name in names])
    width = PRIOR_WIDTH * np.array([getattr(WEIGHTS, name) for name in names])
    scale, moved_by = at[0], at[1:] / at[0]
    now = replace(weights, **dict(zip(names, start + moved_by, strict=True)))
    gap = fit_with_slopes(pairs.chosen, pairs.asked, now)[0]
    gap = gap - fit_with_slopes(pairs.rejected, pairs.asked, now)[0]
    prior = ((at[1:] / (first_scale(pairs, weights) * width)) ** 2).sum() / 2
    prior += (scale / SCALE_WIDTH) ** 2 / 2
    return float((pairs.weight * np.logaddexp(0, -scale * gap)).sum() + prior)


def first_scale(pairs: Pairs, weights: Weights) -> float:
    """`a` with the weights as they are."""
    gap = fit_with_slopes(pairs.chosen, pairs.asked, weights)[0]
    gap = gap - fit_with_slopes(pairs.rejected, pairs.asked, weights)[0]

    def loss(at: NDArray[np.float64]) -> float:
        chance = np.logaddexp(0, -at[0] * gap)
        return float((pairs.weight * chance).sum() + (at[0] / SCALE_WIDTH) ** 2 / 2)

    return float(minimize(loss, [1.0], method="Nelder-Mead", options={"xatol": 1e-10}).x[0])


@pytest.mark.parametrize("names", [LEARNT, ("distance",), ("times", "dislikes")])
@pytest.mark.parametrize("weights", [WEIGHTS, replace(WEIGHTS, distance=0.5, dislikes=0.1)])
def test_the_regression_finds_what_a_general_optimiser_finds(
    names: tuple[str, ...], weights: Weights
) -> None:
    pairs = pairs_of(decisions(4, 200))
    found = posterior(pairs, weights, names)
    assert found is not None
    start = np.array([5.0, *np.zeros(len(names))])
    best = minimize(
        log_posterior, start, (pairs, weights, names), method="BFGS", options={"gtol": 1e-7}
    ).x
    # The optimiser's slopes are by differences, so it stops a little beside the best.
    assert found.scale == pytest.approx(best[0], rel=1e-4)
    in_force = np.array([getattr(weights, name) for name in names])
    assert found.weights == pytest.approx(in_force + best[1:] / best[0], abs=1e-4)

    def slope(at: NDArray[np.float64]) -> NDArray[np.float64]:
        return approx_fprime(at, log_posterior, 1e-6, pairs, weights, names)

    ours = np.array([found.scale, *((found.weights - in_force) * found.scale)])
    assert np.abs(slope(ours)).max() < 1e-3
    assert (
        log_posterior(ours, pairs, weights, names)
        <= log_posterior(best, pairs, weights, names) + 1e-9
    )


def test_the_error_is_that_of_the_curvature_at_the_best() -> None:
    pairs = pairs_of(decisions(4, 400))
    found = posterior(pairs, WEIGHTS, LEARNT)
    assert found is not None
    in_force = np.array([getattr(WEIGHTS, name) for name in LEARNT])
    at = np.array([found.scale, *((found.weights - in_force) * found.scale)])
    held = (pairs, WEIGHTS, LEARNT)
    step = 1e-3 * np.maximum(np.abs(at), 0.1)
    n = len(at)
    curvature = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            e, f = np.eye(n)[i] * step[i], np.eye(n)[j] * step[j]
            curvature[i, j] = (
                log_posterior(at + e + f, *held)
                - log_posterior(at + e - f, *held)
                - log_posterior(at - e + f, *held)
                + log_posterior(at - e - f, *held)
            ) / (4 * step[i] * step[j])
    to_w = np.column_stack([-at[1:] / at[0] ** 2, np.eye(n - 1) / at[0]])
    error = np.sqrt(np.diag(to_w @ np.linalg.inv(curvature) @ to_w.T))
    assert found.error == pytest.approx(error, rel=0.1)  # ours is the expected curvature


def test_the_interval_holds_the_weights_that_choices_were_made_by() -> None:
    """Near the prior's centre, where it does not pull the interval away."""
    held = [
        low <= getattr(WEIGHTS, name) <= high
        for seed in range(SEEDS)
        for name, (low, high) in learn(pairs_of(decisions(seed, 200, WEIGHTS)), WEIGHTS)[1].items()
    ]
    assert len(held) == SEEDS * len(LEARNT)
    assert np.mean(held) >= LEVEL - 0.02


@given(
    st.fixed_dictionaries({name: st.floats(*bounds(name)) for name in LEARNT}),
    st.dictionaries(
        st.sampled_from(CRITERIA), st.floats(0, 1).map(lambda value: round(value, 3))
    ).map(lambda held: {"interest": 0.5, **held, "freshness": 1.0}),
)
def test_the_slopes_are_those_of_the_fit(
    learnt: dict[str, float], criteria: dict[str, float]
) -> None:
    weights = with_learnt(learnt)
    values = np.array([[criteria.get(name, 0.0) for name in CRITERIA]])
    asked = np.array([[name in criteria for name in CRITERIA]])
    value, slopes = fit_with_slopes(values, asked, weights)
    assert value[0] == pytest.approx(fit(criteria, weights))

    def of(at: NDArray[np.float64]) -> float:
        return fit(criteria, replace(weights, **dict(zip(LEARNT, at, strict=True))))

    by_differences = approx_fprime(np.array([learnt[name] for name in LEARNT]), of, 1e-7)
    assert slopes[0] == pytest.approx(by_differences, abs=1e-5)


def test_the_fit_is_the_engines_own() -> None:
    need = a_need(
        interests=["skak"],
        dislikes=["svømning"],
        home={"postcode": "8410"},
        wishes=["step_free"],
        times=[{"days": ["mon"], "from": "12:00", "to": "16:00"}],
    )
    index = an_index(
        an_offer("1", title="Skak", point=a_point(km_north=1), times="tir 19:00-21:00"),
        an_offer("2", title="Skak og svømning", point=a_point(km_north=8), stated_on=ON),
        an_offer("3", title="Skak", times="man 13:00-15:00", yes=["step_free"]),
    )
    for weights in (WEIGHTS, OTHER):
        for one in match(index, need, home=HOME, on=ON, weights=weights).matches:
            values = np.array([[one.criteria[name] for name in CRITERIA]])
            value = fit_with_slopes(values, np.ones_like(values, dtype=bool), weights)[0][0]
            assert one.score == pytest.approx(max(0, value) ** weights.steepness)


# A proposal in a file


def test_a_proposal_is_read_back_as_it_was() -> None:
    found = proposed(decisions())
    assert read_proposal(found.model_dump(mode="json")) == found


@pytest.mark.parametrize(
    "change",
    [
        {"against": -1},
        {"against": "0"},
        {"finding": "agree"},
        {"finding": "nonsense"},
        {"weights": {}},
        {"by": "somebody"},
        {"evidence": None},
        {"distance": {"before": 0.25, "after": 9.0, "low": 8.0, "high": 9.5}},
        {"distance": {"before": 0.25, "after": -0.1, "low": -0.2, "high": 0.0}},
        {"distance": {"before": 0.25, "after": float("nan"), "low": 0.3, "high": 0.5}},
        {"distance": {"before": 0.25, "after": "0.5", "low": 0.3, "high": 0.5}},
        {"interest": {"before": 1.0, "after": 2.0, "low": 1.5, "high": 2.5}},
        {"age": {"before": 0.0, "after": 1.0, "low": 0.5, "high": 1.5}},
    ],
)
def test_a_proposal_that_was_spoilt_is_refused(change: dict[str, object]) -> None:
    plain = proposed(decisions()).model_dump(mode="json")
    for name in ("distance", "interest", "age"):
        if name in change:
            change = {"weights": {**plain["weights"], name: change[name]}}
    with pytest.raises(Invalid) as refused:
        read_proposal({**plain, **change})
    assert len(str(refused.value).splitlines()) == 1


def test_no_id_is_in_a_proposal() -> None:
    of = decisions()
    told = proposed(of).model_dump_json()
    assert not any(one.need in told for one in of)
    assert not any(str(offer.offer) in told for one in of for offer in one.shown)
