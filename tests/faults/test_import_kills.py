"""An import that is killed at any moment leaves the state before it, or the whole after."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.made_table import make_table

COMMAND = [str(Path(sys.executable).parent / "fritidsguide")]
ROWS = 3000


def import_file(file: Path, database: Path) -> "subprocess.Popen[bytes]":
    address = f"sqlite:///{database}"
    return subprocess.Popen(
        [*COMMAND, "import", str(file), "--source", "made", "--database", address],
        cwd=database.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def offers_in(database: Path) -> int:
    if not database.exists():
        return 0
    connection = sqlite3.connect(database)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = connection.execute("SELECT name FROM sqlite_master WHERE name = 'offer'")
        if tables.fetchone() is None:
            return 0
        (dangling,) = connection.execute(
            "SELECT count(*) FROM statement WHERE subject = 'offer'"
            " AND subject_id NOT IN (SELECT id FROM offer)"
        ).fetchone()
        assert dangling == 0
        (count,) = connection.execute("SELECT count(*) FROM offer").fetchone()
        (numbers, highest) = connection.execute(
            "SELECT count(*), coalesce(max(number), 0) FROM change"
        ).fetchone()
        assert numbers == highest
        return int(count)
    finally:
        connection.close()


def kill_often(folder: Path, times: int, seed: int) -> None:
    draw = random.Random(seed)
    file = folder / "made.csv"
    make_table(file, ROWS)
    began = time.monotonic()
    whole = folder / "whole.sqlite"
    assert import_file(file, whole).wait(timeout=120) == 0
    seconds = time.monotonic() - began
    landed = {"nothing": 0, "all": 0}
    for number in range(times):
        database = folder / f"{number}.sqlite"
        process = import_file(file, database)
        time.sleep(draw.uniform(0.3, 1.0) * seconds)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
        count = offers_in(database)
        assert count in (0, ROWS), f"{count} offers after kill {number}"
        landed["all" if count else "nothing"] += 1
        if number % 10 == 0:
            assert import_file(file, database).wait(timeout=120) == 0
            assert offers_in(database) == ROWS
        for part in folder.glob(f"{number}.sqlite*"):
            part.unlink()
    print(f"{times} kills: {landed['nothing']} before the commit, {landed['all']} after it")
    assert landed["nothing"] > 0


def test_a_killed_import_leaves_nothing_half_written(tmp_path: Path) -> None:
    kill_often(tmp_path, 4, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_fifty_killed_imports_leave_nothing_half_written(tmp_path: Path) -> None:
    kill_often(tmp_path, 50, seed=706)
