"""What may be learnt of choices, and what has no way in."""

import json
from uuid import NAMESPACE_URL, uuid5

import numpy as np
import pytest

from catalogue.errors import Invalid
from matcher.answer import match
from matcher.choices import (
    NO_TRADE,
    OF_CRITERION,
    Decision,
    Pairs,
    Reason,
    pairs_of,
    read_decision,
)
from matcher.match import Suggestion
from matcher.weights import CRITERIA, LEARNT, SHARES
from tests.builders import HOME, ON, a_need, a_point, an_index, an_offer

SECRET = "hemmelig-7c1f"  # noqa: S105 - stands for what somebody might write of a citizen
NEAR = {"interest": 0.2, "distance": 0.9, "freshness": 0.5}
FAR = {"interest": 0.8, "distance": 0.3, "freshness": 0.5}


def an_id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"https://offer.example/{name}"))


def shown(name: str, choice: str, criteria: dict[str, float], reason: str | None = None) -> object:
    return {"offer": an_id(name), "criteria": criteria, "choice": choice, "reason": reason}


def a_list(*offers: object, need: str = "n-1") -> Decision:
    return read_decision({"need": need, "shown": list(offers)})


def pairs(*offers: object) -> Pairs:
    return pairs_of([a_list(*offers)])


def test_a_chosen_offer_stands_over_one_that_was_rejected_for_what_it_lacks() -> None:
    found = pairs(shown("a", "chosen", NEAR), shown("b", "rejected", FAR, "too_far"))
    assert len(found) == 1
    assert found.chosen.tolist() == [[0.2, 0.9, 0, 0, 0, 0.5]]
    assert found.rejected.tolist() == [[0.8, 0.3, 0, 0, 0, 0.5]]
    assert found.asked.tolist() == [[True, True, False, False, False, True]]
    assert found.weight.tolist() == [1.0]


def test_what_was_ignored_is_no_rejection() -> None:
    assert len(pairs(shown("a", "chosen", NEAR), shown("b", "ignored", FAR))) == 0


@pytest.mark.parametrize("reason", ["tried_it", "facts_wrong", "not_known", "other", None])
def test_a_rejection_that_is_not_about_a_criterion_teaches_nothing_and_is_counted(
    reason: str | None,
) -> None:
    found = pairs(shown("a", "chosen", NEAR), shown("b", "rejected", FAR, reason))
    assert len(found) == 0
    assert found.left_out == {reason or "other": 1}


def test_a_reason_that_the_measures_contradict_teaches_nothing() -> None:
    found = pairs(shown("a", "chosen", FAR), shown("b", "rejected", NEAR, "too_far"))
    assert len(found) == 0  # it was nearer: the measure was wrong, not its weight
    assert found.left_out == {NO_TRADE: 1}


@pytest.mark.parametrize("chosen_is_better", [True, False])
def test_an_offer_that_is_better_in_all_says_nothing_of_weights(chosen_is_better: bool) -> None:
    good, bad = {"interest": 0.9, "distance": 0.9}, {"interest": 0.1, "distance": 0.1}
    won, lost = (good, bad) if chosen_is_better else (bad, good)
    assert len(pairs(shown("a", "chosen", won), shown("b", "rejected", lost, "too_far"))) == 0


def test_what_is_disliked_is_worse() -> None:
    plain, disliked = {"distance": 0.2, "dislikes": 0.0}, {"distance": 0.9, "dislikes": 1.0}
    assert (
        len(pairs(shown("a", "chosen", plain), shown("b", "rejected", disliked, "disliked"))) == 1
    )
    assert (
        len(pairs(shown("a", "chosen", disliked), shown("b", "rejected", plain, "disliked"))) == 0
    )


def test_every_criterion_that_is_traded_has_a_reason() -> None:
    assert set(OF_CRITERION.values()) == {*SHARES, "dislikes"} >= set(LEARNT)
    assert set(Reason) - OF_CRITERION.keys() == {
        "tried_it",
        "facts_wrong",
        "not_known",
        "other",
    }


def test_no_offer_of_a_need_speaks_more_than_once() -> None:
    lost = [shown(name, "rejected", FAR, "too_far") for name in "bcde"]
    assert pairs(shown("a", "chosen", NEAR), *lost).weight.tolist() == [0.25] * 4
    found = pairs(shown("a", "chosen", NEAR), shown("x", "chosen", NEAR), *lost)
    assert (len(found), found.weight.sum()) == (8, 2)  # two that share no offer
    one = a_list(shown("a", "chosen", NEAR), lost[0])
    assert pairs_of([one, one]).weight.tolist() == [0.5, 0.5]  # the same said twice


