"""The closed lists of the catalogue: what an organisation, an offer or its room can be.

Each value is what is stored; the Danish word beside it is the one of the table of
offers (docs/tables.md).
"""

from enum import StrEnum


class OrganisationKind(StrEnum):
    ASSOCIATION = "association"
    MUNICIPALITY = "municipality"
    CHURCH = "church"
    EVENING_SCHOOL = "evening_school"
    PATIENT_ASSOCIATION = "patient_association"
    VOLUNTEER_GROUP = "volunteer_group"
    INDEPENDENT_INSTITUTION = "independent_institution"
    COMPANY = "company"


class OfferKind(StrEnum):
    TEAM = "team"
    OPEN_PLACE = "open_place"
    COURSE = "course"
    EVENT = "event"
    VOLUNTEERING = "volunteering"
    COUNSELLING = "counselling"
    GROUP = "group"


class Room(StrEnum):
    """Whether there is room for one more."""

    OPEN = "open"
    WAITING_LIST = "waiting_list"
    FULL = "full"
    PAUSED = "paused"


class Gender(StrEnum):
    """The only gender that an offer admits; an offer without one admits everybody."""

    WOMEN = "women"
    MEN = "men"


ORGANISATION_KINDS = {
    "forening": OrganisationKind.ASSOCIATION,
    "kommune": OrganisationKind.MUNICIPALITY,
    "kirke": OrganisationKind.CHURCH,
    "aftenskole": OrganisationKind.EVENING_SCHOOL,
    "patientforening": OrganisationKind.PATIENT_ASSOCIATION,
    "frivilliggruppe": OrganisationKind.VOLUNTEER_GROUP,
    "selvejende": OrganisationKind.INDEPENDENT_INSTITUTION,
    "virksomhed": OrganisationKind.COMPANY,
}
OFFER_KINDS = {
    "hold": OfferKind.TEAM,
    "åbent sted": OfferKind.OPEN_PLACE,
    "kursus": OfferKind.COURSE,
    "arrangement": OfferKind.EVENT,
    "frivilligt arbejde": OfferKind.VOLUNTEERING,
    "rådgivning": OfferKind.COUNSELLING,
    "gruppe": OfferKind.GROUP,
}
ROOMS = {
    "ledig": Room.OPEN,
    "venteliste": Room.WAITING_LIST,
    "fuldt": Room.FULL,
    "pause": Room.PAUSED,
}
GENDERS = {"kvinder": Gender.WOMEN, "mænd": Gender.MEN}
