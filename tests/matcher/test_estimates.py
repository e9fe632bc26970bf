import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.published import Place
from matcher.estimates import BLANK_RATE, LEAST, MOST, STATED_RATE, chances, group_numbers
from tests.builders import a_need, an_index, an_offer
from tests.matcher.test_score import answer, keys

NOBODY = np.array([], dtype=np.int32)


def flags(*rows: int, n: int) -> np.ndarray:
    found = np.zeros(n, dtype=bool)
    found[list(rows)] = True
    return found


def test_where_nothing_is_stated_the_chance_is_the_share_of_blanks() -> None:
    nothing = np.zeros(3, dtype=bool)
    assert chances(nothing, nothing, [], []) == pytest.approx([BLANK_RATE] * 3)


def test_the_rate_of_a_fact_by_hand() -> None:
    """30 of 40 stated are yes: (30 + 20 x 0.63) / 60 = 0.71, whose odds fall by 0.443."""
    yes, no = flags(*range(30), n=50), flags(*range(30, 40), n=50)
    moved = (0.71 / 0.29) * (0.43 / 0.57) / (0.63 / 0.37)
    assert chances(yes, no, [], [])[-1] == pytest.approx(moved / (1 + moved))


def test_answers_to_questions_replace_the_measured_share() -> None:
    nothing = np.zeros(1, dtype=bool)
    few, many = (chances(nothing, nothing, [], [], (n, 0))[0] for n in (2, 200))
    assert BLANK_RATE < few < many
    refused = chances(nothing, nothing, [], [], (0, 400))[0]
    assert refused < 0.05
    # 400 noes beside a prior of 20 answers, 43 % of them yes.
    assert refused == pytest.approx(20 * BLANK_RATE / 420)


def test_a_venue_whose_facts_agree_is_believed() -> None:
    """Each house is wholly so or wholly not; what stands blank in it is as the rest."""
    house = np.repeat(np.arange(20, dtype=np.int32), 6)
    is_yes = house % 2 == 0
    stated = np.arange(120) % 6 != 5  # the last of each house is blank
    chance = chances(is_yes & stated, ~is_yes & stated, [], [house])
    assert chance[~stated & is_yes].min() > 0.8
    assert chance[~stated & ~is_yes].max() < 0.1


def test_a_level_whose_facts_do_not_agree_says_next_to_nothing() -> None:
    draw = np.random.default_rng(706)
    n = 4000
    group, is_yes, stated = draw.integers(0, 400, n), draw.random(n) < 0.6, draw.random(n) < 0.5
    yes, no = is_yes & stated, ~is_yes & stated
    alone = chances(yes, no, [], [])
    within = chances(yes, no, [], [group.astype(np.int32)])
    assert np.abs(within - alone).max() < 0.1


def test_the_estimates_are_calibrated_where_what_is_stated_flatters() -> None:
    """Made houses with their own rate; those that have much also tell more of it."""
    draw = np.random.default_rng(8410)
    house = draw.integers(0, 600, 6000)
    rate = draw.beta(0.5, 0.6, 600)[house]
    truth = draw.random(6000) < rate
    stated = draw.random(6000) < 0.2 + 0.4 * rate
    yes, no = truth & stated, ~truth & stated
    chance = chances(yes, no, [], [house.astype(np.int32)])
    blank = ~stated
    for low in (0.1, 0.3, 0.5, 0.7):
        these = blank & (chance >= low) & (chance < low + 0.2)
        print(
            f"{low:.1f}: {these.sum()} rows, {chance[these].mean():.2f}, {truth[these].mean():.2f}"
        )
        assert abs(chance[these].mean() - truth[these].mean()) < 0.12
    flat = ((truth[blank].mean() - truth[blank]) ** 2).mean()
    assert ((chance[blank] - truth[blank]) ** 2).mean() < 0.85 * flat


STATED = st.lists(st.sampled_from(["yes", "no", "blank"]), min_size=1, max_size=12)


@given(STATED, st.data(), st.tuples(st.integers(0, 99), st.integers(0, 99)))
def test_every_chance_lies_between_a_no_and_a_yes(stated, data, answered) -> None:
    n = len(stated)
    groups = np.array(
        data.draw(st.lists(st.integers(-1, 3), min_size=n, max_size=n)), dtype=np.int32
    )
    yes, no = (np.array([one == word for one in stated]) for word in ("yes", "no"))
    chance = chances(yes, no, [groups], [groups], answered)
    assert chance.min() >= LEAST > 0
    assert chance.max() <= MOST < 0.9
    order = np.array(data.draw(st.permutations(range(n))))
    again = chances(yes[order], no[order], [groups[order]], [groups[order]], answered)
    assert again == pytest.approx(chance[order])


def test_groups_are_numbered_and_none_is_no_group() -> None:
    assert group_numbers(np.array([7, 0, -3, 7])).tolist() == [1, -1, 0, 1]
    assert chances(flags(n=0), flags(n=0), [NOBODY], [NOBODY]).tolist() == []
    assert 0 < BLANK_RATE < STATED_RATE < 1


def test_the_unknown_at_a_venue_of_yes_comes_before_the_unknown_elsewhere() -> None:
    here = Place("Huset", None, "8410", None)
    found = answer(
        a_need(requires=["step_free"]),
        an_offer("a-elsewhere"),
        an_offer("b-here", place=here),
        *(an_offer(f"c-{n}", place=here, yes=["step_free"]) for n in range(6)),
    )
    assert keys(found)[-2:] == ["b-here", "a-elsewhere"]


def test_what_prose_denies_is_never_worth_more_than_what_is_not_known() -> None:
    """Where nearly everybody is known not to have it, a likely no is worth as little."""
    others = [an_offer(f"n-{n}", organisation="A", no=["can_sit"]) for n in range(30)]
    need = a_need(requires=["can_sit"])
    scores = {
        one.offer.source_ids[0].key: one.score
        for one in answer(
            need,
            *others,
            an_offer("unknown", organisation="A"),
            an_offer("denied", organisation="A", likely_no=["can_sit"]),
        ).matches
    }
    assert scores["denied"] <= scores["unknown"]


def test_an_index_holds_a_chance_for_every_fact_of_every_offer() -> None:
    index = an_index(an_offer("a"), an_offer("b", yes=["step_free"]))
    assert index.columns.chance[:, :2].shape == (len(index.codes), 2)
    assert (index.columns.chance[:, :2] > 0).all()
    assert (index.columns.chance[:, :2] < 0.9 * 255).all()
