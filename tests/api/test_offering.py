import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import icalendar
import pytest
from sqlalchemy import Engine, func, select
from starlette.testclient import TestClient

from api.app import create_app
from api.guards import Limit
from api.pages.offer_view import offer_page
from api.pages.shown import Shown
from catalogue import intake
from catalogue.database import reading, writing
from catalogue.facts import Basis
from catalogue.intake import StatedOffer
from catalogue.models import Question, Remark
from catalogue.statements import Provenance
from catalogue.vocabulary import load_vocabulary
from tests.api.conftest import SETTINGS
from tests.builders import ON, an_offer
from tests.catalogue.test_intake import AT

SAME = {"Sec-Fetch-Site": "same-origin"}
KNOWN = {"step_free": "yes", "hearing_loop": "no"}
FACTS = {
    "title": "Strik",
    "times": {"meetings": [[1, "19:00", "21:00", "every", []]], "original": None},
    "price": {"kr": "50", "unit": "visit"},
    "place": {"venue": "Bystuen", "postcode": "8410", "town": "Rønde"},
    "exceptions": [{"first": "2100-12-21", "last": "2100-12-27"}],
    **KNOWN,
}
OFFER = intake.offer_id("test", "1")
PAGE = f"/tilbud/{OFFER}"


@pytest.fixture
def own(engine: Engine) -> Iterator[TestClient]:
    """The application on one offer of our own."""
    by = Provenance("test", Basis.SOURCE, date(2024, 5, 3), origin="en liste")
    with writing(engine) as session:
        offer = StatedOffer("1", "Klubben", FACTS, by)
        intake.record(session, [offer], source="test", actor="import:test", at=AT)
    with TestClient(create_app(SETTINGS, engine), follow_redirects=False) as client:
        yield client


def rows_of(engine: Engine, model: type[Question] | type[Remark]) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_every_access_fact_is_there_with_its_source_and_date_or_can_be_asked_about(
    own: TestClient,
) -> None:
    page = own.get(PAGE).text
    facts = page.partition('class="all-facts')[2].partition("</article>")[0]
    for fact in load_vocabulary().access_facts:
        asks = f'name="om" value="{fact.code}"' in facts
        assert asks == (fact.code not in KNOWN), fact.code
    known = facts.partition('class="open"')[0]
    assert known.count("<li>") == 2
    assert known.count("3. maj 2024") == 2
    assert known.count("Over 2 år gammelt") == 2
    assert known.count("mark-old") == 1  # the yes; a no stays a no


def test_asking_opens_one_question_and_says_when(own: TestClient, engine: Engine) -> None:
    for _ in range(3):
        answer = own.post(f"{PAGE}/spoerg", data={"om": "can_sit"}, headers=SAME)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"{PAGE}?tak=spurgt"
    assert rows_of(engine, Question) == 1
    page = own.get(answer.headers["location"]).text
    assert "Tak. Vi spørger foreningen" in page
    assert "Vi er bedt om at spørge" in page
    assert 'name="om" value="can_sit"' not in page


