"""The snapshot of all offers."""

from itertools import permutations
from uuid import UUID

import numpy as np
import pytest

from catalogue.errors import Missing
from catalogue.places import distance_km
from catalogue.prices import PriceUnit
from matcher.index import NO, UNKNOWN, YES
from tests.builders import HOME, a_point, an_index, an_offer


def test_offers_are_sorted_by_id_and_found_by_it() -> None:
    offers = [an_offer(f"t-{number}") for number in range(5)]
    index = an_index(*offers)
    assert len(index) == 5
    assert [one.id for one in index.offers] == sorted(one.id for one in offers)
    assert index.offer(offers[3].id) is offers[3]


def test_an_offer_that_is_not_there_is_missing() -> None:
    with pytest.raises(Missing):
        an_index().offer(UUID(int=0))


def test_what_prose_says_is_kept_apart_from_what_is_confirmed() -> None:
    index = an_index(an_offer(yes=["step_free"], no=["drop_in"], likely=["can_sit"]))
    held = {code: index.access[0, column] for column, code in enumerate(index.codes)}
    assert (held["step_free"], held["drop_in"], held["can_sit"]) == (YES, NO, UNKNOWN)
    likely = {code: index.likely[0, column] for column, code in enumerate(index.codes)}
    assert (likely["step_free"], likely["drop_in"], likely["can_sit"]) == (UNKNOWN, UNKNOWN, YES)


def test_unknown_numbers_are_nan_and_free_is_nought() -> None:
    index = an_index(an_offer("a"), an_offer("b", price_kr="0", price_unit=None))
    kr = {one.source_ids[0].key: index.kr_per_month[row] for row, one in enumerate(index.offers)}
    assert np.isnan(kr["a"])
    assert kr["b"] == 0


@pytest.mark.parametrize(
    ("unit", "per_month"),
    [
        (PriceUnit.VISIT, 120 * 4.3),
        (PriceUnit.MONTH, 120),
        (PriceUnit.QUARTER, 40),
        (PriceUnit.HALF_YEAR, 20),
        (PriceUnit.SEASON, 15),
        (PriceUnit.YEAR, 10),
        (None, np.nan),
    ],
)
def test_price_per_month_is_counted_as_the_contract_says(
    unit: PriceUnit | None, per_month: float
) -> None:
    index = an_index(an_offer(price_kr="120", price_unit=unit))
    assert index.kr_per_month[0] == pytest.approx(per_month, nan_ok=True)


@pytest.mark.parametrize("km", [0.0, 0.3, 4.0, 40.0])
def test_distances_agree_with_the_geodesic(km: float) -> None:
    point = a_point(km_north=km * 0.6, km_east=km * 0.8)
    index = an_index(an_offer(point=point))
    assert index.distances_km(HOME)[0] == pytest.approx(distance_km(HOME, point), rel=0.004)


def test_distance_to_an_unknown_place_is_nan() -> None:
    assert np.isnan(an_index(an_offer(point=None)).distances_km(HOME)[0])


def test_an_activity_holds_all_below_it() -> None:
    index = an_index(an_offer(activities=("badminton",)))
    above = index.activities[0] - {"badminton"}
    assert above
    assert all(index.is_activity(code).all() for code in above)
    assert not index.is_activity("kor").any()


def test_the_order_of_the_input_changes_no_column() -> None:
    offers = [
        an_offer("a", title="Strik og snak", point=HOME, yes=["step_free"]),
        an_offer("b", title="Badminton for begyndere", price_kr="50"),
        an_offer("c", title="Kor", times="man 19:00-21:00"),
    ]
    first, *others = [an_index(*order) for order in permutations(offers)]
    for other in others:
        assert other.offers == first.offers
        assert (other.text != first.text).nnz == 0
        np.testing.assert_array_equal(other.access, first.access)
        np.testing.assert_array_equal(other.vectors, first.vectors)


def test_an_empty_catalogue_has_an_index() -> None:
    index = an_index()
    assert len(index) == 0
    assert index.likeness("strikke").shape == (0,)
    assert index.distances_km(HOME).shape == (0,)


def test_offers_without_a_word_have_an_index() -> None:
    index = an_index(an_offer(title="!", organisation="?"))
    assert index.likeness("strikke").tolist() == [0.0]
