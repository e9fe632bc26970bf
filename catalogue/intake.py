"""What a source, a file or a person says: into statements, and on to current values.

The only writer of statements; `facts` on a row are written here and in merging. A call
belongs wholly to the transaction that its caller commits, or to none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from catalogue import changes, prose
from catalogue.changes import Action, Entry
from catalogue.danish import fold
from catalogue.database import table_of
from catalogue.facts import Basis, Subject, facts_to_json
from catalogue.families import Families, families
from catalogue.models import Change, Offer, Organisation, Source, SourceKey
from catalogue.settling import (
    NAMESPACE,
    difference,
    next_id,
    settle_offers,
    settle_organisations,
    venue_key,
    venues,
)
from catalogue.statements import Ledger, Provenance

_TEXTS = ("title", "description")
"""Fields whose words are read for facts."""


@dataclass(frozen=True, slots=True)
class StatedOffer:
    """All that one source says of one offer; of what it leaves out it does not speak."""

    key: str
    """Its identity in the source."""
    organisation: str
    """Name of the organisation; the same name in one source is the same organisation."""
    facts: Mapping[str, object]
    """Plain JSON, or statements.RETRACTED, by field."""
    by: Provenance
    organisation_facts: Mapping[str, object] = field(default_factory=dict)
    by_field: Mapping[str, Provenance] = field(default_factory=dict)
    """Where single facts have another provenance than the rest."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of some offers, by their keys in the source."""

    created: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]


def offer_id(source: str, key: str) -> UUID:
    """The public id of an offer, the same in every database: UUIDv5 of source and key."""
    return uuid5(NAMESPACE, f"{source}\n{key}")


def organisation_id(source: str, name: str) -> UUID:
    """The public id of the organisation that a source calls by this name."""
    return uuid5(NAMESPACE, f"organisation\n{source}\n{fold(name)}")


def record(
    session: Session, offers: Sequence[StatedOffer], *, source: str, actor: str, at: datetime
) -> Tally:
    """Take in what is said of some offers, and settle what follows from it.

    source: whose keys these are. actor: a role or source, for the change log. at: aware
    UTC. Keys must differ within one call; a few thousand offers a call keep memory small.
    """
    changes.lock(session)
    speakers = {by.source for offer in offers for by in (offer.by, *offer.by_field.values())}
    sources = sources_by_name(session, speakers | {source}, at)
    ledger = Ledger(session, sources, at)
    houses, kin = (families(session, kind) for kind in (Subject.ORGANISATION, Subject.OFFER))
    owners = _state_organisations(session, ledger, houses, offers, source)
    known = _by_key(session, sources[source], [offer.key for offer in offers])
    ledger.load(Subject.OFFER, kin.whole(row.id for row in known.values()))

    new_id = next_id(session, Offer.id)
    ids: dict[str, int] = {}
    for offer in offers:
        if offer.key in known:
            ids[offer.key] = known[offer.key].id
        else:
            ids[offer.key], new_id = new_id, new_id + 1
        _state_offer(ledger, ids[offer.key], offer)

    stated = houses.above(ledger.changed[Subject.ORGANISATION])
    entries = settle_organisations(session, ledger, houses, stated)
    entries += _restore(session, known.values(), actor)
    touched = kin.above(ledger.changed[Subject.OFFER])
    facts = {
        key: ledger.facts(Subject.OFFER, *kin.below(found))
        for key, found in ids.items()
        if key not in known or found in touched
    }
    places = venues(session, facts.values())
    created: list[dict[str, object]] = []
    updated = _restored(ids, entries)
    for offer in offers:
        found, owner = ids[offer.key], owners[organisation_id(source, offer.organisation)]
        row = known.get(offer.key)
        if row is None:
            new = facts_to_json(facts[offer.key])
            created.append(
                {
                    "id": found,
                    "public_id": offer_id(source, offer.key),
                    "organisation_id": owner,
                    "venue_id": places.get(venue_key(facts[offer.key])),
                    "withdrawn_at": None,
                    "facts": new,
                }
            )
            after: dict[str, object] = {**new, "organisation_id": owner}
            entries.append(Entry(Action.INSERT, Subject.OFFER, found, None, after))
            continue
        new = facts_to_json(facts[offer.key]) if offer.key in facts else row.facts
        if new != row.facts or owner != row.organisation_id:
            before, after = difference(
                {**row.facts, "organisation_id": row.organisation_id},
                {**new, "organisation_id": owner},
            )
            entries.append(Entry(Action.UPDATE, Subject.OFFER, found, before, after))
        if row.organisation_id != owner or offer.key in facts:
            updated.append(offer.key)
            row.organisation_id = owner
            row.facts = new
            if offer.key in facts:
                row.venue_id = places.get(venue_key(facts[offer.key]))
    if created:
        session.execute(insert(table_of(Offer)), created)
        session.execute(
            insert(table_of(SourceKey)),
            [
                {"source_id": sources[source], "key": key, "offer_id": found}
                for key, found in ids.items()
                if key not in known
            ],
        )
    # What was merged is shown at a row of another key.
    entries += settle_offers(session, ledger, kin, touched.difference(ids.values()))
    session.flush()
    ledger.write()
    changes.append(session, entries, actor=actor, at=at)
    session.expunge_all()
    return Tally(
        created=tuple(key for key in ids if key not in known),
        updated=tuple(dict.fromkeys(updated)),
        unchanged=tuple(key for key in known if key not in set(updated)),
    )


