"""The real program with the sample catalogue, and a page of the one browser before it.

One browser a process (`conftest.browser`): Playwright runs once in a thread, and whoever started it
a second time would fail, or not, by the order of the tests.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page

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


@dataclass(frozen=True)
class Server:
    address: str
    log: Path
    """Everything that the program printed."""


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """The demo on a port of its own, until the block ends."""
    command = Path(sys.executable).parent / "fritidsguide"
    log = folder / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [command, "demo", "--port", "0"], cwd=folder, stderr=out, stdout=out
        )
        try:
            yield Server(_address(process, log), log)
        finally:
            process.terminate()
            process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    while process.poll() is None:
        for line in log.read_text().splitlines():
            if "http://" in line:
                return "http://" + line.split("http://")[1].split()[0]
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError(log.read_text()[-500:])


@contextmanager
def opened(
    browser: Browser, server: Server, width: int, *, scripts: bool = True, script: str = ""
) -> Iterator[Page]:
    """A page that may ask this server only, sets no cookie and has no faults.

    script: run before the page's own, as a stand-in for what the browser lacks.
    """
    context = browser.new_context(
        base_url=server.address,
        java_script_enabled=scripts,
        viewport={"width": width, "height": 800},
        locale="da-DK",
    )
    try:
        if script:
            context.add_init_script(script)
        page = context.new_page()
        asked: set[str] = set()
        faults: list[str] = []
        page.on("request", lambda one: asked.add(urlsplit(one.url).netloc))
        page.on("pageerror", lambda one: faults.append(str(one)))
        page.on("console", lambda one: faults.append(one.text) if is_fault(one) else None)
        yield page
        assert asked <= {urlsplit(server.address).netloc}
        assert faults == []
        assert context.cookies() == []
    finally:
        context.close()


def is_fault(message: ConsoleMessage) -> bool:
    """An error of the page's own; that a page answered 404 or 422 was asked for."""
    return message.type == "error" and not message.text.startswith("Failed to load resource")
