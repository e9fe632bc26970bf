"""Several needs, one list."""

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from catalogue.places import Point
from catalogue.published import PublishedOffer
from matcher.answer import match
from matcher.group import match_group
from matcher.match import Band, Match, Outcome
from matcher.need import GroupNeed
from matcher.paper import for_paper
from tests.builders import HOME, ON, a_group, a_need, a_point, an_index, an_offer

NOWHERE: Mapping[str, Point | None] = {}


def answer(
    group: GroupNeed, *offers: PublishedOffer, homes: Mapping[str, Point | None] = NOWHERE
) -> Match:
    return match_group(an_index(*offers), group, homes=homes, on=ON)


def keys(found: Match) -> list[str]:
    return [one.offer.source_ids[0].key for one in found.matches]


def test_what_breaks_for_one_is_out_for_all() -> None:
    group = a_group(a_need(id="a", requires=["step_free"]), a_need(id="b", age=17))
    found = answer(
        group,
        an_offer("fine", yes=["step_free"]),
        an_offer("steps", no=["step_free"]),
        an_offer("old", age_from=18),
        an_offer("both", no=["step_free"], age_from=18),
    )
    assert keys(found) == ["fine"]
    assert {one.offer.source_ids[0].key: one.reasons for one in found.excluded} == {
        "steps": ("step_free",),
        "old": ("age",),
        "both": ("step_free", "age"),
    }
    assert found.excluded_count == 3


def test_one_members_unknown_makes_it_ask_first() -> None:
    group = a_group(a_need(id="a"), a_need(id="b", requires=["step_free"]))
    found = answer(group, an_offer("asked"), an_offer("known", yes=["step_free"]))
    assert {one.offer.source_ids[0].key: one.band for one in found.matches} == {
        "known": Band.CONFIRMED,
        "asked": Band.ASK_FIRST,
    }


def test_verdicts_say_whose_they_are() -> None:
    group = a_group(a_need(id="a", requires=["step_free"]), a_need(id="b", wishes=["drop_in"]))
    (only,) = answer(group, an_offer()).matches
    about = {(one.member, one.criterion, one.verdict) for one in only.verdicts}
    assert ("a", "step_free", Outcome.ASK) in about
    assert ("b", "drop_in", Outcome.ASK) in about
    assert {one.member for one in only.verdicts} == {"a", "b"}


def test_one_members_interest_is_enough() -> None:
    group = a_group(a_need(id="a", interests=["strikke"]), a_need(id="b", interests=["fodbold"]))
    found = answer(
        group,
        an_offer("knit", title="Vi strikker"),
        an_offer("ball", title="Fodbold i hallen"),
        an_offer("bridge", title="Kortspil"),
    )
    assert sorted(keys(found)) == ["ball", "knit"]


def test_the_score_is_the_mean_of_the_members() -> None:
    members = [a_need(id="a", wishes=["drop_in"]), a_need(id="b", wishes=["can_sit"])]
    offer = an_offer(yes=["drop_in"], no=["can_sit"], stated_on=ON)
    alone = [match(an_index(offer), one, home=None, on=ON).matches[0].score for one in members]
    assert alone == [1.0, 0.0]
    assert answer(a_group(*members), offer).matches[0].score == pytest.approx(0.5)


def test_the_distance_shown_is_the_farthest_members() -> None:
    group = a_group(
        a_need(id="a", home={"postcode": "8410"}), a_need(id="b", home={"postcode": "8400"})
    )
    homes = {"a": HOME, "b": a_point(km_north=6)}
    (only,) = answer(group, an_offer(point=HOME), homes=homes).matches
    assert only.distance_km == pytest.approx(6, rel=0.01)


def test_an_exclusion_for_distance_tells_the_distance_of_whom_it_is_too_far_for() -> None:
    group = a_group(
        a_need(id="a", home={"postcode": "8410"}, reach={"km": 20}),
        a_need(id="b", home={"postcode": "8400"}, reach={"km": 5}),
    )
    homes = {"a": HOME, "b": a_point(km_north=12)}
    (out,) = answer(group, an_offer(point=HOME), homes=homes).excluded
    assert out.key == "excluded.distance"
    assert out.values["max_km"] == 5
    assert out.values["km"] == pytest.approx(12, rel=0.01)


