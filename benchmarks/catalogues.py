"""Catalogues to measure on: the sample, and made ones of any size."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import cos, radians
from pathlib import Path
from random import Random
from uuid import UUID

from api.importing import SAMPLE, SAMPLE_SOURCE, import_file
from api.migrations.run import migrate_catalogue
from catalogue.database import open_database, reading
from catalogue.errors import Invalid
from catalogue.places import Point, load_gazetteer
from catalogue.published import PublishedOffer, SourceId, published
from catalogue.vocabulary import load_vocabulary
from matcher.build import build_index
from matcher.index import Index

_TOWNS = Path(__file__).parent.parent / "catalogue" / "data" / "gazetteer" / "dk-byer-geonames.csv"
_KM_PER_DEGREE = 111.2
_SPREAD_KM = 1.5  # standard deviation of offers and homes around a town's point, each way
_DENSE_KM = 25.0
_LOCAL = (56.3, 10.47)  # Rønde, the middle of Syddjurs


@dataclass(frozen=True)
class Country:
    """Towns, and how often something is drawn to lie in each."""

    towns: tuple[tuple[float, float], ...]
    people: tuple[float, ...]

    def draw(self, chance: Random, uncertainty_km: float) -> Point:
        """A point in or around a town; towns draw by their number of people."""
        while True:
            lat, lon = chance.choices(self.towns, self.people)[0]
            lat += chance.gauss(0, _SPREAD_KM) / _KM_PER_DEGREE
            lon += chance.gauss(0, _SPREAD_KM) / (_KM_PER_DEGREE * cos(radians(lat)))
            try:
                return Point(round(lat, 5), round(lon, 5), uncertainty_km)
            except Invalid:
                continue  # in the sea beyond Denmark's box

    def without(self, other: "Country") -> "Country":
        """The towns that are not the other's."""
        held = [
            (town, people)
            for town, people in zip(self.towns, self.people, strict=True)
            if town not in other.towns
        ]
        return Country(tuple(town for town, _ in held), tuple(people for _, people in held))


@cache
def national() -> Country:
    """All 505 Danish towns of the gazetteer."""
    with _TOWNS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Country(
        tuple((float(row["lat"]), float(row["lon"])) for row in rows),
        tuple(float(row["indbyggere_geonames"] or 500) for row in rows),
    )


@cache
def dense() -> Country:
    """The towns of one municipality and its neighbours: within 25 km of Rønde, all alike.

    Alike, or nearly all of it would lie in the suburbs of Aarhus.
    """
    towns = tuple(
        (lat, lon)
        for lat, lon in national().towns
        if ((lat - _LOCAL[0]) ** 2 + ((lon - _LOCAL[1]) * cos(radians(lat))) ** 2) ** 0.5
        < _DENSE_KM / _KM_PER_DEGREE
    )
    return Country(towns, (1.0,) * len(towns))


def offers_of(folder: Path, table: Path, source: str) -> list[PublishedOffer]:
    """The offers of a table, through a database in `folder`."""
    engine = open_database(f"sqlite:///{folder / f'{table.stem}.sqlite'}")
    migrate_catalogue(engine)
    import_file(engine, table, source)
    with reading(engine) as session:
        offers = list(published(session, load_gazetteer()))
    engine.dispose()
    return offers


def sample_index(folder: Path) -> Index:
    """The index of the sample catalogue."""
    return build_index(offers_of(folder, SAMPLE, SAMPLE_SOURCE), load_vocabulary())


def made_offers(
    sample: Sequence[PublishedOffer], rows: int, country: Country, seed: int = 706
) -> list[PublishedOffer]:
    """`rows` offers without a database: each has its words from one offer of the sample and
    the rest from others, so as unevenly filled as these; and a place of its own.

    The same seed gives the same offers. Facts of the words belong to the offer that the
    access facts come from: only the dates of that are read by the matcher.
    """
    chance = Random(seed)
    organisations = [
        replace(
            (known := chance.choice(sample).organisation),
            id=UUID(int=chance.getrandbits(128)),
            name=f"{known.name} {number:06d}",
        )
        for number in range(max(1, rows // 3))
    ]
    made = []
    for number in range(rows):
        words, facts, rest = (chance.choice(sample) for _ in range(3))
        uncertainty_km = 1.0 if rest.point is None else rest.point.uncertainty_km
        made.append(
            replace(
                words,
                id=UUID(int=chance.getrandbits(128)),
                source_ids=(SourceId("made", f"made-{number:07d}"),),
                organisation=chance.choice(organisations),
                point=country.draw(chance, uncertainty_km),
                facts=facts.facts,
                times=rest.times,
                price=rest.price,
                room=rest.room,
            )
        )
    return made
