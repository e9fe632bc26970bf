"""What guides chose -> a cautious proposal of new weights, for a person to accept.

How likely one offer is chosen over another of the same list is taken to follow from how much
better it fits (Bradley and Terry 1952; that a chosen one may be held against any rejected one
of its list: McFadden 1978):

    P(i over j) = 1 / (1 + exp(-a (fit_i(w) - fit_j(w))))

w: the weights; a: how closely choices follow the fit. `fit` is the engine's own before its
power, which changes no order. How likely requirements hold is no criterion and not part of it.
What became of a case is not known here: outcomes never steer the order that all see.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from sklearn.linear_model import LogisticRegression

from matcher.choices import Decision, Flags, Floats, Pairs, pairs_of
from matcher.proposal import Evidence, Finding, HeldOut, Proposal, Weighed
from matcher.weights import CRITERIA, LEARNT, SHARES, WEIGHTS, Weights, bounds, learnt_of

LEAST_NEEDS = 50
"""Ten for each number that is fitted, of which there are five (Peduzzi et al. 1996)."""
LEAST_PAIRS = 100
"""Two a need, so that no single rejection is all that a need has to say."""
LEAST_OF_ONE = 20
"""Needs in which a criterion parts chosen from rejected; with fewer its weight stays."""
LEVEL = 0.99
"""Of a weight's interval: with four weights, one change in 25 by chance alone at most."""
PRIOR_WIDTH = 0.5
"""Standard deviation of a weight, as a share of the one set by hand.

The weights were set with care: half as much again is plausible, twice as much possible, and
three times takes overwhelming evidence. It is a share of the weight set by hand, not of the
one in force, so that a weight does not move more easily the further it has moved.
"""
SCALE_WIDTH = 30.0
"""Standard deviation of `a` around 0: only keeps choices without any fault finite.

At 30, of two offers the one that fits better by a tenth is chosen 19 times in 20.
"""
FOLDS = 5

_SHARES = len(SHARES)
_DISLIKES = CRITERIA.index("dislikes")
_FRESHNESS = CRITERIA.index("freshness")
_MOST_STEPS = 100
_SETTLED = 1e-9
_DIGITS = 3  # of a proposed weight: finer than any interval is wide


@dataclass(frozen=True, slots=True)
class Posterior:
    """What pairs say of some weights; arrays are over those weights."""

    names: tuple[str, ...]
    scale: float
    """a."""
    weights: Floats
    error: Floats
    """Standard deviation, by Laplace's approximation."""


def propose(decisions: Sequence[Decision], *, weights: Weights, number: int) -> Proposal:
    """New weights for those in force, where the choices speak clearly enough.

    A weight moves only if its interval leaves out the weight in force, and only if weights
    that are learnt in the same way of four fifths of the needs order the pairs of the last
    fifth better. The order of the decisions changes nothing.
    weights, number: those in force.
    """
    pairs = pairs_of(decisions)
    needs = len(np.unique(pairs.need))
    intervals: dict[str, tuple[float, float]] = {}
    after, held_out = learnt_of(weights), None
    if needs < LEAST_NEEDS or len(pairs) < LEAST_PAIRS:
        finding = Finding.TOO_FEW
    elif not follows(pairs, weights):
        finding = Finding.NO_ORDER
    else:
        moved, intervals = learn(pairs, weights)
        finding = Finding.CHANGE if moved else Finding.AGREE
        if moved:
            held_out = hold_out(pairs, weights)
            if held_out.right_after > held_out.right_before:
                after |= moved
            else:
                finding = Finding.NOT_BETTER
    return Proposal(
        against=number,
        finding=finding,
        weights={
            name: Weighed(
                before=before,
                after=after[name],
                low=intervals[name][0] if name in intervals else None,
                high=intervals[name][1] if name in intervals else None,
            )
            for name, before in learnt_of(weights).items()
        },
        evidence=Evidence(
            pairs=len(pairs),
            needs=needs,
            left_out=pairs.left_out,
            level=LEVEL,
            held_out=held_out,
            choices=_fingerprint(pairs),
        ),
    )


