"""Bays and fjords that a straight line crosses and a road goes round."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from math import nan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from catalogue.errors import Invalid
from catalogue.places import STATED_KM, Point, distance_km
from matcher import kernels

_FILE = Path(__file__).parent / "data" / "water.csv"
_ENDS = {"first": (0,), "last": (-1,), "both": (0, -1)}
_Position = tuple[float, float]
_KM_NORTH, _KM_EAST = 110.0, 58.0  # a degree, where it is least in Denmark


@dataclass(frozen=True, slots=True)
class Water:
    """A bay or fjord as a line along its middle."""

    name: str
    line: tuple[_Position, ...]
    """Degrees north and east."""
    ends: tuple[Point, ...]
    """Where one gets round it: its head, or a bridge."""

    box: tuple[float, float, float, float]
    """South, north, west and east end of the line."""

    def is_near(self, place: Point, km: float) -> bool:
        """Whether any of it may lie within so many km of a place."""
        south, north, west, east = self.box
        up, aside = km / _KM_NORTH, km / _KM_EAST
        return south - up <= place.lat <= north + up and west - aside <= place.lon <= east + aside

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
    lats, lons = zip(*line, strict=True)
    return Water(row["name"], line, ends, (min(lats), max(lats), min(lons), max(lons)))


def water_near(place: Point, km: float) -> tuple[Water, ...]:
    """The waters that a line of at most so many km from a place may cross."""
    return tuple(water for water in load_water() if water.is_near(place, km))


def waters_between(
    home: Point, places: Sequence[Point | None], among: tuple[Water, ...] | None = None
) -> list[Water | None]:
    """The water that makes the way to each place longest; None if none lies between."""
    waters = load_water() if among is None else among
    line, whose = _stretches(waters)
    crossed = kernels.crossed(
        home.lat,
        home.lon,
        np.array([nan if place is None else place.lat for place in places]),
        np.array([nan if place is None else place.lon for place in places]),
        line,
        whose,
        len(waters),
    )
    found: list[Water | None] = [None] * len(places)
    for number in np.flatnonzero(crossed.any(axis=0)).tolist():
        place = places[number]
        if place is not None:
            between = [waters[one] for one in np.flatnonzero(crossed[:, number]).tolist()]
            found[number] = max(between, key=lambda water: water.round_km(home, place))
    return found


@lru_cache(maxsize=256)
def _stretches(waters: tuple[Water, ...]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(stretches, 4) of all waters, in degrees, and the place of the water of each."""
    held = [
        (number, *begin, *end)
        for number, water in enumerate(waters)
        for begin, end in pairwise(water.line)
    ]
    table = np.array(held).reshape(-1, 5)
    return np.ascontiguousarray(table[:, 1:]), table[:, 0].astype(np.int64)
