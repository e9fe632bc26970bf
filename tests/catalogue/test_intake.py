from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from catalogue import changes, intake
from catalogue.database import reading, writing
from catalogue.facts import Basis, Subject
from catalogue.intake import StatedOffer, Tally
from catalogue.models import Change, Offer, Statement
from catalogue.places import load_gazetteer
from catalogue.published import PublishedOffer, published
from catalogue.statements import RETRACTED, Provenance

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
CLUB = Provenance("dgi", Basis.SOURCE, date(2026, 5, 1))
CURATOR = Provenance("redaktion", Basis.PERSON, date(2026, 4, 1))


def an_offer(
    key: str = "1",
    by: Provenance = CLUB,
    organisation: str = "Strikkeklubben",
    organisation_facts: Mapping[str, object] | None = None,
    **facts: object,
) -> StatedOffer:
    return StatedOffer(key, organisation, {"title": "Strik", **facts}, by, organisation_facts or {})


def take_in(engine: Engine, *offers: StatedOffer, at: datetime = AT) -> Tally:
    with writing(engine) as session:
        return intake.record(session, offers, source="dgi", actor="import:dgi", at=at)


def shown(engine: Engine) -> list[PublishedOffer]:
    with reading(engine) as session:
        return list(published(session, load_gazetteer()))


def test_the_same_word_again_changes_nothing(engine: Engine) -> None:
    offer = an_offer(step_free="yes", place={"postcode": "8410"})
    assert take_in(engine, offer).created == ("1",)
    assert take_in(engine, offer, at=AT + timedelta(days=1)) == Tally((), (), ("1",))
    with reading(engine) as session:
        assert changes.latest(session) == 2  # the organisation and the offer


def test_public_ids_agree_in_two_databases(engine: Engine) -> None:
    take_in(engine, an_offer())
    (offer,) = shown(engine)
    assert str(offer.id) == "2e8ac555-d0aa-5e0d-b9b8-434f938511b9"
    assert offer.id == intake.offer_id("dgi", "1")


def test_a_curators_word_stands_against_a_later_scrape(engine: Engine) -> None:
    take_in(engine, an_offer(step_free="yes"))
    take_in(engine, an_offer(by=CURATOR, step_free="no"))
    later = Provenance("dgi", Basis.SOURCE, date(2026, 11, 1))
    tally = take_in(engine, an_offer(by=later, step_free="yes"))
    assert tally.updated == ("1",)
    (offer,) = shown(engine)
    assert offer.facts["step_free"].value == "no"
    assert offer.facts["step_free"].source == "redaktion"


def test_what_is_left_out_stays_and_a_retraction_takes_it_back(engine: Engine) -> None:
    take_in(engine, an_offer(step_free="yes", description="Vi strikker."))
    take_in(engine, an_offer(description="Vi hækler."))
    assert shown(engine)[0].facts["step_free"].value == "yes"
    take_in(engine, an_offer(step_free=RETRACTED))
    assert "step_free" not in shown(engine)[0].facts


def test_retracting_what_nobody_said_changes_nothing(engine: Engine) -> None:
    take_in(engine, an_offer())
    assert take_in(engine, an_offer(step_free=RETRACTED)).unchanged == ("1",)


def test_coordinates_go_when_the_place_moves(engine: Engine) -> None:
    take_in(engine, an_offer(place={"venue": "Hallen", "lat": 56.3, "lon": 10.5}))
    take_in(engine, an_offer(place={"town": "Rønde"}))
    place = shown(engine)[0].facts["place"].value
    assert place == {"venue": "Hallen", "town": "Rønde"}


def test_a_price_keeps_its_unit_when_only_the_amount_is_said_again(engine: Engine) -> None:
    take_in(engine, an_offer(price={"kr": "100", "unit": "month"}))
    take_in(engine, an_offer(price={"kr": "120"}))
    assert shown(engine)[0].facts["price"].value == {"kr": "120", "unit": "month"}


def test_two_teams_of_one_club_share_organisation_and_venue(engine: Engine) -> None:
    place = {"venue": "Hallen", "postcode": "8410"}
    take_in(
        engine,
        an_offer("1", place=place, organisation="Rønde IF"),
        an_offer("2", place=place, organisation="RØNDE IF "),
    )
    first, second = shown(engine)
    assert first.organisation == second.organisation
    with reading(engine) as session:
        assert len(set(session.scalars(select(Offer.venue_id)))) == 1


def test_a_change_says_what_it_was_and_what_it_is(engine: Engine) -> None:
    take_in(engine, an_offer(step_free="yes"))
    take_in(engine, an_offer(step_free="no"))
    with reading(engine) as session:
        last = session.scalars(select(Change).order_by(Change.number.desc())).first()
        assert last is not None
        assert last.before is not None and last.after is not None
        assert last.before.keys() == last.after.keys() == {"step_free"}
        assert (last.actor, last.action, last.subject) == ("import:dgi", "update", Subject.OFFER)


def test_change_numbers_have_no_gaps(engine: Engine) -> None:
    for number in range(5):
        take_in(engine, an_offer(str(number)))
    with reading(engine) as session:
        numbers = [change.number for change in changes.since(session, 0)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_withdrawn_offer_comes_back_only_by_who_withdrew_it(engine: Engine) -> None:
    take_in(engine, an_offer("1"), an_offer("2"))
    with writing(engine) as session:
        ids = intake.keys_of(session, "dgi")
        intake.withdraw(session, [ids["1"]], actor="import:dgi", at=AT)
        intake.withdraw(session, [ids["2"]], actor="redaktion", at=AT)
    assert shown(engine) == []
    assert take_in(engine, an_offer("1"), an_offer("2")).updated == ("1",)
    assert [offer.source_ids[0].key for offer in shown(engine)] == ["1"]


def test_nothing_stays_when_the_writing_fails(engine: Engine) -> None:
    with pytest.raises(RuntimeError), writing(engine) as session:
        intake.record(session, [an_offer()], source="dgi", actor="import:dgi", at=AT)
        raise RuntimeError
    assert shown(engine) == []


def test_facts_on_rows_are_those_that_follow_from_the_statements(engine: Engine) -> None:
    take_in(engine, an_offer("1", step_free="yes"), an_offer("2", by=CURATOR, step_free="no"))
    take_in(engine, an_offer("1", by=CURATOR, step_free="no", title="Strik og snak"))
    with reading(engine) as session:
        rows = {row.id: row.facts for row in session.scalars(select(Offer))}
        for offer_id, facts in rows.items():
            said = session.scalars(
                select(Statement).where(
                    Statement.subject == Subject.OFFER, Statement.subject_id == offer_id
                )
            ).all()
            assert facts.keys() == {statement.field for statement in said}
            for field, (value, basis, *_) in facts.items():
                people = [s for s in said if s.field == field and s.basis is Basis.PERSON]
                assert not people or (value, basis) == (people[0].value, "person")
