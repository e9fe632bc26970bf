"""Two that a person says are one: shown once, with all that both state, until it is undone."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from api.live import LiveIndex
from catalogue import changes, intake, merging, questions
from catalogue.database import reading, writing
from catalogue.errors import Conflict, Invalid, Missing
from catalogue.facts import Basis
from catalogue.intake import StatedOffer, Tally, offer_id, organisation_id
from catalogue.models import Change, Offer, Organisation, SameDecision, Statement
from catalogue.places import load_gazetteer
from catalogue.published import PublishedOffer, published
from catalogue.statements import Provenance
from catalogue.vocabulary import load_vocabulary
from matcher.browse import BrowseQuery, browse

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
A, B, C = offer_id("dgi", "1"), offer_id("kommunen", "x"), offer_id("avisen", "7")


def take_in(
    engine: Engine,
    source: str,
    key: str,
    organisation: str = "Strikkeklubben",
    organisation_facts: Mapping[str, object] | None = None,
    at: datetime = AT,
    **facts: object,
) -> Tally:
    by = Provenance(source, Basis.SOURCE, at.date())
    offer = StatedOffer(
        key, organisation, {"title": "Strik", **facts}, by, organisation_facts or {}
    )
    with writing(engine) as session:
        return intake.record(session, [offer], source=source, actor=f"import:{source}", at=at)


def merge(engine: Engine, first: UUID, second: UUID) -> int:
    with writing(engine) as session:
        return merging.merge(session, first, second, evidence={}, actor="operator", at=AT).number


def undo(engine: Engine, number: int) -> None:
    with writing(engine) as session:
        merging.undo(session, number, actor="operator", at=AT)


def shown(engine: Engine) -> list[PublishedOffer]:
    with reading(engine) as session:
        return list(published(session, load_gazetteer()))


def three(engine: Engine) -> None:
    take_in(engine, "dgi", "1", "Strikkeklubben", {"cvr": "12345678"}, step_free="yes")
    take_in(engine, "kommunen", "x", "Rønde Strikkeklub", {"phone": "86 00 00 00"}, can_sit="yes")
    take_in(engine, "avisen", "7", "Strikkeklubben i Rønde", price={"kr": "50", "unit": "month"})


def rows_of_the_catalogue(engine: Engine) -> list[object]:
    """All that is stored of what exists, but for the logs."""
    with reading(engine) as session:
        found: list[object] = []
        for model in (Offer, Organisation, Statement):
            table = model.__table__
            found += sorted(map(str, session.execute(select(table)).all()))
        return found


def test_a_merged_offer_is_shown_once_with_all_facts_and_all_source_ids(engine: Engine) -> None:
    three(engine)
    merge(engine, A, B)
    first, other = shown(engine)
    assert (first.id, other.id) == (A, C)
    assert [(one.source, one.key) for one in first.source_ids] == [("dgi", "1"), ("kommunen", "x")]
    assert {"step_free", "can_sit"} <= first.facts.keys()
    assert first.facts["can_sit"].source == "kommunen"


def test_an_import_with_the_merged_source_id_finds_the_merged_offer(engine: Engine) -> None:
    three(engine)
    merge(engine, A, B)
    later = AT + timedelta(days=1)
    same = {"organisation_facts": {"phone": "86 00 00 00"}, "can_sit": "yes"}
    assert take_in(engine, "kommunen", "x", "Rønde Strikkeklub", **same) == Tally((), (), ("x",))
    assert take_in(engine, "kommunen", "x", "Rønde Strikkeklub", at=later, can_sit="no").updated
    first, _ = shown(engine)
    assert first.id == A
    assert first.facts["can_sit"].value == "no"
    with reading(engine) as session:
        last = session.scalars(select(Change).order_by(Change.number.desc())).first()
        assert last is not None and last.after is not None
        offers = select(Offer.id).where(Offer.public_id == A)
        assert last.subject_id == session.scalar(offers)  # logged of where it is shown
        assert "can_sit" in last.after


def test_an_undone_merge_leaves_what_each_said_before_and_since(engine: Engine) -> None:
    three(engine)
    before, stored = shown(engine), rows_of_the_catalogue(engine)
    number = merge(engine, A, B)
    assert rows_of_the_catalogue(engine) != stored
    undo(engine, number)
    assert shown(engine) == before
    assert rows_of_the_catalogue(engine) == stored
    again = merge(engine, A, B)
    take_in(engine, "kommunen", "x", "Rønde Strikkeklub", hearing_loop="yes")
    assert "hearing_loop" in shown(engine)[0].facts
    undo(engine, again)
    first, second, _ = shown(engine)
    assert "hearing_loop" not in first.facts and "hearing_loop" in second.facts


def test_merged_organisations_are_one_to_whoever_reads_offers(engine: Engine) -> None:
    three(engine)
    before = shown(engine)
    one = organisation_id("dgi", "Strikkeklubben")
    other = organisation_id("kommunen", "Rønde Strikkeklub")
    number = merge(engine, one, other)
    first, second, third = shown(engine)
    assert first.organisation == second.organisation != third.organisation
    assert first.organisation.id == one
    assert first.organisation.cvr == "12345678"
    assert first.phone == second.phone == "86 00 00 00"
    take_in(engine, "kommunen", "y", "Rønde Strikkeklub")  # a new offer of the merged one
    assert [o.organisation.id for o in shown(engine)] == [one, one, third.organisation.id, one]
    undo(engine, number)
    assert shown(engine)[:3] == before
    assert shown(engine)[3].organisation.id == other


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_merges_and_their_undoing_in_any_order_give_back_the_same_catalogue(
    engine: Engine, data: st.DataObject
) -> None:
    keys = "abcde"
    for key in keys:
        take_in(engine, key, key, f"Klub {key}", {"phone": f"86 00 00 0{ord(key) % 10}"})
    before, stored = shown(engine), rows_of_the_catalogue(engine)
    ids = [offer_id(key, key) for key in keys]
    ids += [organisation_id(key, f"Klub {key}") for key in keys]
    numbers = []
    for _ in range(data.draw(st.integers(1, 8))):
        first, second = data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(ids))
        try:
            numbers.append(merge(engine, first, second))
        except (Conflict, Invalid):
            continue
    found = shown(engine)
    assert sum(len(offer.source_ids) for offer in found) == len(keys)
    for number in data.draw(st.permutations(numbers)):
        undo(engine, number)
    assert shown(engine) == before
    assert rows_of_the_catalogue(engine) == stored


def test_chains_are_shown_at_their_top_and_part_where_they_are_cut(engine: Engine) -> None:
    three(engine)
    first = merge(engine, B, C)
    second = merge(engine, A, C)
    (only,) = shown(engine)
    assert (only.id, len(only.source_ids)) == (A, 3)
    assert {"step_free", "can_sit", "price"} <= only.facts.keys()
    undo(engine, first)
    assert [(o.id, len(o.source_ids)) for o in shown(engine)] == [(A, 2), (C, 1)]
    undo(engine, second)
    assert len(shown(engine)) == 3


def test_a_merged_offer_stays_while_one_of_its_sources_still_lists_it(engine: Engine) -> None:
    three(engine)
    merge(engine, A, B)
    for source, left in (("dgi", [A, C]), ("kommunen", [C])):
        with writing(engine) as session:
            ids = intake.keys_of(session, source).values()
            intake.withdraw(session, ids, actor=f"import:{source}", at=AT)
        assert [offer.id for offer in shown(engine)] == left
    take_in(engine, "kommunen", "x", "Rønde Strikkeklub", can_sit="yes")
    assert [offer.id for offer in shown(engine)] == [A, C]


def test_the_index_follows_a_merge_its_later_changes_and_its_undoing(engine: Engine) -> None:
    three(engine)
    live = LiveIndex(engine, load_gazetteer(), load_vocabulary())

    def found() -> list[tuple[UUID, bool]]:
        live.refresh()
        results = browse(live.current().index, BrowseQuery()).results
        return sorted((one.offer.id, "can_sit" in one.offer.facts) for one in results)

    before = found()
    assert len(before) == 3
    number = merge(engine, A, B)
    assert found() == sorted([(A, True), (C, False)])
    with writing(engine) as session:
        ids = intake.keys_of(session, "dgi").values()
        intake.withdraw(session, ids, actor="import:dgi", at=AT)
    assert found() == sorted([(A, True), (C, False)])
    houses = (
        organisation_id("avisen", "Strikkeklubben i Rønde"),
        organisation_id("kommunen", "Rønde Strikkeklub"),
    )
    house = merge(engine, *houses)
    assert len(found()) == 2
    undo(engine, house)
    undo(engine, number)
    assert found() == sorted([(B, True), (C, False)])  # dgi no longer lists A
    take_in(engine, "dgi", "1", "Strikkeklubben", step_free="yes")
    assert found() == before


def test_the_change_log_says_who_merged_what_and_who_parted_it(engine: Engine) -> None:
    three(engine)
    undo(engine, merge(engine, A, B))
    with reading(engine) as session:
        rows = changes.since(session, 6)
    told = [
        (row.action, row.actor, row.before, row.after) for row in rows if row.action != "update"
    ]
    assert told == [
        ("merge", "operator", {"merged_into": None}, {"merged_into": str(A)}),
        ("merge", "operator", {"merged": None}, {"merged": str(B)}),
        ("part", "operator", {"merged_into": str(A)}, {"merged_into": None}),
        ("part", "operator", {"merged": str(B)}, {"merged": None}),
    ]


def test_what_was_said_to_be_different_is_not_merged_by_a_detour(engine: Engine) -> None:
    three(engine)
    with writing(engine) as session:
        row = merging.keep_apart(session, A, B, evidence={}, actor="operator", at=AT)
        refused = row.number
    merge(engine, B, C)
    with pytest.raises(Conflict, match=f"decision {refused} says that they are not the same"):
        merge(engine, A, C)
    undo(engine, refused)
    merge(engine, A, C)
    assert len(shown(engine)) == 1


@pytest.mark.parametrize(
    ("first", "second", "error"),
    [
        (A, A, Invalid),
        (A, organisation_id("dgi", "Strikkeklubben"), Invalid),
        (A, offer_id("dgi", "ikke her"), Missing),
    ],
)
def test_what_cannot_be_one_is_refused_and_nothing_is_written(
    engine: Engine, first: UUID, second: UUID, error: type[Exception]
) -> None:
    three(engine)
    stored = rows_of_the_catalogue(engine)
    with pytest.raises(error):
        merge(engine, first, second)
    assert rows_of_the_catalogue(engine) == stored
    with reading(engine) as session:
        assert session.scalars(select(SameDecision)).all() == []


def test_a_decision_is_made_once_and_undone_once(engine: Engine) -> None:
    three(engine)
    number = merge(engine, A, B)
    with pytest.raises(Conflict, match="shown as one already"):
        merge(engine, B, A)
    with pytest.raises(Conflict, match="undo that first"), writing(engine) as session:
        merging.keep_apart(session, A, B, evidence={}, actor="operator", at=AT)
    undo(engine, number)
    with pytest.raises(Conflict, match="undone already"):
        undo(engine, number)
    with pytest.raises(Missing):
        undo(engine, 99)


def test_questions_of_both_stand_at_the_merged_offer_and_part_with_it(engine: Engine) -> None:
    three(engine)
    vocabulary = load_vocabulary()
    with writing(engine) as session:
        questions.ask(session, vocabulary, offer=B, field="step_free", at=AT)
    number = merge(engine, A, B)
    with writing(engine) as session:
        questions.ask(session, vocabulary, offer=B, field="hearing_loop", at=AT)  # an old link
    with reading(engine) as session:
        assert set(questions.open_questions(session, A)) == {"step_free", "hearing_loop"}
    undo(engine, number)
    with reading(engine) as session:
        assert set(questions.open_questions(session, B)) == {"step_free"}
        assert set(questions.open_questions(session, A)) == {"hearing_loop"}


def test_two_keys_of_one_source_can_be_one_and_the_file_still_changes_nothing(
    engine: Engine,
) -> None:
    by = Provenance("dgi", Basis.SOURCE, date(2026, 11, 1))
    file = [
        StatedOffer("1", "Klubben", {"title": "Strik", "step_free": "yes"}, by),
        StatedOffer("2", "Klubben", {"title": "Strik og kaffe", "step_free": "no"}, by),
    ]
    for turn in range(3):
        with writing(engine) as session:
            tally = intake.record(session, file, source="dgi", actor="import:dgi", at=AT)
        assert len(tally.unchanged) == (0 if turn == 0 else 2)
        if turn == 0:
            merge(engine, offer_id("dgi", "1"), offer_id("dgi", "2"))
            with reading(engine) as session:
                number = changes.latest(session)
    with reading(engine) as session:
        assert changes.latest(session) == number
    assert len(shown(engine)) == 1
