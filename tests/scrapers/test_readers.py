"""The small readers that formats share: text, scripts, repeat rules, moments, rooms."""

import time as clock_time
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.errors import Invalid
from catalogue.kinds import Room
from catalogue.schedules import Schedule, format_times, meets_on
from scrapers.formats import clock
from scrapers.formats.entry import Entry, key_of
from scrapers.formats.javascript import argument, written
from scrapers.formats.notes import Notes
from scrapers.formats.plain import clean, without_markup
from scrapers.formats.rules import crosses_long_year, meetings, rule_of
from scrapers.formats.words import room_in, split_address
from scrapers.found import SourceInfo, Trouble, Unreadable

ON = date(2026, 11, 22)


wall = datetime.fromisoformat
"""A moment on the wall clock of Denmark, which has no zone."""


def entry() -> Entry:
    return Entry(Notes(SourceInfo("prøven", "https://a.example/", ON, "Klub")), "1", "her")


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("Kaffe &amp; kage", "Kaffe & kage"),
        ("a<br>b<p class=x>c</p>", "a\nb\nc"),
        ("a<b>b</b>c", "abc"),
        ("<script>alert(1)</script>Hold", "Hold"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Hold", "Hold"),
        ("&amp;lt;script&amp;gt;x&amp;lt;/script&amp;gt;Hold", "Hold"),
        ("<img src=x onerror=alert(1)>Hold", "Hold"),
        ("alder < 18 og > 12", "alder < 18 og > 12"),
        ("a\x00b\u202ec\u200bd", "a b c d"),
        ("  to   ord\t\n\n her ", "to ord\nher"),
    ],
)
def test_markup_is_taken_out_and_words_stay(markup: str, words: str) -> None:
    assert without_markup(markup) == words


@given(st.text(max_size=200))
def test_no_text_comes_out_with_a_tag_in_it(text: str) -> None:
    left = without_markup(text)
    assert "<script" not in left.lower()
    assert "\x00" not in left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Kom og vær med. Kontakt Bente Hansen på 20 12 34 56.", "Kom og vær med."),
        ("Formand: Hans Møller, hans.moeller@gmail.com", ""),
        ("Ring på 86 37 00 00.", "Ring på 86 37 00 00."),
        ("Skriv til kontakt@klub.example", "Skriv til kontakt@klub.example"),
        ("Lone Madsen viser rundt ved indgang B.", "viser rundt ved indgang B."),
    ],
)
def test_a_sentence_that_is_about_a_person_alone_goes_with_them(text: str, left: str) -> None:
    assert clean(text, ON).text == left


def test_a_cpr_number_refuses_the_whole_text() -> None:
    found = clean("Vi mødes. cpr 010165-1234 står her.", ON)
    assert (found.text, found.refused is None) == ("", False)


def test_a_key_keeps_its_numbers_and_no_private_mail() -> None:
    assert key_of("0101651234") == "0101651234"
    assert key_of("hold-1@klubben.example") == "hold-1@klubben.example"
    digest = key_of("bente.hansen@gmail.com")
    assert digest is not None and "bente" not in digest
    assert digest == key_of("bente.hansen@gmail.com")
    assert key_of(" <b></b> ") is None


@pytest.mark.parametrize(
    ("script", "html"),
    [
        ("document.write('<p>a<\\/p>');", "<p>a</p>"),
        ('document.write("a\\"b\\n\\u00e5");', 'a"b\nå'),
        ("document.write('a' + \"b\"); document . writeln ( 'c' )", "abc"),
        ("document.write('kald document.write(1)');", "kald document.write(1)"),
    ],
)
def test_a_script_is_read_for_what_it_writes(script: str, html: str) -> None:
    assert written(script) == html


@pytest.mark.parametrize(
    ("script", "trouble"),
    [
        ("var a = 1;", Trouble.WRONG_FORM),
        ("document.write('a", Trouble.TRUNCATED),
        ("document.write('a'); document.write(x);", Trouble.TRUNCATED),
        ("document.write('a' + x);", Trouble.TRUNCATED),
    ],
)
def test_a_script_that_writes_more_than_can_be_read_is_refused(
    script: str, trouble: Trouble
) -> None:
    with pytest.raises(Unreadable) as refused:
        written(script)
    assert refused.value.trouble == trouble


def test_a_call_is_read_for_its_argument() -> None:
    assert argument(' cb.x({"a": "b)"}); ') == '{"a": "b)"}'
    for script in ("1", "cb({", ""):
        with pytest.raises(Unreadable):
            argument(script)


