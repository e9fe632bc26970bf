"""The steps of "Find noget til mig", as a form that is sent from page to page."""

import html
import json
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api import wording
from api.need_code import code_of, read_code
from api.pages.answers import Answers, answers_of, read_answers, told
from api.pages.finding import need_json
from api.pages.interests import INTERESTS
from api.pages.steps import steps_of
from api.wording import PLACEHOLDER, Level
from catalogue.vocabulary import load_vocabulary
from matcher.need import Need, read_need
from tests.api.forms import Walk, forms_of
from tests.api.test_need_code import TWELVE
from tests.api.test_wording import lix
from tests.builders import ON, a_need

VOCABULARY = load_vocabulary()
COLLECTION = Path(__file__).parents[2] / "benchmarks" / "collection"
LEVELS = [level.value for level in Level]
CPR = "010190-1234"


def normal_answers(client: TestClient) -> Walk:
    """Somebody who has answered everything, at the last question."""
    walk = Walk.begin(client)
    walk.press("next", ("interest", "hands"), ("words", "strikke\nkaffe"))
    walk.press("next", ("avoid", "fodbold"))
    walk.press("next", ("need", "step_free"), ("need", "small_group"))
    walk.press("next")
    walk.press("next", ("place", "8410"))
    walk.press("next", ("mode", "bus"))
    walk.press("next", ("far", "min-45"))
    return walk.press("next", ("day", "mon"), ("part", "morning"))


def need_of(walk: Walk) -> Need:
    """The need that the file of the suggestions' page holds."""
    answers = [pair for pair in walk.form.pairs if pair[0] != "step"]
    body: dict[str, list[str]] = {}
    for name, value in answers:
        body.setdefault(name, []).append(value)
    answer = walk.client.post("/find/gem", data=body)
    assert answer.status_code == 200
    need = read_need(answer.json())
    assert isinstance(need, Need)
    return need


def test_all_steps_make_the_need(client: TestClient) -> None:
    walk = normal_answers(client)
    walk.press("next", ("age", "67"), ("gender", "female"), ("price", "150"))
    assert walk.status == 200
    assert "Her er vores forslag" in walk.page
    assert 1 <= walk.page.count('class="row suggestion') <= 5
    assert need_of(walk) == a_need(
        interests=["noget med hænderne", "strikke", "kaffe"],
        dislikes=["fodbold"],
        requires=["step_free"],
        wishes=["small_group"],
        home={"postcode": "8410"},
        reach={"minutes": 45, "mode": "bus"},
        times=[{"days": ["mon"], "from": "06:00", "to": "12:00"}],
        age=67,
        gender="female",
        max_kr_per_month=150,
    )


@pytest.mark.parametrize("level", LEVELS)
def test_everything_can_be_skipped_and_nothing_is_then_asked_for(
    client: TestClient, level: str
) -> None:
    walk = Walk.begin(client, level)
    asked = 0
    while walk.step != "result":
        walk.press("skip")
        asked += 1
        assert walk.status == 200
    assert asked == {"normal": 6, "enkel": 12, "billeder": 3}[level]
    assert need_of(walk) == Need()


def test_skipping_a_step_forgets_what_was_answered_there(client: TestClient) -> None:
    walk = Walk.begin(client).press("next", ("interest", "hands"), ("words", "strikke"))
    walk.press("back")
    assert ("interest", "hands") in walk.form.pairs
    assert ("words", "strikke") in walk.form.pairs
    walk.press("skip")
    while walk.step != "result":
        walk.press("next")
    assert need_of(walk) == Need()


def test_back_shows_every_answer_again(client: TestClient) -> None:
    walk = normal_answers(client)
    walk.press("back", ("age", "67"))
    shown = []
    while walk.step != "interests":
        shown.append((walk.step, [pair for pair in walk.form.pairs if pair in walk.form.options]))
        walk.press("back")
    assert dict(shown) == {
        "times": [("day", "mon"), ("part", "morning")],
        "far": [("far", "min-45")],
        "travel": [("mode", "bus")],
        "place": [],
        "must": [("must", "step_free")],
        "needs": [("need", "step_free"), ("need", "small_group")],
        "avoid": [],
    }
    assert ("age", "67") in walk.form.pairs


