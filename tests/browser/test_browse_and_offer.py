"""Browse and the offer page in a real browser, with and without scripts."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.migrations.run import migrate_catalogue
from catalogue import intake
from catalogue.database import open_database, writing
from catalogue.facts import Basis
from catalogue.intake import StatedOffer
from catalogue.statements import Provenance
from tests.browser.served import serving, watched

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LIST_BYTES, MAP_BYTES = 90_000, 80_000
BODIES = (
    "alert(1)",
    "window.executed.push(1)",
    "top.executed.push(1)",
    "self['executed'].push(1)",
    "document.defaultView.executed.push(1)",
)
FORMS = (
    "<script>{}</script>",
    "</script><script>{}</script>",
    '"><script>{}</script>',
    "'><img src=x onerror={}>",
    '"><img src=x onerror="{}">',
    "<svg/onload={}>",
    "</textarea><svg onload={}>",
    "</title><script>{}</script>",
    "<iframe srcdoc='<script>{}</script>'>",
    "<details open ontoggle={}>x</details>",
    '" autofocus onfocus="{}',
    "' onmouseover='{}",
    "javascript:{}",
    "data:text/html,<script>{}</script>",
    "<a href='javascript:{}'>x</a>",
    "<style>@import 'javascript:{}'</style>",
    "<math><mi//xlink:href='data:x,<script>{}</script>'>",
    "<body onload={}>",
    "<!--><script>{}</script>-->",
    "{{{{constructor.constructor('{}')()}}}}",
)
PAYLOADS = [form.format(body) for form in FORMS for body in BODIES]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server with the sample catalogue."""
    with serving(tmp_path_factory.mktemp("demo"), "demo") as address:
        yield address


def count(page: Page) -> int:
    words = page.inner_text("#antal")
    return 1 if words.startswith("Ét") else int(words.split()[0])


def an_offer_with_unknowns(page: Page) -> None:
    page.goto("/tilbud?q=onsdagshestene")
    page.locator(".rows h3 a").first.click()
    expect(page.locator("#uoplyst")).to_have_count(1)


@pytest.mark.parametrize("width", [320, 1280])
def test_a_choice_changes_the_list_the_counts_and_the_address_and_keeps_the_focus(
    browser: Browser, address: str, width: int
) -> None:
    with watched(browser, address, viewport={"width": width, "height": 800}) as page:
        page.goto("/tilbud?q=strik&near=8410")
        before = count(page)
        if width < 960:
            page.click(".filters > summary")
        page.check("input[value=companion_welcome]")
        page.wait_for_url("**requires=companion_welcome**")
        expect(page.locator(".tag", has_text="Ledsager")).to_have_count(1)
        assert count(page) <= before
        assert page.evaluate("document.activeElement.value") == "companion_welcome"
        assert page.inner_text("#status").strip() == page.inner_text("#antal").strip()
        assert "=&" not in page.url and not page.url.endswith("=")
        page.go_back()
        page.wait_for_url(lambda url: "requires" not in url)
        expect(page.locator(".tag")).to_have_count(0)


def test_nothing_is_stored_on_the_device_while_browsing(browser: Browser, address: str) -> None:
    with watched(browser, address) as page:
        page.goto("/tilbud?requires=step_free&near=8410")
        page.check("input[name=day][value=tue]")
        page.wait_for_url("**day=tue**")
        an_offer_with_unknowns(page)
        state = page.context.storage_state(indexed_db=True)
        assert state == {"cookies": [], "origins": []}
        page.goto("/static/icon.svg")  # a page without our script, so that storage can be read
        assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_a_place_is_offered_while_one_types(browser: Browser, address: str) -> None:
    with watched(browser, address) as page:
        page.goto("/")
        page.locator("#near").press_sequentially("ryomg")
        option = page.locator("#near-steder option").first
        expect(option).to_have_attribute("value", "8550 Ryomgård")


