"""Offers as plain columns, made without our index: what rivals load and brute force reads.

An offer's words and activities are tokens here, made by our own analysis of Danish, so that
every engine is asked for exactly the same offers and is given that analysis for nothing.
"""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from benchmarks.made_needs import Asker
from catalogue.answers import Answer
from catalogue.kinds import Gender, Room
from catalogue.places import Point
from catalogue.published import PublishedOffer
from matcher.concepts import Concepts
from matcher.entry import own_words
from matcher.index import Index
from matcher.need import DAYS
from matcher.score import WEIGHTS
from matcher.text import stem, words

_OLDEST = 255
_IN_TEXT = 0.5  # what a text says of an activity beside what the title says; as the index has it

_Floats = NDArray[np.float64]


def unit(point: Point) -> tuple[float, float, float]:
    """A point on the unit sphere."""
    lat, lon = radians(point.lat), radians(point.lon)
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


@dataclass(frozen=True)
class Columns:
    """Columns over n offers, in the order in which they came."""

    offers: Sequence[PublishedOffer]
    place: _Floats
    """(n, 3): on the unit sphere."""
    degrees: _Floats
    """(n, 2): latitude and longitude."""
    uncertainty_km: NDArray[np.float32]
    kr: NDArray[np.float32]
    """(n,): a month; NaN = unknown."""
    age_from: NDArray[np.int16]
    age_to: NDArray[np.int16]
    gender: NDArray[np.int8]
    """(n,): 0 all, 1 women, 2 men."""
    closed: NDArray[np.bool_]
    yes: NDArray[np.int64]
    no: NDArray[np.int64]
    """(n,): a bit for each access code."""
    days: NDArray[np.int16]
    """(n,): a bit for each weekday with a meeting."""
    tokens: Sequence[str]
    """(n,): parted by spaces."""
    rows_of: dict[str, NDArray[np.int32]]
    """Rows by token; rising."""
    strengths: dict[int, tuple[float, ...]]
    """How surely offers are an activity, all there is, by column of the concepts."""
    bits: dict[str, int]
    """Bit by access code."""

    @classmethod
    def of(cls, offers: Sequence[PublishedOffer], index: Index) -> "Columns":
        """index: for its vocabulary and its dictionary alone. Every offer must have a point."""
        bits = {code: 1 << place for place, code in enumerate(index.codes)}
        points = [offer.point for offer in offers if offer.point is not None]
        assert len(points) == len(offers)
        masks = lru_cache(maxsize=None)(lambda held: _masks(offers[held], bits))
        first: dict[int, int] = {}  # offers share their facts here
        pairs = [masks(first.setdefault(id(offer.facts), row)) for row, offer in enumerate(offers)]
        tokens = _Tokens(index.concepts)
        texts: list[str] = []
        rows_of: defaultdict[str, array[int]] = defaultdict(lambda: array("i"))
        for row, offer in enumerate(offers):
            held = tokens.of(offer)
            texts.append(" ".join(sorted(held)))
            for token in held:
                rows_of[token].append(row)
        return cls(
            offers=offers,
            place=np.array([unit(point) for point in points]),
            degrees=np.array([(point.lat, point.lon) for point in points]),
            uncertainty_km=np.array([p.uncertainty_km for p in points], dtype=np.float32),
            kr=np.array([_kr(offer) for offer in offers], dtype=np.float32),
            age_from=np.array([o.age_from or 0 for o in offers], dtype=np.int16),
            age_to=np.array(
                [_OLDEST if o.age_to is None else o.age_to for o in offers], dtype=np.int16
            ),
            gender=np.array([_gender(offer) for offer in offers], dtype=np.int8),
            closed=np.array([o.room in (Room.FULL, Room.PAUSED) for o in offers]),
            yes=np.array([yes for yes, _ in pairs], dtype=np.int64),
            no=np.array([no for _, no in pairs], dtype=np.int64),
            days=np.array([_days(offer) for offer in offers], dtype=np.int16),
            tokens=texts,
            rows_of={token: np.frombuffer(held, dtype=np.int32) for token, held in rows_of.items()},
            strengths={code: tuple(sorted(held)) for code, held in tokens.strengths.items()},
            bits=bits,
        )


