"""Reasons: each true in the facts, each with a sentence."""

import re
from collections.abc import Mapping
from datetime import date

import pytest

from api import reasons
from api.wording import Language
from catalogue.kinds import Gender, Room
from catalogue.prices import PriceUnit
from catalogue.published import PublishedOffer
from catalogue.vocabulary import load_vocabulary
from matcher.answer import match
from matcher.match import Kind, Outcome, Suggestion, Verdict
from matcher.need import Need
from tests.builders import HOME, ON, a_need, a_point, an_index, an_offer

WITH_HOME = {"home": {"postcode": "8410"}}


def suggestion(need: Need, offer: PublishedOffer, on: date = ON) -> Suggestion:
    home = None if need.home is None else HOME
    (only,) = match(an_index(offer), need, home=home, on=on).matches
    return only


def verdict(need: Need, offer: PublishedOffer, kind: Kind, on: date = ON) -> Verdict | None:
    found = [one for one in suggestion(need, offer, on).verdicts if one.kind is kind]
    assert len(found) <= 1
    return found[0] if found else None


def said(need: Need, offer: PublishedOffer, kind: Kind) -> tuple[str, Outcome] | None:
    one = verdict(need, offer, kind)
    return None if one is None else (one.key, one.verdict)


@pytest.mark.parametrize(
    ("facts", "key", "outcome"),
    [
        ({"yes": ["step_free"]}, "fact.step_free.yes", Outcome.FITS),
        ({"likely": ["step_free"]}, "fact.step_free.likely", Outcome.ASK),
        ({"likely_no": ["step_free"]}, "fact.step_free.likely_no", Outcome.ASK),
        ({}, "fact.step_free.unknown", Outcome.ASK),
    ],
)
def test_an_access_fact_is_told_as_it_is_known(
    facts: Mapping[str, list[str]], key: str, outcome: Outcome
) -> None:
    offer = an_offer(**facts)
    for kind in ("requires", "wishes"):
        (one,) = [
            one
            for one in suggestion(a_need(**{kind: ["step_free"]}), offer).verdicts
            if one.criterion == "step_free"
        ]
        assert (one.key, one.verdict) == (key, outcome)
        question = "question.step_free" if outcome is Outcome.ASK else None
        assert one.question_key == question


def test_an_unmet_wish_is_told() -> None:
    need = a_need(wishes=["small_group"])
    one = verdict(need, an_offer(no=["small_group"]), Kind.WISH)
    assert one is not None
    assert (one.key, one.verdict) == ("fact.small_group.no", Outcome.BREAKS)


@pytest.mark.parametrize(
    ("offer", "key", "outcome"),
    [
        (an_offer(), "price.unknown", Outcome.ASK),
        (an_offer(price_kr="80", price_unit=None), "price.unknown", Outcome.ASK),
        (an_offer(price_kr="0"), "price.free", Outcome.FITS),
        (an_offer(price_kr="80", price_unit=PriceUnit.QUARTER), "price.within", Outcome.FITS),
    ],
)
def test_price_is_judged_against_the_ceiling(
    offer: PublishedOffer, key: str, outcome: Outcome
) -> None:
    assert said(a_need(max_kr_per_month=100), offer, Kind.PRICE) == (key, outcome)
    assert said(a_need(), offer, Kind.PRICE) is None


@pytest.mark.parametrize(
    ("times", "key", "outcome"),
    [
        (None, "time.unknown", Outcome.ASK),
        ("man 13:00-15:00", "time.fits", Outcome.FITS),
        ("man 13:00-15:00; tor 13:00-15:00", "time.partly", Outcome.PARTLY),
        ("tor 13:00-15:00", "time.breaks", Outcome.BREAKS),
    ],
)
def test_times_are_judged_against_the_citizens_week(
    times: str | None, key: str, outcome: Outcome
) -> None:
    need = a_need(times=[{"days": ["mon"], "from": "12:00", "to": "16:00"}])
    assert said(need, an_offer(times=times), Kind.TIME) == (key, outcome)


def test_an_age_limit_is_asked_about_where_the_age_is_not_known() -> None:
    limited = an_offer(age_from=60)
    assert said(a_need(), limited, Kind.AGE) == ("age.ask", Outcome.ASK)
    assert said(a_need(age=61), limited, Kind.AGE) == ("age.fits", Outcome.FITS)
    assert said(a_need(age=61), an_offer(), Kind.AGE) is None


def test_an_offer_for_one_gender_is_asked_about_where_the_gender_is_not_known() -> None:
    limited = an_offer(gender=Gender.WOMEN)
    assert said(a_need(), limited, Kind.GENDER) == ("gender.ask", Outcome.ASK)
    assert said(a_need(gender="female"), limited, Kind.GENDER) == ("gender.women", Outcome.FITS)
    assert said(a_need(gender="male"), an_offer(), Kind.GENDER) is None


@pytest.mark.parametrize(
    ("season", "key"),
    [
        ("2026-09-01/2027-04-30", "season.now"),
        ("2026-01-01/2026-05-01", "season.over"),
        ("2027-01-05/2027-04-30", "season.later"),
        ("2026-09-01/", None),
    ],
)
def test_season_is_judged_on_the_day(season: str, key: str | None) -> None:
    one = verdict(a_need(), an_offer(season=season), Kind.SEASON)
    assert (None if one is None else one.key) == key