@pytest.mark.parametrize("level", ["enkel", "billeder"])
@pytest.mark.parametrize("far", ["min-45", "min-20", "km-13", ""])
def test_a_change_of_level_loses_no_answer(client: TestClient, level: str, far: str) -> None:
    walk = normal_answers(client).press("next", ("age", "67"))
    if far != "min-45":
        walk.press("to:far,trip,place")
        while walk.step != "far":
            walk.press("next")
        walk.press("next", ("far_own", far.partition("-")[2]) if far else ("far", ""))
        while walk.step != "result":
            walk.press("next")
    before = need_of(walk)
    walk.press("stay", level=level)
    assert f'class="{level}"' in walk.page
    assert need_of(walk) == before
    walk.press("to:interest,words")
    while walk.step != "result":
        walk.press("next")  # through all the steps of the other level
    assert need_of(walk) == before
    walk.press("stay", level="normal")
    assert need_of(walk) == before


def test_what_was_just_ticked_goes_along_when_the_level_changes(client: TestClient) -> None:
    walk = Walk.begin(client).press("stay", ("interest", "coffee"), level="billeder")
    assert walk.step == "interests"
    assert ("interest", "coffee") in walk.form.pairs


@pytest.mark.parametrize("level", LEVELS)
def test_a_step_has_at_most_eight_pictures_and_pictures_have_three_steps(level: str) -> None:
    answers = Answers({"place": "8410"}, {"topic": ("moving", "content"), "need": ("step_free",)})
    steps = steps_of(Level(level), answers, VOCABULARY)
    for step in steps:
        pictures = [option for part in step.parts for option in part.options if option.picture]
        assert len(pictures) <= 8
    if level == "billeder":
        assert len(steps) == 3


@pytest.mark.parametrize(
    ("step", "field", "value", "says"),
    [
        ("place:place", "place", "84", "Et postnummer har fire tal"),
        ("place:place", "place", "9997", "Vi kender ikke postnummeret 9997"),
        ("place:place", "place", "Zzzqqq", "Vi kan ikke finde adressen"),
        ("about:about", "age", "gammel", "Skriv alderen i hele år"),
        ("about:about", "age", "300", "Skriv et tal mellem 0 og 120"),
        ("about:about", "price", "-5", "Skriv et tal"),
        ("interests:interests", "words", "x" * 299, "Teksten er for lang"),
        ("place:far", "far_own", "langt", "Skriv et tal mellem 1 og 600"),
    ],
)
def test_what_must_be_corrected_is_said_at_its_field(
    client: TestClient, step: str, field: str, value: str, says: str
) -> None:
    sent = {"place": "8410"} if field == "far_own" else {}
    answer = client.post("/find", data={**sent, "step": step, field: value, "go": "next"})
    assert answer.status_code == 422
    assert answer.text.count(says) == 2  # in the summary and at the field
    assert f'href="#{field}"' in answer.text
    assert html.escape(value) in answer.text
    assert "<title>Der er én ting, du skal rette" in answer.text


def test_what_is_wrong_elsewhere_is_asked_about_before_the_suggestions(client: TestClient) -> None:
    sent = {"step": "about:result", "place": "84", "go": "show:0"}
    answer = client.post("/find", data=sent)
    assert answer.status_code == 422
    assert "Hvor bor du?" in answer.text
    sent = {"step": "about:result", "age": "x", "go": "show:0"}
    assert client.post("/find?niveau=billeder", data=sent).status_code == 200  # not asked there


@pytest.mark.parametrize(
    ("field", "step"),
    [
        ("words", "interests:interests"),
        ("avoid", "interests:avoid"),
        ("need_words", "needs:needs"),
        ("when", "time:times"),
    ],
)
@pytest.mark.parametrize("number", [CPR, "86 37 12 34", "20112233", "a.hansen@post.example"])
def test_personal_data_is_cut_out_with_a_kind_line_and_goes_no_further(
    client: TestClient, field: str, step: str, number: str
) -> None:
    sent = {"step": step, field: f"tirsdag, {number}", "go": "next"}
    answer = client.post("/find", data=sent)
    assert answer.status_code == 422
    assert number not in answer.text
    said = "Vi har slettet et CPR-nummer" if number == CPR else "Vi har slettet et nummer"
    assert said in answer.text
    after = client.post("/find", data={**sent, "step": "about:about"})  # as a hidden field
    assert number not in after.text
    assert number not in client.post("/find/gem", data=sent).text


SAMPLES: dict[str, object] = {
    "step": 2,
    "steps": 6,
    "count": 15,
    "minutes": 30,
    "age": 67,
    "kr": 150,
    "max": 300,
    "min": 1,
    "number": 2,
    "postcode": "8999",
    "words": "gåture",
    "word": "fodbold",
    "title": "Garn og kaffe",
    "id": "tmp7g8j6yx",
    "phone": "00 00 00 00",
}
"""A value for each placeholder of the steps' words."""


