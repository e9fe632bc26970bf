"""A saved page of every format, made by hand in the shapes that sources have."""

import json
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from catalogue.statements import RETRACTED
from scrapers.formats.registry import FORMATS
from scrapers.found import FieldRecipe, PageKind, Parsed, Recipe, SourceInfo

PAGES = Path(__file__).parent / "pages"
ON = date(2026, 11, 22)

RECIPE = Recipe(
    entries="ul.hold > li.team",
    fields={
        "key": FieldRecipe("./@id"),
        "title": FieldRecipe("h3"),
        "times": FieldRecipe("p.tid", strip="Tid:"),
        "place": FieldRecipe("p.sted"),
        "price": FieldRecipe("p.pris", strip="Pris:"),
        "description": FieldRecipe("div.om"),
        "detail": FieldRecipe("a::attr(href)"),
    },
    detail={
        "season": FieldRecipe("dd.periode"),
        "age_from": FieldRecipe("dd.fra"),
        "email": FieldRecipe("p.mail a::attr(href)"),
        "stated_on": FieldRecipe("p.dato"),
    },
    next_page="a[rel=next]::attr(href)",
    empty="ingen hold for tiden",
)


@dataclass(frozen=True, slots=True)
class Case:
    format: str
    file: str
    source: SourceInfo

    @property
    def content(self) -> bytes:
        return (PAGES / self.file).read_bytes()


def _source(address: str, organisation: str | None = None, **more: Any) -> SourceInfo:
    return SourceInfo("prøven", address, ON, organisation, **more)


_CONVENTUS = "https://www.conventus.example/dataudv"
_LATIN = "text/html; charset=iso-8859-1"
_KULTUNAUT = "https://www.kultunaut.example/perl"
CASES = {
    "conventus_holdoversigt": Case(
        "conventus_holdoversigt",
        "conventus_holdoversigt.js",
        _source(f"{_CONVENTUS}/www/holdoversigt2.php?foreningsid=4711", "Mørke Idræt"),
    ),
    "conventus_aktiviteter": Case(
        "conventus_aktiviteter",
        "conventus_aktiviteter.html",
        _source(f"{_CONVENTUS}/www/gruppeaktiviteter.php?foreningsid=4711", "Mørke Idræt"),
    ),
    "conventus_xml": Case(
        "conventus_xml",
        "conventus_xml.xml",
        _source(f"{_CONVENTUS}/api/adressebog/get_grupper.php?forening=4711", "Mørke Idræt"),
    ),
    "conventus_booking_resources": Case(
        "conventus_booking",
        "conventus_booking_resources.json",
        _source("https://www.conventus.example/publicBooking/api/resources?organization=88"),
    ),
    "conventus_booking": Case(
        "conventus_booking",
        "conventus_booking.json",
        _source("https://www.conventus.example/publicBooking/api/bookings?organization=88"),
    ),
    "table": Case("table", "table.csv", _source("https://data.example/hold.csv")),
    "html": Case("html", "html.html", _source("https://klub.example/hold", "Klub", recipe=RECIPE)),
    "html_detail": Case(
        "html",
        "html_detail.html",
        _source(
            "https://klub.example/hold/9", "Klub", recipe=RECIPE, page=PageKind.DETAIL, key="hold-9"
        ),
    ),
    "ical": Case("ical", "ical.ics", _source("https://klubben.example/kalender.ics", "Klubben")),
    "jsonld": Case("jsonld", "jsonld.html", _source("https://klub.example/", "Rønde Løbeklub")),
    "kultunaut": Case(
        "kultunaut",
        "kultunaut.html",
        _source(f"{_KULTUNAUT}/arrlist/type-nynaut?Area=Syddjurs", content_type=_LATIN),
    ),
    "kultunaut_feed": Case(
        "kultunaut",
        "kultunaut_feed.js",
        _source(f"{_KULTUNAUT}/nautjs/type-djurslive?mm=1&tmplid=arrlist&callback=aroundYouCallback"),
    ),
    "kultunaut_detail": Case(
        "kultunaut",
        "kultunaut_detail.html",
        _source(
            f"{_KULTUNAUT}/arrmore/type-nynaut?ArrNr=19000002", page=PageKind.DETAIL, key="19000002"
        ),
    ),
    "nemtilmeld": Case("nemtilmeld", "nemtilmeld.xml", _source("https://djurs.nemtilmeld.example/")),
    "facilities": Case("facilities", "facilities.csv", _source("https://data.example/anlaeg.csv")),
    "rss": Case("rss", "rss.xml", _source("https://klub.example/rss", "Klub")),
    "openactive": Case("openactive", "openactive.json", _source("https://oa.example/feed")),
    "openactive_last": Case(
        "openactive",
        "openactive_last.json",
        _source("https://oa.example/feed?afterTimestamp=1003&afterId=s-3"),
    ),
    "hsds": Case("hsds", "hsds.json", _source("https://hsds.example/services?per_page=3")),
    "oruk": Case("oruk", "oruk.json", _source("https://oruk.example/services")),
}  # fmt: skip


def plain(value: object) -> Any:
    """A parsed answer as JSON, for comparing with a saved one; what is empty is left out."""
    if value is RETRACTED:
        return "<retracted>"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        found = {one.name: plain(getattr(value, one.name)) for one in fields(value)}
        return {name: one for name, one in found.items() if one not in (None, [], {}, "")}
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def parts_of(parsed: Parsed) -> tuple[str, ...]:
    """What a source with these offers would name as `expects`."""
    found: set[str] = set()
    for offer in parsed.offers or parsed.venues:
        found |= {*offer.fields}
        for name, field in offer.fields.items():
            if isinstance(field.value, dict) and name in ("place", "price"):
                found |= {f"{name}.{part}" for part, one in field.value.items() if one is not None}
            if isinstance(field.value, dict) and name == "times":
                ends = [meeting[2] for meeting in field.value["meetings"]]
                found |= {"times.ends"} if any(ends) else set()
    for offer in parsed.offers:
        found |= {"stated_on"} if offer.stated_on else set()
        found |= {"link"} if offer.address else set()
    return tuple(sorted(found))


def write_expected() -> None:
    """Write every expected result anew; read the difference before it is committed."""
    for name, case in CASES.items():
        found = plain(FORMATS[case.format](case.content, case.source))
        text = json.dumps(found, ensure_ascii=False, indent=1)
        (PAGES / f"{name}.expected.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    write_expected()
