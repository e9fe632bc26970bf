""" "Find noget til mig" in a real browser: by keyboard, without scripts, on a phone, on paper."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.chromium import Server, opened, served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LEVELS = ("normal", "enkel", "billeder")
CANARY = "zebrafinkeavl"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture(params=[320, 1280])
def bare(request: pytest.FixtureRequest, server: Server, browser: Browser) -> Iterator[Page]:
    """A page without JavaScript."""
    with opened(browser, server, request.param, scripts=False) as page:
        yield page


def check(page: Page) -> None:
    """What every page must be."""
    assert page.locator("h1").count() == 1
    width = page.viewport_size
    assert width is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= width["width"]
    small = page.evaluate(
        """() => [...document.querySelectorAll('main :is(a, button, summary, .choice, .picture,'
            + ' textarea, input:not([type=hidden], [type=checkbox], [type=radio]))')]
          .filter((one) => one.checkVisibility() && !one.closest('p:not(.buttons):not(.no-print)')
            && !one.matches('.hidden'))
          .filter((one) => one.getBoundingClientRect().height < 43.5)
          .map((one) => one.outerHTML.slice(0, 90))"""
    )
    assert small == []


def step_of(page: Page) -> str:
    sent = page.locator("input[name=step]").first.get_attribute("value")
    return str(sent).partition(":")[2]


def onward(page: Page) -> None:
    """Press the filled button, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.click(".buttons .main")


def test_pictures_are_done_by_keyboard_in_twelve_presses(server: Server, browser: Browser) -> None:
    for scripts in (True, False):
        with opened(browser, server, 1280, scripts=scripts) as page:
            page.goto("/find?niveau=billeder")
            presses = 0

            def press(*keys: str, page: Page = page) -> None:
                nonlocal presses
                for key in keys:
                    page.keyboard.press(key)
                    presses += 1

            press("Space")  # the first picture has the focus
            with page.expect_navigation():
                press("Enter")
            assert step_of(page) == "pictured_needs"
            press("Space")
            with page.expect_navigation():
                press("Enter")
            assert step_of(page) == "where"
            press("8", "4", "1", "0", "Tab", "Space")
            with page.expect_navigation():
                press("Enter")
            assert page.inner_text("h1") == "Her er vores forslag"
            assert page.locator(".suggestion").count() == 5
            assert presses == 11
            pairs = page.eval_on_selector_all(
                "#answers input", "all => all.map((one) => one.name + '=' + one.value)"
            )
            assert {"interest=hands", "need=step_free", "place=8410", "mode=walk"} <= set(pairs)


@pytest.mark.parametrize("level", LEVELS)
def test_every_step_can_be_walked_by_keyboard_and_shows_its_focus(
    server: Server, browser: Browser, level: str
) -> None:
    with opened(browser, server, 1280) as page:
        page.goto(f"/find?niveau={level}")
        seen = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            now = page.evaluate(
                """() => { const one = document.activeElement;
                  return [one.name + '=' + one.value, getComputedStyle(one).outlineStyle,
                          one.matches('.hidden')] }"""
            )
            assert not now[2], "the hidden button is no stop"
            if "=next" in now[0]:
                break
            seen.add(now[0])
            if now[0].startswith("interest="):
                assert now[1] == "solid"
        assert "go=next" in now[0]
        if level == "normal":
            assert sum(one.startswith("interest=") for one in seen) == 8
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert step_of(page) != "interests"


@pytest.mark.parametrize("level", LEVELS)
def test_from_the_first_question_to_the_suggestions_without_scripts(bare: Page, level: str) -> None:
    bare.goto(f"/find?niveau={level}")
    check(bare)
    bare.check("input[value=hands]")
    while step_of(bare) != "result":
        if step_of(bare) in ("place", "where"):
            bare.fill("#place", "8410")
        onward(bare)
        check(bare)
    assert bare.inner_text("h1") == "Her er vores forslag"
    assert 1 <= bare.locator(".suggestion").count() <= 5
    assert re.search(r"/find(\?niveau=\w+)?$", bare.url)  # nothing of the need


