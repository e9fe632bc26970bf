from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from catalogue.facts import Basis, Stated, Subject, current, facts_from_json, facts_to_json

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
A_YES = Stated("yes", Basis.SOURCE, "dgi", date(2026, 5, 1), NOW)


def test_nobody_said_anything_is_unknown() -> None:
    assert current([]) is None


def test_a_person_beats_a_newer_source() -> None:
    person = A_YES._replace(value="no", basis=Basis.PERSON, stated_on=date(2020, 1, 1))
    fact = current([A_YES, person])
    assert fact is not None
    assert (fact.value, fact.basis) == ("no", Basis.PERSON)


def test_a_source_beats_newer_prose() -> None:
    prose = A_YES._replace(value="no", basis=Basis.PROSE, stated_on=date(2026, 11, 1))
    fact = current([prose, A_YES])
    assert fact is not None
    assert fact.value == "yes"


def test_among_sources_the_newer_day_wins_and_undated_is_oldest() -> None:
    newer = A_YES._replace(value="no", source="club", stated_on=date(2026, 6, 1))
    undated = A_YES._replace(value="maybe", source="list", stated_on=None)
    fact = current([undated, newer, A_YES])
    assert fact is not None
    assert fact.source == "club"


def test_a_pinned_value_stands_against_newer_people() -> None:
    pinned = A_YES._replace(basis=Basis.PERSON, pinned=True, stated_on=date(2019, 1, 1))
    newer = A_YES._replace(value="no", basis=Basis.PERSON, stated_on=date(2026, 11, 1))
    fact = current([newer, pinned])
    assert fact is not None
    assert fact.value == "yes"


def test_only_a_retraction_takes_a_fact_back() -> None:
    retraction = A_YES._replace(
        value=None, retracted=True, source="club", stated_on=date(2026, 6, 1)
    )
    assert current([A_YES, retraction]) is None
    older = retraction._replace(stated_on=date(2026, 4, 1))
    assert current([A_YES, older]) is not None


stated = st.builds(
    Stated,
    value=st.sampled_from(["yes", "no"]),
    basis=st.sampled_from(Basis),
    source=st.sampled_from(["a", "b", "c"]),
    stated_on=st.none() | st.dates(date(2020, 1, 1), date(2026, 11, 24)),
    fetched_at=st.integers(0, 5).map(lambda hours: NOW + timedelta(hours=hours)),
    retracted=st.booleans(),
    pinned=st.booleans(),
)


@given(
    st.lists(stated, max_size=6, unique_by=lambda s: (s.source, s.basis)).flatmap(
        lambda found: st.tuples(st.just(found), st.permutations(found))
    )
)
def test_the_order_of_statements_does_not_matter(
    pair: tuple[list[Stated], list[Stated]],
) -> None:
    found, shuffled = pair
    assert current(found) == current(shuffled)


def test_facts_come_back_from_storage_as_they_were() -> None:
    fact = current([A_YES._replace(origin="klubbens side", quote="der er rampe")], Subject.VENUE)
    assert fact is not None
    assert facts_from_json(facts_to_json({"step_free": fact}), Subject.VENUE) == {"step_free": fact}
