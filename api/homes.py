"""Where a need's home lies. Looked up on this machine; an address is never sent anywhere."""

from catalogue.errors import Invalid, Missing
from catalogue.places import STATED_KM, Gazetteer, Point
from matcher.need import GroupNeed, Need, PointHome, PostcodeHome


def home_point(need: Need, gazetteer: Gazetteer) -> Point | None:
    """The point of a need's home; None if it has none.

    Raises Invalid for a postcode or address that is not known, and outside Denmark.
    """
    home = need.home
    if home is None:
        return None
    if isinstance(home, PostcodeHome):
        try:
            return gazetteer.postcode(home.postcode).point
        except Missing as error:
            raise Invalid("need: home.postcode: not a postcode with an area") from error
    if isinstance(home, PointHome):
        try:
            return Point(home.lat, home.lon, STATED_KM)
        except Invalid as error:
            raise Invalid("need: home: lies outside Denmark") from error
    postcode = next((word for word in home.address.split() if gazetteer.is_postcode(word)), None)
    town = home.address.rsplit(",", maxsplit=1)[-1]
    point = gazetteer.locate(address=home.address, town=town, postcode=postcode)
    if point is None:
        raise Invalid("need: home.address: no known town or postcode in it")
    return point


def home_points(group: GroupNeed, gazetteer: Gazetteer) -> dict[str, Point | None]:
    """The same for every member of a group, by member id."""
    return {str(member.id): home_point(member, gazetteer) for member in group.members}
