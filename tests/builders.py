"""Valid things for tests. A test names only the fact that it is about."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from math import cos, radians
from uuid import NAMESPACE_URL, uuid5

from catalogue.facts import Basis, Fact
from catalogue.kinds import Gender, OfferKind, OrganisationKind, Room
from catalogue.places import STATED_KM, Point
from catalogue.prices import Price, PriceUnit
from catalogue.published import Place, PublishedOffer, PublishedOrganisation, SourceId
from catalogue.schedules import parse_times
from catalogue.seasons import parse_period
from catalogue.vocabulary import load_vocabulary
from matcher.build import build_index
from matcher.index import Index
from matcher.need import GroupNeed, Need, read_need

ON = date(2026, 11, 24)
"""The day of the tests."""
HOME = Point(56.3000, 10.4700, STATED_KM)
"""Where the citizens of the tests live: Rønde."""
_KM_PER_DEGREE = 111.3  # of latitude, near Rønde, to a few parts in a thousand


def a_point(*, km_north: float = 0.0, km_east: float = 0.0, uncertainty_km: float = 0.0) -> Point:
    """A point so far from HOME."""
    return Point(
        HOME.lat + km_north / _KM_PER_DEGREE,
        HOME.lon + km_east / (_KM_PER_DEGREE * cos(radians(HOME.lat))),
        uncertainty_km,
    )


def an_offer(
    key: str = "t-1",
    *,
    title: str = "Mandagsholdet",
    organisation: str | None = None,
    organisation_kind: OrganisationKind | None = OrganisationKind.ASSOCIATION,
    kind: OfferKind | None = OfferKind.TEAM,
    description: str | None = None,
    activities: tuple[str, ...] = (),
    point: Point | None = None,
    place: Place = Place(None, None, None, None),  # noqa: B008 - immutable
    times: str | None = None,
    season: str | None = None,
    room: Room | None = None,
    price_kr: str | None = None,
    price_unit: PriceUnit | None = PriceUnit.MONTH,
    age_from: int | None = None,
    age_to: int | None = None,
    gender: Gender | None = None,
    yes: Iterable[str] = (),
    no: Iterable[str] = (),
    likely: Iterable[str] = (),
    likely_no: Iterable[str] = (),
    stated_on: date | None = None,
    origin: str = "en test",
) -> PublishedOffer:
    """An offer of which nothing is known but its names and what the test says.

    organisation: its name; without one the offer is of an organisation of its own.
    times, season: as a cell of the table of offers. yes, no: confirmed access facts by
    code; likely, likely_no: those that only prose speaks of. stated_on: of every fact.
    """
    facts = {"title": Fact(title, Basis.SOURCE, stated_on, "test", origin)}
    for codes, value, basis in (
        (yes, "yes", Basis.SOURCE),
        (no, "no", Basis.SOURCE),
        (likely, "yes", Basis.PROSE),
        (likely_no, "no", Basis.PROSE),
    ):
        facts |= {code: Fact(value, basis, stated_on, "test", origin) for code in codes}
    return PublishedOffer(
        id=uuid5(NAMESPACE_URL, f"https://offer.example/{key}"),
        source_ids=(SourceId("test", key),),
        organisation=PublishedOrganisation(
            id=uuid5(NAMESPACE_URL, f"https://organisation.example/{organisation or key}"),
            name=organisation or "Foreningen af 1903",
            kind=organisation_kind,
            cvr=None,
        ),
        title=title,
        kind=kind,
        description=description,
        activities=activities,
        place=place,
        point=point,
        times=None if times is None else parse_times(times),
        season=None if season is None else parse_period(season),
        exceptions=(),
        room=room,
        price=None if price_kr is None else Price(Decimal(price_kr), price_unit),
        age_from=age_from,
        age_to=age_to,
        gender=gender,
        phone=None,
        email=None,
        website=None,
        leads_to=None,
        facts=facts,
    )


def an_index(*offers: PublishedOffer) -> Index:
    """An index of these offers, with the program's own vocabulary."""
    return build_index(offers, load_vocabulary())


def a_need(**fields: object) -> Need:
    """A need from fields as in its JSON; `from` of a time cannot be a keyword, nor needs it."""
    need = read_need(fields)
    assert isinstance(need, Need)
    return need


def a_group(*members: Need, group_id: str = "g-1") -> GroupNeed:
    """A group of such needs."""
    return GroupNeed(id=group_id, members=members)
