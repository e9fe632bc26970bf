"""Each gate at its limit: what still passes, and what a person looks at first."""

from dataclasses import replace

import pytest

from scrapers.comparing import Difference
from scrapers.found import PageKind, Trouble
from scrapers.gates import Measured, Past, judge
from scrapers.reading import Fault

PAST = Past(rows=100, filled={"title": 100, "price": 60}, troubles={})
GOOD = Measured(
    rows=100,
    is_full=True,
    known=100,
    expected=100,
    lost=0,
    eroded=0,
    new=0,
    changed=0,
    met=100,
    gone=0,
    filled={"title": 100, "price": 60},
    filled_met={"title": 100, "price": 60},
    filled_before={"title": 100, "price": 60},
    troubles={},
    recent=[PAST] * 5,
    best=[PAST] * 5,
)
FAULT = Fault(Trouble.LAYOUT_CHANGED, "https://x.example/", "layout_changed: nothing is there")


def failed(found: Measured) -> list[str]:
    return [gate.name for gate in judge(found) if not gate.holds]


def few(rows: int, /, **others: int) -> Measured:
    """A source of so many entries, all of them known."""
    filled = {"title": rows}
    past = Past(rows, filled, {})
    same = {"rows": rows, "known": rows, "expected": rows, "met": rows}
    return replace(
        GOOD,
        **{**same, **others},  # type: ignore[arg-type]  # they are counts, each of them
        filled={"title": others.get("rows", rows)},
        filled_met=filled,
        filled_before=filled,
        recent=[past],
        best=[past],
    )


def test_a_run_as_the_runs_before_it_passes() -> None:
    assert failed(GOOD) == []


def test_a_first_run_passes_without_anything_to_compare_it_with() -> None:
    first = replace(
        GOOD, known=0, expected=0, met=0, new=100, filled_met={}, filled_before={},
        recent=[], best=[],
    )  # fmt: skip
    assert failed(first) == []
    assert failed(replace(first, rows=0, new=0)) == ["not_empty"]


@pytest.mark.parametrize(
    ("field", "passes", "fails", "gate"),
    [
        ("rows", 80, 79, "rows"),
        ("lost", 15, 16, "lost"),
        ("eroded", 20, 21, "erosion"),
        ("gone", 20, 21, "taken_back"),
        ("new", 99, 100, "new"),
        ("changed", 50, 51, "changed"),
    ],
)
def test_each_limit_of_a_large_source(field: str, passes: int, fails: int, gate: str) -> None:
    level = {"filled": {"title": 80, "price": 60}} if field == "rows" else {}
    assert failed(replace(GOOD, **{field: passes}, **level)) == []  # type: ignore[arg-type]
    assert failed(replace(GOOD, **{field: fails}, **level)) == [gate]  # type: ignore[arg-type]


@pytest.mark.parametrize("rows", [3, 5, 10])
def test_a_small_source_may_lose_one_entry_and_not_two(rows: int) -> None:
    one = few(rows, rows=rows - 1, lost=1, eroded=1, met=rows - 1)
    assert failed(one) == []
    two = few(rows, rows=rows - 2, lost=2, eroded=2, met=rows - 2)
    assert failed(two)[:2] == ["lost", "erosion"]


def test_one_of_two_entries_is_half_of_them() -> None:
    assert "lost" in failed(few(2, rows=1, lost=1, eroded=1, met=1))


def test_an_empty_list_is_no_news_once_a_person_has_said_so() -> None:
    past = Past(0, {}, {})
    nothing = replace(
        few(4), rows=0, lost=0, expected=0, met=0, filled={}, recent=[past], best=[past]
    )
    assert "not_empty" not in failed(nothing)
    assert "not_empty" in failed(replace(nothing, recent=[PAST], best=[PAST]))


@pytest.mark.parametrize(("price", "passes"), [(35, True), (34, False), (0, False)])
def test_a_field_may_be_in_a_quarter_fewer_of_the_entries(price: int, passes: bool) -> None:
    found = failed(replace(GOOD, filled={"title": 100, "price": price}))
    assert found == ([] if passes else ["filled"])


def test_a_field_is_measured_by_the_best_of_the_last_thirty_days() -> None:
    faded = replace(PAST, filled={"title": 100, "price": 50})
    late = replace(GOOD, filled={"title": 100, "price": 30}, recent=[faded] * 5)
    assert failed(replace(late, best=[faded] * 5)) == []
    assert failed(late) == ["filled"]


def test_of_a_feed_that_is_read_on_only_what_it_brings_is_measured() -> None:
    part = replace(
        GOOD, is_full=False, rows=3, met=3, changed=3, expected=97, filled={"title": 3},
        filled_met={"title": 3, "price": 2}, filled_before={"title": 3, "price": 2},
    )  # fmt: skip
    assert failed(part) == []
    assert failed(replace(part, filled_met={"title": 3})) == ["filled"]
    assert failed(replace(part, changed=51)) == ["changed"]
    assert failed(replace(part, gone=21)) == ["taken_back"]


@pytest.mark.parametrize("trouble", ["missing_part", "truncated", "broken_block", "empty_list"])
def test_a_new_trouble_of_a_page_is_looked_at_once(trouble: str) -> None:
    troubled = replace(GOOD, troubles={f"{trouble} li p": 1})
    assert failed(troubled) == ["page_troubles"]
    known = replace(PAST, troubles={f"{trouble} li p": 3})
    assert failed(replace(troubled, recent=[known])) == []
    elsewhere = replace(PAST, troubles={f"{trouble} li h3": 3})
    assert failed(replace(troubled, recent=[elsewhere])) == ["page_troubles"]


@pytest.mark.parametrize("trouble", ["contradiction", "entry_refused", "unusable"])
def test_troubles_of_entries_may_be_a_few_more_than_before(trouble: str) -> None:
    before = replace(PAST, troubles={f"{trouble} a": 2})
    assert failed(replace(GOOD, recent=[before], troubles={f"{trouble} b": 7})) == []
    assert failed(replace(GOOD, recent=[before], troubles={f"{trouble} b": 8})) == [trouble]


def test_what_cannot_be_helped_is_no_trouble() -> None:
    harmless = {"personal_data a": 90, "unsure b": 90, "unknown_part c": 90, "shortened d": 90}
    assert failed(replace(GOOD, troubles=harmless)) == []


def test_a_page_that_cannot_be_read_is_enough() -> None:
    (first, *_) = judge(replace(GOOD, faults=[FAULT]))
    assert (first.name, first.holds) == ("readable", False)
    assert "layout_changed" in first.says


def test_a_few_entries_own_pages_may_be_missing_or_broken() -> None:
    own = replace(FAULT, page=PageKind.DETAIL)
    many = replace(GOOD, details=100, details_missing=6, detail_faults=[own] * 4)
    assert failed(many) == []
    assert failed(replace(many, details_missing=7)) == ["own_pages"]
    little = replace(few(4), details=4)
    assert failed(replace(little, details_missing=1)) == []
    assert failed(replace(little, details_missing=2)) == ["own_pages"]
    assert failed(replace(little, detail_faults=[own])) == ["readable"]


def test_whether_there_is_room_may_change_everywhere_from_one_day_to_the_next() -> None:
    changed: dict[str, dict[str, list[object]]] = {
        "offer/1": {"room": ["free", "full"]},
        "offer/2": {"room": ["free", "full"], "price": [{"kr": "1"}, {"kr": "2"}]},
    }
    assert Difference({}, changed=changed).much_changed == 1
