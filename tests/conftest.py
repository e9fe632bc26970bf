"""Databases for the tests: every one is built by the migrations, on SQLite and PostgreSQL.

Sockets reach this machine only, and browser tests get the system's Chromium.
"""

import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pgserver
import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text

from api.migrations.run import migrate_catalogue
from catalogue.database import open_database

# The same examples in every run, so that a change is judged by what it changed.
# `make test-slow` searches among new ones.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", max_examples=2000, deadline=None)
hypothesis.settings.load_profile("same")

# What a server embeds in the background would take the machine from the tests.
os.environ.setdefault("FRITIDSGUIDE_MODEL", "none")

_NUMBERS = itertools.count()
_LOCAL = {None, "", "127.0.0.1", "::1", "0.0.0.0", "localhost"}  # noqa: S104 - where servers listen
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def _shut_outward_sockets(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]  # an address of a Unix socket is no tuple
    else:
        return
    host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if host not in _LOCAL:
        raise AssertionError(f"a test tried to reach {host!r}")


sys.addaudithook(_shut_outward_sockets)  # in force in every thread, until the run ends


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system's Chromium; missing is a failure in CI and a reason to skip elsewhere."""
    for name in _CHROMIUM:
        if path := shutil.which(name):
            return path
    reason = "no Chromium: scripts/system-packages installs it"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a real PostgreSQL server of this test process's own.

    Run as root it starts as the system's user `pgserver`, which is made if missing.
    """
    folder = Path(tempfile.mkdtemp(prefix="fg-pg-"))
    folder.chmod(0o755)  # the server runs as another user when we are root
    server = pgserver.get_server(folder / "data")
    admin = create_engine(_psycopg(server.get_uri()), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))  # thrown away anyway
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _psycopg(address: str) -> URL:
    return make_url(address).set(drivername="postgresql+psycopg")


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def make_url_of_empty(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[], str]]:
    """Addresses of empty databases, on each of the two kinds in turn."""
    if request.param == "sqlite":
        yield lambda: f"sqlite:///{tmp_path / f'{next(_NUMBERS)}.sqlite'}"
        return
    server = _psycopg(request.getfixturevalue("postgres"))
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    made: list[str] = []

    def make() -> str:
        name = f"test_{os.getpid()}_{next(_NUMBERS)}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        made.append(name)
        return server.set(database=name).render_as_string(hide_password=False)

    yield make
    with admin.connect() as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def database_url(make_url_of_empty: Callable[[], str]) -> str:
    """Address of one empty database, without tables."""
    return make_url_of_empty()


@pytest.fixture
def make_engine(make_url_of_empty: Callable[[], str]) -> Iterator[Callable[[], Engine]]:
    """Makes migrated databases and closes them afterwards."""
    engines: list[Engine] = []

    def make() -> Engine:
        engine = open_database(make_url_of_empty())
        engines.append(engine)
        migrate_catalogue(engine)
        return engine

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture
def engine(make_engine: Callable[[], Engine]) -> Engine:
    """A migrated, empty catalogue."""
    return make_engine()


@pytest.fixture
def other_engine(engine: Engine, make_engine: Callable[[], Engine]) -> Engine:
    """A second one beside it."""
    return make_engine()
