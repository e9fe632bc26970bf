"""The commands for sources and jobs, as their user types them. Nobody is asked on the web here."""

import json
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalogue.database import open_database, writing
from catalogue.run_models import SourceRun
from tests.commands.test_commands import COMMAND, SECRET, assert_fails

Do = Callable[..., "subprocess.CompletedProcess[str]"]
PAGE = {"FRITIDSGUIDE_READER_PAGE": "https://kommune.example/laeser"}
ON = """
[klubben]
like = "forening-kalender"
address = "https://klubben.example/k.ics"
hosts = ["klubben.example"]
agreement = true
agreed_with = "Klubben"
agreed_on = 2026-11-01
"""
WITH_KEY = ON.replace("forening-kalender", "conventus-hold").replace(
    "k.ics", "get_grupper.php?forening=1"
)


@pytest.fixture
def do(tmp_path: Path) -> Do:
    def do_(*arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [COMMAND, *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return do_


def put(folder: Path, text: str, name: str = "own.toml") -> dict[str, str]:
    (folder / name).write_text(text, encoding="utf-8")
    return {"FRITIDSGUIDE_SOURCES": name}


def test_all_sources_are_listed_and_off(do: Do) -> None:
    done = do("sources", "list")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == 12
    assert all("  off  " in line for line in lines)
    listed = json.loads(do("sources", "list", "--json").stdout)
    assert [one["name"] for one in listed] == [line.split()[0] for line in lines]
    assert {one["last_run"] for one in listed} == {None}


def test_ones_own_source_is_listed_as_on(do: Do, tmp_path: Path) -> None:
    done = do("sources", "list", **put(tmp_path, ON))
    assert any(
        line.startswith("klubben") and "  on   " in line for line in done.stdout.splitlines()
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("sources", "run"), "name a source, or say --all"),
        (("sources", "run", "kultunaut-liste", "--all"), "name a source, or say --all"),
        (("sources", "run", "--all"), "every source is off"),
        (("sources", "run", "kultunaut-liste"), "is off"),
        (("sources", "check", "kultunaut-liste"), "is off"),
        (("sources", "check", "nope"), "there is none"),
        (("sources", "show", "nope"), "there is none"),
        (("sources", "missing", "nope"), "there is none"),
        (("sources", "release", "kultunaut-liste"), "nothing waits"),
        (("sources", "drop", "kultunaut-liste"), "nothing waits"),
        (("sources", "withdraw", "kultunaut-liste", "7"), "nothing is missing"),
        (("jobs", "run", "nope"), "there is none"),
    ],
)
def test_a_wrong_call_is_one_line(do: Do, arguments: tuple[str, ...], says: str) -> None:
    assert_fails(do(*arguments, **PAGE), says)


def test_nothing_is_read_while_no_page_says_who_reads(do: Do, tmp_path: Path) -> None:
    own = put(tmp_path, ON)
    assert_fails(do("sources", "run", "klubben", **own), "FRITIDSGUIDE_READER_PAGE")
    assert_fails(do("sources", "check", "klubben", **own), "FRITIDSGUIDE_READER_PAGE")
    assert "source:klubben" not in do("jobs", "list", **own).stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[", "not a TOML file"),
        ('[x]\ntitle = "x"\n', "source 'x'"),
        (ON.replace("https://", "http://"), "must begin with https://"),
    ],
)
def test_a_table_of_sources_that_is_none_is_one_line(
    do: Do, tmp_path: Path, text: str, says: str
) -> None:
    assert_fails(do("sources", "list", **put(tmp_path, text)), says)


def test_a_table_that_is_not_there_is_one_line(do: Do) -> None:
    assert_fails(do("sources", "list", FRITIDSGUIDE_SOURCES="nope.toml"), "nope.toml")


