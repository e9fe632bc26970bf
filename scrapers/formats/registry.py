"""The formats by name, as sources.toml names them."""

from collections.abc import Callable, Mapping

from catalogue.errors import Invalid
from scrapers.formats import (
    conventus_aktiviteter,
    conventus_booking,
    conventus_holdoversigt,
    conventus_xml,
    facilities,
    hsds,
    html,
    ical,
    jsonld,
    kultunaut,
    nemtilmeld,
    openactive,
    rss,
    table,
)
from scrapers.found import Parsed, SourceInfo

Parse = Callable[[bytes, SourceInfo], Parsed]

FORMATS: Mapping[str, Parse] = {
    "conventus_holdoversigt": conventus_holdoversigt.parse,
    "conventus_aktiviteter": conventus_aktiviteter.parse,
    "conventus_xml": conventus_xml.parse,
    "conventus_booking": conventus_booking.parse,
    "table": table.parse,
    "html": html.parse,
    "ical": ical.parse,
    "jsonld": jsonld.parse,
    "kultunaut": kultunaut.parse,
    "nemtilmeld": nemtilmeld.parse,
    "facilities": facilities.parse,
    "rss": rss.parse,
    "openactive": openactive.parse,
    "hsds": hsds.parse,
    "oruk": hsds.parse,
}


def parser_of(name: str) -> Parse:
    """The parser of a format. Raises Invalid naming the formats there are."""
    if name not in FORMATS:
        raise Invalid(f"format {name[:40]!r}: there are {', '.join(FORMATS)}")
    return FORMATS[name]
