from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.app import create_app
from api.importing import SAMPLE, SAMPLE_SOURCE, import_file
from api.migrations.run import migrate_catalogue
from api.settings import Settings
from catalogue.database import open_database

SETTINGS = Settings(
    database_url="", casework_url="", municipality="Prøve Kommune", phone="12 34 56 78"
)


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The real application on the sample catalogue, for tests that only read."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('api') / 'sample.sqlite'}")
    migrate_catalogue(engine)
    import_file(engine, SAMPLE, SAMPLE_SOURCE)
    with TestClient(create_app(SETTINGS, engine), raise_server_exceptions=False) as client:
        yield client
    engine.dispose()


@pytest.fixture
def own_client(engine: Engine) -> Iterator[TestClient]:
    """The same on a database of the test's own, of each kind in turn."""
    import_file(engine, SAMPLE, SAMPLE_SOURCE)
    with TestClient(create_app(SETTINGS, engine), raise_server_exceptions=False) as client:
        yield client
