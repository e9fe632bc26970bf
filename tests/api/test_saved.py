"""The saved list: in its address, in order, on paper, in a calendar, as a code."""

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit
from uuid import UUID

import icalendar
import numpy as np
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.app import create_app
from api.importing import SAMPLE, SAMPLE_SOURCE, import_file
from api.migrations.run import migrate_catalogue
from api.pages import sheet
from api.pages.saved import list_address
from api.pages.short_ids import MOST, read_ids, short_id
from catalogue import intake
from catalogue.database import open_database, writing
from catalogue.facts import Basis
from catalogue.intake import StatedOffer
from catalogue.statements import Provenance
from tests.api.conftest import SETTINGS
from tests.catalogue.test_intake import AT

ADDRESS = "https://fritid.example"


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The application where the setting says where the pages lie."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('saved') / 'sample.sqlite'}")
    migrate_catalogue(engine)
    import_file(engine, SAMPLE, SAMPLE_SOURCE)
    settings = replace(SETTINGS, address=ADDRESS)
    with TestClient(create_app(settings, engine), raise_server_exceptions=False) as client:
        yield client
    engine.dispose()


def some(client: TestClient, count: int, sort: str = "name") -> list[dict[str, str]]:
    """Offers of the sample, each with its short id."""
    found: list[dict[str, str]] = []
    page = 1
    while len(found) < count:
        found += client.get(f"/api/v1/offers?sort={sort}&page={page}").json()["offers"]
        page += 1
    return [{**one, "short": short_id(UUID(one["id"]))} for one in found[:count]]


def address(offers: list[dict[str, str]]) -> str:
    return list_address([one["short"] for one in offers])


