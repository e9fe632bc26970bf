"""Bays and fjords that a straight line crosses and a road goes round."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from catalogue.errors import Invalid
from catalogue.places import STATED_KM, Point, distance_km

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

    def lies_between(self, one: Point, other: Point) -> bool:
        """Whether the straight line between two points crosses it."""
        south, north, west, east = self.box
        if (
            max(one.lat, other.lat) < south
            or min(one.lat, other.lat) > north
            or max(one.lon, other.lon) < west
            or min(one.lon, other.lon) > east
        ):
            return False
        here, there = (one.lat, one.lon), (other.lat, other.lon)
        return any(
            _cross(here, there, begin, end)
            for begin, end in zip(self.line, self.line[1:], strict=False)
        )

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


def water_between(one: Point, other: Point, among: tuple[Water, ...] | None = None) -> Water | None:
    """The water that makes the way between two points longest; None if none lies between."""
    waters = load_water() if among is None else among
    crossed = [water for water in waters if water.lies_between(one, other)]
    return max(crossed, key=lambda water: water.round_km(one, other), default=None)


def _cross(a: _Position, b: _Position, c: _Position, d: _Position) -> bool:
    """Whether two stretches cross. On so short ones a degree may be taken as flat."""
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: _Position, b: _Position, c: _Position) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
