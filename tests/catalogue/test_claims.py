"""Who does a job at one of its times, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from catalogue import claims
from catalogue.claims import LEASE, Claim
from catalogue.database import reading, writing
from catalogue.errors import Conflict
from catalogue.run_models import JobClaim

AT = datetime(2026, 12, 1, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def take(engine: Engine, slot: str = "s", *, at: datetime = AT, job: str = "j") -> Claim | None:
    with writing(engine) as session:
        return claims.claim(session, job, slot, holder="test", at=at)


def taken(engine: Engine, slot: str = "s", *, at: datetime = AT) -> Claim:
    found = take(engine, slot, at=at)
    assert found is not None
    return found


def test_a_slot_is_claimed_once(engine: Engine) -> None:
    assert take(engine) is not None
    assert take(engine) is None
    assert take(engine, "another") is not None
    assert take(engine, job="another") is not None


def test_of_many_who_ask_at_once_one_gets_each_slot(engine: Engine) -> None:
    slots = [f"slot {number}" for number in range(25)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda slot: take(engine, slot), slots * 4))
    got = [one for one in found if one is not None]
    assert sorted(one.slot for one in got) == sorted(slots)
    assert len({one.fencing for one in got}) == len(slots)


def test_a_lease_that_ran_out_is_taken_over_with_a_higher_number(engine: Engine) -> None:
    first = taken(engine)
    assert take(engine, at=AT + LEASE - MINUTE) is None
    second = taken(engine, at=AT + LEASE)
    assert second.fencing > first.fencing
    assert second.attempt == 2


def test_who_was_overtaken_cannot_commit(engine: Engine) -> None:
    first = taken(engine)
    taken(engine, at=AT + LEASE)
    with writing(engine) as session, pytest.raises(Conflict, match="was lost"):
        claims.check(session, first, at=AT + LEASE)
    with pytest.raises(Conflict), writing(engine) as session:
        claims.finish(session, first, outcome="done", at=AT)


def test_who_held_on_too_long_cannot_commit_though_nobody_came(engine: Engine) -> None:
    mine = taken(engine)
    with writing(engine) as session, pytest.raises(Conflict, match="was lost"):
        claims.check(session, mine, at=AT + LEASE)


def test_a_lease_that_is_renewed_lasts(engine: Engine) -> None:
    mine = taken(engine)
    with writing(engine) as session:
        claims.renew(session, mine, at=AT + 10 * MINUTE)
    assert take(engine, at=AT + 20 * MINUTE) is None
    with writing(engine) as session:
        claims.check(session, mine, at=AT + 20 * MINUTE)


def test_what_is_finished_is_never_claimed_again(engine: Engine) -> None:
    mine = taken(engine)
    with writing(engine) as session:
        claims.finish(session, mine, outcome="done", at=AT)
    assert take(engine, at=AT + timedelta(days=30)) is None
    with writing(engine) as session, pytest.raises(Conflict):
        claims.check(session, mine, at=AT)


def test_what_is_put_back_is_claimed_when_its_time_has_come(engine: Engine) -> None:
    mine = taken(engine)
    with writing(engine) as session:
        claims.put_back(session, mine, until=AT + 60 * MINUTE, outcome="later", at=AT)
    assert take(engine, at=AT + 59 * MINUTE) is None
    assert taken(engine, at=AT + 60 * MINUTE).attempt == 2


def test_what_may_be_claimed_is_known_without_claiming(engine: Engine) -> None:
    done, held = taken(engine, "done"), taken(engine, "held")
    assert held
    with writing(engine) as session:
        claims.finish(session, done, outcome="done", at=AT)
    for slot, is_open in (("done", False), ("held", False), ("new", True)):
        with reading(engine) as session:
            found = claims.open_slots(session, {"j": slot, "other": "done"}, at=AT)
        assert found == ({"j", "other"} if is_open else {"other"})
    with reading(engine) as session:
        assert claims.open_slots(session, {"j": "held"}, at=AT + LEASE) == {"j"}


def test_old_claims_are_forgotten_and_their_numbers_not_given_again(engine: Engine) -> None:
    numbers = [taken(engine, f"slot {number}").fencing for number in range(3)]
    with writing(engine) as session:
        assert claims.prune(session, at=AT + timedelta(days=91)) == 2
    with reading(engine) as session:
        assert session.scalars(select(JobClaim.fencing)).all() == numbers[-1:]
    assert taken(engine, "new").fencing > max(numbers)
