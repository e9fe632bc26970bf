import statistics
import time
from math import acos, cos, radians, sin

import pytest

from catalogue.errors import Invalid, Missing
from catalogue.places import PlaceKind, Point, distance_km, load_gazetteer

PLACES = load_gazetteer()


def test_distances_are_the_ellipsoids() -> None:
    aarhus, skagen = Point(56.1567, 10.2108, 0), Point(57.7209, 10.5839, 0)
    lat1, lat2 = radians(aarhus.lat), radians(skagen.lat)
    east = radians(skagen.lon - aarhus.lon)
    on_sphere = 6371.0088 * acos(sin(lat1) * sin(lat2) + cos(lat1) * cos(lat2) * cos(east))
    found = distance_km(aarhus, skagen)
    assert found == pytest.approx(on_sphere, rel=0.0035)
    assert found != pytest.approx(on_sphere, rel=0.0005)  # a sphere is not enough
    assert distance_km(aarhus, aarhus) == 0


@pytest.mark.parametrize(
    ("lat", "lon"), [(48.8, 2.3), (56.3, 20.0), (float("nan"), 10.0), (10.4, 56.3)]
)
def test_a_point_lies_in_denmark(lat: float, lon: float) -> None:
    with pytest.raises(Invalid):
        Point(lat, lon, 0)


def test_a_postcode_has_the_point_of_its_town() -> None:
    place = PLACES.postcode("8410")
    assert (place.name, place.municipality) == ("Rønde", "0706")
    assert distance_km(place.point, Point(56.30145, 10.47505, 0)) < 0.1


def test_a_street_postcode_lies_in_its_range_and_a_companys_has_no_area() -> None:
    assert PLACES.postcode("1050").municipality == "0101"
    for code in ("0999", "9997", "", "84", "8410 "):
        with pytest.raises(Missing):
            PLACES.postcode(code)
    assert PLACES.is_postcode("0999")
    assert not PLACES.is_postcode("9997")


@pytest.mark.parametrize(
    ("given", "near", "at_most_km"),
    [
        ({"lat": 56.3, "lon": 10.5, "postcode": "8000"}, (56.3, 10.5), 0.01),
        ({"town": "Thorsager", "postcode": "8410"}, (56.3355, 10.4747), 0.1),
        ({"venue": "Mørke Skole", "postcode": "8544"}, (56.3336, 10.3905), 0.1),
        ({"address": "Hovedgaden 1", "postcode": "8410"}, (56.3015, 10.4751), 0.1),
        ({"postcode": "8410"}, (56.3015, 10.4751), 0.1),
    ],
)
def test_the_best_point_for_what_is_known(
    given: dict[str, object], near: tuple[float, float], at_most_km: float
) -> None:
    point = PLACES.locate(**given)  # type: ignore[arg-type]
    assert point is not None
    assert distance_km(point, Point(*near, 0)) <= at_most_km


def test_a_place_is_the_less_certain_the_less_is_known() -> None:
    stated = PLACES.locate(lat=56.3, lon=10.5)
    postcode = PLACES.locate(postcode="8444")
    assert stated is not None
    assert postcode is not None
    assert stated.uncertainty_km < postcode.uncertainty_km
    assert PLACES.locate() is None
    assert PLACES.locate(venue="Klubhuset", address="Vejen 1") is None


def test_a_town_in_another_postcode_is_not_taken_for_this_one() -> None:
    point = PLACES.locate(venue="Grenaa Sejlklub", postcode="8410")
    assert point is not None
    assert distance_km(point, PLACES.postcode("8410").point) < 0.1


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("rønde", "Rønde"),
        ("ronde", "Rønde"),
        ("Roende", "Rønde"),
        ("ryomgaard", "Ryomgård"),
        ("ebeltof", "Ebeltoft"),
        ("grenå", "Grenaa"),
        ("8410", "Rønde"),
        ("8410 rø", "Rønde"),
        ("thorsager", "Thorsager"),
        ("syddjurs", "Syddjurs"),
    ],
)
def test_what_is_typed_finds_the_place(typed: str, name: str) -> None:
    assert PLACES.search(typed)[0].name == name


def test_search_is_bounded_and_always_the_same() -> None:
    assert PLACES.search("") == []
    assert PLACES.search("x" * 10_000) == []
    assert len(PLACES.search("8", limit=5)) == 5
    assert PLACES.search("aar") == PLACES.search("aar")
    assert PLACES.search("84")[0].kind is PlaceKind.POSTCODE


def test_typing_is_answered_within_five_milliseconds() -> None:
    spent = []
    for typed in ["r", "rø", "røn", "rond", "8", "84", "841", "ebel", "mørk", "ryomg"] * 5:
        began = time.thread_time()
        PLACES.search(typed)
        spent.append(time.thread_time() - began)
    assert statistics.median(spent) < 0.005
