"""What follows from statements, put on the rows: facts, venues, and what to log of it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from catalogue.changes import Action, Entry
from catalogue.danish import fold
from catalogue.database import table_of
from catalogue.facts import Fact, Subject, facts_to_json
from catalogue.families import Families
from catalogue.models import Offer, Organisation, Venue
from catalogue.statements import Ledger

NAMESPACE = UUID("5b0d3a52-6f0e-5c53-9f0d-7f2f1f6f6a10")
"""Fixed for ever: public ids follow from it."""


def settle_offers(
    session: Session, ledger: Ledger, kin: Families, ids: Iterable[int]
) -> list[Entry]:
    """Put what is stated of these offers, and of those merged into them, on their rows.

    The ledger holds the statements of their whole families. Returns what changed.
    """
    entries = []
    query = select(Offer).where(Offer.id.in_(sorted(ids))).order_by(Offer.id)
    rows = session.scalars(query).all()
    facts = {row.id: ledger.facts(Subject.OFFER, *kin.below(row.id)) for row in rows}
    places = venues(session, facts.values())
    for row in rows:
        new = facts_to_json(facts[row.id])
        if new != row.facts:
            before, after = difference(dict(row.facts), dict(new))
            entries.append(Entry(Action.UPDATE, Subject.OFFER, row.id, before, after))
            row.facts = new
        row.venue_id = places.get(venue_key(facts[row.id]))
    return entries


def settle_organisations(
    session: Session, ledger: Ledger, kin: Families, ids: Iterable[int]
) -> list[Entry]:
    """The same for organisations."""
    entries = []
    query = select(Organisation).where(Organisation.id.in_(sorted(ids))).order_by(Organisation.id)
    for row in session.scalars(query).all():
        new = facts_to_json(ledger.facts(Subject.ORGANISATION, *kin.below(row.id)))
        if new == row.facts:
            continue
        action = Action.UPDATE if row.facts else Action.INSERT
        before, after = difference(dict(row.facts), dict(new))
        entries.append(Entry(action, Subject.ORGANISATION, row.id, before or None, after))
        row.facts = new
    return entries


def difference(
    old: dict[str, object], new: dict[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """What only the old and what only the new holds; a field that went has None in the new."""
    gone: dict[str, object] = {name: None for name in old if name not in new}
    return (
        {name: value for name, value in old.items() if new.get(name) != value},
        {name: value for name, value in new.items() if old.get(name) != value} | gone,
    )


def next_id(session: Session, column: InstrumentedAttribute[int]) -> int:
    """Ids are given here, under the lock, since bulk inserts need them beforehand."""
    return (session.scalar(select(func.max(column))) or 0) + 1


def venue_key(facts: Mapping[str, Fact]) -> UUID | None:
    """Public id of the venue that a place fact speaks of; None without a name or address."""
    place: Any = facts["place"].value if "place" in facts else {}
    return venue_id(place)


def venue_id(place: Mapping[str, object]) -> UUID | None:
    """Public id of the venue of a place; None without a name or address."""
    if not (place.get("venue") or place.get("address")):
        return None
    parts = (str(place.get(part) or "") for part in ("venue", "address", "postcode", "town"))
    return uuid5(NAMESPACE, "venue\n" + "\n".join(fold(part) for part in parts))


def venues(session: Session, places: Iterable[Mapping[str, Fact]]) -> dict[UUID | None, int]:
    """Row ids of the venues that these facts speak of, made where they are missing."""
    wanted: dict[UUID, Any] = {}
    for facts in places:
        public_id = venue_key(facts)
        if public_id is not None:
            wanted.setdefault(public_id, facts["place"].value)
    if not wanted:
        return {}
    query = select(Venue.public_id, Venue.id).where(Venue.public_id.in_(wanted))
    rows: dict[UUID | None, int] = {}
    rows.update(session.execute(query).all())
    new_id = next_id(session, Venue.id)
    new = []
    for public_id, place in wanted.items():
        if public_id in rows:
            continue
        new.append(
            {
                "id": new_id,
                "public_id": public_id,
                "name": place.get("venue"),
                "address": place.get("address"),
                "postcode": place.get("postcode"),
                "town": place.get("town"),
                "lat": None,
                "lon": None,
                "uncertainty_km": None,
                "facts": {},
            }
        )
        rows[public_id], new_id = new_id, new_id + 1
    if new:
        session.execute(insert(table_of(Venue)), new)
    return rows
