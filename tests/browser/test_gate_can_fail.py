"""Each criterion of the gate reports something on a page that is broken in that way alone.

The pages are served by the test itself, beside one with which nothing is wrong.
"""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from api.wording import Language, sentence
from tests.browser import checks
from tests.browser.test_gate import MOST_KB, Heard, check_html, java, listen

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("gate-1")]
__all__ = ["java"]
SERVICE = sentence("page.title")
STYLE = """
* { box-sizing: border-box; font-size: 1rem; line-height: 1.5 }
body { margin: 0; background: #fff; color: #111 }
a, button, input, summary, label { display: inline-block; min-height: 44px; min-width: 44px }
button, input, .row { border: 1px solid #111 }
:focus-visible { outline: 3px solid #00f; outline-offset: 2px }
@media print { nav { display: none } .row { break-inside: avoid } }
"""
SOUND = (
    '<nav aria-label="Sider"><a href="/">Forside</a></nav>'
    '<main id="m"><h1>Prøve</h1><p>Her er alt godt.</p>'
    '<label><input type="checkbox"> Jeg vil med</label><div class="row">En række</div></main>'
)


def html(body: str, style: str = "", head: str = "", lang: str = "da", title: str = "Prøve") -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,"><title>{title} · {SERVICE}</title>'
        f"<style>{STYLE}{style}</style>{head}</head><body>{body}</body></html>"
    )


