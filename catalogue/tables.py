"""The table of offers as a whole: in from rows, out as CSV."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TextIO
from uuid import UUID

from sqlalchemy.orm import Session

from catalogue import cells, intake
from catalogue.danish import fold
from catalogue.errors import Conflict, Invalid
from catalogue.facts import Basis, Fact, Subject
from catalogue.persondata import scrub
from catalogue.prices import format_price
from catalogue.published import PublishedOffer, SourceId
from catalogue.rows import (
    REQUIRED,
    SHOWN,
    Reader,
    Refused,
    Remark,
    StatedRow,
    known_headings,
    read_row,
)
from catalogue.spreadsheets import Row
from catalogue.statements import RETRACTED
from catalogue.vocabulary import Vocabulary

_CHUNK = 1000
_MAY_BE_LOST = 0.10  # share of a source's offers that a complete file may lack


@dataclass(slots=True)
class Report:
    """What became of the rows of a file."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    refused: list[Remark] = field(default_factory=list)
    """Rows that did not go in."""
    dropped: list[Remark] = field(default_factory=list)
    """Personal data left out of rows that went in."""
    unknown_headings: tuple[str, ...] = ()


def import_rows(
    session: Session,
    headings: Sequence[str],
    rows: Iterable[Row],
    reader: Reader,
    *,
    actor: str,
    at: datetime,
    complete: bool = False,
    progress: Callable[[float], object] = lambda share: None,
) -> Report:
    """Take in a table; the caller commits. progress: called with the share read, 0..1.

    complete: the file is all that its source has, so what it lacks is withdrawn.
    Raises Invalid for a table without the required headings, and Conflict for a complete
    file that lacks more than one in ten of the offers known of its source.
    """
    missing = [heading for heading in REQUIRED if heading not in headings]
    if missing:
        # Without headings the first line may be somebody's name, so it is not repeated.
        raise Invalid(
            f"wrong headings: {', '.join(missing)} missing among the file's {len(headings)}"
            " (--map reads a table with other headings)"
        )
    report = Report(unknown_headings=_unknown(headings, reader))
    checks = _AcrossRows(reader.source)
    waiting: dict[str, list[StatedRow]] = {}

    def take_in(source: str) -> None:
        rows = waiting.pop(source)
        offers = [row.offer for row in rows]
        if reader.basis is not Basis.PERSON:
            forged = intake.new_words_of_persons(session, offers, source=source, at=at)
            report.refused += [_forged(row) for row in rows if row.offer.key in forged]
            offers = [offer for offer in offers if offer.key not in forged]
        tally = intake.record(session, offers, source=source, actor=actor, at=at)
        report.created += len(tally.created)
        report.updated += len(tally.updated)
        report.unchanged += len(tally.unchanged)

    for row in rows:
        try:
            given = _by_heading(headings, row)
            is_first = checks.is_first(given)
            stated = read_row(row.line, given, reader)
            if not is_first:
                raise _twice(stated)
            checks.check_organisation(stated)
        except Refused as refused:
            report.refused.append(refused.remark)
            continue
        report.dropped.extend(stated.dropped)
        waiting.setdefault(stated.source, []).append(stated)
        if len(waiting[stated.source]) >= _CHUNK:
            take_in(stated.source)
            progress(row.progress)
    for source in sorted(waiting):
        take_in(source)
    if complete:
        report.withdrawn = _withdraw_missing(session, checks.keys, actor=actor, at=at)
    progress(1.0)
    return report


def _unknown(headings: Sequence[str], reader: Reader) -> tuple[str, ...]:
    """Headings that are not ours, without personal data that stands among them."""
    known = {*known_headings(reader.vocabulary)}
    return tuple(
        scrub(heading[:SHOWN], reader.on).text or f"column {number}"
        for number, heading in enumerate(headings, start=1)
        if heading and heading not in known
    )


def _twice(row: StatedRow) -> Refused:
    reason = "stands on an earlier line as well"
    key = row.offer.key[:SHOWN]
    return Refused(Remark(row.line, "kilde_id", key, "form.row.duplicate_id", reason))


def _forged(row: StatedRow) -> Remark:
    reason = "speaks for a person who has said otherwise here; only --as curator may"
    return Remark(row.line, "afvigende_kilder", "", "form.file.unreadable", reason)


def _by_heading(headings: Sequence[str], row: Row) -> dict[str, str]:
    if any(row.cells[len(headings) :]):
        reason = "more cells than headings"
        raise Refused(Remark(row.line, "", "", "form.file.unreadable", reason))
    return {
        heading: cells.unescaped(cell)
        for heading, cell in zip(headings, row.cells, strict=False)
        if cell
    }


