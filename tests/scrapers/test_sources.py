"""The table of sources: off until somebody agrees, and a mistake is named in one line."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.errors import Invalid
from scrapers.formats.html import FIELDS
from scrapers.formats.registry import FORMATS, parser_of
from scrapers.found import PageKind
from scrapers.sources import load_sources

DOCUMENT = Path(__file__).parents[2] / "docs" / "sources.md"
VALID = {
    "title": '"Klubben"',
    "format": '"ical"',
    "address": '"https://klub.example.dk/k.ics"',
    "hosts": '["klub.example.dk"]',
    "licence": '"Klubbens ja"',
    "rhythm": '"daily"',
    "owner": '"fritidsguiden"',
}
RECIPE = """
[klub.recipe]
entries = "li"
[klub.recipe.fields]
key = "./@id"
title = "h2"
times = { select = "p", strip = "Tid:" }
"""
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file with the source `klub`, valid but for what is given."""

    def make(after: str = "", **changed: str | None) -> Path:
        fields = {name: value for name, value in {**VALID, **changed}.items() if value is not None}
        lines = [f"{name} = {value}" for name, value in fields.items()]
        path = tmp_path / "mine.toml"
        path.write_text("\n".join(["[klub]", *lines, after]), encoding="utf-8")
        return path

    return make


def test_every_source_of_the_program_is_off() -> None:
    sources = load_sources()
    assert len(sources) >= 10
    assert [name for name, source in sources.items() if source.is_on] == []


@pytest.mark.parametrize("name", load_sources())
def test_every_source_is_documented(name: str) -> None:
    assert f"`{name}`" in DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*FORMATS, *FIELDS, *VALID])
def test_every_format_and_field_is_documented(name: str) -> None:
    assert f"`{name}`" in DOCUMENT.read_text(encoding="utf-8")


def test_an_operator_adds_a_source(write: Write) -> None:
    found = load_sources(write())["klub"]
    assert not found.is_on
    info = found.info(date(2026, 11, 22), page=PageKind.DETAIL, key="7")
    assert (info.name, info.address, info.key) == ("klub", "https://klub.example.dk/k.ics", "7")


def test_a_list_and_an_entrys_own_page_are_expected_to_have_fields_of_their_own(
    write: Write,
) -> None:
    found = load_sources(write(expects='["title"]', detail_expects='["place"]'))["klub"]
    on = date(2026, 11, 22)
    assert found.info(on).expects == ("title",)
    assert found.info(on, page=PageKind.DETAIL).expects == ("place",)


def test_a_tick_needs_whose_leave_it_is_and_when(write: Write) -> None:
    with pytest.raises(Invalid, match=r"^source 'klub': agreed_with: "):
        load_sources(write(agreement="true"))
    with pytest.raises(Invalid, match=r"^source 'klub': agreed_on: "):
        load_sources(write(agreement="true", agreed_with='"Klubben"'))
    path = write(agreement="true", agreed_with='"Klubben"', agreed_on="2026-11-22")
    assert load_sources(path)["klub"].is_on


def test_single_fields_of_the_programs_own_are_overridden(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        '[conventus-aktiviteter]\nrhythm = "monthly"\n'
        '[krolf]\nlike = "conventus-holdoversigt"\norganisation = "Krolf"\n'
        'address = "https://www.conventus.dk/dataudv/www/holdoversigt2.php?foreningsid=1"\n'
        'agreement = true\nagreed_with = "Krolf"\nagreed_on = 2026-11-24\n',
        encoding="utf-8",
    )
    sources = load_sources(path)
    assert sources["conventus-aktiviteter"].rhythm == "monthly"
    assert sources["conventus-aktiviteter"].title == load_sources()["conventus-aktiviteter"].title
    assert sources["krolf"].is_on
    assert sources["krolf"].format == "conventus_holdoversigt"
    assert not sources["conventus-holdoversigt"].is_on


def test_gaps_are_filled_before_the_tick(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        '[kultunaut-liste]\nagreement = true\nagreed_with = "K"\nagreed_on = 2026-11-24\n',
        encoding="utf-8",
    )
    with pytest.raises(Invalid, match=r"^source 'kultunaut-liste': address: fill in \{area\}"):
        load_sources(path)


def test_a_recipe_is_read(write: Write) -> None:
    recipe = load_sources(write(RECIPE, format='"html"'))["klub"].recipe
    assert recipe is not None
    assert (recipe.entries, recipe.fields["times"].strip) == ("li", "Tid:")


