import csv
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from catalogue import prose
from catalogue.answers import Answer
from catalogue.database import reading
from catalogue.facts import Basis
from catalogue.models import Change, Statement, Venue
from catalogue.prose_rules import CLASSES, FILE, Rules, faults, load_rules
from catalogue.statements import RETRACTED, Provenance
from catalogue.vocabulary import DATA, load_vocabulary, rows
from tests.catalogue.test_intake import CLUB, CURATOR, an_offer, shown, take_in

DATA_OF_TESTS = Path(__file__).parent / "data"
RAMP = "Der er rampe ved indgang B."


@dataclass(frozen=True)
class Said:
    """A sentence of the test data."""

    text: str
    expected: set[str]
    also: set[str]
    """What may fairly be read besides; neither right nor wrong."""
    half: str = ""
    kind: str = ""

    def read(self) -> set[str]:
        return read(self.text) - (self.also - self.expected)


def sentences(name: str) -> list[Said]:
    with (DATA_OF_TESTS / name).open(encoding="utf-8", newline="") as file:
        return [
            Said(
                row["text"],
                {one for one in row["expected"].split("|") if one},
                {one for one in row["also"].split("|") if one},
                row.get("half", ""),
                row["kind"],
            )
            for row in csv.DictReader(file)
        ]


FIRST = sentences("prose-sentences.csv")
HALVES = sentences("prose-halves.csv")


def read(text: str) -> set[str]:
    return {f"{one.code}={one.answer}" for one in prose.findings(text)}


def precision_and_recall(said: list[Said]) -> tuple[float, float]:
    right = sum(len(one.read() & one.expected) for one in said)
    wrong = sum(len(one.read() - one.expected) for one in said)
    missed = sum(len(one.expected - one.read()) for one in said)
    return right / (right + wrong), right / (right + missed)


def of(half: str, *, whole: bool) -> list[Said]:
    """Single sentences, or whole descriptions, of a half."""
    return [one for one in HALVES if one.half == half and (one.kind == "description") is whole]


@pytest.mark.parametrize(
    ("name", "said", "least"),
    [
        ("first sentences", FIRST, 0.9),
        ("sentences tuned to", of("tune", whole=False), 0.9),
        ("sentences held out", of("held", whole=False), 0.9),
        ("descriptions tuned to", of("tune", whole=True), 0.65),
        ("descriptions held out", of("held", whole=True), 0.5),
    ],
)
def test_what_clubs_say_is_read_with_precision(
    name: str, said: list[Said], least: float, capsys: pytest.CaptureFixture[str]
) -> None:
    precision, recall = precision_and_recall(said)
    with capsys.disabled():
        print(f"\nprose, {name}: precision {precision:.3f}, recall {recall:.3f}, {len(said)} texts")
    assert len(said) >= 40
    assert precision >= 0.95
    assert recall >= least


def test_every_access_fact_is_said_and_denied_or_doubted_in_both_halves() -> None:
    codes = {fact.code for fact in load_vocabulary().access_facts}
    for half in ("tune", "held"):
        expected = {fact for one in HALVES if one.half == half for fact in one.expected}
        assert {fact.partition("=")[0] for fact in expected if fact.endswith("yes")} == codes
        assert sum(fact.endswith("no") for fact in expected) >= 25
        assert sum(not one.expected for one in HALVES if one.half == half) >= 150


@pytest.mark.parametrize(
    "said",
    [one for one in FIRST if one.kind in ("hedged", "misleading")],
    ids=lambda one: one.text,
)
def test_a_hope_a_condition_or_another_matter_says_nothing(said: Said) -> None:
    assert said.read() == set()


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
        ("Bordet er dækket til tolv.", {"small_group=no"}),
        ("Vi er to-tre stykker.", {"small_group=yes"}),
        ("Nogle af øvelserne kan laves siddende.", set()),
        ("Øvelserne bliver tilpasset den enkelte.", {"adapted_instruction=yes"}),
        ("Ring dagen før, så lægger vi rampen ud.", {"phone_contact=yes"}),
        ("Hvis du siger til i god tid, er der rampe.", set()),
        (
            "Hverken rampe, elevator eller handicaptoilet.",
            {"step_free=no", "single_level=no", "wheelchair_toilet=no"},
        ),
        ("Vi har ikke nogen, der kan tegnsprog.", {"sign_support=no"}),
        ("Teleslynge: nej.", {"hearing_loop=no"}),
        ("Et handicaptoilet har vi aldrig haft.", {"wheelchair_toilet=no"}),
        ("Ingen erfaring? Intet problem.", {"beginner_friendly=yes"}),
        ("Ingen erfaring?", set()),
        ("I Aarhus er der et hold for blinde.", set()),
        ("Der er teleslynge i kirken, men ikke hos os.", set()),
        ("Begyndere kan starte igen i januar.", set()),
        ("Under corona mødtes vi på Zoom.", set()),
        ("Øllet bliver hjemme.", {"alcohol_free=yes"}),
        ("Der er øl i køleskabet.", {"alcohol_free=no"}),
        ("Ingen tilmelding.", {"drop_in=yes"}),
        ("Man skal kunne svømme 200 meter.", {"beginner_friendly=no"}),
        ("Man skal ikke kunne svømme.", {"beginner_friendly=yes"}),
        ("Vi har faaet en rampe.", {"step_free=yes"}),
        ("Vi har en tegnsprogstolk, når der er bud efter en.", set()),
        ("Der er et stillerum, når det larmer.", {"can_withdraw=yes"}),
        ("Vi er fem, der kan lodde.", set()),
        ("Vi er fem, der mødes.", {"small_group=yes"}),
        ("Kurset er uden elevator, men kan flyttes.", set()),
        ("Kom i god tid.", set()),
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
    for text in (one.text for one in (*FIRST, *HALVES)):
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
        ("step_free,ja,nej,<trappeliste>,", "no class of words"),
        ("step_free,ja,nej,#,", "no whole word"),
    ],
)
def test_a_planted_fault_in_the_rules_is_found(tmp_path: Path, row: str, says: str) -> None:
    folder = shutil.copytree(DATA, tmp_path / "vocabulary")
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.write(f"{row}\n")
    assert any(says in fault for fault in faults(folder)), faults(folder)


def test_a_class_of_words_that_no_rule_names_is_found(tmp_path: Path) -> None:
    folder = shutil.copytree(DATA, tmp_path / "vocabulary")
    with (folder / CLASSES).open("a", encoding="utf-8") as file:
        file.write("ubrugt,et/to\n")
    assert faults(folder) == [f"{CLASSES}: no rule names 'ubrugt'"]


def test_a_rule_is_tried_only_where_all_its_words_stand() -> None:
    rules = load_rules()
    assert rules.for_words({"kaffe", "klokken"}) == []
    few = {rule.pattern for rule in rules.for_words({"gratis", "prøvetime"})}
    more = {rule.pattern for rule in rules.for_words({"gratis", "prøvetime", "koster"})}
    assert few < more


def test_words_remembered_for_the_rules_are_forgotten_before_they_grow_too_many() -> None:
    classes = {row["navn"]: row["ord"] for row in rows(DATA, CLASSES)}
    rules = Rules(rows(DATA, FILE), classes, most_words=3)
    for word in ("teleslynge", "rampe", "kaffe", "kage", "handicaptoilet"):
        found = rules.for_words({word, "der", "er"})
        assert rules.words_remembered <= 6
    assert "wheelchair_toilet" in {rule.code for rule in found}


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
