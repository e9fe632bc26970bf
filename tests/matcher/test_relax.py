"""What an empty answer proposes."""

from catalogue.published import PublishedOffer
from matcher.answer import match
from matcher.group import match_group
from matcher.match import Match
from matcher.need import Need
from tests.builders import HOME, ON, a_group, a_need, a_point, an_index, an_offer


def answer(need: Need, *offers: PublishedOffer) -> Match:
    return match(an_index(*offers), need, home=HOME, on=ON)


def proposed(found: Match) -> list[tuple[str, object, int]]:
    return [(one.change, one.to, one.gives) for one in found.relax]


def test_an_answer_with_matches_proposes_nothing() -> None:
    assert answer(a_need(requires=["step_free"]), an_offer()).relax == ()


def test_the_first_wider_reach_that_helps_is_proposed() -> None:
    need = a_need(home={"postcode": "8410"}, reach={"km": 5})
    offers = [an_offer(str(km), point=a_point(km_north=km)) for km in (9, 9.5, 14)]
    assert proposed(answer(need, *offers)) == [("reach", {"km": 10.0}, 2)]


def test_reach_in_minutes_stays_in_minutes() -> None:
    need = a_need(home={"postcode": "8410"}, reach={"minutes": 30, "mode": "walk"})
    found = answer(need, an_offer(point=a_point(km_north=2.5)))
    assert proposed(found) == [("reach", {"minutes": 45.0, "mode": "walk"}, 1)]
    assert found.relax[0].key == "relax.reach.minutes"


def test_dropping_one_requirement_is_proposed_with_what_it_gives() -> None:
    need = a_need(requires=["step_free", "can_sit"])
    found = answer(
        need,
        an_offer("a", no=["step_free"]),
        an_offer("b", no=["step_free"]),
        an_offer("c", no=["can_sit"]),
        an_offer("d", no=["can_sit", "step_free"]),
    )
    assert proposed(found) == [("requires", ["can_sit"], 2), ("requires", ["step_free"], 1)]
    assert [one.values for one in found.relax] == [{"code": "step_free"}, {"code": "can_sit"}]


def test_a_higher_ceiling_is_proposed_also_from_nothing() -> None:
    found = answer(a_need(max_kr_per_month=0), an_offer(price_kr="90"))
    assert proposed(found) == [("price", 100, 1)]


def test_interests_are_let_go_together_since_one_of_them_would_have_been_enough() -> None:
    found = answer(a_need(interests=["xylofon", "zither"]), an_offer(title="Fodbold"))
    assert proposed(found) == [("interests", [], 1)]
    assert found.relax[0].values == {"wish": "xylofon, zither"}


def test_nothing_is_proposed_where_no_single_change_helps() -> None:
    need = a_need(requires=["step_free"], max_kr_per_month=0)
    assert proposed(answer(need, an_offer(no=["step_free"], price_kr="90"))) == []


def test_a_group_is_proposed_changes_for_all_whom_they_concern() -> None:
    group = a_group(
        a_need(id="a", requires=["step_free"], home={"postcode": "8410"}, reach={"km": 5}),
        a_need(id="b", requires=["step_free", "can_sit"], max_kr_per_month=50),
    )
    index = an_index(
        an_offer("steps", no=["step_free"]),
        an_offer("far", point=a_point(km_north=7)),
        an_offer("dear", price_kr="90"),
    )
    found = match_group(index, group, homes={"a": HOME, "b": None}, on=ON)
    assert found.matches == ()
    assert proposed(found) == [
        ("price", 100, 1),
        ("reach", {"km": 8.0}, 1),
        ("requires", ["can_sit"], 1),
    ]
