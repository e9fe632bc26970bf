"""Reasons: why an offer fits, what speaks against it, and what nobody knows.

Every verdict follows from a fact of the offer, or says that the fact is missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from math import isnan

from msgspec.structs import replace

from catalogue.kinds import Gender, Room
from catalogue.places import Point, distance_km
from catalogue.published import PublishedOffer
from matcher.entry import own_words
from matcher.index import Index
from matcher.judged import Found, Judged
from matcher.kernels import places as kernel_places
from matcher.kernels import words as kernel_words
from matcher.kernels.compiled import LIKELY, LIKELY_NO, NO, NO_DAY, PLAINLY, UNKNOWN, YES
from matcher.match import Excluded, Kind, Outcome, Verdict
from matcher.need import Need, travel_minutes
from matcher.rows import Rows
from matcher.terms import MOST
from matcher.water import waters_between

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
    """The verdicts of a need on some offers.

    Made criterion by criterion, since most of what one says is the same for many offers.
    """

    km: list[float | None]
    """How far away each is; None = unknown."""
    is_approximate: list[bool]
    """Whether that is worth no more than "about"."""
    too_far_round: list[bool]
    """Whether a straight line is within reach, and the way round the water is not."""
    verdicts: list[tuple[Verdict, ...]]
    """Every criterion of the need, held against each."""

    def __init__(
        self,
        index: Index,
        need: Need,
        judged: Judged,
        places: Rows,
        *,
        home: Point | None,
        on: date,
        member: str | None = None,
    ) -> None:
        """places: of the offers, in the rows of what was judged. member: whose need it is."""
        rows = judged.rows[places]
        offers = [index.held[row] for row in rows.tolist()]
        self.km = [exact_km(home, offer) for offer in offers]
        self.is_approximate = [is_approximate(home, offer) for offer in offers]
        self.too_far_round = [False] * len(offers)
        columns: list[Sequence[Verdict | None]] = []
        columns += _facts(index, need.requires, Kind.REQUIRES, rows)
        columns += [_interests(index, one, places, rows, offers) for one in judged.found]
        columns += _facts(index, need.wishes, Kind.WISH, rows)
        columns += [_dislikes(index, one, places, rows, offers) for one in judged.disliked]
        if home is not None:
            ways = waters_between(home, *kernel_places.degrees(index.columns.vectors, rows))
            reach = need.reach_km
            if reach is not None:
                for place, (_, round_km) in ways.items():
                    self.too_far_round[place] = round_km > reach
            columns.append(self._distances(need.mode, reach, ways, judged, places))
        if judged.times is not None:
            columns.append(_times(judged.times[places].tolist(), offers))
        if need.max_kr_per_month is not None:
            columns.append(_prices(need, offers, index.columns.kr_per_month[rows].tolist()))
        columns.append([_age(need, offer) for offer in offers])
        columns.append([_gender(need, offer) for offer in offers])
        columns.append([_season(offer, on) for offer in offers])
        columns.append([None if offer.room is None else _ROOM.get(offer.room) for offer in offers])
        today = on.toordinal()
        columns.append([_freshness(day, today) for day in index.columns.stated_on[rows].tolist()])
        self.verdicts = [tuple(filter(None, held)) for held in zip(*columns, strict=True)]
        if member is not None:
            self.verdicts = [
                tuple(replace(one, member=member) for one in held) for held in self.verdicts
            ]

    def _distances(
        self,
        mode: str | None,
        reach: float | None,
        ways: Mapping[int, tuple[str, float]],
        judged: Judged,
        places: Rows,
    ) -> list[Verdict]:
        # By the index's own distances, so that no verdict speaks against the band.
        away, slack = judged.distance_km[places].tolist(), judged.slack_km[places].tolist()
        found = []
        for place, km in enumerate(self.km):
            if km is None:
                found.append(_DISTANCE_UNKNOWN)
                continue
            values: dict[str, object] = {"km": km}
            key, outcome = "distance.known", _FITS
            if reach is not None and away[place] + slack[place] > reach:
                outcome = _ASK
            water, round_km = ways.get(place, ("", 0.0))
            if reach is not None and away[place] > reach:
                key = "distance.maybe_too_far"
            elif round_km > _WORTH_SAYING * km:
                key = "distance.water"
                values["water"] = water
                if self.too_far_round[place]:
                    outcome = _ASK
            else:
                if self.is_approximate[place]:
                    key = "distance.approx"
                if mode is not None:
                    key = f"{key}.{mode}"
                    values["minutes"] = travel_minutes(km, mode)
            found.append(Verdict("distance", _DISTANCE, outcome, key, values))
        return found


def _times(shares: Sequence[float], offers: Sequence[PublishedOffer]) -> list[Verdict]:
    """shares: of the times asked for; NaN = unknown."""
    found = []
    for share, offer in zip(shares, offers, strict=True):
        if isnan(share):
            found.append(_TIME_UNKNOWN)
            continue
        outcome, key = _SUITS.get(share, _SUITS_PARTLY)
        found.append(Verdict("time", _TIME, outcome, key, {"times": offer.times}))
    return found


def _prices(need: Need, offers: Sequence[PublishedOffer], prices: Sequence[float]) -> list[Verdict]:
    """prices: a month in kr; NaN = unknown."""
    found = []
    for kr, offer in zip(prices, offers, strict=True):
        if isnan(kr):
            found.append(_PRICE_UNKNOWN)
        elif kr == 0:
            found.append(_PRICE_FREE)
        else:
            values: dict[str, object] = {"price": offer.price, "max_kr": need.max_kr_per_month}
            found.append(Verdict("price", _PRICE, _FITS, "price.within", values))
    return found


def _facts(
    index: Index, codes: Sequence[str], kind: Kind, rows: Rows
) -> Iterator[Sequence[Verdict]]:
    """By code: what is said of that access fact of each offer."""
    for code in codes:
        said = _of_fact(code, kind)
        yield [said[one] for one in index.columns.access[index.codes.index(code), rows].tolist()]


def _interests(
    index: Index, found: Found, places: Rows, rows: Rows, offers: Sequence[PublishedOffer]
) -> Sequence[Verdict | None]:
    """Why each offer meets an idea; None where it does not."""
    wish = found.idea.text
    has_word, serves = found.has_word[places].tolist(), found.serves[places].tolist()
    likeness = found.likeness
    like = [0.0] * len(rows) if likeness is None else likeness[places].tolist()
    words = _words(index, found, rows, offers, has_word)
    activities: _Activities | None = None
    half: Verdict | None = None
    verdicts: list[Verdict | None] = []
    for place, word in enumerate(words):
        if word is not None:
            values: dict[str, object] = {"wish": wish, "word": word}
            verdicts.append(Verdict("interest", _INTEREST, _FITS, "interest.word", values, (word,)))
        elif serves[place] >= _SURE_SERVICE:
            activities = activities or _Activities(index, found, rows)
            verdicts.append(activities.verdict(wish, place))
        elif serves[place] >= _SOME_SERVICE or like[place] >= _LIKE:
            half = half or Verdict(
                "interest", _INTEREST, Outcome.PARTLY, "interest.likeness", {"wish": wish}
            )
            verdicts.append(half)
        else:
            verdicts.append(None)
    return verdicts


def _dislikes(
    index: Index, found: Found, places: Rows, rows: Rows, offers: Sequence[PublishedOffer]
) -> Sequence[Verdict | None]:
    """What of each offer is disliked; None where nothing plainly is."""
    has_word, serves = found.has_word[places].tolist(), found.serves[places].tolist()
    words = _words(index, found, rows, offers, has_word)
    activities = _Activities(index, found, rows)
    verdicts: list[Verdict | None] = []
    for place, known in enumerate(words):
        if known is None and serves[place] < PLAINLY:
            verdicts.append(None)
            continue
        word = activities.best(place)[2] if known is None else known
        values: dict[str, object] = {"word": word}
        verdicts.append(
            Verdict("dislike", Kind.DISLIKE, Outcome.BREAKS, "dislike.found", values, (word,))
        )
    return verdicts


def _words(
    index: Index,
    found: Found,
    rows: Rows,
    offers: Sequence[PublishedOffer],
    has_word: Sequence[bool],
) -> list[str | None]:
    """Each offer's own word that was found, the telling ones first; None where none was."""
    words: list[str | None] = [None] * len(rows)
    if not any(has_word):
        return words
    sought, forms = found.idea.sought, index.terms.forms
    which, form = index.terms.postings.forms_in(sought.keys, sought.is_whole, rows)
    for place, number in enumerate(which):
        if number >= 0 and form[place] < MOST:
            words[place] = forms[sought.numbers[number]][form[place]]
    for place, offer in enumerate(offers):
        if has_word[place] and words[place] is None:
            texts = own_words(offer, index.vocabulary)
            words[place] = index.terms.word_in(sought, "\n".join(texts))
    return words