def titles(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/tilbud/[^"]+">([^<]+)</a>', page)


def test_the_list_is_in_the_order_of_its_address(listed: TestClient) -> None:
    offers = some(listed, 3)
    page = listed.get(address([offers[2], offers[0], offers[1]])).text
    ids = re.findall(r'<h2><a href="/tilbud/([^"?]+)[?"]', page)
    assert ids == [offers[2]["id"], offers[0]["id"], offers[1]["id"]]


def test_links_take_off_and_move(listed: TestClient) -> None:
    first, second, third = some(listed, 3)
    page = listed.get(address([first, second, third])).text
    links = {one for one in re.findall(r'href="(/liste\?[^"]+)"', page) if "&amp;" not in one}
    assert links == {
        address([second, third]),
        address([first, third]),
        address([first, second]),
        address([second, first, third]),
        address([first, third, second]),
        address([first, second, third]),  # the list itself, in the navigation
    }


def test_an_offer_that_is_gone_is_named_as_gone(own_client: TestClient, engine: Engine) -> None:
    by = Provenance("klub", Basis.SOURCE, None)
    with writing(engine) as session:
        offer = StatedOffer("1", "Den Stille Klub", {"title": "Stilleholdet"}, by)
        intake.record(session, [offer], source="klub", actor="import:klub", at=AT)
    own_client.app.state.live.refresh()  # type: ignore[attr-defined]
    public_id = intake.offer_id("klub", "1")
    there = some(own_client, 1)
    ids = [there[0]["short"], short_id(public_id), "0000000000"]
    assert "Stilleholdet findes ikke mere." not in own_client.get(list_address(ids)).text
    with writing(engine) as session:
        ids_of = intake.keys_of(session, "klub")
        intake.withdraw(session, ids_of.values(), actor="curator", at=AT)
    own_client.app.state.live.refresh()  # type: ignore[attr-defined]
    page = own_client.get(list_address(ids)).text
    assert "Stilleholdet findes ikke mere." in page
    assert "Vi kender ikke et tilbud med nummer 0000000000." in page
    assert f'href="{list_address([ids[0], ids[2]])}"' in page
    assert titles(page) == [there[0]["title"]] or len(titles(page)) == 1


def test_a_list_holds_thirty_and_says_so(listed: TestClient) -> None:
    offers = some(listed, MOST + 5)
    page = listed.get(address(offers)).text
    assert len(titles(page)) == MOST
    assert "Der er plads til 30 tilbud på listen" in page


def test_an_empty_list_says_how_to_fill_it(listed: TestClient) -> None:
    for path in ("/liste", "/liste?t=", "/liste?t=%22%3E,x,<b>"):
        page = listed.get(path)
        assert page.status_code == 200
        assert "<h2>Din liste er tom.</h2>" in page.text


def test_short_ids_are_ten_letters_and_different_in_the_sample(listed: TestClient) -> None:
    shorts = {one["short"] for one in some(listed, 434)}
    assert len(shorts) == 434
    assert all(re.fullmatch(r"[0-9a-hjkmnp-tv-z]{10}", one) for one in shorts)
    assert read_ids(",".join(shorts).upper()) == tuple(
        dict.fromkeys(one for one in ",".join(shorts).split(","))
    )


def drawn(page: str) -> str:
    """What a reader reads in the QR symbol of a page."""
    path = re.search(r'<svg[^>]*viewBox="0 0 (\d+) \1"[^>]*class="qr".*?</svg>', page, re.DOTALL)
    assert path is not None
    return read_svg(path[0])


def read_svg(svg: str) -> str:
    """Draws the strokes of a QR symbol, a row of pixels each, and reads it."""
    size = int(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
    pixels = np.full((size, size), 255, dtype=np.uint8)
    stroke = re.findall(r'<path[^>]*stroke[^>]* d="([^"]+)"', svg)[0]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmhv])([-\d. ]+)", stroke):
        values = [float(one) for one in re.findall(r"-?[\d.]+", numbers)]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        elif command == "h":
            pixels[int(y), int(x) : int(x + values[0])] = 0
            x += values[0]
    picture = Image.fromarray(pixels).resize((size * 8, size * 8), Image.Resampling.NEAREST)
    found = zxingcpp.read_barcodes(np.array(picture))
    assert len(found) == 1
    return found[0].text


def test_the_code_opens_the_list_where_the_setting_says_and_nowhere_else(
    listed: TestClient, client: TestClient
) -> None:
    path = address(some(listed, 4))
    page = listed.get(path, headers={"Host": "ond.example"}).text
    assert drawn(page) == f"{ADDRESS}{path}"
    assert "ond.example" not in page
    assert 'class="qr"' not in client.get(path).text  # nobody has said where the pages lie


def test_thirty_offers_fit_a_code(listed: TestClient) -> None:
    path = address(some(listed, MOST))
    assert drawn(listed.get(path).text) == f"{ADDRESS}{path}"


def test_the_calendar_holds_the_next_times_in_danish_time(listed: TestClient) -> None:
    offers = [one for one in some(listed, 60) if one.get("times")][:3] or some(listed, 30)
    answer = listed.get(address(offers).replace("/liste", "/liste.ics"))
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(answer.content)
    events = calendar.walk("VEVENT")
    assert events
    assert len({str(one["uid"]) for one in events}) == len(events)
    known = {one["title"][:1].upper() + one["title"][1:] for one in offers}
    assert {str(one["summary"]) for one in events} <= known


def test_a_list_without_times_says_so(listed: TestClient) -> None:
    answer = listed.get("/liste.ics?t=0000000000")
    assert answer.status_code == 404
    assert "har en tid, vi kender" in answer.text


def pdf(client: TestClient, path: str) -> PdfReader:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert len(answer.content) <= 100_000
    return PdfReader(io.BytesIO(answer.content))


def fonts_of(reader: PdfReader) -> list[tuple[str, bool]]:
    """Every font with whether it is in the file."""
    found = []
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"]
            embedded = any(f"/FontFile{n}" in descriptor for n in ("", "2", "3"))
            found.append((str(inner["/BaseFont"]), embedded))
    return found


def sizes_of(reader: PdfReader) -> set[float]:
    """Every size of text, in points."""
    sizes: set[float] = set()

    def visit(text: str, cm: list[float], tm: list[float], _: object, size: float) -> None:
        if text.strip():
            sizes.add(round(abs(tm[3] * cm[3]) * size, 1))

    for page in reader.pages:
        page.extract_text(visitor_text=visit)
    return sizes


@pytest.mark.parametrize("count", [1, 5, MOST])
def test_the_paper_is_tagged_and_large_and_small_enough(listed: TestClient, count: int) -> None:
    offers = some(listed, count)
    reader = pdf(listed, address(offers).replace("/liste", "/liste.pdf"))
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "da"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Min liste · Fritidsguide"
    assert b"pdfuaid" in catalogue["/Metadata"].get_object().get_data()
    assert all(embedded for _, embedded in fonts_of(reader))
    assert {name.rpartition("+")[2] for name, _ in fonts_of(reader)} == {"Plex", "Plex-Semi-Bold"}
    assert min(sizes_of(reader)) >= 12
    for page in reader.pages:
        assert [round(float(one)) for one in page.mediabox[2:]] == [595, 842]


def test_text_is_in_reading_order_and_no_offer_is_split(listed: TestClient) -> None:
    offers = some(listed, 12)
    reader = pdf(listed, address(offers).replace("/liste", "/liste.pdf"))
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    whole = " ".join(pages)
    at = -1
    for number, one in enumerate(offers, start=1):
        title = one["title"][:1].upper() + one["title"][1:]
        held = [page for page in pages if f"{number}. {title}" in page]
        assert len(held) == 1, title
        begin = held[0].index(f"{number}. {title}")
        part = held[0][begin : held[0].find(f" {number + 1}. ", begin) or None]
        places = [part.find(word) for word in ("Hvornår", "Hvor ", "Pris", "Ring", "Ja tak")]
        assert -1 not in places, (title, part)
        assert places == sorted(places)
        assert whole.index(f"{number}. {title}") > at
        at = whole.index(f"{number}. {title}")
    assert whole.index("Min liste") < whole.index(f"1. {offers[0]['title'][:1].upper()}")
    assert whole.index("Sådan går det videre") > at


def test_the_codes_on_paper_open_the_offers(listed: TestClient) -> None:
    offers = some(listed, 2)
    answer = listed.get(address(offers).replace("/liste", "/liste.pdf"))
    drawn_ = subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-f", "1", "-l", "1", "-"],
        input=answer.content,
        capture_output=True,
        check=True,
    )
    found = zxingcpp.read_barcodes(np.array(Image.open(io.BytesIO(drawn_.stdout)).convert("L")))
    read = {one.text for one in found}
    assert read == {
        *(f"{ADDRESS}/tilbud/{one['id']}" for one in offers),
        f"{ADDRESS}{address(offers)}",
    }


