"""Postcodes, parishes and towns of Denmark: points with their uncertainty, and look-up.

Everything is found in the files of catalogue/data/gazetteer; nothing is asked of anybody
outside. Data and licences: catalogue/data/README.md.
"""

import csv
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from geopy.distance import geodesic
from rapidfuzz import fuzz, process

from catalogue.danish import fold
from catalogue.errors import Invalid, Missing

GAZETTEER = Path(__file__).parent / "data" / "gazetteer"
SOUTH, NORTH, WEST, EAST = 54.45, 57.85, 7.95, 15.25
"""Denmark's box in degrees, with a little sea: Gedser, Skagen, Blåvand, Christiansø."""

# Uncertainties are what the point is typically wrong by, not the worst there is: with the
# worst (a farm at the edge of a postcode, 10 km off) every hard limit on distance would
# come to nothing. Pages say "ca." from half a kilometre up.
STATED_KM = 0.05  # somebody gave coordinates; five decimals are a metre, people are not
PARISH_KM = 1.0  # most people of a parish live in its village; neighbours are 2-4 km apart
TOWN_KM = 1.0  # most of these towns are under 3 km across
POSTCODE_TOWN_KM = 1.0  # the town of a postcode, where most of its people live
POSTCODE_KM = 1.8  # its middle; measured median to the town of the same name
MUNICIPALITY_KM = 15.0  # the radius of a municipality of ordinary size


