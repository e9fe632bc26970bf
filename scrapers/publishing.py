"""From what a run found to the catalogue: statements, withdrawals by the source's own word, and
what is missing. Everything in the transaction of the caller.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from catalogue import intake, venue_intake
from catalogue.database import table_of
from catalogue.facts import Basis
from catalogue.intake import StatedOffer
from catalogue.models import SourceKey
from catalogue.run_models import SourceAbsence
from catalogue.statements import RETRACTED, Provenance
from catalogue.venue_intake import StatedVenue
from scrapers.comparing import Difference, Held
from scrapers.staging import Staged, StagedField

Item = TypeVar("Item")
ASKED_AFTER_RUNS = 3
ASKED_AFTER = timedelta(days=14)
"""Missing so often and so long, it may be closed: a person is asked to find out."""
_CHUNK = 1000
_QUOTED = frozenset({"times", "season", "price", "room"})
"""Fields whose value was read from words that are worth keeping."""


def actor_of(source: str) -> str:
    """Who a source's changes are by, in the change log."""
    return f"source:{source}"[:100]


def publish(
    session: Session,
    source: str,
    staged: Staged,
    difference: Difference,
    *,
    is_full: bool,
    at: datetime,
) -> dict[str, int]:
    """State what was found, withdraw what the source itself takes back, and note what is missing.

    is_full: what was not found is missing. Returns how many of each.
    """
    created = updated = 0
    for keys in _chunks(staged.offers):
        offers = [_stated(source, key, staged, difference.held.get(f"offer/{key}")) for key in keys]
        actor = actor_of(source)
        tally = intake.record(session, offers, source=source, actor=actor, at=at)
        created += len(tally.created)
        updated += len(tally.updated)
    venues = [
        _stated_venue(source, key, staged, difference.held.get(f"venue/{key}"))
        for key in staged.venues
    ]
    made = venue_intake.record_venues(session, venues, source=source, actor=actor_of(source), at=at)
    rows = [difference.held[item].row for item in difference.gone]
    alone = _without_other_keys(session, rows)
    withdrawn = intake.withdraw(session, alone, actor=actor_of(source), at=at)
    _note_absences(session, source, staged.items(), difference, is_full=is_full, at=at)
    return {
        "created": created,
        "updated": updated,
        "venues_created": made.created,
        "venues_updated": made.updated,
        "withdrawn": withdrawn,
    }


def _note_absences(
    session: Session,
    source: str,
    found: Iterable[str],
    difference: Difference,
    *,
    is_full: bool,
    at: datetime,
) -> None:
    """Count what is missing once more, and forget what is there again, over or withdrawn."""
    mine = SourceAbsence.source == source
    query = select(SourceAbsence.item, SourceAbsence.runs).where(mine)
    before = dict(session.execute(query).all())
    missing = set(difference.missing)
    settled = before.keys() & ({*found, *difference.over, *difference.gone} - missing)
    if is_full:  # also what a person has withdrawn meanwhile
        settled = before.keys() - missing
    for items in _chunks(sorted(settled)):
        session.execute(delete(table_of(SourceAbsence)).where(mine, SourceAbsence.item.in_(items)))
    again = sorted(missing & before.keys())
    for items in _chunks(again):
        session.execute(
            update(table_of(SourceAbsence))
            .where(mine, SourceAbsence.item.in_(items))
            .values(runs=SourceAbsence.runs + 1, last_missed_at=at)
        )
    new = [
        {"source": source, "item": item, "runs": 1, "first_missed_at": at, "last_missed_at": at}
        for item in sorted(missing - before.keys())
    ]
    if new:
        session.execute(insert(table_of(SourceAbsence)), new)


def is_asked_about(absence: SourceAbsence, now: datetime) -> bool:
    """Whether it has been missing so often and so long that a person must find out."""
    waited = now - absence.first_missed_at
    return absence.runs >= ASKED_AFTER_RUNS and waited >= ASKED_AFTER


def _stated(source: str, key: str, staged: Staged, held: Held | None) -> StatedOffer:
    offer = staged.offers[key]
    origin = offer.address or staged.address
    facts, by_field = _facts(source, offer.fields, held, origin, offer.stated_on)
    return StatedOffer(
        key=key,
        organisation=offer.organisation,
        facts=facts,
        by=_provenance(source, origin, offer.stated_on, offer.page, offer.at),
        organisation_facts=staged.organisations.get(offer.organisation, {}),
        by_field=by_field,
    )


def _stated_venue(source: str, key: str, staged: Staged, held: Held | None) -> StatedVenue:
    facts, by_field = _facts(source, staged.venues[key].fields, held, staged.address, None)
    return StatedVenue(key, facts, by_field)


def _facts(
    source: str,
    fields: Mapping[str, StagedField],
    held: Held | None,
    origin: str,
    stated_on: date | None,
) -> tuple[dict[str, object], dict[str, Provenance]]:
    """Values and whence, by field. What cannot be read with certainty takes back what this
    source was read to say before, and else says nothing."""
    facts: dict[str, object] = {}
    by_field = {}
    for name, one in fields.items():
        said_before = held is not None and name in held.fields
        if one.value is None and not (one.is_retracted or said_before):
            continue
        facts[name] = RETRACTED if one.value is None else one.value
        by = _provenance(source, origin, stated_on, one.page, one.at)
        quote = one.original if name in _QUOTED and one.original else None
        by_field[name] = replace(by, quote=quote)
    return facts, by_field


def _provenance(source: str, origin: str, stated_on: date | None, page: str, at: str) -> Provenance:
    """The origin stays the same from run to run. An address that was asked need not, as it may
    hold the day, so it stands in the locator alone."""
    return Provenance(
        source=source,
        basis=Basis.SOURCE,
        stated_on=stated_on,
        origin=origin,
        locator=(at if page == origin else f"{page} {at}")[:1000],
    )


def _without_other_keys(session: Session, rows: list[int]) -> list[int]:
    """Those of some offers that no other source or key speaks of: a merged offer is not gone
    because one of them says so."""
    kept = []
    for some in _chunks(rows):
        query = select(SourceKey.offer_id).where(SourceKey.offer_id.in_(some))
        keys = list(session.scalars(query))
        kept += [row for row in some if keys.count(row) == 1]
    return kept


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    waiting = iter(items)
    while chunk := list(islice(waiting, _CHUNK)):
        yield chunk