class _Activities:
    """Which of some offers' activities serve an idea best."""

    def __init__(self, index: Index, found: Found, rows: Rows) -> None:
        self._index = index
        self._heard = found.idea.heard
        codes, sure, words = index.spoken.columns
        best = kernel_words.serve_best(self._heard.wanted, index.spoken.begins, codes, sure, rows)
        has_any = len(codes) > 0
        self._codes: list[int] = codes[best].tolist() if has_any else []
        self._words: list[int] = words[best].tolist() if has_any else []

    def best(self, place: int) -> tuple[str, str, str]:
        """Which activity meant is served best by which of the offer's, and its word for it."""
        code = self._codes[place]
        return (
            self._heard.names[self._heard.by[code]],
            self._index.vocabulary.activities[code].code,
            self._index.words[self._words[place]],
        )

    def verdict(self, wish: str, place: int) -> Verdict:
        """The offer's own word for what is meant, or the activity that its word belongs under."""
        meant, held, word = self.best(place)
        vocabulary = self._index.vocabulary
        if held != meant and held in vocabulary.descendants(meant):
            name = vocabulary.activity(meant).name
            values: dict[str, object] = {"wish": wish, "activity": name.lower()}
            key = "interest.broader"
        else:
            key, values = "interest.synonym", {"wish": wish, "word": word}
        return Verdict("interest", _INTEREST, _FITS, key, values, (word,))


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
    need: Need,
    reach: float | None,
    offer: PublishedOffer,
    reasons: tuple[str, ...],
    km: float | None,
) -> Excluded:
    """What an offer that breaks hard conditions says of itself. reach: the need's, in km."""
    key, values = _exclusion(need, reach, offer, reasons, km)
    return Excluded(offer, reasons, key, values, km)


