"""Offers as the JSON of the API: every fact with its source and date, unknown said as such."""

from datetime import date

from catalogue.facts import Basis, Fact
from catalogue.prices import price_to_json
from catalogue.published import PublishedOffer
from catalogue.schedules import format_times, next_dates, schedule_to_json
from catalogue.seasons import exceptions_to_json, period_to_json
from catalogue.vocabulary import Vocabulary


def brief(
    offer: PublishedOffer, km: float | None = None, *, approximate: bool = True
) -> dict[str, object]:
    """An offer as a list shows it."""
    return {
        "id": str(offer.id),
        "source_ids": [source_id.key for source_id in offer.source_ids],
        "title": offer.title,
        "organisation": {"id": str(offer.organisation.id), "name": offer.organisation.name},
        "kind": offer.kind,
        "activities": list(offer.activities),
        "place": {
            "venue": offer.place.venue,
            "address": offer.place.address,
            "postcode": offer.place.postcode,
            "town": offer.place.town,
        },
        "times": None if offer.times is None else format_times(offer.times),
        "price": None if offer.price is None else price_to_json(offer.price),
        "distance_km": None if km is None else round(km, 1),
        "distance_is_approximate": approximate,
        "is_example": offer.is_example,
    }


def full(offer: PublishedOffer, vocabulary: Vocabulary, on: date) -> dict[str, object]:
    """An offer with all that is known of it, and what is not known of its accessibility."""
    return brief(offer) | {
        "description": offer.description,
        "schedule": None if offer.times is None else schedule_to_json(offer.times),
        "next_dates": [
            one.on.isoformat()
            for one in next_dates(
                offer.times, after=on, period=offer.season, exceptions=offer.exceptions
            )
        ]
        if offer.times is not None
        else [],
        "season": None if offer.season is None else period_to_json(offer.season),
        "exceptions": exceptions_to_json(offer.exceptions),
        "room": offer.room,
        "age_from": offer.age_from,
        "age_to": offer.age_to,
        "gender": offer.gender,
        "phone": offer.phone,
        "email": offer.email,
        "website": offer.website,
        "leads_to": None if offer.leads_to is None else str(offer.leads_to),
        "point": None
        if offer.point is None
        else {
            "lat": offer.point.lat,
            "lon": offer.point.lon,
            "uncertainty_km": offer.point.uncertainty_km,
        },
        "access": {fact.code: _access(offer, fact.code) for fact in vocabulary.access_facts},
        "facts": {
            name: _provenance(fact)
            for name, fact in sorted(offer.facts.items())
            if name not in {fact.code for fact in vocabulary.access_facts}
        },
    }


def _access(offer: PublishedOffer, code: str) -> dict[str, object]:
    fact = offer.facts.get(code)
    if fact is None:
        return {"answer": "unknown"}
    found: dict[str, object] = {"answer": offer.answer(code).value, **_provenance(fact)}
    if fact.basis is Basis.PROSE:
        found["likely"] = offer.likely(code).value
        found["quote"] = fact.quote
    return found


def _provenance(fact: Fact) -> dict[str, object]:
    return {
        "basis": fact.basis.value,
        "stated_on": None if fact.stated_on is None else fact.stated_on.isoformat(),
        "source": fact.source,
        "origin": fact.origin,
        "of": fact.of.value,
    }
