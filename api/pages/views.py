"""What the pages show of an offer, in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api import formats, phrases
from api.wording import Language, Level, sentence
from catalogue.answers import Answer
from catalogue.facts import Basis
from catalogue.published import PublishedOffer
from catalogue.schedules import next_dates
from catalogue.vocabulary import Vocabulary

_DA = Language.DA
_SCHEME = re.compile(r"(?i)https?://")
_MARKS = 3  # a row has room for so many


@dataclass(frozen=True, slots=True)
class Mark:
    """A yes, a no, or an open question, with its word."""

    kind: str
    """yes, old, no, likely or unknown."""
    text: str
    source: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer in a list; None where something is not known."""

    id: str
    title: str
    organisation: str
    town: str
    is_example: bool
    when: str | None
    away: str | None
    price: str | None
    marks: tuple[Mark, ...]


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
    km: float | None = None,
    *,
    approximate: bool = True,
) -> OfferRow:
    """A row of a list. codes: access facts that the citizen asked for, shown first."""
    return OfferRow(
        id=str(offer.id),
        title=offer.title,
        organisation=offer.organisation.name,
        town=" ".join(part for part in (offer.place.postcode, offer.place.town) if part),
        is_example=offer.is_example,
        when=None if offer.times is None else _capital(phrases.times(offer.times, _DA)),
        away=None
        if km is None
        else sentence(
            "list.away", {"distance": formats.distance(km, _DA, approximate=approximate)}
        ),
        price=None if offer.price is None else _capital(phrases.price(offer.price, _DA)),
        marks=tuple(_mark(offer, code, on) for code in _shown(offer, codes)),
    )


def _shown(offer: PublishedOffer, codes: Sequence[str]) -> list[str]:
    """The codes asked for; where there are none, what is known to be so."""
    if codes:
        return list(codes)[:_MARKS]
    known = [
        name
        for name, fact in offer.facts.items()
        if fact.value == "yes" and fact.basis is not Basis.PROSE
    ]
    return sorted(known)[:_MARKS]


def _mark(offer: PublishedOffer, code: str, on: date) -> Mark:
    """A short mark: a label; an open question ends in a question mark."""
    fact = offer.facts.get(code)
    label = sentence(f"label.{code}")
    answer = offer.answer(code)
    if answer is Answer.UNKNOWN or fact is None:
        return Mark("unknown", f"{label}?")
    if answer is Answer.NO:
        return Mark("no", label)
    return Mark("old" if phrases.is_old(fact, on) else "yes", label)


def offer_page(offer: PublishedOffer, vocabulary: Vocabulary, on: date) -> OfferPage:
    """Everything that is known of an offer, and all that is not."""
    groups: dict[str, list[Mark]] = {"yes": [], "no": [], "unknown": []}
    for access in vocabulary.access_facts:
        mark = _fact(offer, access.code, on)
        group = {"old": "yes", "likely": "unknown"}.get(mark.kind, mark.kind)
        groups[group].append(mark)
    where = ", ".join(part for part in (offer.place.venue, offer.place.address) if part is not None)
    town = " ".join(part for part in (offer.place.postcode, offer.place.town) if part)
    place = ", ".join(part for part in (where, town) if part) or None
    title = offer.facts["title"]
    return OfferPage(
        row=offer_row(offer, (), on),
        description=offer.description,
        place=place,
        who=tuple(_who(offer)),
        room=None if offer.room is None else sentence(f"room.{offer.room.value}"),
        season=_season(offer, on),
        next_dates=_next(offer, on),
        website=_link(offer.website),
        phone=offer.phone,
        email=offer.email,
        yes=tuple(groups["yes"]),
        no=tuple(groups["no"]),
        unknown=tuple(groups["unknown"]),
        origin=title.origin,
        freshness=_capital(phrases.said_by(title, _DA)),
    )


def _fact(offer: PublishedOffer, code: str, on: date) -> Mark:
    """A fact as a sentence, with who said it and when."""
    fact = offer.facts.get(code)
    if fact is None:
        return Mark("unknown", sentence(f"fact.{code}.unknown"))
    source = _capital(phrases.said_by(fact, _DA))
    if fact.basis is Basis.PROSE:
        form = "likely" if fact.value == "yes" else "likely_no"
        return Mark("likely", sentence(f"fact.{code}.{form}"), source, fact.quote or "")
    kind = "yes" if fact.value == "yes" else "no"
    text = sentence(f"fact.{code}.{kind}")
    if kind == "yes" and phrases.is_old(fact, on):
        kind = "old"
    if phrases.is_old(fact, on) and fact.stated_on is not None:
        years = (on - fact.stated_on).days // 365
        source = f"{source}. {sentence('fresh.years', {'years': years})}"
    return Mark(kind, text, source)


def _who(offer: PublishedOffer) -> list[str]:
    values = {"age_from": offer.age_from, "age_to": offer.age_to}
    said = []
    if offer.age_from == 0 and offer.age_to is None:
        said.append(sentence("age.all"))
    elif offer.age_from is not None and offer.age_to is not None:
        said.append(sentence("age.range", values))
    elif offer.age_from is not None:
        said.append(sentence("age.from", values))
    elif offer.age_to is not None:
        said.append(sentence("age.to", values))
    else:
        said.append(sentence("age.unknown"))
    if offer.gender is not None:
        said.append(sentence(f"gender.{offer.gender.value}"))
    return said


def _season(offer: PublishedOffer, on: date) -> str | None:
    if offer.season is None:
        return None
    if offer.season.first is not None and on < offer.season.first:
        return sentence("season.later", {"date": formats.day(offer.season.first, _DA)})
    if offer.season.last is not None:
        key = "season.over" if offer.season.last < on else "season.now"
        return sentence(key, {"date": formats.day(offer.season.last, _DA)})
    return None


def _next(offer: PublishedOffer, on: date) -> tuple[str, ...]:
    if offer.times is None:
        return ()
    found = next_dates(
        offer.times, after=on, period=offer.season, exceptions=offer.exceptions, count=3
    )
    said = []
    for one in found:
        day = f"{formats.weekday(one.on.weekday(), _DA)} den {formats.day(one.on, _DA)}"
        clock = f" kl. {formats.clock(one.starts, _DA)}" if one.starts is not None else ""
        said.append(_capital(f"{day}{clock}"))
    return tuple(said)


def _link(website: str | None) -> str | None:
    """An address to click: https unless it says otherwise, and never another scheme."""
    if website is None:
        return None
    return website if _SCHEME.match(website) else f"https://{website}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def label(code: str) -> str:
    """The short name of an access fact."""
    return sentence(f"label.{code}", level=Level.NORMAL)
