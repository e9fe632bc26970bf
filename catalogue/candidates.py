"""What in the catalogue may be there twice, for a person to decide (see merging).

Nothing merges by itself but what has the same source and id, which intake has as one row
from the start. The same CVR number makes a candidate for one organisation however unlike
the names are, and never for one offer: a club with a number has many offers.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from catalogue import merging
from catalogue.duplicate_records import Record
from catalogue.duplicates import Suspicion, load_model, suspicions
from catalogue.facts import Subject
from catalogue.families import families
from catalogue.places import STATED_KM, Gazetteer
from catalogue.published import PublishedOffer, published

KINDS = (Subject.ORGANISATION, Subject.OFFER)
_OWN = ("phone", "email", "website")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two that may be one. `first` stands longer in the catalogue: at it both would be shown."""

    kind: Subject
    first: UUID
    second: UUID
    suspicion: Suspicion


def candidates(session: Session, gazetteer: Gazetteer) -> list[Candidate]:
    """Organisations, then offers, that may be there twice; the most likely first.

    Without those of which somebody said that they are not the same.
    """
    offers = list(published(session, gazetteer))
    found = []
    for kind in KINDS:
        if kind is Subject.OFFER:
            records = [record_of_offer(offer) for offer in offers]
        else:
            records = records_of_organisations(offers)
        found += _open(
            session,
            kind,
            suspicions(records, load_model(kind.value), same_number=kind is Subject.ORGANISATION),
        )
    return found


def _open(session: Session, kind: Subject, suspected: list[Suspicion]) -> list[Candidate]:
    ids = {UUID(one.key) for pair in suspected for one in (pair.first, pair.second)}
    rows = merging.rows_of(session, kind, ids)
    kin = families(session, kind)
    apart = {
        frozenset((kin.shown(a), kin.shown(b))) for a, b in merging.said_different(session, kind)
    }
    found = []
    for pair in suspected:
        ends = sorted((UUID(pair.first.key), UUID(pair.second.key)), key=rows.__getitem__)
        if frozenset(rows[one] for one in ends) not in apart:
            if str(ends[0]) != pair.first.key:
                pair = Suspicion(pair.second, pair.first, pair.probability, pair.seen)
            found.append(Candidate(kind, ends[0], ends[1], pair))
    return found


def record_of_offer(offer: PublishedOffer) -> Record:
    """An offer as duplicates are sought."""
    stated = offer.point is not None and offer.point.uncertainty_km <= STATED_KM
    meetings = offer.times.meetings if offer.times is not None else ()
    return Record(
        key=str(offer.id),
        source=offer.source_ids[0].source,
        name=offer.organisation.name,
        title=offer.title,
        text=offer.description or "",
        venue=offer.place.venue or "",
        address=offer.place.address or "",
        postcode=offer.place.postcode or "",
        town=offer.place.town or "",
        phone=offer.phone or "",
        email=offer.email or "",
        url=offer.website or "",
        number=offer.organisation.cvr or "",
        point=(offer.point.lat, offer.point.lon) if offer.point is not None and stated else None,
        activities=offer.activities,
        times=frozenset(
            (one.weekday, one.starts.hour * 60 + one.starts.minute)
            for one in meetings
            if one.starts is not None
        ),
        ages=(offer.age_from, offer.age_to),
        gender=offer.gender or "",
        price="" if offer.price is None else str(offer.price.kr.normalize()),
    )


def records_of_organisations(offers: Iterable[PublishedOffer]) -> list[Record]:
    """The organisations of some offers, each at the place where most of its offers are."""
    held: dict[UUID, list[PublishedOffer]] = defaultdict(list)
    for offer in offers:
        held[offer.organisation.id].append(offer)
    return [_organisation(own) for own in held.values()]


def _organisation(own: list[PublishedOffer]) -> Record:
    first = own[0].organisation
    facts = own[0].facts
    told = {
        name: str(facts[name].value)
        for name in _OWN
        if name in facts and facts[name].of is Subject.ORGANISATION
    }
    places = Counter(offer.place for offer in own)
    place = min(places, key=lambda one: (-places[one], str(one)))
    return Record(
        key=str(first.id),
        source=own[0].source_ids[0].source,
        name=first.name,
        venue=place.venue or "",
        address=place.address or "",
        postcode=place.postcode or "",
        town=place.town or "",
        phone=told.get("phone", ""),
        email=told.get("email", ""),
        url=told.get("website", ""),
        number=first.cvr or "",
    )
