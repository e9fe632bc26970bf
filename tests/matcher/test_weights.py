"""The criteria of a shown offer, and what the weights make of them."""

from dataclasses import fields, replace

import pytest

from catalogue.published import PublishedOffer
from matcher.answer import match
from matcher.group import match_group
from matcher.kernels import compiled
from matcher.match import Match
from matcher.need import Need
from matcher.weights import CRITERIA, SHARES, WEIGHTS, Weights
from tests.builders import HOME, ON, a_group, a_need, a_point, an_index, an_offer

FIELDS: dict[str, dict[str, object]] = {
    "interest": {"interests": ["skak"]},
    "distance": {"home": {"postcode": "8410"}},
    "wishes": {"wishes": ["step_free"]},
    "times": {"times": [{"days": ["mon"], "from": "12:00", "to": "16:00"}]},
    "dislikes": {"dislikes": ["svømning"]},
}
NEAR = an_offer("near", title="Skak", point=a_point(km_north=1), times="tir 19:00-21:00")
FAR = an_offer(
    "far",
    title="Skak",
    point=a_point(km_north=8),
    times="man 13:00-15:00",
    yes=["step_free"],
    stated_on=ON,
)


def answer(need: Need, *offers: PublishedOffer, weights: Weights = WEIGHTS) -> Match:
    home = HOME if need.home is not None else None
    return match(an_index(*offers), need, home=home, on=ON, weights=weights)


def best(found: Match) -> str:
    return found.matches[0].offer.source_ids[0].key


@pytest.mark.parametrize("asked", [(), *((name,) for name in FIELDS), tuple(FIELDS)])
def test_only_what_the_need_asks_for_is_a_criterion_beside_freshness(
    asked: tuple[str, ...],
) -> None:
    need = a_need(**{key: value for name in asked for key, value in FIELDS[name].items()})
    (only,) = answer(need, NEAR).matches
    assert only.criteria.keys() == {*asked, "freshness"}
    assert all(0 <= value <= 1 for value in only.criteria.values())


def test_the_criteria_of_an_offer_make_its_score_by_the_formula() -> None:
    need = a_need(**{key: value for held in FIELDS.values() for key, value in held.items()})
    other = an_offer("other", title="Skak og svømning", point=a_point(km_north=3))
    for one in answer(need, NEAR, FAR, other).matches:
        held = one.criteria
        shares = {"interest": 1.0, "distance": 0.25, "wishes": 0.25, "times": 0.4}
        mean = sum(share * held[name] for name, share in shares.items()) / 1.9
        fit = max(0.0, mean - 0.25 * held["dislikes"]) ** 3
        assert one.score == pytest.approx(fit * (1 - 0.02 * (1 - held["freshness"])))


def test_other_weights_give_another_order() -> None:
    need = a_need(**FIELDS["distance"], **FIELDS["times"])
    assert best(answer(need, NEAR, FAR)) == "far"
    assert best(answer(need, NEAR, FAR, weights=replace(WEIGHTS, distance=2.0))) == "near"


def test_a_group_is_held_against_the_same_weights() -> None:
    need = a_need(**FIELDS["distance"], **FIELDS["wishes"])
    group = a_group(*(need.model_copy(update={"id": name}) for name in "ab"))
    for weights, first in ((WEIGHTS, "far"), (replace(WEIGHTS, distance=5.0), "near")):
        found = match_group(
            an_index(NEAR, FAR), group, homes={"a": HOME, "b": HOME}, on=ON, weights=weights
        )
        assert best(found) == first


def test_every_criterion_has_a_weight() -> None:
    assert all(getattr(WEIGHTS, name) > 0 for name in CRITERIA)


def test_every_weight_is_read_by_the_kernels() -> None:
    assert set(compiled.ORDER) == {one.name for one in fields(Weights)}
    assert compiled.ORDER[: len(SHARES)] == SHARES
