"""Tables that somebody made to harm: to get personal data in or out, or another's word."""

import json
import os
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Engine, text

from api.migrations.run import migrate_catalogue
from catalogue.answers import Answer
from catalogue.cpr import Grade, find_cpr
from catalogue.database import open_database, writing
from catalogue.errors import Conflict, Invalid
from catalogue.mapping import load_mapping
from catalogue.persondata import scrub
from catalogue.rows import source_name
from catalogue.spreadsheets import open_rows
from tests.catalogue.test_tables import A_ROW, exported, import_file, shown, table

ON = date(2026, 11, 24)
NUMBER = "010190-1234"
MAIL = "mette.jensen@gmail.com"


def take(engine: Engine, folder: Path, *rows: Mapping[str, str], **options: object):
    path = folder / "t.csv"
    path.write_text(table(*map(dict, rows)), encoding="utf-8")
    return import_file(engine, path, **options)


@pytest.mark.parametrize("gap", ["\n", "\r\n", "\u2028", "\n ", "\u0085"])
def test_a_number_is_found_across_lines(gap: str) -> None:
    (hit,) = find_cpr(f"010190{gap}1234", ON)
    assert hit.grade is Grade.CERTAIN
    assert scrub(f"Ring 20 12{gap}34 56", ON).text == "Ring"


@pytest.mark.parametrize("cell", [f"{MAIL}", "1203651112", "klub 120365-1112", NUMBER])
@pytest.mark.parametrize("heading", ["kilde_id", "kildenavn", "videre_til"])
def test_a_key_with_personal_data_refuses_its_row_and_is_not_cut(
    engine: Engine, tmp_path: Path, heading: str, cell: str
) -> None:
    report = take(engine, tmp_path, {**A_ROW, heading: cell})
    (remark,) = report.refused
    assert remark.heading == heading
    assert cell not in repr(report)
    assert shown(engine) == []


def test_keys_that_differ_in_white_space_only_are_one(engine: Engine, tmp_path: Path) -> None:
    rows = [{**A_ROW, "kilde_id": key, "kildenavn": "a b"} for key in ("x 1", "x  1")]
    report = take(engine, tmp_path, *rows, {**rows[0], "kildenavn": "a  b"})
    assert (report.created, [one.key for one in report.refused]) == (
        1,
        ["form.row.duplicate_id"] * 2,
    )


@pytest.mark.parametrize(
    "said",
    [
        {"title": ["source", f"liste {NUMBER}", None, None]},
        {"title": ["source", "liste", None, f"CPR {NUMBER}"]},
        {"title": ["source", "liste", None, f"skriv til {MAIL}"]},
        {"title": ["source", "liste", None, "010190\n1234"]},
        {"title": ["source", "", None, None]},
    ],
)
def test_the_provenance_of_single_facts_holds_no_personal_data(
    engine: Engine, tmp_path: Path, said: object
) -> None:
    for cell in (json.dumps(said), json.dumps(said).replace("0", "\\u0030")):
        report = take(engine, tmp_path, {**A_ROW, "afvigende_kilder": cell})
        (remark,) = report.refused
        assert remark.heading == "afvigende_kilder"
        assert shown(engine) == []


def test_a_source_cannot_speak_over_a_person(engine: Engine, tmp_path: Path) -> None:
    take(engine, tmp_path, A_ROW)
    take(engine, tmp_path, {**A_ROW, "step_free": "nej"}, curator=True)
    before = exported(engine)
    said = json.dumps({"step_free": ["person", "redaktion", "2026-11-24", None]})
    forged = {**A_ROW, "step_free": "ja", "afvigende_kilder": said}
    report = take(engine, tmp_path, forged, {**A_ROW, "kilde_id": "2"})
    assert [(one.line, one.heading) for one in report.refused] == [(2, "afvigende_kilder")]
    assert report.created == 1
    assert exported(engine).splitlines()[:2] == before.splitlines()
    said = said.replace("redaktion", "en fremmed")
    assert take(engine, tmp_path, {**forged, "afvigende_kilder": said}).refused
    assert not take(engine, tmp_path, forged, curator=True).refused
    assert shown(engine)[0].answer("step_free") is Answer.YES


def test_an_exported_catalogue_goes_in_twice(engine: Engine, tmp_path: Path) -> None:
    take(engine, tmp_path, {**A_ROW, "step_free": "nej"}, curator=True)
    (tmp_path / "out.csv").write_text(exported(engine), encoding="utf-8")
    report = import_file(engine, tmp_path / "out.csv")
    assert (report.unchanged, report.refused) == (1, [])


