"""What the pages show of an offer, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api import formats, phrases
from api.pages.shown import Shown
from api.wording import Language, Level
from catalogue.answers import Answer
from catalogue.published import PublishedOffer
from catalogue.schedules import Occurrence, next_dates
from catalogue.vocabulary import Activity, Vocabulary
from matcher.index import Index

FIRST_CODES = ("step_free", "met_at_door", "small_group", "may_watch", "companion_welcome")
"""The access facts that guides are asked for most."""
_IN_TITLE = 0.6  # as sure as this is no word of a text, which counts half
_MARKS = 3  # a row has room for so many


@dataclass(frozen=True, slots=True)
class Mark:
    """A yes, a no, or an open question, with its word."""

    kind: str
    """yes, old, no, likely, likely_no or unknown."""
    text: str
    code: str = ""
    source: str = ""
    old: str = ""
    """That it was said long ago, if it was."""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer in a list; None where something is not known."""

    id: str
    title: str
    organisation: str
    by: str
    """What it is, whose and where, in a line."""
    picture: str | None
    """OpenMoji code of its activity."""
    town: str
    is_example: bool
    when: str | None
    away: str | None
    price: str | None
    marks: tuple[Mark, ...]
    next: str = ""
    """When it meets next, where that is what the list is ordered by."""


def offer_row(
    offer: PublishedOffer,
    codes: Sequence[str],
    on: date,
    shown: Shown,
    vocabulary: Vocabulary,
    km: float | None = None,
    *,
    approximate: bool = True,
    index: Index | None = None,
) -> OfferRow:
    """A row of a list. codes: access facts that the citizen asked for, shown first.

    index: finds a picture by the title where no activity was stated.
    """
    language = shown.language
    away = None
    if km is not None:
        distance = formats.distance(km, language, approximate=approximate)
        away = shown.t("list.away", distance=distance)
    activity = activity_of(offer, vocabulary)
    drawn = activity
    if drawn is None and index is not None:
        drawn = _titled(offer, index)
    return OfferRow(
        id=str(offer.id),
        title=offer.title,
        organisation=offer.organisation.name,
        by=_by(offer, activity, shown),
        picture=None if drawn is None else drawn.openmoji,
        town=" ".join(part for part in (offer.place.postcode, offer.place.town) if part),
        is_example=offer.is_example,
        when=None if offer.times is None else capital(phrases.times(offer.times, language)),
        away=away,
        price=None
        if offer.price is None
        else capital(phrases.price(offer.price, language, Level.ENKEL)),  # without the sum
        marks=tuple(
            _mark(offer, code, on, shown) for code in _asked_or_known(offer, codes, vocabulary)
        ),
    )


def activity_of(offer: PublishedOffer, vocabulary: Vocabulary) -> Activity | None:
    """The first activity of an offer that the vocabulary knows."""
    for word in offer.activities:
        code = vocabulary.by_word(word)
        if code is not None:
            return vocabulary.activity(code)
    return None


def _titled(offer: PublishedOffer, index: Index) -> Activity | None:
    """The activity that the title names most surely; a text speaks of too much else."""
    spoken = index.spoken_of(index.row_of(offer.id))
    sure = [(-one.strength, code) for code, one in spoken.items() if one.strength > _IN_TITLE]
    return index.concepts.vocabulary.activity(min(sure)[1]) if sure else None


def next_line(day: date | None, shown: Shown) -> str:
    """On which day it meets next, in a line; or that nobody knows."""
    if day is None:
        return shown.t("list.meets.unknown")
    return shown.t("list.meets", day=formats.meeting(Occurrence(day, None, None), shown.language))


def _by(offer: PublishedOffer, activity: Activity | None, shown: Shown) -> str:
    """`Ler og keramik hos Mols Kunstkreds, Knebel`; names of activities are Danish alone."""
    words = offer.organisation.name
    if (
        activity is not None
        and shown.language is Language.DA
        and activity.name.lower() not in offer.title.lower()
    ):
        words = shown.t("list.by", activity=activity.name, organisation=words)
    return f"{words}, {offer.place.town}" if offer.place.town else words


def _asked_or_known(
    offer: PublishedOffer, codes: Sequence[str], vocabulary: Vocabulary
) -> list[str]:
    """The codes asked for; where there are none, what is known to be so."""
    if codes:
        return list(codes)[:_MARKS]
    order = [*FIRST_CODES, *(fact.code for fact in vocabulary.access_facts)]
    known = [code for code in dict.fromkeys(order) if offer.answer(code) is Answer.YES]
    return known[:_MARKS]


def _mark(offer: PublishedOffer, code: str, on: date, shown: Shown) -> Mark:
    """A short mark: a label; an open question ends in a question mark."""
    fact = offer.facts.get(code)
    label = shown.t(f"label.{code}")
    answer = offer.answer(code)
    if answer is Answer.UNKNOWN or fact is None:
        return Mark("unknown", f"{label}?", code)
    if answer is Answer.NO:
        return Mark("no", label, code)
    return Mark("old" if phrases.is_old(fact, on) else "yes", label, code)


def next_times(offer: PublishedOffer, on: date, shown: Shown) -> tuple[str, ...]:
    """The next three meetings on days after `on`; none where the times are not known."""
    if offer.times is None:
        return ()
    found = next_dates(
        offer.times, after=on, period=offer.season, exceptions=offer.exceptions, count=3
    )
    return tuple(capital(formats.meeting(one, shown.language)) for one in found)


def capital(text: str) -> str:
    """The text with its first letter raised."""
    return text[:1].upper() + text[1:]
