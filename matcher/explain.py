"""Reasons: why an offer fits, what speaks against it, and what nobody knows.

Every verdict follows from a fact of the offer, or says that the fact is missing.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from catalogue.answers import Answer
from catalogue.kinds import Gender, Room
from catalogue.places import Point, distance_km
from catalogue.published import PublishedOffer
from matcher.concepts import Spoken
from matcher.index import Index, own_words
from matcher.judged import Found, Judged
from matcher.match import Excluded, Kind, Outcome, Verdict
from matcher.need import Need, travel_minutes
from matcher.times import age_days, share_of_times
from matcher.water import water_between

_OLD_DAYS = 365
_APPROXIMATE_KM = 0.5
_WORTH_SAYING = 1.2  # times as far round the water as straight over it

_SURE_SERVICE = 0.65  # from here an offer's activity is said to be what was meant
_SOME_SERVICE = 0.25  # from here it is said to be like it
_LIKE = 2.0  # standard deviations of meaning from which an offer is said to be like a wish


def exact_km(home: Point | None, offer: PublishedOffer) -> float | None:
    """Geodesic distance in km; None = home or place unknown."""
    if home is None or offer.point is None:
        return None
    return distance_km(home, offer.point)


def is_approximate(home: Point | None, offer: PublishedOffer) -> bool:
    """Whether the distance is worth no more than "about"; true where it is unknown."""
    if home is None or offer.point is None:
        return True
    return home.uncertainty_km + offer.point.uncertainty_km >= _APPROXIMATE_KM


def too_far_round(need: Need, home: Point | None, offer: PublishedOffer) -> bool:
    """Whether a straight line is within reach, and the way round the water is not."""
    if need.reach_km is None or home is None or offer.point is None:
        return False
    water = water_between(home, offer.point)
    return water is not None and water.round_km(home, offer.point) > need.reach_km


def verdicts(
    need: Need,
    index: Index,
    place: int,
    judged: Judged,
    *,
    home: Point | None,
    on: date,
    member: str | None = None,
) -> tuple[Verdict, ...]:
    """Every criterion of the need, held against the offer in one place of what was judged."""
    row = int(judged.rows.numbers[place])
    offer = index.offers[row]
    spoken = index.spoken(row) if judged.found or judged.disliked else {}
    found = [
        *(_access(code, Kind.REQUIRES, offer) for code in need.requires),
        *_interests(index, offer, place, judged, spoken),
        *(_access(code, Kind.WISH, offer) for code in need.wishes),
        *_dislikes(index, offer, place, judged, spoken),
        *_distance(need, offer, place, judged, home),
        *_time(need, offer),
        *_price(need, offer),
        *_age(need, offer),
        *_gender(need, offer),
        *_season(offer, on),
        *_room(offer),
        _freshness(offer, on),
    ]
    if member is None:
        return tuple(found)
    return tuple(
        Verdict(
            one.criterion,
            one.kind,
            one.verdict,
            one.key,
            one.values,
            one.matched,
            one.question_key,
            member,
        )
        for one in found
    )


def excluded(
    need: Need, offer: PublishedOffer, reasons: tuple[str, ...], km: float | None
) -> Excluded:
    """What an offer that breaks hard conditions says of itself."""
    key, values = _exclusion(need, offer, reasons, km)
    return Excluded(offer, reasons, key, values, km)


def _exclusion(
    need: Need, offer: PublishedOffer, reasons: tuple[str, ...], km: float | None
) -> tuple[str, dict[str, object]]:
    if len(reasons) > 1:
        return "excluded.several", {"count": len(reasons)}
    reason = reasons[0]
    if reason == "distance":
        if need.reach is not None and need.mode is not None:
            minutes = need.reach.model_dump()["minutes"]
            return f"excluded.minutes.{need.mode}", {"max_minutes": minutes}
        return "excluded.distance", {"km": km, "max_km": need.reach_km}
    if reason == "age":
        if offer.age_from is not None and need.age is not None and need.age < offer.age_from:
            return "excluded.age_from", {"age_from": offer.age_from}
        return "excluded.age_to", {"age_to": offer.age_to}
    if reason == "gender":
        return f"excluded.gender.{'women' if offer.gender is Gender.WOMEN else 'men'}", {}
    if reason == "price":
        return "excluded.price", {"price": offer.price, "max_kr": need.max_kr_per_month}
    if reason == "room":
        return f"excluded.room.{'paused' if offer.room is Room.PAUSED else 'full'}", {}
    return f"reason.{reason}", {}


def _access(code: str, kind: Kind, offer: PublishedOffer) -> Verdict:
    answer, likely = offer.answer(code), offer.likely(code)
    if answer is Answer.YES:
        return Verdict(code, kind, Outcome.FITS, f"fact.{code}.yes")
    if answer is Answer.NO:
        return Verdict(code, kind, Outcome.BREAKS, f"fact.{code}.no")
    said = {Answer.YES: "likely", Answer.NO: "likely_no", Answer.UNKNOWN: "unknown"}[likely]
    return Verdict(code, kind, Outcome.ASK, f"fact.{code}.{said}", question_key=f"question.{code}")


def _interests(
    index: Index, offer: PublishedOffer, place: int, judged: Judged, spoken: Mapping[str, Spoken]
) -> Iterator[Verdict]:
    for one in judged.found:
        if one.has_word[place]:
            word = _word(index, offer, one)
            values: dict[str, object] = {"wish": one.idea, "word": word}
            yield Verdict("interest", Kind.INTEREST, Outcome.FITS, "interest.word", values, (word,))
            continue
        reason = index.concepts.reason(one.meant, spoken)
        if reason is not None and one.serves[place] >= _SURE_SERVICE:
            yield _by_concept(one.idea, *reason, index)
        elif _is_like(one, place):
            yield Verdict(
                "interest", Kind.INTEREST, Outcome.PARTLY, "interest.likeness", {"wish": one.idea}
            )


def _word(index: Index, offer: PublishedOffer, one: Found) -> str:
    """The offer's word that was found, the telling ones first."""
    texts = own_words(offer, index.concepts.vocabulary)
    return index.terms.word_in(one.sought, "\n".join(texts))


