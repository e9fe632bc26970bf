"""The snapshot of all offers."""

from dataclasses import fields
from itertools import permutations
from uuid import UUID

import numpy as np
import pytest

from catalogue.errors import Missing
from catalogue.places import distance_km
from catalogue.prices import PriceUnit
from catalogue.vocabulary import load_vocabulary
from matcher.columns import Columns
from matcher.index import Index
from matcher.kernels.compiled import LIKELY, LIKELY_NO, NO, UNKNOWN, YES
from matcher.rows import Rows, every
from matcher.seek import Seen, seek
from tests.builders import HOME, a_point, an_index, an_offer


def test_offers_are_sorted_by_cell_then_by_id_and_found_by_it() -> None:
    near = [an_offer(f"t-{number}", point=HOME) for number in range(5)]
    far = [an_offer(f"f-{number}", point=a_point(km_north=30)) for number in range(3)]
    nowhere = [an_offer(f"n-{number}") for number in range(3)]
    vague = [an_offer("v", point=a_point(uncertainty_km=15))]
    index = an_index(*far, *near, *nowhere, *vague)
    assert len(index) == 12
    assert [one.id for one in index.offers] == [
        one.id
        for held in (nowhere + vague, near, far)
        for one in sorted(held, key=lambda one: one.id)
    ]
    assert (np.diff(index.columns.cells[: len(index)]) >= 0).all()
    assert index.offer(near[3].id) is near[3]


def test_ties_can_be_broken_by_the_order_of_ids() -> None:
    offers = [an_offer(f"t-{km}", point=a_point(km_north=km)) for km in range(0, 40, 5)]
    index = an_index(*offers, an_offer())
    order = np.argsort(index.columns.ids[: len(index)])
    assert [index.held[row].id for row in order] == sorted(one.id for one in index.offers)


def test_an_offer_that_is_not_there_is_missing() -> None:
    with pytest.raises(Missing):
        an_index().offer(UUID(int=0))


def test_what_prose_says_is_kept_apart_from_what_is_confirmed() -> None:
    said = {"yes": ["step_free"], "no": ["drop_in"], "likely": ["can_sit"]}
    index = an_index(an_offer(**said, likely_no=["small_group"]))
    (held,) = [
        dict(zip(index.codes, column, strict=True)) for column in index.columns.access[:, :1].T
    ]
    assert (held.pop("step_free"), held.pop("drop_in")) == (YES, NO)
    assert (held.pop("can_sit"), held.pop("small_group")) == (LIKELY, LIKELY_NO)
    assert set(held.values()) == {UNKNOWN}


def test_unknown_numbers_are_nan_and_free_is_nought() -> None:
    index = an_index(an_offer("a"), an_offer("b", price_kr="0", price_unit=None))
    kr = {
        one.source_ids[0].key: index.columns.kr_per_month[row]
        for row, one in enumerate(index.offers)
    }
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
    assert index.columns.kr_per_month[0] == pytest.approx(per_month, nan_ok=True)


@pytest.mark.parametrize("km", [0.0, 0.3, 4.0, 40.0])
def test_distances_agree_with_the_geodesic(km: float) -> None:
    point = a_point(km_north=km * 0.6, km_east=km * 0.8)
    index = an_index(an_offer(point=point))
    (found,), _ = index.distances_km(HOME, every(1))
    assert found == pytest.approx(distance_km(HOME, point), rel=0.004)


def test_distance_to_an_unknown_place_is_nan() -> None:
    assert np.isnan(an_index(an_offer(point=None)).distances_km(HOME, every(1))).all()


def test_an_activity_holds_all_below_it() -> None:
    index = an_index(an_offer("a"), an_offer("b", activities=("badminton",)), an_offer("c"))
    expected = [one.source_ids[0].key == "b" for one in index.offers]
    above = load_vocabulary().ancestors("badminton")
    assert above
    for code in ("badminton", *above):
        assert index.is_activity(code, every(3)).tolist() == expected
    assert not index.is_activity("kor", every(3)).any()


