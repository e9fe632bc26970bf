"""Rows that lie near each other, and lists and postings read over some of them."""

from math import cos, radians

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catalogue.places import EAST, NORTH, SOUTH, WEST, Point, distance_km
from matcher.rows import NOWHERE, Rows, cell, every, near

RUNS = st.lists(st.integers(0, 40), max_size=8).map(sorted)
POINTS = st.builds(Point, st.floats(SOUTH, NORTH), st.floats(WEST, EAST), st.just(0.0))


def rows_of(bounds: list[int]) -> Rows:
    """From one bound to the next, every other run."""
    pairs = np.array(bounds[: len(bounds) // 2 * 2], dtype=np.int64).reshape(-1, 2)
    return Rows.of_runs(pairs[:, 0], pairs[:, 1])


@given(RUNS)
def test_runs_hold_all_rows_from_their_start_to_before_their_end(bounds: list[int]) -> None:
    rows = rows_of(bounds)
    expected = [
        row
        for start, end in zip(bounds[::2], bounds[1::2], strict=False)
        for row in range(start, end)
    ]
    assert rows.numbers.tolist() == expected
    assert len(rows) == len(expected)
    assert rows.numbers[rows.offsets].tolist() == rows.starts.tolist()


def test_every_row_of_none_and_of_some() -> None:
    assert every(0).numbers.tolist() == []
    assert every(3).numbers.tolist() == [0, 1, 2]


@given(RUNS, st.sets(st.integers(0, 45)).map(sorted))
def test_a_posting_is_read_where_its_rows_are_among_these(
    bounds: list[int], posting: list[int]
) -> None:
    rows = rows_of(bounds)
    entries, places = rows.of_posting(np.array(posting, dtype=np.int32))
    among = set(rows.numbers.tolist())
    assert entries.tolist() == [n for n, row in enumerate(posting) if row in among]
    assert rows.numbers[places].tolist() == [posting[n] for n in entries]


@given(RUNS, st.lists(st.integers(0, 4), min_size=40, max_size=40))
def test_lists_are_read_with_whose_each_entry_is(bounds: list[int], lengths: list[int]) -> None:
    rows = rows_of(bounds)
    begins = np.cumsum([0, *lengths], dtype=np.int32)
    entries, whose = rows.of_lists(begins)
    expected = [
        (entry, place)
        for place, row in enumerate(rows.numbers)
        for entry in range(begins[row], begins[row + 1])
    ]
    assert list(zip(entries.tolist(), whose.tolist(), strict=True)) == expected


@given(st.lists(POINTS | st.none(), max_size=30), POINTS, st.floats(0, 300))
def test_what_is_not_near_lies_farther_away_for_certain(
    points: list[Point | None], home: Point, km: float
) -> None:
    placed = sorted(
        ((NOWHERE if one is None else cell(one.lat, one.lon)), n) for n, one in enumerate(points)
    )
    rows = near(np.array([one for one, _ in placed], dtype=np.int32), home.lat, home.lon, km)
    held = {placed[row][1] for row in rows.numbers}
    for number, one in enumerate(points):
        if number not in held:
            assert one is not None
            assert distance_km(home, one) > km


@given(POINTS, st.floats(0, 50))
def test_little_more_is_looked_at_than_what_is_near(home: Point, km: float) -> None:
    away = 1.1 * (km + 5)
    lat, lon = home.lat + away / 111, home.lon + away / (111 * cos(radians(home.lat)))
    cells = np.array(sorted([cell(lat, home.lon), cell(home.lat, lon)]), dtype=np.int32)
    assert len(near(cells, home.lat, home.lon, km)) == 0