def test_headings_that_may_be_somebodys_data_are_not_repeated(
    engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "t.csv"
    for first in (f"Mette Jensen,{MAIL}\n", f"{NUMBER},{NUMBER}\n"):
        path.write_text(first, encoding="utf-8")
        with pytest.raises(Invalid) as raised:
            import_file(engine, path)
        assert "Mette" not in str(raised.value)
        assert MAIL not in str(raised.value)
        assert NUMBER not in str(raised.value)
    path.write_text(f"kilde_id,forening,tilbud,{MAIL},note\n1,A,B,C,D\n", encoding="utf-8")
    assert import_file(engine, path).unknown_headings == ("column 4", "note")


def test_a_cell_that_is_too_long_is_refused_unread(engine: Engine, tmp_path: Path) -> None:
    long = f"{MAIL} " + "7 " * 5_000_000
    (remark,) = take(engine, tmp_path, {**A_ROW, "beskrivelse": long}).refused
    assert remark.key == "form.too_long"
    assert "mette" not in remark.value


@pytest.mark.parametrize("name", ["", "x" * 101, f"liste {NUMBER}", MAIL, "a\x07b", "a\udcffb"])
def test_a_source_has_a_name_that_can_be_shown(name: str) -> None:
    with pytest.raises(Invalid) as raised:
        source_name(name, ON)
    assert not name or name not in str(raised.value)


def test_one_wrong_byte_does_not_garble_the_others(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("kilde_id,forening,tilbud\n1,Rønde,Årstid\n".encode() + b"2,K\xf8,B\n")
    with pytest.raises(Invalid, match="line 3: is not UTF-8"):
        import_file(engine, path)
    path.write_bytes("\n \nkilde_id;forening;tilbud\n1;Rønde;Årstid\n".encode())
    assert import_file(engine, path).created == 1


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "pipe.csv", tmp_path, Path("/dev/zero")):
        with pytest.raises(Invalid), open_rows(path):
            pass
        with pytest.raises(Invalid):
            load_mapping(path, [])


def rewritten(path: Path, old: bytes, new: bytes) -> None:
    """Replace bytes in the sheet of a workbook."""
    with zipfile.ZipFile(path) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert old in members[sheet]
    members[sheet] = members[sheet].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'r="A2"', b'r="XFD1048576"'),
        (b'r="A2"', b'r="ZZZZZ99999999999"'),
    ],
)
def test_a_workbook_that_breaks_its_reader_is_refused(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["kilde_id", "forening", "tilbud"])
    sheet.append([1, 2, 3])
    path = tmp_path / "t.xlsx"
    workbook.save(path)
    rewritten(path, old, new)
    with pytest.raises(Invalid, match="not a readable XLSX workbook"), open_rows(path) as rows:
        list(rows)


def test_reading_a_workbook_may_end_early(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for number in range(20_000):
        sheet.append([number, "x" * 50])
    workbook.save(tmp_path / "t.xlsx")
    with open_rows(tmp_path / "t.xlsx") as rows:
        assert next(rows).cells[0] == "0"


@pytest.mark.parametrize(
    "mapping",
    ["read = [[1]]", f"x = {'9' * 5000}", "columns = 1", "a = [" * 5000, "\ufeffa", "=", "\x00"],
)
def test_a_mapping_that_cannot_be_used_is_one_line(tmp_path: Path, mapping: str) -> None:
    (tmp_path / "m.toml").write_text(mapping, encoding="utf-8")
    with pytest.raises(Invalid):
        load_mapping(tmp_path / "m.toml", ["kilde_id"])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///a?b=c",
        "sqlite://host/a",
        "mysql://x",
        "postgresql+asyncpg://x/y",
        "postgresql://127.0.0.1:99999999/y",
        "postgresql://x:port/y",
        "postgresql://[::1/y",
    ],
)
def test_a_database_address_that_cannot_be_used_is_refused_when_opened(url: str) -> None:
    with pytest.raises((Invalid, Conflict)):
        migrate_catalogue(open_database(url))


def test_a_damaged_database_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    with pytest.raises(Conflict, match="refused to write: file is not a database"):
        with writing(open_database(f"sqlite:///{path}")) as session:
            session.execute(text("SELECT * FROM offer"))
