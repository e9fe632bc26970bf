"""A real server and a real browser for the walks."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_WATCH = """
window.executed = [];
window.alert = (words) => window.executed.push(String(words));
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.sample}`);
});
"""


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[str]:
    """The address of `fritidsguide`, called so in a folder; stopped in the end."""
    command = Path(sys.executable).parent / "fritidsguide"
    with subprocess.Popen(
        [command, *arguments, "--port", "0"],
        cwd=folder,
        env={**os.environ, "FRITIDSGUIDE_MODEL": "none", "FRITIDSGUIDE_PHONE": "00 00 00 00"},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if "http://" in line:
                    yield "http://" + line.split("http://")[1].split()[0]
                    break
        finally:
            process.terminate()


@contextmanager
def browsing(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def watched(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A page on which scripts, policy and requests are watched; nothing may be wrong in the end."""
    context = browser.new_context(base_url=address, **options)
    context.add_init_script(_WATCH)
    page = context.new_page()
    faults: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda one: faults.append(str(one)))
    page.on("console", lambda one: faults.append(one.text) if _is_fault(one) else None)
    page.on("request", lambda one: asked.append(one.url))
    yield page
    assert faults == []
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert context.cookies() == []
    context.close()


def _is_fault(message: ConsoleMessage) -> bool:
    """An error of the page's own; that a page answered 404 or 422 was asked for."""
    return message.type == "error" and not message.text.startswith("Failed to load resource")