def test_a_position_is_rounded_before_it_leaves_the_browser(browser: Browser, address: str) -> None:
    place = {"latitude": 56.298761, "longitude": 10.473219}
    with watched(browser, address, geolocation=place, permissions=["geolocation"]) as page:
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        page.goto("/")
        page.click("[data-position]")
        page.wait_for_url("**near=56.30%2C10.47**")
        assert not any("29876" in url or "47321" in url for url in asked)


def test_the_list_and_the_map_are_light(browser: Browser, address: str) -> None:
    with watched(browser, address, viewport={"width": 360, "height": 800}) as page:
        sizes: list[int] = []
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda one: sizes.append(one["encodedDataLength"]))
        page.goto("/")
        page.wait_for_load_state("networkidle")
        assert page.locator(".rows > li").count() == 20
        assert sum(sizes) <= LIST_BYTES
        assert len(sizes) <= 25
        first = len(sizes)
        page.click("[data-map] > button")
        page.wait_for_selector("#kort .place")
        page.wait_for_load_state("networkidle")
        assert sum(sizes[first:]) <= MAP_BYTES


def test_markers_of_the_map_have_names_and_lead_to_offers(browser: Browser, address: str) -> None:
    with watched(browser, address, viewport={"width": 1280, "height": 900}) as page:
        page.goto("/tilbud?q=strik")
        page.click("[data-map] > button")
        page.wait_for_selector("#kort .place")
        names = page.locator("#kort .place").evaluate_all(
            "all => all.map((one) => one.getAttribute('aria-label'))"
        )
        assert names and all(names)
        one = page.locator("#kort .place:not(.you)[title]").first
        one.focus()
        page.keyboard.press("Enter")
        page.locator(".leaflet-popup-content a").first.click()
        page.wait_for_url("**/tilbud/*")


def test_without_scripts_nothing_is_shown_that_needs_them(browser: Browser, address: str) -> None:
    with watched(browser, address, java_script_enabled=False) as page:
        page.goto("/")
        for part in ("[data-position]", "[data-map]"):
            assert not page.locator(part).is_visible()
        page.locator(".pick").first.click()
        assert page.locator(".tag").count() == 1
        an_offer_with_unknowns(page)
        assert not page.locator("[data-print]").is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_one_can_ask_and_tell_what_is_wrong(browser: Browser, address: str, scripts: bool) -> None:
    code = "wheelchair_toilet" if scripts else "allergy_aware"
    with watched(browser, address, java_script_enabled=scripts) as page:
        an_offer_with_unknowns(page)
        page.locator(f".open button[value={code}]").click()
        assert "Tak. Vi spørger foreningen" in page.inner_text("#tak")
        assert page.locator(f"button[value={code}]").count() == 0
        assert page.locator("html").get_attribute("lang") == "da"
        page.click(".wrong a")
        page.check("input[value=other]")
        page.fill("#ord", "Ring til 22 33 44 55")
        page.click("button.main")
        assert "Slet telefonnummer" in page.inner_text(".summary")
        if scripts:
            assert page.evaluate("document.activeElement.id") == "fejl"
        page.fill("#ord", "Der er nu elevator.")
        page.click("button.main")
        assert "Tak for hjælpen" in page.inner_text("#tak")


def test_the_kept_list_is_there_without_a_network(browser: Browser, address: str) -> None:
    with watched(browser, address) as page:
        page.goto("/om")
        page.click("[data-keep]")
        expect(page.locator("#status")).to_contain_text("gemt på telefonen")
        page.goto("/tilbud?requires=step_free")  # a choice, which is not kept
        kept = page.evaluate(
            "caches.open('fritidsguide-1').then((c) => c.keys()).then((k) => k.map((r) => r.url))"
        )
        assert not any("requires" in url for url in kept)
        page.context.set_offline(True)
        page.goto("/tilbud")
        assert page.locator(".rows > li").count() == 20
        assert "ikke net lige nu" in page.inner_text("#status")
        page.goto("/find")
        assert page.inner_text("h1") == "Der er ikke net lige nu"
        page.context.set_offline(False)
        page.goto("/om")
        page.click("[data-forget]")
        expect(page.locator("#status")).to_contain_text("slettet")
        assert page.evaluate("caches.keys()") == []


