"""A published table of offers, CSV or XLSX, with the headings of docs/tables.md or a mapping."""

from functools import cache

from catalogue import cells
from catalogue.errors import Invalid
from catalogue.facts import Basis
from catalogue.mapping import mapped
from catalogue.places import Gazetteer, load_gazetteer
from catalogue.rows import REQUIRED, Reader, Refused, StatedRow, known_headings, read_row
from catalogue.spreadsheets import Row
from catalogue.vocabulary import Vocabulary, load_vocabulary
from scrapers.formats.collecting import Findings
from scrapers.formats.tabular import opened
from scrapers.found import Parsed, SourceInfo, Trouble, Unreadable

_HEADINGS = {column.field: (name,) for name, column in cells.OFFER_HEADINGS.items()} | {
    "place": tuple(cells.PLACE_HEADINGS),
    "price": ("pris_kr", "pris_enhed"),
    "leads_to": ("videre_til",),
}
_TEXTS = ("title", "description")


@cache
def _gazetteer() -> Gazetteer:
    return load_gazetteer()


@cache
def _vocabulary() -> Vocabulary:
    return load_vocabulary()


def parse(content: bytes, source: SourceInfo) -> Parsed:
    reader = Reader(
        source=source.name,
        basis=Basis.SOURCE,
        said_by=source.name,
        on=source.on,
        gazetteer=_gazetteer(),
        vocabulary=_vocabulary(),
    )
    with opened(content, source) as (findings, headings, rows):
        if source.mapping is not None:
            try:
                headings, rows = mapped(source.mapping, headings, rows)
            except Invalid as error:
                raise Unreadable(Trouble.LAYOUT_CHANGED, str(error)) from None
        missing = [heading for heading in REQUIRED if heading not in headings]
        if missing:
            reason = f"the table has no heading {', '.join(missing)}"
            raise Unreadable(Trouble.LAYOUT_CHANGED, reason)
        known = {*known_headings(reader.vocabulary)}
        strangers = [at for at, heading in enumerate(headings, 1) if heading not in known]
        if strangers:
            columns = ", ".join(map(str, strangers[:20]))
            findings.remark(Trouble.STRAY_ENTRY, f"column {columns}", "headings that are not ours")
        count = 0
        for row in rows:
            count += 1
            _row(row, list(headings), reader, findings)
        if not count:
            findings.empty("line 1", "the table has headings and no rows")
    return findings.done()


def _row(row: Row, headings: list[str], reader: Reader, findings: Findings) -> None:
    at = f"line {row.line}"
    if any(row.cells[len(headings) :]):
        findings.remark(Trouble.ENTRY_REFUSED, at, "more cells than headings")
        return
    if len(row.cells) < len(headings) and row.progress >= 0.9:
        findings.remark(Trouble.TRUNCATED, at, "a last row with fewer cells than headings")
    given = {heading: cell for heading, cell in zip(headings, row.cells, strict=False) if cell}
    if given.get("kildenavn", reader.source) != reader.source:
        findings.remark(Trouble.ENTRY_REFUSED, f"{at} kildenavn", "speaks for another source")
        return
    given.pop("afvigende_kilder", None)  # a source on the web has no word for persons
    try:
        stated = read_row(row.line, given, reader)
    except Refused as refused:
        where = f"{at} {refused.remark.heading}"
        findings.remark(Trouble.ENTRY_REFUSED, where, refused.remark.reason)
        return
    for dropped in stated.dropped:
        where = f"{at} {dropped.heading}"
        findings.remark(Trouble.PERSONAL_DATA, where, f"left out: {dropped.reason}")
    _offer(stated, given, findings, at)


def _offer(stated: StatedRow, given: dict[str, str], findings: Findings, at: str) -> None:
    offer = stated.offer
    entry = findings.offer(offer.key, at)
    entry.of_organisation(offer.organisation, f"{at} forening")
    entry.stated_on = offer.by.stated_on
    entry.address = findings.source.address
    for name, value in offer.facts.items():
        headings = [one for one in _HEADINGS.get(name, (name,)) if one in given]
        where = f"{at} {', '.join(headings)}"
        if name in _TEXTS and isinstance(value, str):
            entry.text(name, value, where)
        else:
            entry.put(name, value, ", ".join(given[one] for one in headings), where)
    if offer.organisation_facts:
        organisation = findings.organisation(None, at)
        organisation.put("name", offer.organisation, offer.organisation, f"{at} forening")
        for name, value in offer.organisation_facts.items():
            organisation.put(name, value, given.get(name, ""), f"{at} {name}")
