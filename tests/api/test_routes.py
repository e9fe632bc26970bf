import json
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from catalogue import intake
from catalogue.database import reading, writing
from catalogue.facts import Basis
from catalogue.intake import StatedOffer
from catalogue.models import Change, Statement
from catalogue.statements import Provenance
from tests.catalogue.test_intake import AT

NEED = {
    "id": "n-1",
    "interests": ["strikke", "noget med dyr"],
    "home": {"postcode": "8410"},
    "reach": {"km": 20},
    "requires": ["step_free"],
    "wishes": ["met_at_door"],
    "age": 44,
    "max_kr_per_month": 200,
    "times": [{"days": ["tue"], "from": "10:00", "to": "16:00"}],
}
CANARY = "hemmelig-7c1f"


def counts(engine: Engine) -> tuple[int, int]:
    with reading(engine) as session:
        return (
            session.scalar(select(func.count()).select_from(Statement)) or 0,
            session.scalar(select(func.count()).select_from(Change)) or 0,
        )


def test_a_match_has_the_form_of_the_contract_and_stores_nothing(
    own_client: TestClient, engine: Engine
) -> None:
    before = counts(engine)
    answer = own_client.post("/api/v1/matches?limit=5", json=NEED)
    assert answer.status_code == 200
    found = answer.json()
    assert (found["need"], found["language"]) == ("n-1", "da")
    assert found.keys() >= {"on", "matches", "excluded", "excluded_count", "meaning_model"}
    assert 1 <= len(found["matches"]) <= 5
    for rank, one in enumerate(found["matches"], start=1):
        assert one["rank"] == rank
        assert one["band"] in ("confirmed", "ask_first")
        assert 0 <= one["score"] <= 1
        UUID(one["offer"])
        assert one["source_ids"]
        for verdict in one["verdicts"]:
            assert verdict["verdict"] in ("fits", "partly", "ask", "breaks")
            assert verdict["text"] and "{" not in verdict["text"]
            if verdict["kind"] == "requires":
                assert verdict["verdict"] != "breaks"
                assert (verdict["verdict"] == "ask") == ("question" in verdict)
    scores = [one["score"] for one in found["matches"]]
    assert scores == sorted(scores, reverse=True)
    assert len(found["excluded"]) == min(50, found["excluded_count"])
    assert all(one["reasons"] and one["text"] for one in found["excluded"])
    assert counts(engine) == before


def test_a_group_names_the_member_of_each_verdict(client: TestClient) -> None:
    group = {"id": "g-1", "members": [{**NEED, "id": "a"}, {**NEED, "id": "b", "age": 70}]}
    found = client.post("/api/v1/matches?language=en", json=group).json()
    assert (found["need"], found["language"]) == ("g-1", "en")
    members = {verdict["member"] for one in found["matches"] for verdict in one["verdicts"]}
    assert members == {"a", "b"}


def test_a_group_on_paper_names_nobody(client: TestClient) -> None:
    members = [
        {"id": "anna", "interests": ["strik"], "requires": ["step_free"]},
        {"id": "bo", "home": {"postcode": "8410"}, "wishes": ["can_sit"]},
    ]
    answer = client.post("/api/v1/matches?paper=true", json={"id": "g", "members": members})
    told = answer.json()
    assert told["matches"]
    assert "anna" not in answer.text
    assert not any("member" in one for match in told["matches"] for one in match["verdicts"])
    assert {match["distance_km"] for match in told["matches"]} == {None}
    assert told["excluded"] == []