class _AcrossRows:
    """What two rows of one file must not say against each other."""

    def __init__(self, source: str) -> None:
        self.keys: dict[str, set[str]] = {source: set()}
        """Keys that stand in the file, those of refused rows too, by source."""
        self._source = source
        self._organisations: dict[tuple[str, str], dict[str, object]] = {}

    def is_first(self, given: Mapping[str, str]) -> bool:
        """Whether no earlier line has this row's key, which is noted."""
        key = " ".join(given.get("kilde_id", "").split())
        source = " ".join(given.get("kildenavn", self._source).split())
        keys = self.keys.setdefault(source, set())
        known = key in keys
        keys.add(key)
        return not known

    def check_organisation(self, row: StatedRow) -> None:
        """Raises Refused for two organisations of one name."""
        name = row.offer.organisation
        said = self._organisations.setdefault((row.source, fold(name)), {})
        for field_name, value in row.offer.organisation_facts.items():
            if value is not RETRACTED and said.setdefault(field_name, value) != value:
                reason = f"an earlier line gives this organisation another {field_name}"
                shown = name[:SHOWN]
                raise Refused(Remark(row.line, "forening", shown, "form.required.choice", reason))


def _withdraw_missing(
    session: Session, seen: Mapping[str, set[str]], *, actor: str, at: datetime
) -> int:
    withdrawn = 0
    for source, keys in sorted(seen.items()):
        known = intake.keys_of(session, source)
        lost = sorted(known[key] for key in known.keys() - keys)
        if len(lost) > max(1, _MAY_BE_LOST * len(known)):
            raise Conflict(
                f"source {source!r}: {len(lost)} of {len(known)} offers are missing from the"
                " file; nothing was imported. Look why, or import without --complete"
            )
        withdrawn += intake.withdraw(session, lost, actor=actor, at=at)
    return withdrawn


def export_csv(offers: Iterable[PublishedOffer], vocabulary: Vocabulary, out: TextIO) -> int:
    """Write offers as the table that `import_rows` reads back to the same; returns the rows.

    Sorted by source and key. What an offer only inherits, and what only prose says, is
    left out: neither was stated of the offer.
    """
    headings = known_headings(vocabulary)
    keyed = sorted(
        ((offer.source_ids[0], offer) for offer in offers),
        key=lambda pair: (pair[0].source, pair[0].key),
    )
    keys = {offer.id: source_id for source_id, offer in keyed}
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headings)
    for source_id, offer in keyed:
        row = _row(source_id, offer, keys)
        writer.writerow(cells.escaped(row.get(heading, "")) for heading in headings)
    return len(keyed)


def _row(
    source_id: SourceId, offer: PublishedOffer, keys: Mapping[UUID, SourceId]
) -> dict[str, str]:
    own = {
        name: fact
        for name, fact in offer.facts.items()
        if fact.of is Subject.OFFER and fact.basis is not Basis.PROSE
    }
    title = own["title"]
    organisation = {"kind": offer.organisation.kind, "cvr": offer.organisation.cvr}
    place: Any = own["place"].value if "place" in own else {}
    row = {
        "kilde_id": source_id.key,
        "kildenavn": source_id.source,
        "forening": offer.organisation.name,
        "kilde": title.origin or "",
        "oplyst_den": title.stated_on.isoformat() if title.stated_on else "",
        "afvigende_kilder": _deviations(source_id.source, title, own),
    }
    for heading, column in cells.ORGANISATION_HEADINGS.items():
        if organisation[column.field] is not None:
            row[heading] = column.write(organisation[column.field])
    for heading, column in cells.OFFER_HEADINGS.items():
        if column.field in own:
            row[heading] = column.write(own[column.field].value)
    for heading, column in cells.PLACE_HEADINGS.items():
        if column.field in place:
            row[heading] = column.write(place[column.field])
    if offer.price is not None:
        row["pris_kr"], row["pris_enhed"] = format_price(offer.price)
    if offer.leads_to is not None:
        target = keys.get(offer.leads_to)
        same_source = target is not None and target.source == source_id.source
        row["videre_til"] = target.key if target and same_source else str(offer.leads_to)
    for word, stored in cells.ACCESS.items():
        row |= {name: word for name, fact in own.items() if fact.value == stored}
    return row


def _deviations(source: str, title: Fact, own: Mapping[str, Fact]) -> str:
    """Facts whose provenance is not the row's, as JSON; empty if there are none."""
    usual = (Basis.SOURCE, source, title.stated_on, title.origin)
    found = {
        name: (
            fact.basis.value,
            fact.source,
            fact.stated_on.isoformat() if fact.stated_on else None,
            fact.origin,
        )
        for name, fact in sorted(own.items())
        if (fact.basis, fact.source, fact.stated_on, fact.origin) != usual
    }
    return json.dumps(found, ensure_ascii=False) if found else ""
