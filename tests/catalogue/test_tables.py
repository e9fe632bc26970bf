import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Engine

from catalogue.answers import Answer
from catalogue.database import reading, writing
from catalogue.errors import Conflict, Invalid
from catalogue.facts import Basis
from catalogue.kinds import Room
from catalogue.mapping import load_mapping, mapped
from catalogue.places import load_gazetteer
from catalogue.published import PublishedOffer, published
from catalogue.rows import Reader, known_headings
from catalogue.spreadsheets import headings_of, open_rows
from catalogue.tables import Report, export_csv, import_rows
from catalogue.vocabulary import load_vocabulary

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
SAMPLE = Path(__file__).parents[2] / "catalogue" / "data" / "sample" / "offers.csv"
A_ROW = {"kilde_id": "1", "forening": "Strikkeklubben", "tilbud": "Strik"}


def table(*rows: dict[str, str]) -> str:
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, headings)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def import_file(
    engine: Engine,
    path: Path,
    *,
    source: str = "liste",
    curator: bool = False,
    complete: bool = False,
    mapping: Path | None = None,
) -> Report:
    vocabulary = load_vocabulary()
    reader = Reader(
        source=source,
        basis=Basis.PERSON if curator else Basis.SOURCE,
        said_by="redaktion" if curator else source,
        on=AT.date(),
        gazetteer=load_gazetteer(),
        vocabulary=vocabulary,
    )
    with open_rows(path) as rows, writing(engine) as session:
        headings = headings_of(rows, path.name)
        if mapping is not None:
            headings, rows = mapped(
                load_mapping(mapping, known_headings(vocabulary)), headings, rows
            )
        return import_rows(
            session, headings, rows, reader, actor="import:liste", at=AT, complete=complete
        )


@pytest.fixture
def take_in(engine: Engine, tmp_path: Path):
    """Import rows given as dictionaries, or a file's text or bytes."""

    def take(*rows: dict[str, str] | str | bytes, **options: object) -> Report:
        path = tmp_path / "tilbud.csv"
        if isinstance(rows[0], bytes):
            path.write_bytes(rows[0])
        elif isinstance(rows[0], str):
            path.write_text(rows[0], encoding="utf-8")
        else:
            path.write_text(
                table(*(row for row in rows if isinstance(row, dict))), encoding="utf-8"
            )
        return import_file(engine, path, **options)

    return take


def shown(engine: Engine) -> list[PublishedOffer]:
    with reading(engine) as session:
        return list(published(session, load_gazetteer()))


def exported(engine: Engine) -> str:
    out = io.StringIO()
    with reading(engine) as session:
        export_csv(published(session, load_gazetteer()), load_vocabulary(), out)
    return out.getvalue()


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.refused)


def test_the_sample_catalogue_goes_in_and_a_second_time_changes_nothing(engine: Engine) -> None:
    assert counts(import_file(engine, SAMPLE)) == (434, 0, 0, 0)
    assert counts(import_file(engine, SAMPLE)) == (0, 0, 434, 0)


def test_what_is_exported_comes_back_equal(
    engine: Engine, other_engine: Engine, tmp_path: Path
) -> None:
    import_file(engine, SAMPLE)
    (tmp_path / "more.csv").write_text(
        table(
            {
                **A_ROW,
                "type": "aftenskole",
                "cvr": "12345678",
                "tilbudstype": "åbent sted",
                "beskrivelse": "=Vi\nstrikker; 'og' \"hækler\"",
                "aktiviteter": "strik|hækling",
                "sted": "Huset",
                "adresse": "Storegade 1",
                "postnr": "8410",
                "by": "Rønde",
                "lat": "56.3",
                "lon": "10.5",
                "tider": 'ulige ons 14:00-16:00; 2.+4. man 19:00-21:00; "og efter aftale"',
                "periode": "2026-09-01/",
                "undtagelser": "2026-12-21/2027-01-03; 2027-02-15",
                "plads": "venteliste",
                "pris_kr": "1250.50",
                "pris_enhed": "halvår",
                "alder_fra": "0",
                "alder_til": "99",
                "koen": "kvinder",
                "telefon": "86 12 34 56",
                "email": "info@strik.example",
                "website": "https://strik.example/hold?a=1",
                "kilde": "klubbens side",
                "oplyst_den": "2026-10-01",
                "step_free": "ja",
                "small_group": "nej",
                "videre_til": "2",
            },
            {**A_ROW, "kilde_id": "2", "pris_kr": "0"},
        ),
        encoding="utf-8",
    )
    report = import_file(engine, tmp_path / "more.csv", source="klub")
    assert (counts(report), report.dropped) == ((2, 0, 0, 0), [])
    (tmp_path / "by-hand.csv").write_text(
        table({**A_ROW, "met_at_door": "ja", "step_free": "nej"}), encoding="utf-8"
    )
    import_file(engine, tmp_path / "by-hand.csv", source="klub", curator=True)
    first = exported(engine)
    (tmp_path / "out.csv").write_text(first, encoding="utf-8")
    assert counts(import_file(other_engine, tmp_path / "out.csv")) == (436, 0, 0, 0)

    def by_id(offer: PublishedOffer) -> str:
        return str(offer.id)

    assert sorted(shown(other_engine), key=by_id) == sorted(shown(engine), key=by_id)
    assert exported(other_engine) == first


