"""SQLite with its full-text index, the words first and then the rows that they lead to."""

import sqlite3
from pathlib import Path

import numpy as np

from benchmarks.columns import Asked, Columns
from benchmarks.rivals.box import box
from matcher.kernels.compiled import EARTH_KM

_TABLE = """
CREATE TABLE offer (
    number INTEGER PRIMARY KEY, x REAL, y REAL, z REAL, lat REAL, lon REAL, uncertainty_km REAL,
    kr REAL, age_from INT, age_to INT, gender INT, closed INT, yes INT, no INT, days INT);
CREATE VIRTUAL TABLE words USING fts5(held, content='', tokenize='unicode61 remove_diacritics 0');
"""
_KM = (
    f"{2 * EARTH_KM!r} * asin(sqrt((x - :x)*(x - :x) + (y - :y)*(y - :y) + (z - :z)*(z - :z)) / 2)"
)
_WHERE = f"""
    FROM words JOIN offer ON offer.number = words.rowid
    WHERE words MATCH :query
    AND lat BETWEEN :south AND :north AND lon BETWEEN :west AND :east
    AND no & :requires = 0 AND NOT closed AND gender <> :other_gender
    AND age_from <= :age AND age_to >= :age
    AND (:max_kr IS NULL OR kr IS NULL OR kr <= :max_kr)
    AND {_KM} - sqrt(uncertainty_km*uncertainty_km + :slack_km * :slack_km) <= :reach_km"""
_TOP = f"""
    SELECT number {_WHERE}
    ORDER BY bm25(words) - 1 + {_KM} / :reach_km
        - 0.5 * ((yes & :requires) = :requires) - 0.25 * ((yes & :wishes) = :wishes)
        - 0.5 * (days & :days <> 0)
    LIMIT :limit"""


class Fts5:
    name = "SQLite FTS5"

    def __init__(self, folder: Path, columns: Columns) -> None:
        self._connection = sqlite3.connect(folder / f"fts-{len(columns.offers)}.sqlite")
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA cache_size = -400000")
        self._connection.execute("PRAGMA mmap_size = 4000000000")
        self._connection.executescript(_TABLE)
        with self._connection as connection:
            connection.executemany(
                "INSERT INTO offer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (_row(columns, row) for row in range(len(columns.offers))),
            )
            connection.executemany(
                "INSERT INTO words (rowid, held) VALUES (?, ?)", enumerate(columns.tokens)
            )
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._connection.execute("ANALYZE")

    def top(self, asked: Asked, limit: int) -> list[int]:
        """Rows, best first."""
        return self._ask(_TOP, asked, limit)

    def eligible(self, asked: Asked) -> list[int]:
        return self._ask(f"SELECT number {_WHERE} ORDER BY number", asked, 0)

    def close(self) -> None:
        self._connection.close()

    def _ask(self, query: str, asked: Asked, limit: int) -> list[int]:
        south, north, west, east = box(asked)
        x, y, z = asked.place
        values = {
            "query": " OR ".join(f'"{token}"' for token in asked.tokens),
            "south": south,
            "north": north,
            "west": west,
            "east": east,
            "requires": asked.requires,
            "wishes": asked.wishes,
            "days": asked.days,
            "other_gender": asked.other_gender,
            "age": asked.age,
            "max_kr": asked.max_kr,
            "slack_km": asked.slack_km,
            "reach_km": asked.reach_km,
            "x": x,
            "y": y,
            "z": z,
            "limit": limit,
        }
        return [number for (number,) in self._connection.execute(query, values)]


def _row(columns: Columns, row: int) -> tuple[object, ...]:
    kr = float(columns.kr[row])
    return (
        row,
        *columns.place[row].tolist(),
        *columns.degrees[row].tolist(),
        float(columns.uncertainty_km[row]),
        None if np.isnan(kr) else kr,
        int(columns.age_from[row]),
        int(columns.age_to[row]),
        int(columns.gender[row]),
        int(columns.closed[row]),
        int(columns.yes[row]),
        int(columns.no[row]),
        int(columns.days[row]),
    )
