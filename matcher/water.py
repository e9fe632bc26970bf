"""Bays and fjords that a straight line crosses and a road goes round."""

import csv
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from catalogue.errors import Invalid
from catalogue.places import STATED_KM, Point, distance_km
from matcher.kernels import places as kernel_places

_FILE = Path(__file__).parent / "data" / "water.csv"
_ENDS = {"first": (0,), "last": (-1,), "both": (0, -1)}
_Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Water:
    """A bay or fjord as a line along its middle."""

    name: str
    line: tuple[_Position, ...]
    """Degrees north and east."""
    ends: tuple[Point, ...]
    """Where one gets round it: its head, or a bridge."""

    def round_km(self, one: Point, other: Point) -> float:
        """The way round it, in km: two straight lines by the nearer of its ends."""
        return min(distance_km(one, end) + distance_km(end, other) for end in self.ends)


@cache
def load_water(file: Path = _FILE) -> tuple[Water, ...]:
    """The bays and fjords of a file. Raises Invalid for a line that cannot be used."""
    with file.open(encoding="utf-8", newline="") as text:
        return tuple(_read(number, row) for number, row in enumerate(csv.DictReader(text), start=2))


def _read(number: int, row: dict[str, str]) -> Water:
    try:
        line = tuple(
            (float(lat), float(lon))
            for lat, lon in (position.split() for position in row["line"].split(";"))
        )
        ends = tuple(Point(*line[end], STATED_KM) for end in _ENDS[row["way_round"]])
    except (KeyError, ValueError, TypeError, AttributeError, Invalid) as error:
        raise Invalid(f"water: line {number}: cannot be used") from error
    if len(line) < 2 or not row["name"]:
        raise Invalid(f"water: line {number}: a name and two points are needed")
    return Water(row["name"], line, ends)


def waters_between(
    home: Point, lats: NDArray[np.float64], lons: NDArray[np.float64]
) -> dict[int, tuple[str, float]]:
    """By place: the water that makes the way longest, and the way round it in km.

    lats, lons: (places,) in degrees; NaN = unknown. Only places with water between.
    """
    waters, (line, whose) = load_water(), _stretches()
    crossed = kernel_places.crossed(home.lat, home.lon, lats, lons, line, whose, len(waters))
    found: dict[int, tuple[str, float]] = {}
    for number, place in zip(*(one.tolist() for one in crossed.nonzero()), strict=True):
        there = Point(float(lats[place]), float(lons[place]), 0.0)
        km = waters[number].round_km(home, there)
        if place not in found or km > found[place][1]:
            found[place] = (waters[number].name, km)
    return found


@cache
def _stretches() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(stretches, 4) of all waters, in degrees, and the place of the water of each."""
    held = [
        (number, *begin, *end)
        for number, water in enumerate(load_water())
        for begin, end in pairwise(water.line)
    ]
    table = np.array(held).reshape(-1, 5)
    return np.ascontiguousarray(table[:, 1:]), table[:, 0].astype(np.int64)
