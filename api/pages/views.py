"""What the pages show of an offer, in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api import formats, phrases
from api.pages.shown import Shown
from api.wording import Language
from catalogue.answers import Answer
from catalogue.facts import Basis
from catalogue.published import PublishedOffer
from catalogue.schedules import next_dates
from catalogue.vocabulary import Activity, Vocabulary
from matcher.index import Index

_SCHEME = re.compile(r"(?i)https?://")
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


@dataclass(frozen=True, slots=True)
class OfferPage:
    """An offer on its own page."""

    row: OfferRow
    description: str | None
    place: str | None
    who: tuple[str, ...]
    room: str | None
    season: str | None
    next_dates: tuple[str, ...]
    website: str | None
    phone: str | None
    email: str | None
    yes: tuple[Mark, ...]
    no: tuple[Mark, ...]
    unknown: tuple[Mark, ...]
    origin: str | None
    freshness: str


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
    activity = _activity(offer, vocabulary)
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
        else capital(phrases.price(offer.price, language, shown.level)),
        marks=tuple(_mark(offer, code, on, shown) for code in _asked_or_known(offer, codes)),
    )


def _activity(offer: PublishedOffer, vocabulary: Vocabulary) -> Activity | None:
    """The first activity of an offer that the vocabulary knows."""
    for word in offer.activities:
        code = vocabulary.by_word(word)
        if code is not None:
            return vocabulary.activity(code)
    return None


def _titled(offer: PublishedOffer, index: Index) -> Activity | None:
    """The activity that the title names most surely; a text speaks of too much else."""
    spoken = index.spoken(index.rows[offer.id])
    sure = [(-one.strength, code) for code, one in spoken.items() if one.strength > _IN_TITLE]
    return index.concepts.vocabulary.activity(min(sure)[1]) if sure else None


def next_time(offer: PublishedOffer, on: date, shown: Shown) -> str:
    """When it meets next, in a line; or that nobody knows."""
    found = _next(offer, on, shown)
    return shown.t("list.meets", time=found[0].lower()) if found else shown.t("list.meets.unknown")


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


def _asked_or_known(offer: PublishedOffer, codes: Sequence[str]) -> list[str]:
    """The codes asked for; where there are none, what is known to be so."""
    if codes:
        return list(codes)[:_MARKS]
    known = [
        name
        for name, fact in offer.facts.items()
        if fact.value == "yes" and fact.basis is not Basis.PROSE
    ]
    return sorted(known)[:_MARKS]


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


def offer_page(offer: PublishedOffer, vocabulary: Vocabulary, on: date, shown: Shown) -> OfferPage:
    """Everything that is known of an offer, and all that is not."""
    groups: dict[str, list[Mark]] = {"yes": [], "no": [], "unknown": []}
    for access in vocabulary.access_facts:
        mark = _fact(offer, access.code, on, shown)
        group = {"old": "yes", "likely": "unknown", "likely_no": "unknown"}.get(
            mark.kind, mark.kind
        )
        groups[group].append(mark)
    where = ", ".join(part for part in (offer.place.venue, offer.place.address) if part is not None)
    town = " ".join(part for part in (offer.place.postcode, offer.place.town) if part)
    place = ", ".join(part for part in (where, town) if part) or None
    title = offer.facts["title"]
    return OfferPage(
        row=offer_row(offer, (), on, shown, vocabulary),
        description=offer.description,
        place=place,
        who=tuple(_who(offer, shown)),
        room=None if offer.room is None else shown.t(f"room.{offer.room.value}"),
        season=_season(offer, on, shown),
        next_dates=_next(offer, on, shown),
        website=_link(offer.website),
        phone=offer.phone,
        email=offer.email,
        yes=tuple(groups["yes"]),
        no=tuple(groups["no"]),
        unknown=tuple(groups["unknown"]),
        origin=title.origin,
        freshness=capital(phrases.said_by(title, shown.language)),
    )


def _fact(offer: PublishedOffer, code: str, on: date, shown: Shown) -> Mark:
    """A fact as a sentence, with who said it and when."""
    fact = offer.facts.get(code)
    if fact is None:
        return Mark("unknown", shown.t(f"fact.{code}.unknown"), code)
    source = capital(phrases.said_by(fact, shown.language))
    if fact.basis is Basis.PROSE:
        kind = "likely" if fact.value == "yes" else "likely_no"
        return Mark(kind, shown.t(f"fact.{code}.{kind}"), code, source, quote=fact.quote or "")
    kind = "yes" if fact.value == "yes" else "no"
    text = shown.t(f"fact.{code}.{kind}")
    old = ""
    if phrases.is_old(fact, on) and fact.stated_on is not None:
        old = shown.t("fresh.years", years=(on - fact.stated_on).days // 365)
        kind = "old" if kind == "yes" else kind
    return Mark(kind, text, code, source, old)


def _who(offer: PublishedOffer, shown: Shown) -> list[str]:
    values = {"age_from": offer.age_from, "age_to": offer.age_to}
    said = []
    if offer.age_from == 0 and offer.age_to is None:
        said.append(shown.t("age.all"))
    elif offer.age_from is not None and offer.age_to is not None:
        said.append(shown.t("age.range", **values))
    elif offer.age_from is not None:
        said.append(shown.t("age.from", **values))
    elif offer.age_to is not None:
        said.append(shown.t("age.to", **values))
    else:
        said.append(shown.t("age.unknown"))
    if offer.gender is not None:
        said.append(shown.t(f"gender.{offer.gender.value}"))
    return said


def _season(offer: PublishedOffer, on: date, shown: Shown) -> str | None:
    if offer.season is None:
        return None
    first, last = offer.season.first, offer.season.last
    if first is not None and on < first:
        return shown.t("season.later", date=formats.day(first, shown.language))
    if last is not None:
        key = "season.over" if last < on else "season.now"
        return shown.t(key, date=formats.day(last, shown.language))
    return None


def _next(offer: PublishedOffer, on: date, shown: Shown) -> tuple[str, ...]:
    if offer.times is None:
        return ()
    found = next_dates(
        offer.times, after=on, period=offer.season, exceptions=offer.exceptions, count=3
    )
    return tuple(capital(formats.meeting(one, shown.language)) for one in found)


def _link(website: str | None) -> str | None:
    """An address to click: https unless it says otherwise, and never another scheme."""
    if website is None:
        return None
    return website if _SCHEME.match(website) else f"https://{website}"


def capital(text: str) -> str:
    """The text with its first letter raised."""
    return text[:1].upper() + text[1:]
