import csv
import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from catalogue import prose
from catalogue.answers import Answer
from catalogue.database import reading
from catalogue.facts import Basis
from catalogue.models import Change, Statement, Venue
from catalogue.prose_rules import FILE, faults
from catalogue.statements import RETRACTED, Provenance
from catalogue.vocabulary import DATA
from tests.catalogue.test_intake import CLUB, CURATOR, an_offer, shown, take_in

SENTENCES = Path(__file__).parent / "data" / "prose-sentences.csv"
RAMP = "Der er rampe ved indgang B."


def sentences() -> list[tuple[str, str, set[str]]]:
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        return [
            (row["kind"], row["text"], {one for one in row["expected"].split("|") if one})
            for row in csv.DictReader(file)
        ]


def read(text: str) -> set[str]:
    return {f"{one.code}={one.answer}" for one in prose.findings(text)}


def test_sentences_of_clubs_are_read_with_precision(capsys: pytest.CaptureFixture[str]) -> None:
    right = wrong = missed = 0
    for _, text, expected in sentences():
        found = read(text)
        right += len(found & expected)
        wrong += len(found - expected)
        missed += len(expected - found)
    precision, recall = right / (right + wrong), right / (right + missed)
    with capsys.disabled():
        print(
            f"\nprose: precision {precision:.3f}, recall {recall:.3f} on {len(sentences())} texts"
        )
    assert len(sentences()) >= 150
    assert precision >= 0.95
    assert recall >= 0.9


@pytest.mark.parametrize(
    "text", [text for kind, text, _ in sentences() if kind in ("hedged", "misleading")]
)
def test_a_hope_a_condition_or_another_matter_says_nothing(text: str) -> None:
    assert read(text) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Der er handicaptoilet.", {"wheelchair_toilet=yes"}),
        ("Der er ikke handicaptoilet.", {"wheelchair_toilet=no"}),
        ("Er der handicaptoilet?", set()),
        ("Der er måske handicaptoilet.", set()),
        ("Der var handicaptoilet.", set()),
        ("Der er handicaptoilet, hvis vejret er til det.", set()),
        ("Handicaptoilettet er i stykker.", set()),
        ("Der er ikke altid handicaptoilet.", set()),
        ("Ingen elevator, rampe eller handicaptoilet.", {"single_level=no"}),
        ("Der er handicaptoilet. Der er ingen handicaptoilet.", set()),
        ("HANDICAPTOILET", {"wheelchair_toilet=yes"}),
        ("Vi er højst ti på holdet.", {"small_group=yes"}),
        ("Vi er højst 11 på holdet.", {"small_group=no"}),
        ("Turen er højst 10 km.", set()),
        ("", set()),
        ("İ handicaptoilet", set()),
    ],
)
def test_the_grammar_around_the_words_decides(text: str, expected: set[str]) -> None:
    assert read(text) == expected


def test_the_quote_stands_in_the_text_and_is_short() -> None:
    text = "Vi mødes hver uge, " * 20 + "der er rampe ved indgang B, " + "og kaffe, " * 30
    (finding,) = [one for one in prose.findings(text) if one.code == "step_free"]
    assert finding.quote in text
    assert "rampe" in finding.quote
    assert len(finding.quote) <= prose.LONGEST_QUOTE


def test_quotes_of_all_sentences_stand_in_them() -> None:
    for _, text, _ in sentences():
        for finding in prose.findings(text):
            assert finding.quote in text
            assert 0 < len(finding.quote) <= prose.LONGEST_QUOTE


def test_the_rules_of_the_program_have_no_faults() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("findes_ikke,ja,nej,rampe,", "does not exist"),
        ("step_free,måske,nej,rampe,", "svar must be"),
        ("step_free,ja,jo,rampe,", "svar must be"),
        ("step_free,ja,nej,,", "cannot be read"),
        ("step_free,ja,nej,ram[pe,", "cannot be read"),
        ("step_free,ja,nej,(rampe) ..,", "must be there"),
        ("step_free,ja,nej,rampe//lift,", "empty part"),
        ("small_group,tal,,højst mange,", "needs a #"),
        ("step_free,ja,nej,rampe,", "stands twice"),
    ],
)
def test_a_planted_fault_in_the_rules_is_found(tmp_path: Path, row: str, says: str) -> None:
    folder = shutil.copytree(DATA, tmp_path / "vocabulary")
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.write(f"{row}\n")
    assert any(says in fault for fault in faults(folder)), faults(folder)


