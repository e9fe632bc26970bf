"""A disk that fills up in the middle of an import, and two imports at once."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.made_table import make_table

COMMAND = Path(sys.executable).parent / "fritidsguide"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 6 MB of its own. Only root can make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted by root only")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def start(file: Path, database: Path) -> "subprocess.Popen[str]":
    address = f"sqlite:///{database}"
    return subprocess.Popen(
        [COMMAND, "import", str(file), "--source", file.stem, "--database", address],
        cwd=file.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """Exit code, standard output and error, once it has ended."""
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def count(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(connection.execute("SELECT count(*) FROM offer").fetchone()[0])


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, small_disk: Path) -> None:
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    make_table(small, 100)
    make_table(large, 5000)
    database = small_disk / "catalogue.sqlite"
    assert answer(start(small, database))[0] == 0
    code, out, err = answer(start(large, database))
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "full" in err
    assert count(database) == 100
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    assert answer(start(large, database))[0] == 0
    assert count(database) == 5100


def test_two_imports_at_once_take_their_turns(tmp_path: Path) -> None:
    files = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for file in files:
        make_table(file, 800)
    database = tmp_path / "catalogue.sqlite"
    for process in [start(file, database) for file in files]:
        code, out, err = answer(process)
        assert (code, err) == (0, "")
        assert out.startswith("800 created")
    assert count(database) == 1600
