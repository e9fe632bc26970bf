"""The gate: every public page in every state, at each size, level and language (docs/gate.md).

`make test` looks at a fixed sample in which every two of these meet, `make test-slow` at all.
"""

import csv
import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page

from api.app import create_app
from api.wording import Language, Level
from catalogue.database import open_database
from tests.browser import checks
from tests.browser.cases import (
    NOT_PAGES,
    STATES,
    WIDTHS,
    Case,
    State,
    every,
    pairs,
    public_routes,
    sample,
)
from tests.browser.conftest import SETTINGS

pytestmark = pytest.mark.browser
MOST_KB = 150
MOST_KB_OF_THE_LIST = 90
MOST_REQUESTS = 25
MOST_MS = 200
WORKERS = 2
REVIEWED = Path(__file__).parent / "reviewed.csv"
VNU = checks.TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
HIGHEST_LIX = {Level.NORMAL: 30, Level.ENKEL: 25, Level.BILLEDER: 25}


def reviewed() -> list[tuple[str, str]]:
    """What axe cannot decide and a person has looked at: rule and pattern of selectors."""
    with REVIEWED.open(encoding="utf-8", newline="") as file:
        return [(row["rule"], row["selector"]) for row in csv.DictReader(file)]


@dataclass
class Heard:
    """What a page asked for and complained about while it was open."""

    hosts: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    requests: int = 0
    bytes: int = 0


def listen(page: Page, network: CDPSession) -> Heard:
    """Start to hear what a page asks for and complains about."""
    heard = Heard()

    def asked(url: str) -> None:
        if not url.startswith("data:"):
            heard.hosts.add(urlsplit(url).netloc)
            heard.requests += 1

    def came(event: dict[str, float]) -> None:
        heard.bytes += int(event["encodedDataLength"])

    page.on("request", lambda one: asked(one.url))
    page.on("pageerror", lambda one: heard.faults.append(f"page error: {one}"))
    page.on("console", lambda one: heard.faults.append(one.text) if _is_fault(one) else None)
    page.on(
        "requestfailed",
        lambda one: (
            heard.faults.append(f"failed: {one.url}") if one.failure != "net::ERR_ABORTED" else None
        ),
    )
    network.send("Network.enable")
    network.on("Network.loadingFinished", came)
    return heard


def _is_fault(message: ConsoleMessage) -> bool:
    """An error or a warning of the page's own; that a page answers 404 was asked for."""
    asked_for = message.text.startswith("Failed to load resource") and "status of" in message.text
    return message.type in ("error", "warning") and not asked_for


@contextmanager
def shown(browser: Browser, address: str, case: Case) -> Iterator[tuple[Page, Heard]]:
    """The case in a browser of its own, as somebody sees it who comes for the first time."""
    context = browser.new_context(
        base_url=address, viewport={"width": case.width, "height": WIDTHS[case.width]}
    )
    page = context.new_page()
    heard = listen(page, context.new_cdp_session(page))
    if case.state.form is None:
        answer = page.goto(case.path)
    else:
        # The form is sent from a page of the site itself, which is not counted.
        page.goto("/om")
        heard.requests = heard.bytes = 0
        with page.expect_navigation() as sent:
            page.evaluate(
                "([path, fields]) => { const form = document.createElement('form');"
                " form.method = 'post'; form.action = path;"
                " for (const [name, value] of fields) {"
                " const one = document.createElement('input');"
                " one.type = 'hidden'; one.name = name; one.value = value; form.append(one) }"
                " document.body.append(form); form.submit() }",
                [case.path, list(case.state.form)],
            )
        answer = sent.value
    assert answer is not None
    assert answer.status == case.state.status
    page.wait_for_load_state("networkidle")
    if case.state.press and page.locator(case.state.press).count():
        page.click(case.state.press)
        page.locator(case.state.awaits).first.wait_for()
        page.wait_for_timeout(500)  # the map draws itself
    yield page, heard
    context.close()