def test_a_suggestion_of_the_easy_level_is_one_thing_on_a_screen(
    server: Server, browser: Browser
) -> None:
    with opened(browser, server, 320) as page:
        page.goto("/find?niveau=enkel")
        page.check("input[value=hands]")
        onward(page)
        with page.expect_navigation():
            page.click("button:has-text('Vis forslag nu')")
        for number in range(1, 6):
            assert page.locator(".suggestion").count() == 1
            assert f"Forslag {number} af 5" in page.inner_text("main")
            words = page.evaluate(
                """() => { const main = document.querySelector('main').cloneNode(true);
                  const names = '.row-text, .hidden, .switches, [hidden], details > :not(summary)';
                  for (const one of main.querySelectorAll(names)) one.remove();
                  return main.textContent.trim().split(/\\s+/).length }"""
            )
            assert words <= 60
            if number < 5:
                with page.expect_navigation():
                    page.click("text=Se det næste")


def test_from_a_phone_without_scripts_to_a_printed_list(
    server: Server, browser: Browser, tmp_path: Path
) -> None:
    with opened(browser, server, 320, scripts=False) as page:
        page.goto("/find?niveau=billeder")
        page.check("input[value=nature]")
        onward(page)
        page.check("input[value=can_sit]")
        onward(page)
        page.fill("#place", "8410")
        page.check("input[value=bus]")
        onward(page)
        titles = page.locator(".suggestion h3 a").all_inner_texts()
        with page.expect_navigation():
            page.click("a:has-text('Gem dem på min liste')")
        assert page.inner_text("h1") == "Min liste"
        assert sorted(page.locator(".list h2 a").all_inner_texts()) == sorted(titles)
        link = page.locator("a:has-text('Hent på papir')")
        answer = page.request.get(str(link.get_attribute("href")))
        assert answer.headers["content-type"] == "application/pdf"
        text = " ".join(
            " ".join(one.extract_text().split())
            for one in PdfReader(io.BytesIO(answer.body())).pages
        )
        for title in titles:
            assert title in text


def test_the_browsers_back_button_loses_no_answer(bare: Page) -> None:
    bare.goto("/find")
    bare.check("input[value=hands]")
    bare.fill("#words", "strikke")
    onward(bare)
    bare.fill("#avoid", "fodbold")
    onward(bare)
    bare.check("input[value=step_free]")
    onward(bare)
    assert step_of(bare) == "must"
    bare.go_back()
    assert bare.is_checked("input[value=step_free]")
    bare.go_back()
    assert bare.input_value("#avoid") == "fodbold"
    bare.go_back()
    assert bare.is_checked("input[value=hands]")
    assert bare.input_value("#words") == "strikke"
    onward(bare)
    bare.fill("#avoid", "fodbold")
    while step_of(bare) != "result":
        onward(bare)
    assert "strikke" in bare.inner_text(".told").lower()


def test_a_mistake_is_read_first_and_its_link_leads_to_the_field(
    server: Server, browser: Browser
) -> None:
    with opened(browser, server, 1280) as page:
        page.goto("/find")
        while step_of(page) != "place":
            with page.expect_navigation():
                page.click("button:has-text('Spring over')")
        page.fill("#place", "84")
        onward(page)
        assert page.evaluate("document.activeElement.id") == "fejl"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "place"


def test_saved_answers_come_in_again(bare: Page, tmp_path: Path) -> None:
    bare.goto("/find")
    bare.fill("#words", "strikke")
    while step_of(bare) != "result":
        onward(bare)
    with bare.expect_download() as download:
        bare.click("button:has-text('Gem mine svar')")
    file = tmp_path / "svar.json"
    download.value.save_as(file)
    bare.goto("/find")
    bare.click("summary:has-text('Har du gemt dine svar')")
    bare.set_input_files("#file", file)
    with bare.expect_navigation():
        bare.click("button:has-text('Hent mine svar')")
    assert "strikke" in bare.inner_text(".told").lower()


