"""Hostile answers: bounded time and memory, and one clear refusal."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from scrapers.formats.registry import FORMATS
from scrapers.found import PageKind, SourceInfo, Trouble, Unreadable
from tests.scrapers.cases import CASES, PAGES, Case
from tests.scrapers.hostile_formats import ANSWERS, WORDS

MOST_SECONDS = 15
MOST_MB = 100


def one_of_each() -> dict[str, Case]:
    return {case.format: case for case in reversed(CASES.values())}


def read(case: Case, content: bytes, source: SourceInfo | None = None) -> None:
    """Parse; what is raised must be the project's own, on one short line."""
    try:
        FORMATS[case.format](content, source or case.source)
    except Unreadable as refused:
        assert isinstance(refused.trouble, Trouble)
        assert "\n" not in str(refused)
        assert len(str(refused)) < 400


@pytest.mark.slow
@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("case", one_of_each().values(), ids=[*one_of_each()])
def test_a_hostile_answer_is_over_soon(case: Case, name: str) -> None:
    began = time.perf_counter()
    read(case, ANSWERS[name])
    assert time.perf_counter() - began < MOST_SECONDS


OWN = {
    "html": "html", "script": "conventus_holdoversigt", "ld+json": "jsonld", "microdata": "jsonld",
    "json": "openactive", "call": "kultunaut", "xml": "nemtilmeld", "calendar": "ical",
    "table": "table", "workbook": "facilities",
}  # fmt: skip
"""The format that each kind of hostile answer is made for."""


def own_case(name: str) -> str:
    """The saved page whose format an answer is made for."""
    words = name.removeprefix("a ").split()
    return OWN.get(words[0], "html")


@pytest.mark.parametrize("name", ANSWERS)
def test_a_hostile_answer_is_over_soon_in_the_format_it_is_made_for(name: str) -> None:
    began = time.perf_counter()
    read(CASES[own_case(name)], ANSWERS[name])
    assert time.perf_counter() - began < MOST_SECONDS


@pytest.mark.slow
@pytest.mark.parametrize("name", ANSWERS)
def test_a_hostile_detail_is_over_soon(name: str) -> None:
    began = time.perf_counter()
    for case in CASES.values():
        if case.source.page is PageKind.DETAIL:
            read(case, ANSWERS[name])
    assert time.perf_counter() - began < MOST_SECONDS


@pytest.mark.slow
@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("case", CASES.values(), ids=[*CASES])
def test_a_field_of_hostile_words_is_over_soon(case: Case, name: str) -> None:
    """Every word of the page that a field is made of, in turn, is a hundred kilobytes."""
    expected = json.loads((PAGES / f"{_name(case)}.expected.json").read_text(encoding="utf-8"))
    originals = {
        part.split("\n")[0]
        for subject in (*expected.get("offers", []), *expected.get("venues", []))
        for field in subject["fields"].values()
        for part in field.get("original", "").split(", ")[-1:]
        if len(part) > 3
    }
    encoding = "latin-1" if case.file in ("conventus_xml.xml", "kultunaut.html") else "utf-8"
    text = case.content.decode(encoding)
    began = time.perf_counter()
    tried = 0
    for words in sorted(originals)[:8]:
        if words in text:
            tried += 1
            read(case, text.replace(words, WORDS[name], 1).encode(encoding))
    assert tried or not originals
    assert time.perf_counter() - began < MOST_SECONDS