def test_pairs_are_made_within_a_list_only() -> None:
    first = a_list(shown("a", "chosen", NEAR))
    second = a_list(shown("b", "rejected", FAR, "too_far"))
    assert len(pairs_of([first, second])) == 0


def test_the_order_of_lists_and_of_offers_changes_nothing() -> None:
    lists = [
        [shown(f"a{n}", "chosen", NEAR), shown(f"b{n}", "rejected", FAR, "too_far")]
        for n in range(9)
    ]
    one = pairs_of([a_list(*held, need=f"n-{n}") for n, held in enumerate(lists)])
    turned = [a_list(*held[::-1], need=f"n-{n}") for n, held in enumerate(lists)]
    other = pairs_of(turned[::-1])
    for name in ("chosen", "rejected", "asked", "weight", "need"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_the_criteria_of_a_suggestion_can_be_told_as_they_are() -> None:
    need = a_need(
        id="n-1",
        interests=["skak"],
        dislikes=["svømning"],
        home={"postcode": "8410"},
        wishes=["step_free"],
        times=[{"days": ["mon"], "from": "12:00", "to": "16:00"}],
    )
    index = an_index(
        an_offer("near", title="Skak", point=a_point(km_north=1), times="tir 19:00-21:00"),
        an_offer("far", title="Skak", point=a_point(km_north=8), times="man 13:00-15:00"),
    )
    found = match(index, need, home=HOME, on=ON).matches
    told = json.loads(json.dumps([as_shown(one) for one in found]))
    assert [set(one["criteria"]) for one in told] == [set(CRITERIA)] * 2
    assert len(pairs_of([read_decision({"need": need.id, "shown": told})])) == 1


def as_shown(one: Suggestion) -> dict[str, object]:
    return {
        "offer": str(one.offer.id),
        "criteria": dict(one.criteria),
        "choice": "chosen" if one.rank == 1 else "rejected",
        "reason": None if one.rank == 1 else "wrong_time",
    }


def with_field(name: str, value: object) -> dict[str, object]:
    return {"need": "n-1", "shown": [shown("a", "chosen", NEAR)], name: value}


@pytest.mark.parametrize(
    "data",
    [
        [],
        "",
        None,
        {},
        {"need": "n-1", "shown": []},
        with_field("need", ""),
        with_field("need", 7),
        with_field("need", SECRET * 100),
        with_field("age", 44),
        with_field("gender", "female"),
        with_field("home", {"postcode": "8410"}),
        with_field("interests", [SECRET]),
        with_field(SECRET, 1),
        with_field("shown", [{**NEAR, "offer": an_id("a")}]),
        with_field("shown", [shown("a", "chosen", {"age": 0.4})]),
        with_field("shown", [shown("a", "chosen", {"gender": 1.0})]),
        with_field("shown", [shown("a", "chosen", {"step_free": 1.0})]),
        with_field("shown", [shown("a", "chosen", {SECRET: 1.0})]),
        with_field("shown", [shown("a", "chosen", {"distance": 1.01})]),
        with_field("shown", [shown("a", "chosen", {"distance": float("nan")})]),
        with_field("shown", [shown("a", "chosen", {"distance": 10**400})]),
        with_field("shown", [shown("a", "chosen", {"distance": True})]),
        with_field("shown", [shown("a", "chosen", {"distance": "0.5"})]),
        with_field("shown", [shown("a", SECRET, NEAR)]),
        with_field("shown", [shown("a", "rejected", NEAR, SECRET)]),
        with_field("shown", [shown("a", "chosen", NEAR, "too_far")]),
        with_field("shown", [shown("a", "ignored", NEAR, "too_far")]),
        with_field("shown", [shown("a", "chosen", NEAR), shown("a", "ignored", NEAR)]),
        with_field("shown", [shown("a", "chosen", NEAR), shown("b", "ignored", {"times": 1.0})]),
        with_field("shown", [{"offer": SECRET, "criteria": NEAR, "choice": "chosen"}]),
        with_field("shown", [shown(str(n), "ignored", NEAR) for n in range(101)]),
        with_field("shown", [{**shown("a", "chosen", NEAR), "age": 44}]),
    ],
)
def test_what_is_no_choice_is_refused_and_not_repeated(data: object) -> None:
    with pytest.raises(Invalid) as refused:
        read_decision(data)
    said = str(refused.value)
    assert said.startswith("choices: ")
    assert len(said.splitlines()) == 1
    assert SECRET not in said
    assert "age" not in said and "gender" not in said