class _Pages(BaseHTTPRequestHandler):
    shown = ""
    cookie = ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if self.cookie:
            self.send_header("Set-Cookie", self.cookie)
        self.end_headers()
        self.wfile.write(self.shown.encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def opened(browser: Browser, served: str) -> Iterator["Opened"]:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    yield Opened(page, served, listen(page, context.new_cdp_session(page)))
    context.close()


class Opened:
    """A tab that shows what it is given."""

    def __init__(self, page: Page, address: str, heard: Heard) -> None:
        self.page = page
        self.address = address
        self.heard = heard

    def show(self, text: str, cookie: str = "") -> Page:
        _Pages.shown, _Pages.cookie = text, cookie
        self.page.goto(self.address, wait_until="networkidle")
        checks.prepare(self.page)
        return self.page


CHECKS = {
    "G1": lambda page: checks.axe(page)[0],
    "G4": checks.keyboard,
    "G5": checks.reflow,
    "G6": checks.spacing,
    "G7": checks.targets,
    "G8": checks.forced_colours,
    "G13": partial(checks.structure, language=Language.DA),
    "G14": partial(checks.readable, highest=30),
    "G15": checks.printed,
    "G16": checks.still,
}
HARD = "Kommunalbestyrelsens fritidspolitiske handlingsplaner forudsætter visitationsberettigede"
BROKEN = {
    "G1-picture": ("G1", html(SOUND + '<img src="data:," width="44" height="44">')),
    "G1-contrast": ("G1", html(SOUND.replace("<p>", '<p style="color:#aaa">'))),
    "G4-unmarked": ("G4", html(SOUND, ":focus-visible { outline: none }")),
    "G4-faint": ("G4", html(SOUND, ":focus-visible { outline: 3px solid #eee }")),
    "G4-trap": (
        "G4",
        html(
            SOUND + "<button id='b'>Fast</button><button>Efter</button>"
            "<script>b.addEventListener('keydown', (e) => e.preventDefault())</script>"
        ),
    ),
    "G5-wide": ("G5", html(SOUND + '<div style="width:500px">Bred</div>')),
    "G6-cut": (
        "G6",
        html(SOUND + '<p style="height:1.6em;overflow:hidden">Et ord og et ord og et ord mere</p>'),
    ),
    "G6-fixed-text": ("G6", html(SOUND, "main { font-size: 16px }")),
    "G7-small": (
        "G7",
        html(SOUND, "button { min-height: 0 }").replace("</main>", "<button>Lille</button></main>"),
    ),
    "G8-tick": (
        "G8",
        html(
            SOUND,
            "input { appearance: none; inline-size: 44px; border: 1px solid }"
            " input:checked { background: linear-gradient(#000, #000) }",
        ),
    ),
    "G8-border": (
        "G8",
        html(SOUND + '<button style="border:0;background:#000;color:#fff">Send</button>'),
    ),
    "G13-lang": ("G13", html(SOUND, lang="en")),
    "G13-two": ("G13", html(SOUND + "<h1>Igen</h1>")),
    "G13-skipped": ("G13", html(SOUND + "<h3>Dybt</h3>")),
    "G13-title": ("G13", html(SOUND).replace(f" · {SERVICE}", "")),
    "G14-hard": ("G14", html(SOUND.replace("</main>", f"<p>{HARD * 2}.</p>" * 12 + "</main>"))),
    "G15-nav": ("G15", html(SOUND, "@media print { nav { display: block } }")),
    "G15-dark": ("G15", html(SOUND, "@media print { body { background: #222 } }")),
    "G15-split": ("G15", html(SOUND, "@media print { .row { break-inside: auto } }")),
    "G16-moves": ("G16", html(SOUND, ".row { transition: opacity 1s }")),
}


@pytest.mark.parametrize("criterion", CHECKS)
def test_a_sound_page_meets_a_criterion(opened: Opened, criterion: str) -> None:
    assert CHECKS[criterion](opened.show(html(SOUND))) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_page_fails_its_criterion(opened: Opened, name: str) -> None:
    criterion, text = BROKEN[name]
    assert CHECKS[criterion](opened.show(text)) != []


def test_what_axe_cannot_decide_needs_a_review(opened: Opened) -> None:
    style = "p { background: linear-gradient(#fff, #888) }"
    _, review = checks.axe(opened.show(html(SOUND, style)))
    assert ("color-contrast", "p") in review
    assert checks.unreviewed(review, []) == review
    assert checks.unreviewed(review, [("color-contrast", "^p$")]) == []


@pytest.mark.usefixtures("java")
def test_html_that_is_not_valid_is_reported(tmp_path: Path) -> None:
    faults = check_html({"sound": html(SOUND), "broken": html("<ul><p>Nej</p></ul>")}, tmp_path)
    assert faults
    assert all("broken.html" in one for one in faults)


def test_errors_of_a_page_are_heard(opened: Opened) -> None:
    opened.show(html(SOUND + "<script>findes_ikke()</script>"))
    opened.show(html(SOUND + "<script>console.error('nej')</script>"))
    assert [one.split(":")[0] for one in opened.heard.faults] == ["page error", "nej"]


def test_what_a_page_weighs_and_asks_for_is_counted(opened: Opened) -> None:
    opened.show(html(SOUND + f"<!--{'x' * MOST_KB * 1000}-->"))
    assert opened.heard.bytes > MOST_KB * 1000
    assert opened.heard.requests == 1
    port = opened.address.rpartition(":")[2]
    opened.show(html(SOUND, head=f'<link rel="stylesheet" href="http://localhost:{port}/a.css">'))
    assert f"localhost:{port}" in opened.heard.hosts


def test_what_a_page_keeps_is_seen(opened: Opened) -> None:
    page = opened.show(html(SOUND + "<script>localStorage.a = 1</script>"), cookie="a=1")
    assert page.context.cookies() != []
    assert checks.kept(page) == ["localStorage holds something"]


@pytest.mark.parametrize(
    ("language", "words"),
    [(Language.UK, "Тут Ændring"), (Language.AR, "هنا Tilbud"), (Language.EN, "Søg here")],
)
def test_words_of_another_language_are_seen(opened: Opened, language: Language, words: str) -> None:
    wrong = opened.show(html(f"<main><h1>1</h1><p>{words}</p></main>", lang=language.value))
    assert checks.right_language(wrong, language) != []
    foreign = words.split()[0 if language is Language.EN else 1]
    marked = words.replace(foreign, f'<bdi lang="da">{foreign}</bdi>')
    right = opened.show(html(f"<main><h1>1</h1><p>{marked}</p></main>", lang=language.value))
    assert checks.right_language(right, language) == []