def _name(case: Case) -> str:
    return next(name for name, one in CASES.items() if one is case)


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        ("html nested deeply", Trouble.TOO_DEEP),
        ("html of flat tags", Trouble.TOO_LARGE),
        ("html of one tag", Trouble.TOO_LARGE),
        ("nul bytes", Trouble.NOT_TEXT),
        ("too many bytes", Trouble.TOO_LARGE),
    ],
)
def test_what_is_wrong_with_a_page_is_named(name: str, trouble: Trouble) -> None:
    with pytest.raises(Unreadable) as refused:
        FORMATS["html"](ANSWERS[name], CASES["html"].source)
    assert refused.value.trouble == trouble


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        ("xml nested deeply", Trouble.TOO_DEEP),
        ("xml of laughs", Trouble.FORBIDDEN_XML),
        ("xml of a file", Trouble.FORBIDDEN_XML),
        ("xml of another host", Trouble.FORBIDDEN_XML),
        ("xml of many tags", Trouble.TOO_LARGE),
    ],
)
def test_what_is_wrong_with_a_feed_is_named(name: str, trouble: Trouble) -> None:
    for format_name in ("nemtilmeld", "rss", "conventus_xml"):
        with pytest.raises(Unreadable) as refused:
            FORMATS[format_name](ANSWERS[name], CASES[format_name].source)
        assert refused.value.trouble == trouble


@pytest.mark.parametrize(
    "name", [name for name in ANSWERS if name.startswith("a calendar of ") and name.endswith(
        ("seconds", "minutes", "folded", "by day", "interval", "counts", "numbers"))]
)  # fmt: skip
def test_a_rule_that_never_ends_gives_no_times(name: str) -> None:
    try:
        found = FORMATS["ical"](ANSWERS[name], CASES["ical"].source)
    except Unreadable as refused:
        assert refused.trouble is Trouble.TOO_LARGE
    else:
        assert found.troubles() & {Trouble.UNSURE, Trouble.UNUSABLE}
        assert not any(
            offer.fields["times"].value["meetings"]  # type: ignore[index]  # plain JSON
            for offer in found.offers
            if "times" in offer.fields
        )


def test_a_zone_brings_no_rules_of_its_own() -> None:
    found = FORMATS["ical"](ANSWERS["a calendar of a zone"], CASES["ical"].source)
    assert found.troubles() == {Trouble.EMPTY_LIST}


@pytest.mark.parametrize(
    "address",
    [
        "http://192.0.2.1/x",
        "//evil.example/x",
        "https://user:secret@klub.example/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://klub.example.evil.example/",
        "https://klub.example:8443/x",
        "http://klub.example/x",
        "https://[::1",
        "\\\\evil.example\\x",
        "https://klub.example@evil.example/",
    ],
)
def test_a_page_never_leads_to_another_host(address: str) -> None:
    page = CASES["html"].content.replace(b"?side=2", address.encode())
    found = FORMATS["html"](page.replace(b"/hold/9", address.encode()), CASES["html"].source)
    own = "https://klub.example/"
    assert all(one.address.startswith(own) for one in found.next_pages)
    feed = CASES["openactive"].content.replace(b"https://oa.example/feed", address.encode())
    with pytest.raises(Unreadable):
        FORMATS["openactive"](feed, CASES["openactive"].source)


_CHILD = """
import resource, sys
from pathlib import Path
from tests.scrapers.cases import CASES
from scrapers.formats.registry import FORMATS
from scrapers.found import Unreadable
case = CASES[sys.argv[1]]
content = Path(sys.argv[2]).read_bytes()
for one in (case.content, content):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        FORMATS[case.format](one, case.source)
    except Unreadable:
        pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no resource module")
@pytest.mark.parametrize("name", ANSWERS)
def test_a_hostile_answer_takes_little_memory(name: str, tmp_path: Path) -> None:
    """MB beyond what a saved page and the answer take, in a process of its own."""
    content = tmp_path / "answer"
    content.write_bytes(ANSWERS[name])
    ran = subprocess.run(
        [sys.executable, "-c", _CHILD, own_case(name), str(content)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(ran.stdout) <= MOST_MB


def test_a_selector_that_is_none_is_a_fault_of_the_recipe() -> None:
    case = CASES["html"]
    assert case.source.recipe is not None
    for select in ("li[", ".//li[", "::attr(", "//*[count(//*)>'", "re:x(", "", "string(1)", "7"):
        recipe = replace(case.source.recipe, entries=select)
        with pytest.raises(Unreadable) as refused:
            FORMATS["html"](case.content, replace(case.source, recipe=recipe))
        assert refused.value.trouble in (Trouble.RECIPE, Trouble.LAYOUT_CHANGED)
