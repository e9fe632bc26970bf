"""Rows of an index that lie near each other in its columns, and so are read fast."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

CELL_DEGREES = 0.02
"""Side of a cell of the grid in which rows are sorted: 2.2 km north, 1.2 km east here."""
NOWHERE = -1
"""Cell of what has no place, or one too uncertain for the grid."""
_COLUMNS = 18_001
_KM_PER_DEGREE = 110.5  # of latitude where it is least, so that no cell is missed
_MARGIN = 1.01


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of an index, as runs of neighbours."""

    starts: Ints
    ends: Ints
    """(runs,): each run holds the rows from its start up to before its end."""
    numbers: Ints
    """(rows,): all of them, rising."""
    offsets: Ints
    """(runs,): place of each run's first row in `numbers`."""

    @classmethod
    def of_runs(cls, starts: Ints, ends: Ints) -> "Rows":
        """Runs must be rising and apart; empty ones are left out."""
        held = ends > starts
        starts, ends = starts[held], ends[held]
        lengths = ends - starts
        offsets = np.cumsum(lengths) - lengths
        numbers = np.arange(lengths.sum()) + np.repeat(starts - offsets, lengths)
        return cls(starts, ends, numbers, offsets)

    def __len__(self) -> int:
        return len(self.numbers)

    def of_posting(self, posting: NDArray[np.int32]) -> tuple[Ints, Ints]:
        """Which entries of a rising list of rows are among these, and where among these."""
        low, high = np.searchsorted(posting, self.starts), np.searchsorted(posting, self.ends)
        entries, counts = _spread(low, high)
        moved = np.repeat(self.offsets - self.starts, counts)
        return entries, posting[entries].astype(np.int64) + moved

    def of_lists(self, begins: NDArray[np.int32]) -> tuple[Ints, Ints]:
        """Entries of the rows' lists that stand one after the other, and whose each is.

        begins: (all rows + 1,), where each row's list begins.
        """
        low, high = begins[self.starts], begins[self.ends]
        entries, _ = _spread(low.astype(np.int64), high.astype(np.int64))
        lengths = begins[self.numbers + 1] - begins[self.numbers]
        return entries, np.repeat(np.arange(len(self)), lengths)


def _spread(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """All whole numbers from each low up to before its high, and how many each gives."""
    counts = high - low
    before = np.cumsum(counts) - counts
    return np.arange(counts.sum()) + np.repeat(low - before, counts), counts


def cell(lat: float, lon: float) -> int:
    """Number of the cell of a point; cells beside each other to the east follow each other."""
    return int((lat + 90) / CELL_DEGREES) * _COLUMNS + int((lon + 180) / CELL_DEGREES)


def near(cells: NDArray[np.int32], lat: float, lon: float, km: float) -> Rows:
    """Rows whose point may lie within `km` of a place, and all rows of NOWHERE.

    cells: (n,), rising. What is left out lies farther away for certain, as long as neither
    a pole nor the date line lies between: all points are Danish.
    """
    km = km * _MARGIN + 0.1
    north = km / _KM_PER_DEGREE
    least = max(np.cos(np.radians(min(abs(lat) + north, 89.9))), 0.001)
    east = km / (_KM_PER_DEGREE * least)
    bands = np.arange(
        int((max(lat - north, -90) + 90) / CELL_DEGREES),
        int((min(lat + north, 90) + 90) / CELL_DEGREES) + 1,
    )
    first = bands * _COLUMNS + int((max(lon - east, -180) + 180) / CELL_DEGREES)
    last = bands * _COLUMNS + int((min(lon + east, 180) + 180) / CELL_DEGREES)
    starts = np.searchsorted(cells, first)
    ends = np.searchsorted(cells, last, side="right")
    nowhere = np.searchsorted(cells, NOWHERE, side="right")
    return Rows.of_runs(np.concatenate(([0], starts)), np.concatenate(([nowhere], ends)))


def every(n: int) -> Rows:
    """All n rows."""
    return Rows.of_runs(np.array([0]), np.array([n]))