def _is_like(one: Found, place: int) -> bool:
    return bool(one.serves[place] >= _SOME_SERVICE or one.likeness[place] >= _LIKE)


def _by_concept(wish: str, meant: str, held: str, spoken: Spoken, index: Index) -> Verdict:
    """The offer's own word for what is meant, or the activity that its word belongs under."""
    vocabulary = index.concepts.vocabulary
    if held != meant and held in vocabulary.descendants(meant):
        name = vocabulary.activity(meant).name
        values: dict[str, object] = {"wish": wish, "activity": name.lower()}
        key = "interest.broader"
    else:
        key, values = "interest.synonym", {"wish": wish, "word": spoken.word}
    return Verdict("interest", Kind.INTEREST, Outcome.FITS, key, values, (spoken.word,))


def _dislikes(
    index: Index, offer: PublishedOffer, place: int, judged: Judged, spoken: Mapping[str, Spoken]
) -> Iterator[Verdict]:
    for one in judged.disliked:
        if not one.is_it[place]:
            continue
        reason = index.concepts.reason(one.meant, spoken)
        by_name = None if one.has_word[place] else reason
        word = _word(index, offer, one) if by_name is None else by_name[2].word
        yield Verdict(
            "dislike", Kind.DISLIKE, Outcome.BREAKS, "dislike.found", {"word": word}, (word,)
        )


def _distance(
    need: Need, offer: PublishedOffer, place: int, judged: Judged, home: Point | None
) -> Iterator[Verdict]:
    if home is None:
        return
    km = exact_km(home, offer)
    if km is None:
        yield Verdict("distance", Kind.DISTANCE, Outcome.ASK, "distance.unknown")
        return
    values: dict[str, object] = {"km": km}
    outcome = Outcome.FITS
    if need.reach_km is not None:
        # By the index's own distances, so that no verdict speaks against the band.
        about, slack = judged.distance_km[place], judged.slack_km[place]
        if about > need.reach_km:
            yield Verdict("distance", Kind.DISTANCE, Outcome.ASK, "distance.maybe_too_far", values)
            return
        if about + slack > need.reach_km:
            outcome = Outcome.ASK
    key = "distance.approx" if is_approximate(home, offer) else "distance.known"
    assert offer.point is not None  # noqa: S101 - it has a distance
    water = water_between(home, offer.point)
    if water is not None and water.round_km(home, offer.point) > _WORTH_SAYING * km:
        values["water"] = water.name
        if outcome is Outcome.FITS and too_far_round(need, home, offer):
            outcome = Outcome.ASK
        yield Verdict("distance", Kind.DISTANCE, outcome, "distance.water", values)
        return
    if need.mode is not None:
        key = f"{key}.{need.mode}"
        values["minutes"] = travel_minutes(km, need.mode)
    yield Verdict("distance", Kind.DISTANCE, outcome, key, values)


