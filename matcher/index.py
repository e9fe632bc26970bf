"""Index: an immutable snapshot of all offers, column by column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from catalogue.answers import Answer
from catalogue.danish import fold
from catalogue.errors import Missing
from catalogue.kinds import Gender, Room
from catalogue.places import Point
from catalogue.published import PublishedOffer
from catalogue.vocabulary import Vocabulary
from matcher import estimates
from matcher.coming import Coming
from matcher.concepts import Concepts, Spoken, concepts_of
from matcher.meaning import Meaning, Model, passage
from matcher.rows import NOWHERE, Rows, cell, every, near
from matcher.terms import Terms
from matcher.times import Meetings, newest_statement

NO, YES, UNKNOWN, LIKELY, LIKELY_NO = 0, 1, 2, 3, 4
_CODE = {Answer.NO: NO, Answer.YES: YES, Answer.UNKNOWN: UNKNOWN}
_LIKELY = {Answer.NO: LIKELY_NO, Answer.YES: LIKELY, Answer.UNKNOWN: UNKNOWN}
EARTH_KM = 6371.0088  # mean radius; off by at most 0.35 % in Denmark, and shown nowhere
VAGUE_KM = 5.0
"""A point less certain than this is looked at wherever one lives."""
NO_DAY = 0
"""As `date.toordinal`: nothing was dated."""
_OLDEST = 255
_IN_TEXT = 0.5  # of what the title says: a text speaks of more than what the offer is
_NO_ROWS = np.zeros(0, dtype=np.int32)


@dataclass(frozen=True)
class Index:
    """Columns over n offers, sorted by cell of the map and then by id. Made by `build`."""

    offers: tuple[PublishedOffer, ...]
    rows: dict[UUID, int]
    organisations: NDArray[np.int64]
    """(n,): equal for offers of one organisation."""
    by_id: NDArray[np.int32]
    """(n,): the offer's place when all are sorted by id; what ties break on."""
    codes: tuple[str, ...]
    """Access codes, in the order of the rows of `access`."""
    access: NDArray[np.uint8]
    """(codes, n): NO, YES or UNKNOWN as confirmed, LIKELY or LIKELY_NO by prose alone."""
    chance: NDArray[np.uint8]
    """(codes, n): how likely each fact holds if nobody has stated it, in 255ths."""
    cells: NDArray[np.int32]
    """(n,): rising."""
    vectors: NDArray[np.float64]
    """(3, n): unit vectors of the points; NaN = place unknown."""
    uncertainty_km: NDArray[np.float32]
    """(n,): of the points; NaN = place unknown."""
    kr_per_month: NDArray[np.float32]
    """(n,): NaN = unknown, 0 = confirmed free."""
    age_from: NDArray[np.uint8]
    age_to: NDArray[np.uint8]
    """(n,): years; 0 and 255 = no limit is stated."""
    women_only: NDArray[np.bool_]
    men_only: NDArray[np.bool_]
    closed: NDArray[np.bool_]
    """(n,): full or paused."""
    stated_on: NDArray[np.int32]
    """(n,): the newest day on which anything was stated, as `date.toordinal`; or NO_DAY."""
    meetings: Meetings
    coming: Coming
    days: NDArray[np.bool_]
    """(7, n): meets on this weekday; all false where the times are unknown."""
    group_codes: tuple[str, ...]
    """Main groups of the vocabulary, in the order of the rows of `groups`."""
    groups: NDArray[np.bool_]
    """(groups, n): has an activity of the main group."""
    stated: Mapping[str, NDArray[np.int32]]
    """Rows by code of a stated activity, or of one above it; rising."""
    concepts: Concepts
    spoken_begins: NDArray[np.int32]
    """(n + 1,): where each row's entries of the next three begin."""
    spoken_codes: NDArray[np.int16]
    spoken_strengths: NDArray[np.float64]
    spoken_words: NDArray[np.int32]
    """Which activities each offer is, by column of the concepts, how surely 0..1, and the
    number of the word that says so."""
    words: tuple[str, ...]
    terms: Terms
    meaning: Meaning | None

    @classmethod
    def build(
        cls,
        offers: Iterable[PublishedOffer],
        vocabulary: Vocabulary,
        model: Model | None = None,
        answered: Mapping[str, tuple[int, int]] | None = None,
    ) -> "Index":
        """The index of some offers. The order in which they come does not matter.

        answered: by access code, how often a question about a blank fact was answered yes,
        and no.
        """
        placed = [(_cell(offer.point), offer.id, offer) for offer in offers]
        placed.sort(key=lambda one: one[:2])
        rows = tuple(offer for _, _, offer in placed)
        n = len(rows)
        by_id = np.empty(n, dtype=np.int32)
        by_id[sorted(range(n), key=lambda row: rows[row].id)] = np.arange(n, dtype=np.int32)
        codes = tuple(fact.code for fact in vocabulary.access_facts)
        points = [offer.point for offer in rows]
        concepts = concepts_of(vocabulary, model)
        spoken = [_spoken(offer, concepts) for offer in rows]
        words = sorted({one.word for held in spoken for one in held.values()})
        number = {word: place for place, word in enumerate(words)}
        stated: dict[str, list[int]] = {}
        for row, offer in enumerate(rows):
            for code in _activities(offer, vocabulary):
                stated.setdefault(code, []).append(row)
        group_codes = tuple(group.code for group in vocabulary.main_groups)
        groups = np.zeros((len(group_codes), n), dtype=bool)
        for place, code in enumerate(group_codes):
            groups[place, stated.get(code, [])] = True
        entries = [(code, one) for held in spoken for code, one in held.items()]
        return cls(
            offers=rows,
            rows={offer.id: row for row, offer in enumerate(rows)},
            organisations=np.array([_short(o.organisation.id) for o in rows], dtype=np.int64),
            by_id=by_id,
            codes=codes,
            access=(access := _access(rows, codes)),
            chance=_chances(rows, access, groups, codes, answered or {}),
            cells=np.array([place for place, _, _ in placed], dtype=np.int32),
            vectors=np.array([unit_vector(point) for point in points]).reshape(-1, 3).T.copy(),
            uncertainty_km=np.array(
                [np.nan if p is None else p.uncertainty_km for p in points], dtype=np.float32
            ),
            kr_per_month=np.array([_kr_per_month(offer) for offer in rows], dtype=np.float32),
            age_from=np.array([o.age_from or 0 for o in rows], dtype=np.uint8),
            age_to=np.array(
                [_OLDEST if o.age_to is None else o.age_to for o in rows], dtype=np.uint8
            ),
            women_only=np.array([o.gender is Gender.WOMEN for o in rows], dtype=bool),
            men_only=np.array([o.gender is Gender.MEN for o in rows], dtype=bool),
            closed=np.array([o.room in (Room.FULL, Room.PAUSED) for o in rows], dtype=bool),
            stated_on=np.array([_stated_on(offer) for offer in rows], dtype=np.int32),
            meetings=(meetings := Meetings.of(rows)),
            coming=Coming.of(rows),
            days=np.array([meetings.on(day, every(n)) for day in range(7)]).reshape(7, n),
            group_codes=group_codes,
            groups=groups,
            stated={code: np.array(held, dtype=np.int32) for code, held in stated.items()},
            concepts=concepts,
            spoken_begins=np.cumsum([0, *map(len, spoken)], dtype=np.int32),
            spoken_codes=np.array([concepts.columns[c] for c, _ in entries], dtype=np.int16),
            spoken_strengths=np.array([one.strength for _, one in entries], dtype=np.float64),
            spoken_words=np.array([number[one.word] for _, one in entries], dtype=np.int32),
            words=tuple(words),
            terms=Terms.build((own_words(offer, vocabulary) for offer in rows), concepts.splitter),
            meaning=_meaning(rows, concepts),
        )

    def __len__(self) -> int:
        return len(self.offers)

    @property
    def model_name(self) -> str | None:
        """The model behind `meaning`; None without."""
        questions = self.concepts.questions
        return None if self.meaning is None or questions is None else questions.model.name

    def offer(self, offer_id: UUID) -> PublishedOffer:
        """Raises Missing for an offer that is not in the catalogue."""
        if offer_id not in self.rows:
            raise Missing(f"offer {offer_id} is not in the catalogue")
        return self.offers[self.rows[offer_id]]

    def within(self, home: Point | None, reach_km: float | None) -> Rows:
        """Rows that may lie within reach; the others are farther away for certain."""
        if home is None or reach_km is None:
            return every(len(self))
        return near(self.cells, home.lat, home.lon, reach_km + home.uncertainty_km + VAGUE_KM)

    def distances_km(self, home: Point, rows: Rows) -> NDArray[np.float64]:
        """(rows,): km as the crow flies from `home`; NaN = place unknown."""
        apart = self.vectors[:, rows.numbers] - np.array(unit_vector(home))[:, None]
        chord = np.sqrt(np.einsum("ij,ij->j", apart, apart))
        return np.asarray(2 * EARTH_KM * np.arcsin(chord / 2))

    def served(self, meant: Mapping[str, float], rows: Rows) -> NDArray[np.float64]:
        """(rows,) 0..1: the best that any activity of an offer does for what is meant."""
        value = np.zeros(len(rows))
        if meant and len(self.spoken_codes):
            wanted = self.concepts.wanted(meant)
            entries, whose = rows.of_lists(self.spoken_begins)
            does = wanted[self.spoken_codes[entries]] * self.spoken_strengths[entries]
            np.maximum.at(value, whose, does)
        return value

    def is_activity(self, code: str, rows: Rows) -> NDArray[np.bool_]:
        """(rows,): has this activity or one below it."""
        found = np.zeros(len(rows), dtype=bool)
        found[rows.of_posting(self.stated.get(code, _NO_ROWS))[1]] = True
        return found

    def spoken(self, row: int) -> dict[str, Spoken]:
        """The activities that an offer names, by code."""
        entries = slice(self.spoken_begins[row], self.spoken_begins[row + 1])
        activities = self.concepts.vocabulary.activities
        return {
            activities[code].code: Spoken(float(strength), self.words[word])
            for code, strength, word in zip(
                self.spoken_codes[entries],
                self.spoken_strengths[entries],
                self.spoken_words[entries],
                strict=True,
            )
        }