def test_what_is_known_or_nothing_at_all_is_not_asked_about(
    own: TestClient, engine: Engine
) -> None:
    for field, status in (("step_free", 409), ("price", 409), ("x", 422), ("x" * 90, 422)):
        answer = own.post(f"{PAGE}/spoerg", data={"om": field}, headers=SAME)
        assert answer.status_code == status, field
    assert own.post(f"{PAGE}/spoerg", headers=SAME).status_code == 422
    nowhere = "/tilbud/60d31a2b-80b8-52b9-8f3f-f69ca7be5e13/spoerg"
    assert own.post(nowhere, data={"om": "can_sit"}, headers=SAME).status_code == 404
    assert rows_of(engine, Question) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Origin": "http://testserver"}, 303),
        ({"Origin": "http://ond.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
@pytest.mark.parametrize("form", ["spoerg", "fejl"])
def test_a_form_is_taken_from_our_own_pages_only(
    own: TestClient, form: str, headers: dict[str, str], status: int
) -> None:
    om = "can_sit" if form == "spoerg" else "times"
    assert own.post(f"{PAGE}/{form}", data={"om": om}, headers=headers).status_code == status


def test_who_sends_forms_without_end_is_told_to_wait(own: TestClient, engine: Engine) -> None:
    own.app.state.forms = Limit(most=2, most_together=9, seconds=600)  # type: ignore[attr-defined] # FastAPI
    codes = ("can_sit", "may_watch", "drop_in")
    answers = [own.post(f"{PAGE}/spoerg", data={"om": one}, headers=SAME) for one in codes]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert 0 < int(answers[2].headers["retry-after"]) <= 600
    assert "Vent lidt, og prøv igen" in answers[2].text
    assert rows_of(engine, Question) == 2


def test_what_is_wrong_is_kept_for_the_curator(own: TestClient, engine: Engine) -> None:
    assert "Er noget forkert?" in own.get(f"{PAGE}/fejl").text
    sent = {"om": "times", "ord": "Det er nu torsdag.\r\nKlokken 20."}
    answer = own.post(f"{PAGE}/fejl", data=sent, headers=SAME)
    assert answer.headers["location"] == f"{PAGE}?tak=fejl"
    with reading(engine) as session:
        kept = session.scalars(select(Remark)).one()
    assert (kept.about, kept.words) == ("times", "Det er nu torsdag.\nKlokken 20.")
    assert kept.handled_at is None
    assert "Tak for hjælpen" in own.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"om": "other", "ord": "Ring 22 33 44 55"}, "Slet telefonnummer og mailadresse"),
        ({"om": "other", "ord": "skriv til mette.hansen@gmail.com"}, "Slet telefonnummer"),
        ({"om": "times", "ord": "cpr 070761-4285 gik her"}, "CPR-nummer"),
        ({"om": "other", "ord": ""}, "Skriv, hvad der er forkert"),
        ({"om": "", "ord": "x"}, "Vælg, hvad der er forkert"),
        ({"om": "<script>", "ord": "x"}, "Vælg, hvad der er forkert"),
        ({"om": "other", "ord": "x" * 1001}, "Teksten er for lang"),
    ],
)
def test_a_remark_that_cannot_be_kept_is_given_back_and_not_stored(
    own: TestClient, engine: Engine, sent: dict[str, str], says: str
) -> None:
    answer = own.post(f"{PAGE}/fejl", data=sent, headers=SAME)
    assert answer.status_code == 422
    assert answer.text.count(says) == 2  # in the summary and at its field
    assert sent["ord"] in answer.text
    assert rows_of(engine, Remark) == 0


def test_the_calendar_has_the_meetings_and_the_days_without(own: TestClient) -> None:
    answer = own.get(f"{PAGE}.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["summary"] == "Strik"
    assert event["rrule"]["FREQ"] == ["WEEKLY"]
    assert event["dtstart"].dt.weekday() == 1
    assert event["dtstart"].dt > datetime.now(UTC)


def test_without_times_there_is_no_calendar(client: TestClient) -> None:
    unknown = client.get("/api/v1/offers?q=klatring").json()["offers"]
    offer = next(one for one in unknown if one["times"] is None)
    assert client.get(f"/tilbud/{offer['id']}.ics").status_code == 404
    assert ".ics" not in client.get(f"/tilbud/{offer['id']}").text


def test_the_page_holds_its_json_ld_as_data(own: TestClient) -> None:
    page = own.get(PAGE).text
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert json.loads(found)["@type"] == "Event"
    assert "<" not in found


def test_an_invented_offer_is_kept_out_of_search_engines(client: TestClient) -> None:
    for one in client.get("/api/v1/offers").json()["offers"]:
        page = client.get(f"/tilbud/{one['id']}").text
        assert ('<meta name="robots" content="noindex">' in page) == one["is_example"]


@pytest.mark.parametrize("charset", ["x", "utf-16", "rot13"])
def test_a_form_in_unknown_characters_is_no_failure_of_ours(own: TestClient, charset: str) -> None:
    kind = f"multipart/form-data; boundary=b; charset={charset}"
    body = b'--b\r\nContent-Disposition: form-data; name="om"\r\n\r\n\xf8\xff\r\n--b--\r\n'
    answer = own.post(f"{PAGE}/spoerg", content=body, headers={"Content-Type": kind, **SAME})
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    ("website", "address"),
    [
        ("strik.example", "https://strik.example"),
        ("http://strik.example/a?b=1", "http://strik.example/a?b=1"),
        ("www.strik.example:8080/å", "https://www.strik.example:8080/å"),
        ("javascript:alert(1)", None),
        ("https://<script>", None),
        ("ring til os", None),
    ],
)
def test_a_website_is_a_link_where_it_can_be_one(website: str, address: str | None) -> None:
    offer = replace(an_offer(), website=website)
    assert offer_page(offer, load_vocabulary(), ON, Shown()).website == address
