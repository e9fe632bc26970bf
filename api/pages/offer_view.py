"""What the page of one offer shows, in words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from api import formats, phrases
from api.pages.shown import Shown
from api.pages.views import Mark, OfferRow, capital, next_times, offer_row
from catalogue.answers import Answer
from catalogue.facts import Basis
from catalogue.published import PublishedOffer
from catalogue.seasons import Period
from catalogue.vocabulary import Vocabulary
from matcher.index import Index

_SCHEME = re.compile(r"(?i)https?://")
_WEB = re.compile(r"(?i)https?://(?:[\w-]+\.)+[a-zæøå]{2,}(?::[0-9]+)?(?:[/?#]\S*)?")
_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
WAY_IN = ("public_transport", "accessible_parking", "step_free")
"""How one gets there: by bus, by car, and through the door."""
_PAUSES = 3  # of the coming days without, so many are named
_FIRST_TIME = "first_time"  # a group of access facts
_GREETED = "met_at_door"


@dataclass(frozen=True, slots=True)
class Sourced:
    """Something that is known, with who said it and when; empty text where it is not known."""

    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class OfferPage:
    row: OfferRow
    description: str | None
    when: Sourced
    where: Sourced
    price: Sourced
    contact: Sourced
    who: tuple[str, ...]
    room: str | None
    season: str | None
    next_dates: tuple[str, ...]
    pauses: tuple[str, ...]
    website: str | None
    phone: str | None
    email: str | None
    first_time: tuple[Mark, ...]
    """Who meets you, whatever is known of it, and what else is known of the first time."""
    way_in: tuple[Mark, ...]
    yes: tuple[Mark, ...]
    no: tuple[Mark, ...]
    unknown: tuple[Mark, ...]
    """Also what only a text speaks of."""
    by_source: tuple[tuple[str, tuple[Mark, ...]], ...]
    """For paper: what is known, under who said it and when."""
    has_point: bool
    asked: Mapping[str, str]
    """The day on which we were asked to ask, by field."""
    origin: str | None
    freshness: str


def offer_page(
    offer: PublishedOffer,
    vocabulary: Vocabulary,
    on: date,
    shown: Shown,
    index: Index | None = None,
    asked: Mapping[str, datetime] | None = None,
) -> OfferPage:
    """Everything that is known of an offer, and all that is not.

    asked: when each open question was opened, by field.
    """
    marks = {fact.code: _fact(offer, fact.code, on, shown) for fact in vocabulary.access_facts}
    row = offer_row(offer, (), on, shown, vocabulary, index=index)
    title = offer.facts["title"]
    practical = {
        "when": _sourced(offer, ("times",), row.when, shown),
        "where": _sourced(offer, ("place",), _place(offer), shown),
        "price": _sourced(offer, ("price",), _price(offer, shown), shown),
        "contact": _sourced(
            offer,
            ("phone", "email", "website"),
            offer.phone or offer.email or _link(offer.website),
            shown,
        ),
    }
    return OfferPage(
        row=row,
        description=offer.description,
        **practical,
        who=tuple(_who(offer, shown)),
        room=None if offer.room is None else shown.t(f"room.{offer.room.value}"),
        season=_season(offer, on, shown),
        next_dates=next_times(offer, on, shown),
        pauses=tuple(_pauses(offer.exceptions, on, shown)),
        website=_link(offer.website),
        phone=offer.phone,
        email=offer.email,
        first_time=tuple(
            marks[fact.code]
            for fact in sorted(vocabulary.access_facts, key=lambda one: one.code != _GREETED)
            if fact.group == _FIRST_TIME
            and (fact.code == _GREETED or offer.answer(fact.code) is Answer.YES)
        ),
        way_in=tuple(marks[code] for code in WAY_IN),
        yes=tuple(mark for mark in marks.values() if mark.kind in ("yes", "old")),
        no=tuple(mark for mark in marks.values() if mark.kind == "no"),
        unknown=tuple(
            mark for mark in marks.values() if mark.kind in ("unknown", "likely", "likely_no")
        ),
        by_source=tuple(_by_source(marks.values(), practical, shown)),
        has_point=offer.point is not None,
        asked={
            field: formats.day(at.astimezone(_COPENHAGEN).date(), shown.language)
            for field, at in (asked or {}).items()
        },
        origin=title.origin,
        freshness=capital(phrases.said_by(title, shown.language)),
    )


def _by_source(
    marks: Iterable[Mark], practical: Mapping[str, Sourced], shown: Shown
) -> Iterator[tuple[str, tuple[Mark, ...]]]:
    """Who said it and when, with the names of what is practical, and the facts."""
    held: dict[str, list[Mark]] = {}
    for mark in marks:
        if mark.kind != "unknown":
            held.setdefault(f"{mark.source}. {mark.old}".strip(), []).append(mark)
    told: dict[str, list[str]] = {}
    for name, value in practical.items():
        if value.source:
            told.setdefault(f"{value.source}.", []).append(shown.t(f"offer.{name}"))
    for source in dict.fromkeys((*told, *held)):
        head = next((one for one in told if source.startswith(one)), None)
        names = ", ".join(told.pop(head)) if head is not None else ""
        if source in held or names:
            words = f"{names}: {source}" if names else source
            yield words, tuple(held.get(source, ()))


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
        old = shown.t("fresh.old", years=(on - fact.stated_on).days // 365)
        kind = "old" if kind == "yes" else kind
    return Mark(kind, text, code, source, old)


def _sourced(
    offer: PublishedOffer, fields: Iterable[str], text: str | None, shown: Shown
) -> Sourced:
    """A value with the source of the first of its fields that has one."""
    if text is None:
        return Sourced("")
    fact = next((offer.facts[name] for name in fields if name in offer.facts), None)
    return Sourced(text, "" if fact is None else capital(phrases.said_by(fact, shown.language)))


def _price(offer: PublishedOffer, shown: Shown) -> str | None:
    if offer.price is None:
        return None
    return capital(phrases.price(offer.price, shown.language, shown.level))


def _place(offer: PublishedOffer) -> str | None:
    where = (offer.place.venue, offer.place.address)
    town = " ".join(part for part in (offer.place.postcode, offer.place.town) if part)
    return ", ".join(part for part in (*where, town) if part) or None


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


def _pauses(exceptions: Iterable[Period], on: date, shown: Shown) -> list[str]:
    """The next days and stretches without."""
    said = []
    for pause in exceptions:
        assert pause.first is not None and pause.last is not None  # noqa: S101 - closed at both ends
        if pause.last < on:
            continue
        first, last = (formats.day(day, shown.language) for day in (pause.first, pause.last))
        if pause.first == pause.last:
            said.append(shown.t("offer.pause.day", date=first))
        else:
            dates = {"date_from": first, "date_to": last}
            said.append(f"{capital(shown.t('schedule.pause.dates', **dates))}.")
    return said[:_PAUSES]


def _link(website: str | None) -> str | None:
    """An address to click, https unless it says otherwise; None for what can be none."""
    if website is None:
        return None
    address = website if _SCHEME.match(website) else f"https://{website}"
    return address if _WEB.fullmatch(address) else None
