"""Weights in the catalogue's database: accepted, returned, and what matches make of them."""

import json
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, func, inspect, select, update
from starlette.testclient import TestClient

from api import live as live_module
from api.importing import SAMPLE, SAMPLE_SOURCE, import_file
from api.live import LiveIndex
from api.migrations.run import migrate_catalogue
from api.weighing import accept_weights, in_force, propose_weights, return_weights
from catalogue import accepted
from catalogue.database import Base, reading, writing
from catalogue.errors import Conflict, FritidsguideError, Invalid
from catalogue.models import AcceptedWeights, Offer
from catalogue.places import load_gazetteer
from catalogue.vocabulary import load_vocabulary
from matcher.change import folded
from matcher.choices import Decision, read_decision
from matcher.index import Index
from matcher.proposal import Finding, Proposal
from matcher.weights import WEIGHTS, Weights, bounds, learnt_of
from tests.simulated_choices import simulated

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
GUIDES = replace(WEIGHTS, distance=0.9, times=0.15)
NEED = {
    "id": "n-1",
    "interests": ["noget med musik", "strikke", "gåture"],
    "home": {"postcode": "8410"},
    "reach": {"km": 25},
    "wishes": ["step_free"],
    "times": [{"days": ["tue", "thu"], "from": "10:00", "to": "16:00"}],
}


OTHERS = replace(WEIGHTS, dislikes=0.9)


def choices(seed: int = 1, guides: Weights = GUIDES) -> list[Decision]:
    return [read_decision(one) for one in simulated(seed, 300, guides)]


def propose(engine: Engine, decisions: Sequence[Decision] | None = None) -> Proposal:
    with reading(engine) as session:
        return propose_weights(session, choices() if decisions is None else decisions)


def accept(engine: Engine, proposal: Proposal) -> None:
    with writing(engine) as session:
        accept_weights(session, proposal, actor="operator", at=AT)


def give_back(engine: Engine, *, by_hand: bool = False) -> None:
    with writing(engine) as session:
        return_weights(session, by_hand=by_hand, actor="operator", at=AT)


def now(engine: Engine) -> tuple[int, Weights]:
    with reading(engine) as session:
        held = in_force(session)
        return held.number, held.weights


def rows(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(AcceptedWeights)) or 0


def assert_refused(engine: Engine, kind: type[FritidsguideError], do: Callable[[], None]) -> None:
    before = now(engine), rows(engine)
    with pytest.raises(kind) as refused:
        do()
    assert len(str(refused.value).splitlines()) == 1
    assert (now(engine), rows(engine)) == before


def test_an_empty_database_has_the_weights_set_by_hand(engine: Engine) -> None:
    assert now(engine) == (0, WEIGHTS)


def test_an_accepted_proposal_is_in_force_with_its_evidence(engine: Engine) -> None:
    proposal = propose(engine)
    assert (proposal.finding, rows(engine)) == (Finding.CHANGE, 0)
    accept(engine, proposal)
    number, weights = now(engine)
    assert (number, weights) == (1, proposal.new)
    assert weights != WEIGHTS
    with reading(engine) as session:
        (row,) = accepted.history(session)
        assert (row.at, row.actor, row.replaces) == (AT, "operator", 0)
        assert row.weights == learnt_of(weights)
        assert row.evidence["pairs"] == proposal.evidence.pairs
        assert row.evidence["weights"] == proposal.model_dump(mode="json")["weights"]


def test_a_return_adds_what_stood_before_and_keeps_the_history(engine: Engine) -> None:
    accept(engine, propose(engine))
    _, first = now(engine)
    accept(engine, propose(engine, choices(2, OTHERS)))
    _, second = now(engine)
    assert first != second
    give_back(engine)
    assert now(engine) == (3, first)
    give_back(engine)
    assert now(engine) == (4, second)  # the return itself taken back
    give_back(engine, by_hand=True)
    assert now(engine) == (5, WEIGHTS)
    give_back(engine)
    assert now(engine) == (6, second)
    with reading(engine) as session:
        assert [row.replaces for row in accepted.history(session)] == [5, 4, 3, 2, 1, 0]


def test_with_nothing_accepted_there_is_nothing_to_return_to(engine: Engine) -> None:
    assert_refused(engine, Conflict, lambda: give_back(engine))
    assert_refused(engine, Conflict, lambda: give_back(engine, by_hand=True))


def test_a_proposal_for_weights_no_longer_in_force_is_refused(engine: Engine) -> None:
    old, newer = propose(engine), propose(engine, choices(2))
    accept(engine, newer)
    assert_refused(engine, Conflict, lambda: accept(engine, old))
    assert_refused(engine, Conflict, lambda: accept(engine, newer))  # nor the same one twice
    give_back(engine)
    assert_refused(engine, Conflict, lambda: accept(engine, old))  # the same weights, yet judged


