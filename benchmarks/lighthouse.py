"""Lighthouse on five public pages, as a phone sees them. Needs npm, Node and Chromium."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.importing import SAMPLE_SOURCE
from catalogue.intake import offer_id

ROOT = Path(__file__).parents[1]
TOOL = ROOT / "benchmarks" / "tools" / "node_modules" / "lighthouse" / "cli" / "index.js"
PAGES = (
    "/",
    "/tilbud?q=strikke&near=8410",
    f"/tilbud/{offer_id(SAMPLE_SOURCE, 'dev-0001')}",
    "/find",
    "/om",
)
BOUNDS = {"performance": 0.95, "accessibility": 1.0, "best-practices": 0.95}
"""The least that each category may have, 0..1."""
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
)


@contextmanager
def demo(folder: Path) -> Iterator[str]:
    """The demo on a free port; yields its address."""
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


def scores(node: str, chromium: str, address: str, folder: Path) -> dict[str, float]:
    """The categories' scores of one page, 0..1. Raises CalledProcessError if it cannot run."""
    report = folder / "report.json"
    subprocess.run(
        [
            node,
            str(TOOL),
            address,
            "--quiet",
            "--output=json",
            f"--output-path={report}",
            f"--only-categories={','.join(BOUNDS)}",
            f"--chrome-flags={_FLAGS}",
        ],
        check=True,
        env={**os.environ, "CHROME_PATH": chromium},
        timeout=180,
    )
    found = json.loads(report.read_text(encoding="utf-8"))["categories"]
    return {name: float(found[name]["score"] or 0) for name in BOUNDS}


def run(folder: Path) -> Iterator[str]:
    """A line for each page, and whether all are within their bounds."""
    node = shutil.which("node")
    chromium = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if node is None or chromium is None or not TOOL.is_file():
        yield "left out: needs Node, Chromium and `scripts/browser-tools lighthouse`"
        return
    yield f"{'page':45}" + "".join(f"{name:>16}" for name in BOUNDS)
    short = []
    with demo(folder) as address:
        for page in PAGES:
            found = scores(node, chromium, address + page, folder)
            yield f"{page:45}" + "".join(f"{value * 100:16.0f}" for value in found.values())
            short += [f"{page} {name}" for name, least in BOUNDS.items() if found[name] < least]
    bounds = ", ".join(f"{name} {least * 100:.0f}" for name, least in BOUNDS.items())
    yield f"bounds: {bounds}: " + (f"missed by {'; '.join(short)}" if short else "all held")
