"""Rows to PublishedOffer: the plain value that everybody above the catalogue reads."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from catalogue.answers import Answer
from catalogue.facts import Basis, Fact, Subject, facts_from_json
from catalogue.families import Families, families, merged_rows
from catalogue.kinds import Gender, OfferKind, OrganisationKind, Room
from catalogue.models import Offer, Organisation, Source, SourceKey, Venue
from catalogue.places import Gazetteer, Point
from catalogue.prices import Price, price_from_json
from catalogue.schedules import Schedule, schedule_from_json
from catalogue.seasons import Period, exceptions_from_json, period_from_json

EXAMPLE = "opdigtet eksempel"
"""Origin of the invented rows of the sample catalogue; screens mark them as examples."""

_FROM_ORGANISATION = ("phone", "email", "website")
_OF_VENUE_ALONE = {"name", "place", "facilities", *_FROM_ORGANISATION}
"""A hall's telephone is not the club's that meets in it."""


@dataclass(frozen=True, slots=True)
class SourceId:
    """The offer's identity in one source."""

    source: str
    key: str


@dataclass(frozen=True, slots=True)
class PublishedOrganisation:
    id: UUID
    name: str
    kind: OrganisationKind | None
    """None = nobody said; the table of offers reads an empty cell as an association."""
    cvr: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where it takes place, as far as somebody said."""

    venue: str | None
    address: str | None
    postcode: str | None
    town: str | None


@dataclass(frozen=True, slots=True)
class PublishedOffer:
    """An offer as it is shown: current values, each with its Fact beside it in `facts`.

    None is unknown throughout, never "no" and never free.
    """

    id: UUID
    source_ids: tuple[SourceId, ...]
    """Its own first, then those of what was merged into it."""
    organisation: PublishedOrganisation
    title: str
    kind: OfferKind | None
    description: str | None
    activities: tuple[str, ...]
    """As the source wrote them: codes, labels or free words."""
    place: Place
    point: Point | None
    times: Schedule | None
    season: Period | None
    exceptions: tuple[Period, ...]
    room: Room | None
    price: Price | None
    age_from: int | None
    age_to: int | None
    gender: Gender | None
    phone: str | None
    email: str | None
    website: str | None
    leads_to: UUID | None
    """The offer that this one leads on to, as a course to a club."""
    facts: Mapping[str, Fact]
    """By field and access code; those of venue or organisation say so in `of`."""

    def answer(self, code: str) -> Answer:
        """What is known of an access fact. Prose alone leaves it unknown (see `likely`)."""
        fact = self.facts.get(code)
        if fact is None or fact.basis is Basis.PROSE:
            return Answer.UNKNOWN
        return Answer(str(fact.value))

    def likely(self, code: str) -> Answer:
        """What a description says in words where nobody has confirmed it; else unknown."""
        fact = self.facts.get(code)
        if fact is None or fact.basis is not Basis.PROSE:
            return Answer.UNKNOWN
        return Answer(str(fact.value))

    @property
    def is_example(self) -> bool:
        """True for the invented rows of the sample catalogue."""
        return self.facts["title"].origin == EXAMPLE


def published(
    session: Session, gazetteer: Gazetteer, *, ids: Iterable[int] | None = None
) -> Iterator[PublishedOffer]:
    """All offers that are not withdrawn, ordered by row; with `ids`, those of these rows.

    Offers that were merged are shown once, with all their source ids, as long as one of them
    is not withdrawn.
    """
    kin = families(session, Subject.OFFER)
    query = (
        select(Offer)
        .where(or_(Offer.withdrawn_at.is_(None), Offer.id.in_(_kept_up(session, kin))))
        .options(joinedload(Offer.organisation), joinedload(Offer.venue))
        .order_by(Offer.id)
        .execution_options(yield_per=2000)
    )
    keys_query = (
        select(SourceKey.offer_id, Source.name, SourceKey.key)
        .join(Source, Source.id == SourceKey.source_id)
        .order_by(SourceKey.offer_id, Source.name, SourceKey.key)
    )
    if kin.kept:
        query = query.where(Offer.id.not_in(merged_rows(Subject.OFFER)))
    if ids is not None:
        wanted = sorted(kin.whole(ids))
        query = query.where(Offer.id.in_(wanted))
        keys_query = keys_query.where(SourceKey.offer_id.in_(wanted))
    keys: dict[int, list[SourceId]] = {}
    for offer_id, source, key in session.execute(keys_query):
        keys.setdefault(offer_id, []).append(SourceId(source, key))
    houses = families(session, Subject.ORGANISATION)
    tops = _organisations(session, {houses.shown(one) for one in houses.kept})
    for row in session.scalars(query):
        organisation = tops.get(houses.shown(row.organisation_id), row.organisation)
        own = [key for one in kin.below(row.id) for key in keys[one]]
        yield _published(row, organisation, tuple(own), gazetteer)
        session.expunge(row)


def _kept_up(session: Session, kin: Families) -> set[int]:
    """Rows at which something merged into them is shown that is not withdrawn."""
    if not kin.kept:
        return set()
    query = select(Offer.id).where(
        Offer.id.in_(merged_rows(Subject.OFFER)), Offer.withdrawn_at.is_(None)
    )
    return {kin.shown(row) for row in session.scalars(query)}


def _organisations(session: Session, ids: set[int]) -> dict[int, Organisation]:
    if not ids:
        return {}
    query = select(Organisation).where(Organisation.id.in_(sorted(ids)))
    return {row.id: row for row in session.scalars(query)}


def _published(
    row: Offer, owner: Organisation, keys: tuple[SourceId, ...], gazetteer: Gazetteer
) -> PublishedOffer:
    of_organisation = facts_from_json(owner.facts, Subject.ORGANISATION)
    inherited = {name: fact for name, fact in of_organisation.items() if name in _FROM_ORGANISATION}
    if row.venue is not None:
        of_venue = facts_from_json(row.venue.facts, Subject.VENUE)
        inherited |= {name: fact for name, fact in of_venue.items() if name not in _OF_VENUE_ALONE}
    own = facts_from_json(row.facts, Subject.OFFER)
    # Sources beat prose, whoever's the fact is.
    weak = {name for name in own.keys() & inherited.keys() if own[name].basis is Basis.PROSE}
    facts = inherited | {name: fact for name, fact in own.items() if name not in weak}

    def value(field: str) -> Any:
        fact = facts.get(field)
        return None if fact is None else fact.value

    place = value("place") or {}
    times, season, price = value("times"), value("season"), value("price")
    organisation = {name: fact.value for name, fact in of_organisation.items()}
    return PublishedOffer(
        id=row.public_id,
        source_ids=keys,
        organisation=PublishedOrganisation(
            id=owner.public_id,
            name=str(organisation["name"]),
            kind=OrganisationKind(str(organisation["kind"])) if "kind" in organisation else None,
            cvr=str(organisation["cvr"]) if "cvr" in organisation else None,
        ),
        title=str(value("title")),
        kind=OfferKind(value("kind")) if "kind" in facts else None,
        description=value("description"),
        activities=tuple(value("activities") or ()),
        place=Place(
            place.get("venue"), place.get("address"), place.get("postcode"), place.get("town")
        ),
        point=_point(place, row.venue, gazetteer),
        times=schedule_from_json(times) if times is not None else None,
        season=period_from_json(season) if season is not None else None,
        exceptions=exceptions_from_json(value("exceptions") or []),
        room=Room(value("room")) if "room" in facts else None,
        price=price_from_json({"unit": None} | price) if price is not None else None,
        age_from=value("age_from"),
        age_to=value("age_to"),
        gender=Gender(value("gender")) if "gender" in facts else None,
        phone=value("phone"),
        email=value("email"),
        website=value("website"),
        leads_to=UUID(value("leads_to")) if "leads_to" in facts else None,
        facts=facts,
    )


def _point(place: Mapping[str, Any], venue: Venue | None, gazetteer: Gazetteer) -> Point | None:
    """The best point there is: stated, else the venue's geocoded one, else by name."""
    if "lat" not in place and venue is not None and venue.lat is not None:
        assert venue.lon is not None and venue.uncertainty_km is not None  # set together
        return Point(venue.lat, venue.lon, venue.uncertainty_km)
    return gazetteer.locate(
        venue=place.get("venue"),
        address=place.get("address"),
        postcode=place.get("postcode"),
        town=place.get("town"),
        lat=place.get("lat"),
        lon=place.get("lon"),
    )