@pytest.mark.parametrize("level", LEVELS)
def test_the_suggestions_print_without_controls(
    server: Server, browser: Browser, level: str
) -> None:
    with opened(browser, server, 1280) as page:
        page.goto(f"/find?niveau={level}")
        page.check("input[value=hands]")
        while step_of(page) != "result":
            onward(page)
        page.emulate_media(media="print")
        shown = page.inner_text("body")
        for word in ("Skriv ud", "Gem på min liste", "Spring over", "Bed os spørge", "English"):
            assert word not in shown
        assert "Hvorfor" in shown
        printed = PdfReader(io.BytesIO(page.pdf(format="A4")))
        assert len(printed.pages) <= 4


VOICE = """
  window.__said = [];
  const voices = LOCAL ? [{lang: 'da-DK', localService: true, name: 'Prøve'}]
                       : [{lang: 'da-DK', localService: false, name: 'Fjern'}];
  Object.defineProperty(window, 'speechSynthesis', {value: {
    getVoices: () => voices, speak: (one) => window.__said.push(one.text),
    cancel: () => {}, addEventListener: () => {}, speaking: false,
  }});
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


@pytest.mark.parametrize("local", [True, False])
def test_reading_aloud_is_offered_only_by_a_danish_voice_of_the_device(
    server: Server, browser: Browser, local: bool
) -> None:
    script = VOICE.replace("LOCAL", "true" if local else "false")
    with opened(browser, server, 1280, script=script) as page:
        page.goto("/find?niveau=enkel")
        button = page.locator(".aloud button")
        assert button.is_visible() is local
        if local:
            button.click()
            said = page.evaluate("window.__said")
            assert "Hvad kan du lide?" in said
            assert "Bruge hænderne" in said
            assert button.inner_text() == "Stop"
            button.click()
            assert button.inner_text() == "Læs op"


def test_the_log_holds_nothing_of_the_need(server: Server, browser: Browser) -> None:
    with opened(browser, server, 1280) as page:
        page.goto("/find")
        page.fill("#words", CANARY)
        addresses = set()
        page.on("request", lambda one: addresses.add(one.url))
        while step_of(page) != "result":
            if step_of(page) == "place":
                page.fill("#place", "8410")
            onward(page)
        assert CANARY in page.inner_text(".told").lower()
        assert not any(CANARY in one or "8410" in one for one in addresses)
    log = server.log.read_text()
    assert "route=/find" in log
    assert CANARY not in log
    assert not re.search(r"(?<!\d)8410(?!\d)", log)  # a time stamp may hold these digits too


def test_the_browsers_back_button_keeps_the_answers_that_were_given_later(
    server: Server, browser: Browser
) -> None:
    with opened(browser, server, 320) as page:
        step = page.locator("input[name=step]").first

        def go_on_to(name: str) -> None:
            page.click(".buttons .main")
            expect(step).to_have_value(name)

        page.goto("/find")
        page.check("input[value=hands]")
        go_on_to("interests:avoid")
        page.fill("#avoid", "fodbold")
        go_on_to("needs:needs")
        page.check("input[value=step_free]")
        go_on_to("needs:must")
        for name in ("needs:needs", "interests:avoid", "interests:interests"):
            page.go_back()
            expect(step).to_have_value(name)
        page.check("input[value=music]")
        go_on_to("interests:avoid")
        assert page.input_value("#avoid") == "fodbold"
        go_on_to("needs:needs")
        assert page.is_checked("input[name=need][value=step_free]")
        page.reload()
        expect(step).to_have_value("needs:needs")
        assert page.is_checked("input[name=need][value=step_free]")
        page.click("button:has-text('Vis forslag nu')")
        expect(step).to_have_value("about:result")
        told = page.inner_text(".told")
        for said in ("Bruge hænderne", "Musik", "Fodbold", "uden trin"):
            assert said.lower() in told.lower()
        page.locator(".suggestion h3 a").first.click()
        page.wait_for_selector(".offer-head")
        page.go_back()
        expect(page.locator("h1")).to_have_text("Her er vores forslag")
        assert page.evaluate("[localStorage.length]") == [0]


def test_the_focus_goes_to_the_next_question(server: Server, browser: Browser) -> None:
    with opened(browser, server, 1280) as page:
        page.goto("/find")
        onward(page)
        assert page.evaluate("document.activeElement.textContent.trim()") == page.inner_text("h1")
        assert page.title().startswith(page.inner_text("h1"))