def test_an_empty_cell_says_nothing_and_a_dash_takes_back(engine: Engine, take_in) -> None:
    take_in({**A_ROW, "step_free": "ja", "pris_kr": "100", "pris_enhed": "måned"})
    take_in({**A_ROW, "step_free": "", "pris_kr": ""})
    assert shown(engine)[0].answer("step_free") is Answer.YES
    take_in({**A_ROW, "step_free": "-", "pris_kr": "-"})
    offer = shown(engine)[0]
    assert (offer.answer("step_free"), offer.price) == (Answer.UNKNOWN, None)


def test_no_price_is_unknown_and_nought_is_free(engine: Engine, take_in) -> None:
    take_in({**A_ROW, "pris_kr": "0"}, {**A_ROW, "kilde_id": "2", "pris_kr": ""})
    free, unknown = shown(engine)
    assert free.price is not None and free.price.is_free
    assert unknown.price is None


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        ("cvr", "123"),
        ("type", "klub"),
        ("tilbudstype", "fest"),
        ("postnr", "8"),
        ("postnr", "9997"),
        ("lat", "56,4"),
        ("lat", "56.4"),
        ("tider", "tirs aften"),
        ("tider", "tir 25:00-26:00"),
        ("periode", "2026-02-30/2026-05-01"),
        ("undtagelser", "jul"),
        ("plads", "måske"),
        ("pris_kr", "-5"),
        ("pris_kr", "gratis"),
        ("pris_enhed", "uge"),
        ("alder_fra", "121"),
        ("koen", "alle"),
        ("telefon", "12"),
        ("email", "info"),
        ("website", "javascript:alert(1)"),
        ("oplyst_den", "2026-11-31"),
        ("oplyst_den", "2026-11-25"),
        ("step_free", "måske"),
        ("tilbud", ""),
        ("forening", "-"),
        ("beskrivelse", "x" * 20_001),
        ("tilbud", "a\x07b"),
        ("afvigende_kilder", "[1"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_alone(
    engine: Engine,
    take_in,
    heading: str,
    value: str,
) -> None:
    report = take_in({**A_ROW, "kilde_id": "god"}, {**A_ROW, heading: value})
    assert [offer.source_ids[0].key for offer in shown(engine)] == ["god"]
    (remark,) = report.refused
    assert remark.line == 3
    assert remark.heading == heading
    assert remark.value == (value if len(value) < 60 else "x" * 60 + "...")
    assert remark.reason and "\n" not in remark.reason


def test_both_ages_must_be_in_order_and_coordinates_in_denmark(take_in) -> None:
    report = take_in(
        {**A_ROW, "kilde_id": "1", "alder_fra": "60", "alder_til": "20"},
        {**A_ROW, "kilde_id": "2", "lat": "48.85", "lon": "2.35"},
    )
    assert [(r.line, r.heading) for r in report.refused] == [(2, "alder_fra"), (3, "lat")]


def test_a_key_that_stands_twice_is_refused_the_second_time(engine: Engine, take_in) -> None:
    report = take_in(A_ROW, {**A_ROW, "tilbud": "Hækling"})
    assert [(r.line, r.key) for r in report.refused] == [(3, "form.row.duplicate_id")]
    assert shown(engine)[0].title == "Strik"


def test_a_cpr_number_refuses_the_row_and_is_never_repeated(engine: Engine, take_in) -> None:
    report = take_in({**A_ROW, "beskrivelse": "Ring. CPR 010190-1234 er leder"})
    (remark,) = report.refused
    assert remark.heading == "beskrivelse"
    assert "1234" not in remark.value + remark.reason
    assert shown(engine) == []


def test_private_mails_and_mobiles_are_left_out_and_reported(engine: Engine, take_in) -> None:
    report = take_in(
        {
            **A_ROW,
            "email": "mette.jensen@gmail.com",
            "beskrivelse": "Vi strikker. Skriv til mette.jensen@gmail.com, så svarer vi.",
        }
    )
    (offer,) = shown(engine)
    assert offer.email is None
    assert "mette" not in (offer.description or "")
    assert "Vi strikker." in (offer.description or "")
    assert {remark.heading for remark in report.dropped} == {"email", "beskrivelse"}
    assert not any("mette" in remark.value for remark in report.dropped)


def test_one_name_with_two_cvr_numbers_is_two_clubs_and_refused(take_in) -> None:
    report = take_in({**A_ROW, "cvr": "12345678"}, {**A_ROW, "kilde_id": "2", "cvr": "87654321"})
    assert [(r.line, r.heading) for r in report.refused] == [(3, "forening")]


def test_semicolons_bom_and_windows_1252_are_understood(engine: Engine, take_in) -> None:
    text = "kilde_id;forening;tilbud;plads\n1;Rønde;Åbent værksted;fuldt\n"
    take_in(b"\xef\xbb\xbf" + text.encode())
    assert (shown(engine)[0].title, shown(engine)[0].room) == ("Åbent værksted", Room.FULL)
    assert counts(take_in(text.encode("cp1252"))) == (0, 0, 1, 0)


def test_a_workbook_says_the_same_as_its_csv(engine: Engine, tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["kilde_id", "forening", "tilbud", "postnr", "oplyst_den", "pris_kr", "step_free"])
    sheet.append([17, "Rønde IF", "Strik", 8410, date(2026, 10, 1), 12.5, "ja"])
    workbook.save(tmp_path / "tilbud.xlsx")
    assert counts(import_file(engine, tmp_path / "tilbud.xlsx")) == (1, 0, 0, 0)
    (offer,) = shown(engine)
    assert (offer.source_ids[0].key, offer.place.postcode) == ("17", "8410")
    assert offer.facts["step_free"].stated_on == date(2026, 10, 1)
    assert offer.facts["price"].value == {"kr": "12.50"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"navn,by\nStrik,R\xc3\xb8nde\n", "wrong headings: kilde_id, forening, tilbud missing"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither CSV nor XLSX"),
        (b"PK\x03\x04rubbish", "not a readable XLSX workbook"),
        (b'kilde_id,forening,tilbud\n1,A,"B\n', "quotation marks"),
        (b"kilde_id,forening,tilbud,tilbud\n1,A,B,C\n", "stands twice"),
        (b"kilde_id,forening,tilbud\n1,\x81,B\n", "neither UTF-8 nor Windows-1252"),
    ],
)
def test_a_file_that_cannot_be_used_says_so_in_one_line(
    engine: Engine,
    take_in,
    content: bytes,
    says: str,
) -> None:
    with pytest.raises(Invalid) as raised:
        take_in(content)
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)
    assert shown(engine) == []


def test_a_complete_file_withdraws_what_it_lacks(engine: Engine, take_in) -> None:
    rows = [{**A_ROW, "kilde_id": str(number)} for number in range(20)]
    take_in(*rows)
    assert take_in(*rows[:18], complete=True).withdrawn == 2
    assert len(shown(engine)) == 18
    with pytest.raises(Conflict, match="9 of 18 offers are missing"):
        take_in(*rows[:9], complete=True)
    assert len(shown(engine)) == 18
    assert take_in(*rows).updated == 2


def test_a_refused_row_does_not_count_as_missing(engine: Engine, take_in) -> None:
    take_in(A_ROW, {**A_ROW, "kilde_id": "2"})
    report = take_in(A_ROW, {**A_ROW, "kilde_id": "2", "lat": "x"}, complete=True)
    assert (report.withdrawn, len(report.refused)) == (0, 1)
    assert len(shown(engine)) == 2
