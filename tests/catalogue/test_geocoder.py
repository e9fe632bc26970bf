"""Recorded answers stand in for the service; the transport is the only stand-in."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderParseError, GeocoderServiceError
from sqlalchemy import Engine, select

from catalogue import changes, intake
from catalogue.database import reading, writing
from catalogue.errors import Invalid
from catalogue.facts import Basis
from catalogue.geocoder import Adressevaelger, Upgrade, upgrade_venues
from catalogue.intake import StatedOffer
from catalogue.models import Venue
from catalogue.places import load_gazetteer
from catalogue.published import published
from catalogue.statements import Provenance

TOKEN = "t0ken"  # noqa: S105 - opens nothing
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
SEARCH = {"fund": [{"type": "husnummer", "titel": "Hovedgaden 1, 8410 Rønde", "id": "0a3f"}]}
DETAIL = {"id": "0a3f", "adgangspunkt": {"type": "Point", "coordinates": [591274.4, 6240608.6]}}


def service(*answers: object) -> tuple[Callable[..., BaseSyncAdapter], list[str]]:
    """A transport that gives these answers in turn, and the addresses that were asked."""
    asked: list[str] = []
    left = list(answers)

    class Recorded(BaseSyncAdapter):
        def get_text(self, url: str, *, timeout: object, headers: object) -> str:
            asked.append(url)
            answer = left.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return json.dumps(answer)

        def get_json(self, url: str, *, timeout: object, headers: object) -> object:
            return json.loads(self.get_text(url, timeout=timeout, headers=headers))

    return Recorded, asked


def geocoder(*answers: object) -> tuple[Adressevaelger, list[str]]:
    transport, asked = service(*answers)
    return (
        Adressevaelger(address="https://adresser.example", token=TOKEN, adapter_factory=transport),
        asked,
    )


def test_an_address_becomes_degrees_near_the_town() -> None:
    found, asked = geocoder(SEARCH, DETAIL)
    place = found.geocode("Hovedgaden 1, 8410")
    assert (round(place.latitude, 3), round(place.longitude, 3)) == (56.301, 10.475)
    query = parse_qs(urlsplit(asked[0]).query)
    assert query == {"tekst": ["Hovedgaden 1, 8410"], "token": [TOKEN], "maksimum": ["1"]}
    assert urlsplit(asked[1]).path == "/husnumre/0a3f"


def test_nothing_found_is_none() -> None:
    assert geocoder({"fund": []})[0].geocode("Ingensteder 1") is None


@pytest.mark.parametrize("answer", [[], {"fejl": "token"}, {"fund": [{"titel": "x"}]}, 7])
def test_an_answer_of_another_shape_is_refused(answer: object) -> None:
    with pytest.raises(GeocoderParseError):
        geocoder(answer)[0].geocode("Hovedgaden 1")


@pytest.mark.parametrize("detail", [{}, {"adgangspunkt": {"coordinates": ["x", 1]}}, []])
def test_a_detail_without_coordinates_is_refused(detail: object) -> None:
    with pytest.raises(GeocoderParseError):
        geocoder(SEARCH, detail)[0].geocode("Hovedgaden 1")


@pytest.mark.parametrize(
    ("address", "token"), [("http://adresser.example", "t"), ("", "t"), ("https://a.example", "")]
)
def test_without_https_or_token_it_does_not_start(address: str, token: str) -> None:
    with pytest.raises(Invalid):
        Adressevaelger(address=address, token=token)


def a_venue(engine: Engine) -> None:
    place = {"venue": "Huset", "address": "Hovedgaden 1", "postcode": "8410"}
    by = Provenance("dgi", Basis.SOURCE, None)
    offer = StatedOffer("1", "Klubben", {"title": "Strik", "place": place}, by)
    with writing(engine) as session:
        intake.record(session, [offer], source="dgi", actor="import:dgi", at=AT)


def test_a_venue_gets_its_point_and_the_offer_moves_there(engine: Engine) -> None:
    a_venue(engine)
    found, _ = geocoder(SEARCH, DETAIL)
    with writing(engine) as session:
        before = changes.latest(session)
        assert upgrade_venues(session, found, actor="geocoder", at=AT) == Upgrade(1, 0, 0)
        assert changes.latest(session) == before + 1
    with reading(engine) as session:
        (offer,) = published(session, load_gazetteer())
    assert offer.point is not None
    assert offer.point.uncertainty_km < 0.1


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([{"fund": []}], Upgrade(0, 1, 0)),
        (
            [
                {"fund": [{"type": "husnummer", "titel": "Hovedgaden 1, 9000 Aalborg", "id": "1"}]},
                DETAIL,
            ],
            Upgrade(0, 1, 0),
        ),
        ([GeocoderServiceError("down")], Upgrade(0, 0, 1)),
    ],
)
def test_a_venue_that_is_not_found_stays_as_it_was(
    engine: Engine, answers: list[object], expected: Upgrade
) -> None:
    a_venue(engine)
    found, _ = geocoder(*answers)
    with writing(engine) as session:
        assert upgrade_venues(session, found, actor="geocoder", at=AT) == expected
    with reading(engine) as session:
        assert session.scalars(select(Venue.lat)).all() == [None]
