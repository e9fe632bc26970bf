"""Venues looked up by address at Adressevælgeren, when the operator has a token for it.

Off unless settings name the service and a token. Only addresses of venues are ever sent:
where a citizen lives is found in the program's own gazetteer and leaves the machine never.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from geopy.exc import GeocoderParseError, GeopyError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from pyproj import Transformer
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalogue import changes
from catalogue.changes import Action, Entry
from catalogue.errors import Invalid
from catalogue.facts import Subject
from catalogue.models import Venue
from catalogue.places import Point

ADDRESS_KM = 0.03  # the access point of a house number lies at its door or drive
_UTM32_TO_WGS84 = Transformer.from_crs("EPSG:25832", "EPSG:4326", always_xy=True)


class Adressevaelger(Geocoder):  # type: ignore[misc]  # geopy publishes no types
    """geopy's face of the Danish address service: house numbers to WGS84.

    Asked: `/husnumre/soeg?tekst=&token=&maksimum=`, answered by `{"fund": [...]}` with
    `type`, `titel` and `id`; then `/husnumre/{id}`, whose access point is in EPSG:25832.
    The search is documented; the detail's shape was not seen, so any other than a pair of
    coordinates under `adgangspunkt` or `geometri` is refused, not guessed at.
    """

    def __init__(
        self,
        *,
        address: str,
        token: str,
        timeout: object = DEFAULT_SENTINEL,
        user_agent: str = "fritidsguide",
        adapter_factory: Callable[..., object] | None = None,
    ) -> None:
        """address: where the service lies, https. token: the operator's own.

        Raises Invalid for an address that is not https, or an empty token.
        """
        parts = urlsplit(address)
        if parts.scheme != "https" or not parts.hostname:
            raise Invalid("geocoder: the service's address must begin with https://")
        if not token:
            raise Invalid("geocoder: a token is needed")
        super().__init__(
            scheme="https",
            timeout=timeout,
            user_agent=user_agent,
            adapter_factory=adapter_factory,
        )
        self._base = address.rstrip("/")
        self._token = token

    def geocode(self, query: str, *, timeout: object = DEFAULT_SENTINEL) -> Location | None:
        """The house number that fits an address best; None if there is none.

        Raises geopy's exceptions: GeocoderTimedOut, GeocoderParseError and the rest.
        """
        parameters = urlencode({"tekst": query, "token": self._token, "maksimum": 1})
        found = self._call_geocoder(
            f"{self._base}/husnumre/soeg?{parameters}", self._hits, timeout=timeout
        )
        if not found:
            return None
        title, identity = found[0]
        return self._call_geocoder(
            f"{self._base}/husnumre/{quote(identity)}?{urlencode({'token': self._token})}",
            lambda answer: self._location(answer, title),
            timeout=timeout,
        )

    @staticmethod
    def _hits(answer: Any) -> list[tuple[str, str]]:
        """Title and id of the house numbers in a search's answer."""
        try:
            return [
                (str(one["titel"]), str(one["id"]))
                for one in answer["fund"]
                if one["type"] == "husnummer"
            ]
        except (KeyError, TypeError) as error:
            raise GeocoderParseError("search: not the answer that is documented") from error

    @staticmethod
    def _location(answer: Any, title: str) -> Location:
        try:
            geometry = answer.get("adgangspunkt") or answer["geometri"]
            east, north = (float(one) for one in geometry["coordinates"][:2])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise GeocoderParseError("detail: no pair of coordinates in it") from error
        lon, lat = _UTM32_TO_WGS84.transform(east, north)
        return Location(title, (lat, lon), answer)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What became of some venues."""

    found: int
    not_found: int
    failed: int
    """The service did not answer, or not as documented."""


def upgrade_venues(
    session: Session, geocoder: Adressevaelger, *, actor: str, at: datetime, limit: int = 500
) -> Upgrade:
    """Look up venues that have an address and a postcode but no point; the caller commits.

    A hit outside the venue's own postcode is no hit. At most `limit` venues a call.
    """
    query = (
        select(Venue)
        .where(Venue.lat.is_(None), Venue.address.is_not(None), Venue.postcode.is_not(None))
        .order_by(Venue.id)
        .limit(limit)
    )
    found = not_found = failed = 0
    entries = []
    for venue in session.scalars(query):
        try:
            hit = geocoder.geocode(f"{venue.address}, {venue.postcode}")
        except GeopyError:
            failed += 1
            continue
        if hit is None or not _is_in(str(hit.address), str(venue.postcode)):
            not_found += 1
            continue
        point = Point(hit.latitude, hit.longitude, ADDRESS_KM)
        venue.lat, venue.lon, venue.uncertainty_km = point.lat, point.lon, point.uncertainty_km
        after: dict[str, object] = {"lat": point.lat, "lon": point.lon}
        entries.append(Entry(Action.UPDATE, Subject.VENUE, venue.id, {"lat": None}, after))
        found += 1
    if entries:
        changes.lock(session)
        session.flush()
        changes.append(session, entries, actor=actor, at=at)
    return Upgrade(found, not_found, failed)


def _is_in(title: str, postcode: str) -> bool:
    return postcode in re.findall(r"\b[0-9]{4}\b", title)
