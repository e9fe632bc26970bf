"""The loop that one would write first: load every row, look at each in plain Python."""

from collections.abc import Iterator, Sequence
from math import hypot
from pathlib import Path

from geopy.distance import geodesic
from rapidfuzz import fuzz
from sklearn.feature_extraction.text import TfidfVectorizer
from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from benchmarks.columns import Asked, Columns
from catalogue.places import Point

NEAR_EDGE_KM = 0.1
"""Its distances are geodesic and the others' spherical: up to so much apart at 20 km."""


class _Base(DeclarativeBase):
    pass


class _Row(_Base):
    __tablename__ = "offer"

    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    held: Mapped[str]
    """Tokens, parted by spaces."""
    lat: Mapped[float]
    lon: Mapped[float]
    uncertainty_km: Mapped[float]
    kr: Mapped[float | None]
    age_from: Mapped[int]
    age_to: Mapped[int]
    gender: Mapped[int]
    closed: Mapped[bool]
    yes: Mapped[int]
    no: Mapped[int]


class Naive:
    """SQLAlchemy's ORM loads the rows for every need; geopy, RapidFuzz and TF-IDF judge them.

    The vectors of TF-IDF are made once, and are the only thing that is kept.
    """

    name = "naive loop"

    def __init__(self, folder: Path, columns: Columns) -> None:
        self._engine = create_engine(f"sqlite:///{folder / 'naive.sqlite'}")
        _Base.metadata.drop_all(self._engine)
        _Base.metadata.create_all(self._engine)
        texts = [
            f"{offer.title} {' '.join(offer.activities)} {offer.description or ''}"
            for offer in columns.offers
        ]
        with Session(self._engine) as session, session.begin():
            session.execute(insert(_Row), list(_rows(columns, texts)))
        self._tfidf = TfidfVectorizer()
        self._vectors = self._tfidf.fit_transform(texts)

    def close(self) -> None:
        self._engine.dispose()

    def top(self, asked: Asked, limit: int) -> list[int]:
        """Rows, best first."""
        need = asked.asker.need
        likeness = (self._vectors @ self._tfidf.transform([" ".join(need.interests)]).T).toarray()
        scored = []
        for row, km in self._eligible(asked):
            alike = max(fuzz.token_set_ratio(idea, row.text) for idea in need.interests) / 100
            known = (row.yes & (asked.requires | asked.wishes)).bit_count()
            share = known / max(1, len(need.requires) + len(need.wishes))
            near = 1 - km / asked.reach_km
            scored.append((alike + float(likeness[row.number, 0]) + near + share, row.number))
        scored.sort(key=lambda one: (-one[0], one[1]))
        return [number for _, number in scored[:limit]]

    def eligible(self, asked: Asked) -> list[int]:
        return [row.number for row, _ in self._eligible(asked)]

    def _eligible(self, asked: Asked) -> Iterator[tuple[_Row, float]]:
        wanted = frozenset(asked.tokens)
        home = asked.asker.home
        with Session(self._engine) as session:
            for row in session.scalars(select(_Row).order_by(_Row.number)):
                km = geodesic((home.lat, home.lon), (row.lat, row.lon)).km
                is_near = km - hypot(row.uncertainty_km, asked.slack_km) <= asked.reach_km
                if is_near and _suits(row, asked) and not wanted.isdisjoint(row.held.split()):
                    yield row, km


def _suits(row: _Row, asked: Asked) -> bool:
    is_dear = asked.max_kr is not None and row.kr is not None and row.kr > asked.max_kr
    return not (
        is_dear
        or row.closed
        or row.age_from > asked.age
        or row.age_to < asked.age
        or row.gender == asked.other_gender
        or row.no & asked.requires
    )


def _rows(columns: Columns, texts: Sequence[str]) -> Iterator[dict[str, object]]:
    for number, text in enumerate(texts):
        kr = float(columns.kr[number])
        lat, lon = columns.degrees[number].tolist()
        yield {
            "number": number,
            "text": text,
            "held": columns.tokens[number],
            "lat": lat,
            "lon": lon,
            "uncertainty_km": float(columns.uncertainty_km[number]),
            "kr": None if kr != kr else kr,  # noqa: PLR0124 - NaN is unknown
            "age_from": int(columns.age_from[number]),
            "age_to": int(columns.age_to[number]),
            "gender": int(columns.gender[number]),
            "closed": bool(columns.closed[number]),
            "yes": int(columns.yes[number]),
            "no": int(columns.no[number]),
        }


def near_edge(columns: Columns, asked: Asked, rows: Sequence[int]) -> bool:
    """Whether all of these lie so near the end of reach that only the formula parts them."""
    for row in rows:
        point = columns.offers[row].point
        assert point is not None
        away = _geodesic_km(asked.asker.home, point) - hypot(point.uncertainty_km, asked.slack_km)
        if abs(away - asked.reach_km) > NEAR_EDGE_KM:
            return False
    return True


def _geodesic_km(one: Point, other: Point) -> float:
    return float(geodesic((one.lat, one.lon), (other.lat, other.lon)).km)