def test_the_activities_of_an_offer_are_held_with_the_word_that_says_so() -> None:
    index = an_index(
        an_offer("a"),
        an_offer("b", title="Fodboldaften", activities=("badminton",), description="Også kor"),
        an_offer("c", title="Kor"),
    )
    spoken = index.spoken_of(index.row_of(an_offer("b").id))
    assert {code: (one.strength, one.word) for code, one in spoken.items()} == {
        "badminton": (1.0, "badminton"),
        "fodbold": (0.6, "fodboldaften"),
        "kor": (0.5, "kor"),
    }
    assert index.spoken_of(index.row_of(an_offer("a").id)) == {}
    served = dict(
        zip(
            (one.source_ids[0].key for one in index.offers),
            index.served(index.concepts.wanted({"kor": 0.8})[None], every(3))[0],
            strict=True,
        )
    )
    assert (served["a"], served["c"]) == (0.0, 0.8)
    assert 0 < served["b"] < 0.8


def test_the_order_of_the_input_changes_no_column() -> None:
    offers = [
        an_offer("a", title="Strik og snak", point=HOME, yes=["step_free"]),
        an_offer("b", title="Badminton for begyndere", price_kr="50"),
        an_offer("c", title="Kor", times="man 19:00-21:00"),
    ]
    first, *others = [an_index(*order) for order in permutations(offers)]
    for other in others:
        assert other.offers == first.offers
        same_columns(other, first)


def same_columns(one: Index, other: Index) -> None:
    """Both hold the same; the words that name activities may be numbered otherwise."""
    n = len(one)
    assert n == len(other) == one.count == other.count
    for column in fields(Columns):
        values = (getattr(index.columns, column.name)[..., :n] for index in (one, other))
        np.testing.assert_array_equal(*values, err_msg=column.name)
    assert (one.terms.numbers, one.terms.idf) == (other.terms.numbers, other.terms.idf)
    assert one.terms.usual == other.terms.usual
    for name in ("rows", "amounts"):
        for held, same in (
            (one.terms.postings, other.terms.postings),
            (one.stated, other.stated),
        ):
            np.testing.assert_array_equal(getattr(held, name), getattr(same, name), err_msg=name)
    for row in range(n):
        assert one.spoken_of(row) == other.spoken_of(row)


def looked_for(index: Index, text: str, rows: Rows | None = None) -> Seen:
    idea = index.idea(text)
    return seek(index, [idea], idea.heard.wanted[None], index.cut(None), floor=0.25, rows=rows)


def test_an_empty_catalogue_has_an_index() -> None:
    index = an_index()
    rows = index.within(index.window(HOME, 5.0))
    assert len(index) == len(rows) == 0
    assert [one.shape for one in index.distances_km(HOME, rows)] == [(0,), (0,)]
    assert index.served(index.concepts.wanted({"kor": 1.0})[None], rows).shape == (1, 0)
    assert looked_for(index, "strikke").rows.shape == (0,)


def test_offers_without_a_word_have_an_index() -> None:
    index = an_index(an_offer(title="!", organisation="?"))
    _, share, has_word = looked_for(index, "strikke", every(1))
    assert (share.tolist(), has_word.tolist()) == ([[0.0]], [[False]])
    assert index.spoken_of(0) == {}
    assert len(index.within(index.window(HOME, 1.0))) == 1  # nobody knows where it is


def test_within_leaves_out_only_what_is_farther_away_for_certain() -> None:
    offers = [
        an_offer("nowhere"),
        an_offer("vague", point=a_point(km_north=60, uncertainty_km=15)),
        an_offer("near", point=a_point(km_east=3)),
        an_offer("may be near", point=a_point(km_north=8, uncertainty_km=4)),
        an_offer("far", point=a_point(km_north=60)),
    ]
    index = an_index(*offers)
    rows = index.within(index.window(HOME, 5.0))
    held = {index.held[row].source_ids[0].key for row in rows}
    assert held == {"nowhere", "vague", "near", "may be near"}
    assert len(index.within(index.window(None, 5.0))) == 5
    assert len(index.within(index.window(HOME, None))) == 5
