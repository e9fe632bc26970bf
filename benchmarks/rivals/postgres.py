"""PostgreSQL, asked in each of the ways that its users would choose."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pgserver
import psycopg
from psycopg.rows import tuple_row

from benchmarks.columns import Asked, Columns
from benchmarks.rivals.box import box
from matcher.kernels.compiled import EARTH_KM

_TABLE = """
CREATE UNLOGGED TABLE offer (
    number int PRIMARY KEY, x float8, y float8, z float8, place point, uncertainty_km float4,
    kr float4, age_from int2, age_to int2, gender int2, closed bool, yes int8, no int8,
    days int2, held text, words tsvector)
"""
_INDEXES = (
    "CREATE INDEX ON offer USING gin (words)",
    "CREATE INDEX ON offer USING gin (held gin_trgm_ops)",
    "CREATE INDEX ON offer USING gist (place)",
)
_KM = f"{2 * EARTH_KM!r} * asin(sqrt((x - %(x)s)^2 + (y - %(y)s)^2 + (z - %(z)s)^2) / 2)"
_FIT = f"""
    ts_rank(words, %(query)s::tsquery)
    + 1 - {_KM} / %(reach_km)s
    + 0.5 * bit_count((yes & %(requires)s)::bit(32))
    + 0.25 * bit_count((yes & %(wishes)s)::bit(32))
    + CASE WHEN days & %(days)s <> 0 THEN 0.5 ELSE 0 END"""
_HARD = f"""
    no & %(requires)s = 0 AND NOT closed AND gender <> %(other_gender)s
    AND age_from <= %(age)s AND age_to >= %(age)s
    AND (%(max_kr)s::float8 IS NULL OR kr IS NULL OR kr <= %(max_kr)s::float8)
    AND {_KM} - sqrt(uncertainty_km*uncertainty_km + %(slack_km)s * %(slack_km)s) <= %(reach_km)s"""
_WORDS = "words @@ %(query)s::tsquery"
_TRIGRAMS = "held LIKE ANY (%(patterns)s)"
_BOX = "place <@ %(box)s::box"
_WAYS = {
    "words": _WORDS,
    "words, box": f"{_WORDS} AND {_BOX}",
    "trigrams, box": f"{_TRIGRAMS} AND {_BOX}",
}
_SETTINGS = (
    ("jit", "off"),  # compiling costs more than these queries
    ("max_parallel_workers_per_gather", "0"),  # one core each, as ours has
    ("work_mem", "'64MB'"),
    ("random_page_cost", "1.1"),  # all of it lies in memory
)


@contextmanager
def server() -> Iterator[str]:
    """Address of a PostgreSQL server of our own, stopped and removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="fg-bench-"))
    folder.chmod(0o755)  # the server runs as another user when we are root
    running = pgserver.get_server(folder / "data")
    try:
        with psycopg.connect(running.get_uri(), autocommit=True) as admin:
            for name, value in (("max_wal_size", "'8GB'"), ("maintenance_work_mem", "'512MB'")):
                admin.execute(f"ALTER SYSTEM SET {name} = {value}")
            admin.execute("SELECT pg_reload_conf()")
        yield running.get_uri()
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def load(address: str, columns: Columns, *, durable: bool = False) -> None:
    """Make the table anew, with every index. durable: as for data that must not be lost."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        connection.execute("DROP TABLE IF EXISTS offer")
        connection.execute(_TABLE.replace("UNLOGGED ", "") if durable else _TABLE)
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY offer ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
                for row in range(len(columns.offers)):
                    copy.write_row(_row(columns, row))
        connection.execute("UPDATE offer SET words = to_tsvector('simple', held)")
        for index in _INDEXES:
            connection.execute(index)
        connection.execute("VACUUM (FULL, ANALYZE) offer")


_COLUMNS = (
    "number x y z place uncertainty_km kr age_from age_to gender closed yes no days held".split()
)


def _row(columns: Columns, row: int) -> tuple[object, ...]:
    x, y, z = columns.place[row].tolist()
    lat, lon = columns.degrees[row].tolist()
    kr = float(columns.kr[row])
    return (
        row,
        x,
        y,
        z,
        f"({lon},{lat})",
        float(columns.uncertainty_km[row]),
        None if np.isnan(kr) else kr,
        int(columns.age_from[row]),
        int(columns.age_to[row]),
        int(columns.gender[row]),
        bool(columns.closed[row]),
        int(columns.yes[row]),
        int(columns.no[row]),
        int(columns.days[row]),
        f" {columns.tokens[row]} ",
    )


class Postgres:
    """One way of asking, on a connection of its own."""

    def __init__(self, address: str, way: str, *, prepared: bool) -> None:
        self.name = f"PostgreSQL ({way}, {'prepared' if prepared else 'literal'})"
        self._connection = psycopg.connect(address, autocommit=True, row_factory=tuple_row)
        for setting, value in _SETTINGS:
            self._connection.execute(f"SET {setting} = {value}")
        # A literal query is planned for its values; a prepared one once, after five times.
        self._cursor = (
            self._connection.cursor() if prepared else psycopg.ClientCursor(self._connection)
        )
        self._prepared = prepared
        self._where = f"FROM offer WHERE {_WAYS[way]} AND {_HARD}"
        self._schedstat = Path(f"/proc/{self._connection.info.backend_pid}/schedstat")

    def top(self, asked: Asked, limit: int) -> list[int]:
        """Rows, best first."""
        return self._ask(f"SELECT number {self._where} ORDER BY {_FIT} DESC LIMIT {limit}", asked)

    def eligible(self, asked: Asked) -> list[int]:
        return self._ask(f"SELECT number {self._where} ORDER BY number", asked)

    def server_cpu(self) -> float:
        """Seconds of CPU that the server's process has used for this connection."""
        return int(self._schedstat.read_text().split()[0]) / 1e9

    def close(self) -> None:
        self._connection.close()

    def _ask(self, query: str, asked: Asked) -> list[int]:
        if self._prepared:
            self._cursor.execute(query, _values(asked), prepare=True)
        else:
            self._cursor.execute(query, _values(asked))
        return [number for (number,) in self._cursor.fetchall()]


def every_way(address: str) -> list[Postgres]:
    """All ways of asking; the caller keeps the best."""
    return [
        Postgres(address, way, prepared=prepared) for way in _WAYS for prepared in (True, False)
    ]


def _values(asked: Asked) -> dict[str, object]:
    """What a query is given. The box holds all that may lie within reach."""
    x, y, z = asked.place
    south, north, west, east = box(asked)
    return {
        "query": " | ".join(f"'{token}'" for token in asked.tokens),
        "patterns": [f"% {token} %" for token in asked.tokens],
        "box": f"(({west},{south}),({east},{north}))",
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
    }
