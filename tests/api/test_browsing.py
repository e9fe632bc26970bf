import gzip
import re

import pytest
from starlette.testclient import TestClient

from api.pages.interests import INTERESTS
from catalogue.vocabulary import load_vocabulary


def listed(page: str) -> list[str]:
    return re.findall(r'<h3><a href="(/tilbud/[0-9a-f-]{36})', page)


def test_every_main_group_of_activities_belongs_to_one_interest() -> None:
    groups = [group for one in INTERESTS.values() for group in one.activities]
    assert len(INTERESTS) == 8
    assert sorted(groups) == sorted(group.code for group in load_vocabulary().main_groups)


def test_what_was_chosen_stands_on_top_and_each_choice_can_be_taken_away(
    client: TestClient,
) -> None:
    asked = "/tilbud?q=strik&near=8410&km=30&emne=hands&requires=step_free&day=tue&age=44"
    page = client.get(asked).text
    tags = re.findall(r'<a class="tag" href="([^"]+)" aria-label="Fjern ([^"]+)"', page)
    assert [label for _, label in tags] == [
        "Bruge hænderne",
        "Adgang uden trin",
        "tirsdag",
        "Højst 30 km",
        "44 år",
    ]
    for address, label in tags:
        rest = client.get(address.replace("&amp;", "&")).text
        left = re.findall(r'<a class="tag"[^>]+aria-label="Fjern ([^"]+)"', rest)
        assert left == [other for _, other in tags if other != label]


def test_a_picture_narrows_the_list_and_is_marked_as_chosen(client: TestClient) -> None:
    page = client.get("/tilbud?emne=hands").text
    assert len(re.findall(r'class="pick"', page)) == 8
    assert page.count('aria-current="true"') == 1
    all_of_them = int(re.findall(r'id="antal">(\d+)', client.get("/tilbud").text)[0])
    assert 0 < int(re.findall(r'id="antal">(\d+)', page)[0]) < all_of_them


def test_what_is_no_interest_changes_nothing(client: TestClient) -> None:
    assert "434 tilbud" in client.get("/tilbud?emne=findes_ikke&emne=<script>").text


def test_a_list_that_finds_nothing_says_what_helps_and_the_link_gives_that_many(
    client: TestClient,
) -> None:
    page = client.get("/tilbud?q=strikke&near=8410&requires=step_free&km=5&day=sat&emne=hands").text
    ways = re.findall(r'<li><a href="([^"]+)">([^<]+ Det giver (?:ét|(\d+)) tilbud\.)</a>', page)
    assert ways
    for address, _, number in ways:
        found = client.get(address.replace("&amp;", "&")).text
        count = re.findall(r'id="antal">(\d+|Ét) tilbud', found)[0]
        assert (number or "Ét") == count


def test_by_next_time_each_row_says_when_or_that_it_is_not_known(client: TestClient) -> None:
    page = client.get("/tilbud?sort=next&q=strik").text
    rows = page.split('<li class="row')[1:]
    known = ["Næste gang" in row for row in rows]
    assert known == sorted(known, reverse=True)
    for row, has_date in zip(rows, known, strict=True):
        assert has_date or "Tiden ved vi ikke" in row or "hvornår det er næste gang" in row


@pytest.mark.parametrize("age", ["gammel", "-1", "121", "٣", "9" * 400])
def test_an_age_that_cannot_be_is_said_at_its_field(client: TestClient, age: str) -> None:
    answer = client.get("/tilbud", params={"age": age})
    assert answer.status_code == 200
    assert "Skriv alderen i hele år" in answer.text
    assert "434 tilbud" in answer.text


def test_a_place_that_a_browser_rounded_counts_as_uncertain(client: TestClient) -> None:
    rounded = client.get("/tilbud?near=56.30,10.47&sort=distance").text
    assert re.search(r"Ca\. \d+ km væk", rounded)
    assert "km væk" in client.get("/tilbud?near=56.30000,10.47000&sort=distance").text


@pytest.mark.parametrize("near", ["99.1,10.4", "1,2", "-56.3,10.4", ",", "nan,nan"])
def test_coordinates_that_cannot_be_are_an_unknown_place(client: TestClient, near: str) -> None:
    answer = client.get("/tilbud", params={"near": near})
    assert answer.status_code == 200
    assert "Vi kender ikke stedet" in answer.text


def test_easy_words_and_pictures_have_fewer_offers_a_page(client: TestClient) -> None:
    assert len(listed(client.get("/tilbud").text)) == 20
    for level in ("enkel", "billeder"):
        assert len(listed(client.get(f"/tilbud?niveau={level}").text)) == 5


def test_the_map_has_the_offers_of_the_list_by_place(client: TestClient) -> None:
    asked = "?q=strikke&near=8410&requires=step_free"
    found = client.get(f"/kort.json{asked}").json()
    offers = [one for place in found["places"] for one in place["offers"]]
    assert len(offers) + found["nowhere"] == found["shown"] == found["total"]
    assert {address for _, address in offers} <= set(listed(client.get(f"/tilbud{asked}").text))
    assert all(place["about"] in (True, False) for place in found["places"])
    assert (
        "sprog=en"
        in client.get("/kort.json?q=strikke&sprog=en").json()["places"][0]["offers"][0][1]
    )


def test_the_outline_is_the_municipalities(client: TestClient) -> None:
    answer = client.get("/kommuner.json")
    names = {one["properties"]["kommune"] for one in answer.json()["features"]}
    assert names == {"Syddjurs", "Norddjurs", "Randers", "Aarhus", "Favrskov"}
    assert len(gzip.compress(answer.content)) < 8_000


def test_no_address_of_a_list_is_longer_than_what_was_chosen(client: TestClient) -> None:
    page = client.get("/tilbud?q=strik&near=&km=&day=&free=&age=&sort=").text
    assert 'href="/tilbud?q=strik&amp;side=2#tilbud"' in page or "side=2" not in page
    assert "&amp;near=&amp;" not in page