def learn(
    pairs: Pairs, weights: Weights
) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    """The weights that move, and the interval of each that enough needs speak of.

    First all are free; then those whose interval holds the weight in force are put back to it
    and the rest are fitted anew, until each that is left moves by itself. Values stay within
    their bounds; an interval may reach beyond.
    """
    in_force = learnt_of(weights)
    free = tuple(name for name in LEARNT if _parted(pairs, name) >= LEAST_OF_ONE)
    intervals: dict[str, tuple[float, float]] = {}
    while free:
        found = posterior(pairs, weights, free)
        if found is None:
            return {}, intervals
        half = NormalDist().inv_cdf((1 + LEVEL) / 2) * found.error
        low, high = found.weights - half, found.weights + half
        intervals |= {n: (_rounded(low[i]), _rounded(high[i])) for i, n in enumerate(free)}
        moving = tuple(n for i, n in enumerate(free) if not low[i] <= in_force[n] <= high[i])
        if moving == free:
            values = {
                name: float(np.clip(_rounded(value), *bounds(name)))
                for name, value in zip(free, found.weights, strict=True)
            }
            return {n: value for n, value in values.items() if value != in_force[n]}, intervals
        free = moving
    return {}, intervals


def posterior(pairs: Pairs, weights: Weights, free: Sequence[str]) -> Posterior | None:
    """The most likely weights near those in force, and how far they may be off.

    Prior: w ~ N(in force, (PRIOR_WIDTH x set by hand)^2), each by itself.

    scikit-learn's penalty is half the squared length of the coefficients, which is a prior
    N(0, 1). To centre it on the weights in force, w0, the regression is on the difference,
    b = a (w - w0), and each column is multiplied by its prior's width, so that

        coefficient = b / (a0 width)  and  coefficient^2 / 2 = (w - w0)^2 / (2 width^2)

    where a0 is `a` as the weights in force alone have it. `fit` bends with w, since shares sum
    to 1, so it is drawn straight at the last w and fitted again until w stays (Gauss-Newton).
    With slopes s = d(fit_i - fit_j)/dw there, a (fit_i - fit_j) as a function of (a, b) is

        a z + b s  with  z = fit_i - fit_j - s (w - w0),

    without a rest, since it is homogeneous: twice a and b, twice the whole. So `a` is one more
    coefficient, of width SCALE_WIDTH, and no offset is needed. The error is Laplace's, with the
    expected curvature there, carried over from (a, b) to w = w0 + b / a.
    None if choices do not follow the fit, or if w does not come to rest.
    """
    scale, _ = _scale(pairs, weights)
    if scale <= 0:
        return None
    start = np.array([getattr(weights, name) for name in free])
    width = scale * PRIOR_WIDTH * np.array([getattr(WEIGHTS, name) for name in free])
    columns = [LEARNT.index(name) for name in free]
    limits = np.array([bounds(name) for name in free]).T
    now = start
    for _ in range(_MOST_STEPS):
        gap, slopes = _better_by(pairs, replace(weights, **dict(zip(free, now, strict=True))))
        slopes = slopes[:, columns]
        straight = np.column_stack([gap - slopes @ (now - start), slopes])
        fitted = _regress(straight, np.array([SCALE_WIDTH, *width]), pairs.weight)
        if fitted[0] <= 0:
            return None
        found = start + fitted[1:] / fitted[0]
        last, now = now, np.clip(found, *limits)  # beyond its bounds the fit is not its own
        if np.abs(now - last).max() < _SETTLED:
            break
    else:
        return None
    covariance = np.linalg.inv(
        _curvature(straight, fitted, pairs.weight) + np.diag([SCALE_WIDTH**-2, *width**-2])
    )
    to_weights = np.column_stack([(start - found) / fitted[0], np.eye(len(free)) / fitted[0]])
    error = np.sqrt(np.diag(to_weights @ covariance @ to_weights.T))
    return Posterior(tuple(free), float(fitted[0]), found, error)


def follows(pairs: Pairs, weights: Weights) -> bool:
    """Whether choices follow the fit by the weights in force beyond chance."""
    scale, error = _scale(pairs, weights)
    return scale > NormalDist().inv_cdf((1 + LEVEL) / 2) * error


