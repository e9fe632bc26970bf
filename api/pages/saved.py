"""The saved list: short ids in the address, and nothing anywhere else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import Engine, select

from api.live import Snapshot
from api.pages.shown import Shown
from catalogue.database import reading
from catalogue.facts import Subject, facts_from_json
from catalogue.models import Offer
from catalogue.published import PublishedOffer

MOST = 30
"""Offers on one list: what a person looks through, and what a QR code can open."""
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # no i, l, o and u, which are misread on paper
_LENGTH = 10  # letters of five bits: two of a million offers share one once in 2,000 catalogues
_SHIFT = 128 - 5 * _LENGTH
_SHORT = re.compile(f"[{_LETTERS}]{{{_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Gone:
    """An id of the list that no offer has any more."""

    short: str
    title: str | None
    """None = never known here."""


@dataclass(frozen=True, slots=True)
class SavedList:
    ids: tuple[str, ...]
    """As they stand in the address, in order, each once, at most MOST."""
    offers: tuple[tuple[str, PublishedOffer], ...]
    gone: tuple[Gone, ...]
    cut: bool
    """Whether there were more than MOST."""


def short_id(public_id: UUID) -> str:
    """The first 50 bits of an offer's id, as ten letters that can be read from paper."""
    number = public_id.int >> _SHIFT
    return "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))


def read_ids(text: str) -> tuple[str, ...]:
    """The ids of an address; what cannot be one is passed over."""
    found = (one.strip().lower() for one in text.split(","))
    return tuple(dict.fromkeys(one for one in found if _SHORT.fullmatch(one)))


def saved_list(text: str, snapshot: Snapshot, engine: Engine) -> SavedList:
    """The offers of an address, and what is gone of them. The database is asked about those."""
    every = read_ids(text)
    ids = every[:MOST]
    found = {one: offer for one in ids if (offer := _offer(snapshot, one)) is not None}
    missing = [one for one in ids if one not in found]
    titles = _titles(engine, missing) if missing else {}
    return SavedList(
        ids=ids,
        offers=tuple(found.items()),
        gone=tuple(Gone(one, titles.get(one)) for one in missing),
        cut=len(every) > MOST,
    )


def _range(short: str) -> tuple[UUID, UUID]:
    number = 0
    for letter in short:
        number = number << 5 | _LETTERS.index(letter)
    low = number << _SHIFT
    return UUID(int=low), UUID(int=low | (1 << _SHIFT) - 1)


def _offer(snapshot: Snapshot, short: str) -> PublishedOffer | None:
    """The first offer by id that begins so."""
    low, high = _range(short)
    return snapshot.first_between(low, high)


def _titles(engine: Engine, shorts: Sequence[str]) -> dict[str, str]:
    """What offers were called that have been withdrawn."""
    titles: dict[str, str] = {}
    with reading(engine) as session:
        for short in shorts:
            low, high = _range(short)
            query = select(Offer.facts).where(Offer.public_id.between(low, high))
            facts = session.scalars(query.order_by(Offer.public_id).limit(1)).first()
            if facts is not None and "title" in facts:
                titles[short] = str(facts_from_json(facts, Subject.OFFER)["title"].value)
    return titles


def list_address(ids: Sequence[str], shown: Shown | None = None, path: str = "/liste") -> str:
    """The address of a list, with the language and level of a page if it is to keep them."""
    pairs = [("t", ",".join(dict.fromkeys(ids)))] if ids else []
    pairs += [] if shown is None else shown.carried()
    query = "&".join(f"{name}={quote(value, safe=',')}" for name, value in pairs)
    return f"{path}?{query}" if query else path


def moved(ids: Sequence[str], short: str, by: int) -> tuple[str, ...]:
    """The ids with one of them so many places further down, or up where `by` is below 0."""
    order = list(ids)
    at = order.index(short)
    to = min(max(at + by, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    return tuple(order)


def without(ids: Sequence[str], short: str) -> tuple[str, ...]:
    """The ids without one of them."""
    return tuple(one for one in ids if one != short)
