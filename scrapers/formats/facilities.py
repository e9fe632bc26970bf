"""A published table of venues: halls, pitches, pools, with or without coordinates.

No export of the national database of facilities has been seen, so the headings here are
those that its pages show; a mapping translates others.
"""

import re
from collections.abc import Mapping, Sequence

from catalogue.errors import Invalid
from catalogue.mapping import mapped
from scrapers.formats.collecting import Findings
from scrapers.formats.tabular import opened
from scrapers.found import Parsed, SourceInfo, Trouble, Unreadable

HEADINGS = ("id", "navn", "type", "adresse", "postnr", "by", "lat", "lon", "telefon", "website")
_REQUIRED = ("id", "navn")
_DECIMAL_COMMA = re.compile(r"(-?[0-9]{1,3}),([0-9]{1,15})")


def parse(content: bytes, source: SourceInfo) -> Parsed:
    with opened(content, source) as (findings, headings, rows):
        if source.mapping is not None:
            try:
                headings, rows = mapped(source.mapping, headings, rows)
            except Invalid as error:
                raise Unreadable(Trouble.LAYOUT_CHANGED, str(error)) from None
        _check(headings, findings)
        count = 0
        for row in rows:
            count += 1
            if len(row.cells) < len(headings) and row.progress >= 0.9:
                detail = "a last row with fewer cells than headings"
                findings.remark(Trouble.TRUNCATED, f"line {row.line}", detail)
            given = {name: cell for name, cell in zip(headings, row.cells, strict=False) if cell}
            _venue(given, f"line {row.line}", findings)
        if not count:
            findings.empty("line 1", "the table has headings and no rows")
    return findings.done()


def _check(headings: Sequence[str], findings: Findings) -> None:
    missing = [heading for heading in _REQUIRED if heading not in headings]
    if missing:
        reason = f"the table has no heading {', '.join(missing)}"
        raise Unreadable(Trouble.LAYOUT_CHANGED, reason)
    for heading in ("adresse", "postnr", "type"):
        if heading not in headings:
            findings.remark(Trouble.MISSING_PART, heading, "the table has no such heading")


def _venue(given: Mapping[str, str], at: str, findings: Findings) -> None:
    if "id" not in given or "navn" not in given:
        findings.remark(Trouble.ENTRY_REFUSED, at, "a venue without id or name")
        return
    entry = findings.venue(given["id"], at)
    entry.line("name", given["navn"], f"{at} navn", names=False)
    entry.place(
        {
            "venue": given["navn"],
            "address": given.get("adresse"),
            "postcode": given.get("postnr"),
            "town": given.get("by"),
            "lat": _degrees(given.get("lat")),
            "lon": _degrees(given.get("lon")),
        },
        at,
    )
    entry.line("facilities", given.get("type"), f"{at} type", names=False)
    entry.contact("phone", given.get("telefon"), f"{at} telefon")
    entry.contact("website", given.get("website"), f"{at} website")


def _degrees(cell: str | None) -> str | None:
    """A Danish spreadsheet writes 56,41; the decimal point is ours."""
    return None if cell is None else _DECIMAL_COMMA.sub(r"\1.\2", cell)