def hold_out(pairs: Pairs, weights: Weights) -> HeldOut:
    """Each fifth of the needs, ordered by what the other four fifths teach."""
    before = after = 0
    for fold in range(FOLDS):
        held = pairs.need % FOLDS == fold
        moved, _ = learn(pairs.part(~held), weights)
        before += right(pairs.part(held), weights)
        after += right(pairs.part(held), replace(weights, **moved))
    return HeldOut(pairs=len(pairs), right_before=before, right_after=after)


def right(pairs: Pairs, weights: Weights) -> int:
    """Pairs of which these weights put the chosen one first."""
    return int((_better_by(pairs, weights)[0] > 0).sum())


def _scale(pairs: Pairs, weights: Weights) -> tuple[float, float]:
    """`a` by some weights as they stand, and its standard deviation."""
    gap = _better_by(pairs, weights)[0][:, None]
    found = _regress(gap, np.array([SCALE_WIDTH]), pairs.weight)
    curvature = _curvature(gap, found, pairs.weight)[0, 0] + SCALE_WIDTH**-2
    return float(found[0]), float(curvature**-0.5)


def _regress(columns: Floats, width: Floats, weight: Floats) -> Floats:
    """Coefficients by which the first of each pair is chosen, with prior N(0, width^2).

    Each pair stands there both ways round with half its weight, which says the same as once,
    and gives the two classes that a classifier wants.
    """
    regression = LogisticRegression(
        C=1.0, fit_intercept=False, solver="newton-cholesky", tol=1e-10, max_iter=1000
    )
    both = np.concatenate([columns, -columns]) * width
    is_first = np.repeat([1, 0], len(columns))
    regression.fit(both, is_first, sample_weight=np.concatenate([weight, weight]) / 2)
    return np.asarray(regression.coef_[0] * width, dtype=np.float64)


def _curvature(columns: Floats, found: Floats, weight: Floats) -> Floats:
    """Of the pairs' log likelihood, as it is expected: (coefficients, coefficients)."""
    chance = 1 / (1 + np.exp(-(columns @ found)))
    return np.asarray((columns * (weight * chance * (1 - chance))[:, None]).T @ columns)


def _better_by(pairs: Pairs, weights: Weights) -> tuple[Floats, Floats]:
    """How much better the chosen one fits, (n,), and its slopes in each of LEARNT, (n, learnt)."""
    won, won_slopes = fit_with_slopes(pairs.chosen, pairs.asked, weights)
    lost, lost_slopes = fit_with_slopes(pairs.rejected, pairs.asked, weights)
    return won - lost, won_slopes - lost_slopes


def fit_with_slopes(values: Floats, asked: Flags, weights: Weights) -> tuple[Floats, Floats]:
    """The fit of `matcher.score` before its power and its limits, and its slopes in LEARNT."""
    shares = asked[:, :_SHARES] * [getattr(weights, name) for name in SHARES]
    total = shares.sum(axis=1, keepdims=True)
    mean = (shares * values[:, :_SHARES]).sum(axis=1, keepdims=True) / total
    disliked = values[:, [_DISLIKES]]
    fresh = 1 - weights.freshness * (1 - values[:, [_FRESHNESS]])
    fresh **= 1 / weights.steepness
    slopes = asked[:, 1:_SHARES] * (values[:, 1:_SHARES] - mean) / total
    fit = (mean - weights.dislikes * disliked) * fresh
    return fit[:, 0], np.hstack([slopes, -disliked]) * fresh


def _rounded(value: float) -> float:
    return round(float(value), _DIGITS) + 0.0  # never -0.0


def _parted(pairs: Pairs, name: str) -> int:
    """Needs in which the chosen and a rejected offer differ by a criterion."""
    column = CRITERIA.index(name)
    return len(np.unique(pairs.need[pairs.chosen[:, column] != pairs.rejected[:, column]]))


def _fingerprint(pairs: Pairs) -> str:
    parts = (pairs.chosen, pairs.rejected, pairs.weight, pairs.need)
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()
