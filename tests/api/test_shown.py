from dataclasses import replace

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.app import create_app
from api.pages.shown import Shown
from api.wording import Language, Level
from tests.api.conftest import SETTINGS


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, Shown()),
        ({"sprog": "en"}, Shown(Language.EN)),
        ({"niveau": "enkel"}, Shown(level=Level.ENKEL)),
        ({"sprog": "en", "niveau": "billeder"}, Shown(Language.EN, Level.BILLEDER)),
        ({"sprog": "tlh", "niveau": "svær"}, Shown()),
        ({"sprog": "", "niveau": "<script>"}, Shown()),
    ],
)
def test_what_an_address_does_not_know_is_the_default(query: dict[str, str], shown: Shown) -> None:
    assert Shown.read(query) == shown


def test_a_link_keeps_language_and_level_and_leaves_out_what_is_empty() -> None:
    assert Shown().link("/tilbud") == "/tilbud"
    assert Shown().link("/tilbud#tilbud", q="å b", km=None, day="") == "/tilbud?q=%C3%A5+b#tilbud"
    shown = Shown(Language.EN, Level.ENKEL)
    assert shown.link("/find") == "/find?sprog=en&niveau=enkel"
    assert shown.link("/", requires=["a", "b"]) == "/?requires=a&requires=b&sprog=en&niveau=enkel"


def test_a_page_speaks_as_its_address_says_and_so_do_its_links(client: TestClient) -> None:
    page = client.get("/tilbud?sprog=en&niveau=enkel").text
    assert '<html lang="en" dir="ltr" class="enkel">' in page
    assert "Skip to content" in page
    assert 'href="/find?sprog=en&amp;niveau=enkel"' in page
    assert '<input type="hidden" name="niveau" value="enkel">' in page
    assert '<a href="/tilbud?niveau=enkel" lang="da"' in page  # to the other language
    assert 'href="/tilbud?sprog=en&amp;niveau=billeder"' in page  # to another level


def test_switching_keeps_what_was_asked_for(client: TestClient) -> None:
    page = client.get("/tilbud?q=strik&requires=step_free&requires=can_sit").text
    assert 'href="/tilbud?q=strik&amp;requires=step_free&amp;requires=can_sit&amp;sprog=en"' in page


def test_danish_names_are_marked_where_the_page_is_not_danish(client: TestClient) -> None:
    assert '<span lang="da" dir="ltr">Prøve Kommune</span>' in client.get("/?sprog=en").text
    assert '<span lang="da"' not in client.get("/").text


def test_components_are_for_the_demo_alone(client: TestClient) -> None:
    assert client.get("/komponenter").status_code == 404


@pytest.mark.parametrize("query", ["", "?sprog=en", "?niveau=enkel"])
def test_components_are_all_there(engine: Engine, query: str) -> None:
    settings = replace(SETTINGS, demo=True)
    with TestClient(create_app(settings, engine)) as client:
        page = client.get(f"/komponenter{query}").text
    for kind in ("yes", "old", "no", "likely", "likely_no", "unknown", "hard"):
        assert f"mark-{kind}" in page
    for part in ("summary", "picture", "bars", "tags", "pages", "empty", "status done"):
        assert f'class="{part}"' in page
