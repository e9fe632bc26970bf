"""Weekly times: the table's way of writing, next dates, and a citizen's window."""

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.errors import Invalid
from catalogue.schedules import (
    Meeting,
    Occurrence,
    Schedule,
    Weeks,
    fits,
    format_times,
    meets_on,
    next_dates,
    overlap_minutes,
    parse_times,
    schedule_from_json,
    schedule_to_json,
)
from catalogue.seasons import Period, parse_exceptions, parse_period

clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))
patterns = st.one_of(
    st.tuples(st.sampled_from(Weeks), st.just(())),
    st.tuples(st.just(Weeks.EVERY), st.lists(st.sampled_from([1, 2, 3, 4, 5, -1])).map(tuple)),
)


@st.composite
def meetings(draw: st.DrawFn) -> Meeting:
    weeks, nth = draw(patterns)
    starts = draw(st.none() | clocks)
    ends = None
    if starts is not None:
        ends = draw(st.none() | clocks.filter(lambda clock: clock != starts))
    return Meeting(draw(st.integers(0, 6)), starts, ends, weeks, nth)


schedules = st.builds(
    Schedule,
    st.lists(meetings(), max_size=6).map(tuple),
    st.none() | st.text() | st.text(alphabet='"; \nab-'),
)
days = st.dates(date(1995, 1, 1), date(2095, 1, 1))


@given(schedules)
def test_every_schedule_is_read_back_from_its_cell(schedule: Schedule) -> None:
    cell = format_times(schedule)
    assert parse_times(cell) == schedule
    assert format_times(parse_times(cell)) == cell


@given(schedules)
def test_every_schedule_is_read_back_from_its_stored_form(schedule: Schedule) -> None:
    assert schedule_from_json(schedule_to_json(schedule)) == schedule


@given(st.text() | st.text(alphabet='mantirsoø0123456789:.-+;," '))
def test_any_cell_is_read_in_a_stable_way_or_refused(cell: str) -> None:
    try:
        schedule = parse_times(cell)
    except Invalid as error:
        assert len(str(error).splitlines()) == 1
        assert len(str(error)) < 200
    else:
        assert parse_times(format_times(schedule)) == schedule


@pytest.mark.parametrize(
    "cell",
    [
        "tir 19:00-20:30",
        "man 17:00-18:15; man 18:30-19:45",
        "2.+4. man 19:00-21:00; tir 19:00-20:30; ulige ons 14:00-16:00",
        "1.+sidste ons 10:00-12:00",
        "fre 18:00-23:59",
        "fre 22:00-02:00",
        "lige ons",
        "lør 10:00",
        'tir 19:00-20:30; "og efter aftale"',
        '"ring til os; ""åbent"" efter behov"',
        "",
    ],
)
def test_canonical_cells_are_written_as_they_were_read(cell: str) -> None:
    assert format_times(parse_times(cell)) == cell