@pytest.mark.parametrize(("level", "highest"), [("normal", 30), ("enkel", 25)])
def test_the_words_of_the_steps_and_the_list_are_easy_to_read(level: str, highest: int) -> None:
    texts = [
        PLACEHOLDER.sub(lambda found: str(SAMPLES[found[1]]), row["da"])
        for row in wording.rows()
        if row["level"] == level
        and row["key"].startswith(("step.", "find.", "told.", "take.", "saved.", "sheet.", "need."))
        and " " in row["da"]
    ]
    assert len(texts) > 100
    assert lix(texts) <= highest
    for text in texts:
        for sentence in re.split(r"[.:?!]", text):
            assert len(sentence.split()) <= 20


def test_a_screen_of_the_easy_level_has_at_most_sixty_words(client: TestClient) -> None:
    walk = Walk.begin(client, "enkel")
    screens = 0
    while walk.step != "result":
        changes = [one for one in walk.form.options if one[0] in ("topic", "need")]
        if walk.step == "place":
            changes = [("place", "8410")]
        main = walk.page[walk.page.index("<main") : walk.page.index("</main>")]
        main = re.sub(r"<details.*?</details>|<p class=.aloud.*?</p>", "", main, flags=re.DOTALL)
        main = re.sub(r'<button class="hidden".*?</button>', "", main, flags=re.DOTALL)
        # The names of other languages are nothing that a reader of this one has to read.
        main = re.sub(r'<button[^>]* lang="[a-z]+".*?</button>', "", main, flags=re.DOTALL)
        words = re.sub(r"<[^>]+>", " ", main).split()
        assert len(words) <= 60, (walk.step, words)
        screens += 1
        walk.press("next", *changes)
    assert screens == 34  # every topic and every need


def test_there_is_no_field_for_a_name() -> None:
    answers = Answers({"place": "8410"}, {"topic": tuple(g for g in ("moving",)), "need": ()})
    names = {
        part.name
        for level in Level
        for step in steps_of(level, answers, VOCABULARY)
        for part in step.parts
    }
    assert not names & {"name", "navn", "email", "phone", "telefon", "cpr", "address"}


@pytest.mark.parametrize("need", TWELVE)
def test_a_saved_need_is_taken_in_again_as_it_was(client: TestClient, need: Need) -> None:
    file = json.dumps(need_json(need)).encode()
    answer = client.post("/find/hent", files={"file": ("svar.json", file, "application/json")})
    assert answer.status_code == 200
    assert "Her er vores forslag" in answer.text or "Vi fandt ikke noget" in answer.text
    back = need_of(Walk(client, answer.text, 200))
    assert comparable(back) == comparable(need)


def comparable(need: Need) -> dict[str, object]:
    """A need by what it asks for, whatever the order in which it says so."""
    held = need.model_dump()
    held["interests"] = sorted(need.interests)
    held["wishes"], held["requires"] = set(need.wishes) - set(need.requires), set(need.requires)
    held["times"] = sorted((day, w.from_, w.to) for w in need.times for day in w.days)
    if isinstance(held["home"], dict) and "lat" in held["home"]:
        held["home"] = {name: round(value, 4) for name, value in held["home"].items()}
    return held


def test_every_need_of_the_collection_survives_the_form() -> None:
    for line in (COLLECTION / "needs.jsonl").read_text(encoding="utf-8").splitlines():
        need = read_need(json.loads(line) | {"id": None})
        assert isinstance(need, Need)
        answers, personal = read_answers(answers_of(need).pairs(), VOCABULARY, ON)
        assert personal == {}
        assert comparable(told(answers, VOCABULARY).need) == comparable(need)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b'{"members": [{"age": 3}, {"age": 4}]}',
        b'{"navn": "hemmelig-7c1f"}',
        b'{"age": 1e400}',
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"interests": ["' + b"x" * 200_000 + b'"]}',
    ],
)
def test_a_file_that_is_no_need_is_refused_in_one_line(client: TestClient, content: bytes) -> None:
    answer = client.post("/find/hent", files={"file": ("x.json", content, "application/json")})
    assert answer.status_code == 422
    assert ("Vælg først en fil." if not content else "Vi kan ikke læse filen.") in answer.text
    assert "hemmelig" not in answer.text


