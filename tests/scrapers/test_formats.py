"""Each format reads its saved page to the expected result, and a changed page is seen.

What must never be is a result that is silently smaller or other: a mutant is refused, or a
remark says what is wrong, or nothing that was read has changed.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from scrapers.formats.registry import FORMATS
from scrapers.found import Parsed, SourceInfo, Trouble, Unreadable
from tests.scrapers import mutants
from tests.scrapers.cases import CASES, PAGES, Case, parts_of, plain

PERSONS = ("Bente", "Lone", "Bodil", "Kirsten", "Møller", "20 12 34 56", "22334455", "40 11 22 33")
"""Persons and numbers that stand in the saved pages."""


def parse(case: Case, content: bytes, source: SourceInfo | None = None) -> Parsed:
    return FORMATS[case.format](content, source or case.source)


def strict(case: Case) -> SourceInfo:
    """The case's source with all that its page has among what it expects."""
    found = parse(case, case.content)
    owners = {offer.organisation for offer in found.offers} - {case.source.organisation, None}
    expects = (*parts_of(found), *(["organisation"] if owners else []))
    return replace(case.source, expects=expects)


def new_troubles(case: Case, found: Parsed) -> set[Trouble]:
    before = {(remark.trouble, remark.at) for remark in parse(case, case.content).remarks}
    return {one.trouble for one in found.remarks if (one.trouble, one.at) not in before}


def read(found: Parsed) -> object:
    """What was read, without remarks and the places where it stood."""
    stored = plain(replace(found, remarks=(), next_pages=()))
    return json.loads(json.dumps(stored), object_hook=_without_places)


def _without_places(node: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in node.items() if name not in ("at", "original")}


@pytest.mark.parametrize("name", CASES)
def test_a_saved_page_gives_the_expected_result(name: str) -> None:
    expected = json.loads((PAGES / f"{name}.expected.json").read_text(encoding="utf-8"))
    assert plain(parse(CASES[name], CASES[name].content)) == expected


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_has_a_saved_page(format_name: str) -> None:
    assert any(format_name in (case.format, name) for name, case in CASES.items())


@pytest.mark.parametrize("name", CASES)
def test_the_same_page_is_read_the_same_twice(name: str) -> None:
    assert parse(CASES[name], CASES[name].content) == parse(CASES[name], CASES[name].content)


@pytest.mark.parametrize("name", CASES)
def test_no_person_comes_through(name: str) -> None:
    said = json.dumps(plain(parse(CASES[name], CASES[name].content)), ensure_ascii=False)
    assert [person for person in PERSONS if person in said] == []


def test_the_saved_pages_do_name_persons() -> None:
    pages = b"".join(case.content for case in CASES.values()).decode("utf-8", "replace")
    assert [person for person in PERSONS if person not in pages] == []


@pytest.mark.parametrize("name", CASES)
def test_every_field_says_where_it_stands(name: str) -> None:
    found = parse(CASES[name], CASES[name].content)
    for subject in (*found.offers, *found.organisations, *found.venues):
        assert subject.at or name in ("conventus_booking", "html_detail")
        for field_name, field in subject.fields.items():
            assert field.at, field_name
            assert field.original or field_name == "kind", field_name


# --- mutants ---