class _Tokens:
    """Tokens of offers; texts seen before are not read again."""

    def __init__(self, concepts: Concepts) -> None:
        self._concepts = concepts
        self._columns = concepts.columns
        self._words = lru_cache(maxsize=2000)(self._of_words)
        self._activities = lru_cache(maxsize=2000)(self._of_activities)
        self.strengths: defaultdict[int, set[float]] = defaultdict(set)

    def of(self, offer: PublishedOffer) -> set[str]:
        head, text = own_words(offer, self._concepts.vocabulary)
        text, _, organisation = text.rpartition("\n")
        named = self._activities(offer.activities, offer.title, offer.description or "")
        return {
            *self._words(head),
            *self._words(text),
            *self._of_words(organisation),
            *named,
        }

    def _of_words(self, text: str) -> frozenset[str]:
        found = set()
        for word in words(text):
            found.add(word_token(stem(word)))
            found.update(word_token(stem(base)) for base in self._concepts.splitter.bases(word))
        return frozenset(found)

    def _of_activities(self, activities: tuple[str, ...], title: str, text: str) -> frozenset[str]:
        """Stated, in the title, or with half the strength in the text: the surest counts."""
        surest: defaultdict[int, float] = defaultdict(float)
        for word in activities:
            code = self._concepts.vocabulary.by_word(word)
            if code is not None:
                surest[self._columns[code]] = 1.0
        for said, share in ((title, 1.0), (text, _IN_TEXT)):
            for code, one in self._concepts.of_text(said).items():
                column = self._columns[code]
                surest[column] = max(surest[column], share * one.strength)
        for column, strength in surest.items():
            self.strengths[column].add(strength)
        return frozenset(activity_token(column, value) for column, value in surest.items())


def word_token(key: str) -> str:
    return f"w{key}"


def activity_token(column: int, strength: float) -> str:
    """An activity, and how surely the offer is it."""
    return f"a{column}x{round(strength * 10_000)}"


def _masks(offer: PublishedOffer, bits: dict[str, int]) -> tuple[int, int]:
    yes = sum(bit for code, bit in bits.items() if offer.answer(code) is Answer.YES)
    no = sum(bit for code, bit in bits.items() if offer.answer(code) is Answer.NO)
    return yes, no


def _kr(offer: PublishedOffer) -> float:
    per_month = None if offer.price is None else offer.price.kr_per_month()
    return np.nan if per_month is None else float(per_month)


def _gender(offer: PublishedOffer) -> int:
    return {Gender.WOMEN: 1, Gender.MEN: 2}.get(offer.gender, 0) if offer.gender else 0


def _days(offer: PublishedOffer) -> int:
    meetings = offer.times.meetings if offer.times else ()
    return sum(1 << day for day in {one.weekday for one in meetings})


@dataclass(frozen=True, slots=True)
class Asked:
    """A need as every engine is asked it."""

    asker: Asker
    tokens: tuple[str, ...]
    """Any one of them shows interest."""
    requires: int
    wishes: int
    """Bits of access codes."""
    days: int
    """Bits of the weekdays that suit; 0 = any."""
    reach_km: float
    max_kr: float | None
    age: int
    other_gender: int
    """As in the column: whose offers are not for this person."""
    place: tuple[float, float, float]
    slack_km: float

    @classmethod
    def of(cls, asker: Asker, columns: Columns, index: Index, names: Sequence[str]) -> "Asked":
        """names: stem by number of the index's terms."""
        need = asker.need
        assert need.reach_km is not None and need.age is not None
        tokens: dict[str, None] = {}
        for idea in need.interests:
            sought = index.terms.sought(idea)
            whole = zip(sought.numbers, sought.is_whole, strict=True)
            tokens |= dict.fromkeys(word_token(names[number]) for number, is_it in whole if is_it)
            wanted = index.concepts.wanted(index.concepts.of_idea(idea)[0])
            tokens |= {
                activity_token(int(column), strength): None
                for column in np.flatnonzero(wanted)
                for strength in columns.strengths.get(int(column), ())
                if wanted[column] * strength >= WEIGHTS.concept_floor
            }
        return cls(
            asker=asker,
            tokens=tuple(tokens),
            requires=sum(columns.bits[code] for code in need.requires),
            wishes=sum(columns.bits[code] for code in need.wishes),
            days=sum(
                1 << day
                for day in {DAYS.index(day) for window in need.times for day in window.days}
            ),
            reach_km=need.reach_km,
            max_kr=None if need.max_kr_per_month is None else float(need.max_kr_per_month),
            age=need.age,
            other_gender=2 if need.gender == "female" else 1,
            place=unit(asker.home),
            slack_km=asker.home.uncertainty_km,
        )
