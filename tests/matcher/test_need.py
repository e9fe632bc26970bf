"""A need as JSON: what is read, what is refused and how that is said."""

import json
from decimal import Decimal

import pytest

from catalogue.errors import Invalid
from matcher.need import GroupNeed, Need, PostcodeHome, ReachMinutes, read_need, travel_minutes

FULL = {
    "id": "n-17",
    "interests": ["noget med hænderne", "strikke"],
    "dislikes": ["konkurrence"],
    "home": {"postcode": "8410"},
    "reach": {"km": 12},
    "requires": ["step_free"],
    "wishes": ["small_group", "met_at_door"],
    "age": 44,
    "gender": "female",
    "max_kr_per_month": 150,
    "times": [{"days": ["mon", "wed"], "from": "10:00", "to": "16:00"}],
}


def test_the_contracts_own_example_is_read() -> None:
    need = read_need(FULL)
    assert isinstance(need, Need)
    assert need.home == PostcodeHome(postcode="8410")
    assert need.reach_km == 12
    assert need.max_kr_per_month == Decimal(150)
    assert need.times[0].from_.hour == 10


@pytest.mark.parametrize(
    "data",
    [
        FULL,
        FULL | {"home": {"lat": 56.3, "lon": 10.5}, "reach": {"minutes": 20, "mode": "bike"}},
        {"home": {"address": "Hovedgaden 1, 8410 Rønde"}},
        {"id": "g-1", "members": [FULL, {"age": 30}]},
    ],
)
def test_a_need_written_as_json_is_read_back(data: object) -> None:
    need = read_need(data)
    assert read_need(json.loads(need.model_dump_json(by_alias=True))) == need


def test_every_field_may_be_left_out() -> None:
    assert read_need({}) == Need()


def test_a_group_is_read_by_its_members() -> None:
    group = read_need({"id": "g-1", "members": [{"id": "a"}, {"id": "b", "age": 30}]})
    assert isinstance(group, GroupNeed)
    assert [member.id for member in group.members] == ["a", "b"]


def test_members_without_an_id_are_called_by_their_number() -> None:
    group = read_need({"members": [{"age": 20}, {"id": "b"}, {}]})
    assert isinstance(group, GroupNeed)
    assert [member.id for member in group.members] == ["1", "b", "3"]


@pytest.mark.parametrize(
    ("reach", "km"),
    [
        ({"km": 4.5}, 4.5),
        ({"minutes": 39, "mode": "walk"}, 2.5),  # 0.65 h x 5 km/h / 1.3
        ({"minutes": 26, "mode": "bike"}, 5.0),  # 15 km/h
        ({"minutes": 36, "mode": "bus"}, 10.0),  # 26 minutes on the way, 30 km/h
        ({"minutes": 8, "mode": "bus"}, 0.0),  # still waiting
        ({"minutes": 26, "mode": "car"}, 50 * 26 / 60 / 1.3),
    ],
)
def test_minutes_become_km_as_the_contract_counts(reach: dict[str, object], km: float) -> None:
    need = read_need({"reach": reach})
    assert isinstance(need, Need)
    assert need.reach_km == pytest.approx(km)


@pytest.mark.parametrize("mode", ["walk", "bike", "bus", "car"])
def test_travel_time_is_reach_turned_round(mode: str) -> None:
    need = read_need({"reach": {"minutes": 45, "mode": mode}})
    assert isinstance(need, Need) and isinstance(need.reach, ReachMinutes)
    assert need.reach_km is not None
    assert travel_minutes(need.reach_km, mode) == pytest.approx(45)


def test_a_changed_copy_has_its_own_reach() -> None:
    need = read_need({"reach": {"km": 5}})
    assert isinstance(need, Need)
    assert need.reach_km == 5
    assert need.model_copy(update={"reach": None}).reach_km is None


def test_a_requirement_said_twice_counts_once() -> None:
    need = read_need({"requires": ["step_free", "can_sit", "step_free"]})
    assert isinstance(need, Need)
    assert need.requires == ("step_free", "can_sit")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": "Nogen"}, "need: the whole: holds an unknown field"),
        ({"cpr": "0101011234"}, "need: the whole: holds an unknown field"),
        ({"km": 5}, "need: km: is not a field here"),
        ({"home": {"postcode": "84100"}}, "need: home.postcode: "),
        ({"home": {"lat": 95, "lon": 10}}, "need: home.lat: "),
        ({"home": {"lat": 56}}, "need: home.lon: Field required"),
        ({"home": {"postcode": "8410", "town": "Rønde"}}, "need: home: holds an unknown field"),
        ({"home": {"postcode": "8410", "lat": 56}}, "need: home.lat: is not a field here"),
        ({"reach": {"km": 0}}, "need: reach.km: "),
        ({"reach": {"km": float("nan")}}, "need: reach.km: "),
        ({"reach": {"km": float("inf")}}, "need: reach.km: "),
        ({"reach": {"minutes": 20}}, "need: reach.mode: Field required"),
        ({"reach": {"minutes": 20, "mode": "plane"}}, "need: reach.mode: "),
        ({"requires": ["stepfree"]}, "need: requires.0: must be a code of the access facts"),
        ({"wishes": [3]}, "need: wishes.0: "),
        ({"age": -1}, "need: age: "),
        ({"age": True}, "need: age: must be a number"),
        ({"age": 44.5}, "need: age: "),
        ({"gender": "woman"}, "need: gender: "),
        ({"max_kr_per_month": -1}, "need: max_kr_per_month: "),
        ({"interests": ["x"] * 51}, "need: interests: "),
        ({"interests": ["x" * 201]}, "need: interests.0: "),
        ({"interests": ["  "]}, "need: interests.0: "),
        ({"interests": "strikke"}, "need: interests: "),
        ({"times": [{"days": ["mon"], "from": "16:00", "to": "10:00"}]}, "need: times.0: must end"),
        ({"times": [{"days": ["mon"], "from": "25:00", "to": "26:00"}]}, "need: times.0.from: "),
        ({"times": [{"days": ["mon"], "from": 10, "to": 16}]}, "need: times.0.from: must be a"),
        ({"times": [{"days": ["man"], "from": "10:00", "to": "16:00"}]}, "need: times.0.days.0: "),
        ({"times": [{"days": [], "from": "10:00", "to": "16:00"}]}, "need: times.0.days: "),
        ({"members": [{}]}, "need: members: "),
        ({"members": [{}] * 13}, "need: members: "),
        ({"members": [{"id": "a"}, {"id": "a"}]}, "need: members: every member must have an id"),
        ({"members": [{}, {"age": 200}]}, "need: members.1.age: "),
        ({"members": [{}, {}], "age": 4}, "need: age: is not a field here"),
        ([], "need: the whole: "),
        (None, "need: the whole: "),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_field(data: object, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_need(data)
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "data",
    [
        {"interests": ["hemmeligt" * 30]},
        {"requires": ["hemmeligt"]},
        {"hemmeligt": 1},
        {"home": {"postcode": "hemmeligt"}},
        {"home": {"hemmeligt": "x"}},
        {"home": "hemmeligt"},
        {"gender": "hemmeligt"},
        {"times": [{"days": ["mon"], "from": "hemmeligt", "to": "16:00"}]},
        {"members": [{"id": "hemmeligt"}, {"id": "hemmeligt"}]},
        "hemmeligt",
    ],
)
def test_a_refusal_never_repeats_what_stood_there(data: object) -> None:
    with pytest.raises(Invalid) as refused:
        read_need(data)
    assert "hemmeligt" not in str(refused.value)
    assert refused.value.__cause__ is None and refused.value.__suppress_context__
