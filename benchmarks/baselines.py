"""What one would have had without our engine: plain text search and plain filters.

Each is given the needs' hard conditions in one of two ways, as portals have them: what is
unknown counts as no, or as yes. Each is tried without and with distance, wishes and times, which
then weigh as they do in our engine.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import bm25s
import numpy as np
import psycopg
import Stemmer
from numpy.typing import NDArray
from psycopg import sql
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.judgements import Ranking
from catalogue.answers import Answer
from catalogue.kinds import Gender, Room
from catalogue.places import Point, distance_km
from catalogue.published import PublishedOffer
from matcher.need import Need
from matcher.times import share_of_times
from matcher.weights import WEIGHTS

Floats = NDArray[np.float64]
_WORD = re.compile(r"\w\w+")


class Unknown(StrEnum):
    AS_NO = "unknown as no"
    AS_YES = "unknown as yes"


@dataclass(frozen=True)
class Baseline:
    """A text search with filters."""

    text: str
    likeness: Callable[[Need], Floats]
    """(offers,): how well each suits the words of a need, >= 0."""
    unknown: Unknown
    is_whole: bool
    """With distance, wishes and times; a + in its name."""

    @property
    def name(self) -> str:
        return f"{self.text}{' +' if self.is_whole else ''}; {self.unknown}"

    def ranking(self, offers: Sequence[PublishedOffer], need: Need, home: Point | None) -> Ranking:
        """Offers that pass the filters, best first; ties by source key."""
        fit = self.likeness(need)
        fit = fit / fit.max() if fit.max() > 0 else fit
        scored = []
        for offer, alike in zip(offers, fit.tolist(), strict=True):
            if passes(offer, need, home, self.unknown):
                soft = _soft(offer, need, home) if self.is_whole else 0.0
                scored.append((-(WEIGHTS.interest * alike + soft), offer.source_ids[0].key, offer))
        scored.sort(key=lambda one: one[:2])
        return [offer for _, _, offer in scored]


def passes(offer: PublishedOffer, need: Need, home: Point | None, unknown: Unknown) -> bool:
    """Whether an offer passes the hard conditions of a need as a portal's filters have them.

    Age, gender and room are seldom stated where everybody is welcome: unknown is yes there.
    """
    unstated = unknown is Unknown.AS_YES
    held = [
        unstated if (answer := offer.answer(code)) is Answer.UNKNOWN else answer is Answer.YES
        for code in need.requires
    ]
    if need.reach_km is not None and home is not None:
        is_near = offer.point is not None and distance_km(home, offer.point) <= need.reach_km
        held.append(unstated if offer.point is None else is_near)
    if need.max_kr_per_month is not None:
        kr = None if offer.price is None else offer.price.kr_per_month()
        held.append(unstated if kr is None else kr <= need.max_kr_per_month)
    if need.age is not None:
        oldest = 255 if offer.age_to is None else offer.age_to
        held.append((offer.age_from or 0) <= need.age <= oldest)
    if need.gender is not None and offer.gender is not None:
        held.append(need.gender == ("female" if offer.gender is Gender.WOMEN else "male"))
    held.append(offer.room not in (Room.FULL, Room.PAUSED))
    return all(held)


def _soft(offer: PublishedOffer, need: Need, home: Point | None) -> float:
    """Nearness, wishes known to be met and times known to suit, by our weights."""
    found = 0.0
    if home is not None and offer.point is not None:
        reach = need.reach_km or 50.0
        found += WEIGHTS.distance * max(0.0, 1 - distance_km(home, offer.point) / reach)
    if need.wishes:
        met = sum(offer.answer(code) is Answer.YES for code in need.wishes)
        found += WEIGHTS.wishes * met / len(need.wishes)
    if need.times:
        found += WEIGHTS.times * (share_of_times(offer, need.times) or 0.0)
    return found


def baselines(offers: Sequence[PublishedOffer], address: str) -> Iterator[Baseline]:
    """All of them. address: of a PostgreSQL database that is thrown away."""
    texts = [_text(offer) for offer in offers]
    ways: dict[str, Callable[[Need], Floats]] = {
        "BM25": _bm25(texts),
        "TF-IDF, words": _tfidf(texts, characters=False),
        "TF-IDF, letters and words": _tfidf(texts, characters=True),
        "PostgreSQL full text, danish": _postgres(texts, address),
    }
    for text, likeness in ways.items():
        for unknown in Unknown:
            for is_whole in (False, True):
                yield Baseline(text, likeness, unknown, is_whole)
    for unknown in Unknown:
        yield Baseline("nearest", lambda _: np.zeros(len(offers)), unknown, is_whole=True)


def _text(offer: PublishedOffer) -> str:
    return "\n".join(
        [offer.title, " ".join(offer.activities), offer.description or "", offer.organisation.name]
    ).lower()


def _asked(need: Need) -> str:
    return " ".join(need.interests).lower()


def _bm25(texts: Sequence[str]) -> Callable[[Need], Floats]:
    """Lù 2024 (bm25s), on Snowball's Danish stems."""
    stemmer = Stemmer.Stemmer("danish")
    model = bm25s.BM25()
    tokens = [stemmer.stemWords(_WORD.findall(text)) for text in texts]
    model.index(tokens, show_progress=False)

    def likeness(need: Need) -> Floats:
        words = stemmer.stemWords(_WORD.findall(_asked(need)))
        return np.asarray(model.get_scores(words), dtype=np.float64)

    return likeness


def _tfidf(texts: Sequence[str], *, characters: bool) -> Callable[[Need], Floats]:
    """Cosine of TF-IDF (scikit-learn), words alone or with letters three to five at a time."""
    makers = [TfidfVectorizer(token_pattern=_WORD.pattern, sublinear_tf=True)]
    if characters:
        makers.append(TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True))
    matrix = hstack([maker.fit_transform(texts) for maker in makers]).tocsr()

    def likeness(need: Need) -> Floats:
        asked = hstack([maker.transform([_asked(need)]) for maker in makers]).tocsr()
        return np.asarray((matrix @ asked.T).todense(), dtype=np.float64).ravel()

    return likeness


def _postgres(texts: Sequence[str], address: str) -> Callable[[Need], Floats]:
    """ts_rank of any word of the need, on PostgreSQL's own Danish configuration."""
    connection = psycopg.connect(address, autocommit=True)
    connection.execute("CREATE TABLE held (number int PRIMARY KEY, words tsvector)")
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO held VALUES (%s, to_tsvector('danish', %s))", list(enumerate(texts))
        )
    any_word = sql.SQL(
        "SELECT number, ts_rank(words, query) FROM held, (SELECT"
        " replace(plainto_tsquery('danish', %s)::text, '&', '|')::tsquery) AS asked (query)"
        " WHERE words @@ query"
    )

    def likeness(need: Need) -> Floats:
        found = np.zeros(len(texts))
        for number, rank in connection.execute(any_word, [_asked(need)]):
            found[number] = rank
        return found

    return likeness
