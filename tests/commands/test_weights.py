"""The commands that show, propose, accept and return weights, as their user types them."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from api.importing import SAMPLE
from matcher.weights import WEIGHTS, Weights
from tests.commands.test_commands import COMMAND, SECRET, assert_fails
from tests.simulated_choices import simulated

Do = Callable[..., "subprocess.CompletedProcess[str]"]
GUIDES = replace(WEIGHTS, distance=0.9, times=0.15)
NEED = {
    "interests": ["noget med musik", "strikke", "gåture"],
    "home": {"postcode": "8410"},
    "times": [{"days": ["tue", "thu"], "from": "10:00", "to": "16:00"}],
}
LINE = simulated(1, 1)[0]


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

    return do_


def write(file: Path, seed: int = 1, needs: int = 300, guides: Weights = GUIDES) -> None:
    lines = [json.dumps(one) for one in simulated(seed, needs, guides)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def told(do: Do, *arguments: object) -> dict[str, object]:
    done = do(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def test_from_choices_to_another_match_and_back(do: Do, tmp_path: Path) -> None:
    do("import", SAMPLE)
    (tmp_path / "n.json").write_text(json.dumps(NEED), encoding="utf-8")
    match = ("match", "n.json", "--json", "--on", "2026-11-24")
    before = do(*match).stdout
    write(tmp_path / "choices.jsonl")
    said = do("weights", "propose", "choices.jsonl")
    assert said.returncode == 0
    assert "pairs of other needs in the right order" in said.stdout
    assert told(do, "weights", "show", "--json")["number"] == 0  # nothing was written

    proposal = do("weights", "propose", "choices.jsonl", "--json").stdout
    (tmp_path / "proposal.json").write_text(proposal, encoding="utf-8")
    assert do("weights", "accept", "proposal.json").stdout.startswith("number 1 is in force")
    shown = told(do, "weights", "show", "--json")
    after = {name: one["after"] for name, one in json.loads(proposal)["weights"].items()}
    assert shown["number"] == 1
    assert shown["weights"] == shown["by_hand"] | after
    assert do(*match).stdout != before
    assert_fails(do("weights", "accept", "proposal.json"), "made for number 0, but 1 is in force")
    assert_fails(do("weights", "propose", "choices.jsonl"), "were learnt of these")

    assert do("weights", "return").stdout == "number 2 is in force\n"
    assert do(*match).stdout == before
    lines = do("weights", "show").stdout.splitlines()
    assert [line.split(",")[0] for line in lines[-3:-1]] == ["number 2", "number 1"]
    assert lines[-3].endswith("by operator: returned to number 0")


def test_the_ranking_is_measured_by_the_weights_in_force(do: Do, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        "kilde_id,forening,tilbud,postnr,tider\n"
        "near,Klub A,Skak,8410,man 19:00-21:00\nfar,Klub B,Skak,8500,tir 12:00-14:00\n",
        encoding="utf-8",
    )
    do("import", "t.csv")
    times = [{"days": ["tue"], "from": "10:00", "to": "16:00"}]
    need = {"id": "n", "interests": ["skak"], "home": {"postcode": "8410"}, "times": times}
    (tmp_path / "n.jsonl").write_text(json.dumps(need), encoding="utf-8")
    (tmp_path / "q.tsv").write_text("n\t0\tnear\t3\nn\t0\tfar\t0\n", encoding="utf-8")
    measure = ("evaluate", "n.jsonl", "q.tsv", "--json")
    before = told(do, *measure)["ndcg_at_10"]
    write(tmp_path / "choices.jsonl")
    proposal = do("weights", "propose", "choices.jsonl", "--json").stdout
    (tmp_path / "p.json").write_text(proposal, encoding="utf-8")
    do("weights", "accept", "p.json")
    after = told(do, *measure)["ndcg_at_10"]
    assert isinstance(before, float) and isinstance(after, float)
    assert before < 1.0 == after


@pytest.mark.parametrize(
    ("needs", "guides", "why"),
    [
        (20, GUIDES, "too few: it takes 100 pairs from 50 needs"),
        (200, WEIGHTS, "the choices agree with the weights in force"),
    ],
)
def test_why_nothing_is_proposed_is_said(
    do: Do, tmp_path: Path, needs: int, guides: Weights, why: str
) -> None:
    write(tmp_path / "choices.jsonl", needs=needs, guides=guides)
    done = do("weights", "propose", "choices.jsonl")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == f"nothing is proposed: {why}"
    proposal = do("weights", "propose", "choices.jsonl", "--json").stdout
    (tmp_path / "p.json").write_text(proposal, encoding="utf-8")
    assert_fails(do("weights", "accept", "p.json"), "it changes nothing")


@pytest.mark.parametrize(
    "arguments",
    [
        ("weights", "nonsense"),
        ("weights", "propose"),
        ("weights", "propose", "findes-ikke.jsonl"),
        ("weights", "propose", "/dev/zero"),
        ("weights", "propose", "."),
        ("weights", "accept"),
        ("weights", "accept", "findes-ikke.json"),
        ("weights", "accept", "/dev/zero"),
        ("weights", "return"),
        ("weights", "return", "--by-hand"),
    ],
)
def test_a_wrong_call_is_one_line(do: Do, arguments: tuple[str, ...]) -> None:
    assert_fails(do(*arguments))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 2: not JSON"),
        ("[" * 100_000, "line 2: not JSON"),
        ('{"need": ' + "9" * 5000 + "}", "line 2: not JSON"),
        (json.dumps({**LINE, "age": 44}), "line 2: choices: the whole: holds an unknown field"),
        (json.dumps({**LINE, SECRET: 1}), "line 2: choices: the whole: holds an unknown field"),
        (
            json.dumps(LINE).replace('"interest"', '"age"').replace('"freshness"', '"age"'),
            "line 2: choices: shown.0.criteria: holds what is no criterion",
        ),
        (json.dumps(LINE).replace('"ignored"', f'"{SECRET}"'), "line 2: choices: shown.0.choice"),
        (json.dumps(LINE).replace(LINE["shown"][0]["offer"], SECRET), "shown.0.offer"),
    ],
)
def test_choices_that_cannot_be_used_are_one_line_and_are_not_repeated(
    do: Do, tmp_path: Path, line: str, says: str
) -> None:
    (tmp_path / "choices.jsonl").write_text(f"{json.dumps(LINE)}\n{line}\n", encoding="utf-8")
    assert_fails(do("weights", "propose", "choices.jsonl"), "choices.jsonl: ")
    assert says in do("weights", "propose", "choices.jsonl").stderr


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", json.dumps({SECRET: 1}), "9" * 5000])
def test_a_proposal_that_cannot_be_used_is_one_line(do: Do, tmp_path: Path, text: str) -> None:
    (tmp_path / "p.json").write_text(text, encoding="utf-8")
    assert_fails(do("weights", "accept", "p.json"), "p.json: ")
