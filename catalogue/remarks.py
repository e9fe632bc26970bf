"""What somebody tells the curator of an offer when a thing is wrong. Without a name."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from catalogue import changes
from catalogue.database import table_of
from catalogue.errors import Invalid
from catalogue.models import Remark
from catalogue.persondata import scrub
from catalogue.questions import offer_row

ABOUT = ("times", "place", "price", "contact", "access", "stopped", "other")
"""What can be wrong."""
MAX_LETTERS = 1000


def personal_data(words: str, on: date) -> str | None:
    """The wording that says which personal data stand in the words; None for none."""
    dropped = scrub(words, on).dropped
    return dropped[0].key if dropped else None


def remark(session: Session, *, offer: UUID, about: str, words: str, at: datetime) -> None:
    """Keep a remark for the curator. at: aware UTC.

    Raises Invalid for words that are too long, empty where they are needed, or hold personal
    data, and for another `about`; Missing for an offer that is not there.
    """
    words = words.strip()
    if about not in ABOUT:
        raise Invalid("remark: not about anything on the page")
    if len(words) > MAX_LETTERS:
        raise Invalid(f"remark: at most {MAX_LETTERS} characters")
    if about == "other" and not words:
        raise Invalid("remark: says nothing")
    if personal_data(words, at.date()) is not None:
        raise Invalid("remark: holds personal data")
    changes.lock(session)
    offer_id = offer_row(session, offer)
    number = (session.scalar(select(func.max(Remark.id))) or 0) + 1
    session.execute(
        insert(table_of(Remark)).values(
            id=number, offer_id=offer_id, about=about, words=words, at=at, handled_at=None
        )
    )
