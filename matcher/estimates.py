"""How likely an access fact holds that nobody has stated.

Beta-binomial shrinkage from level to level: the rate among all stated facts of a code, then
among organisations of the same kind, among offers of the same main activity, in the same
organisation and at the same venue. How far each level is believed follows from how alike the
stated facts within it are (intra-class correlation from the agreement of pairs; Fleiss and
Cuzick 1979). What is stated flatters, so the rate is moved to that of the blanks before an
organisation's and a venue's own facts are counted, which are about the very place.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STATED_RATE, BLANK_RATE = 0.63, 0.43
"""Shares that are yes among stated and among blank facts, measured on a catalogue whose truth
is known. Answers to questions replace them code by code."""
_PRIOR_ANSWERS = 20.0  # answers that weigh as much as those two shares
_USUAL_LIKENESS, _PRIOR_PAIRS = 0.1, 20.0  # of a level of which little is known
_LEAST_LIKENESS, _MOST_LIKENESS = 0.01, 0.9
LEAST, MOST = 0.02, 0.85
"""Always above a no and under a likely yes."""


def chances(
    yes: NDArray[np.bool_],
    no: NDArray[np.bool_],
    general: Sequence[NDArray[np.int32]],
    own: Sequence[NDArray[np.int32]],
    answered: tuple[int, int] = (0, 0),
) -> Floats:
    """(n,): the probability of yes for one fact, meant where neither is stated.

    yes, no: (n,), what is stated. general, own: per level (n,), the group each row belongs
    to from 0, or -1; from the widest to the narrowest. answered: how often a question about
    a blank one was answered yes, and no.
    """
    stated = yes | no
    total = int(stated.sum())
    overall = (yes.sum() + _PRIOR_ANSWERS * STATED_RATE) / (total + _PRIOR_ANSWERS)
    chance = np.full(len(yes), overall)
    for groups in general:
        chance = _narrowed(chance, yes, stated, groups, overall)
    chance = _moved(chance, overall, answered)
    for groups in own:
        chance = _narrowed(chance, yes, stated, groups, overall)
    return np.clip(chance, LEAST, MOST)


def group_numbers(keys: Sequence[object | None]) -> NDArray[np.int32]:
    """(n,): equal keys have equal numbers from 0; None has -1."""
    numbers: dict[object, int] = {}
    return np.array(
        [-1 if key is None else numbers.setdefault(key, len(numbers)) for key in keys],
        dtype=np.int32,
    )


def _narrowed(
    chance: Floats,
    yes: NDArray[np.bool_],
    stated: NDArray[np.bool_],
    groups: NDArray[np.int32],
    overall: float,
) -> Floats:
    """Each row's chance after what is stated in its own group."""
    size = int(groups.max(initial=-1)) + 1
    if size == 0:
        return chance
    held = groups >= 0
    said = np.bincount(groups[held & stated], minlength=size).astype(np.float64)
    said_yes = np.bincount(groups[held & yes], minlength=size).astype(np.float64)
    said_no = said - said_yes
    pairs = (said * (said - 1)).sum()
    agreeing = (said_yes * (said_yes - 1) + said_no * (said_no - 1)).sum()
    by_chance = overall**2 + (1 - overall) ** 2
    likeness = (agreeing / pairs - by_chance) / (1 - by_chance) if pairs else 0.0
    likeness = (pairs * likeness + _PRIOR_PAIRS * _USUAL_LIKENESS) / (pairs + _PRIOR_PAIRS)
    likeness = min(max(likeness, _LEAST_LIKENESS), _MOST_LIKENESS)
    weight = (1 - likeness) / likeness  # stated facts that the wider level weighs as much as
    narrowed = (said_yes[groups] + weight * chance) / (said[groups] + weight)
    return np.where(held, narrowed, chance)


def _moved(chance: Floats, overall: float, answered: tuple[int, int]) -> Floats:
    """Moved in log-odds as far as the blanks of this fact lie from the stated ones."""
    expected = _of_odds(_odds(overall) * _odds(BLANK_RATE) / _odds(STATED_RATE))
    yes, no = answered
    blank = (yes + _PRIOR_ANSWERS * expected) / (yes + no + _PRIOR_ANSWERS)
    odds = chance / (1 - chance) * _odds(blank) / _odds(overall)
    return np.asarray(odds / (1 + odds))


def _odds(share: float) -> float:
    return share / (1 - share)


def _of_odds(odds: float) -> float:
    return odds / (1 + odds)


def chances_of_all(
    yes: NDArray[np.bool_],
    no: NDArray[np.bool_],
    general: Sequence[NDArray[np.int32]],
    own: Sequence[NDArray[np.int32]],
    codes: Sequence[str],
    answered: Mapping[str, tuple[int, int]],
) -> NDArray[np.uint8]:
    """(codes, n): `chances` of every fact in 255ths. yes, no: (codes, n)."""
    found = [
        chances(yes[row], no[row], general, own, answered.get(code, (0, 0)))
        for row, code in enumerate(codes)
    ]
    return np.rint(np.array(found).reshape(yes.shape) * 255).astype(np.uint8)