def test_a_mapping_lies_beside_the_operators_file(write: Write, tmp_path: Path) -> None:
    (tmp_path / "vores.toml").write_text(
        '[columns]\nkilde_id = "{nr}"\nforening = "{klub}"\ntilbud = "{hold}"\n', encoding="utf-8"
    )
    path = write(format='"table"', mapping='"vores.toml"')
    assert load_sources(path)["klub"].mapping is not None


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("title", {"title": None}),
        ("title", {"title": '""'}),
        ("title", {"title": "7"}),
        ("format", {"format": '"gopher"'}),
        ("address", {"address": None}),
        ("address", {"address": '"http://klub.example.dk/"'}),
        ("address", {"address": '"ftp://klub.example.dk/"'}),
        ("address", {"address": '"https://a:b@klub.example.dk/"'}),
        ("address", {"address": '"https://klub.example.dk:8443/"'}),
        ("address", {"address": '"https://klub.example.dk:x/"'}),
        ("address", {"address": '"https://[::1"'}),
        ("address", {"address": '"https://klub.example.dk/#a"'}),
        ("hosts", {"hosts": None}),
        ("hosts", {"hosts": '"klub.example.dk"'}),
        ("hosts", {"hosts": '["evil.example"]'}),
        ("hosts", {"hosts": '["klub.example.dk", "127.0.0.1"]'}),
        ("hosts", {"hosts": '["klub.example.dk", "localhost"]'}),
        ("hosts", {"hosts": '["klub.example.dk", "*.dk"]'}),
        ("licence", {"licence": None}),
        ("agreement", {"agreement": '"yes"'}),
        ("agreement", {"agreement": "1"}),
        ("agreed_on", {"agreement": "true", "agreed_with": '"K"', "agreed_on": '"2026-11-24"'}),
        ("rhythm", {"rhythm": '"often"'}),
        ("owner", {"owner": None}),
        ("area", {"area": "[1]"}),
        ("secret", {"secret": '"key=abc&x"'}),
        ("expects", {"expects": '"title"'}),
        ("recipe", {"format": '"html"'}),
        ("recipe", {"recipe": "{}"}),
        ("recipe.fields", {"format": '"html"', "recipe": '{entries = "li"}'}),
        ("recipe.entries", {"format": '"html"', "recipe": '{fields = {title = "b"}}'}),
        ("recipe.x", {"format": '"html"', "recipe": '{x = "li"}'}),
        (
            "recipe.fields.title",
            {"format": '"html"', "recipe": '{entries = "li", fields = {key = "b"}}'},
        ),
        (
            "recipe.fields.key",
            {"format": '"html"', "recipe": '{entries = "li", fields = {title = "b"}}'},
        ),
        (
            "recipe.fields.cpr",
            {"format": '"html"', "recipe": '{entries = "li", fields = {cpr = "b"}}'},
        ),
        (
            "recipe.fields.title",
            {"format": '"html"', "recipe": '{entries = "li", fields = {title = 7}}'},
        ),
        ("mapping", {"mapping": '"x.toml"'}),
        ("mapping", {"format": '"table"', "mapping": '"missing.toml"'}),
        ("mapping", {"format": '"table"', "mapping": '"../x.toml"'}),
        ("like", {"like": '"nothing"'}),
        ("adress", {"adress": '"https://klub.example.dk/"'}),
    ],
)
def test_a_mistake_is_named_in_one_line(
    write: Write, field: str, changed: dict[str, str | None]
) -> None:
    with pytest.raises(Invalid) as refused:
        load_sources(write(**changed))
    said = str(refused.value)
    assert said.startswith(f"source 'klub': {field}: ")
    assert "\n" not in said


@pytest.mark.parametrize(
    "text",
    ["[Klub]\n", "klub = 7\n", "[klub\n", "[klub]\ntitle = 1\ntitle = 2\n", "a = " + "9" * 5000],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        load_sources(path)
    assert str(refused.value).startswith("mine.toml: ")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"mine\.toml"):
        load_sources(tmp_path / "mine.toml")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("s") / "mine.toml"
    path.write_bytes(text.encode("utf-8", "replace"))
    try:
        load_sources(path)
    except Invalid as refused:
        assert "\n" not in str(refused)


def test_an_unknown_format_is_answered_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match="conventus_holdoversigt"):
        parser_of("gopher")