@pytest.mark.parametrize("trouble", mutants.INSTEAD)
@pytest.mark.parametrize("name", CASES)
def test_another_page_instead_is_refused_by_its_own_name(name: str, trouble: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(CASES[name], mutants.INSTEAD[trouble])
    assert refused.value.trouble == Trouble(trouble.strip())
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", mutants.RENAMED_ENTRY)
def test_entries_that_are_marked_otherwise_are_no_empty_list(name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(CASES[name], mutants.RENAMED_ENTRY[name](CASES[name].content))
    assert refused.value.trouble == Trouble.LAYOUT_CHANGED


@pytest.mark.parametrize("name", mutants.LOST_PART)
def test_a_part_that_every_entry_had_is_missed(name: str) -> None:
    case = CASES[name]
    found = parse(case, mutants.LOST_PART[name](case.content), strict(case))
    assert Trouble.MISSING_PART in new_troubles(case, found)


@pytest.mark.parametrize("name", mutants.EMPTY_LIST)
def test_an_empty_list_is_said_to_be_one(name: str) -> None:
    found = parse(CASES[name], mutants.EMPTY_LIST[name](CASES[name].content))
    assert found.offers == ()
    assert Trouble.EMPTY_LIST in found.troubles()


@pytest.mark.parametrize("name", mutants.SWAPPED_DATES)
def test_dates_in_each_others_place_are_said(name: str) -> None:
    case = CASES[name]
    found = parse(case, mutants.SWAPPED_DATES[name](case.content))
    if case.format == "table":  # a row that cannot be is refused as it is in an import
        assert Trouble.ENTRY_REFUSED in found.troubles()
    else:
        assert Trouble.CONTRADICTION in new_troubles(case, found)


@pytest.mark.parametrize("name", CASES)
def test_text_that_was_encoded_twice_is_mended_and_said(name: str) -> None:
    case = CASES[name]
    encoding = "latin-1" if name in ("conventus_xml", "kultunaut") else "utf-8"
    text = case.content.decode(encoding)
    if text.isascii():
        return
    found = parse(case, text.encode().decode("cp1252").encode())
    assert read(found) == read(parse(case, case.content))
    assert Trouble.MENDED_ENCODING in found.troubles()


@pytest.mark.parametrize("name", CASES)
def test_letters_that_were_lost_are_not_guessed(name: str) -> None:
    case = CASES[name]
    if case.content.isascii():
        return
    lost = case.content.decode("ascii", "replace").encode()
    with pytest.raises(Unreadable) as refused:
        parse(case, lost)
    assert refused.value.trouble == Trouble.MOJIBAKE


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", CASES)
def test_another_encoding_gives_the_same_result(name: str, encoding: str) -> None:
    case = CASES[name]
    own = "latin-1" if name in ("conventus_xml", "kultunaut") else "utf-8"
    text = case.content.decode(own).replace('encoding="UTF-8"', "").replace("utf-8", "")
    source = replace(case.source, content_type=None)
    found = parse(case, text.encode(encoding), source)
    assert read(found) == read(parse(case, case.content))


@pytest.mark.parametrize("name", CASES)
def test_a_page_that_is_cut_off_is_never_a_smaller_page(name: str) -> None:
    for end in _cuts(CASES[name].content, 60):
        _check_cut(CASES[name], end)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_page_that_is_cut_off_anywhere_is_never_a_smaller_page(name: str) -> None:
    for end in _cuts(CASES[name].content, 100_000):
        _check_cut(CASES[name], end)


def _cuts(content: bytes, most: int) -> range:
    return range(1, len(content), max(1, len(content) // most))


def _check_cut(case: Case, end: int) -> None:
    cut = case.content[:end]
    if case.file.endswith(".csv") and cut.endswith(b"\n"):
        return  # a table that ends with a whole line; only its length tells, which fetching sees
    try:
        found = parse(case, cut)
    except Unreadable as refused:
        assert refused.trouble is not Trouble.EMPTY_ANSWER or not cut.strip()
        return
    assert read(found) == read(parse(case, case.content)) or new_troubles(case, found), end


RENAMED = {
    ".html": r'(?<=class=")[\w-]+|(?<=itemprop=")\w+|(?<="@type": ")\w+|(?<=")\w+(?=": )|<h[23]\b',
    ".js": r'(?<=class=\\")[\w-]+|(?<=")html(?=":)|(?<=class=")[\w-]+',
    ".json": r'(?<=")\w+(?=": )',
    ".xml": r"(?<=<)\w+(?=>)",
    ".ics": r"(?<=\n)[A-Z]+(?=[:;])",
    ".csv": r"(?<![^\n;,])[a-z_]+(?=[,;\n])",
}
"""What has a name in a page, by the kind of its file."""


def _renamed(case: Case) -> Iterator[tuple[str, bytes]]:
    suffix = f".{case.file.rpartition('.')[2]}"
    content = case.content
    searched = content.split(b"\n")[0] if suffix == ".csv" else content
    for name in sorted(set(re.findall(RENAMED[suffix].encode(), searched))):
        if suffix == ".csv":
            rest = content[len(searched) :]
            yield name.decode(), re.sub(rb"\b" + name + rb"\b", b"x" + name, searched) + rest
        else:
            yield name.decode(), re.sub(rb"(?<![\w-])" + name + rb"(?![\w-])", name + b"x", content)


@pytest.mark.parametrize("name", CASES)
def test_whatever_is_renamed_changes_nothing_or_is_said(name: str) -> None:
    case = CASES[name]
    source, expected = strict(case), read(parse(case, case.content))
    silent = []
    tried = 0
    for what, content in _renamed(case):
        tried += 1
        try:
            found = parse(case, content, source)
        except Unreadable:
            continue
        if read(found) != expected and not new_troubles(case, found):
            silent.append(what)
    assert tried
    assert silent == []


@pytest.mark.parametrize("name", CASES)
def test_what_a_source_expects_and_has_is_not_missed(name: str) -> None:
    case = CASES[name]
    assert parse(case, case.content, strict(case)).remarks == parse(case, case.content).remarks
