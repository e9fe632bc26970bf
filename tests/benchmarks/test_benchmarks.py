"""The benchmarks measure what they say they do."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from benchmarks.ablations import PARTS, without
from benchmarks.baselines import Unknown, passes
from benchmarks.brute_force import eligible
from benchmarks.catalogues import dense, made_offers
from benchmarks.columns import Asked, Columns
from benchmarks.judgements import Difference, Judgements, Scores
from benchmarks.made_needs import made_needs
from benchmarks.rivals import postgres
from benchmarks.rivals.fts5 import Fts5
from benchmarks.rivals.naive import Naive, near_edge
from benchmarks.rivals.ours import Ours
from benchmarks.rivals.tantivy import Tantivy
from catalogue.vocabulary import load_vocabulary
from matcher.answer import match
from matcher.build import build_index
from tests.builders import HOME, ON, a_need, a_point, an_index, an_offer

SAMPLE = [
    an_offer(
        f"s-{number}",
        title=title,
        yes=("step_free",) if number % 3 == 0 else (),
        no=("step_free",) if number % 3 == 1 else (),
        price_kr=(None, "0", "300")[number % 3],
        age_from=(None, 60)[number % 2],
        times="tir 19:00-20:30",
        point=a_point(km_north=number),
    )
    for number, title in enumerate(
        ("Strikkecafé", "Badminton for alle", "Kor", "Gåtur og kaffe", "Petanque", "Madklub")
    )
]


@pytest.mark.postgres
def test_every_engine_admits_what_looking_at_all_offers_does(tmp_path: Path) -> None:
    offers = made_offers(SAMPLE, 400, dense())
    index = build_index(offers, load_vocabulary())
    columns = Columns.of(offers, index)
    names = list(index.terms.numbers)
    drawn = (Asked.of(one, columns, index, names) for one in islice(made_needs(dense()), 60))
    asked = [one for one in drawn if one.tokens]
    found = [set(eligible(columns, one).tolist()) for one in asked]
    assert sum(map(bool, found)) > 20
    with postgres.server() as address:
        postgres.load(address, columns)
        ways = postgres.every_way(address)
        fts5, naive = Fts5(tmp_path, columns), Naive(tmp_path, columns)
        engines = [Ours(index, columns, ON), *ways, fts5, Tantivy(tmp_path, columns)]
        for one, expected in zip(asked, found, strict=True):
            for engine in engines:
                assert set(engine.eligible(one)) == expected, engine.name
                assert set(engine.top(one, 5)) <= expected, engine.name
            assert near_edge(columns, one, sorted(set(naive.eligible(one)) ^ expected))
        for engine in (*ways, fts5, naive):
            engine.close()


def test_the_same_seed_makes_the_same_catalogue() -> None:
    one, other = (made_offers(SAMPLE, 50, dense()) for _ in range(2))
    assert one == other
    assert len({offer.id for offer in one}) == 50


def test_an_interval_of_a_steady_lead_lies_above_zero_and_of_noise_around_it() -> None:
    def scores(values: list[float]) -> Scores:
        held = np.array(values)
        return Scores(held, held, held, 0)

    none = scores([0.5] * 6)
    lead = Difference.of(scores([0.6, 0.7, 0.6, 0.7, 0.6, 0.7]), none)
    assert lead.mean == pytest.approx(0.15)
    assert 0.1 <= lead.low <= lead.high <= 0.2
    assert Difference.of(scores([0.2, 0.8, 0.3, 0.7, 0.4, 0.6]), none).holds_zero
    assert Difference.of(none, none).holds_zero


def test_needs_that_nobody_judged_do_not_count() -> None:
    judged = Judgements({"a": {"s-0": 3}}, {"a": frozenset({"s-1"})})
    found = Scores.of({"a": SAMPLE[:2], "b": SAMPLE[:2]}, judged)
    assert found.ndcg_at_10[0] == 1.0
    assert np.isnan(found.ndcg_at_10[1])
    assert found.violations == 1


def test_a_portal_counts_what_is_unknown_as_no_or_as_yes() -> None:
    need = a_need(requires=["step_free"])
    yes, no, unknown = SAMPLE[0], SAMPLE[1], SAMPLE[2]
    assert [passes(one, need, HOME, Unknown.AS_NO) for one in (yes, no, unknown)] == [
        True,
        False,
        False,
    ]
    assert [passes(one, need, HOME, Unknown.AS_YES) for one in (yes, no, unknown)] == [
        True,
        False,
        True,
    ]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_off_only_inside(part: str) -> None:
    need = a_need(
        interests=["strikning", "synge"],
        dislikes=["kor"],
        requires=["step_free"],
        wishes=["drop_in"],
        reach={"km": 20},
        times=[{"days": ["tue"], "from": "17:00", "to": "22:00"}],
    )

    def scores() -> list[float]:
        found = match(an_index(*SAMPLE), need, home=HOME, on=ON)
        return [one.score for one in found.matches]

    before = scores()
    with without(part):
        scores()
    assert scores() == before


def test_compounds_are_not_parted_without_them() -> None:
    with without("compounds"):
        assert not an_index(*SAMPLE).concepts.splitter.bases("strikkecafe")
    assert an_index(*SAMPLE).concepts.splitter.bases("strikkecafe")
