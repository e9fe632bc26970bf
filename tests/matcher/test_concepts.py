import pytest

from catalogue.vocabulary import load_vocabulary
from matcher.answer import match
from matcher.concepts import concepts_of
from matcher.match import Kind, Match, Outcome, Verdict
from tests.builders import HOME, ON, a_need, an_index, an_offer

CONCEPTS = concepts_of(load_vocabulary())


def meant(idea: str) -> dict[str, float]:
    return CONCEPTS.of_idea(idea)[0]


def best(idea: str) -> str:
    found = meant(idea)
    return max(found, key=lambda code: (found[code], code))


@pytest.mark.parametrize(
    ("idea", "code"),
    [
        ("badminton", "badminton"),
        ("fotbold", "fodbold"),
        ("Walking football", "gaafodbold"),
        ("gaafodbold", "gaafodbold"),
        ("noget med en bold", "idraet_bold"),
        ("stå på tæer", "ballet_og_moderne_dans"),
    ],
)
def test_an_idea_means_an_activity(idea: str, code: str) -> None:
    assert best(idea) == code


def test_what_no_concept_explains_is_left_to_text() -> None:
    assert meant("xylofon") == {}
    assert CONCEPTS.of_idea("") == ({}, {})


def test_an_ambiguous_word_alone_says_little() -> None:
    assert meant("bolde")["fodbold"] < meant("fodbold")["fodbold"]


def test_the_longest_name_is_taken_and_not_its_parts() -> None:
    assert CONCEPTS.of_text("walking football")["gaafodbold"].strength == 1.0
    assert "fodbold" not in CONCEPTS.of_text("walking football")


def test_an_activity_in_a_longer_word_is_found_less_surely() -> None:
    found = CONCEPTS.of_text("badmintonaften")["badminton"]
    assert found.word == "badmintonaften"
    assert 0 < found.strength < 1


def test_any_kind_of_what_is_meant_serves_fully_and_the_whole_only_partly() -> None:
    wanted = CONCEPTS.wanted({"fodbold": 1.0})
    below, above = CONCEPTS.columns["gaafodbold"], CONCEPTS.columns["idraet_bold"]
    assert wanted[below] == 1.0
    assert 0 < wanted[above] < 1.0
    assert wanted[CONCEPTS.columns["strikning"]] == 0.0


def the_interest(found: Match) -> Verdict:
    (verdict,) = [one for one in found.matches[0].verdicts if one.kind is Kind.INTEREST]
    return verdict


def test_another_word_for_it_is_said_with_the_offers_own_word() -> None:
    index = an_index(an_offer(title="Oldboys på stadion"), an_offer("2", title="Kortspil"))
    need = a_need(interests=["motionsfodbold"])
    found = match(index, need, home=HOME, on=ON)
    assert len(found.matches) == 1
    verdict = the_interest(found)
    assert (verdict.key, verdict.verdict) == ("interest.synonym", Outcome.FITS)
    assert verdict.values["word"] == "oldboys"


def test_a_kind_of_it_is_said_to_belong_under_it() -> None:
    index = an_index(an_offer(title="Gåfodbold torsdag"), an_offer("2", title="Kortspil"))
    found = match(index, a_need(interests=["boldspil"]), home=HOME, on=ON)
    assert the_interest(found).key == "interest.broader"


def test_letters_that_look_alike_are_no_evidence_where_the_meaning_is_known() -> None:
    index = an_index(
        an_offer("1", title="Strikning for alle"),
        an_offer("2", title="Strib sejlklub"),
        *(an_offer(f"k{number}", title="Kortspil") for number in range(6)),
    )
    found = match(index, a_need(interests=["strikning"]), home=HOME, on=ON)
    assert [one.offer.title for one in found.matches] == ["Strikning for alle"]