def test_what_a_description_says_is_likely_and_quoted(engine: Engine) -> None:
    take_in(engine, an_offer(description=f"Vi strikker. {RAMP}"))
    (offer,) = shown(engine)
    assert (offer.answer("step_free"), offer.likely("step_free")) == (Answer.UNKNOWN, Answer.YES)
    fact = offer.facts["step_free"]
    assert (fact.basis, fact.source, fact.quote) == (Basis.PROSE, "dgi", RAMP)
    assert fact.stated_on == CLUB.stated_on


def test_a_stated_fact_beats_what_the_description_says(engine: Engine) -> None:
    take_in(engine, an_offer(description=RAMP, step_free="no"))
    assert shown(engine)[0].answer("step_free") is Answer.NO


def test_a_description_that_changes_is_read_again(engine: Engine) -> None:
    take_in(engine, an_offer(description=RAMP))
    take_in(engine, an_offer(description="Der er handicaptoilet."))
    (offer,) = shown(engine)
    assert "step_free" not in offer.facts
    assert offer.likely("wheelchair_toilet") is Answer.YES
    take_in(engine, an_offer(description=RAMP))
    assert shown(engine)[0].likely("step_free") is Answer.YES
    take_in(engine, an_offer(description=RETRACTED))
    assert "step_free" not in shown(engine)[0].facts


def test_reading_the_same_words_again_changes_nothing(engine: Engine) -> None:
    for offer in (an_offer(description=RAMP), an_offer(description=RAMP, step_free=RETRACTED)):
        take_in(engine, offer)
        assert take_in(engine, offer).unchanged == ("1",)


def test_a_source_can_take_back_what_was_read_from_its_words(engine: Engine) -> None:
    take_in(engine, an_offer(description=RAMP, step_free=RETRACTED))
    assert "step_free" not in shown(engine)[0].facts


def test_a_row_without_description_keeps_what_was_read(engine: Engine) -> None:
    take_in(engine, an_offer(description=RAMP))
    assert take_in(engine, an_offer()).unchanged == ("1",)
    assert shown(engine)[0].likely("step_free") is Answer.YES


def test_what_is_read_follows_the_words_that_are_shown(engine: Engine) -> None:
    take_in(engine, an_offer(description=RAMP))
    take_in(engine, an_offer(by=CURATOR, description="Der er ingen rampe."))
    fact = shown(engine)[0].facts["step_free"]
    assert (fact.value, fact.source, fact.stated_on) == ("no", "redaktion", date(2026, 4, 1))
    later = Provenance("dgi", Basis.SOURCE, date(2026, 11, 1))
    assert take_in(engine, an_offer(by=later, description=RAMP)).created == ()
    assert shown(engine)[0].facts["step_free"].value == "no"


def test_an_offer_taken_in_before_is_read_at_its_next_import(engine: Engine) -> None:
    take_in(engine, an_offer(description=RAMP))
    with engine.begin() as connection:  # as an older version left it
        connection.execute(Statement.__table__.delete().where(Statement.basis == Basis.PROSE))
    take_in(engine, an_offer(description=RAMP))
    assert shown(engine)[0].likely("step_free") is Answer.YES


def test_the_change_log_says_what_was_read(engine: Engine) -> None:
    take_in(engine, an_offer(description=RAMP))
    with reading(engine) as session:
        last = session.scalars(select(Change).order_by(Change.number.desc())).first()
        assert last is not None and last.after is not None
        assert last.after["step_free"] == ["yes", "prose", "2026-05-01", "dgi", None, RAMP]


def test_what_is_known_of_the_venue_beats_the_offers_words(engine: Engine) -> None:
    take_in(engine, an_offer(description=RAMP, place={"venue": "Hallen", "postcode": "8410"}))
    stated = {"step_free": ["no", "person", "2026-05-01", "redaktion", None, None]}
    with engine.begin() as connection:  # nothing states facts of venues yet
        connection.execute(Venue.__table__.update().values(facts=stated))
    assert shown(engine)[0].answer("step_free") is Answer.NO