def test_two_alike_are_answered_as_one() -> None:
    need = a_need(
        interests=["strikke"], home={"postcode": "8410"}, reach={"km": 10}, wishes=["drop_in"]
    )
    offers = [
        an_offer("a", title="Vi strikker og spiser", point=a_point(km_north=2)),
        an_offer("b", title="Strik og kaffe", point=a_point(km_north=8), yes=["drop_in"]),
        an_offer("c", title="Fodbold", point=HOME),
        an_offer("d", title="Strikke strikke strikke", point=a_point(km_north=60)),
    ]
    one = match(an_index(*offers), need, home=HOME, on=ON)
    group = a_group(*(need.model_copy(update={"id": name}) for name in "ab"))
    two = answer(group, *offers, homes={"a": HOME, "b": HOME})
    assert keys(two) == keys(one)
    assert [found.score for found in two.matches] == pytest.approx(
        [found.score for found in one.matches]
    )


def test_what_speaks_against_one_member_comes_after_the_rest() -> None:
    """The best on average is disliked by one: no misery, so it comes last."""
    group = a_group(
        a_need(id="a", interests=["fodbold"]),
        a_need(id="b", interests=["fodbold"]),
        a_need(id="c", interests=["strik"], dislikes=["fodbold"]),
    )
    found = answer(
        group,
        an_offer("football", activities=("fodbold",)),
        an_offer("knitting", activities=("strik",)),
    )
    assert keys(found) == ["knitting", "football"]
    assert found.matches[1].score > found.matches[0].score
    against = {one.member for one in found.matches[1].verdicts if one.verdict is Outcome.BREAKS}
    assert against == {"c"}


def test_who_cannot_come_at_that_time_is_not_passed_over() -> None:
    group = a_group(
        a_need(id="a"),
        a_need(id="b", times=[{"days": ["mon"], "from": "10:00", "to": "14:00"}]),
    )
    found = answer(
        group,
        an_offer("evening", times="tir 19:00-21:00"),
        an_offer("day", times="man 11:00-12:00"),
        an_offer("unknown"),
    )
    assert keys(found)[-1] == "evening"


def test_the_list_serves_the_worst_served_next() -> None:
    """Two like football and one knitting: after one football offer it is the knitter's turn."""
    group = a_group(
        a_need(id="a", interests=["fodbold"]),
        a_need(id="b", interests=["fodbold"]),
        a_need(id="c", interests=["strik"]),
    )
    offers = [an_offer(f"f-{n}", activities=("fodbold",)) for n in range(4)]
    offers += [an_offer(f"k-{n}", activities=("strik",)) for n in range(4)]
    found = answer(group, *offers)
    first = [key[0] for key in keys(found)]
    assert first[0] == "f"
    assert "k" in first[:3]
    assert len(found.matches) == 8


def test_a_group_on_paper_does_not_tell_whose_need_it_was() -> None:
    group = a_group(
        a_need(id="anna", requires=["wheelchair_toilet"], interests=["strik mod min ensomhed"]),
        a_need(id="bo", wishes=["wheelchair_toilet", "drop_in"], dislikes=["sang"], age=70),
        group_id="gruppe-7",
    )
    offers = [
        an_offer("known", activities=("strik",), yes=["wheelchair_toilet"], point=a_point()),
        an_offer("steps", no=["wheelchair_toilet"]),
        an_offer("asked", activities=("strik",), age_from=18),
    ]
    found = answer(group, *offers, homes={"anna": HOME, "bo": a_point(km_north=3)})
    paper = for_paper(found)
    assert keys(paper) == keys(found)
    told = repr([replace(one, offer=None) for one in paper.matches]) + repr(paper.excluded)
    for word in ("anna", "bo'", "ensomhed", "sang", "distance.", "gruppe-7"):
        assert word not in told
    assert all(one.distance_km is None for one in paper.matches)
    assert (paper.need, paper.excluded, paper.excluded_count) == (None, (), 1)
    for one in paper.matches:
        criteria = [verdict.criterion for verdict in one.verdicts]
        assert len(criteria) == len(set(criteria))
    asked = next(one for one in paper.matches if one.offer.source_ids[0].key == "asked")
    by_criterion = {one.criterion: one.verdict for one in asked.verdicts}
    assert by_criterion["wheelchair_toilet"] is Outcome.ASK


def test_paper_is_the_same_whoever_is_named_first() -> None:
    one = a_need(id="a", requires=["can_sit"], age=70)
    other = a_need(id="b", wishes=["drop_in"], age=17)
    offers = [an_offer(yes=["can_sit"], age_from=10)]
    papers = [
        for_paper(answer(a_group(*members), *offers)) for members in ((one, other), (other, one))
    ]
    assert papers[0].matches[0].verdicts == papers[1].matches[0].verdicts
