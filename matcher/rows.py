"""Rows of an index that lie near each other: the grid in which they are sorted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalogue.places import Point
from matcher.kernels import words as kernel_words
from matcher.kernels.compiled import NO_COLUMN

Rows = NDArray[np.int64]
"""Numbers of rows, rising."""

CELL_DEGREES = 0.02
"""Side of a cell of the grid in which rows are sorted: 2.2 km north, 1.2 km east here."""
NOWHERE = -1
"""Cell of what has no place, or one too uncertain for the grid."""
VAGUE_KM = 5.0
"""A point less certain than this is looked at wherever one lives."""
_COLUMNS = 18_001
_KM_PER_DEGREE = 110.5  # of latitude where it is least, so that no cell is missed
_MARGIN = 1.01


@dataclass(frozen=True, slots=True)
class Window:
    """The cells that hold everything within some km of a place."""

    south: int
    north: int
    """Bands of cells, both included."""
    west: int
    east: int
    """Columns of cells, both included."""


def cell_of(point: Point | None) -> int:
    """Number of the cell of a point; cells beside each other to the east follow each other."""
    if point is None or point.uncertainty_km > VAGUE_KM:
        return NOWHERE
    return cell(point.lat, point.lon)


def cell(lat: float, lon: float) -> int:
    """Number of the cell of a place."""
    return int((lat + 90) / CELL_DEGREES) * _COLUMNS + int((lon + 180) / CELL_DEGREES)


def column(number: int) -> int:
    """The column in which a cell lies."""
    return NO_COLUMN if number == NOWHERE else number % _COLUMNS


def window(lat: float, lon: float, km: float) -> Window:
    """What is left out lies farther than `km` away for certain.

    As long as neither a pole nor the date line lies between: all points are Danish.
    """
    km = km * _MARGIN + 0.1
    north = km / _KM_PER_DEGREE
    least = max(float(np.cos(np.radians(min(abs(lat) + north, 89.9)))), 0.001)
    east = km / (_KM_PER_DEGREE * least)
    return Window(
        south=int((max(lat - north, -90) + 90) / CELL_DEGREES),
        north=int((min(lat + north, 90) + 90) / CELL_DEGREES),
        west=int((max(lon - east, -180) + 180) / CELL_DEGREES),
        east=int((min(lon + east, 180) + 180) / CELL_DEGREES),
    )


def bounds(cells: NDArray[np.int32], seen: Window) -> tuple[int, int, int]:
    """Where the rows of NOWHERE end, and from where to where the window's bands reach.

    cells: (n,), rising.
    """
    edges = np.array([0, seen.south * _COLUMNS, (seen.north + 1) * _COLUMNS], dtype=cells.dtype)
    nowhere, first, last = cells.searchsorted(edges).tolist()
    return nowhere, first, last


def near(
    cells: NDArray[np.int32], stays: NDArray[np.bool_], ordered: int, count: int, seen: Window
) -> Rows:
    """Rows in the cells of a window, all rows of NOWHERE, and all that came later; that stay.

    cells: of which the first `ordered` rise. stays: (count,), or (0,) = all of them.
    """
    return kernel_words.near(
        cells, stays, ordered, count, seen.south, seen.north, seen.west, seen.east, _COLUMNS
    )


def spread(low: Rows, high: Rows) -> tuple[Rows, Rows]:
    """All whole numbers from each low up to before its high, and how many each gives."""
    counts = high - low
    ends = counts.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(low - (ends - counts), counts), counts


def every(n: int) -> Rows:
    """All n rows."""
    return np.arange(n)