def test_an_empty_answer_says_what_to_relax(client: TestClient) -> None:
    on_an_island = {"lat": 56.70, "lon": 11.56}
    need = {"home": on_an_island, "interests": ["fodbold"], "reach": {"km": 40}}
    found = client.post("/api/v1/matches", json=need).json()
    assert found["matches"] == []
    assert found["relax"][0]["change"] == "reach"
    assert all(one["gives"] > 0 and one["text"] for one in found["relax"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"null",
        b'"x"',
        b'{"age": NaN}',
        b'{"max_kr_per_month": Infinity}',
        b'{"max_kr_per_month": 1e400}',
        b'{"age": 99999999999999999999999999}',
        b'{"interests": ["\\ud800"]}' + b"x",
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"a":' * 50_000,
        json.dumps({"name": CANARY}).encode(),
        json.dumps({CANARY: 1}).encode(),
        json.dumps({"age": CANARY}).encode(),
        json.dumps({"requires": [CANARY]}).encode(),
        json.dumps({"home": {"postcode": CANARY}}).encode(),
        json.dumps({"home": {"postcode": "9997"}}).encode(),
        json.dumps({"home": {"lat": 48.8, "lon": 2.3}}).encode(),
        json.dumps({"home": {"address": CANARY}}).encode(),
        json.dumps({"reach": {"km": 0}}).encode(),
        json.dumps({"reach": {"minutes": 5, "mode": CANARY}}).encode(),
        json.dumps({"times": [{"days": [CANARY], "from": "10:00", "to": "12:00"}]}).encode(),
        json.dumps({"times": [{"days": ["mon"], "from": "12:00", "to": "10:00"}]}).encode(),
        json.dumps({"interests": ["x" * 201]}).encode(),
        json.dumps({"interests": ["x"] * 51}).encode(),
        json.dumps({"members": [{"age": 4}]}).encode(),
    ],
)
def test_a_need_that_cannot_be_used_is_one_problem_and_is_not_repeated(
    client: TestClient, body: bytes
) -> None:
    answer = client.post("/api/v1/matches", content=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem.keys() >= {"type", "title", "status", "detail"}
    assert problem["status"] == 422
    assert "\n" not in problem["detail"]
    assert CANARY not in answer.text


def test_words_without_meaning_are_no_failure(client: TestClient) -> None:
    for idea in (
        "\u0000",
        "\ud800".encode("utf-16", "surrogatepass").hex(),
        "🧶",
        "(((",
        "%%%",
        ".",
    ):
        answer = client.post("/api/v1/matches", json={"interests": [idea]})
        assert answer.status_code == 200, idea


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/offers/60d31a2b-80b8-52b9-8f3f-f69ca7be5e13", 404),
        ("/api/v1/offers/x", 422),
        ("/api/v1/organisations/60d31a2b-80b8-52b9-8f3f-f69ca7be5e13", 404),
        ("/api/v1/nothing", 404),
        ("/api/v1/matches", 405),
        ("/api/v1/offers?near=zzzzqqq", 422),
        ("/api/v1/offers?near=9997", 422),
        ("/api/v1/offers?near=8410&km=nan", 422),
        ("/api/v1/offers?near=8410&km=-1", 422),
        ("/api/v1/offers?requires=x", 422),
        ("/api/v1/offers?activity=x", 422),
        ("/api/v1/offers?day=x", 422),
        ("/api/v1/offers?sort=distance", 422),
        ("/api/v1/offers?page=0", 422),
        ("/api/v1/offers?age=200", 422),
        ("/api/v1/offers?q=" + "x" * 201, 422),
        ("/api/v1/places?limit=0", 422),
    ],
)
def test_failures_of_the_api_are_problems(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_offers_are_found_with_facet_counts(client: TestClient) -> None:
    found = client.get("/api/v1/offers?q=badmintn&near=8410&km=30&requires=step_free").json()
    assert found["total"] == len(found["offers"]) > 0
    assert all("adminton" in json.dumps(one, ensure_ascii=False) for one in found["offers"][:1])
    assert found["facets"].keys() >= {"day", "requires", "free", "activity"}
    whole = client.get("/api/v1/offers").json()
    assert whole["total"] == 434
    assert len(whole["offers"]) == 20


def test_an_offer_shows_every_access_fact_with_who_and_when_or_as_unknown(
    client: TestClient,
) -> None:
    one = client.get("/api/v1/offers?requires=step_free").json()["offers"][0]
    found = client.get(f"/api/v1/offers/{one['id']}").json()
    assert len(found["access"]) == 32
    assert found["access"]["step_free"]["answer"] == "yes"
    for fact in found["access"].values():
        assert fact["answer"] in ("yes", "no", "unknown")
        assert fact["answer"] == "unknown" or fact.keys() >= {"source", "stated_on", "basis"}
    organisation = client.get(f"/api/v1/organisations/{found['organisation']['id']}").json()
    assert found["id"] in {offer["id"] for offer in organisation["offers"]}


def test_places_are_found_though_misspelt(client: TestClient) -> None:
    found = client.get("/api/v1/places?q=ryomgaard").json()["places"]
    assert found[0]["postcode"] == "8550"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/tilbud",
        "/find",
        "/om",
        "/tema.css",
        "/findes-ikke",
        "/tilbud/x",
        "/healthz",
        "/readyz",
        "/metrics",
        "/static/site.css",
        "/api/v1/offers",
        "/api/v1/x",
        "/api/v1/openapi.json",
    ],
)
def test_every_answer_is_guarded_and_sets_no_cookie(client: TestClient, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/findes-ikke", 404),
        ("/tilbud/60d31a2b-80b8-52b9-8f3f-f69ca7be5e13", 404),
        ("/tilbud/x", 404),
        ("/tilbud/", 404),
        ("/tilbud?requires=x", 422),
        ("/tilbud?day=x", 422),
    ],
)
def test_failures_of_pages_are_danish_pages_with_a_way_on(
    client: TestClient, path: str, status: int
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert 'lang="da"' in answer.text
    assert 'href="/tilbud"' in answer.text
    assert (' aria-current="page"' in answer.text) == (path.startswith("/tilbud?"))


@pytest.mark.parametrize("path", ["/", "/find", "/healthz", "/readyz", "/api/v1/offers"])
def test_the_head_of_an_answer_is_that_of_the_answer(client: TestClient, path: str) -> None:
    assert client.head(path).status_code == 200
    assert client.head(path).headers["content-type"] == client.get(path).headers["content-type"]


def test_nothing_leads_to_a_host_that_the_asker_names(client: TestClient) -> None:
    for path in ("/tilbud/", "/find/", "/api/v1/offers/"):
        answer = client.get(path, headers={"Host": "ond.example"}, follow_redirects=False)
        assert answer.status_code == 404
        assert "ond.example" not in repr(answer.headers) + answer.text


@pytest.mark.parametrize("charset", ["x", "utf-16", "rot13", "base64", "idna", ""])
def test_a_form_in_unknown_characters_is_refused(client: TestClient, charset: str) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="interests"\r\n\r\n\xf8\xff\x01\r\n--b--\r\n'
    )
    kind = f"multipart/form-data; boundary=b; charset={charset}"
    answer = client.post("/find", content=body, headers={"Content-Type": kind})
    assert answer.status_code < 500
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_failure_nobody_expected_is_a_danish_page_with_its_guards(
    own_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("hemmelig-7c1f")

    monkeypatch.setattr("api.pages.browsing.browse", fail)
    answer = own_client.get("/tilbud")
    assert answer.status_code == 500
    assert 'lang="da"' in answer.text
    assert "hemmelig" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_an_unknown_place_is_said_and_the_list_is_still_there(client: TestClient) -> None:
    answer = client.get("/tilbud?near=zzzzqqq&sort=distance&km=5")
    assert answer.status_code == 200
    assert "Vi kender ikke stedet" in answer.text
    assert "434 tilbud" in answer.text


def test_too_large_bodies_and_bodies_without_length_are_refused(client: TestClient) -> None:
    assert client.post("/api/v1/matches", content=b" " * 1_000_001).status_code == 413
    chunked = client.post("/api/v1/matches", content=iter([b"{}"]))
    assert chunked.status_code == 411


PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7*7 }}",
    "</textarea><svg/onload=alert(1)>",
]


