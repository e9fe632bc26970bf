"""The main tasks in a real browser, with JavaScript off, on a phone and on a desk."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import Server, opened, served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server with the sample catalogue."""
    with served(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture(params=[320, 1280])
def page(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Page]:
    """A page without JavaScript that may ask this server only."""
    with opened(browser, server, request.param, scripts=False) as page:
        yield page


def check(page: Page) -> None:
    """What every page must be."""
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "da"
    width = page.viewport_size
    assert width is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= width["width"]


def test_search_filter_and_read_an_offer(page: Page) -> None:
    page.goto("/")
    check(page)
    page.fill("#q", "strikke")
    page.fill("#near", "8410")
    page.click("button:has-text('Søg')")
    check(page)
    assert "Strik" in page.locator(".rows").inner_text()
    if not page.locator("input[value=step_free]").is_visible():
        page.click(".filters > summary")
    page.check("input[value=step_free]")
    page.click(".filters > .button")
    check(page)
    tag = page.locator(".tag", has_text="Adgang uden trin")
    assert tag.count() == 1
    tag.click()
    assert page.locator(".tag").count() == 0
    page.locator(".rows h3 a").first.click()
    check(page)
    assert "Det ved vi ikke endnu" in page.inner_text("main")
    page.click(".back")
    assert page.url.endswith("/tilbud")


def test_a_page_that_does_not_exist_says_so_in_danish(page: Page) -> None:
    answer = page.goto("/findes-ikke")
    assert answer is not None
    assert answer.status == 404
    check(page)
    assert "Siden findes ikke" in page.inner_text("main")
