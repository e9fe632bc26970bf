import re
from collections import Counter
from pathlib import Path

import pytest

from api import wording
from api.wording import (
    PLACEHOLDER,
    TEXT_LEVELS,
    Language,
    Level,
    WordingError,
    sentence,
)
from catalogue.vocabulary import load_vocabulary

ROWS = wording.rows()
API = Path(wording.__file__).parent


def lix(texts: list[str]) -> float:
    """Words a sentence, and the share of words over six letters in per cent (Björnsson 1968)."""
    text = "\n".join(
        re.sub(r"\b(ca|kr|kl|pr)\.", r"\1", PLACEHOLDER.sub("4", one)) for one in texts
    )
    words = re.findall(r"[A-Za-zÆØÅæøå0-9]+", text)
    sentences = max(1, len(re.findall(r"[.:?!\n]+", text)))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


def test_every_key_has_one_row_for_each_level() -> None:
    found = Counter((row["key"], row["level"]) for row in ROWS)
    keys = {row["key"] for row in ROWS}
    assert found == Counter({(key, level.value): 1 for key in keys for level in TEXT_LEVELS})


def test_no_text_is_missing_and_placeholders_agree() -> None:
    normal = {row["key"]: row for row in ROWS if row["level"] == "normal"}
    for row in ROWS:
        assert row["da"].strip() and row["en"].strip(), row["key"]
        da, en = (set(PLACEHOLDER.findall(row[language])) for language in ("da", "en"))
        assert da == en, row["key"]
        assert da <= set(PLACEHOLDER.findall(normal[row["key"]]["da"])), row["key"]


def test_every_access_fact_can_be_said_in_all_ways() -> None:
    keys = {row["key"] for row in ROWS}
    for fact in load_vocabulary().access_facts:
        forms = ("yes", "no", "unknown", "likely", "likely_no")
        assert keys.issuperset(f"fact.{fact.code}.{form}" for form in forms)
        assert keys.issuperset(f"{kind}.{fact.code}" for kind in ("label", "question", "reason"))
        assert f"need.{fact.code}.me" in keys


@pytest.mark.parametrize(("level", "highest"), [("normal", 30), ("enkel", 25)])
def test_sentences_are_easy_to_read(level: str, highest: int) -> None:
    texts = [row["da"] for row in ROWS if row["level"] == level and " " in row["da"]]
    assert lix(texts) <= highest


def test_every_key_that_templates_name_exists() -> None:
    for template in (API / "pages" / "templates").rglob("*.html"):
        for key in re.findall(r'\bt\("([a-z0-9_.]+)"[),]', template.read_text(encoding="utf-8")):
            assert wording.has(key) or wording.has(f"{key}.other"), (template.name, key)


def test_one_and_other_are_chosen_by_the_number() -> None:
    assert sentence("list.count", {"count": 1}) == "Ét tilbud"
    assert sentence("list.count", {"count": 0}) == "0 tilbud"
    assert sentence("list.count", {"count": 2}, language=Language.EN) == "2 activities"


def test_levels_and_languages_differ() -> None:
    said = {
        sentence("fact.step_free.unknown", language=language, level=level)
        for language in Language
        for level in Level
    }
    assert len(said) >= 3


def test_the_level_of_pictures_has_the_words_of_the_easy_one() -> None:
    said = {level: sentence("label.step_free", level=level) for level in Level}
    assert said[Level.BILLEDER] == said[Level.ENKEL] != said[Level.NORMAL]


def test_a_language_names_itself_and_says_which_way_it_is_read() -> None:
    assert [language.own_name for language in Language][:2] == ["Dansk", "English"]
    assert Language.DA.direction == "ltr"


def test_an_unknown_key_and_a_missing_value_are_faults_of_the_program() -> None:
    with pytest.raises(WordingError):
        sentence("findes.ikke")
    with pytest.raises(WordingError):
        sentence("list.page", {"page": 1})
