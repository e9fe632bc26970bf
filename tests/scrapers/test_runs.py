"""A source of every format is read, published, and read again; and what a run leaves behind."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from catalogue import intake
from catalogue.database import reading, writing
from catalogue.errors import Conflict
from catalogue.facts import Basis, Subject
from catalogue.intake import StatedOffer
from catalogue.models import Statement, Venue, VenueKey
from catalogue.places import load_gazetteer
from catalogue.published import published
from catalogue.statements import Provenance
from scrapers.outcomes import Outcome
from scrapers.runs import check_source
from tests.scrapers.cases import RECIPE
from tests.scrapers.looking import MANY, TABLE, put, shown
from tests.scrapers.plain_teams import teams
from tests.scrapers.running import Runs
from tests.scrapers.world import Reply
from tests.scrapers.writers import WRITERS, put_up, source_of

# --- every format ---


@pytest.mark.parametrize("format_name", WRITERS)
def test_a_source_of_every_format_is_published_and_read_again(runs: Runs, format_name: str) -> None:
    site = put_up(runs.world, format_name, teams(MANY))
    source = source_of(format_name)
    first = runs.run(source)
    assert (first.outcome, first.reason) == (Outcome.PUBLISHED, None)
    is_venues = format_name == "facilities"
    assert first.counts["venues_created" if is_venues else "created"] == MANY
    before, asked = runs.counts(), len(site.asked)
    second = runs.run(source, days=0.01)
    assert second.outcome is Outcome.PUBLISHED
    assert runs.counts() == before
    again = site.asked[asked:]
    assert len(again) == second.counts["pages"] == second.counts["pages_confirmed"] > 0
    assert all("if-none-match" in one.headers for one in again)


@pytest.mark.parametrize("format_name", WRITERS)
def test_each_statement_says_whence_where_and_when(runs: Runs, format_name: str) -> None:
    put_up(runs.world, format_name, teams(3))
    runs.run(source_of(format_name))
    subject = Subject.VENUE if format_name == "facilities" else Subject.OFFER
    with reading(runs.engine) as session:
        query = select(Statement).where(
            Statement.basis == Basis.SOURCE, Statement.subject == subject
        )
        said = session.scalars(query).all()
    assert len({one.subject_id for one in said}) >= 3
    for one in said:
        assert one.locator, one.field
        assert (one.origin or "").startswith("https://"), one.field
        assert one.fetched_at.date() == runs.now().date()
    dated = {one.stated_on for one in said} - {None}
    assert bool(dated) == (format_name in {"table", "html", "rss", "hsds", "oruk"})


def test_offers_of_all_sources_are_shown(runs: Runs) -> None:
    for format_name in WRITERS:
        put_up(runs.world, format_name, teams(4))
        assert runs.run(source_of(format_name), days=0).outcome is Outcome.PUBLISHED
    assert runs.counts()["offers"] == 4 * (len(WRITERS) - 1)
    with reading(runs.engine) as session:
        venues = session.scalars(select(Venue.name).join(VenueKey)).all()
        offers = list(published(session, load_gazetteer()))
    assert "Møllehuset 2" in venues
    assert len(offers) == 4 * (len(WRITERS) - 1)
    of_table = next(one for one in offers if one.source_ids[0].key == "t-1")
    assert of_table.title == "Strik på hold 1"
    assert of_table.facts["title"].stated_on == date(2026, 11, 1)
    assert of_table.price is not None
    assert of_table.times is not None


def test_a_halls_telephone_is_not_that_of_who_meets_there(runs: Runs) -> None:
    hall = "id;navn;type;adresse;postnr;by;telefon\n1;Hallen;Hal;Torvet 1;8410;Rønde;86 37 20 20\n"
    team = (
        "kilde_id,forening,tilbud,sted,adresse,postnr,by\n"
        "t-1,Klubben,Krolf,Hallen,Torvet 1,8410,Rønde\n"
    )
    runs.world.site("facilities.example", {"/anlaeg.csv": Reply(hall.encode())})
    runs.world.site("table.example", {"/hold.csv": Reply(team.encode())})
    assert runs.run(source_of("facilities")).is_good
    assert runs.run(TABLE).is_good
    with reading(runs.engine) as session:
        (venue,) = session.scalars(select(Venue))
    assert venue.facts["phone"][0]
    offer = shown(runs)["t-1"]
    assert offer.place.venue == "Hallen"
    assert offer.phone is None


# --- what changes ---


def test_what_has_changed_is_stated_and_the_rest_is_left(runs: Runs) -> None:
    found = teams(MANY)
    site = put_up(runs.world, "table", found)
    runs.run(TABLE)
    before = runs.counts()
    put(site, [replace(found[0], price=250), *found[1:], *teams(1, first=99)])
    report = runs.run(TABLE)
    assert report.outcome is Outcome.PUBLISHED
    assert (report.counts["created"], report.counts["updated"]) == (1, 1)
    assert report.counts["same"] == MANY - 1
    price = shown(runs)["t-1"].price
    assert price is not None and price.kr == 250
    assert runs.counts()["offers"] == before["offers"] + 1


def test_what_cannot_be_read_any_more_is_unknown_again(runs: Runs) -> None:
    rows = [
        f'<li class="team" id="h-{number}"><h3>Hold {number}</h3>'
        f'<p class="pris">Pris: 200 kr. om året</p></li>'
        for number in range(12)
    ]
    fields = {name: RECIPE.fields[name] for name in ("key", "title", "price")}
    source = source_of("html", recipe=replace(RECIPE, fields=fields, detail={}))

    def put_rows() -> None:
        body = f"<!DOCTYPE html><html><body><ul class='hold'>{''.join(rows)}</ul></body></html>"
        site.pages["/hold"] = Reply(body.encode())

    site = runs.world.site("html.example")
    put_rows()
    assert runs.run(source).is_good
    assert shown(runs)["h-3"].price is not None
    rows[3] = rows[3].replace("200 kr. om året", "efter aftale med kassereren")
    put_rows()
    report = runs.run(source)
    assert report.is_good
    assert shown(runs)["h-3"].price is None


def test_a_persons_word_stands_whatever_the_source_says(runs: Runs) -> None:
    found = teams(MANY)
    site = put_up(runs.world, "table", found)
    runs.run(TABLE)
    word = Provenance("redaktion", Basis.PERSON, date(2026, 12, 1))
    said = StatedOffer("t-1", "Strik og snak", {"price": {"kr": "10", "unit": "visit"}}, word)
    with writing(runs.engine) as session:
        intake.record(session, [said], source="table", actor="redaktion", at=runs.now())
    put(site, [replace(found[0], price=999), *found[1:]])
    assert runs.run(TABLE).is_good
    price = shown(runs)["t-1"].price
    assert price is not None and price.kr == 10


def test_a_check_changes_nothing_and_says_what_a_run_would_do(runs: Runs) -> None:
    found = teams(MANY)
    site = put_up(runs.world, "table", found)
    report = check_source(runs.engine, TABLE, runs.fetcher, now=runs.now)
    assert (report.outcome, report.run) == (Outcome.PUBLISHED, None)
    assert report.counts["new"] == MANY
    assert set(runs.counts().values()) == {0}
    runs.run(TABLE)
    before = runs.counts()
    put(site, [replace(found[0], price=250), *found[2:]])
    report = check_source(runs.engine, TABLE, runs.fetcher, now=runs.now)
    assert report.difference["missing"] == [{"item": "offer/t-2", "name": found[1].title}]
    (changed,) = report.difference["changed"]  # type: ignore[misc]  # it is JSON for a person
    assert changed["item"] == "offer/t-1"
    assert changed["fields"]["price"][1]["kr"] == "250"
    assert runs.counts() == before


def test_a_source_that_is_off_is_never_asked(runs: Runs) -> None:
    site = put_up(runs.world, "table", teams(3))
    off = replace(TABLE, agreement=None)
    with pytest.raises(Conflict, match="is off"):
        runs.run(off)
    with pytest.raises(Conflict, match="is off"):
        check_source(runs.engine, off, runs.fetcher, now=runs.now)
    assert site.asked == []


def test_a_run_leaves_a_whole_record(runs: Runs) -> None:
    put_up(runs.world, "html", teams(12))
    report = runs.run(source_of("html"))
    row = runs.last_run("html")
    assert row.id == report.run
    assert (row.outcome, row.reason, row.is_full) == ("published", None, True)
    assert row.counts["rows"] == row.counts["created"] == row.filled["title"] == 12
    assert len(row.pages) == 13
    assert all(len(str(one["sha256"])) == 64 for one in row.pages)
    assert row.gates
    assert all(gate["holds"] for gate in row.gates)
    assert row.started_at <= row.finished_at
    assert row.fencing >= 1


def test_a_source_that_cannot_be_had_changes_nothing_and_is_tried_again(runs: Runs) -> None:
    site = put_up(runs.world, "table", teams(MANY))
    runs.run(TABLE)
    before = runs.counts()
    site.pages["/hold.csv"] = Reply(b"down", 503)
    report = runs.run(TABLE)
    assert report.outcome is Outcome.NOT_READ
    assert "503" in (report.reason or "")
    assert runs.counts() == before
    assert runs.last_run("table").outcome == "not_read"
    assert runs.run(TABLE, days=2).outcome is Outcome.NOT_READ
    put(site, teams(MANY))
    assert runs.run(TABLE, days=2).is_good


def test_an_error_that_nobody_expected_is_recorded_and_changes_nothing(runs: Runs) -> None:
    def fail(done: int, known: int) -> None:
        raise ZeroDivisionError("never shown")

    put_up(runs.world, "table", teams(MANY))
    report = runs.run(TABLE, progress=fail)
    assert report.outcome is Outcome.FAILED
    assert "(ZeroDivisionError at test_runs.py:" in (report.reason or "")
    assert "never shown" not in (report.reason or "")
    assert runs.last_run("table").outcome == "failed"
    assert set(runs.counts().values()) == {0}
    assert runs.run(TABLE).is_good


def test_a_list_of_which_one_page_cannot_be_had_is_not_had_at_all(runs: Runs) -> None:
    site = put_up(runs.world, "hsds", teams(MANY))
    runs.run(source_of("hsds"))
    before = runs.counts()
    site.pages["/services?per_page=50&page=2"] = Reply(b"down", 500)
    assert runs.run(source_of("hsds")).outcome is Outcome.NOT_READ
    assert runs.counts() == before


def test_one_entry_whose_own_page_is_gone_stands_as_its_list_says(runs: Runs) -> None:
    site = put_up(runs.world, "html", teams(MANY))
    del site.pages["/hold/7"]
    report = runs.run(source_of("html"))
    assert report.is_good
    assert report.counts["created"] == MANY
    for number in range(1, 8):
        site.pages.pop(f"/hold/{number}", None)
    assert runs.run(source_of("html")).outcome is Outcome.NOT_READ


def test_a_key_is_sent_and_kept_nowhere(runs: Runs) -> None:
    ((path, reply),) = WRITERS["conventus_xml"](teams(4)).items()
    site = runs.world.site("conventus-xml.example", {f"{path}&key=s3cr3t": reply})
    source = source_of("conventus_xml", secret="key")  # noqa: S106 - the parameter's name
    assert runs.run(source, secret="s3cr3t").is_good  # noqa: S106 - stands for a club's key
    assert site.paths[-1].endswith("key=s3cr3t")
    row = runs.last_run("conventus-xml")
    assert "s3cr3t" not in str((row.pages, row.difference, row.counts))
    with reading(runs.engine) as session:
        origins = set(session.scalars(select(Statement.origin)))
    assert origins
    assert "s3cr3t" not in str(origins)
