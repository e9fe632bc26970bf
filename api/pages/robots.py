"""What search engines may read: robots.txt and the sitemap."""

from collections.abc import Iterable
from datetime import date
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request, Response

from api.dependencies import CurrentIndex
from catalogue.errors import Missing
from matcher.index import Index
from matcher.kernels.compiled import NO_DAY

router = APIRouter()
_PAGES = ("/", "/find", "/om", "/privatliv", "/was")
A_FILE = 40_000
"""Offers in one file of the sitemap; the protocol's limit is 50,000 addresses."""
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@router.get("/robots.txt")
async def robots(request: Request) -> Response:
    """Everything may be read but searches, of which there is no end."""
    address = request.app.state.settings.address
    lines = [
        "User-agent: *",
        "Disallow: /tilbud?",
        "Disallow: /kort.json",
        "Disallow: /komponenter",
    ]
    if address is not None:
        lines.append(f"Sitemap: {address}/sitemap.xml")
    return Response("\n".join(lines) + "\n", media_type="text/plain")


@router.get("/sitemap.xml")
async def sitemap(request: Request, snapshot: CurrentIndex) -> Response:
    """All pages and offers; of many offers the list of files that hold them."""
    address = _address(request)
    files = -(-len(snapshot.index) // A_FILE)
    if files <= 1:
        return _file(address, _PAGES, snapshot.index, 0)
    parts = "".join(
        f"<sitemap><loc>{escape(address)}/sitemap-{number}.xml</loc></sitemap>"
        for number in range(1, files + 1)
    )
    return _xml(f'<sitemapindex xmlns="{_SPACE}">{parts}</sitemapindex>')


@router.get("/sitemap-{number}.xml")
async def part(request: Request, number: int, snapshot: CurrentIndex) -> Response:
    """One file of a large sitemap, from 1."""
    if not 1 <= number <= -(-len(snapshot.index) // A_FILE):
        raise Missing("there is no such part of the sitemap")
    return _file(_address(request), _PAGES if number == 1 else (), snapshot.index, number - 1)


def _address(request: Request) -> str:
    """Where the pages lie, by the settings: never what the asker calls it."""
    address: str | None = request.app.state.settings.address
    if address is None:
        raise Missing("FRITIDSGUIDE_ADDRESS is not set, so there is no sitemap")
    return address


def _file(address: str, pages: Iterable[str], index: Index, number: int) -> Response:
    found = [f"<url><loc>{escape(address + page)}</loc></url>" for page in pages]
    first = number * A_FILE
    for row in index.all_rows()[first : first + A_FILE].tolist():
        offer = index.held[row]
        if offer.is_example:
            continue  # invented
        day = int(index.columns.stated_on[row])
        changed = "" if day == NO_DAY else f"<lastmod>{date.fromordinal(day)}</lastmod>"
        found.append(f"<url><loc>{escape(address)}/tilbud/{offer.id}</loc>{changed}</url>")
    return _xml(f'<urlset xmlns="{_SPACE}">{"".join(found)}</urlset>')


def _xml(body: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>{body}', media_type="application/xml")
