"""The measures, by hand and against a library."""

import math

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.evaluate import evaluate, ndcg, precision, success

GRADES = {"a": 3, "b": 2, "c": 1}


def test_ndcg_by_hand() -> None:
    got = 1 / math.log2(2) + 7 / math.log2(4)  # c first, then something unjudged, then a
    best = 7 / math.log2(2) + 3 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(["c", "x", "a"], GRADES) == pytest.approx(got / best)
    assert ndcg(["a", "b", "c"], GRADES) == 1.0
    assert ndcg([], GRADES) == 0.0


def test_only_the_first_places_count() -> None:
    ranking = [f"x{number}" for number in range(10)] + ["a"]
    assert ndcg(ranking, GRADES) == 0.0
    assert success(["x", "y", "z", "a"], GRADES) == 0.0
    assert success(["x", "y", "b"], GRADES) == 1.0
    assert success(["c"], GRADES) == 0.0
    assert precision(["a", "c", "b"], GRADES) == 0.4  # empty places hold nothing


def test_where_nothing_is_relevant_nothing_is_measured() -> None:
    assert math.isnan(ndcg(["a"], {}))
    assert math.isnan(success(["c"], {"c": 1}))


def test_means_leave_out_what_cannot_be_measured() -> None:
    measures = evaluate(
        {"n-1": ["a", "x"], "n-2": ["y", "z"], "n-3": []},
        {"n-1": {"a": 3}, "n-3": {"b": 2}},
        {"n-1": {"x"}, "n-2": {"y", "z"}},
        {"n-2": {"z"}},
    )
    assert measures.needs == 3
    assert measures.ndcg_at_10 == pytest.approx(0.5)  # n-2 has no grades
    assert measures.success_at_3 == pytest.approx(0.5)
    assert measures.broken_at_10 == pytest.approx(0.75)  # n-3 shows nothing
    assert measures.visibly_broken_at_10 == pytest.approx(0.25)


def test_without_needs_nothing_is_measured() -> None:
    measures = evaluate({}, {}, {}, {})
    assert measures.needs == 0
    assert math.isnan(measures.ndcg_at_10) and math.isnan(measures.broken_at_10)


KEYS = [f"k{number:02}" for number in range(15)]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.sampled_from(KEYS), unique=True, min_size=1),
    st.dictionaries(st.sampled_from(KEYS), st.integers(1, 3), min_size=1),
)
def test_the_measures_agree_with_ir_measures(ranking: list[str], grades: dict[str, int]) -> None:
    run = {"n": {key: float(len(ranking) - place) for place, key in enumerate(ranking)}}
    gain = {grade: 2**grade - 1 for grade in (0, 1, 2, 3)}
    theirs = ir_measures.calc_aggregate(
        [
            ir_measures.nDCG(gains=gain) @ 10,
            ir_measures.Success(rel=2) @ 3,
            ir_measures.P(rel=2) @ 5,
        ],
        {"n": grades},
        run,
    )
    held = {str(measure).split("(")[0]: value for measure, value in theirs.items()}
    assert ndcg(ranking, grades) == pytest.approx(held["nDCG"])
    assert precision(ranking, grades) == pytest.approx(held["P"])
    if any(grade >= 2 for grade in grades.values()):
        assert success(ranking, grades) == pytest.approx(held["Success"])
