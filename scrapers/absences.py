"""What sources did not have the last time, for a person who finds out and decides."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalogue import changes, intake
from catalogue.database import table_of
from catalogue.errors import Missing
from catalogue.models import Offer, Source, SourceKey
from catalogue.run_models import SourceAbsence
from scrapers.publishing import is_asked_about


@dataclass(frozen=True, slots=True)
class Absent:
    source: str
    key: str
    title: str
    since: datetime
    runs: int
    """How many published runs in a row lacked it."""
    is_asked_about: bool
    """So often and so long that somebody must find out."""


def absent(session: Session, *, at: datetime, source: str | None = None) -> list[Absent]:
    """Offers that are missing and not withdrawn, the longest first; of one source or of all."""
    query = (
        select(SourceAbsence, SourceKey.key, Offer.facts)
        .join(Source, Source.name == SourceAbsence.source)
        .join(
            SourceKey,
            (SourceKey.source_id == Source.id) & (SourceAbsence.item == "offer/" + SourceKey.key),
        )
        .join(Offer, Offer.id == SourceKey.offer_id)
        .where(Offer.withdrawn_at.is_(None))
        .order_by(SourceAbsence.first_missed_at, SourceAbsence.source, SourceKey.key)
    )
    if source is not None:
        query = query.where(SourceAbsence.source == source)
    return [
        Absent(
            source=row.source,
            key=key,
            title=str(facts["title"][0]),
            since=row.first_missed_at,
            runs=row.runs,
            is_asked_about=is_asked_about(row, at),
        )
        for row, key, facts in session.execute(query)
    ]


def withdraw_absent(session: Session, source: str, key: str, *, actor: str, at: datetime) -> None:
    """Take an offer out of what is shown, as a person decided. The caller commits.

    Raises Missing if it is not missing in its source.
    """
    changes.lock(session)
    mine = (SourceAbsence.source == source, SourceAbsence.item == f"offer/{key}")
    row = session.scalar(
        select(SourceKey.offer_id)
        .join(Source, Source.id == SourceKey.source_id)
        .join(SourceAbsence, SourceAbsence.source == Source.name)
        .where(*mine, SourceKey.key == key)
    )
    if row is None or not intake.withdraw(session, [row], actor=actor, at=at):
        raise Missing(f"source {source[:60]!r}: nothing is missing with the key {key[:60]!r}")
    session.execute(delete(table_of(SourceAbsence)).where(*mine))