_EQUATOR_KM = 6378.137  # WGS84
_ECCENTRICITY_2 = 0.00669437999014  # WGS84, squared
_SHORT_DEGREES = 0.4  # 45 km north, 25 km east here


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the map. Raises Invalid outside Denmark."""

    lat: float
    """WGS84 degrees north."""
    lon: float
    """WGS84 degrees east."""
    uncertainty_km: float
    """How far from the true place the point typically lies, in km, >= 0."""

    def __post_init__(self) -> None:
        if not (SOUTH <= self.lat <= NORTH and WEST <= self.lon <= EAST):
            raise Invalid(f"coordinates {self.lat:.4f}, {self.lon:.4f} lie outside Denmark")
        if not 0 <= self.uncertainty_km < math.inf:
            raise Invalid("a point's uncertainty must be 0 km or more")


def distance_km(home: Point, venue: Point) -> float:
    """Distance as the crow flies between the two points, in km, >= 0.

    Up to 0.4 degrees (45 km north, 25 km east) by the radii of curvature at the middle
    latitude, which is within a metre of the geodesic there; beyond, the geodesic itself
    (Karney 2013, through geopy).
    """
    north, east = venue.lat - home.lat, venue.lon - home.lon
    if not (-_SHORT_DEGREES < north < _SHORT_DEGREES and -_SHORT_DEGREES < east < _SHORT_DEGREES):
        return float(geodesic((home.lat, home.lon), (venue.lat, venue.lon)).km)
    middle = math.radians((home.lat + venue.lat) / 2)
    sine = math.sin(middle)
    bend = 1 - _ECCENTRICITY_2 * sine * sine
    across = _EQUATOR_KM / math.sqrt(bend)  # radius of curvature across the meridian
    along = across * (1 - _ECCENTRICITY_2) / bend
    return math.radians(1) * math.hypot(along * north, across * math.cos(middle) * east)


class PlaceKind(StrEnum):
    POSTCODE = "postcode"
    TOWN = "town"
    PARISH = "parish"
    MUNICIPALITY = "municipality"


@dataclass(frozen=True, slots=True)
class Place:
    """A named place of the gazetteer."""

    kind: PlaceKind
    name: str
    postcode: str | None
    municipality: str | None
    """Four-digit municipality code."""
    point: Point

    @property
    def label(self) -> str:
        """As people read it: `8410 Rønde`, or the name alone."""
        return f"{self.postcode} {self.name}" if self.postcode else self.name


_KINDS = list(PlaceKind)


class Gazetteer:
    """All places of the files, with the ways to find them. Immutable after loading."""

    def __init__(
        self, places: Iterable[Place], names: dict[str, str], areas: dict[str, str]
    ) -> None:
        """places: of every kind. names: name by postcode, also those without an area.
        areas: the postcode that holds the area, by postcode (1050 lies in 1000-1499)."""
        self.places = tuple(places)
        self._names = names
        self._areas = areas
        self._postcodes = {
            place.postcode: place
            for place in self.places
            if place.kind is PlaceKind.POSTCODE and place.postcode
        }
        self._by_name: dict[str, list[Place]] = defaultdict(list)
        for place in self.places:
            self._by_name[fold(place.name)].append(place)
        self._labels = [fold(place.label) for place in self.places]
        self._bare = [fold(place.name) for place in self.places]
        self._found: dict[tuple[str, ...], Point | None] = {}

    def is_postcode(self, code: str) -> bool:
        """True for every postcode in use, with or without an area of its own."""
        return code in self._names

    def postcode(self, code: str) -> Place:
        """The postcode, with the point of its town if that is known, else its middle.

        Raises Missing for a code that is not in use, and for one that has no area, such
        as that of a single company.
        """
        area = self._areas.get(code)
        if area is None:
            known = "has no area of its own" if self.is_postcode(code) else "is not in use"
            raise Missing(f"postcode {code[:8]!r} {known}")
        place = self._postcodes[area]
        return Place(
            place.kind, self._names.get(code, place.name), code, place.municipality, place.point
        )

    def municipality_of(self, code: str) -> str | None:
        """Code of the municipality that holds most of a postcode; None if it has no area."""
        area = self._areas.get(code)
        return None if area is None else self._postcodes[area].municipality

    def locate(
        self,
        *,
        venue: str | None = None,
        address: str | None = None,
        postcode: str | None = None,
        town: str | None = None,
        lat: float | None = None,
        lon: float | None = None,
    ) -> Point | None:
        """The best point for a place, as uncertain as it is; None if nothing is known.

        Stated coordinates first; else a town or parish that is named, in `town` or within
        the venue's name or the address, and lies in the postcode; else the postcode.
        Raises Invalid for coordinates outside Denmark.
        """
        if lat is not None and lon is not None:
            return Point(lat, lon, STATED_KM)
        key = (venue or "", address or "", postcode or "", town or "")
        if key not in self._found:
            if len(self._found) > 50_000:
                self._found.clear()
            self._found[key] = self._locate(*key)
        return self._found[key]

    def _locate(self, venue: str, address: str, postcode: str, town: str) -> Point | None:
        area = self._areas.get(postcode, "")
        # Half the words of an address are the names of towns too ("Vejen 1"), so only within
        # a known postcode do they say where it is.
        for text in (town, address, venue) if area else (town,):
            for name in _names_in(text):
                fitting = [
                    place
                    for place in self._by_name.get(name, ())
                    if place.kind in (PlaceKind.TOWN, PlaceKind.PARISH)
                    and (not area or self._areas.get(place.postcode or "") == area)
                ]
                if len(fitting) == 1 or (fitting and area):
                    return fitting[0].point
        if area:
            return self._postcodes[area].point
        return None

    def search(self, text: str, limit: int = 8) -> list[Place]:
        """Places that somebody may mean who types `text`, the likeliest first.

        Tolerates misspelling and `aa` for `å`; digits are the beginning of a postcode.
        One place a name and postcode: the town before the parish of the same name.
        """
        wanted = fold(text)[:60]
        if not wanted:
            return []
        digits = re.match(r"[0-9]{1,4}", wanted)
        if digits:
            scored = [
                (float(fuzz.ratio(wanted, label)), place)
                for label, place in zip(self._labels, self.places, strict=True)
                if (place.postcode or "").startswith(digits[0]) and place.kind is PlaceKind.POSTCODE
            ]
        else:
            hits = process.extract(
                wanted, self._bare, scorer=fuzz.ratio, score_cutoff=70, limit=4 * limit
            )
            scored = [(score, self.places[number]) for _, score, number in hits]
            scored += [
                (100.0 + 100.0 * len(wanted) / len(name), place)
                for name, place in zip(self._bare, self.places, strict=True)
                if name.startswith(wanted)
            ]
        scored.sort(key=lambda pair: (-pair[0], _KINDS.index(pair[1].kind), pair[1].label))
        found: dict[str, Place] = {}
        for _, place in scored:
            found.setdefault(fold(place.name) if not digits else place.label, place)
            if len(found) == limit:
                break
        return list(found.values())


def _names_in(text: str) -> Iterator[str]:
    """The whole text, then its words, longest first, as they may name a town."""
    folded = fold(text)
    if folded:
        yield folded
        words = re.findall(r"[a-zæøå]{3,}", folded)
        yield from sorted(set(words), key=lambda word: (-len(word), word))


@cache
def load_gazetteer() -> Gazetteer:
    """The gazetteer of the program's own files, read once."""
    postcodes = _rows("dk-postnumre.csv")
    names = {row["postnr"]: row["navn"] for row in _rows("dk-postnumre-navne-alle.csv")}
    areas: dict[str, str] = {}
    places: list[Place] = []
    for row in postcodes:
        code, first, last = row["postnr"], *_range(row["postnr"])
        areas |= {single: code for single in names if first <= single <= last}
        areas[code] = code
        names.setdefault(code, row["navn"])
        in_town = bool(row["lat_by"])
        point = Point(
            float(row["lat_by" if in_town else "lat_centroid"]),
            float(row["lon_by" if in_town else "lon_centroid"]),
            POSTCODE_TOWN_KM if in_town else POSTCODE_KM,
        )
        places.append(Place(PlaceKind.POSTCODE, row["navn"], code, row["kommunekode"], point))
    for row in _rows("dk-byer-geonames.csv"):
        point = Point(float(row["lat"]), float(row["lon"]), TOWN_KM)
        lies_in = row["postnr_polygon"] or None
        places.append(Place(PlaceKind.TOWN, row["navn"], lies_in, row["kommunekode"], point))
    for row in _rows("sogne-oestjylland.csv"):
        point = Point(float(row["lat"]), float(row["lon"]), PARISH_KM)
        lies_in = row["postnr_polygon"] or None
        places.append(Place(PlaceKind.PARISH, row["sogn"], lies_in, row["kommunekode"], point))
    for row in _rows("dk-kommuner.csv"):
        point = Point(float(row["lat"]), float(row["lon"]), MUNICIPALITY_KM)
        place = Place(PlaceKind.MUNICIPALITY, row["kommune"], None, row["kommunekode"], point)
        places.append(place)
    return Gazetteer(places, names, areas)


def _range(code: str) -> tuple[str, str]:
    first, _, last = code.partition("-")
    return first, last or first


def _rows(name: str) -> list[dict[str, str]]:
    with (GAZETTEER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
