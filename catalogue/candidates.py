"""What in the catalogue may be there twice, for a person to decide (see merging).

Nothing merges by itself but what has the same source and id, which intake has as one row
from the start. The same CVR number makes a candidate for one organisation however unlike
the names are, and never for one offer: a club with a number has many offers.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalogue import merging
from catalogue.duplicate_records import Record
from catalogue.duplicates import Suspicion, compared, load_model, suspicions
from catalogue.errors import Missing
from catalogue.facts import Subject, facts_from_json
from catalogue.families import families
from catalogue.models import Offer, Organisation
from catalogue.places import STATED_KM, Gazetteer
from catalogue.published import PublishedOffer, SourceId, published

KINDS = (Subject.ORGANISATION, Subject.OFFER)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two that may be one. `first` stands longer in the catalogue: at it both would be shown."""

    kind: Subject
    first: UUID
    second: UUID
    suspicion: Suspicion
    first_ids: tuple[SourceId, ...] = ()
    second_ids: tuple[SourceId, ...] = ()
    """Their identities in their sources; an organisation has none of its own."""


def candidates(session: Session, gazetteer: Gazetteer) -> list[Candidate]:
    """Organisations, then offers, that may be there twice; the most likely first.

    Without those of which somebody said that they are not the same.
    """
    offers = list(published(session, gazetteer))
    keys = {offer.id: offer.source_ids for offer in offers}
    found = []
    for kind in KINDS:
        if kind is Subject.OFFER:
            records = [record_of_offer(offer) for offer in offers]
        else:
            records = records_of_organisations(offers)
        same_number = kind is Subject.ORGANISATION
        model = load_model(kind.value)
        suspected = suspicions(records, model, same_number=same_number, best_within=True)
        found += [
            Candidate(kind, first, second, pair, keys.get(first, ()), keys.get(second, ()))
            for first, second, pair in _undecided(session, kind, suspected)
        ]
    return found


def compare(session: Session, gazetteer: Gazetteer, first: UUID, second: UUID) -> Candidate:
    """What speaks for two being one, whether or not they are suspected.

    Raises Missing for an id that is not there, Invalid for an offer and an organisation.
    """
    kind, *rows = merging.both(session, first, second)
    if kind is Subject.ORGANISATION:
        bare = select(Organisation).where(Organisation.id.in_(rows))
        bare_records = [_without_offers(row) for row in session.scalars(bare)]
        houses = families(session, kind).whole(rows)
        rows = list(session.scalars(select(Offer.id).where(Offer.organisation_id.in_(houses))))
    offers = list(published(session, gazetteer, ids=rows))
    if kind is Subject.OFFER:
        records = {one.key: one for one in map(record_of_offer, offers)}
    else:
        shown = records_of_organisations(offers)
        records = {one.key: one for one in (*bare_records, *shown)}
    for one in (first, second):
        if str(one) not in records:
            raise Missing(f"{kind} {one} is not shown: it was merged or withdrawn")
    pair = compared(records[str(first)], records[str(second)], load_model(kind.value))
    return Candidate(kind, first, second, pair)


def _undecided(
    session: Session, kind: Subject, suspected: list[Suspicion]
) -> Iterator[tuple[UUID, UUID, Suspicion]]:
    """Public ids, the older first, of the pairs that nobody said are not the same."""
    ids = {UUID(one.key) for pair in suspected for one in (pair.first, pair.second)}
    rows = merging.rows_of(session, kind, ids)
    kin = families(session, kind)
    apart = {
        frozenset((kin.shown(a), kin.shown(b))) for a, b in merging.said_different(session, kind)
    }
    for pair in suspected:
        first, second = sorted(map(UUID, (pair.first.key, pair.second.key)), key=rows.__getitem__)
        if frozenset((rows[first], rows[second])) not in apart:
            if str(first) != pair.first.key:
                pair = Suspicion(pair.second, pair.first, pair.probability, pair.seen)
            yield first, second, pair


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


def _without_offers(row: Organisation) -> Record:
    """An organisation whose offers are all withdrawn, or merged into another's."""
    facts = facts_from_json(row.facts, Subject.ORGANISATION)
    name, number = (str(facts[one].value) if one in facts else "" for one in ("name", "cvr"))
    return Record(key=str(row.public_id), name=name, number=number)


def _organisation(own: list[PublishedOffer]) -> Record:
    first = own[0].organisation
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
        phone=_of_most(offer.phone for offer in own),
        email=_of_most(offer.email for offer in own),
        url=_of_most(offer.website for offer in own),
        number=first.cvr or "",
    )


def _of_most(values: Iterable[str | None]) -> str:
    """What more than half of those that say anything say; "" = there is no such value."""
    counts = Counter(value for value in values if value)
    if not counts:
        return ""
    value = min(counts, key=lambda one: (-counts[one], one))
    return value if 2 * counts[value] > counts.total() else ""
