"""The commands that list, accept, refuse and undo what may be there twice."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from api import wording
from catalogue.duplicate_features import FEATURES
from tests.commands.test_commands import COMMAND, assert_fails

Do = Callable[..., "subprocess.CompletedProcess[str]"]
HEADINGS = (
    "kilde_id,forening,cvr,tilbud,beskrivelse,sted,adresse,postnr,by,tider,telefon,step_free\n"
)
ONE = (
    "s-1,Rønde Strikkeklub,12345678,Strik og snak,Vi strikker huer og vanter,Rønde Skole,"
    "Skolevej 4,8410,Rønde,tir 19:00-21:00,86 37 00 00,ja\n"
    "s-2,Hornslet Skakklub,,Skak for alle,Hurtigskak,Hornslet Skole,Skolegade 2,8543,Hornslet,,,\n"
)
OTHER = (
    "x9,Strikkeklubben i Rønde,,Strik og snak,Huer og vanter på pindene,Rønde Skole,"
    "Skolevej 4,8410,Rønde,tir 19:00-21:00,+45 86370000,\n"
)


@pytest.fixture
def do(tmp_path: Path) -> Do:
    def do_(*arguments: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [COMMAND, *map(str, arguments)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    (tmp_path / "klubber.csv").write_text(HEADINGS + ONE, encoding="utf-8")
    (tmp_path / "kommunen.csv").write_text(HEADINGS + OTHER, encoding="utf-8")
    return do_


def listed(do: Do) -> list[dict[str, object]]:
    done = do("duplicates", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["count"] == len(told["duplicates"])
    return list(told["duplicates"])


def ids(candidate: dict[str, object]) -> list[str]:
    return [candidate[end]["id"] for end in ("first", "second")]  # type: ignore[index]


def test_from_a_list_to_one_offer_and_back(do: Do) -> None:
    do("import", "klubber.csv")
    do("import", "kommunen.csv")
    before = do("export", "csv").stdout
    found = listed(do)
    assert [one["kind"] for one in found] == ["organisation", "offer"]
    house, offer = found
    assert offer["first"]["source_ids"] == ["s-1"]  # type: ignore[index]
    assert offer["second"]["source_ids"] == ["x9"]  # type: ignore[index]
    said = do("duplicates").stdout
    assert "Er det det samme tilbud?" in said
    assert "Taler for:" in said and "Samme telefon: 86370000" in said
    assert said.splitlines()[-2] == "2 par at tage stilling til"
    assert "Is it the same activity?" in do("duplicates", "--language", "en").stdout

    done = do("duplicates", "accept", *ids(offer))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("decision 1: shown as one")
    assert do("duplicates", "accept", *ids(house)).stdout.startswith("decision 2")
    assert listed(do) == []
    assert do("export", "csv").stdout.count("Strik og snak") == 1
    again = do("import", "kommunen.csv").stdout
    assert again == "0 created, 0 updated, 1 unchanged, 0 refused\n"

    told = do("duplicates", "decided").stdout.splitlines()
    assert [line[:2] for line in told] == ["2:", "1:"]
    for number in (1, 2):
        assert do("duplicates", "undo", number).stdout == f"decision {number} is undone\n"
    assert do("export", "csv").stdout == before
    assert [one["kind"] for one in listed(do)] == ["organisation", "offer"]
    decided = json.loads(do("duplicates", "decided", "--json").stdout)
    assert all(one["undone_by"] == "operator" and one["same"] for one in decided)


def test_what_was_refused_is_not_asked_again_until_it_is_undone(do: Do) -> None:
    do("import", "klubber.csv")
    do("import", "kommunen.csv")
    offer = listed(do)[1]
    assert do("duplicates", "refuse", *ids(offer)).stdout.startswith("decision 1: not the same")
    assert [one["kind"] for one in listed(do)] == ["organisation"]
    assert_fails(do("duplicates", "accept", *ids(offer)), "decision 1 says")
    do("duplicates", "undo", 1)
    assert len(listed(do)) == 2


def test_the_same_cvr_is_a_reason_to_ask_of_organisations_and_never_of_offers(
    do: Do, tmp_path: Path
) -> None:
    rows = "1,Rønde IF,12345678,Fodbold,,,,8410,,,,\n2,Kalø Sejlere,12345678,Joller,,,,8410,,,,\n"
    (tmp_path / "t.csv").write_text(HEADINGS + rows, encoding="utf-8")
    do("import", "t.csv")
    (only,) = listed(do)
    assert only["kind"] == "organisation"
    texts = [one["text"] for one in only["evidence"]]  # type: ignore[attr-defined]
    assert "Samme CVR-nummer: 12345678" in texts


def test_an_empty_catalogue_has_no_duplicates(do: Do) -> None:
    assert do("duplicates").stdout == "0 par at tage stilling til\n"
    assert listed(do) == []
    assert do("duplicates", "decided").stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("duplicates", "nonsense"),
        ("duplicates", "--limit", "0"),
        ("duplicates", "accept"),
        ("duplicates", "accept", "x", "y"),
        ("duplicates", "accept", *["2e8ac555-d0aa-5e0d-b9b8-434f938511b9"] * 2),
        ("duplicates", "refuse", "2e8ac555-d0aa-5e0d-b9b8-434f938511b9"),
        ("duplicates", "undo", "1"),
        ("duplicates", "undo", "et"),
        ("duplicates", "--json", "decided"),
        ("duplicates", "--database", "mysql://x/y"),
    ],
)
def test_a_wrong_call_is_one_line(do: Do, arguments: tuple[str, ...]) -> None:
    assert_fails(do(*arguments))


def test_all_evidence_has_words() -> None:
    names = [one for one in FEATURES if not one.endswith("_nearly")] + ["name_same", "title_same"]
    assert [name for name in names if not wording.has(f"duplicate.{name}")] == []