def test_what_others_wrote_is_never_markup(own_client: TestClient, engine: Engine) -> None:
    for number, payload in enumerate(PAYLOADS):
        by = Provenance("evil", Basis.SOURCE, None, origin=payload)
        facts = {
            "title": payload,
            "description": payload,
            "activities": [payload],
            "place": {"venue": payload, "address": payload, "town": payload},
            "times": {"meetings": [], "original": payload},
            "website": "example.dk/" + payload,
        }
        offer = StatedOffer(str(number), payload, facts, by)
        with writing(engine) as session:
            intake.record(session, [offer], source="evil", actor="import:evil", at=AT)
    own_client.app.state.live.refresh()  # type: ignore[attr-defined]
    found = own_client.get("/api/v1/offers?sort=name&page=1").json()
    assert found["total"] == 434 + len(PAYLOADS)
    for number, payload in enumerate(PAYLOADS):
        for path in (
            f"/tilbud/{intake.offer_id('evil', str(number))}",
            "/tilbud?q=alert",
            f"/tilbud?q={payload}&near={payload}",
        ):
            page = own_client.get(path).text
            assert payload not in page or not {"<", "'", '"'} & set(payload)
            ours = page.count('<script src="/static/') + page.count('<script type="application/ld+')
            assert page.count("<script") == ours > 0
            assert "<svg/" not in page
    sent = {"step": "place:place", "go": "next", "words": PAYLOADS[4], "place": PAYLOADS[1]}
    form = own_client.post("/find", data=sent)
    assert form.status_code == 422
    assert "<svg/onload" not in form.text
    assert "<img src=x" not in form.text


