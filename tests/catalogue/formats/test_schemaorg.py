"""JSON-LD of offers: what is not known is left out, never sent as yes or no."""

import json
from dataclasses import replace
from datetime import date

import pytest

from api.importing import SAMPLE, SAMPLE_SOURCE
from benchmarks.catalogues import offers_of
from catalogue.answers import Answer
from catalogue.formats.schemaorg import json_ld
from catalogue.kinds import Gender, Room
from catalogue.published import Place, PublishedOffer
from catalogue.seasons import Period
from catalogue.vocabulary import load_vocabulary
from tests.builders import ON, a_point, an_offer

WORDS = load_vocabulary()
HALL = Place("Hallen", "Vej 1", "8410", "Rønde")


def of(offer: PublishedOffer) -> dict[str, object]:
    found = json_ld(offer, WORDS, ON)
    assert json.loads(json.dumps(found)) == found  # plain JSON
    return found


def test_of_an_offer_of_which_nothing_is_known_nothing_is_said() -> None:
    found = of(an_offer())
    assert found.keys() == {"@context", "@type", "name", "organizer"}


def test_times_become_a_schedule_with_season_and_days_without() -> None:
    offer = replace(
        an_offer(times="tir 19:00-21:00; 2. lør 10:00", season="2026-09-01/2027-04-30"),
        exceptions=(Period(date(2026, 12, 20), date(2027, 1, 3)),),
    )
    found = of(offer)
    assert found["startDate"] == "2026-12-01T19:00"
    weekly, monthly = found["eventSchedule"]  # type: ignore[misc] # of known shape
    assert weekly["byDay"] == "https://schema.org/Tuesday"
    assert (weekly["startTime"], weekly["endTime"]) == ("19:00", "21:00")
    assert weekly["exceptDate"] == ["2026-12-22", "2026-12-29"]
    assert (monthly["repeatFrequency"], monthly["byMonthWeek"]) == ("P1M", [2])
    assert "endTime" not in monthly


@pytest.mark.parametrize(
    ("price", "free", "amount"), [(None, None, None), ("0", True, "0"), ("150.50", False, "150.50")]
)
def test_free_is_said_where_it_is_confirmed(
    price: str | None, free: bool | None, amount: str | None
) -> None:
    found = of(an_offer(price_kr=price))
    assert found.get("isAccessibleForFree") is free
    offers = found.get("offers")
    assert (offers["price"] if isinstance(offers, dict) else None) == amount


def test_of_a_place_only_what_is_stated_is_true_or_false() -> None:
    offer = an_offer(
        place=HALL,
        times="tir 10:00",
        yes=["step_free"],
        no=["hearing_loop"],
        likely=["wheelchair_toilet"],
        likely_no=["accessible_parking"],
    )
    place = of(offer)["location"]
    assert isinstance(place, dict)
    values = {one["name"]: one["value"] for one in place["amenityFeature"]}
    assert values == {"Adgang uden trin": True, "Teleslynge": False}


def test_a_point_that_is_only_about_there_is_no_point() -> None:
    for km, has_geo in ((0.05, True), (1.0, False)):
        offer = an_offer(place=HALL, point=a_point(uncertainty_km=km), times="tir 10:00")
        place = of(offer)["location"]
        assert isinstance(place, dict)
        assert ("geo" in place) == has_geo


def test_sport_at_a_known_place_without_times_is_a_place_for_sport() -> None:
    assert of(an_offer(place=HALL, activities=("badminton",)))["@type"] == "SportsActivityLocation"
    assert of(an_offer(place=HALL, activities=("strikning",)))["@type"] == "Event"
    assert of(an_offer(activities=("badminton",)))["@type"] == "Event"


def test_room_and_who_it_is_for_are_said_as_far_as_they_are_known() -> None:
    offer = an_offer(room=Room.FULL, age_from=60, gender=Gender.WOMEN)
    found = of(offer)
    assert isinstance(found["offers"], dict)
    assert found["offers"]["availability"] == "https://schema.org/SoldOut"
    assert "price" not in found["offers"]
    assert found["typicalAgeRange"] == "60-"
    assert "offers" not in of(an_offer(room=Room.WAITING_LIST))


def test_in_the_whole_sample_no_unknown_is_sent(tmp_path_factory: pytest.TempPathFactory) -> None:
    labels = {fact.label_da: fact.code for fact in WORDS.access_facts}
    sent = 0
    for offer in offers_of(tmp_path_factory.mktemp("sample"), SAMPLE, SAMPLE_SOURCE):
        found = of(offer)
        assert ("isAccessibleForFree" in found) <= (offer.price is not None)
        assert ("startDate" in found) <= (offer.times is not None)
        place = found if found["@type"] == "SportsActivityLocation" else found.get("location", {})
        assert isinstance(place, dict)
        for feature in place.get("amenityFeature", []):
            answer = offer.answer(labels[feature["name"]])
            assert answer is (Answer.YES if feature["value"] else Answer.NO)
            sent += 1
        assert not {None, "", "unknown"} & set(_leaves(found))
    assert sent > 100


def _leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in _leaves(one)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in _leaves(one)]
    return [value]
