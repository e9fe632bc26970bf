"""What the tests of runs share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.scrapers.running import Runs, runs_in


@pytest.fixture
def runs(engine: Engine, tmp_path: Path) -> Iterator[Runs]:
    with runs_in(engine, tmp_path) as found:
        yield found
