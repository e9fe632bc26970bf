"""What a source says of venues by themselves: into statements, and on to their rows.

A venue is found again by its key in the source. Nobody withdraws a venue, since it is shown only
where an offer takes place in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from catalogue import changes
from catalogue.changes import Action, Entry
from catalogue.database import table_of
from catalogue.facts import Subject, facts_to_json
from catalogue.geocoder import ADDRESS_KM
from catalogue.intake import sources_by_name
from catalogue.models import Venue, VenueKey
from catalogue.settling import venue_id
from catalogue.statements import Ledger, Provenance

_NAMESPACE = UUID("5b0d3a52-6f0e-5c53-9f0d-7f2f1f6f6a10")
_COLUMNS = ("address", "postcode", "town", "lat", "lon")


@dataclass(frozen=True, slots=True)
class StatedVenue:
    """All that one source says of one venue."""

    key: str
    facts: Mapping[str, object]
    """`name` and `place` among them; plain JSON or statements.RETRACTED."""
    by_field: Mapping[str, Provenance]


@dataclass(frozen=True, slots=True)
class Made:
    created: int = 0
    updated: int = 0


def record_venues(
    session: Session, venues: Sequence[StatedVenue], *, source: str, actor: str, at: datetime
) -> Made:
    """Take in what is said of some venues; keys must differ. The caller commits."""
    if not venues:
        return Made()
    changes.lock(session)
    sources = sources_by_name(session, {source}, at)
    ledger = Ledger(session, sources, at)
    known = dict(
        session.execute(
            select(VenueKey.key, VenueKey.venue_id).where(VenueKey.source_id == sources[source])
        ).all()
    )
    new = [venue for venue in venues if venue.key not in known]
    known |= _rows_for(session, new, source, sources[source])
    ledger.load(Subject.VENUE, (known[venue.key] for venue in venues))
    for venue in venues:
        for name, value in venue.facts.items():
            ledger.state(Subject.VENUE, known[venue.key], name, value, venue.by_field[name])
    changed = sorted(ledger.changed[Subject.VENUE])
    made = {known[venue.key] for venue in new}
    entries = []
    for row in session.scalars(select(Venue).where(Venue.id.in_(changed)).order_by(Venue.id)):
        facts = ledger.facts(Subject.VENUE, row.id)
        before = dict(row.facts)
        row.facts = facts_to_json(facts)
        _fill(row, facts)
        if row.facts != before:
            action = Action.INSERT if row.id in made else Action.UPDATE
            old: dict[str, object] | None = {**before} or None
            entries.append(Entry(action, Subject.VENUE, row.id, old, {**row.facts}))
    session.flush()
    ledger.write()
    changes.append(session, entries, actor=actor, at=at)
    session.expunge_all()
    return Made(len(made), len([row for row in changed if row not in made]))


def _fill(row: Venue, facts: Mapping[str, Any]) -> None:
    """Columns that are still empty, from its facts. What a geocoder found stays."""
    place = facts["place"].value if "place" in facts else {}
    for name in _COLUMNS:
        if getattr(row, name) is None and place.get(name) is not None:
            setattr(row, name, place[name])
            if name == "lon":
                row.uncertainty_km = ADDRESS_KM


def _rows_for(
    session: Session, venues: Sequence[StatedVenue], source: str, source_id: int
) -> dict[str, int]:
    """A row for each new venue: the one that offers name by the same words, or a new one."""
    wanted: dict[str, UUID] = {}
    for venue in venues:
        place: Any = venue.facts.get("place")
        named = venue_id(place) if isinstance(place, dict) else None
        wanted[venue.key] = named or uuid5(_NAMESPACE, f"venue\n{source}\n{venue.key}")
    query = select(Venue.public_id, Venue.id).where(Venue.public_id.in_(wanted.values()))
    rows = dict(session.execute(query).all())
    next_id = (session.scalar(select(func.max(Venue.id))) or 0) + 1
    new: list[dict[str, object]] = []
    keys: list[dict[str, object]] = []
    for venue in venues:
        public_id = wanted[venue.key]
        if public_id not in rows:
            rows[public_id], next_id = next_id, next_id + 1
            new.append(
                {
                    "id": rows[public_id],
                    "public_id": public_id,
                    "name": name if isinstance(name := venue.facts.get("name"), str) else None,
                    "facts": {},
                    **dict.fromkeys((*_COLUMNS, "uncertainty_km")),
                }
            )
        keys.append({"source_id": source_id, "key": venue.key, "venue_id": rows[public_id]})
    if new:
        session.execute(insert(table_of(Venue)), new)
    if keys:
        session.execute(insert(table_of(VenueKey)), keys)
    return {venue.key: rows[wanted[venue.key]] for venue in venues}
