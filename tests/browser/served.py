"""A real server, and a page that is watched, for the walks."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.chromium import is_fault

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
def watched(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A page on which scripts, policy and requests are watched; nothing may be wrong in the end."""
    context = browser.new_context(base_url=address, **options)
    context.add_init_script(_WATCH)
    page = context.new_page()
    faults: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda one: faults.append(str(one)))
    page.on("console", lambda one: faults.append(one.text) if is_fault(one) else None)
    page.on("request", lambda one: asked.append(one.url))
    yield page
    assert faults == []
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert context.cookies() == []
    context.close()
