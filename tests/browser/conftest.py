"""A real server with the sample catalogue, and the system's Chromium, once for each worker."""

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import APIRouter
from playwright.sync_api import Browser, sync_playwright
from starlette.exceptions import HTTPException

from api.app import create_app
from api.guards import Limit
from api.importing import SAMPLE, SAMPLE_SOURCE, import_file
from api.migrations.run import migrate_catalogue
from api.settings import Settings
from catalogue.database import open_database
from tests.browser.chromium import FLAGS

SETTINGS = Settings(
    database_url="",
    casework_url="",
    municipality="Prøve Kommune",
    phone="12 34 56 78",
    contact="tilgaengelighed@example.dk",
    demo=True,
)
FAILURES = "/gate-fejl"
"""Routes that the tests add: what is shown for a status that no address of the site gives."""


def _failing() -> APIRouter:
    router = APIRouter()

    @router.get(f"{FAILURES}/{{status}}")
    def fail(status: int) -> None:
        if status == 500:
            raise RuntimeError("asked for by a test")
        raise HTTPException(status)

    return router


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the real application listens, with the sample catalogue."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('browser') / 'sample.sqlite'}")
    migrate_catalogue(engine)
    import_file(engine, SAMPLE, SAMPLE_SOURCE)
    app = create_app(SETTINGS, engine)
    app.include_router(_failing())
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < until, "the server did not start within a minute"
        time.sleep(0.05)
    app.state.forms = Limit(most=10_000, most_together=10_000, seconds=1)  # tests send many
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=20)
    engine.dispose()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for the whole run; each test opens a context of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()
