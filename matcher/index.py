"""Index: an immutable snapshot of all offers, column by column."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from catalogue.answers import Answer
from catalogue.errors import Missing
from catalogue.kinds import Gender, Room
from catalogue.places import Point
from catalogue.published import PublishedOffer
from catalogue.vocabulary import Vocabulary
from matcher.concepts import Concepts, Spoken, concepts_of
from matcher.text import stem, words
from matcher.times import newest_statement

NO, YES, UNKNOWN = 0, 1, 2
_CODE = {Answer.NO: NO, Answer.YES: YES, Answer.UNKNOWN: UNKNOWN}
EARTH_KM = 6371.0088  # mean radius; off by at most 0.35 % in Denmark, and shown nowhere
_WORDS_SHARE = 0.15  # letters find compounds and inflection, whole words only themselves
_TITLE_TIMES = 2  # a word of the title or the activities says more than one of the text


@dataclass(frozen=True)
class Index:
    """Columns over n offers sorted by id. Made by `build`, never changed."""

    offers: tuple[PublishedOffer, ...]
    codes: tuple[str, ...]
    """Access codes, in the order of the columns of `access` and `likely`."""
    access: NDArray[np.uint8]
    """(n, codes): NO, YES or UNKNOWN, as confirmed."""
    likely: NDArray[np.uint8]
    """(n, codes): the same by prose alone."""
    vectors: NDArray[np.float64]
    """(n, 3): unit vectors of the points; NaN = place unknown."""
    uncertainty_km: NDArray[np.float64]
    """(n,): of the points; NaN = place unknown."""
    kr_per_month: NDArray[np.float64]
    """(n,): NaN = unknown, 0 = confirmed free."""
    age_from: NDArray[np.float64]
    age_to: NDArray[np.float64]
    """(n,): years; NaN = no limit is stated."""
    women_only: NDArray[np.bool_]
    men_only: NDArray[np.bool_]
    closed: NDArray[np.bool_]
    """(n,): full or paused."""
    stated_on: NDArray[np.float64]
    """(n,): the newest day on which anything was stated, as `date.toordinal`; NaN = no day."""
    days: NDArray[np.bool_]
    """(n, 7): meets on this weekday; all false where the times are unknown."""
    activities: tuple[frozenset[str], ...]
    """Per offer: codes of its activities and of all above them."""
    group_codes: tuple[str, ...]
    """Main groups of the vocabulary, in the order of the columns of `groups`."""
    groups: NDArray[np.bool_]
    """(n, groups): has an activity of the main group."""
    stems: tuple[dict[str, str], ...]
    """Per offer: its own words by their stem."""
    concepts: Concepts
    spoken: tuple[dict[str, Spoken], ...]
    """Per offer: the activities that it names, by code."""
    offered: csr_matrix
    """(n, activities): how surely each offer is each activity, 0..1."""
    text: csr_matrix
    """(n, features): TF-IDF of words and of character n-grams, by their shares."""
    rows: dict[UUID, int]
    vectorizers: tuple[TfidfVectorizer, TfidfVectorizer] | None
    """Of words and of n-grams; None for an empty catalogue."""

    @classmethod
    def build(cls, offers: Iterable[PublishedOffer], vocabulary: Vocabulary) -> "Index":
        """The index of some offers. The order in which they come does not matter."""
        rows = tuple(sorted(offers, key=lambda offer: offer.id))
        codes = tuple(fact.code for fact in vocabulary.access_facts)
        texts = [_text(offer, vocabulary) for offer in rows]
        points = [offer.point for offer in rows]
        text, vectorizers = _vectorized(texts)
        concepts = concepts_of(vocabulary)
        spoken = [_spoken(offer, concepts) for offer in rows]
        activities = tuple(_activities(offer, vocabulary) for offer in rows)
        group_codes = tuple(group.code for group in vocabulary.main_groups)
        return cls(
            offers=rows,
            codes=codes,
            access=_answers([[_CODE[o.answer(code)] for code in codes] for o in rows], codes),
            likely=_answers([[_CODE[o.likely(code)] for code in codes] for o in rows], codes),
            vectors=np.array([unit_vector(point) for point in points]).reshape(-1, 3),
            uncertainty_km=np.array([np.nan if p is None else p.uncertainty_km for p in points]),
            kr_per_month=np.array([_kr_per_month(offer) for offer in rows]),
            age_from=np.array([np.nan if o.age_from is None else o.age_from for o in rows]),
            age_to=np.array([np.nan if o.age_to is None else o.age_to for o in rows]),
            women_only=np.array([o.gender is Gender.WOMEN for o in rows], dtype=bool),
            men_only=np.array([o.gender is Gender.MEN for o in rows], dtype=bool),
            closed=np.array([o.room in (Room.FULL, Room.PAUSED) for o in rows], dtype=bool),
            stated_on=np.array([_stated_on(offer) for offer in rows]),
            days=np.array([_days(offer) for offer in rows], dtype=bool).reshape(-1, 7),
            activities=activities,
            group_codes=group_codes,
            groups=np.array(
                [[group in held for group in group_codes] for held in activities], dtype=bool
            ).reshape(-1, len(group_codes)),
            stems=tuple(
                {stem(word): word for word in reversed(words(_own_words(o)))} for o in rows
            ),
            concepts=concepts,
            spoken=tuple(spoken),
            offered=concepts.matrix(spoken),
            text=text,
            rows={offer.id: number for number, offer in enumerate(rows)},
            vectorizers=vectorizers,
        )

    def __len__(self) -> int:
        return len(self.offers)

    def offer(self, offer_id: UUID) -> PublishedOffer:
        """Raises Missing for an offer that is not in the catalogue."""
        if offer_id not in self.rows:
            raise Missing(f"offer {offer_id} is not in the catalogue")
        return self.offers[self.rows[offer_id]]

    def distances_km(self, home: Point) -> NDArray[np.float64]:
        """(n,): km as the crow flies from `home`; NaN = place unknown."""
        chord = np.linalg.norm(self.vectors - np.array(unit_vector(home)), axis=1)
        return np.asarray(2 * EARTH_KM * np.arcsin(chord / 2))

    def is_activity(self, code: str) -> NDArray[np.bool_]:
        """(n,): has this activity or one below it."""
        return np.array([code in held for held in self.activities], dtype=bool)

    def likeness(self, text: str) -> NDArray[np.float64]:
        """(n,): 0..1, how alike the words and letters of a text and of each offer are."""
        if self.vectorizers is None or not words(text):
            return np.zeros(len(self))
        query = hstack([one.transform([text]) for one in self.vectorizers]).tocsr()
        return np.asarray((self.text @ query.T).toarray().ravel())


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


def _activities(offer: PublishedOffer, vocabulary: Vocabulary) -> frozenset[str]:
    codes = {code for word in offer.activities if (code := vocabulary.by_word(word)) is not None}
    return frozenset(codes.union(*(vocabulary.ancestors(code) for code in codes)))


def _stated_on(offer: PublishedOffer) -> float:
    newest = newest_statement(offer)
    return np.nan if newest is None else newest.toordinal()


def _days(offer: PublishedOffer) -> list[bool]:
    held = {meeting.weekday for meeting in offer.times.meetings} if offer.times else set()
    return [day in held for day in range(7)]


def _own_words(offer: PublishedOffer) -> str:
    return "\n".join(
        (offer.title, *offer.activities, offer.description or "", offer.organisation.name)
    )


_IN_TEXT = 0.5  # of what the title says: a text speaks of more than what the offer is


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


def _text(offer: PublishedOffer, vocabulary: Vocabulary) -> str:
    """What is searched in an offer: its title and activities, its text, its organisation."""
    names = []
    for word in offer.activities:
        code = vocabulary.by_word(word)
        names.append(word if code is None else vocabulary.activity(code).name)
    head = " ".join([offer.title, *names])
    return "\n".join([head] * _TITLE_TIMES + [offer.description or "", offer.organisation.name])


def _answers(rows: list[list[int]], codes: tuple[str, ...]) -> NDArray[np.uint8]:
    return np.array(rows, dtype=np.uint8).reshape(-1, len(codes))


def _kr_per_month(offer: PublishedOffer) -> float:
    per_month = None if offer.price is None else offer.price.kr_per_month()
    return np.nan if per_month is None else float(per_month)


def _vectorized(
    texts: list[str],
) -> tuple[csr_matrix, tuple[TfidfVectorizer, TfidfVectorizer] | None]:
    if not any(words(text) for text in texts):
        return csr_matrix((len(texts), 1)), None
    of_words = TfidfVectorizer(analyzer=stemmed, sublinear_tf=True, dtype=np.float32)
    of_letters = TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(3, 5),
        sublinear_tf=True,
        preprocessor=joined,
        dtype=np.float32,
    )
    parts = [
        of_words.fit_transform(texts) * _WORDS_SHARE,
        of_letters.fit_transform(texts) * (1 - _WORDS_SHARE),
    ]
    return hstack(parts).tocsr(), (of_words, of_letters)


def stemmed(text: str) -> list[str]:
    """Stems, as the vectorizer of words wants them."""
    return [stem(word) for word in words(text)]


def joined(text: str) -> str:
    """Words without stop words, as the vectorizer of letters wants them."""
    return " ".join(words(text))