def unit_vector(point: Point | None) -> tuple[float, float, float]:
    """A point on the unit sphere; NaN for no point."""
    if point is None:
        return (np.nan, np.nan, np.nan)
    lat, lon = np.radians(point.lat), np.radians(point.lon)
    return (
        float(np.cos(lat) * np.cos(lon)),
        float(np.cos(lat) * np.sin(lon)),
        float(np.sin(lat)),
    )


def own_words(offer: PublishedOffer, vocabulary: Vocabulary) -> tuple[str, str]:
    """What is searched in an offer: its title and activities; its text and organisation."""
    return (
        " ".join([offer.title, *_names(offer, vocabulary)]),
        f"{offer.description or ''}\n{offer.organisation.name}",
    )


def _short(public_id: UUID) -> int:
    """Half of an id, which is enough to part the organisations of a country."""
    return int.from_bytes(public_id.bytes[:8], signed=True)


def _cell(point: Point | None) -> int:
    if point is None or point.uncertainty_km > VAGUE_KM:
        return NOWHERE
    return cell(point.lat, point.lon)


def _access(offers: Sequence[PublishedOffer], codes: Sequence[str]) -> NDArray[np.uint8]:
    access = np.full((len(codes), len(offers)), UNKNOWN, dtype=np.uint8)
    place = {code: number for number, code in enumerate(codes)}
    for row, offer in enumerate(offers):
        for code in offer.facts.keys() & place.keys():
            answer = _CODE[offer.answer(code)]
            access[place[code], row] = _LIKELY[offer.likely(code)] if answer == UNKNOWN else answer
    return access