def _state_offer(ledger: Ledger, offer_id: int, offer: StatedOffer) -> None:
    """State the facts of an offer, and first what its title and description say in words.

    First, so that a source can take back what was wrongly read. It is read again each time,
    also when the words are the same: the rules may have become better.
    """
    for is_text in (True, False):
        for name, value in offer.facts.items():
            if (name in _TEXTS) is is_text:
                by = offer.by_field.get(name, offer.by)
                ledger.state(Subject.OFFER, offer_id, name, value, by)
        if is_text:
            title, description = (ledger.fact(Subject.OFFER, offer_id, name) for name in _TEXTS)
            text = description or title
            if text is not None:
                words = prose.own_words(
                    *(str(one.value) if one else "" for one in (title, description))
                )
                found = [(one.code, one.answer, one.quote) for one in prose.findings(words)]
                ledger.read_from_prose(Subject.OFFER, offer_id, found, text)


def new_words_of_persons(
    session: Session, offers: Iterable[StatedOffer], *, source: str, at: datetime
) -> set[str]:
    """Keys of known offers of which something is stated as a person's word that no person
    has stated here.

    A file of a source may bring what persons said, as an exported catalogue does, but not
    speak over them. Arguments as for `record`; nothing is written.
    """
    speaking = {
        offer.key: [(name, by) for name, by in offer.by_field.items() if by.basis is Basis.PERSON]
        for offer in offers
    }
    stated = {offer.key: offer for offer in offers if speaking[offer.key]}
    if not stated:
        return set()
    sources = dict(session.execute(select(Source.name, Source.id)).all())
    if source not in sources:
        return set()
    known = _by_key(session, sources[source], [*stated])
    ledger = Ledger(session, sources, at)
    ledger.load(Subject.OFFER, (row.id for row in known.values()))
    forged = set()
    for key, row in known.items():
        for name, by in speaking[key]:
            if by.source in sources:
                ledger.state(Subject.OFFER, row.id, name, stated[key].facts[name], by)
            else:
                forged.add(key)
        if row.id in ledger.changed[Subject.OFFER]:
            forged.add(key)
    return forged


def keys_of(session: Session, source: str) -> dict[str, int]:
    """Ids of the offers that a source speaks of and that are not withdrawn, by key."""
    query = (
        select(SourceKey.key, SourceKey.offer_id)
        .join(Source, Source.id == SourceKey.source_id)
        .join(Offer, Offer.id == SourceKey.offer_id)
        .where(Source.name == source, Offer.withdrawn_at.is_(None))
    )
    return dict(session.execute(query).all())


