"""Whatever an answer holds, a parser reads it or refuses it in the project's own words."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scrapers.formats.registry import FORMATS
from scrapers.found import Parsed, Trouble, Unreadable
from tests.scrapers.cases import CASES, Case, plain

TOKENS = [
    *b"< > </div> &lt; &#0; &#xD800; \" ' \\ \\u0000 { } [ ] , : ; null -1 1e400 NaN".split(),
    *b"99999999999999999999 2026-02-30 31.12-01.01 kl.25:99 T24:00:00 {} [] ]]> <!--".split(),
    *b"RRULE:FREQ=WEEKLY;INTERVAL=2 RRULE:FREQ=MONTHLY;BYDAY=-1MO EXDATE:20261110T170000".split(),
    *b"DTSTART:99991231T235959 DURATION:-P9999D TZID=Nowhere/None <![CDATA[ <?xml?>".split(),
    *b"http://[ https://a.example:99999/".split(),
    *(b"\n", b"\r\n", b"\x00", b"\xff", b"\xc3", b"\xef\xbb\xbf"),
    *(b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n"),
    *("\u2028\u202e\u200b".encode(), "\U0001f600\ufb01\xbd".encode()),
]


def check(case: Case, content: bytes) -> None:
    """Parse; a refusal is the project's own, and what is read can be stored."""
    try:
        found = FORMATS[case.format](content, case.source)
    except Unreadable as refused:
        assert isinstance(refused.trouble, Trouble)
        assert "\n" not in str(refused)
        return
    assert isinstance(found, Parsed)
    plain(found)
    keys = [offer.key for offer in found.offers]
    assert len(set(keys)) == len(keys)
    assert all(keys)
    for offer in found.offers:
        for field in offer.fields.values():
            for text in (field.original, str(field.value), field.at):
                assert "\x00" not in text
                assert "<script" not in text.lower()
    for remark in found.remarks:
        assert "\n" not in remark.detail + remark.at


@st.composite
def changed_pages(draw: st.DrawFn, content: bytes) -> bytes:
    """A saved page with pieces taken out, doubled, swapped or replaced by odd ones."""
    page = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(page) - 1)))
        length = draw(st.sampled_from([0, 1, 2, 5, 20, 200]))
        new = draw(st.sampled_from(TOKENS) | st.binary(max_size=4) | st.none())
        page[at : at + length] = bytes(page[at : at + length]) * 2 if new is None else new
    return bytes(page)


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_changed_page_is_read_or_refused(name: str, data: st.DataObject) -> None:
    check(CASES[name], data.draw(changed_pages(CASES[name].content)))


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
@settings(max_examples=3000, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_page_changed_in_many_ways_is_read_or_refused(name: str, data: st.DataObject) -> None:
    check(CASES[name], data.draw(changed_pages(CASES[name].content)))


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300))
@example(b"")
@example(b"\xff\xfe")
@example(b"\xff\xfe\x00\xd8")
@example(b"PK\x03\x04")
@example(b"document.write('\\u{110000}');")
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for case in CASES.values():
        check(case, content)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats() | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(
        st.sampled_from(
            "id name title items next state data kind modified license contents total_pages"
            " page_number size total_items status organization schedules freq byday interval"
            " opens_at dtstart until external directories resources resource start end @type"
            " @graph @id startDate endDate location address geo latitude longitude eventSchedule"
            " byDay startTime offers price html organizer superEvent ageRestriction".split()
        ),
        inside, max_size=6,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(json_values)
def test_any_json_is_read_or_refused(value: object) -> None:
    content = _dumped(value)
    for name in ("openactive", "hsds", "conventus_booking", "jsonld", "kultunaut_feed"):
        wrapped = b"c(" + content + b")" if name == "kultunaut_feed" else content
        check(CASES[name], wrapped)


@pytest.mark.slow
@settings(max_examples=5000, suppress_health_check=[HealthCheck.too_slow])
@given(json_values)
def test_any_json_at_length_is_read_or_refused(value: object) -> None:
    content = _dumped(value)
    for name in ("openactive", "hsds", "conventus_booking", "jsonld"):
        check(CASES[name], content)


def _dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
