"""The index that requests read, kept up with the change log; and vectors in the background."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import numpy as np
import pytest
from sqlalchemy import Engine, select

from api import live as live_module
from api.live import LiveIndex
from api.vectors import Library
from catalogue import intake
from catalogue.database import reading, writing
from catalogue.facts import Basis
from catalogue.models import TextVector
from catalogue.places import load_gazetteer
from catalogue.statements import Provenance
from catalogue.vocabulary import Vocabulary, load_vocabulary
from matcher.answer import match
from matcher.browse import BrowseQuery, browse
from matcher.meaning import Vectors
from tests.builders import ON, a_need

AT = datetime(2026, 11, 24, tzinfo=UTC)


def some_of_the_vocabulary() -> Vocabulary:
    held = load_vocabulary()
    return Vocabulary(held.activities, held.expressions[::20], (), held.access_facts)


def state(engine: Engine, key: str, **facts: object) -> None:
    """What a source says of an offer of its own organisation."""
    by = Provenance("test", Basis.SOURCE, date(2026, 11, 1), "en test")
    stated = {"title": "Mandagsholdet", **facts}
    with writing(engine) as session:
        offer = intake.StatedOffer(key, f"Forening {key}", stated, by)
        intake.record(session, [offer], source="test", actor="test", at=AT)


def live_index(engine: Engine, **more: object) -> LiveIndex:
    return LiveIndex(engine, load_gazetteer(), load_vocabulary(), **more)


def titles(live: LiveIndex, q: str = "") -> list[str]:
    found = browse(live.current().index, BrowseQuery(q=q))
    return sorted(one.offer.title for one in found.results)


def test_a_change_is_seen_after_a_refresh_and_not_before(engine: Engine) -> None:
    state(engine, "a", title="Strikning")
    live = live_index(engine)
    state(engine, "b", title="Badminton")
    state(engine, "a", title="Strik og kaffe")
    assert titles(live) == ["Strikning"]
    before = live.current()
    live.refresh()
    assert titles(live) == ["Badminton", "Strik og kaffe"]
    assert before.index.ordered == live.current().index.ordered  # merged, not built anew
    live.refresh()
    assert titles(live, "badminton") == ["Badminton"]


def test_what_is_withdrawn_goes_and_what_is_restored_comes_back(engine: Engine) -> None:
    for key in "ab":
        state(engine, key, title=f"Kor {key}")
    live = live_index(engine)
    with writing(engine) as session:
        ids = intake.keys_of(session, "test")
        intake.withdraw(session, [ids["a"]], actor="test", at=AT)
    live.refresh()
    assert titles(live) == ["Kor b"]
    state(engine, "a", title="Kor a")
    live.refresh()
    assert titles(live) == ["Kor a", "Kor b"]


def test_an_organisations_change_reaches_all_its_offers(engine: Engine) -> None:
    state(engine, "a")
    live = live_index(engine)
    by = Provenance("test", Basis.SOURCE, date(2026, 11, 2), "en test")
    with writing(engine) as session:
        offer = intake.StatedOffer(
            "a", "Forening a", {}, by, organisation_facts={"phone": "86 00 00 00"}
        )
        intake.record(session, [offer], source="test", actor="test", at=AT)
    live.refresh()
    (offer,) = live.current().index.offers
    assert offer.phone == "86 00 00 00"


def test_many_changes_at_once_build_the_index_anew(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "_MOST_MERGED", 3)
    live = live_index(engine)
    for key in "abcdef":
        state(engine, key, title=f"Kor {key}")
    live.refresh()
    assert titles(live) == [f"Kor {key}" for key in "abcdef"]
    assert live.current().index.ordered == 6


def test_a_fold_sorts_in_what_came_later_and_loses_nothing_that_comes_meanwhile(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = live_index(engine)
    for key in "abc":
        state(engine, key, title=f"Kor {key}")
    live.refresh()
    live.fold()
    assert live.current().index.ordered == 0  # little, and not long ago
    monkeypatch.setattr(live_module, "FOLD_ROWS", 3)
    state(engine, "d", title="Kor d")  # not seen by a refresh yet
    live.fold()
    index = live.current().index
    assert (index.ordered, index.count) == (3, 4)
    assert titles(live) == [f"Kor {key}" for key in "abcd"]


class Words:
    """A model of four numbers, for texts that name what they are about."""

    name = "words-1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str], *, question: bool) -> Vectors:
        self.asked += texts
        topics = ("strik", "bold", "sang", "mad")
        found = np.array(
            [[1.0 + 9 * (topic in text.lower()) for topic in topics] for text in texts]
        ).reshape(len(texts), 4)
        return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def test_without_vectors_the_index_judges_by_words_and_with_them_by_meaning(
    engine: Engine,
) -> None:
    state(engine, "a", title="Strik")
    model = Words()
    live = LiveIndex(engine, load_gazetteer(), some_of_the_vocabulary(), model)
    assert live.current().index.meaning is None
    assert model.asked == []  # nobody waits for it at the start
    live.embed()
    index = live.current().index
    assert index.model_name == "words-1"
    assert index.meaning is not None
    assert index.meaning.known.tolist() == [True]
    found = match(index, a_need(interests=["strik"]), home=None, on=ON)
    assert found.meaning_model == "words-1"


def test_no_text_is_embedded_twice_and_a_citizens_words_are_not_kept(engine: Engine) -> None:
    state(engine, "a", title="Strik")
    first = LiveIndex(engine, load_gazetteer(), some_of_the_vocabulary(), Words())
    first.embed()
    match(first.current().index, a_need(interests=["noget helt hemmeligt"]), home=None, on=ON)
    with reading(engine) as session:
        kept = len(session.execute(select(TextVector.digest)).all())
    vocabulary = some_of_the_vocabulary()
    texts = {one.text for one in vocabulary.expressions} | {o.name for o in vocabulary.activities}
    assert kept == len(texts) + 1
    again = Words()
    second = LiveIndex(engine, load_gazetteer(), vocabulary, again)
    assert second.current().index.model_name == "words-1"
    second.embed()
    assert again.asked == []


def test_an_offer_that_comes_later_gets_its_vector_in_the_background(engine: Engine) -> None:
    state(engine, "a", title="Strik")
    model = Words()
    live = LiveIndex(engine, load_gazetteer(), some_of_the_vocabulary(), model)
    live.embed()
    state(engine, "b", title="Bold")
    live.refresh()
    meaning = live.current().index.meaning
    assert meaning is not None and meaning.known.tolist() == [True, False]
    del model.asked[:]
    live.embed()
    assert len(model.asked) == 1
    meaning = live.current().index.meaning
    assert meaning is not None and meaning.known.tolist() == [True, True]


def test_what_is_stopped_keeps_what_was_embedded_so_far(engine: Engine) -> None:
    library = Library(engine, Words())
    texts = [f"hold {number}" for number in range(40)]
    turns = iter((True, False))
    found = list(library.learn(texts, question=False, goes_on=lambda: next(turns)))
    assert [len(one) for one in found] == [16]
    assert len(library.missing(texts, question=False)) == 24