def test_the_suggestions_on_paper_hold_the_answers_their_code_and_every_question(
    listed: TestClient,
) -> None:
    sent = {"interest": "hands", "need": ["step_free", "hearing_loop"], "place": "8410"}
    answer = listed.post("/find/ark", data=sent)
    assert answer.status_code == 200
    text = " ".join(
        " ".join(page.extract_text().split())
        for page in PdfReader(io.BytesIO(answer.content)).pages
    )
    assert "Forslag til mig" in text
    assert "Hvorfor:" in text
    assert "Spørg:" in text
    assert "Jeg har brug for teleslynge" in text
    assert "Vis koden til en guide" in text
    assert len(answer.content) <= 100_000


def test_paper_takes_in_nothing_from_outside(listed: TestClient) -> None:
    page = '<html lang="da"><title>x</title><img src="http://127.0.0.1:9/x.png" alt="x">'
    assert b"%PDF" in sheet.pdf_of(page)[:8]


def test_without_pango_one_clear_line_says_to_print(
    listed: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "weasyprint", None)
    answer = listed.get(address(some(listed, 1)).replace("/liste", "/liste.pdf"))
    assert answer.status_code == 503
    assert "Vi kan ikke lave en PDF lige nu" in answer.text
    assert "brug ”Skriv ud” i din browser" in answer.text
    assert listed.post("/find/ark", data={"interest": "hands"}).status_code == 503


def test_a_system_without_pango_still_starts() -> None:
    """The real import, where the library cannot be opened."""
    program = (
        "import cffi.api, sys\n"
        "open_ = cffi.api.FFI.dlopen\n"
        "def closed(self, name, flags=0):\n"
        "    if name and 'pango' in str(name):\n"
        "        raise OSError('cannot open ' + str(name))\n"
        "    return open_(self, name, flags)\n"
        "cffi.api.FFI.dlopen = closed\n"
        "import api.app\n"
        "from api.pages import sheet\n"
        "sys.exit(0 if sheet.weasyprint is None else 3)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-300:]


def test_the_address_of_a_list_is_short(listed: TestClient) -> None:
    path = address(some(listed, MOST))
    assert len(path) <= 350
    assert urlsplit(path).path == "/liste"


@pytest.mark.parametrize("interest", ["hands", "music", "nature", "coffee", "moving"])
def test_three_suggestions_stand_on_a_page(listed: TestClient, interest: str) -> None:
    sent = {"interest": interest, "need": "step_free", "place": "8410"}
    answer = listed.post("/find/ark", data=sent)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]
    assert [page.count("Hvornår") for page in pages] == [3, 2]
