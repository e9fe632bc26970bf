"""The main tasks in a real browser, with JavaScript off, on a phone and on a desk."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server with the sample catalogue."""
    folder = tmp_path_factory.mktemp("demo")
    command = Path(sys.executable).parent / "fritidsguide"
    with subprocess.Popen(
        [command, "demo", "--port", "0"],
        cwd=folder,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "http://" in line:
                yield "http://" + line.split("http://")[1].split()[0]
                break
        process.terminate()


@pytest.fixture(params=[320, 1280])
def page(request: pytest.FixtureRequest, address: str, chromium: str) -> Iterator[Page]:
    """A page without JavaScript that may ask this server only."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        context = browser.new_context(
            base_url=address,
            java_script_enabled=False,
            viewport={"width": request.param, "height": 800},
        )
        page = context.new_page()
        asked: set[str] = set()
        faults: list[str] = []
        page.on("request", lambda one: asked.add(urlsplit(one.url).netloc))
        page.on("pageerror", lambda one: faults.append(str(one)))
        page.on("console", lambda one: faults.append(one.text) if _is_fault(one) else None)
        yield page
        assert asked == {urlsplit(address).netloc}
        assert faults == []
        assert context.cookies() == []
        browser.close()


def _is_fault(message: ConsoleMessage) -> bool:
    """An error of the page's own; that a page answered 404 or 422 was asked for."""
    return message.type == "error" and not message.text.startswith("Failed to load resource")


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
