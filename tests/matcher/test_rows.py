"""Rows that lie near each other."""

from math import cos, radians

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catalogue.places import EAST, NORTH, SOUTH, WEST, Point, distance_km
from matcher.index import ALL_STAY
from matcher.kernels.compiled import NO_COLUMN
from matcher.postings import cut_by
from matcher.rows import cell, cell_of, column, every, near, spread, window

POINTS = st.builds(Point, st.floats(SOUTH, NORTH), st.floats(WEST, EAST), st.just(0.0))


def test_every_row_of_none_and_of_some() -> None:
    assert every(0).tolist() == []
    assert every(3).tolist() == [0, 1, 2]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5)), max_size=8))
def test_spans_are_spread_one_after_the_other(spans: list[tuple[int, int]]) -> None:
    low = np.array([begin for begin, _ in spans], dtype=np.int64)
    numbers, counts = spread(low, low + np.array([size for _, size in spans], dtype=np.int64))
    assert numbers.tolist() == [
        number for begin, size in spans for number in range(begin, begin + size)
    ]
    assert counts.tolist() == [size for _, size in spans]


@given(st.lists(POINTS | st.none(), max_size=30), POINTS, st.floats(0, 300))
def test_what_is_not_near_lies_farther_away_for_certain(
    points: list[Point | None], home: Point, km: float
) -> None:
    placed = sorted((cell_of(one), n) for n, one in enumerate(points))
    cells = np.array([one for one, _ in placed], dtype=np.int32)
    seen = window(home.lat, home.lon, km)
    rows = near(cells, ALL_STAY, len(cells), len(cells), seen)
    held = {placed[row][1] for row in rows}
    # Postings are read by bands first and by columns then, and give the same rows.
    by = cut_by(cells, seen, len(cells))
    read = [*range(by.nowhere), *range(by.first, by.last)]
    inside = [
        at for at in read if column(int(cells[at])) in (NO_COLUMN, *range(seen.west, seen.east + 1))
    ]
    assert inside == rows.tolist()
    for number, one in enumerate(points):
        if number not in held:
            assert one is not None
            assert distance_km(home, one) > km


@given(POINTS, st.floats(0, 50))
def test_little_more_is_looked_at_than_what_is_near(home: Point, km: float) -> None:
    away = 1.1 * (km + 5)
    lat, lon = home.lat + away / 111, home.lon + away / (111 * cos(radians(home.lat)))
    cells = np.array(sorted([cell(lat, home.lon), cell(home.lat, lon)]), dtype=np.int32)
    seen = window(home.lat, home.lon, km)
    assert len(near(cells, ALL_STAY, len(cells), len(cells), seen)) == 0