def look(page: Page, heard: Heard, address: str, case: Case) -> list[str]:
    """All that is wrong with a case, by criterion (docs/gate.md)."""
    checks.prepare(page)
    found: dict[str, list[str]] = {"G3": list(heard.faults), "G10": [], "G12": []}
    most = MOST_KB_OF_THE_LIST if case.state.route in ("/", "/tilbud") else MOST_KB
    most += case.state.extra_kb
    if case.state.form is None:
        if heard.bytes > most * 1000:
            found["G10"].append(f"{heard.bytes / 1000:.0f} kB, over {most}")
        if heard.requests > MOST_REQUESTS:
            found["G10"].append(f"{heard.requests} requests")
    found["G10"] += [f"asks {host}" for host in heard.hosts - {urlsplit(address).netloc}]
    found["G12"] += [f"cookie {one['name']}" for one in page.context.cookies()]
    found["G12"] += checks.kept(page)
    found["G13"] = checks.structure(page, case.language)
    found["language"] = checks.right_language(page, case.language)
    if case.language is Language.DA:
        found["G14"] = checks.readable(page, HIGHEST_LIX[case.level])
    found["G15"] = checks.printed(page)
    found["G4"] = checks.keyboard(page)
    checks.ask(page, "open")
    violations, review = checks.axe(page)
    found["G1"] = violations + [
        f"not reviewed: {rule}: {selector}"
        for rule, selector in checks.unreviewed(review, reviewed())
    ]
    found["G7"] = checks.targets(page)
    found["G16"] = checks.still(page)
    found["G5"] = checks.reflow(page)
    found["G6"] = checks.spacing(page)
    found["G8"] = checks.forced_colours(page)
    found["G3"] += [one for one in heard.faults if one not in found["G3"]]
    return [f"{name} {one}" for name, faults in found.items() for one in faults]


def _shared(cases: list[Case]) -> list[pytest.param]:
    """Cases, dealt to the workers so that each has one server and one browser."""
    return [
        pytest.param(case, id=str(case), marks=pytest.mark.xdist_group(f"gate-{place % WORKERS}"))
        for place, case in enumerate(cases)
    ]


@pytest.mark.parametrize("case", _shared(sample()))
def test_a_page_meets_all_criteria(browser: Browser, address: str, case: Case) -> None:
    with shown(browser, address, case) as (page, heard):
        faults = look(page, heard, address, case)
        assert not faults, "\n".join(faults)


@pytest.mark.slow
@pytest.mark.parametrize("case", _shared([one for one in every() if one not in sample()]))
def test_every_page_meets_all_criteria(browser: Browser, address: str, case: Case) -> None:
    with shown(browser, address, case) as (page, heard):
        faults = look(page, heard, address, case)
        assert not faults, "\n".join(faults)


def test_every_public_page_has_a_case(tmp_path: Path) -> None:
    app = create_app(SETTINGS, open_database(f"sqlite:///{tmp_path / 'empty.sqlite'}"))
    routes = set(public_routes(app))
    assert "/tilbud/{offer_id}" in routes
    looked_at = {state.route for state in STATES}
    assert sorted(routes - looked_at - set(NOT_PAGES)) == []
    assert sorted(looked_at - routes - {"error"}) == []


def test_the_sample_has_every_two_values_that_meet() -> None:
    assert pairs(sample()) == pairs(every())


def _html(client: httpx2.Client, state: State, level: Level, language: Language) -> str:
    path = Case(state, 320, level, language).path
    if state.form is None:
        answer = client.get(path)
    else:
        own = {"Sec-Fetch-Site": "same-origin"}
        answer = client.post(path, data=_fields(state.form), headers=own)
    assert answer.status_code == state.status, path
    return answer.text


def _fields(form: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in form:
        fields.setdefault(name, []).append(value)
    return fields


def check_html(pages: dict[str, str], folder: Path) -> list[str]:
    """What the HTML checker says of pages, all in one run: a start takes nine seconds."""
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    ran = subprocess.run(
        ["java", "-jar", str(VNU), "--errors-only", "--format", "gnu", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    return [line.replace(f"file:{folder}/", "") for line in ran.stderr.splitlines() if line]


@pytest.fixture
def java() -> None:
    """The HTML checker's Java; missing is a failure in CI and a reason to skip elsewhere."""
    if shutil.which("java") is None or not VNU.is_file():
        reason = "no Java or no HTML checker: scripts/browser-tools installs them"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.mark.usefixtures("java")
@pytest.mark.xdist_group("gate-0")
def test_every_page_is_valid_html(address: str, tmp_path: Path) -> None:
    pages = {}
    with httpx2.Client(base_url=address, timeout=30) as client:
        for state in STATES:
            for level in Level:
                for language in (Language.DA, Language.AR):
                    name = f"{state}-{level.value}-{language.value}"
                    text = _html(client, state, level, language)
                    pages[name.replace("/", "_").replace("{", "").replace("}", "")] = text
    faults = check_html(pages, tmp_path)
    assert not faults, "\n".join(faults)


@pytest.mark.xdist_group("gate-1")
def test_the_server_answers_in_time(address: str) -> None:
    """The middle of several, since other tests run beside."""
    with httpx2.Client(base_url=address, timeout=30) as client:
        for state in STATES:
            took = []
            for _ in range(9):
                began = time.perf_counter()
                _html(client, state, Level.NORMAL, Language.DA)
                took.append((time.perf_counter() - began) * 1000)
            assert statistics.median(took) < MOST_MS, state