@pytest.mark.parametrize(
    ("parts", "times"),
    [
        ({"FREQ": ["WEEKLY"]}, "tir 19:00-21:00"),
        ({"FREQ": ["WEEKLY"], "BYDAY": ["TU", "TH"]}, "tir 19:00-21:00; tor 19:00-21:00"),
        ({"FREQ": ["WEEKLY"], "INTERVAL": ["2"]}, "lige tir 19:00-21:00"),
        ({"FREQ": ["MONTHLY"], "BYDAY": ["1TU", "-1TU"]}, "1.+sidste tir 19:00-21:00"),
    ],
)
def test_a_rule_of_weeks_is_weekly_times(parts: dict[str, list[str]], times: str) -> None:
    found = meetings(rule_of(parts), date(2026, 9, 1), time(19), time(21))
    assert format_times(Schedule(found)) == times
    assert any(meets_on(one, date(2026, 9, 1)) for one in found)


@pytest.mark.parametrize(
    "parts",
    [
        {"FREQ": ["WEEKLY"], "INTERVAL": ["3"]},
        {"FREQ": ["WEEKLY"], "BYDAY": ["2MO"]},
        {"FREQ": ["MONTHLY"]},
        {"FREQ": ["MONTHLY"], "BYDAY": ["MO"]},
        {"FREQ": ["MONTHLY"], "BYDAY": ["MO"], "BYSETPOS": ["2"]},
        {"FREQ": ["YEARLY"]},
        {"FREQ": ["WEEKLY"], "BYMONTH": ["9"]},
        {"FREQ": ["WEEKLY"], "BYDAY": ["XX"]},
        {"FREQ": ["WEEKLY"], "INTERVAL": ["x"]},
        {},
    ],
)
def test_another_rule_is_no_weekly_time(parts: dict[str, list[str]]) -> None:
    with pytest.raises(Invalid):
        meetings(rule_of(parts), date(2026, 9, 1), time(19), time(21))


def test_every_second_week_changes_its_parity_after_a_week_53() -> None:
    assert crosses_long_year(date(2026, 9, 1), date(2027, 5, 1))  # 2026 has 53 weeks
    assert not crosses_long_year(date(2027, 9, 1), date(2028, 5, 1))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2026-12-05T12:30:00Z", wall("2026-12-05 13:30")),
        ("2026-07-05T12:30:00+00:00", wall("2026-07-05 14:30")),
        ("2026-12-05 19:00:00", wall("2026-12-05 19:00")),
        ("2026-12-05", date(2026, 12, 5)),
        (1795888800000, wall("2026-11-28 19:00")),
        ("0001-01-01T00:00:00", None),
        ("2026-13-01", None),
        ("i morgen", None),
        (True, None),
        (None, None),
        ("9" * 13, None),
    ],
)
def test_a_moment_is_on_the_wall_clock_of_denmark(value: object, found: object) -> None:
    assert clock.moment(value) == found


@pytest.mark.parametrize(
    ("words", "room"),
    [
        ("Ledige pladser: 4", Room.OPEN),
        ("Ledige pladser: 0", Room.FULL),
        ("12 ledige pladser", Room.OPEN),
        ("Venteliste", Room.WAITING_LIST),
        ("Fuldt booket", Room.FULL),
        ("Udsolgt", Room.FULL),
        ("Ubegrænset", Room.OPEN),
        ("Kom og se", None),
    ],
)
def test_room_is_read_from_words(words: str, room: Room | None) -> None:
    assert room_in(words) == room


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Klubhuset, Storegade 12, 8410 Rønde",
            {"venue": "Klubhuset", "address": "Storegade 12", "postcode": "8410", "town": "Rønde"},
        ),
        ("Torvet, Gråsten", {"venue": "Torvet, Gråsten"}),
        ("Storegade 12", {"address": "Storegade 12"}),
        ("", {}),
    ],
)
def test_an_address_on_one_line_is_taken_apart(text: str, parts: dict[str, str]) -> None:
    assert split_address(text) == parts


def test_an_evening_past_midnight_is_one_day() -> None:
    one = entry()
    one.once(wall("2026-12-31 20:00"), wall("2027-01-01 02:00"), "nytår", "her")
    assert one.fields["season"].value == {"first": "2026-12-31", "last": "2026-12-31"}
    assert one.fields["times"].value == {
        "meetings": [[3, "20:00", "02:00", "every", []]],
        "original": None,
    }


@pytest.mark.parametrize(
    ("lat", "lon"), [("10.47", "56.3"), ("0", "0"), ("x", "y"), ("1e400", "1"), ("nan", "nan")]
)
def test_coordinates_outside_denmark_are_said_and_left_out(lat: str, lon: str) -> None:
    one = entry()
    one.place({"venue": "Hallen", "lat": lat, "lon": lon}, "her")
    assert one.fields["place"].value == {"venue": "Hallen"}


def test_a_day_of_statement_that_lies_ahead_is_none() -> None:
    one = entry()
    one.stated("2026-12-01", "her")
    assert one.stated_on is None
    one.stated("2026-10-01", "her")
    assert one.stated_on == date(2026, 10, 1)


def test_searching_for_persons_takes_little_time() -> None:
    began = clock_time.perf_counter()
    clean("Anne " * 200_000, ON)
    clean("20 " * 200_000, ON)
    assert clock_time.perf_counter() - began < 5