def test_an_offer_that_nobody_has_told_about_says_so_and_nothing_else(
    own_client: TestClient, engine: Engine
) -> None:
    by = Provenance("tom", Basis.SOURCE, None)
    with writing(engine) as session:
        offer = StatedOffer("1", "Den Stille Klub", {"title": "Holdet"}, by)
        intake.record(session, [offer], source="tom", actor="import:tom", at=AT)
    own_client.app.state.live.refresh()  # type: ignore[attr-defined]
    page = own_client.get(f"/tilbud/{intake.offer_id('tom', '1')}").text
    page = page.replace("Gratis at prøve?", "")  # a question
    for words in ("Tiden ved vi ikke", "Prisen ved vi ikke", "Stedet ved vi ikke"):
        assert words in page
    assert page.count("Ved ikke.") == 32
    for wrong in ("Gratis", "Nej.", "Ja.", ">–<", "N/A", "None"):
        assert wrong not in page


def test_a_page_shows_what_the_text_says_with_its_words_and_as_open(
    own_client: TestClient, engine: Engine
) -> None:
    words = "Der er rampe ved indgang B."
    said = {"title": "Strik", "description": f"Vi strikker. {words}"}
    by = Provenance("dgi", Basis.SOURCE, None)
    with writing(engine) as session:
        offer = StatedOffer("prosa", "Strikkeklubben", said, by)
        intake.record(session, [offer], source="dgi", actor="import:dgi", at=AT)
    with TestClient(own_client.app) as client:  # starts with the new offer in its index
        address = f"/tilbud/{intake.offer_id('dgi', 'prosa')}"
        page = client.get(address).text
        listed = client.get("/tilbud?q=strik").text
        found = client.get(f"/api/v1/offers/{intake.offer_id('dgi', 'prosa')}").json()
    still_open = page.partition('aria-labelledby="uoplyst"')[2].partition("</section>")[0]
    assert "Ifølge teksten kan man komme ind uden trin." in still_open
    assert f"I teksten står der: ”{words}”" in still_open
    assert 'aria-labelledby="ja"' not in page  # nothing is confirmed
    assert address in listed
    access = found["access"]["step_free"]
    assert (access["answer"], access["likely"], access["quote"]) == ("unknown", "yes", words)


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/static/site.css?v=x", "/static/{path}"),
        ("/static/nothing-here", "/static/{path}"),
        ("/tilbud/findes-ikke?q=noget", "/tilbud/{offer_id}"),
        ("/findes-ikke?q=noget", "unknown"),
    ],
)
def test_a_log_line_says_which_kind_of_address_was_asked_for_and_no_more(
    client: TestClient, path: str, route: str
) -> None:
    with capture_logs() as lines:
        client.get(path)
    told = [line["route"] for line in lines if line["event"] == "answered"]
    assert told == [route]
    assert "noget" not in str(lines)
    assert "findes-ikke" not in str(lines)