def test_a_proposal_that_says_other_weights_are_in_force_is_refused(engine: Engine) -> None:
    proposal = propose(engine)
    told = proposal.model_dump(mode="json")
    told["weights"]["wishes"]["before"] = 0.3
    spoilt = Proposal.model_validate(told)
    assert_refused(engine, Conflict, lambda: accept(engine, spoilt))


def test_a_proposal_that_changes_nothing_cannot_be_accepted(engine: Engine) -> None:
    few = propose(engine, choices()[:10])
    assert few.finding is Finding.TOO_FEW
    assert_refused(engine, Invalid, lambda: accept(engine, few))


def test_a_proposal_beyond_the_bounds_is_refused(engine: Engine) -> None:
    told = propose(engine).model_dump(mode="json")
    told["weights"]["distance"]["after"] = 50.0
    spoilt = Proposal.model_validate(told)
    assert_refused(engine, Invalid, lambda: accept(engine, spoilt))


def test_the_same_choices_do_not_count_twice(engine: Engine) -> None:
    accept(engine, propose(engine))
    again = random.Random(1).sample(choices(), 300)
    with pytest.raises(Conflict):
        propose(engine, again)
    give_back(engine)
    assert propose(engine, again).against == 2  # they are not in force any more
    give_back(engine)
    with pytest.raises(Conflict):
        propose(engine, again)


def test_of_two_who_accept_at_once_one_wins(engine: Engine) -> None:
    proposals = [propose(engine), propose(engine, choices(2))]

    def outcome(proposal: Proposal) -> str:
        try:
            accept(engine, proposal)
        except Conflict:
            return "refused"
        return "accepted"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(outcome, proposals)) == ["accepted", "refused"]
    assert (now(engine)[0], rows(engine)) == (1, 1)


def test_weights_that_another_version_kept_are_used_as_far_as_they_can_be(engine: Engine) -> None:
    accept(engine, propose(engine))
    kept = {"distance": 99.0, "times": -1.0, "charm": 1.0}
    with writing(engine) as session:
        session.execute(update(AcceptedWeights).values(weights=kept))
    _, weights = now(engine)
    assert (weights.distance, weights.times) == (bounds("distance")[1], bounds("times")[0])
    assert replace(weights, distance=WEIGHTS.distance, times=WEIGHTS.times) == WEIGHTS


def test_a_database_from_before_gets_the_table_and_keeps_its_offers(
    own_client: TestClient, engine: Engine
) -> None:
    with reading(engine) as session:
        offers = session.scalar(select(func.count()).select_from(Offer))
    config = Config()
    config.set_main_option("script_location", "api:migrations/catalogue")
    config.set_main_option("path_separator", "os")
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        downgrade(config, "20261124a")
    assert "accepted_weights" not in inspect(engine).get_table_names()
    migrate_catalogue(engine)
    assert now(engine) == (0, WEIGHTS)
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Offer)) == offers


def test_the_migrations_make_the_tables_that_the_program_knows(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def refreshed(client: TestClient, weights: Weights) -> None:
    """Wait until the running program has these weights; it looks every two seconds itself."""
    live: LiveIndex = client.app.state.live
    until = time.monotonic() + 30
    while live.current().weights != weights:
        assert time.monotonic() < until
        time.sleep(0.1)


def answers(client: TestClient) -> tuple[bytes, bytes]:
    """As JSON and as the page."""
    told = client.post("/api/v1/matches?limit=20", json=NEED)
    form = {"words": "noget med musik, strikke", "place": "8410", "far": "km-25"}
    page = client.post("/find", data={**form, "step": "about:result", "go": "show:0"})
    assert "/tilbud/" in page.text
    assert (told.status_code, page.status_code) == (200, 200)
    return told.content, page.content


def offers_of(answer: bytes) -> list[str]:
    return [one["offer"] for one in json.loads(answer)["matches"]]


def test_a_match_changes_without_a_restart_and_is_as_before_after_the_return(
    own_client: TestClient, engine: Engine
) -> None:
    before = answers(own_client)
    index = own_client.app.state.live.current().index
    accept(engine, propose(engine))
    refreshed(own_client, now(engine)[1])
    after = answers(own_client)
    assert offers_of(after[0]) != offers_of(before[0])
    assert after[1] != before[1]
    assert own_client.app.state.live.current().index is index
    give_back(engine)
    refreshed(own_client, WEIGHTS)
    assert answers(own_client) == before


def test_weights_that_change_while_the_index_is_folded_stay(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = LiveIndex(engine, load_gazetteer(), load_vocabulary())
    import_file(engine, SAMPLE, SAMPLE_SOURCE)
    live.refresh()
    late = live.current().index.count - live.current().index.ordered
    assert late > 0
    monkeypatch.setattr(live_module, "FOLD_ROWS", late)

    def folded_slowly(index: Index) -> Index:
        accept(engine, propose(engine))
        live.refresh()
        return folded(index)

    monkeypatch.setattr(live_module, "folded", folded_slowly)
    live.fold()
    assert live.current().index.ordered == live.current().index.count
    assert live.current().weights == now(engine)[1] != WEIGHTS
