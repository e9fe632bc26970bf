"""What must hold of every answer, on scores before any diversity."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.kinds import Gender, Room
from catalogue.places import Point
from catalogue.published import Place, PublishedOffer
from matcher.answer import match
from matcher.judged import Judged
from matcher.match import Band, Kind, Match, Outcome
from matcher.need import Need
from matcher.rows import every
from matcher.score import judge
from tests.builders import HOME, ON, a_need, a_point, an_index, an_offer
from tests.matcher.reference import reference

CODES = ("step_free", "drop_in", "small_group", "calm_setting")
WORDS = ("strikke", "badminton", "kor", "gåtur", "kaffe", "hænder", "turnering")
checked = settings(max_examples=settings().max_examples // 2)  # each example builds indexes
HARD = {Kind.REQUIRES, Kind.DISTANCE, Kind.PRICE}


@dataclass(frozen=True)
class Draft:
    """What a generated offer is made of, so that a test can change one thing."""

    words: tuple[str, ...]
    answers: Mapping[str, str]
    km: float | None
    uncertainty_km: float
    times: str | None
    price_kr: str | None
    age_from: int | None
    gender: Gender | None
    room: Room | None
    venue: str | None
    activity: str | None
    organisation: str | None

    def offer(self, key: str) -> PublishedOffer:
        def with_(said: str) -> list[str]:
            return [code for code, answer in self.answers.items() if answer == said]

        return an_offer(
            key,
            title=" ".join(self.words) or "Åbent hus",
            point=None
            if self.km is None
            else a_point(km_north=self.km, uncertainty_km=self.uncertainty_km),
            times=self.times,
            price_kr=self.price_kr,
            age_from=self.age_from,
            gender=self.gender,
            room=self.room,
            place=Place(self.venue, None, "8410", None),
            activities=() if self.activity is None else (self.activity,),
            organisation=self.organisation,
            yes=with_("yes"),
            no=with_("no"),
            likely=with_("likely"),
            likely_no=with_("likely_no"),
            stated_on=ON,
        )


SAID = st.sampled_from(["yes", "no", "unknown", "likely", "likely_no"])
KM = st.floats(0, 40, allow_nan=False).map(lambda km: round(km, 3))
DRAFTS = st.builds(
    Draft,
    words=st.lists(st.sampled_from(WORDS), max_size=3, unique=True).map(tuple),
    answers=st.fixed_dictionaries(dict.fromkeys(CODES, SAID)),
    km=st.none() | KM,
    uncertainty_km=st.sampled_from([0.0, 1.0, 3.0]),
    times=st.sampled_from([None, "man", "man 13:00", "man 13:00-15:00", "man 10:00-13:00; tor"]),
    price_kr=st.sampled_from([None, "0", "100", "400"]),
    age_from=st.sampled_from([None, 18, 60]),
    gender=st.sampled_from([None, *Gender]),
    room=st.sampled_from([None, *Room]),
    venue=st.sampled_from([None, "Huset", "Hallen"]),
    activity=st.sampled_from([None, "fodbold", "strik", "noget helt andet"]),
    organisation=st.sampled_from([None, "Foreningen", "Klubben"]),
)
CATALOGUES = st.lists(DRAFTS, min_size=1, max_size=6)
SOME_CODES = st.lists(st.sampled_from(CODES), max_size=3, unique=True)
SOME_WORDS = st.lists(st.sampled_from(WORDS), max_size=2, unique=True)
TIMES = [{"days": ["mon"], "from": "12:00", "to": "16:00"}]
NEEDS = st.builds(
    lambda **fields: a_need(**{name: value for name, value in fields.items() if value is not None}),
    interests=SOME_WORDS,
    dislikes=SOME_WORDS,
    home=st.sampled_from([None, {"postcode": "8410"}]),
    reach=st.sampled_from([None, {"km": 5}, {"km": 20}, {"minutes": 30, "mode": "bus"}]),
    requires=SOME_CODES,
    wishes=SOME_CODES,
    age=st.sampled_from([None, 17, 40]),
    gender=st.sampled_from([None, "female", "other"]),
    max_kr_per_month=st.sampled_from([None, 0, 150]),
    times=st.sampled_from([(), TIMES]),
)


def home_of(need: Need) -> Point | None:
    return None if need.home is None else HOME


def offers_of(drafts: list[Draft]) -> list[PublishedOffer]:
    return [draft.offer(str(number)) for number, draft in enumerate(drafts)]


def judged(drafts: list[Draft], need: Need) -> dict[str, tuple[float, bool]]:
    """Score and admission by key; what is not even looked at is out, with nothing."""
    index = an_index(*offers_of(drafts))
    held: Judged = judge(index, need, home=home_of(need), on=ON)
    found = {str(number): (0.0, False) for number in range(len(drafts))}
    for place, row in enumerate(held.rows):
        key = index.offers[row].source_ids[0].key
        found[key] = float(held.score[place]), bool(held.admitted[place])
    return found


def admitted(drafts: list[Draft], need: Need) -> set[str]:
    return {key for key, (_, is_in) in judged(drafts, need).items() if is_in}


def answer(drafts: list[Draft], need: Need) -> Match:
    return match(an_index(*offers_of(drafts)), need, home=home_of(need), on=ON)


def saying(draft: Draft, code: str, said: str) -> Draft:
    return replace(draft, answers={**draft.answers, code: said})


@checked
@given(CATALOGUES, NEEDS, st.sampled_from(CODES), st.sampled_from(["unknown", "likely"]))
def test_learning_that_it_is_so_never_lowers_an_offer(
    drafts: list[Draft], need: Need, code: str, before: str
) -> None:
    first, *others = drafts
    lower = judged([saying(first, code, before), *others], need)["0"][0]
    higher = judged([saying(first, code, "yes"), *others], need)["0"][0]
    assert higher >= lower


@checked
@given(CATALOGUES, NEEDS, st.sampled_from(CODES), st.sampled_from(["unknown", "likely_no"]))
def test_learning_that_it_is_not_so_never_raises_an_offer(
    drafts: list[Draft], need: Need, code: str, before: str
) -> None:
    first, *others = drafts
    higher = judged([saying(first, code, before), *others], need)["0"][0]
    lower = judged([saying(first, code, "no"), *others], need)["0"][0]
    assert lower <= higher


@checked
@given(CATALOGUES, NEEDS)
def test_a_hard_need_never_returns_what_is_known_to_break_it(
    drafts: list[Draft], need: Need
) -> None:
    for one in answer(drafts, need).matches:
        held = drafts[int(one.offer.source_ids[0].key)]
        assert all(held.answers[code] != "no" for code in need.requires)
        assert held.room not in (Room.FULL, Room.PAUSED)
        if need.max_kr_per_month is not None and held.price_kr is not None:
            assert int(held.price_kr) <= need.max_kr_per_month
        if need.age is not None and held.age_from is not None:
            assert need.age >= held.age_from
        if need.gender is not None:
            assert held.gender in {"female": (None, Gender.WOMEN)}.get(need.gender, (None,))


@checked
@given(CATALOGUES, NEEDS, st.sampled_from(CODES))
def test_a_wish_never_changes_who_is_admitted(drafts: list[Draft], need: Need, code: str) -> None:
    wishing = need.model_copy(update={"wishes": tuple({*need.wishes, code})})
    assert admitted(drafts, wishing) == admitted(drafts, need)


@checked
@given(CATALOGUES, NEEDS)
def test_removing_a_hard_condition_never_shrinks_the_answer(
    drafts: list[Draft], need: Need
) -> None:
    before = admitted(drafts, need)
    for code in need.requires:
        rest = tuple(one for one in need.requires if one != code)
        assert before <= admitted(drafts, need.model_copy(update={"requires": rest}))
    for field in ("reach", "max_kr_per_month", "age", "gender"):
        assert before <= admitted(drafts, need.model_copy(update={field: None}))
    assert before <= admitted(drafts, need.model_copy(update={"interests": ()}))


@checked
@given(CATALOGUES, NEEDS, KM, KM)
def test_all_else_equal_further_away_is_never_higher(
    drafts: list[Draft], need: Need, one_km: float, other_km: float
) -> None:
    first, *others = drafts
    near, far = (
        judged([replace(first, km=km), *others], need)["0"] for km in sorted((one_km, other_km))
    )
    assert far[0] <= near[0]
    assert far[1] <= near[1]


@checked
@given(CATALOGUES, NEEDS)
def test_a_score_does_not_hang_on_which_rows_beyond_reach_are_held_against_the_need(
    drafts: list[Draft], need: Need
) -> None:
    index = an_index(*offers_of(drafts))
    some = judge(index, need, home=home_of(need), on=ON)
    among_all = judge(index, need, home=home_of(need), on=ON, rows=every(len(index)))
    at = some.rows
    assert among_all.score[at].tolist() == some.score.tolist()
    assert among_all.admitted[at].tolist() == some.admitted.tolist()
    assert not np.delete(among_all.admitted, at).any()


@checked
@given(CATALOGUES, NEEDS, st.integers())
def test_the_order_of_the_catalogue_changes_nothing(
    drafts: list[Draft], need: Need, seed: int
) -> None:
    offers = offers_of(drafts)
    shuffled = Random(seed).sample(offers, len(offers))
    one, other = (
        match(an_index(*held), need, home=home_of(need), on=ON) for held in (offers, shuffled)
    )
    assert one == other


@checked
@given(CATALOGUES, NEEDS)
def test_bands_verdicts_and_scores_agree(drafts: list[Draft], need: Need) -> None:
    found = answer(drafts, need)
    assert [one.rank for one in found.matches] == list(range(1, len(found.matches) + 1))
    scores = [one.score for one in found.matches]
    assert not scores or scores[0] == max(scores)  # what follows is also chosen for its kind
    # Without a reach the distance is told, but nothing hangs on it.
    hard_kinds = HARD if need.reach is not None else HARD - {Kind.DISTANCE}
    for one in found.matches:
        assert 0.0 <= one.score <= 1.0
        hard = {verdict.verdict for verdict in one.verdicts if verdict.kind in hard_kinds}
        assert Outcome.BREAKS not in hard
        assert (one.band is Band.CONFIRMED) == (Outcome.ASK not in hard)
        judged_kinds = {verdict.kind for verdict in one.verdicts}
        assert (Kind.INTEREST in judged_kinds) == bool(need.interests)
        assert (Kind.DISTANCE in judged_kinds) == (need.home is not None)


@checked
@given(CATALOGUES, NEEDS)
def test_every_offer_is_a_match_or_excluded_or_of_no_interest(
    drafts: list[Draft], need: Need
) -> None:
    found = answer(drafts, need)
    matches = {one.offer.id for one in found.matches}
    out = {one.offer.id for one in found.excluded}
    assert not matches & out
    assert found.excluded_count == len(out)
    assert all(one.reasons for one in found.excluded)
    if not need.interests:
        more = {one.offer.organisation.id: one.more_of_organisation for one in found.matches}
        assert len(matches | out) + sum(more.values()) == len(drafts)


@checked
@given(CATALOGUES, NEEDS)
def test_a_relaxation_gives_what_it_promises(drafts: list[Draft], need: Need) -> None:
    found = answer(drafts, need)
    assert not (found.matches and found.relax)
    for one in found.relax:
        changed: dict[str, object] = {
            "reach": {"reach": one.to},
            "price": {"max_kr_per_month": one.to},
            "requires": {"requires": one.to},
            "interests": {"interests": one.to},
        }[one.change]
        relaxed = a_need(**(need.model_dump(mode="json", by_alias=True) | changed))
        assert len(admitted(drafts, relaxed)) == one.gives > 0


@given(CATALOGUES, NEEDS)
@checked
def test_the_engine_says_what_the_plain_reference_says(drafts: list[Draft], need: Need) -> None:
    index = an_index(*offers_of(drafts))
    held = judge(index, need, home=home_of(need), on=ON)
    plain = reference(index.offers, need, home_of(need))
    seen = set()
    for place, row in enumerate(held.rows):
        key = index.offers[row].source_ids[0].key
        seen.add(key)
        assert bool(held.admitted[place]) == plain[key].is_admitted
        if plain[key].is_admitted:
            assert held.score[place] == pytest.approx(plain[key].score, rel=1e-4, abs=1e-7)
            assert bool(held.confirmed[place]) == plain[key].is_confirmed
    assert not any(plain[key].is_admitted for key in plain.keys() - seen)
