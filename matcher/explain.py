"""Reasons: why an offer fits, what speaks against it, and what nobody knows.

Every verdict follows from a fact of the offer, or says that the fact is missing.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache, lru_cache

import numpy as np

from catalogue.kinds import Gender, Room
from catalogue.places import Point, distance_km
from catalogue.published import PublishedOffer
from matcher.entry import LIKELY, LIKELY_NO, NO, NO_DAY, UNKNOWN, YES, own_words
from matcher.index import Index
from matcher.judged import Found, Judged
from matcher.match import Excluded, Kind, Outcome, Verdict
from matcher.need import Need, travel_minutes
from matcher.rows import Rows
from matcher.terms import MOST
from matcher.water import Water, water_between, water_near

_OLD_DAYS = 365
_APPROXIMATE_KM = 0.5
_WORTH_SAYING = 1.2  # times as far round the water as straight over it

_SURE_SERVICE = 0.65  # from here an offer's activity is said to be what was meant
_SOME_SERVICE = 0.25  # from here it is said to be like it
_LIKE = 2.0  # standard deviations of meaning from which an offer is said to be like a wish


def exact_km(home: Point | None, offer: PublishedOffer) -> float | None:
    """Distance in km, to a metre; None = home or place unknown."""
    if home is None or offer.point is None:
        return None
    return distance_km(home, offer.point)


def is_approximate(home: Point | None, offer: PublishedOffer) -> bool:
    """Whether the distance is worth no more than "about"; true where it is unknown."""
    if home is None or offer.point is None:
        return True
    return home.uncertainty_km + offer.point.uncertainty_km >= _APPROXIMATE_KM


class Reasons:
    """Makes the verdicts of a need on some offers; what they have in common is made once."""

    def __init__(
        self,
        index: Index,
        need: Need,
        judged: Judged,
        places: Sequence[int],
        *,
        home: Point | None,
        on: date,
        member: str | None = None,
    ) -> None:
        """places: of the offers, in the rows of what was judged. member: whose need it is."""
        self._index = index
        self._need = need
        self._judged = judged
        self._home = home
        self._on = on
        self._member = member
        self._places = list(places)
        self._rows = judged.rows[self._places]
        farthest = float(np.nan_to_num(judged.distance_km[self._places]).max(initial=0.0))
        self._waters: tuple[Water, ...] = () if home is None else water_near(home, farthest)
        self._facts = [
            [(_of_fact(code, kind), index.codes.index(code)) for code in codes]
            for codes, kind in ((need.requires, Kind.REQUIRES), (need.wishes, Kind.WISH))
        ]
        self._answers = index.columns.access[:, self._rows].T.tolist()
        self._found = [_Spoken(index, one, self._places, self._rows) for one in judged.found]
        self._disliked = [_Spoken(index, one, self._places, self._rows) for one in judged.disliked]
        self._stated_on = index.columns.stated_on[self._rows].tolist()

    def too_far_round(self, offer: PublishedOffer) -> bool:
        """Whether a straight line is within reach, and the way round the water is not."""
        need, home = self._need, self._home
        if not self._waters or need.reach_km is None or home is None or offer.point is None:
            return False
        water = water_between(home, offer.point, self._waters)
        return water is not None and water.round_km(home, offer.point) > need.reach_km

    def of(self, number: int, km: float | None) -> tuple[Verdict, ...]:
        """Every criterion of the need, held against one of the offers. km: how far away."""
        row, need = int(self._rows[number]), self._need
        offer = self._index.held[row]
        answers = self._answers[number]
        requires, wishes = self._facts
        found = [said[answers[column]] for said, column in requires]
        for one in self._found:
            verdict = one.interest(number, offer)
            if verdict is not None:
                found.append(verdict)
        found += [said[answers[column]] for said, column in wishes]
        for one in self._disliked:
            verdict = one.dislike(number, offer)
            if verdict is not None:
                found.append(verdict)
        if self._home is not None:
            found.append(self._distance(number, offer, km))
        if need.times:
            found.append(self._time(number, offer))
        if need.max_kr_per_month is not None:
            found.append(_price(need, offer))
        if offer.age_from is not None or offer.age_to is not None:
            found.append(_AGE_ASK if need.age is None else _AGE_FITS)
        if offer.gender is not None:
            found.append(_gender(need, offer.gender))
        if offer.season is not None:
            found.extend(_season(offer, self._on))
        if offer.room is not None and offer.room in _ROOM:
            found.append(_ROOM[offer.room])
        found.append(_freshness(self._stated_on[number], self._on.toordinal()))
        if self._member is None:
            return tuple(found)
        return tuple(one._replace(member=self._member) for one in found)

    def _distance(self, number: int, offer: PublishedOffer, km: float | None) -> Verdict:
        need, home = self._need, self._home
        if km is None:
            return _DISTANCE_UNKNOWN
        assert home is not None and offer.point is not None  # noqa: S101 - it has a distance
        values: dict[str, object] = {"km": km}
        outcome = Outcome.FITS
        if need.reach_km is not None:
            # By the index's own distances, so that no verdict speaks against the band.
            place = self._places[number]
            about, slack = self._judged.distance_km[place], self._judged.slack_km[place]
            if about > need.reach_km:
                return Verdict(
                    "distance", Kind.DISTANCE, Outcome.ASK, "distance.maybe_too_far", values
                )
            if about + slack > need.reach_km:
                outcome = Outcome.ASK
        if self._waters:
            water = water_between(home, offer.point, self._waters)
            if water is not None and water.round_km(home, offer.point) > _WORTH_SAYING * km:
                values["water"] = water.name
                if self.too_far_round(offer):
                    outcome = Outcome.ASK
                return Verdict("distance", Kind.DISTANCE, outcome, "distance.water", values)
        key = "distance.approx" if is_approximate(home, offer) else "distance.known"
        if need.mode is not None:
            key = f"{key}.{need.mode}"
            values["minutes"] = travel_minutes(km, need.mode)
        return Verdict("distance", Kind.DISTANCE, outcome, key, values)

    def _time(self, number: int, offer: PublishedOffer) -> Verdict:
        assert self._judged.times is not None  # noqa: S101 - times were asked for
        share = self._judged.times[self._places[number]]
        if np.isnan(share):
            return _TIME_UNKNOWN
        outcome, key = (
            (Outcome.BREAKS, "time.breaks")
            if share == 0
            else (Outcome.FITS, "time.fits")
            if share == 1
            else (Outcome.PARTLY, "time.partly")
        )
        return Verdict("time", Kind.TIME, outcome, key, {"times": offer.times})


class _Spoken:
    """What some offers say of one idea, and with which of their words."""

    def __init__(self, index: Index, found: Found, places: Sequence[int], rows: Rows) -> None:
        self._index = index
        self._found = found
        self._rows = rows
        self._has_word = found.has_word[places].tolist()
        self._serves = found.serves[places].tolist()
        self._likeness = found.likeness[places].tolist()
        self._is_it = found.is_it[places].tolist()
        self._words: list[str | None] = [None] * len(rows)
        postings, forms = index.terms.postings, index.terms.forms
        for one in found.idea.sought if any(self._has_word) else ():
            if one.is_whole:
                for place, form in postings.forms_in(one.number, rows):
                    if self._words[place] is None and form < MOST:
                        self._words[place] = forms[one.number][form]

    def interest(self, number: int, offer: PublishedOffer) -> Verdict | None:
        """Why this idea is met, if it is."""
        wish = self._found.idea.text
        if self._has_word[number]:
            word = self._word(number, offer)
            values: dict[str, object] = {"wish": wish, "word": word}
            return Verdict(
                "interest", Kind.INTEREST, Outcome.FITS, "interest.word", values, (word,)
            )
        if self._serves[number] >= _SURE_SERVICE:
            return self._by_concept(wish, number)
        if self._serves[number] >= _SOME_SERVICE or self._likeness[number] >= _LIKE:
            return Verdict(
                "interest", Kind.INTEREST, Outcome.PARTLY, "interest.likeness", {"wish": wish}
            )
        return None

    def dislike(self, number: int, offer: PublishedOffer) -> Verdict | None:
        """What of the offer is disliked, if anything plainly is."""
        if not self._is_it[number]:
            return None
        word = (
            self._word(number, offer) if self._has_word[number] else self._best_activity(number)[2]
        )
        return Verdict(
            "dislike", Kind.DISLIKE, Outcome.BREAKS, "dislike.found", {"word": word}, (word,)
        )

    def _word(self, number: int, offer: PublishedOffer) -> str:
        """The offer's word that was found, the telling ones first."""
        word = self._words[number]
        if word is not None:
            return word
        texts = own_words(offer, self._index.vocabulary)
        return self._index.terms.word_in(self._found.idea.sought, "\n".join(texts))

    def _by_concept(self, wish: str, number: int) -> Verdict:
        """The offer's own word for what is meant, or the activity that its word belongs under."""
        meant, held, word = self._best_activity(number)
        vocabulary = self._index.vocabulary
        if held != meant and held in vocabulary.descendants(meant):
            name = vocabulary.activity(meant).name
            values: dict[str, object] = {"wish": wish, "activity": name.lower()}
            key = "interest.broader"
        else:
            key, values = "interest.synonym", {"wish": wish, "word": word}
        return Verdict("interest", Kind.INTEREST, Outcome.FITS, key, values, (word,))

    def _best_activity(self, number: int) -> tuple[str, str, str]:
        """Which activity meant is served best by which of the offer's, and its word for it."""
        index, heard = self._index, self._found.idea.heard
        at = index.spoken.of_row(int(self._rows[number]))
        codes, sure, words = (column[at] for column in index.spoken.columns)
        best = int((heard.wanted[codes] * sure).argmax())
        code = int(codes[best])
        return (
            list(heard.meant)[int(heard.by[code])],
            index.vocabulary.activities[code].code,
            index.words[int(words[best])],
        )