def _chances(
    offers: Sequence[PublishedOffer],
    access: NDArray[np.uint8],
    groups: NDArray[np.bool_],
    codes: Sequence[str],
    answered: Mapping[str, tuple[int, int]],
) -> NDArray[np.uint8]:
    main = np.where(groups.any(axis=0), groups.argmax(axis=0), -1) if len(groups) else np.array([])
    return estimates.chances_of_all(
        access == YES,
        access == NO,
        general=(
            estimates.group_numbers([offer.organisation.kind for offer in offers]),
            main.astype(np.int32),
        ),
        own=(
            estimates.group_numbers([offer.organisation.id for offer in offers]),
            estimates.group_numbers([_venue(offer) for offer in offers]),
        ),
        codes=codes,
        answered=answered,
    )


def _venue(offer: PublishedOffer) -> tuple[str, str | None] | None:
    name = offer.place.venue or offer.place.address
    return None if name is None else (fold(name), offer.place.postcode)


def _activities(offer: PublishedOffer, vocabulary: Vocabulary) -> frozenset[str]:
    """Stated activities and all above them."""
    codes = {code for word in offer.activities if (code := vocabulary.by_word(word)) is not None}
    return frozenset(codes.union(*(vocabulary.ancestors(code) for code in codes)))


def _stated_on(offer: PublishedOffer) -> int:
    newest = newest_statement(offer)
    return NO_DAY if newest is None else newest.toordinal()


def _spoken(offer: PublishedOffer, concepts: Concepts) -> dict[str, Spoken]:
    """The activities that an offer names, by code: stated, in its title, or in its text."""
    found: dict[str, Spoken] = {}
    for word in offer.activities:
        code = concepts.vocabulary.by_word(word)
        if code is not None:
            name = concepts.vocabulary.activity(code).name.lower() if word == code else word
            found[code] = Spoken(1.0, name)
    for text, share in ((offer.title, 1.0), (offer.description or "", _IN_TEXT)):
        for code, one in concepts.of_text(text).items():
            if code not in found or found[code].strength < share * one.strength:
                found[code] = Spoken(share * one.strength, one.word)
    return found


def _names(offer: PublishedOffer, vocabulary: Vocabulary) -> list[str]:
    """Its activities in words, not in codes."""
    return [
        word if (code := vocabulary.by_word(word)) is None else vocabulary.activity(code).name
        for word in offer.activities
    ]


def _meaning(offers: Sequence[PublishedOffer], concepts: Concepts) -> Meaning | None:
    if concepts.passages is None or concepts.usual is None or not offers:
        return None
    texts = [
        passage(offer.title, _names(offer, concepts.vocabulary), offer.description or "")
        for offer in offers
    ]
    return Meaning.of(concepts.passages.vectors(texts), concepts.usual)


def _kr_per_month(offer: PublishedOffer) -> float:
    per_month = None if offer.price is None else offer.price.kr_per_month()
    return np.nan if per_month is None else float(per_month)