def withdraw(session: Session, ids: Iterable[int], *, actor: str, at: datetime) -> int:
    """Take offers out of what is shown; all that was stated stays. Returns how many."""
    changes.lock(session)
    query = select(Offer).where(Offer.id.in_(list(ids)), Offer.withdrawn_at.is_(None))
    rows = session.scalars(query.order_by(Offer.id)).all()
    for row in rows:
        row.withdrawn_at = at
    session.flush()
    before: dict[str, object] = {"withdrawn": False}
    after: dict[str, object] = {"withdrawn": True}
    entries = [Entry(Action.WITHDRAW, Subject.OFFER, row.id, before, after) for row in rows]
    changes.append(session, entries, actor=actor, at=at)
    return len(rows)


def _restore(session: Session, rows: Iterable[Offer], actor: str) -> list[Entry]:
    """Bring back offers that this same actor withdrew and now speaks of again.

    What somebody else withdrew stays withdrawn, whatever a file or page still says.
    """
    gone = {row.id: row for row in rows if row.withdrawn_at is not None}
    if not gone:
        return []
    query = (
        select(Change.subject_id, Change.actor)
        .where(
            Change.subject == Subject.OFFER,
            Change.subject_id.in_(gone),
            Change.action == Action.WITHDRAW.value,
        )
        .order_by(Change.number)
    )
    last = dict(session.execute(query).all())
    entries = []
    for offer, row in sorted(gone.items()):
        if last.get(offer) == actor:
            row.withdrawn_at = None
            before: dict[str, object] = {"withdrawn": True}
            entries.append(
                Entry(Action.RESTORE, Subject.OFFER, offer, before, {"withdrawn": False})
            )
    return entries


def _restored(ids: Mapping[str, int], entries: Iterable[Entry]) -> list[str]:
    back = {entry.subject_id for entry in entries if entry.action is Action.RESTORE}
    return [key for key, found in ids.items() if found in back]


def sources_by_name(session: Session, names: set[str], at: datetime) -> dict[str, int]:
    """Row ids of sources, made where they are missing. The caller holds the lock."""
    query = select(Source.name, Source.id).where(Source.name.in_(names))
    found = dict(session.execute(query).all())
    new_id = next_id(session, Source.id)
    for name in sorted(names - found.keys()):
        session.add(Source(id=new_id, name=name, first_seen_at=at))
        found[name], new_id = new_id, new_id + 1
    session.flush()
    return found


def _by_key(session: Session, source_id: int, keys: list[str]) -> dict[str, Offer]:
    query = (
        select(SourceKey.key, Offer)
        .join(Offer, Offer.id == SourceKey.offer_id)
        .where(SourceKey.source_id == source_id, SourceKey.key.in_(keys))
    )
    return dict(session.execute(query).all())


def _state_organisations(
    session: Session,
    ledger: Ledger,
    houses: Families,
    offers: Sequence[StatedOffer],
    source: str,
) -> dict[UUID, int]:
    """State the name and own facts of the organisations; their row ids by public id."""
    stated: dict[UUID, tuple[dict[str, object], Provenance]] = {}
    for offer in offers:
        public_id = organisation_id(source, offer.organisation)
        facts, _ = stated.setdefault(public_id, ({"name": offer.organisation}, offer.by))
        for name, value in offer.organisation_facts.items():
            facts.setdefault(name, value)
    query = select(Organisation.public_id, Organisation.id).where(
        Organisation.public_id.in_(stated)
    )
    rows = dict(session.execute(query).all())
    ledger.load(Subject.ORGANISATION, houses.whole(rows.values()))
    new_id = next_id(session, Organisation.id)
    new: list[dict[str, object]] = []
    for public_id, (facts, by) in stated.items():
        if public_id not in rows:
            new.append({"id": new_id, "public_id": public_id, "facts": {}})
            rows[public_id], new_id = new_id, new_id + 1
        held = ledger.facts(Subject.ORGANISATION, rows[public_id])
        for name, value in facts.items():
            # The rows of one organisation carry the dates of their offers. Its own facts
            # are dated by the row that first said them, not by each row in turn.
            if name not in held or held[name].value != value:
                ledger.state(Subject.ORGANISATION, rows[public_id], name, value, by)
    if new:
        session.execute(insert(table_of(Organisation)), new)
    return rows