def _exclusion(
    need: Need,
    reach: float | None,
    offer: PublishedOffer,
    reasons: tuple[str, ...],
    km: float | None,
) -> tuple[str, dict[str, object]]:
    if len(reasons) > 1:
        return "excluded.several", {"count": len(reasons)}
    reason = reasons[0]
    if reason == "distance":
        if need.reach is not None and need.mode is not None:
            minutes = need.reach.model_dump()["minutes"]
            return f"excluded.minutes.{need.mode}", {"max_minutes": minutes}
        return "excluded.distance", {"km": km, "max_km": reach}
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


# Members of an Enum are looked up by name each time, which would cost as much as the rest.
_INTEREST, _DISTANCE, _TIME, _PRICE = Kind.INTEREST, Kind.DISTANCE, Kind.TIME, Kind.PRICE
_FITS, _ASK = Outcome.FITS, Outcome.ASK
_SUITS = {0.0: (Outcome.BREAKS, "time.breaks"), 1.0: (_FITS, "time.fits")}
_SUITS_PARTLY = (Outcome.PARTLY, "time.partly")
_DISTANCE_UNKNOWN = Verdict("distance", Kind.DISTANCE, Outcome.ASK, "distance.unknown")
_TIME_UNKNOWN = Verdict("time", Kind.TIME, Outcome.ASK, "time.unknown")
_PRICE_UNKNOWN = Verdict("price", Kind.PRICE, Outcome.ASK, "price.unknown")
_PRICE_FREE = Verdict("price", Kind.PRICE, Outcome.FITS, "price.free")
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


def _age(need: Need, offer: PublishedOffer) -> Verdict | None:
    # Where no limit is stated nothing is said: most offers have none and never say so.
    if offer.age_from is None and offer.age_to is None:
        return None
    return _AGE_ASK if need.age is None else _AGE_FITS


def _gender(need: Need, offer: PublishedOffer) -> Verdict | None:
    if offer.gender is None:
        return None
    return _GENDER_ASK if need.gender is None else _GENDER[offer.gender]


def _season(offer: PublishedOffer, on: date) -> Verdict | None:
    season = offer.season
    if season is None:
        return None
    if season.first is not None and on < season.first:
        values: dict[str, object] = {"date": season.first}
        return Verdict("season", Kind.SEASON, Outcome.PARTLY, "season.later", values)
    if season.last is None:
        return None
    over = season.last < on
    key, outcome = ("season.over", Outcome.PARTLY) if over else ("season.now", Outcome.FITS)
    return Verdict("season", Kind.SEASON, outcome, key, {"date": season.last})


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