def test_an_offer_prints_on_one_page(browser: Browser, address: str, tmp_path: Path) -> None:
    with watched(browser, address) as page:
        for words in ("onsdagshestene", "strik", "fodbold"):
            page.goto(f"/tilbud?q={words}")
            page.locator(".rows h3 a").first.click()
            page.wait_for_load_state("networkidle")
            pdf = page.pdf(format="A4", prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1, words


def test_a_hundred_payloads_of_others_run_nothing(browser: Browser, tmp_path: Path) -> None:
    assert len(PAYLOADS) == 100
    url = f"sqlite:///{tmp_path / 'evil.sqlite'}"
    engine = open_database(url)
    migrate_catalogue(engine)
    with writing(engine) as session:
        offers = [
            StatedOffer(
                str(number),
                f"{number} {text}",
                {
                    "title": text,
                    "description": text,
                    "activities": ["strikning", text],
                    "place": {"venue": text, "address": text, "postcode": "8410", "town": text},
                    "times": {"meetings": [[1, "19:00", None, "every", []]], "original": text},
                    "website": text if number % 2 else f"example.dk/{text}",
                    "email": text,
                    "phone": text,
                    "step_free": "yes",
                },
                Provenance("evil", Basis.SOURCE, None, origin=text),
            )
            for number, text in enumerate(PAYLOADS)
        ]
        at = datetime(2026, 11, 24, tzinfo=UTC)
        intake.record(session, offers, source="evil", actor="import:evil", at=at)
    engine.dispose()
    casework = f"sqlite:///{tmp_path / 'cases.sqlite'}"
    with serving(tmp_path, "serve", "--database", url, "--casework", casework) as address:
        with watched(browser, address) as page:
            for side in range(1, 6):
                page.goto(f"/tilbud?sort=name&side={side}")
                assert page.locator(".rows > li").count() == 20
                assert page.evaluate("window.executed") == []
            page.click("[data-map] > button")
            page.wait_for_selector("#kort .place")
            page.locator("#kort .place").first.click()
            page.wait_for_timeout(300)
            assert page.evaluate("window.executed") == []
            for number, text in enumerate(PAYLOADS):
                page.goto(f"/tilbud/{intake.offer_id('evil', str(number))}")
                assert page.evaluate("window.executed") == []
                assert page.locator("h1").inner_text().strip()
                hrefs = page.locator("main a").evaluate_all("all => all.map((a) => a.protocol)")
                assert set(hrefs) <= {"http:", "https:", "mailto:", "tel:"}, text
            for text in PAYLOADS[:: len(BODIES)]:
                page.goto("/tilbud?" + "q=" + re.sub(r"[&#%+]", " ", text))
                assert page.evaluate("window.executed") == []


@pytest.mark.parametrize("level", ["normal", "billeder"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pictures_stay_in_their_frames(
    browser: Browser, address: str, level: str, width: int
) -> None:
    with watched(browser, address, viewport={"width": width, "height": 800}) as page:
        page.goto(f"/?niveau={level}")
        beyond = page.evaluate(
            """() => [...document.querySelectorAll('.tile img')].filter((one) => {
              const inner = one.getBoundingClientRect();
              const outer = one.parentElement.getBoundingClientRect();
              return inner.top < outer.top || inner.bottom > outer.bottom || inner.left < outer.left
                || inner.right > outer.right || inner.width < outer.width / 2;
            }).map((one) => one.src)"""
        )
        assert page.locator(".tile img").count() >= 8
        assert beyond == []
