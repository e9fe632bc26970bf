from collections import Counter

import numpy as np
import pytest

from matcher.diversity import diverse
from tests.builders import a_need, an_index, an_offer
from tests.matcher.test_score import answer, keys

FOOTBALL = [an_offer(f"f-{n}", organisation="Bolden", activities=("fodbold",)) for n in range(6)]
KNITTING = an_offer("k", organisation="Garnet", activities=("strik",))


@pytest.mark.parametrize("limit", [1, 5, 10, 20])
def test_of_one_organisation_there_are_two_in_each_ten(limit: int) -> None:
    others = [an_offer(f"o-{n}") for n in range(18)]
    found = answer(a_need(wishes=["step_free"]), *FOOTBALL, *others, limit=limit)
    assert len(found.matches) == limit
    for ten in (found.matches[:10], found.matches[10:]):
        assert max(Counter(one.offer.organisation.id for one in ten).values(), default=0) <= 2


def test_what_is_not_shown_of_an_organisation_is_counted() -> None:
    found = answer(a_need(), *FOOTBALL, KNITTING)
    assert {one.offer.organisation.name: one.more_of_organisation for one in found.matches} == {
        "Bolden": 4,
        "Garnet": 0,
    }
    assert len(found.matches) == 3
    assert found.excluded_count == 0


def test_of_two_alike_the_second_comes_after_another_as_good() -> None:
    found = answer(a_need(), FOOTBALL[0], FOOTBALL[1], KNITTING)
    assert [one.offer.organisation.name for one in found.matches][:2] in (
        ["Bolden", "Garnet"],
        ["Garnet", "Bolden"],
    )


def test_the_best_is_always_first_and_scores_are_not_changed() -> None:
    need = a_need(interests=["fodbold"], wishes=["step_free"])
    best = an_offer("best", organisation="Bolden", activities=("fodbold",), yes=["step_free"])
    found = answer(need, *FOOTBALL, best)
    assert keys(found)[0] == "best"
    alone = answer(need, best)
    assert found.matches[0].score == pytest.approx(alone.matches[0].score)


def test_a_list_is_chosen_from_more_than_it_holds() -> None:
    """Ten of one club score best; the eleventh best, of another, still gets its place."""
    club = [an_offer(f"a-{n}", organisation="Bolden", yes=["step_free"]) for n in range(30)]
    found = answer(a_need(wishes=["step_free"]), *club, an_offer("z", no=["step_free"]), limit=3)
    assert keys(found)[-1] == "z"


def test_nothing_to_choose_from_is_nothing() -> None:
    assert diverse(an_index(), np.zeros(0, dtype=np.int64), np.zeros(0), 10).tolist() == []