def test_a_key_stands_in_a_file_that_others_cannot_read(do: Do, tmp_path: Path) -> None:
    own = {**put(tmp_path, WITH_KEY), **PAGE}
    assert_fails(do("sources", "run", "klubben", **own), "its key is missing")
    keys = tmp_path / "keys.toml"
    with_keys = {**own, "FRITIDSGUIDE_SOURCE_KEYS": "keys.toml"}
    for text, mode, says in (
        (f'klubben = "{SECRET}"', 0o644, "others can read"),
        (f'klubben = "{SECRET}', 0o600, "not a TOML file"),
        (f'klubben = ["{SECRET}"]', 0o600, "not a TOML file"),
        (f'another = "{SECRET}"', 0o600, "its key is missing"),
    ):
        keys.write_text(text, encoding="utf-8")
        keys.chmod(mode)
        assert_fails(do("sources", "run", "klubben", **with_keys), says)


def test_a_source_that_cannot_be_had_ends_with_one_and_says_so(do: Do, tmp_path: Path) -> None:
    """Its host has been asked often enough today, so that nobody is asked here either."""
    own = {**put(tmp_path, ON), **PAGE}
    hosts = tmp_path / "data" / "sources" / "hosts"
    hosts.mkdir(parents=True)
    diary = {"count": 500, "last_at": None, "hold_until": None}
    today = datetime.now(UTC).date().isoformat()
    (hosts / "klubben.example.json").write_text(json.dumps({"day": today, **diary}))
    done = do("sources", "run", "--all", **own)
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == (
        "klubben: could not be read; the catalogue is as it was (run 1)"
    )
    assert "klubben.example: 500 requests today are enough" in done.stdout
    assert "Traceback" not in done.stderr
    listed = do("sources", "list", **own).stdout
    assert "not_read" in listed
    assert "not_read" in do("sources", "show", "klubben", **own).stdout
    told = json.loads(do("sources", "check", "klubben", "--json", **own).stdout)
    assert (told["outcome"], told["run"]) == ("not_read", None)


def test_what_waits_is_shown_for_a_curator_to_decide(do: Do, tmp_path: Path) -> None:
    own = {**put(tmp_path, ON), **PAGE}
    do("sources", "list", **own)
    engine = open_database(f"sqlite:///{tmp_path / 'data' / 'catalogue.sqlite'}")
    at = datetime(2026, 12, 1, tzinfo=UTC)
    with writing(engine) as session:
        session.add(
            SourceRun(
                id=1, source="klubben", slot="2026-12-01", fencing=1, actor="schedule",
                started_at=at, finished_at=at, outcome="quarantined", reason="lost: 9 of 20",
                is_full=True, counts={"rows": 11}, filled={}, troubles={}, gates=[], pages=[],
                difference={"missing": [{"item": "offer/7", "name": "Krolf"}],
                            "changed": [{"item": "offer/8", "name": "Strik",
                                         "fields": {"price": [None, {"kr": "50"}]}}],
                            "faults": ["login_page: x"]},
            )
        )  # fmt: skip
    engine.dispose()
    shown = do("sources", "show", "klubben", **own).stdout
    assert "lost: 9 of 20" in shown
    assert "missing, still shown: offer/7 Krolf" in shown
    assert "changed: offer/8 Strik: price unknown -> {'kr': '50'}" in shown
    assert "not readable: login_page: x" in shown
    assert_fails(do("sources", "release", "klubben", **own), "nothing that could be published")
    assert do("sources", "drop", "klubben", **own).stdout == "klubben: run 1 dropped\n"
    assert "decided by operator" in do("sources", "show", "klubben", **own).stdout


def test_a_job_is_done_once_in_its_time(do: Do) -> None:
    first = do("jobs", "run", "prune-claims")
    assert first.stdout.endswith(" done\n")
    assert "is done, or somebody holds it" in do("jobs", "run", "prune-claims").stdout
    (row,) = json.loads(do("jobs", "list", "--json").stdout)
    assert (row["name"], row["last"]["outcome"], row["last"]["attempts"]) == (
        "prune-claims", "done", 1
    )  # fmt: skip
    assert "done at" in do("jobs", "list").stdout
