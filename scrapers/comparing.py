"""What a source says now beside what the catalogue holds of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalogue.facts import Basis, Subject
from catalogue.models import Offer, Source, SourceKey, Statement, VenueKey
from scrapers.staging import Staged, StagedField, parts_of, parts_of_value

_PARTS = ("place", "price")
_RESTLESS = frozenset({"room"})
"""Fields that may change from one day to the next in every offer, and nothing be wrong."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the catalogue holds of one offer or venue on this source's word."""

    row: int
    fields: dict[str, object]
    """Newest word by field; what was taken back is not there."""
    is_withdrawn: bool = False

    def is_over(self, on: date) -> bool:
        """Whether its last day has passed, so that no source need speak of it any more."""
        season: Any = self.fields.get("season")
        return bool(season and season.get("last") and season["last"] < on.isoformat())


@dataclass(slots=True)
class Difference:
    """By `offer/key` and `venue/key`."""

    held: dict[str, Held]
    new: list[str] = field(default_factory=list)
    changed: dict[str, dict[str, list[object]]] = field(default_factory=dict)
    """Fields whose value differs, each as [before, after]; None after = taken back."""
    missing: list[str] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    """Missing, but their last day has passed."""
    gone: list[str] = field(default_factory=list)
    """The source itself says that they are no more."""
    back: list[str] = field(default_factory=list)
    """Withdrawn here, and the source speaks of them."""
    same: int = 0
    filled_before: Counter[str] = field(default_factory=Counter)
    """How many of the items met were held with each field or part, before this run."""
    filled_met: Counter[str] = field(default_factory=Counter)
    """The same as this run has them."""

    @property
    def known(self) -> int:
        return sum(not one.is_withdrawn for one in self.held.values())

    @property
    def much_changed(self) -> int:
        """Items of which more than what is restless has changed."""
        return sum(bool(fields.keys() - _RESTLESS) for fields in self.changed.values())


def compare(
    session: Session, source: str, staged: Staged, *, on: date, is_full: bool
) -> Difference:
    """Hold what was found against the catalogue; reads only.

    is_full: all that the source has was read, so that what is held and not found is missing.
    """
    found = Difference(held_of(session, source))
    items = staged.items()
    for item, fields in items.items():
        before = found.held.get(item)
        if before is None:
            found.new.append(item)
            continue
        if before.is_withdrawn:
            found.back.append(item)
        for name, value in before.fields.items():
            found.filled_before.update(parts_of_value(name, value))
        found.filled_met.update(parts_of(fields))
        if differing := _differing(before.fields, fields):
            found.changed[item] = differing
        else:
            found.same += 1
    gone = {f"offer/{key}" for key in staged.tombstones} - items.keys()
    for item, one in found.held.items():
        if one.is_withdrawn or item in items:
            continue
        if item in gone:
            found.gone.append(item)
        elif one.is_over(on):
            found.over.append(item)
        elif is_full:
            found.missing.append(item)
    return found


def held_of(session: Session, source: str) -> dict[str, Held]:
    """All that the catalogue holds of a source, by `offer/key` and `venue/key`."""
    source_id = session.scalar(select(Source.id).where(Source.name == source))
    if source_id is None:
        return {}
    offers = session.execute(
        select(SourceKey.key, SourceKey.offer_id, Offer.withdrawn_at)
        .join(Offer, Offer.id == SourceKey.offer_id)
        .where(SourceKey.source_id == source_id)
        .order_by(SourceKey.key)
    ).all()
    venues = session.execute(
        select(VenueKey.key, VenueKey.venue_id)
        .where(VenueKey.source_id == source_id)
        .order_by(VenueKey.key)
    ).all()
    of_offers = _stated(session, source_id, Subject.OFFER)
    of_venues = _stated(session, source_id, Subject.VENUE)
    held = {
        f"offer/{key}": Held(row, of_offers.get(row, {}), withdrawn_at is not None)
        for key, row, withdrawn_at in offers
    }
    return held | {f"venue/{key}": Held(row, of_venues.get(row, {})) for key, row in venues}


def _stated(session: Session, source_id: int, subject: Subject) -> dict[int, dict[str, object]]:
    query = select(Statement.subject_id, Statement.field, Statement.value).where(
        Statement.source_id == source_id,
        Statement.subject == subject,
        Statement.basis == Basis.SOURCE,
        Statement.retracted.is_(False),
    )
    found: dict[int, dict[str, object]] = {}
    for row, name, value in session.execute(query):
        found.setdefault(row, {})[name] = value
    return found


def _differing(
    before: Mapping[str, object], now: Mapping[str, StagedField]
) -> dict[str, list[object]]:
    """Of the fields that are said now, those that were not said so before."""
    found = {}
    for name, one in now.items():
        old = before.get(name)
        if one.value is None and old is None:
            continue
        if name in _PARTS and isinstance(one.value, dict) and isinstance(old, dict):
            if all(old.get(part) == value for part, value in one.value.items()):
                continue
        elif one.value == old:
            continue
        found[name] = [old, one.value]
    return found


def shortened(
    difference: Difference, names: Mapping[str, str], most: int = 50
) -> dict[str, object]:
    """The difference as JSON for a person, with at most so many of each kind.

    names: what to call an item, where it is known.
    """

    def told(items: Iterable[str]) -> list[dict[str, object]]:
        return [{"item": one, "name": names.get(one, "")} for one in list(items)[:most]]

    changed = [
        {"item": item, "name": names.get(item, ""), "fields": fields}
        for item, fields in list(difference.changed.items())[:most]
    ]
    return {
        "new": told(difference.new),
        "changed": changed,
        "missing": told(difference.missing),
        "over": told(difference.over),
        "gone": told(difference.gone),
        "back": told(difference.back),
    }
