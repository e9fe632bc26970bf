"""Tantivy, the library behind Quickwit and pg_search: words and filters by it, the rest by NumPy.

It cannot order by distance and facts, so its best are ordered anew from plain columns.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tantivy import Document, FieldType, Index, Occur, Query, SchemaBuilder

from benchmarks.columns import Asked, Columns
from benchmarks.rivals.box import box
from matcher.kernels.compiled import EARTH_KM

_POOL = 300
"""Its best by words that are ordered anew."""
_NOT_KNOWN_KR = 0.0


class Tantivy:
    name = f"tantivy (best {_POOL} ordered anew)"

    def __init__(self, folder: Path, columns: Columns) -> None:
        schema = SchemaBuilder()
        schema.add_text_field("held", tokenizer_name="whitespace", index_option="freq")
        schema.add_integer_field("number", fast=True)
        for name in ("lat", "lon", "kr"):
            schema.add_float_field(name, indexed=True, fast=True)
        for name in ("age_from", "age_to"):
            schema.add_integer_field(name, indexed=True, fast=True)
        self._schema = schema.build()
        path = folder / f"tantivy-{len(columns.offers)}"
        path.mkdir()
        index = Index(self._schema, str(path))
        writer = index.writer(heap_size=500_000_000, num_threads=1)
        for row, held in enumerate(columns.tokens):
            kr = float(columns.kr[row])
            writer.add_document(
                Document(
                    held=f"{held} {' '.join(_facts(columns, row))}",
                    number=row,
                    lat=float(columns.degrees[row, 0]),
                    lon=float(columns.degrees[row, 1]),
                    kr=_NOT_KNOWN_KR if np.isnan(kr) else kr,  # breaks no ceiling
                    age_from=int(columns.age_from[row]),
                    age_to=int(columns.age_to[row]),
                )
            )
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._columns = columns
        self._searcher = index.searcher()
        self.segments = self._searcher.num_segments

    def top(self, asked: Asked, limit: int) -> list[int]:
        """Rows, best first."""
        found, words = self._within(asked, _POOL)
        columns = self._columns
        fit = words / max(1.0, words.max(initial=0.0)) + 1
        fit -= _km(columns, asked, found) / asked.reach_km
        yes = columns.yes[found]
        fit += 0.5 * ((yes & asked.requires) == asked.requires)
        fit += 0.25 * ((yes & asked.wishes) == asked.wishes)
        fit += 0.5 * (columns.days[found] & asked.days != 0)
        order = np.lexsort((found, -fit))[:limit]
        return [int(row) for row in found[order]]

    def eligible(self, asked: Asked) -> list[int]:
        return sorted(self._within(asked, len(self._columns.offers))[0].tolist())

    def _within(self, asked: Asked, limit: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        hits = self._searcher.search(self._query(asked), limit, count=False).hits
        addresses = [address for _, address in hits]
        numbers = self._searcher.fast_field_values("number", addresses)
        found = np.array(numbers, dtype=np.int64)
        words = np.array([score for score, _ in hits], dtype=np.float64)
        slack = np.hypot(self._columns.uncertainty_km[found], asked.slack_km)
        inside = _km(self._columns, asked, found) - slack <= asked.reach_km
        return found[inside], words[inside]

    def _query(self, asked: Asked) -> Query:
        south, north, west, east = box(asked)
        words = [(Occur.Should, self._term(token)) for token in asked.tokens]
        ranges = [
            ("lat", FieldType.Float, south, north),
            ("lon", FieldType.Float, west, east),
            ("age_from", FieldType.Integer, 0, asked.age),
            ("age_to", FieldType.Integer, asked.age, 1000),
        ]
        if asked.max_kr is not None:
            ranges.append(("kr", FieldType.Float, 0.0, asked.max_kr))
        unwanted = ["closed", f"gender{asked.other_gender}"]
        unwanted += [f"no{bit}" for bit in _set_bits(asked.requires)]
        return Query.boolean_query(
            [
                (Occur.Must, Query.boolean_query(words)),
                *(
                    (
                        Occur.Must,
                        Query.const_score_query(
                            Query.range_query(self._schema, name, kind, low, high), 0.0
                        ),
                    )
                    for name, kind, low, high in ranges
                ),
                *((Occur.MustNot, self._term(token)) for token in unwanted),
            ]
        )

    def _term(self, token: str) -> Query:
        return Query.term_query(self._schema, "held", token, index_option="freq")


def _facts(columns: Columns, row: int) -> list[str]:
    """What a filter may exclude, as tokens that no word is."""
    held = [f"no{bit}" for bit in _set_bits(int(columns.no[row]))]
    if columns.closed[row]:
        held.append("closed")
    if columns.gender[row]:
        held.append(f"gender{columns.gender[row]}")
    return held


def _set_bits(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def _km(columns: Columns, asked: Asked, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    apart = columns.place[rows] - np.array(asked.place)
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt((apart**2).sum(axis=1)) / 2))
