import pytest

from catalogue.vocabulary import load_vocabulary
from matcher.concepts import concepts_of
from matcher.match import Kind
from matcher.negation import understand, understood_need
from tests.builders import a_need, an_offer
from tests.matcher.test_score import answer, keys

NAMES = concepts_of(load_vocabulary()).names_something
READ = concepts_of(load_vocabulary()).understood


@pytest.mark.parametrize(
    ("idea", "wanted", "unwanted"),
    [
        ("strik uden at synge", "strik", ("synge",)),
        ("ikke holdsport", "", ("holdsport",)),
        ("gå ture, men ikke med hund, gerne om aftenen", "gå ture, gerne om aftenen", ("hund",)),
        ("noget med musik, helst ikke kor", "noget med musik", ("kor",)),
        ("ingen fodbold og ikke håndbold, hellere dans", "hellere dans", ("fodbold", "håndbold")),
        ("jeg kan ikke lide fodbold", "", ("fodbold",)),
        ("Ikke for meget fodbold", "", ("fodbold",)),
        ("no team sports but swimming", "swimming", ("team sports",)),
    ],
)
def test_what_is_denied_by_name_is_taken_out(
    idea: str, wanted: str, unwanted: tuple[str, ...]
) -> None:
    found = understand(idea, NAMES)
    assert found is not None
    assert (found.wanted, found.unwanted) == (wanted, unwanted)
    assert found.idea == idea


@pytest.mark.parametrize(
    "idea",
    [
        "strik",
        "ikke kun for pensionister",
        "kan ikke sove",
        "ikke alene hjemme",
        "ikke så dyrt",
        "yoga uden",
        "notesbog",
        "ikke bare fodbold",
        "",
        "ikke ",
    ],
)
def test_what_denies_no_activity_stays_as_it_is(idea: str) -> None:
    assert understand(idea, NAMES) is None


def test_the_need_has_it_among_its_dislikes_and_keeps_the_rest() -> None:
    need = a_need(interests=["strik uden at synge", "dans"], dislikes=["støj", "synge"])
    heard, read = understood_need(need, READ)
    assert heard.interests == ("strik", "dans")
    assert heard.dislikes == ("støj", "synge")
    assert [one.unwanted for one in read] == [("synge",)]
    assert understood_need(a_need(interests=["dans"]), READ) == (a_need(interests=["dans"]), ())


def test_what_is_denied_is_no_interest_and_counts_against_an_offer() -> None:
    choir = an_offer("choir", activities=("kor",))
    both = an_offer("both", activities=("strik", "kor"))
    knitting = an_offer("knitting", activities=("strik",))
    found = answer(a_need(interests=["strik, men ikke kor"]), choir, both, knitting)
    assert keys(found) == ["knitting", "both"]
    assert [one.unwanted for one in found.understood] == [("kor",)]
    kinds = {verdict.kind for verdict in found.matches[1].verdicts}
    assert Kind.DISLIKE in kinds


def test_only_a_denial_leaves_all_the_others() -> None:
    found = answer(
        a_need(interests=["ikke fodbold"]),
        an_offer("football", activities=("fodbold",)),
        an_offer("knitting", activities=("strik",)),
    )
    assert keys(found) == ["knitting", "football"]