@pytest.mark.parametrize(
    ("cell", "canonical"),
    [
        ("Tirsdag kl. 19.30", "tir 19:30"),
        ("ons. kl 10 – 12", "ons 10:00-12:00"),
        ("MAN+ONS 10:00-12:00", "man 10:00-12:00; ons 10:00-12:00"),
        ("man, ons 10-12", "man 10:00-12:00; ons 10:00-12:00"),
        ("man - ons 9-15", "man 09:00-15:00; tir 09:00-15:00; ons 09:00-15:00"),
        (" 2. + 4.  man 19.00 - 21.00 ;", "2.+4. man 19:00-21:00"),
        ("sidste og 1. tor", "1.+sidste tor"),
        ("sidste+5. tor", "5.+sidste tor"),
        ("ulige uger søndage 14-16", "ulige søn 14:00-16:00"),
        ("man 17-24", "man 17:00-00:00"),
        ("tor 9:00; man 9:00; tor 9:00", "man 09:00; tor 09:00"),
        ('"efter\n  aftale";"eller ring"', '"efter aftale; eller ring"'),
    ],
)
def test_other_ways_of_writing_become_canonical(cell: str, canonical: str) -> None:
    assert format_times(parse_times(cell)) == canonical


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("tir 19:00-20:30; onsdag aften", "'onsdag aften'"),
        ("tir 25:00", "no time 25:00"),
        ("tir 19:60-20:00", "no time 19:60"),
        ("tir 24:00", "no time 24:00"),
        ("tir 19:00-19:00", "start and end"),
        ("fre-man 10-12", "last day"),
        ("6. man 10:00", "'6. man 10:00'"),
        ("lige 2. man 10:00", "'lige 2. man 10:00'"),
        ("hver anden onsdag", "'hver anden onsdag'"),
        ("tir 1900", "'tir 1900'"),
        ("tir 19-20, ons 20-21", "'tir 19-20, ons 20-21'"),
        ('tir 19:00 "og mere"', "quotes"),
        ('"uden ende', "quotes"),
        ("lÃ¸r 10-12", "'lÃ¸r 10-12'"),
        ("tir ١٩:٠٠", "'tir ١٩:٠٠'"),
        ("x" * 100_000, "…"),
    ],
)
def test_a_part_that_cannot_be_read_is_named(cell: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_times(cell)
    assert says in str(refused.value)
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize(
    "make",
    [
        lambda: Meeting(7),
        lambda: Meeting(0, None, time(12)),
        lambda: Meeting(0, time(12, 0, 30)),
        lambda: Meeting(0, time(12), time(12)),
        lambda: Meeting(0, nth=(0,)),
        lambda: Meeting(0, weeks=Weeks.ODD, nth=(1,)),
    ],
)
def test_impossible_meetings_cannot_be_made(make: object) -> None:
    assert callable(make)
    with pytest.raises(Invalid):
        make()


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        {},
        {"meetings": []},
        {"meetings": 3, "original": None},
        {"meetings": [], "original": 3},
        {"meetings": [[1, "19:00"]], "original": None},
        {"meetings": [["1", None, None, "every", []]], "original": None},
        {"meetings": [[1, "25:00", None, "every", []]], "original": None},
        {"meetings": [[1, None, None, "some", []]], "original": None},
        {"meetings": [[1, None, None, "every", [9]]], "original": None},
    ],
)
def test_a_damaged_stored_schedule_is_refused(stored: object) -> None:
    with pytest.raises(Invalid):
        schedule_from_json(stored)


def on(cell: str, after: str, **more: object) -> list[str]:
    season, pauses = more.get("season"), more.get("pauses")
    found = next_dates(
        parse_times(cell),
        after=date.fromisoformat(after),
        period=parse_period(str(season)) if season else None,
        exceptions=parse_exceptions(str(pauses)) if pauses else (),
        count=int(str(more.get("count", 3))),
    )
    return [occurrence.on.isoformat() for occurrence in found]


def test_next_dates_begin_after_the_day_itself() -> None:
    assert on("tir 19:00", "2026-09-01") == ["2026-09-08", "2026-09-15", "2026-09-22"]


def test_even_and_odd_weeks_are_iso_weeks_also_around_week_53() -> None:
    assert on("ulige ons 14:00", "2026-12-20") == ["2026-12-30", "2027-01-06", "2027-01-20"]
    assert on("lige ons 14:00", "2026-12-20") == ["2026-12-23", "2027-01-13", "2027-01-27"]


def test_second_fourth_fifth_and_last_of_the_month() -> None:
    assert on("2.+4. man", "2026-09-01") == ["2026-09-14", "2026-09-28", "2026-10-12"]
    assert on("5. tir", "2026-09-01") == ["2026-09-29", "2026-12-29", "2027-03-30"]
    assert on("sidste søn", "2027-01-31") == ["2027-02-28", "2027-03-28", "2027-04-25"]
    assert on("4.+sidste tir", "2027-02-01", count=2) == ["2027-02-23", "2027-03-23"]


def test_season_and_days_without_are_respected() -> None:
    assert on("tir 19:00", "2026-08-01", season="2026-09-01/2026-09-14") == [
        "2026-09-01",
        "2026-09-08",
    ]
    assert on("man 9:00", "2026-12-13", pauses="2026-12-21/2027-01-03; 2027-01-11", count=2) == [
        "2026-12-14",
        "2027-01-04",
    ]
    assert on("man 9:00", "2026-12-13", season="/2026-12-13") == []
    assert on("man 9:00", "2026-01-01", season="2030-01-01/") == []
    assert on('"efter aftale"', "2026-01-01") == []


