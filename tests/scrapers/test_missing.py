"""What a source does not have any more: missing, over, or taken back by its own word."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from catalogue import intake
from catalogue.database import reading, writing
from catalogue.errors import Missing
from catalogue.intake import offer_id
from catalogue.merging import merge
from catalogue.models import Source, SourceKey
from catalogue.places import load_gazetteer
from catalogue.published import published
from catalogue.run_models import SourceAbsence, SourceCursor
from scrapers.absences import absent, withdraw_absent
from scrapers.outcomes import Outcome
from scrapers.publishing import is_asked_about
from tests.scrapers.feeds import FEED, feed_page
from tests.scrapers.looking import MANY, OPENACTIVE, TABLE, absences, pages_asked, put, shown
from tests.scrapers.plain_teams import teams
from tests.scrapers.running import Runs
from tests.scrapers.writers import WRITERS, change, put_up, source_of

# --- what is missing ---


def test_what_is_missing_is_still_shown_and_after_a_while_asked_about(runs: Runs) -> None:
    found = teams(MANY)
    site = put_up(runs.world, "table", found)
    runs.run(TABLE)
    put(site, found[1:])
    asked = []
    for number in range(1, 5):
        assert runs.run(TABLE, days=5).is_good
        assert absences(runs) == {"offer/t-1": number}
        with reading(runs.engine) as session:
            (absence,) = session.scalars(select(SourceAbsence))
        asked.append(is_asked_about(absence, runs.now()))
    assert asked == [False, False, False, True]  # missed on days 0, 5, 10 and 15
    assert "t-1" in shown(runs)
    assert runs.counts()["withdrawn"] == 0
    put(site, found)
    assert runs.run(TABLE).is_good
    assert absences(runs) == {}


def test_a_person_withdraws_what_is_missing_and_it_stays_so(runs: Runs) -> None:
    found = teams(MANY)
    site = put_up(runs.world, "table", found)
    runs.run(TABLE)
    put(site, found[1:])
    runs.run(TABLE)
    with reading(runs.engine) as session:
        (one,) = absent(session, at=runs.now())
        assert absent(session, at=runs.now(), source="another") == []
    assert (one.source, one.key, one.title) == ("table", "t-1", found[0].title)
    assert (one.runs, one.is_asked_about) == (1, False)
    with writing(runs.engine) as session, pytest.raises(Missing, match="nothing is missing"):
        withdraw_absent(session, "table", "t-2", actor="curator", at=runs.now())
    with writing(runs.engine) as session:
        withdraw_absent(session, "table", "t-1", actor="curator", at=runs.now())
    assert "t-1" not in shown(runs)
    with reading(runs.engine) as session:
        assert absent(session, at=runs.now()) == []
    put(site, found)
    report = runs.run(TABLE)
    assert report.is_good
    assert [one["item"] for one in report.difference["back"]] == ["offer/t-1"]  # type: ignore[attr-defined]  # JSON
    assert "t-1" not in shown(runs)


def test_what_is_over_need_not_be_spoken_of_any_more(runs: Runs) -> None:
    site = put_up(runs.world, "ical", teams(MANY))  # all on 5 December
    runs.run(source_of("ical"))
    change(site, WRITERS["ical"](teams(2, first=101)))
    before = runs.run(source_of("ical"), days=1)
    assert before.outcome is Outcome.QUARANTINED
    after = runs.run(source_of("ical"), days=7)
    lost = next(gate for gate in after.gates if gate.name == "lost")
    assert (lost.holds, after.counts["over"], after.counts["missing"]) == (True, MANY, 0)
    assert absences(runs) == {}


# --- feeds of changes ---


def test_a_feed_is_read_on_from_where_it_was_left(runs: Runs) -> None:
    site = put_up(runs.world, "openactive", teams(MANY))
    runs.run(OPENACTIVE)
    with reading(runs.engine) as session:
        assert session.scalar(select(SourceCursor.resume)) == f"{FEED}?after=1"
    newer = [replace(teams(1)[0], price=60), *teams(1, first=99)]
    site.pages["/feed?after=1"] = feed_page(newer, [2], f"{FEED}?after=2")
    site.pages["/feed?after=2"] = feed_page([], [], f"{FEED}?after=2")
    asked = len(site.asked)
    report = runs.run(OPENACTIVE)
    assert pages_asked(site, asked) == ["/feed?after=1", "/feed?after=2"]
    assert report.is_good
    assert (report.counts["created"], report.counts["updated"]) == (1, 1)
    assert report.counts["withdrawn"] == 1
    assert shown(runs).keys() == {f"s-{number}" for number in (1, *range(3, MANY + 1), 99)}
    assert absences(runs) == {}


def test_what_its_source_withdrew_comes_back_with_its_source(runs: Runs) -> None:
    site = put_up(runs.world, "openactive", teams(MANY))
    runs.run(OPENACTIVE)
    site.pages["/feed?after=1"] = feed_page([], [2], f"{FEED}?after=2")
    site.pages["/feed?after=2"] = feed_page([], [], f"{FEED}?after=2")
    runs.run(OPENACTIVE)
    assert "s-2" not in shown(runs)
    site.pages["/feed?after=2"] = feed_page(teams(MANY)[1:2], [], f"{FEED}?after=3")
    site.pages["/feed?after=3"] = feed_page([], [], f"{FEED}?after=3")
    assert runs.run(OPENACTIVE).is_good
    assert "s-2" in shown(runs)


def test_what_a_person_withdrew_stays_withdrawn(runs: Runs) -> None:
    put_up(runs.world, "table", teams(MANY))
    runs.run(TABLE)
    with writing(runs.engine) as session:
        row = session.scalars(select(SourceKey.offer_id).where(SourceKey.key == "t-1")).one()
        intake.withdraw(session, [row], actor="redaktion", at=runs.now())
    assert runs.run(TABLE).is_good
    assert "t-1" not in shown(runs)


def test_an_offer_of_two_sources_is_not_gone_because_one_says_so(runs: Runs) -> None:
    site = put_up(runs.world, "openactive", teams(MANY))
    runs.run(OPENACTIVE)
    with writing(runs.engine) as session:
        row = session.scalars(select(SourceKey.offer_id).where(SourceKey.key == "s-2")).one()
        session.add(Source(id=99, name="en anden", first_seen_at=runs.now()))
        session.flush()
        session.add(SourceKey(source_id=99, key="x", offer_id=row))
    site.pages["/feed?after=1"] = feed_page([], [2], f"{FEED}?after=2")
    site.pages["/feed?after=2"] = feed_page([], [], f"{FEED}?after=2")
    report = runs.run(OPENACTIVE)
    assert (report.is_good, report.counts["withdrawn"]) == (True, 0)


def test_what_was_merged_is_shown_while_one_of_its_sources_has_it(runs: Runs) -> None:
    site = put_up(runs.world, "openactive", teams(MANY))
    put_up(runs.world, "table", teams(MANY))
    assert runs.run(OPENACTIVE).is_good
    assert runs.run(TABLE).is_good
    feed, table = offer_id("openactive", "s-2"), offer_id("table", "t-2")
    with writing(runs.engine) as session:
        merge(session, feed, table, evidence={}, actor="curator", at=runs.now())
    site.pages["/feed?after=1"] = feed_page([], [2], f"{FEED}?after=2")
    site.pages["/feed?after=2"] = feed_page([], [], f"{FEED}?after=2")
    report = runs.run(OPENACTIVE)
    assert (report.is_good, report.counts["withdrawn"]) == (True, 1)
    with reading(runs.engine) as session:
        ids = {one.id for one in published(session, load_gazetteer())}
    assert feed in ids
    assert table not in ids
    assert len(ids) == 2 * MANY - 1
    assert runs.run(TABLE).counts["changed"] == 0


def test_a_feed_whose_next_page_cannot_be_had_keeps_what_it_has_read(runs: Runs) -> None:
    site = put_up(runs.world, "openactive", teams(MANY))
    site.pages["/feed?after=1"] = feed_page(teams(3, first=90), [], f"{FEED}?after=2")
    runs.fetcher = runs.world.fetcher(
        Path(str(runs.folder / "little")), manners=replace(runs.manners, requests_a_day=2)
    )
    report = runs.run(OPENACTIVE)  # robots.txt and one page
    assert (report.is_good, report.counts["created"]) == (True, MANY)
    site.pages["/feed?after=2"] = feed_page([], [], f"{FEED}?after=2")
    runs.fetcher = runs.world.fetcher(runs.folder, manners=runs.manners)
    assert runs.run(OPENACTIVE).counts["created"] == 3
