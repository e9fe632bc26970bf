"""The statements of some subjects, read, added to and written back together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalogue.facts import Basis, Fact, Stated, Subject, current
from catalogue.models import Source, Statement

RETRACTED = object()
"""In place of a value: the source takes the fact back to unknown."""

_KEY = ("subject", "subject_id", "field", "source_id", "basis")
_COLUMNS = (
    *_KEY,
    "value",
    "retracted",
    "pinned",
    "stated_on",
    "fetched_at",
    "origin",
    "quote",
    "locator",
)
_PARTS = ("place", "price")
_PLACE_NAME = ("venue", "address", "postcode", "town")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who says it, on what basis, and as of when."""

    source: str
    basis: Basis
    stated_on: date | None
    origin: str | None = None
    quote: str | None = None
    pinned: bool = False
    locator: str | None = None
    """Where in an answer it stands. Another place alone is nothing new to state."""


class Ledger:
    """What was stated of the subjects at hand, and what is stated now."""

    def __init__(self, session: Session, sources: Mapping[str, int], at: datetime) -> None:
        """sources: id of every source that may speak, by name. at: aware UTC."""
        self._session = session
        self._sources = dict(sources)
        self._at = at
        self._held: dict[tuple[Subject, int], dict[tuple[str, int, Basis], Stated]] = {}
        self._new: list[tuple[object, ...]] = []
        self._loaded = False
        self._on_postgresql = session.get_bind().dialect.name == "postgresql"
        zone = "+00" if self._on_postgresql else ""  # as models.Moment is stored
        self._fetched_at = at.strftime(f"%Y-%m-%d %H:%M:%S.%f{zone}")
        self.changed: dict[Subject, set[int]] = defaultdict(set)

    def load(self, subject: Subject, ids: Iterable[int]) -> None:
        """Read all that was stated of these subjects, by whomever."""
        wanted = sorted(set(ids))
        if not wanted:
            return
        self._loaded = True
        columns = Statement.__table__.c
        rows = self._session.execute(
            select(
                columns.subject_id,
                columns.field,
                columns.source_id,
                columns.basis,
                columns.value,
                Source.name,
                columns.stated_on,
                columns.fetched_at,
                columns.origin,
                columns.quote,
                columns.retracted,
                columns.pinned,
            )
            .join(Source, Source.id == columns.source_id)
            .where(columns.subject == subject, columns.subject_id.in_(wanted))
        )
        for subject_id, field, source_id, basis, value, *rest in rows:
            held = self._held.setdefault((subject, subject_id), {})
            held[field, source_id, basis] = Stated(value, basis, *rest)
            self._sources[rest[0]] = source_id

    def state(
        self, subject: Subject, subject_id: int, field: str, value: object, by: Provenance
    ) -> None:
        """Take in one statement; what is said again changes nothing.

        A place or a price comes in parts, and a part that is left out keeps what the same
        source said before.
        """
        held = self._held.setdefault((subject, subject_id), {})
        key = (field, self._sources[by.source], by.basis)
        before = held.get(key)
        if field in _PARTS and isinstance(value, dict):
            value = _overlaid(field, before, value)
        retracted = value is RETRACTED
        if retracted and before is None and not any(name == field for name, _, _ in held):
            return  # nothing is known, so there is nothing to take back
        after = Stated(
            value=None if retracted else value,
            basis=by.basis,
            source=by.source,
            stated_on=by.stated_on,
            fetched_at=self._at,
            origin=by.origin,
            quote=by.quote,
            retracted=retracted,
            pinned=by.pinned,
        )
        if before is not None and _same(before, after):
            return
        held[key] = after
        self.changed[subject].add(subject_id)
        self._new.append(
            (
                subject.value,
                subject_id,
                field,
                key[1],
                by.basis.value,
                orjson.dumps(after.value).decode(),
                retracted,
                by.pinned,
                by.stated_on.isoformat() if by.stated_on else None,
                self._fetched_at,
                by.origin,
                by.quote,
                by.locator,
            )
        )

    def fact(self, subject: Subject, subject_id: int, field: str) -> Fact | None:
        """What follows from all statements of one field of a subject; None = unknown."""
        held = self._held.get((subject, subject_id), {})
        return current([said for (name, _, _), said in held.items() if name == field], subject)

    def read_from_prose(
        self, subject: Subject, subject_id: int, found: Iterable[tuple[str, str, str]], text: Fact
    ) -> None:
        """State what a subject's own words say, and take back what they no longer say.

        found: (field, value, quote), one a field. text: the words' fact, which dates them.
        """
        said = {field: (value, quote) for field, value, quote in found}
        speaker = self._sources[text.source]
        for field, source_id, basis in list(self._held.get((subject, subject_id), {})):
            if basis is Basis.PROSE and (field not in said or source_id != speaker):
                held = self._held[subject, subject_id][field, source_id, basis]
                gone = Provenance(held.source, basis, held.stated_on, held.origin)
                self.state(subject, subject_id, field, RETRACTED, gone)
        for field, (value, quote) in said.items():
            by = Provenance(text.source, Basis.PROSE, text.stated_on, text.origin, quote)
            self.state(subject, subject_id, field, value, by)

    def facts(self, subject: Subject, *ids: int) -> dict[str, Fact]:
        """What follows from all statements of one subject, or of several shown as one."""
        by_field: dict[str, list[Stated]] = {}
        for subject_id in ids:
            for (field, _, _), stated in self._held.get((subject, subject_id), {}).items():
                by_field.setdefault(field, []).append(stated)
        facts = {field: current(stated, subject) for field, stated in by_field.items()}
        return {field: fact for field, fact in facts.items() if fact is not None}

    def write(self) -> None:
        """Store what is new; a source's newer word replaces its older one.

        Written as plain SQL with positions, since a file of 100,000 offers holds some two
        million statements and binding them by name took a third of the whole import.
        """
        if not self._new:
            return
        places = ", ".join(["%s" if self._on_postgresql else "?"] * len(_COLUMNS))
        sql = f"INSERT INTO statement ({', '.join(_COLUMNS)}) VALUES ({places})"
        if self._loaded:  # an upsert costs more, so plain inserts where all is new
            rest = (f"{name} = excluded.{name}" for name in _COLUMNS[len(_KEY) :])
            sql += f" ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET {', '.join(rest)}"
        self._session.connection().exec_driver_sql(sql, self._new)
        self._new = []


def _same(before: Stated, after: Stated) -> bool:
    return (
        before.value == after.value
        and before.stated_on == after.stated_on
        and before.origin == after.origin
        and before.quote == after.quote
        and before.retracted == after.retracted
        and before.pinned == after.pinned
    )


def _overlaid(field: str, before: Stated | None, parts: dict[str, object]) -> object:
    """New parts over what the same source said before; RETRACTED if nothing is left.

    parts: value by part; None takes a part back. Coordinates belong to the place they
    were given for: they go when it moves and no new ones come with it.
    """
    old = before.value if before is not None and isinstance(before.value, dict) else {}
    merged = {**old, **parts}
    moved = any(merged.get(part) != old.get(part) for part in _PLACE_NAME)
    if field == "place" and moved and not parts.keys() & {"lat", "lon"}:
        merged.pop("lat", None)
        merged.pop("lon", None)
    kept = {part: merged[part] for part in sorted(merged) if merged[part] is not None}
    if not kept or (field == "price" and "kr" not in kept):
        return RETRACTED
    return kept
