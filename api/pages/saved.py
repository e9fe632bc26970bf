"""The saved list: short ids in the address, and nothing anywhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import Engine, select

from api.live import Snapshot
from api.pages.short_ids import MOST, ids_between, read_ids
from api.pages.shown import SAVED, Shown
from catalogue.database import reading
from catalogue.facts import Subject, facts_from_json
from catalogue.models import Offer
from catalogue.published import PublishedOffer


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


def saved_list(text: str, snapshot: Snapshot, engine: Engine) -> SavedList:
    """The offers of an address, and what is gone of them. The database is asked about those."""
    every = read_ids(text)
    ids = every[:MOST]
    found = {
        one: offer
        for one in ids
        if (offer := snapshot.index.first_between(*ids_between(one))) is not None
    }
    missing = [one for one in ids if one not in found]
    titles = _titles(engine, missing) if missing else {}
    return SavedList(
        ids=ids,
        offers=tuple(found.items()),
        gone=tuple(Gone(one, titles.get(one)) for one in missing),
        cut=len(every) > MOST,
    )


def _titles(engine: Engine, shorts: Sequence[str]) -> dict[str, str]:
    """What offers were called that have been withdrawn."""
    titles: dict[str, str] = {}
    with reading(engine) as session:
        for short in shorts:
            low, high = ids_between(short)
            query = select(Offer.facts).where(Offer.public_id.between(low, high))
            facts = session.scalars(query.order_by(Offer.public_id).limit(1)).first()
            if facts is not None and "title" in facts:
                titles[short] = str(facts_from_json(facts, Subject.OFFER)["title"].value)
    return titles


def list_address(ids: Sequence[str], shown: Shown | None = None, path: str = "/liste") -> str:
    """The address of a list, with the language and level of a page if it is to keep them."""
    pairs = [] if shown is None else [one for one in shown.carried() if one[0] != SAVED]
    listed = ",".join(dict.fromkeys(ids))
    query = "&".join(([f"{SAVED}={listed}"] if ids else []) + [urlencode([one]) for one in pairs])
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
