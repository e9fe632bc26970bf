"""How an offer's meetings suit a need, and how old what is known of it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

import numpy as np

from catalogue.answers import Answer
from catalogue.published import PublishedOffer
from catalogue.schedules import SLACK_MINUTES, fits, overlap_minutes
from matcher.kernels import times as kernel_times
from matcher.kernels.compiled import BEGINS, ENDS, Flags, Floats, Ints
from matcher.need import DAYS, TimeWindow
from matcher.postings import Lists
from matcher.rows import Rows

_ENOUGH_MINUTES = 45  # where one may drop in, by the rule of the judged collection
_DAY_MINUTES = 24 * 60
_WEEK_MINUTES = 7 * _DAY_MINUTES


@dataclass(frozen=True, slots=True)
class Meetings:
    """The weekly meetings of offers, by row."""

    held: Lists
    """Minutes of the week at which each begins and ends (the end up to a day later), and
    whether both are known: BEGINS and ENDS."""

    @classmethod
    def of(cls, offers: Sequence[PublishedOffer], room: int = 0) -> "Meetings":
        found = [_meetings(offer) for offer in offers]
        table = np.array([one for held in found for one in held], dtype=np.int16).reshape(-1, 3)
        lengths = np.array([len(held) for held in found], dtype=np.int64)
        return cls(Lists.of(lengths, tuple(table.T.copy()), room))

    def put(self, row: int, offer: PublishedOffer) -> bool:
        """The meetings of the row after the last; false where there is no room."""
        found = _meetings(offer)
        return self.held.put(row, *([one[k] for one in found] for k in range(3)))

    def taken(self, rows: Rows, room: int) -> "Meetings":
        return Meetings(self.held.taken(rows, room))

    def shares(self, windows: Sequence[TimeWindow], drops_in: Flags, rows: Rows) -> Floats:
        """(rows,): `share_of_times` of each; NaN = unknown. drops_in: (rows,), confirmed."""
        starts, ends, known = self.held.columns
        opens, closes = _spans(windows)
        return kernel_times.shares_of_times(
            rows,
            drops_in,
            self.held.begins,
            starts,
            ends,
            known,
            opens,
            closes,
            SLACK_MINUTES,
            _ENOUGH_MINUTES,
        )


def _meetings(offer: PublishedOffer) -> list[tuple[int, int, int]]:
    found = []
    for one in offer.times.meetings if offer.times else ():
        midnight = one.weekday * _DAY_MINUTES
        if one.starts is None:
            found.append((midnight, midnight, 0))
        elif one.ends is None:
            found.append((midnight + _minute(one.starts), midnight, BEGINS))
        else:
            overnight = _DAY_MINUTES if one.ends <= one.starts else 0
            end = midnight + _minute(one.ends) + overnight
            found.append((midnight + _minute(one.starts), end, BEGINS | ENDS))
    return found


def _spans(windows: Sequence[TimeWindow]) -> tuple[Ints, Ints]:
    """(spans,) each: minutes of the week at which the windows open and close.

    Monday's stand there a week later too: Sunday's night runs on into them.
    """
    found = []
    for window in windows:
        opens, closes = _minute(window.from_), _minute(window.to)
        for name in window.days:
            midnight = DAYS.index(name) * _DAY_MINUTES
            found.append((midnight + opens, midnight + closes))
            if midnight == 0:
                found.append((_WEEK_MINUTES + opens, _WEEK_MINUTES + closes))
    return np.array([one for one, _ in found]), np.array([one for _, one in found])


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def share_of_times(offer: PublishedOffer, windows: Sequence[TimeWindow]) -> float | None:
    """Share of the offer's weekly meetings that lie within the windows; None = unknown.

    One may come late and go early where one may drop in: 45 minutes are enough there.
    """
    if offer.times is None or not offer.times.meetings:
        return None
    drop_in = offer.answer("drop_in") is Answer.YES
    outcomes: list[bool | None] = []
    for meeting in offer.times.meetings:
        tried: list[bool | None] = []
        for window in windows:
            for name in window.days:
                day = DAYS.index(name)
                inside = fits(meeting, day, window.from_, window.to)
                if not inside and drop_in:
                    shared = overlap_minutes(meeting, day, window.from_, window.to)
                    inside = None if shared is None else shared >= _ENOUGH_MINUTES
                tried.append(inside)
        outcomes.append(True if True in tried else (None if None in tried else False))
    if None in outcomes and True not in outcomes:
        return None
    # One meeting that suits is enough to take part; all of them is better.
    suits = sum(outcome is True for outcome in outcomes) / len(outcomes)
    return 0.0 if suits == 0 else 0.5 + 0.5 * suits


def newest_statement(offer: PublishedOffer) -> date | None:
    """The last day on which anybody stated anything of the offer; None = nobody gave a day."""
    return max(
        (fact.stated_on for fact in offer.facts.values() if fact.stated_on is not None),
        default=None,
    )
