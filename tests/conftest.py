"""Databases for the tests: every one is built by the migrations, on SQLite and PostgreSQL."""

import itertools
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pgserver
import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from api.migrations.run import migrate_catalogue
from catalogue.database import open_database

_NUMBERS = itertools.count()
_LOCAL = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(autouse=True, scope="session")
def no_outside() -> Iterator[None]:
    """Tests reach this machine only."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and str(address[0]) not in _LOCAL:  # type: ignore[index]
            raise AssertionError(f"a test tried to reach {address!r}")
        connect(self, address)  # type: ignore[arg-type]

    socket.socket.connect = guarded  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a real PostgreSQL server of this test run's own."""
    folder = Path(tempfile.mkdtemp(prefix="fg-pg-"))
    os.chmod(folder, 0o755)  # the server runs as another user when we are root
    server = pgserver.get_server(folder / "data")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def make_url_of_empty(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Addresses of empty databases, on each of the two kinds in turn."""
    if request.param == "sqlite":
        return lambda: f"sqlite:///{tmp_path / f'{next(_NUMBERS)}.sqlite'}"
    server = make_url(request.getfixturevalue("postgres")).set(drivername="postgresql+psycopg")

    def make() -> str:
        name = f"test_{os.getpid()}_{next(_NUMBERS)}"
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        return server.set(database=name).render_as_string(hide_password=False)

    return make


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
