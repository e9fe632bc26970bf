"""The next meetings of all offers at once, against those of one offer at a time."""

from dataclasses import replace
from datetime import date, time

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catalogue.schedules import Meeting, Schedule, Weeks, next_dates
from catalogue.seasons import Period
from matcher.coming import Coming
from matcher.rows import every
from tests.builders import ON, an_offer

DAYS = st.dates(date(2026, 10, 1), date(2028, 3, 1))
CLOCKS = st.none() | st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))


@st.composite
def meetings(draw: st.DrawFn) -> Meeting:
    weeks = draw(st.sampled_from(list(Weeks)))
    nth = draw(st.sets(st.sampled_from([1, 2, 3, 4, 5, -1]), max_size=2))
    return Meeting(
        draw(st.integers(0, 6)),
        draw(CLOCKS),
        weeks=weeks,
        nth=() if weeks is not Weeks.EVERY else tuple(nth),
    )


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    return Period(first, last)


@given(
    st.lists(
        st.tuples(
            st.lists(meetings(), max_size=3),
            st.none() | periods(),
            st.lists(periods(), max_size=2),
        ),
        min_size=1,
        max_size=4,
    ),
    DAYS,
)
def test_the_next_meeting_is_the_one_that_an_offer_alone_has(
    drawn: list[tuple[list[Meeting], Period | None, list[Period]]], on: date
) -> None:
    offers = [
        replace(
            an_offer(str(number)),
            times=Schedule(tuple(some)) if some else None,
            season=season,
            exceptions=tuple(sorted(pauses, key=lambda one: (one.first or ON, one.last or ON))),
        )
        for number, (some, season, pauses) in enumerate(drawn)
    ]
    found = Coming.of(offers).after(on, every(len(offers)))
    for offer, minutes in zip(offers, found, strict=True):
        alone = (
            next_dates(offer.times, after=on, period=offer.season, exceptions=offer.exceptions)
            if offer.times
            else []
        )
        if not alone:
            assert np.isnan(minutes)
            continue
        first = min(
            one.on.toordinal() * 1440
            + (one.starts.hour * 60 + one.starts.minute if one.starts else -1)
            for one in alone
            if one.on == alone[0].on
        )
        assert minutes == first
