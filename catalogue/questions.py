"""What somebody pressed "ask" for: one open question a fact and offer, and never who asked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from catalogue import changes
from catalogue.database import table_of
from catalogue.errors import Invalid, Missing
from catalogue.facts import Subject
from catalogue.families import families
from catalogue.models import Offer, Question
from catalogue.vocabulary import Vocabulary

PRACTICAL = ("times", "place", "price", "contact")
"""What can be asked about beside the access facts."""


def ask(session: Session, vocabulary: Vocabulary, *, offer: UUID, field: str, at: datetime) -> bool:
    """Open a question; False if it was open already, which is then left as it is.

    field: an access code, or one of PRACTICAL. at: aware UTC.
    Raises Missing for an offer that is not there or withdrawn, Invalid for another field.
    """
    if field not in PRACTICAL and field not in {fact.code for fact in vocabulary.access_facts}:
        raise Invalid("question: not about anything that can be asked")
    changes.lock(session)
    offer_id = offer_row(session, offer)
    held = session.scalar(
        select(Question.id).where(
            Question.offer_id == offer_id, Question.field == field, Question.closed_at.is_(None)
        )
    )
    if held is not None:
        return False
    number = (session.scalar(select(func.max(Question.id))) or 0) + 1
    session.execute(
        insert(table_of(Question)).values(
            id=number, offer_id=offer_id, field=field, opened_at=at, closed_at=None
        )
    )
    return True


def open_questions(session: Session, offer: UUID) -> dict[str, datetime]:
    """When each open question of an offer was opened, by field; aware UTC.

    Of merged offers: what was asked of each, the earliest of the same field.
    """
    row = session.scalar(select(Offer.id).where(Offer.public_id == offer))
    if row is None:
        return {}
    rows = session.execute(
        select(Question.field, Question.opened_at)
        .where(
            Question.offer_id.in_(families(session, Subject.OFFER).whole([row])),
            Question.closed_at.is_(None),
        )
        .order_by(Question.opened_at.desc(), Question.id)
    )
    return {row.field: row.opened_at for row in rows}


def offer_row(session: Session, offer: UUID) -> int:
    """The row at which a public id is shown. Raises Missing, also for a withdrawn offer."""
    found = session.scalar(select(Offer.id).where(Offer.public_id == offer))
    if found is not None:
        kin = families(session, Subject.OFFER)
        shown = select(Offer.id).where(
            Offer.id.in_(kin.whole([found])), Offer.withdrawn_at.is_(None)
        )
        if session.scalars(shown).first() is not None:
            return kin.shown(found)
    raise Missing(f"offer {offer} is not in the catalogue")