def test_the_code_on_the_page_is_the_need(client: TestClient) -> None:
    walk = normal_answers(client).press("next")
    coded = code_of(need_of(walk))
    assert read_code(coded.text) == need_of(walk)
    modules = re.search(r'<svg[^>]*class="qr"[^>]*>(.*?)</svg>', walk.page, re.DOTALL)
    assert modules is not None
    assert "style=" not in modules[0]
    assert 'aria-label="Kode med dine svar"' in walk.page


def test_no_need_is_in_an_address_or_kept_where_others_see_it(client: TestClient) -> None:
    walk = normal_answers(client)
    walk.press("next")
    for name, value in walk.form.pairs:
        for link in re.findall(r'(?:href|action|src)="([^"]*)"', walk.page):
            assert f"{name}=" not in link
            assert value not in link.split("?")[-1] or "?" not in link
    answer = client.post("/find", data={"step": "interests:interests", "words": "strikke"})
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "set-cookie" not in answer.headers


def test_what_is_denied_is_shown_and_can_be_taken_back(client: TestClient) -> None:
    sent = {"words": "motion, men ikke fodbold", "place": "8410", "step": "about:result"}
    answer = client.post("/find", data=sent)
    assert "Det går vi uden om" in answer.text
    assert "Tag ”fodbold” med alligevel" in answer.text
    again = next(one for one in forms_of(answer.text) if ("words", "motion") in one.pairs)
    assert dict(again.pairs) == {**sent, "words": "motion"}
    assert "Det går vi uden om" not in client.post("/find", data=dict(again.pairs)).text


def test_an_empty_answer_offers_changes_that_give_something(client: TestClient) -> None:
    sent = {"words": "fodbold", "place": "8305", "far": "km-15", "step": "about:result"}
    answer = client.post("/find", data=sent)
    assert "Vi fandt ikke noget, der passer" in answer.text
    ways = [one for one in forms_of(answer.text) if one.id == "" and dict(one.pairs) != sent]
    assert ways
    for way in ways:
        assert "Her er vores forslag" in client.post("/find", data=dict(way.pairs)).text


def test_a_need_made_a_wish_is_one_and_the_others_stay(client: TestClient) -> None:
    sent = {
        "step": "about:result",
        "place": "8410",
        "far": "km-1",
        "need": ["step_free", "hearing_loop", "small_group", "sign_support", "low_vision_support"],
    }
    answer = client.post("/find", data=sent)
    ways = [one for one in forms_of(answer.text) if one.id == ""]
    changed = [dict_of(one.pairs) for one in ways if "asked" in dict(one.pairs)]
    for one in changed:
        assert set(one["need"]) == set(sent["need"])
        assert len(one.get("must", [])) == 3


def dict_of(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def test_own_words_about_needs_and_times_are_understood_or_handed_to_a_guide() -> None:
    words = {
        "need_words": "et roligt sted\nikke roligt\nen med skæg",
        "when": "tirsdag kl. 10-12\nnår månen er fuld",
    }
    told_ = told(Answers(words), VOCABULARY)
    assert told_.need.wishes == ("calm_setting",)
    assert told_.need == a_need(
        wishes=["calm_setting"], times=[{"days": ["tue"], "from": "10:00", "to": "12:00"}]
    )
    assert told_.unread == ("ikke roligt", "en med skæg", "når månen er fuld")


def test_what_is_not_there_is_dropped_and_never_a_failure(client: TestClient) -> None:
    sent = {
        "step": ["x:y"],
        "go": ["bag om"],
        "interest": ["hands", "<script>"],
        "need": ["findes_ikke"],
        "day": ["x"],
        "mode": ["raket"],
        "far": ["km-99999999999", "lyn-3"],
        "gender": ["x"],
        "trip": ["ufo"],
    }
    answer = client.post("/find", data=sent)
    assert answer.status_code == 200
    assert "raket" not in answer.text
    for path in ("/find/gem", "/find/ark"):
        assert client.post(path, data=sent).status_code in (200, 503)


def test_every_picture_of_an_interest_finds_something(client: TestClient) -> None:
    for code in INTERESTS:
        sent = {"interest": code, "place": "8410", "step": "about:result"}
        page = client.post("/find", data=sent).text
        assert "Her er vores forslag" in page, code


def test_unknown_is_asked_about_in_the_second_band_and_never_said_as_a_no(
    client: TestClient,
) -> None:
    sent = {"need": "hearing_loop", "words": "kaffe", "place": "8410", "step": "about:result"}
    page = client.post("/find", data=sent).text
    assert "Spørg først" in page
    asked = page[page.index('id="ask_first"') :]
    assert "teleslynge" in asked
    assert "Der er ikke teleslynge" not in page
