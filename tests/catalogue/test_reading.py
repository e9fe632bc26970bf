"""Meeting times in clubs' own words: read what is certain, keep the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.reading import LONGEST_TEXT, read_times
from catalogue.schedules import Schedule, format_times, parse_times


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Tirsdag kl. 19.30", "tir 19:30"),
        ("TIRSDAG KL 19:30.", "tir 19:30"),
        ("ons. kl. 10-15.", "ons 10:00-15:00"),
        ("mandage 10-12", "man 10:00-12:00"),
        ("mandag 16:30 - 18:00", "man 16:30-18:00"),
        ("mandag kl. 9.30", "man 09:30"),
        ("hver tirsdag fra kl. 19 til 21", "tir 19:00-21:00"),
        ("om mandagen klokken 19", "man 19:00"),
        ("fredag 17-24", "fre 17:00-00:00"),
        ("lørdag 22:00-02:00", "lør 22:00-02:00"),
        ("mandag morgen kl. 6.30-7.30", "man 06:30-07:30"),
        ("tirsdag og fredag kl. 13", "tir 13:00; fre 13:00"),
        ("tirsdag|torsdag", "tir; tor"),
        ("Mandag, onsdag kl. 14, fredag kl. 10", "man 14:00; ons 14:00; fre 10:00"),
        ("mandag 10-12 og 14-16", "man 10:00-12:00; man 14:00-16:00"),
        ("Mandag 10-12\nTirsdag 14-16", "man 10:00-12:00; tir 14:00-16:00"),
        ("Tirsdag: 19:00-20:30 · Torsdag: 18-20", "tir 19:00-20:30; tor 18:00-20:00"),
        ("mandag-tirsdag 9-14; fredag 9-13", "man 09:00-14:00; tir 09:00-14:00; fre 09:00-13:00"),
        ("lige onsdage kl. 14", "lige ons 14:00"),
        ("onsdag, lige uger, kl. 14-16", "lige ons 14:00-16:00"),
        ("onsdage kl. 14-16 i ulige uger", "ulige ons 14:00-16:00"),
        ("hver anden onsdag (ulige uger) kl. 14", "ulige ons 14:00"),
        ("i lige uger mandag og onsdag 10-12", "lige man 10:00-12:00; lige ons 10:00-12:00"),
        (
            "tirsdag i lige uger kl. 10; tirsdag i ulige uger kl. 14",
            "lige tir 10:00; ulige tir 14:00",
        ),
        ("anden og fjerde mandag i måneden", "2.+4. man"),
        ("2. og 4. mandag kl. 19:00-21:00", "2.+4. man 19:00-21:00"),
        ("hver første mandag i måneden kl. 19.00", "1. man 19:00"),
        ("den sidste torsdag i hver måned kl. 14", "sidste tor 14:00"),
        ("lørdag-søndag 10-14", "lør 10:00-14:00; søn 10:00-14:00"),
    ],
)  # fmt: skip
def test_certain_words_become_meetings(text: str, cell: str) -> None:
    assert read_times(text) == parse_times(cell)


@pytest.mark.parametrize(
    "text",
    [
        "aften",
        "varierende",
        "08:00-13:00",
        "kl. 12 og et par timer frem",
        "mandag kl. 12 og et par timer frem",
        "tirsdag og fredag kl. 13 og efter 1. april kl. 14",
        "tirsdag|fredag 13:00 (vinter); 14:00 (fra 1. april)",
        "mandag-torsdag; fredag 09:00-14:30; fredag 09:00-13:30",
        "tre dage om ugen; tirsdag for unge",
        "café 09:00-13:00 (2020)",
        "en gang om måneden",
        "lige uger",
        "hver anden onsdag",
        "hver 2. tirsdag kl. 19",
        "hver anden uge onsdag kl. 14",
        "hver tredje onsdag",
        "hver anden mandag i måneden",
        "anden mandag kl. 19",
        "hver mandag i vinterhalvåret",
        "torsdage i september",
        "Tirsdag: Nordhallen 19:00-20:30 · Torsdag: Sydhallen 19:00-20:30",
        "Ons. d. 16. september 2026, kl. 10-15.",
        "D. 01.08 - 31.07 - kl. 16:30 - 18:00",
        "mandag 01.08 - 31.07",
        "mandag 1.9-20.12",
        "mandag 1.10",
        "mandag 20",
        "mandag 10/12",
        "mandag kl. 25",
        "mandag kl. 2",
        "mandag kl. 7-9",
        "mandag kl. 10-2",
        "mandag eftermiddag kl. 19",
        "mandag ca. kl. 19",
        "mandag kl. halv otte",
        "mandag kl. 10, 12 og 14",
        "mandag kl. 10-12; torsdag",
        "mandag kl. 19 og mandag kl. 20",
        "mandag kl. 10-12 og 11-13",
        "mandag og mandag",
        "fredag-mandag 10-12",
        "mandag og onsdag i lige uger kl. 10",
        "mandag 10-12 og onsdag 14-16 i lige uger",
        "Lige uger: mandag 10-12; onsdag 14-16",
        "1. mandag og 3. onsdag i måneden kl. 10",
        "2. juledag",
        "lÃ¸rdag 10-12",
        "tirsdag/torsdag kl. 10",
        "",
    ],
)
def test_anything_else_is_kept_as_it_is(text: str) -> None:
    assert read_times(text) == Schedule(original=text)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Torsdag aften", 'tor; "Torsdag aften"'),
        ("alle hverdage", 'man; tir; ons; tor; fre; "alle hverdage"'),
    ],
)
def test_a_sure_day_stands_beside_words_that_only_a_person_can_read(text: str, cell: str) -> None:
    assert format_times(read_times(text)) == cell


def test_a_long_description_is_not_read() -> None:
    text = "mandag kl. 19. " * (LONGEST_TEXT // 10)
    assert read_times(text).meetings == ()


_WORDS = [
    *("mandag", "tirsdage", "ons.", "hverdage", "dagligt", "alle", "hver", "anden", "første"),
    *("2.", "4.", "sidste", "i", "måneden", "om", "lige", "ulige", "uger", "aften", "kl."),
    *("19", "19.30", "10-12", "1.10", "24", "fra", "til", "-", "og", "samt", ",", ";", ":"),
    *("|", "·", "(", ")"),
]


@given(st.text() | st.lists(st.sampled_from(_WORDS), max_size=12).map(" ".join))
def test_nothing_is_lost_whatever_a_club_writes(text: str) -> None:
    schedule = read_times(text)
    assert schedule.original in (None, " ".join(text.split()))
    assert schedule.meetings or schedule.original or not text.strip()
    assert parse_times(format_times(schedule)) == schedule


@given(
    st.lists(st.sampled_from(_WORDS), max_size=6),
    st.sampled_from(["ca.", "efter", "undtagen", "1. april", "ikke", "måske", "vinter"]),
    st.lists(st.sampled_from(_WORDS), max_size=6),
)
def test_a_word_that_is_not_known_always_stops_the_reader(
    before: list[str], word: str, after: list[str]
) -> None:
    assert read_times(" ".join([*before, word, *after])).meetings == ()


def test_a_word_that_is_not_known_stops_a_text_that_is_otherwise_read() -> None:
    assert read_times("tirsdag kl. 19-21").meetings
    assert not read_times("tirsdag undtagen kl. 19-21").meetings
