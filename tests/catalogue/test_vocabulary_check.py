import csv
import shutil
from pathlib import Path

import pytest

from catalogue.vocabulary import DATA
from catalogue.vocabulary_check import faults

ACTIVITIES = "aktivitetsordliste-da.csv"
EXPRESSIONS = "hverdagsudtryk-da.csv"
PROPERTIES = "egenskaber-da.csv"


def planted(folder: Path, name: str, heading: str, value: str, row: int = 2) -> list[str]:
    """The faults of a copy of the files in which one cell is changed."""
    shutil.copytree(DATA, folder, dirs_exist_ok=True)
    with (folder / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[row][heading] = value
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return faults(folder)


def test_the_files_of_the_program_have_no_faults() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("name", "heading", "value", "says"),
    [
        (ACTIVITIES, "kode", "fodbold", "stands 2 times"),
        (ACTIVITIES, "navn", "", "code and name"),
        (ACTIVITIES, "overbegreb", "findes_ikke", "does not exist"),
        (ACTIVITIES, "overbegreb", "motionsfodbold", "lies below itself"),
        (ACTIVITIES, "synonymer", "volleyball klub|football", "belongs to fodbold already"),
        (ACTIVITIES, "beslaegtede", "findes_ikke", "does not exist"),
        (ACTIVITIES, "beslaegtede", "volleyball", "not related to it"),
        (ACTIVITIES, "intensity", "4", "intensity must be"),
        (ACTIVITIES, "music", "ja", "music must be"),
        (ACTIVITIES, "indoors", "udenfor", "indoors must be"),
        (ACTIVITIES, "seated_possible", "måske", "seated_possible must be"),
        (ACTIVITIES, "flertydige", "kugle", "none of its words"),
        (EXPRESSIONS, "koder", "findes_ikke", "does not exist"),
        (EXPRESSIONS, "koder", "", "says nothing"),
        (EXPRESSIONS, "afviser", "competitive>two", "cannot be read"),
        (EXPRESSIONS, "styrke", "4", "1 to 3"),
        (PROPERTIES, "egenskaber", "speed>=2", "cannot be read"),
        (PROPERTIES, "adgang", "findes_ikke", "does not exist"),
        (PROPERTIES, "styrke", "", "1 to 3"),
    ],
)
def test_a_planted_fault_is_found(
    tmp_path: Path, name: str, heading: str, value: str, says: str
) -> None:
    found = planted(tmp_path, name, heading, value)
    assert any(says in fault for fault in found), found


def test_a_file_that_is_missing_is_a_fault(tmp_path: Path) -> None:
    assert "cannot be read" in faults(tmp_path)[0]
