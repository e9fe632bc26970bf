"""Ukrainian and Arabic: what must be said in them, how numbers bend words, and what is Danish."""

import ast
import re
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest
from babel import Locale
from starlette.testclient import TestClient

from api import formats, phrases, wording
from api.pages.marking import mark
from api.wording import (
    DANISH,
    END,
    ISOLATE,
    PLACEHOLDER,
    PLURAL_FORMS,
    TEXT_LEVELS,
    Language,
    Level,
    plain,
    said_in,
    sentence,
    translated,
)
from catalogue.prices import Price, PriceUnit
from catalogue.schedules import Meeting, Schedule

API = Path(wording.__file__).parent
OTHERS = (Language.UK, Language.AR)
DANISH_WORDS = translated(Language.DA)
KEYS = sorted({key for key, _ in DANISH_WORDS})
# What no citizen reads: an association's forms and mails, a guide's and a curator's work.
FOR_OTHERS = re.compile(
    r"ask\.(intro|why|once|dont_know)|components\.|status\.(saved|unsaved|undone|conflict|delete"
    r"|withdrawn|confirmed|import|mail|link_|code_|login|session|denied)|form\.(cvr|date|age\.order"
    r"|price|url|lix|file|row|column)|pick\..*\.ideas$|duplicate\."
)


def stem(key: str) -> str:
    """A key without the name of its plural form."""
    head, _, form = key.rpartition(".")
    has_number = PLACEHOLDER.search(DANISH_WORDS.get((head, Level.NORMAL), ""))
    return head if form in PLURAL_FORMS and (f"{head}.one" in KEYS or has_number) else key


def counted(key: str) -> bool:
    """Whether a key is one of the forms that a number chooses."""
    return stem(key) != key


def whole(key: str) -> str:
    """The Danish sentence with all the placeholders that a key's stem knows."""
    head = stem(key)
    return DANISH_WORDS[head if head in KEYS else f"{head}.other", Level.NORMAL]


@pytest.mark.parametrize("language", OTHERS)
def test_all_that_a_citizen_reads_is_translated(language: Language) -> None:
    stems = {stem(key) for key in KEYS if not FOR_OTHERS.match(key)}
    assert [key for key in sorted(stems) if said_in(key, language) is not language] == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_of_a_key_that_is_gone(language: Language) -> None:
    known = {*KEYS, *map(stem, KEYS)}
    assert [key for key, _ in translated(language) if stem(key) not in known] == []


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_are_those_of_the_danish_sentence(language: Language) -> None:
    for (key, _), text in translated(language).items():
        here, there = set(PLACEHOLDER.findall(text)), set(PLACEHOLDER.findall(whole(key)))
        if counted(key) and key.endswith((".zero", ".one", ".two")):
            assert here <= there, key  # a word may stand for the number
        else:
            assert here == there, key


@pytest.mark.parametrize("language", OTHERS)
def test_each_form_that_a_language_needs_is_there(language: Language) -> None:
    found = {key for key, _ in translated(language)}
    for key in filter(counted, found):
        forms = {"few", "other"} if stem(key) in KEYS else {"one", "few", "other"}
        assert {f"{stem(key)}.{form}" for form in forms} <= found


@pytest.mark.parametrize("language", OTHERS)
def test_a_word_for_one_stands_only_where_no_other_number_has_its_form(
    language: Language,
) -> None:
    """Ukrainian says 21 in the form of 1, so its form `one` must show the number."""
    locale = Locale(language.value)
    for (key, _), text in translated(language).items():
        if counted(key):
            numbers = [n for n in range(200) if f".{locale.plural_form(n)}" == key[-4:]]
            assert len(numbers) < 2 or PLACEHOLDER.search(text), key