def _time(need: Need, offer: PublishedOffer) -> Iterator[Verdict]:
    if not need.times:
        return
    share = share_of_times(offer, need.times)
    if share is None:
        yield Verdict("time", Kind.TIME, Outcome.ASK, "time.unknown")
        return
    outcome, key = (
        (Outcome.BREAKS, "time.breaks")
        if share == 0
        else (Outcome.FITS, "time.fits")
        if share == 1
        else (Outcome.PARTLY, "time.partly")
    )
    yield Verdict("time", Kind.TIME, outcome, key, {"times": offer.times})


def _price(need: Need, offer: PublishedOffer) -> Iterator[Verdict]:
    if need.max_kr_per_month is None:
        return
    if offer.price is None or offer.price.kr_per_month() is None:
        yield Verdict("price", Kind.PRICE, Outcome.ASK, "price.unknown")
    elif offer.price.is_free:
        yield Verdict("price", Kind.PRICE, Outcome.FITS, "price.free")
    else:
        values: dict[str, object] = {"price": offer.price, "max_kr": need.max_kr_per_month}
        yield Verdict("price", Kind.PRICE, Outcome.FITS, "price.within", values)


def _age(need: Need, offer: PublishedOffer) -> Iterator[Verdict]:
    """Says nothing where no limit is stated: most offers have none and never say so."""
    if offer.age_from is None and offer.age_to is None:
        return
    if need.age is None:
        yield Verdict("age", Kind.AGE, Outcome.ASK, "age.ask")
    else:
        yield Verdict("age", Kind.AGE, Outcome.FITS, "age.fits")


def _gender(need: Need, offer: PublishedOffer) -> Iterator[Verdict]:
    if offer.gender is None:
        return
    if need.gender is None:
        yield Verdict("gender", Kind.GENDER, Outcome.ASK, "gender.ask")
    else:
        key = "gender.women" if offer.gender is Gender.WOMEN else "gender.men"
        yield Verdict("gender", Kind.GENDER, Outcome.FITS, key)


def _season(offer: PublishedOffer, on: date) -> Iterator[Verdict]:
    if offer.season is None:
        return
    if offer.season.first is not None and on < offer.season.first:
        values: dict[str, object] = {"date": offer.season.first}
        yield Verdict("season", Kind.SEASON, Outcome.PARTLY, "season.later", values)
    elif offer.season.last is not None:
        over = offer.season.last < on
        key, outcome = ("season.over", Outcome.PARTLY) if over else ("season.now", Outcome.FITS)
        yield Verdict("season", Kind.SEASON, outcome, key, {"date": offer.season.last})


def _room(offer: PublishedOffer) -> Iterator[Verdict]:
    if offer.room is Room.WAITING_LIST:
        yield Verdict("room", Kind.ROOM, Outcome.PARTLY, "room.waiting_list")
    elif offer.room is Room.OPEN:
        yield Verdict("room", Kind.ROOM, Outcome.FITS, "room.open")


def _freshness(offer: PublishedOffer, on: date) -> Verdict:
    days = age_days(offer, on)
    if days is None:
        return Verdict("freshness", Kind.FRESHNESS, Outcome.PARTLY, "fresh.undated")
    if days == 0:
        return Verdict("freshness", Kind.FRESHNESS, Outcome.FITS, "fresh.today")
    if days < 60:
        return Verdict("freshness", Kind.FRESHNESS, Outcome.FITS, "fresh.days", {"days": days})
    if days <= _OLD_DAYS:
        months = {"months": days // 30}
        return Verdict("freshness", Kind.FRESHNESS, Outcome.FITS, "fresh.months", months)
    years = {"years": days // _OLD_DAYS}
    return Verdict("freshness", Kind.FRESHNESS, Outcome.PARTLY, "fresh.years", years)
