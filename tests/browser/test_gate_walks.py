"""The main tasks without a mouse, with scripts and without (G4 and G9).

"Find noget til mig" is walked in test_find.py.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import checks

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("gate-0")]
MOST_PRESSES = 200


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(
        base_url=address,
        viewport={"width": 320, "height": 640},
        java_script_enabled=request.param,
    )
    yield context.new_page()
    context.close()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the first element of a selector has the focus."""
    for _ in range(MOST_PRESSES):
        page.keyboard.press("Tab")
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def press(page: Page, key: str = "Enter") -> None:
    """Press a key that opens another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def test_from_a_word_to_an_offer_and_its_page(page: Page) -> None:
    page.goto("/")
    tab_to(page, "#q")
    page.keyboard.type("strikke")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=strikke**")
    page.wait_for_load_state("networkidle")
    tab_to(page, ".rows h3 a")
    title = page.evaluate("document.activeElement.innerText")
    press(page)
    assert page.inner_text("h1").strip() == title.strip()


def test_a_filter_is_chosen_and_taken_away(page: Page) -> None:
    page.goto("/tilbud?requires=step_free&free=1")
    tab_to(page, ".tag")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('.tag').length === 1")


def test_an_offer_is_put_on_the_list_and_taken_off(page: Page) -> None:
    page.goto("/tilbud?q=strikke")
    tab_to(page, ".rows h3 a")
    press(page)
    title = page.inner_text("h1").strip()
    tab_to(page, "main a[href*='liste'], main a[href*='t=']")
    press(page)
    page.goto(page.url if "/liste" in page.url else "/liste?" + page.url.partition("?")[2])
    assert title in page.inner_text("main")


def test_the_skip_link_leads_to_the_content(page: Page) -> None:
    page.goto("/tilbud")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('skip')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "indhold"


def test_what_is_wrong_has_the_focus_after_sending(page: Page) -> None:
    page.goto("/find?niveau=billeder")
    checks.prepare(page)
    for _ in range(2):
        tab_to(page, "main button.main, main .button.main")
        press(page)
    tab_to(page, "input[name=place]")
    page.keyboard.type("84")
    tab_to(page, "main button.main, main .button.main")
    press(page)
    assert page.locator("[role=alert], .summary").count() >= 1
    tab_to(page, ".summary a")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "place"
