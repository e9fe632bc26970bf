"""What the index keeps of one offer, read from the offer once."""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from catalogue.answers import Answer
from catalogue.danish import fold
from catalogue.kinds import Gender, OrganisationKind, Room
from catalogue.places import Point
from catalogue.published import PublishedOffer
from catalogue.vocabulary import Vocabulary
from matcher.concepts import Concepts, Spoken
from matcher.kernels.compiled import LIKELY, LIKELY_NO, NO, NO_DAY, UNKNOWN, YES
from matcher.meaning import passage
from matcher.rows import cell_of
from matcher.terms import Bag, bag_of
from matcher.times import newest_statement

WOMEN_ONLY, MEN_ONLY, CLOSED = 1 << 61, 1 << 62, 1 << 63
"""Bits of `barriers` beside those of the access codes that are known not to hold."""
OLDEST = 255
HUNDREDTHS = 100
"""In which strengths of activities are kept; all of them are whole then."""

_CODE = {Answer.NO: NO, Answer.YES: YES, Answer.UNKNOWN: UNKNOWN}
_LIKELY = {Answer.NO: LIKELY_NO, Answer.YES: LIKELY, Answer.UNKNOWN: UNKNOWN}
_KINDS = {kind: number for number, kind in enumerate(OrganisationKind)}
_IN_TEXT = 0.5  # of what the title says: a text speaks of more than what the offer is


@dataclass(frozen=True, slots=True)
class Entry:
    offer: PublishedOffer
    cell: int
    vector: tuple[float, float, float]
    """On the unit sphere; NaN = place unknown."""
    uncertainty_km: float
    kr_per_month: float
    """NaN = unknown, 0 = confirmed free."""
    barriers: int
    """Bits of what keeps somebody out: access codes that are known not to hold, and more."""
    access: list[int]
    """By access code: NO, YES, UNKNOWN, LIKELY or LIKELY_NO."""
    stated_on: int
    kind: int
    """Of the organisation; -1 = nobody said."""
    venue: int
    """Equal for offers at one venue; 0 = not known."""
    groups: int
    """Bits of the vocabulary's main groups that a stated activity belongs under."""
    stated: list[int]
    """Columns of stated activities, and of all above them."""
    spoken: dict[int, Spoken]
    """Activities that it names, by column of the concepts, and how surely it is that."""
    terms: Bag

    @classmethod
    def of(cls, offer: PublishedOffer, concepts: Concepts) -> "Entry":
        vocabulary = concepts.vocabulary
        point = offer.point
        per_month = None if offer.price is None else offer.price.kr_per_month()
        newest = newest_statement(offer)
        access = _access(offer, vocabulary)
        stated = _stated(offer, vocabulary)
        return cls(
            offer=offer,
            cell=cell_of(point),
            vector=unit_vector(point),
            uncertainty_km=np.nan if point is None else point.uncertainty_km,
            kr_per_month=np.nan if per_month is None else float(per_month),
            barriers=_barriers(offer, access),
            access=access,
            stated_on=NO_DAY if newest is None else newest.toordinal(),
            kind=-1 if offer.organisation.kind is None else _KINDS[offer.organisation.kind],
            venue=_venue(offer),
            groups=sum(
                1 << place for place, one in enumerate(vocabulary.main_groups) if one.code in stated
            ),
            stated=sorted(concepts.columns[code] for code in stated),
            spoken={concepts.columns[code]: one for code, one in _spoken(offer, concepts).items()},
            terms=bag_of(*own_words(offer, vocabulary), concepts.splitter),
        )


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
        " ".join([offer.title, *activity_names(offer, vocabulary)]),
        f"{offer.description or ''}\n{offer.organisation.name}",
    )


def activity_names(offer: PublishedOffer, vocabulary: Vocabulary) -> list[str]:
    """Its activities in words, not in codes."""
    return [
        word if (code := vocabulary.by_word(word)) is None else vocabulary.activity(code).name
        for word in offer.activities
    ]


def passage_of(offer: PublishedOffer, vocabulary: Vocabulary) -> str:
    """What of an offer is embedded."""
    return passage(offer.title, activity_names(offer, vocabulary), offer.description or "")


def _access(offer: PublishedOffer, vocabulary: Vocabulary) -> list[int]:
    found = []
    for fact in vocabulary.access_facts:
        if fact.code in offer.facts:
            answer = _CODE[offer.answer(fact.code)]
            found.append(_LIKELY[offer.likely(fact.code)] if answer == UNKNOWN else answer)
        else:
            found.append(UNKNOWN)
    return found


def _barriers(offer: PublishedOffer, access: list[int]) -> int:
    bits = sum(1 << place for place, answer in enumerate(access) if answer == NO)
    bits |= (
        {Gender.WOMEN: WOMEN_ONLY, Gender.MEN: MEN_ONLY}.get(offer.gender, 0) if offer.gender else 0
    )
    return bits | (CLOSED if offer.room in (Room.FULL, Room.PAUSED) else 0)


def _venue(offer: PublishedOffer) -> int:
    name = offer.place.venue or offer.place.address
    if name is None:
        return 0
    said = f"{fold(name)}\n{offer.place.postcode or ''}"
    return int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), signed=True) or 1


def _stated(offer: PublishedOffer, vocabulary: Vocabulary) -> frozenset[str]:
    """Stated activities and all above them."""
    codes = {code for word in offer.activities if (code := vocabulary.by_word(word)) is not None}
    return frozenset(codes.union(*(vocabulary.ancestors(code) for code in codes)))


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
