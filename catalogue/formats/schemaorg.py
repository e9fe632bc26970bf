"""An offer as schema.org's JSON-LD, for search engines. What is not known is left out.

Prose alone is not knowing: only what somebody has stated becomes true or false here.
"""

from collections.abc import Mapping
from datetime import date

from catalogue.answers import Answer
from catalogue.kinds import Gender, OrganisationKind, Room
from catalogue.places import STATED_KM
from catalogue.prices import Price, PriceUnit
from catalogue.published import PublishedOffer
from catalogue.schedules import Meeting, Weeks, days_without, next_dates
from catalogue.vocabulary import Vocabulary

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SPORTS = ("idraet_", "parasport")
_UNITS = {  # UN/CEFACT codes of time; a visit has none
    PriceUnit.MONTH: ("MON", 1),
    PriceUnit.QUARTER: ("MON", 3),
    PriceUnit.HALF_YEAR: ("MON", 6),
    PriceUnit.YEAR: ("ANN", 1),
}
_ROOM = {
    Room.OPEN: "https://schema.org/InStock",
    Room.FULL: "https://schema.org/SoldOut",
}
_ORGANISATIONS = {
    OrganisationKind.ASSOCIATION: "NGO",
    OrganisationKind.PATIENT_ASSOCIATION: "NGO",
    OrganisationKind.VOLUNTEER_GROUP: "NGO",
    OrganisationKind.MUNICIPALITY: "GovernmentOrganization",
}

Thing = dict[str, object]


def json_ld(
    offer: PublishedOffer, vocabulary: Vocabulary, on: date, url: str | None = None
) -> Thing:
    """An Event; or a SportsActivityLocation, for sport at a known place whose times are not.

    on: today; the next meeting is on a later day. url: address of the offer's page.
    """
    place = _place(offer, vocabulary)
    if place is not None and not _meetings(offer) and _is_sport(offer, vocabulary):
        found = {**place, "@type": "SportsActivityLocation", "name": offer.title}
        found |= _known(url=url, description=offer.description, telephone=offer.phone)
        found["parentOrganization"] = _organisation(offer)
        return {"@context": "https://schema.org", **found}
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": offer.title,
        "organizer": _organisation(offer),
        **_known(
            url=url,
            description=offer.description,
            location=place,
            offers=_offers(offer, url),
            isAccessibleForFree=None if offer.price is None else offer.price.is_free,
            typicalAgeRange=_ages(offer),
            audience=_audience(offer),
        ),
        **_times(offer, on),
    }


def _known(**values: object) -> Thing:
    return {name: value for name, value in values.items() if value is not None}


def _meetings(offer: PublishedOffer) -> tuple[Meeting, ...]:
    return () if offer.times is None else offer.times.meetings


def _is_sport(offer: PublishedOffer, vocabulary: Vocabulary) -> bool:
    codes = [vocabulary.by_word(word) for word in offer.activities]
    return any(
        code is not None and vocabulary.activity(code).main_group.startswith(_SPORTS)
        for code in codes
    )


def _organisation(offer: PublishedOffer) -> Thing:
    kind = offer.organisation.kind
    return {
        "@type": "Organization" if kind is None else _ORGANISATIONS.get(kind, "Organization"),
        "name": offer.organisation.name,
        **_known(url=_address(offer.website), telephone=offer.phone, email=offer.email),
    }


def _address(website: str | None) -> str | None:
    if website is None:
        return None
    return website if website.lower().startswith(("http://", "https://")) else f"https://{website}"


def _place(offer: PublishedOffer, vocabulary: Vocabulary) -> Thing | None:
    """Where it is, with what is stated of the building; None if nobody said where."""
    stated = offer.place
    if not any((stated.venue, stated.address, stated.postcode, stated.town)):
        return None
    features = [
        {
            "@type": "LocationFeatureSpecification",
            "name": fact.label_da,
            "value": offer.answer(fact.code) is Answer.YES,
        }
        for fact in vocabulary.access_facts
        if fact.subject == "venue" and offer.answer(fact.code) is not Answer.UNKNOWN
    ]
    point = offer.point if offer.point and offer.point.uncertainty_km <= STATED_KM else None
    return {
        "@type": "Place",
        **_known(
            name=stated.venue,
            address={
                "@type": "PostalAddress",
                "addressCountry": "DK",
                **_known(
                    streetAddress=stated.address,
                    postalCode=stated.postcode,
                    addressLocality=stated.town,
                ),
            },
            geo=None
            if point is None
            else {"@type": "GeoCoordinates", "latitude": point.lat, "longitude": point.lon},
            amenityFeature=features or None,
        ),
    }


def _offers(offer: PublishedOffer, url: str | None) -> Thing | None:
    room = None if offer.room is None else _ROOM.get(offer.room)
    if offer.price is None and room is None:
        return None
    found: Thing = {"@type": "Offer", **_known(url=url, availability=room)}
    if offer.price is not None:
        found |= {"price": _amount(offer.price), "priceCurrency": "DKK"}
        if offer.price.unit in _UNITS and not offer.price.is_free:
            code, months = _UNITS[offer.price.unit]
            found["priceSpecification"] = {
                "@type": "UnitPriceSpecification",
                "price": _amount(offer.price),
                "priceCurrency": "DKK",
                "unitCode": code,
                "referenceQuantity": {
                    "@type": "QuantitativeValue",
                    "value": months,
                    "unitCode": code,
                },
            }
    return found


def _amount(price: Price) -> str:
    return f"{price.kr:.2f}".removesuffix(".00")


def _ages(offer: PublishedOffer) -> str | None:
    if offer.age_from is None and offer.age_to is None:
        return None
    return "-".join("" if age is None else str(age) for age in (offer.age_from, offer.age_to))


def _audience(offer: PublishedOffer) -> Mapping[str, object] | None:
    if offer.gender is None:
        return None
    gender = "female" if offer.gender is Gender.WOMEN else "male"
    return {"@type": "PeopleAudience", "suggestedGender": gender}


def _times(offer: PublishedOffer, on: date) -> Thing:
    meetings = _meetings(offer)
    if offer.times is None or not meetings:
        return {}
    coming = next_dates(
        offer.times, after=on, period=offer.season, exceptions=offer.exceptions, count=1
    )
    found: Thing = {"eventSchedule": [_schedule(offer, meeting, on) for meeting in meetings]}
    if coming:
        day, starts = coming[0].on, coming[0].starts
        found["startDate"] = f"{day}" if starts is None else f"{day}T{starts:%H:%M}"
    if offer.room is Room.PAUSED:
        found["eventStatus"] = "https://schema.org/EventPostponed"
    return found


def _schedule(offer: PublishedOffer, meeting: Meeting, on: date) -> Thing:
    season = offer.season
    days = [day.isoformat() for day in days_without(meeting, offer.exceptions, on)]
    return {
        "@type": "Schedule",
        "byDay": f"https://schema.org/{_DAYS[meeting.weekday]}",
        "scheduleTimezone": "Europe/Copenhagen",
        "repeatFrequency": "P1M"
        if meeting.nth
        else ("P1W" if meeting.weeks is Weeks.EVERY else "P2W"),
        **_known(
            byMonthWeek=list(meeting.nth) or None,
            startTime=None if meeting.starts is None else f"{meeting.starts:%H:%M}",
            endTime=None if meeting.ends is None else f"{meeting.ends:%H:%M}",
            startDate=None if season is None or season.first is None else str(season.first),
            endDate=None if season is None or season.last is None else str(season.last),
            exceptDate=days or None,
        ),
    }