@pytest.mark.parametrize(
    ("language", "letters"),
    [(Language.UK, "[а-яіїєґА-ЯІЇЄҐ]"), (Language.AR, "[\u0600-\u06ff]")],
)
def test_no_sentence_of_another_script_holds_latin_words(language: Language, letters: str) -> None:
    names = (
        r"CPR|DAGI|DAWA|GeoNames|CC BY(-SA)?|PDF|QR|OpenMoji|Tabler|MIT|OFL|cookie|IBM Plex Sans"
    )
    names += f"|{DANISH}[^{END}]*{END}"
    for (key, _), text in translated(language).items():
        own = re.sub(names, "", PLACEHOLDER.sub("", text))
        assert not re.search("[A-Za-zæøåÆØÅ]{2}", own), (key, text)
        assert re.search(letters, own) or not re.search(r"\w", own), (key, text)


def test_no_english_sentence_is_left_in_danish() -> None:
    english = translated(Language.EN)
    for (key, level), text in DANISH_WORDS.items():
        if key.startswith("pick.") and key.endswith(".ideas"):
            continue
        here = english[key, level]
        assert not re.search("[æøåÆØÅ]", re.sub(f"{DANISH}[^{END}]*{END}", "", here)), key
        words = re.findall(r"[A-Za-zæøåÆØÅ]{3,}", PLACEHOLDER.sub("", text))
        if len(words) > 2:
            assert here != text, key


def test_plural_forms_follow_the_numbers() -> None:
    def count(number: int, language: Language) -> str:
        return plain(sentence("list.count", {"count": number}, language=language))

    assert [count(n, Language.UK) for n in (1, 2, 5, 11, 21, 22)] == [
        "1 заняття",
        "2 заняття",
        "5 занять",
        "11 занять",
        "21 заняття",
        "22 заняття",
    ]
    assert [count(n, Language.AR) for n in (0, 1, 2, 3, 10, 11)] == [
        "0 نشاط",
        "نشاط واحد",
        "نشاطان",
        "3 أنشطة",
        "10 أنشطة",
        "11 نشاط",
    ]
    minutes = {"km": "4", "minutes": "10"}
    assert "دقائق" in sentence("distance.known.walk", minutes, language=Language.AR)


def test_days_and_dates_are_the_names_of_each_language() -> None:
    for language in Language:
        for number, name in enumerate(formats.DAYS):
            word = sentence(f"day.{name}", language=language)
            assert word == formats.weekday(number, language)
    on = date(2026, 5, 3)
    assert [formats.day(on, language) for language in Language] == [
        "3. maj 2026",
        "3 May 2026",
        "3 травня 2026",
        "3 مايو 2026",
    ]
    assert [formats.listed(["a", "b", "c"], language) for language in Language] == [
        "a, b og c",
        "a, b and c",
        "a, b і c",
        "a وb وc",
    ]
    assert [formats.kroner(Decimal("1200.5"), language) for language in Language] == [
        "1.200,50",
        "1,200.50",
        "1\N{NO-BREAK SPACE}200,50",
        "1,200.50",
    ]


def test_times_and_prices_are_said_in_each_language() -> None:
    schedule = Schedule((Meeting(1, time(19), time(21)),))
    price = Price(Decimal(300), PriceUnit.QUARTER)
    assert phrases.times(schedule, Language.UK) == "щотижня, вівторок, з 19:00 до 21:00"
    assert plain(phrases.times(schedule, Language.AR)) == "كل أسبوع، الثلاثاء، من 19:00 إلى 21:00"
    assert phrases.price(price, Language.UK) == "300 кр. за три місяці, це 100 кр. на місяць"
    assert "100 كرونة في الشهر" in plain(phrases.price(price, Language.AR))


def test_values_of_another_language_are_kept_apart() -> None:
    values = {"wish": "strikke", "word": "strik"}
    assert ISOLATE not in sentence("interest.word", values)
    english = sentence("interest.word", values, language=Language.EN)
    assert f"{ISOLATE}strikke{END}" in english
    assert f"{DANISH}strik{END}" in english
    ukrainian = sentence("interest.word", values, language=Language.UK)
    assert f"{DANISH}strikke{END}" in ukrainian
    own = sentence("empty.search", {"query": "в’язання"}, language=Language.UK)
    assert f"{ISOLATE}в’язання{END}" in own
    arabic = sentence("list.filters.km.most", {"km": 15}, language=Language.AR)
    assert f"{ISOLATE}15{END}" in arabic
    assert plain(arabic) == "حتى 15 كم"