@cache
def _of_fact(code: str, kind: Kind) -> tuple[Verdict, ...]:
    """What is said of one access fact, by what is known of it."""
    said = {NO: "no", YES: "yes", UNKNOWN: "unknown", LIKELY: "likely", LIKELY_NO: "likely_no"}
    outcomes = {NO: Outcome.BREAKS, YES: Outcome.FITS}
    return tuple(
        Verdict(
            code,
            kind,
            outcomes.get(answer, Outcome.ASK),
            f"fact.{code}.{said[answer]}",
            question_key=None if answer in outcomes else f"question.{code}",
        )
        for answer in sorted(said)
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


_DISTANCE_UNKNOWN = Verdict("distance", Kind.DISTANCE, Outcome.ASK, "distance.unknown")
_TIME_UNKNOWN = Verdict("time", Kind.TIME, Outcome.ASK, "time.unknown")
_PRICE_UNKNOWN = Verdict("price", Kind.PRICE, Outcome.ASK, "price.unknown")
_PRICE_FREE = Verdict("price", Kind.PRICE, Outcome.FITS, "price.free")
# Where no limit is stated nothing is said: most offers have none and never say so.
_AGE_ASK = Verdict("age", Kind.AGE, Outcome.ASK, "age.ask")
_AGE_FITS = Verdict("age", Kind.AGE, Outcome.FITS, "age.fits")
_GENDER_ASK = Verdict("gender", Kind.GENDER, Outcome.ASK, "gender.ask")
_GENDER = {
    gender: Verdict("gender", Kind.GENDER, Outcome.FITS, f"gender.{said}")
    for gender, said in ((Gender.WOMEN, "women"), (Gender.MEN, "men"))
}
_ROOM = {
    Room.WAITING_LIST: Verdict("room", Kind.ROOM, Outcome.PARTLY, "room.waiting_list"),
    Room.OPEN: Verdict("room", Kind.ROOM, Outcome.FITS, "room.open"),
}


def _price(need: Need, offer: PublishedOffer) -> Verdict:
    price = offer.price
    if price is None or (not price.is_free and price.kr_per_month() is None):
        return _PRICE_UNKNOWN
    if price.is_free:
        return _PRICE_FREE
    values: dict[str, object] = {"price": price, "max_kr": need.max_kr_per_month}
    return Verdict("price", Kind.PRICE, Outcome.FITS, "price.within", values)


def _gender(need: Need, gender: Gender) -> Verdict:
    return _GENDER_ASK if need.gender is None else _GENDER[gender]


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


@lru_cache(maxsize=4096)
def _freshness(stated_on: int, on: int) -> Verdict:
    """stated_on, on: as `date.toordinal`."""
    if stated_on == NO_DAY:
        return Verdict("freshness", Kind.FRESHNESS, Outcome.PARTLY, "fresh.undated")
    days = max(0, on - stated_on)
    if days == 0:
        return Verdict("freshness", Kind.FRESHNESS, Outcome.FITS, "fresh.today")
    if days < 60:
        return Verdict("freshness", Kind.FRESHNESS, Outcome.FITS, "fresh.days", {"days": days})
    if days <= _OLD_DAYS:
        months = {"months": days // 30}
        return Verdict("freshness", Kind.FRESHNESS, Outcome.FITS, "fresh.months", months)
    years = {"years": days // _OLD_DAYS}
    return Verdict("freshness", Kind.FRESHNESS, Outcome.PARTLY, "fresh.years", years)