def test_meetings_of_one_day_come_in_order_of_time_and_once() -> None:
    schedule = parse_times("1. tir 10:00; tir 18:00; tir 10:00")
    assert next_dates(schedule, after=date(2026, 8, 31), count=2) == [
        Occurrence(date(2026, 9, 1), time(10), None),
        Occurrence(date(2026, 9, 1), time(18), None),
    ]


@given(schedules, days, st.integers(0, 400), st.integers(1, 12))
def test_next_dates_are_meetings_within_season_and_in_order(
    schedule: Schedule, after: date, length: int, count: int
) -> None:
    season = Period(after + timedelta(days=3), after + timedelta(days=3 + length))
    pause = Period(after + timedelta(days=10), after + timedelta(days=20))
    found = next_dates(schedule, after=after, period=season, exceptions=(pause,), count=count)
    assert len(found) <= count
    assert len(set(found)) == len(found)
    for occurrence in found:
        assert after + timedelta(days=3) <= occurrence.on <= after + timedelta(days=3 + length)
        assert not after + timedelta(days=10) <= occurrence.on <= after + timedelta(days=20)
        assert any(meets_on(meeting, occurrence.on) for meeting in schedule.meetings)
    assert all(one.on <= other.on for one, other in pairwise(found))


@given(st.integers(0, 6), days)
def test_even_and_odd_weeks_together_are_every_week(weekday: int, day: date) -> None:
    even, odd = Meeting(weekday, weeks=Weeks.EVEN), Meeting(weekday, weeks=Weeks.ODD)
    assert meets_on(even, day) + meets_on(odd, day) == meets_on(Meeting(weekday), day)


TEN, FOUR = time(10), time(16)


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("man 10:00-16:00", True),
        ("man 09:45-16:15", True),
        ("man 09:44-12:00", False),
        ("man 15:00-16:16", False),
        ("tir 11:00-12:00", False),
        ("man", None),
        ("tir", False),
        ("man 11:00", None),
        ("man 16:00", False),
        ("man 09:00", False),
    ],
)
def test_a_meeting_fits_a_window_with_a_quarter_of_slack(cell: str, answer: bool | None) -> None:
    (meeting,) = parse_times(cell).meetings
    assert fits(meeting, 0, TEN, FOUR) is answer


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("man 09:00-10:45", 45),
        ("man 15:15-18:00", 45),
        ("man 08:00-20:00", 360),
        ("man 16:00-18:00", 0),
        ("tir 11:00-12:00", 0),
        ("søn 22:00-11:00", 60),
        ("man", None),
        ("man 08:00", None),
        ("man 16:30", 0),
        ("søn 20:00", 0),
        ("tir", 0),
    ],
)
def test_overlap_counts_minutes_and_knows_what_it_cannot(cell: str, minutes: int | None) -> None:
    (meeting,) = parse_times(cell).meetings
    assert overlap_minutes(meeting, 0, TEN, FOUR) == minutes


def test_a_window_and_a_meeting_may_pass_midnight() -> None:
    (meeting,) = parse_times("søn 22:00-01:00").meetings
    assert fits(meeting, 6, time(21), time(2)) is True
    assert fits(meeting, 6, time(21), time(23, 59)) is False
    assert overlap_minutes(meeting, 6, time(21), time(0)) == 120
    assert overlap_minutes(meeting, 0, time(0), time(12)) == 60


@given(meetings(), st.integers(0, 6), clocks, clocks)
def test_what_fits_without_slack_overlaps_for_its_whole_length(
    meeting: Meeting, weekday: int, window_from: time, window_to: time
) -> None:
    if fits(meeting, weekday, window_from, window_to, slack_minutes=0):
        assert meeting.starts is not None
        assert meeting.ends is not None
        length = (
            meeting.ends.hour * 60
            + meeting.ends.minute
            - meeting.starts.hour * 60
            - meeting.starts.minute
        ) % 1440
        assert overlap_minutes(meeting, weekday, window_from, window_to) == length
        assert fits(meeting, weekday, window_from, window_to) is True
