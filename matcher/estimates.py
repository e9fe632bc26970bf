"""How likely an access fact holds that nobody has stated.

Beta-binomial shrinkage from level to level: the rate among all stated facts of a code, then
among organisations of the same kind, among offers of the same main activity, in the same
organisation and at the same venue. How far each level is believed follows from how alike the
stated facts within it are (intra-class correlation from the agreement of pairs; Fleiss and
Cuzick 1979). What is stated flatters, so the rate is moved to that of the blanks before an
organisation's and a venue's own facts are counted, which are about the very place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Level:
    """What is stated of one fact in the groups of one level, and how far a group is believed."""

    said_yes: Floats
    said: Floats
    """(groups,) each."""
    weight: float
    """Stated facts that the wider level weighs as much as."""

    @classmethod
    def of(
        cls,
        yes: NDArray[np.bool_],
        stated: NDArray[np.bool_],
        groups: NDArray[np.int32],
        overall: float,
    ) -> "Level":
        size = int(groups.max(initial=-1)) + 1
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
        return cls(said_yes, said, float((1 - likeness) / likeness))

    def narrowed(self, chance: Floats, groups: NDArray[np.int32]) -> Floats:
        """Each row's chance after what is stated in its own group."""
        if not len(self.said):
            return chance
        narrowed = (self.said_yes[groups] + self.weight * chance) / (
            self.said[groups] + self.weight
        )
        return np.where(groups >= 0, narrowed, chance)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is believed of one access fact where nobody has stated it."""

    overall: float
    """Share that is yes of all that is stated, shrunken."""
    blank: float
    """Odds of a blank one beside those of a stated one."""
    general: tuple[Level, ...]
    """From the widest to the narrowest; of groups that hold offers of many places."""
    own: tuple[Level, ...]
    """Of groups that are about the very place."""

    @classmethod
    def of(
        cls,
        yes: NDArray[np.bool_],
        no: NDArray[np.bool_],
        general: Sequence[NDArray[np.int32]],
        own: Sequence[NDArray[np.int32]],
        answered: tuple[int, int] = (0, 0),
    ) -> "Estimate":
        """From what is stated.

        yes, no: (n,). general, own: per level (n,), the group each row belongs to from 0,
        or -1. answered: how often a question about a blank one was answered yes, and no.
        """
        stated = yes | no
        total = int(stated.sum())
        overall = float((yes.sum() + _PRIOR_ANSWERS * STATED_RATE) / (total + _PRIOR_ANSWERS))
        return cls(
            overall,
            _moved(overall, answered),
            tuple(Level.of(yes, stated, groups, overall) for groups in general),
            tuple(Level.of(yes, stated, groups, overall) for groups in own),
        )

    def chances(
        self, n: int, general: Sequence[NDArray[np.int32]], own: Sequence[NDArray[np.int32]]
    ) -> Floats:
        """(n,): the probability of yes, meant where neither is stated."""
        chance = np.full(n, self.overall)
        for level, groups in zip(self.general, general, strict=True):
            chance = level.narrowed(chance, groups)
        chance = self._of_blanks(chance)
        for level, groups in zip(self.own, own, strict=True):
            chance = level.narrowed(chance, groups)
        return np.clip(chance, LEAST, MOST)

    def _of_blanks(self, chance: Floats) -> Floats:
        """Moved in log-odds as far as the blanks of this fact lie from the stated ones."""
        odds = chance / (1 - chance) * self.blank
        return np.asarray(odds / (1 + odds))


def chances(
    yes: NDArray[np.bool_],
    no: NDArray[np.bool_],
    general: Sequence[NDArray[np.int32]],
    own: Sequence[NDArray[np.int32]],
    answered: tuple[int, int] = (0, 0),
) -> Floats:
    """(n,): the probability of yes for one fact; arguments as for `Estimate.of`."""
    return Estimate.of(yes, no, general, own, answered).chances(len(yes), general, own)


def chances_of_one(
    estimates: Sequence[Estimate],
    general: Sequence[int],
    own: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]],
) -> NDArray[np.uint8]:
    """(codes,): `chances` in 255ths of an offer that came after the estimates were made.

    general: its groups, or -1. own: per level (codes,), how many others of its own group are
    stated, and how many of these are yes; all 0 where it has no group.
    """
    chance = np.array([one.overall for one in estimates])
    for place, group in enumerate(general):
        levels = [one.general[place] for one in estimates]
        known = [0 <= group < len(level.said) for level in levels]
        said = np.array(
            [level.said[group] if k else 0.0 for level, k in zip(levels, known, strict=True)]
        )
        yes = np.array(
            [level.said_yes[group] if k else 0.0 for level, k in zip(levels, known, strict=True)]
        )
        weight = np.array([level.weight for level in levels])
        chance = (yes + weight * chance) / (said + weight)
    odds = chance / (1 - chance) * np.array([one.blank for one in estimates])
    chance = odds / (1 + odds)
    for place, (said_of_own, yes_of_own) in enumerate(own):
        weight = np.array([one.own[place].weight for one in estimates])
        chance = (yes_of_own + weight * chance) / (said_of_own + weight)
    return np.asarray(np.rint(np.clip(chance, LEAST, MOST) * 255), dtype=np.uint8)


def group_numbers(keys: NDArray[np.int64]) -> NDArray[np.int32]:
    """(n,): equal keys have equal numbers from 0; 0, which is no key, has -1."""
    names, numbers = np.unique(keys, return_inverse=True)
    numbers = numbers.astype(np.int32)
    if len(names) and 0 in names:
        nothing = int(np.searchsorted(names, 0))
        numbers = np.where(numbers == nothing, -1, numbers - (numbers > nothing))
    return np.asarray(numbers, dtype=np.int32)


def _moved(overall: float, answered: tuple[int, int]) -> float:
    expected = _of_odds(_odds(overall) * _odds(BLANK_RATE) / _odds(STATED_RATE))
    yes, no = answered
    blank = (yes + _PRIOR_ANSWERS * expected) / (yes + no + _PRIOR_ANSWERS)
    return _odds(blank) / _odds(overall)


def _odds(share: float) -> float:
    return share / (1 - share)


def _of_odds(odds: float) -> float:
    return odds / (1 + odds)


def estimates_of_all(
    yes: NDArray[np.bool_],
    no: NDArray[np.bool_],
    general: Sequence[NDArray[np.int32]],
    own: Sequence[NDArray[np.int32]],
    codes: Sequence[str],
    answered: Mapping[str, tuple[int, int]],
) -> tuple[tuple[Estimate, ...], NDArray[np.uint8]]:
    """An estimate for each code, and (codes, n) their chances in 255ths. yes, no: (codes, n)."""
    found = tuple(
        Estimate.of(yes[row], no[row], general, own, answered.get(code, (0, 0)))
        for row, code in enumerate(codes)
    )
    chance = np.empty(yes.shape, dtype=np.uint8)
    for row, one in enumerate(found):
        chance[row] = np.rint(one.chances(yes.shape[1], general, own) * 255)
    return found, chance
