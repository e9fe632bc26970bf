"""An index that is changed offer by offer, and what older snapshots of it still show."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.errors import Missing
from catalogue.published import PublishedOffer
from catalogue.vocabulary import load_vocabulary
from matcher.answer import match
from matcher.browse import BrowseQuery, browse
from matcher.build import build_index
from matcher.change import changed, folded
from matcher.index import Index
from tests.builders import HOME, ON, a_need, a_point, an_index, an_offer
from tests.matcher.test_index import same_columns
from tests.matcher.test_properties import DRAFTS, NEEDS, checked, home_of

KEYS = st.integers(0, 5).map(str)
STEPS = st.lists(
    st.tuples(st.lists(st.tuples(KEYS, DRAFTS), max_size=3), st.lists(KEYS, max_size=2)), max_size=5
)
NEED = a_need(
    interests=["strikke"], home={"postcode": "8410"}, reach={"km": 20}, requires=["step_free"]
)


def keys(index: Index, **fields: object) -> list[str]:
    need = NEED.model_copy(update=fields)
    found = match(index, need, home=HOME, on=ON).matches
    return [one.offer.source_ids[0].key for one in found]


def id_of(key: str) -> UUID:
    return an_offer(key).id


@checked
@given(STEPS)
def test_changes_and_a_fold_make_the_same_index_as_building_it(steps) -> None:
    index, held = an_index(), dict[str, PublishedOffer]()
    for moved, withdrawn in steps:
        offers = {key: draft.offer(key) for key, draft in moved}
        leaving = [key for key in withdrawn if key not in offers]
        index = changed(index, offers.values(), [id_of(key) for key in leaving])
        held = {key: one for key, one in (held | offers).items() if key not in leaving}
        assert {one.source_ids[0].key for one in index.offers} == held.keys()
    same_columns(folded(index), an_index(*held.values()))


@checked
@given(STEPS, NEEDS)
def test_what_was_changed_is_found_at_once_as_it_is_after_a_fold(steps, need) -> None:
    index = an_index()
    for moved, withdrawn in steps:
        offers = {key: draft.offer(key) for key, draft in moved}
        index = changed(
            index, offers.values(), [id_of(key) for key in withdrawn if key not in offers]
        )
    at_once = match(index, need, home=home_of(need), on=ON, limit=100)
    later = match(folded(index), need, home=home_of(need), on=ON, limit=100)
    assert {one.offer.id for one in at_once.matches} == {one.offer.id for one in later.matches}
    assert {one.offer.id: one.reasons for one in at_once.excluded} == {
        one.offer.id: one.reasons for one in later.excluded
    }
    assert at_once.excluded_count == later.excluded_count
    said = {one.offer.id: one.verdicts for one in later.matches}
    assert all(one.verdicts == said[one.offer.id] for one in at_once.matches)


@checked
@given(STEPS, NEEDS)
def test_an_older_snapshot_goes_on_showing_what_it_showed(steps, need) -> None:
    index = an_index(an_offer("0", title="Strikke", point=HOME))
    snapshots = []
    for moved, withdrawn in steps:
        snapshots.append((index, match(index, need, home=home_of(need), on=ON)))
        offers = {key: draft.offer(key) for key, draft in moved}
        index = changed(
            index, offers.values(), [id_of(key) for key in withdrawn if key not in offers]
        )
    for older, showed in snapshots:
        assert match(older, need, home=home_of(need), on=ON) == showed


def test_an_offer_is_shown_as_it_is_now_and_no_more_as_it_was() -> None:
    before = an_offer("a", title="Strikke", point=HOME)
    index = an_index(before, an_offer("b", title="Strikke", point=HOME))
    assert sorted(keys(index)) == ["a", "b"]
    moved = changed(index, [an_offer("a", title="Badminton", point=HOME)])
    assert keys(moved) == ["b"]
    assert browse(moved, BrowseQuery(q="badminton")).total == 1
    denied = changed(index, [an_offer("a", title="Strikke", point=HOME, no=["step_free"])])
    assert keys(denied) == ["b"]
    assert keys(changed(denied, [], [id_of("b")])) == []
    with pytest.raises(Missing):
        changed(denied, [], [id_of("b")]).offer(id_of("b"))
    assert sorted(keys(index)) == ["a", "b"]


def test_two_that_were_made_of_one_do_not_see_each_others_offers() -> None:
    base = an_index(an_offer("a", title="Strikke", point=HOME))
    one = changed(base, [an_offer("b", title="Strikke", point=HOME)])
    other = changed(base, [an_offer("c", title="Strikke", point=HOME)])
    assert sorted(keys(one)) == ["a", "b"]
    assert sorted(keys(other)) == ["a", "c"]


def test_a_word_that_no_offer_had_is_found_and_named() -> None:
    index = an_index(an_offer("a", title="Strikke", point=HOME))
    index = changed(index, [an_offer("b", title="Xylofon", point=HOME)])
    (found,) = match(index, a_need(interests=["xylofoner"]), home=None, on=ON).matches
    assert found.verdicts[0].values["word"] == "xylofon"


def test_what_a_venue_has_stated_counts_for_an_offer_that_comes_later() -> None:
    def at(venue: str, key: str, **facts: list[str]) -> PublishedOffer:
        return an_offer(key, title="Strikke", point=HOME, organisation=venue, **facts)

    held = [at("Huset", f"h{n}", yes=["step_free"]) for n in range(6)]
    held += [at("Kroen", f"k{n}", no=["step_free"]) for n in range(6)]
    index = changed(an_index(*held), [at("Huset", "late h"), at("Kroen", "late k")])
    code = index.codes.index("step_free")
    late = [
        int(index.columns.chance[code, index.row_of(id_of(key))]) for key in ("late h", "late k")
    ]
    later = folded(index)
    exact = [
        int(later.columns.chance[code, later.row_of(id_of(key))]) for key in ("late h", "late k")
    ]
    assert late == exact


def test_when_there_is_no_more_room_the_rows_are_sorted_anew() -> None:
    index = build_index([an_offer("0", title="Strikke", point=HOME)], load_vocabulary(), room=4)
    for number in range(1, 12):
        index = changed(
            index,
            [an_offer(str(number), title="Strikke og kaffe", point=a_point(km_north=number))],
            room=4,
        )
        assert len(index) == number + 1
        assert index.count - index.ordered <= 4
    many = [an_offer(str(number), title="Kor", point=HOME) for number in range(30)]
    assert len(changed(index, many)) == 30
    assert len(index) == 12


def test_more_meetings_than_there_is_room_for_are_held_all_the_same() -> None:
    times = "; ".join(
        f"{day} {hour}:00-{hour}:30"
        for day in ("man", "tir", "ons", "tor", "fre")
        for hour in range(8, 20)
    )
    index = build_index([an_offer("a", title="Strikke", point=HOME)], load_vocabulary(), room=2)
    index = changed(index, [an_offer("b", title="Strikke", point=HOME, times=times)], room=2)
    assert sorted(keys(index)) == ["a", "b"]
    (found,) = browse(index, BrowseQuery(q="strikke", day="fri")).results
    assert found.offer.source_ids[0].key == "b"
