"""Offers on paper: a tagged PDF from a page of ours, by WeasyPrint.

Where the system lacks Pango, which WeasyPrint draws with, there is no PDF: the page then says
in one line that the browser prints too.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

import segno
import structlog
from fastapi import Request, Response
from markupsafe import Markup

from api.need_code import qr_of
from api.pages import front_end
from api.pages.offer_view import OfferPage, offer_page
from api.pages.render import page
from api.pages.saved import list_address
from api.pages.shown import Shown
from api.pages.suggesting import Row, suggestion
from api.pages.summary import Line
from catalogue.published import PublishedOffer
from catalogue.vocabulary import Vocabulary
from matcher.index import Index
from matcher.match import Suggestion

try:
    import weasyprint
except OSError:  # Pango is missing on this system
    weasyprint = None

_one_at_a_time = Lock()
"""A sheet takes half a second of a processor, which others wait for too."""
_log = structlog.get_logger()
_BORDER = 4  # modules of quiet zone, by the standard


@dataclass(frozen=True, slots=True)
class Entry:
    """One offer on the sheet."""

    offer: OfferPage
    why: Row | None
    """Why it is suggested and what to ask; None on a list."""
    qr: str | None
    """A picture as an address; None where nobody has said where the pages lie."""


def svg_of(symbol: segno.QRCode) -> Markup:
    """A QR symbol as SVG within a page; the page says what it is."""
    text = symbol.svg_inline(
        border=_BORDER, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return Markup(text)  # noqa: S704 - made of squares alone


def _picture_of(symbol: segno.QRCode) -> str:
    # Dots take a quarter of what strokes do in the file; four to a module, so none is blurred.
    return str(symbol.png_data_uri(border=_BORDER, scale=1))


def address_of(request: Request, path: str) -> str | None:
    """Where a page of ours lies, by the setting and never by what a request says."""
    address = request.app.state.settings.address
    return None if address is None else f"{address}{path}"


def address_qr(request: Request, path: str) -> segno.QRCode | None:
    """The QR symbol that opens a page of ours; None where nobody has said where they lie."""
    address = address_of(request, path)
    return None if address is None else segno.make(address, error="m", micro=False)


def suggestions_response(
    request: Request,
    shown: Shown,
    matches: Sequence[Suggestion],
    told: Sequence[Line],
    code: str,
    index: Index,
    vocabulary: Vocabulary,
    on: date,
) -> Response:
    """The suggestions as a PDF, with the answers and their code for a guide."""
    entries = [
        Entry(
            offer_page(one.offer, vocabulary, on, shown, index),
            suggestion(one, (), on, shown, vocabulary, index, on_paper=True),
            _offer_qr(request, one.offer),
        )
        for one in matches
    ]
    values = {
        "title": shown.t("sheet.suggestions"),
        "entries": entries,
        "told": told,
        "code": _picture_of(qr_of(code)),
        "list_qr": None,
        "on": on,
    }
    return _response(request, shown, values, "fritidsguide-forslag.pdf", shown.link("/find"))


def list_response(
    request: Request,
    shown: Shown,
    ids: Sequence[str],
    offers: Sequence[PublishedOffer],
    index: Index,
    vocabulary: Vocabulary,
    on: date,
) -> Response:
    """A saved list as a PDF."""
    entries = [
        Entry(offer_page(one, vocabulary, on, shown, index), None, _offer_qr(request, one))
        for one in offers
    ]
    symbol = address_qr(request, list_address(ids))
    values = {
        "title": shown.t("saved.title"),
        "entries": entries,
        "told": (),
        "code": None,
        "list_qr": None if symbol is None else _picture_of(symbol),
        "list_mm": None if symbol is None else qr_mm(symbol),
        "on": on,
    }
    return _response(request, shown, values, "fritidsguide-liste.pdf", list_address(ids, shown))


def qr_mm(symbol: segno.QRCode) -> float:
    """Width in mm at which a phone reads it: 0.4 a module, and never under 26."""
    return max(26.0, round(symbol.symbol_size(border=_BORDER)[0] * 0.4, 1))


def _offer_qr(request: Request, offer: PublishedOffer) -> str | None:
    symbol = address_qr(request, f"/tilbud/{offer.id}")
    return None if symbol is None else _picture_of(symbol)


def _response(
    request: Request, shown: Shown, values: Mapping[str, object], name: str, back: str
) -> Response:
    if weasyprint is None:
        _log.warning("no PDF", reason="Pango is missing; scripts/system-packages installs it")
        words = {
            "title": shown.t("saved.no_pdf.title"),
            "line": shown.t("saved.no_pdf"),
            "back": back,
        }
        return page(request, "nothing.html", words, status=503)
    html = bytes(page(request, "sheet.html", values).body).decode()
    return Response(
        pdf_of(html),
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def pdf_of(html: str) -> bytes:
    """A page as PDF/UA-1: tagged, with its language and title; takes in our own files alone."""
    out = io.BytesIO()
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("file", "data"))
    folder = front_end.STATIC.as_uri() + "/"
    with _one_at_a_time:
        weasyprint.HTML(string=html, base_url=folder, url_fetcher=fetcher).write_pdf(
            out, pdf_variant="pdf/ua-1", optimize_images=True
        )
    return out.getvalue()