@pytest.mark.parametrize(
    ("stated_on", "key"),
    [
        (None, "fresh.undated"),
        (ON, "fresh.today"),
        (date(2026, 11, 23), "fresh.days"),
        (date(2026, 8, 1), "fresh.months"),
        (date(2024, 8, 1), "fresh.years"),
    ],
)
def test_the_age_of_what_is_known_is_told(stated_on: date | None, key: str) -> None:
    one = verdict(a_need(), an_offer(stated_on=stated_on), Kind.FRESHNESS)
    assert one is not None and one.key == key


@pytest.mark.parametrize(
    ("uncertainty_km", "mode", "key"),
    [
        (0.0, None, "distance.known"),
        (2.0, None, "distance.approx"),
        (0.0, "bike", "distance.known.bike"),
        (2.0, "bus", "distance.approx.bus"),
    ],
)
def test_distance_is_told_by_way_of_travel_and_certainty(
    uncertainty_km: float, mode: str | None, key: str
) -> None:
    reach = {"km": 30} if mode is None else {"minutes": 120, "mode": mode}
    offer = an_offer(point=a_point(km_north=6, uncertainty_km=uncertainty_km))
    one = verdict(a_need(reach=reach, **WITH_HOME), offer, Kind.DISTANCE)
    assert one is not None
    assert one.key == key
    assert one.values["km"] == pytest.approx(6, rel=0.01)
    assert ("minutes" in one.values) == (mode is not None)


def test_a_distance_that_may_be_too_far_says_so() -> None:
    offer = an_offer(point=a_point(km_north=11, uncertainty_km=2))
    one = verdict(a_need(reach={"km": 10}, **WITH_HOME), offer, Kind.DISTANCE)
    assert one is not None
    assert (one.key, one.verdict) == ("distance.maybe_too_far", Outcome.ASK)


def test_a_word_of_the_activities_name_is_told_where_only_its_code_was_given() -> None:
    need, offer = a_need(interests=["boldspil"]), an_offer(activities=("idraet_bold",))
    assert "bold" in load_vocabulary().activity("idraet_bold").name.lower()
    one = verdict(need, offer, Kind.INTEREST)
    assert one is not None and one.verdict is Outcome.FITS
    assert all(one.matched)


EVERYTHING = a_need(
    interests=["strikke", "strikning"],
    dislikes=["kaffe"],
    home={"postcode": "8410"},
    reach={"minutes": 40, "mode": "bike"},
    requires=["step_free", "can_sit"],
    wishes=["met_at_door", "small_group"],
    age=44,
    gender="female",
    max_kr_per_month=100,
    times=[{"days": ["mon"], "from": "12:00", "to": "16:00"}],
)
OFFERS = [
    an_offer("all", title="Vi strikker", description="Der er kaffe", point=a_point(km_north=3)),
    an_offer(
        "yes",
        title="Strikkeklub: kvinder strikker",
        point=a_point(km_north=3, uncertainty_km=2),
        yes=["step_free", "can_sit", "met_at_door"],
        likely=["small_group"],
        times="man 13:00-15:00; 2.+4. tor 13:00",
        price_kr="300",
        price_unit=PriceUnit.HALF_YEAR,
        gender=Gender.WOMEN,
        age_from=18,
        season="2026-09-01/2027-04-30",
        room=Room.WAITING_LIST,
        stated_on=date(2025, 1, 1),
    ),
    an_offer("far", title="Vi strikker", point=a_point(km_north=40)),
    an_offer("no", title="Vi strikker", no=["step_free"], room=Room.FULL),
    an_offer("one", title="Vi strikker", no=["can_sit"]),
    an_offer("dear", title="Vi strikker", price_kr="700"),
    an_offer("old", title="Vi strikker", age_from=60),
    an_offer("young", title="Vi strikker", age_to=30),
    an_offer("men", title="Vi strikker", gender=Gender.MEN),
    an_offer("full", title="Vi strikker", room=Room.FULL),
    an_offer("paused", title="Vi strikker", room=Room.PAUSED),
]


@pytest.mark.parametrize("language", list(Language))
def test_every_reason_has_a_sentence_with_its_values_filled_in(language: Language) -> None:
    found = match(an_index(*OFFERS), EVERYTHING, home=HOME, on=ON)
    empty = match(an_index(*OFFERS[2:]), EVERYTHING, home=HOME, on=ON)
    assert len(found.excluded) == 9 and len(found.matches) == 2
    told = [one for held in found.matches for one in held.verdicts]
    sentences = [reasons.text(one, language) for one in (*told, *found.excluded, *empty.relax)] + [
        text for one in told if (text := reasons.question(one, language)) is not None
    ]
    assert {one.kind for one in told} == set(Kind)
    for sentence in sentences:
        assert sentence.strip()
        assert not re.search(r"[{}]", sentence)


def test_what_is_left_out_says_why() -> None:
    found = match(an_index(*OFFERS), EVERYTHING, home=HOME, on=ON)
    assert {one.offer.source_ids[0].key: (one.reasons, one.key) for one in found.excluded} == {
        "far": (("distance",), "excluded.minutes.bike"),
        "no": (("step_free", "room"), "excluded.several"),
        "one": (("can_sit",), "reason.can_sit"),
        "dear": (("price",), "excluded.price"),
        "old": (("age",), "excluded.age_from"),
        "young": (("age",), "excluded.age_to"),
        "men": (("gender",), "excluded.gender.men"),
        "full": (("room",), "excluded.room.full"),
        "paused": (("room",), "excluded.room.paused"),
    }