def test_marks_become_elements_only_where_elements_may_stand() -> None:
    marked = f"{DANISH}Strik{END}"
    html = f'<title>{marked}</title><a title="{marked}">{marked}, {ISOLATE}15{END}</a>'
    assert mark(html) == (
        f'<title>{marked}</title><a title="{marked}">'
        '<bdi lang="da" dir="ltr">Strik</bdi>, <bdi>15</bdi></a>'
    )
    assert mark("<p>15</p>") == "<p>15</p>"


def test_a_sentence_without_a_translation_is_said_in_danish() -> None:
    assert said_in("form.cvr", Language.UK) is Language.DA
    assert sentence("form.cvr", language=Language.UK) == sentence("form.cvr")


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("level", TEXT_LEVELS)
def test_every_citizens_sentence_can_be_filled_at_both_levels(
    language: Language, level: Level
) -> None:
    for key in {stem(key) for key in KEYS}:
        names = PLACEHOLDER.findall(whole(key))
        for number in ("1", "2", "3", "11", "21"):
            assert sentence(key, dict.fromkeys(names, number), language=language, level=level)


TEMPLATES = sorted((API / "pages" / "templates").rglob("*.html"))
CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


def spoken(template: str) -> Iterator[str]:
    """What a template says itself: text between tags, and attributes that are read aloud."""
    bare = CODE.sub("", template)
    bare = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->", "", bare, flags=re.DOTALL)
    yield from re.findall(r'\s(?:alt|title|aria-label|placeholder)="([^"]+)"', bare)
    # Between tags there may be a macro that writes attributes.
    for text in re.split(r"<[^>]*>", bare):
        yield re.sub(r'\s[a-z-]+="[^"]*"|\b(autofocus|checked|hidden|open)\b', "", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_words_of_its_own(template: Path) -> None:
    said = [text.strip() for text in spoken(template.read_text(encoding="utf-8"))]
    assert [text for text in said if re.search("[A-Za-zæøåÆØÅ]{2}", text)] == []


def test_words_in_a_template_are_found() -> None:
    assert "Søg her" in list(spoken("<p>{{ t('x') }}</p><b>Søg her</b>"))
    assert "Luk" in list(spoken('<button aria-label="Luk">{{ x }}</button>'))


def test_every_key_in_code_and_templates_has_words() -> None:
    said = re.compile(r"\b(?:t|sentence)\(\s*\"([a-z0-9_]+(?:\.[a-z0-9_]+)*)\"\s*[,)]")
    for path in [*TEMPLATES, *API.rglob("*.py")]:
        for key in said.findall(path.read_text(encoding="utf-8")):
            assert wording.has(key) or wording.has(f"{key}.other"), (path.name, key)


def test_every_part_of_a_key_in_code_has_words() -> None:
    """`f"label.{code}"`: some key begins with what stands before the first value."""
    for path in API.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(call, ast.Call) and call.args):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else None
            name = call.func.id if isinstance(call.func, ast.Name) else name
            first = call.args[0]
            if name not in ("sentence", "t") or not isinstance(first, ast.JoinedStr):
                continue
            start = first.values[0]
            if isinstance(start, ast.Constant):
                beginning = str(start.value)
                assert any(key.startswith(beginning) for key in KEYS), (path.name, beginning)


@pytest.mark.parametrize("language", OTHERS)
def test_pages_in_other_languages_say_who_has_not_read_them(
    client: TestClient, language: Language
) -> None:
    page = client.get("/", params={"sprog": language.value}).text
    assert sentence("page.draft", language=language) in page
    assert f'<html lang="{language.value}" dir="{language.direction}"' in page
    assert sentence("page.draft", language=Language.EN) not in client.get("/?sprog=en").text
