"""When each offer meets next, for all offers at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from catalogue.published import PublishedOffer
from catalogue.schedules import HORIZON_DAYS, Weeks
from matcher.postings import Lists
from matcher.rows import Rows

_MINUTES = 24 * 60
_WEEKS = {Weeks.EVERY: 0, Weeks.EVEN: 1, Weeks.ODD: 2}
_LAST = 1 << 5  # bit of "the last of the month"; the first five are 1 << 0 .. 1 << 4
_OPEN_FIRST, _OPEN_LAST = 0, 4_000_000  # as `date.toordinal`: before and after every day


@dataclass(frozen=True, slots=True)
class Coming:
    """Weekly patterns, seasons and days without, of offers by row, with room for more."""

    meetings: Lists
    """Weekday (0 = Monday), start in minutes since midnight (-1 = unknown, which comes first on
    its day), weeks (0 every, 1 even, 2 odd), and bits of the month's first to fifth and of its
    last (0 = not monthly)."""
    pauses: Lists
    """First and last day without, as `date.toordinal`."""
    season: NDArray[np.int32]
    """(2, rows and room): its first and last day, as `date.toordinal`."""

    @classmethod
    def of(cls, offers: Sequence[PublishedOffer], room: int = 0) -> "Coming":
        meetings, pauses = [_meetings(one) for one in offers], [_pauses(one) for one in offers]
        season = np.zeros((2, len(offers) + room), dtype=np.int32)
        for row, offer in enumerate(offers):
            season[:, row] = _season(offer)
        return cls(_lists(meetings, 4, np.int16, room), _lists(pauses, 2, np.int32, room), season)

    def put(self, row: int, offer: PublishedOffer) -> bool:
        """What the offer of the row after the last has; false where there is no room."""
        meetings, pauses = _meetings(offer), _pauses(offer)
        if not (
            self.meetings.put(row, *([one[k] for one in meetings] for k in range(4)))
            and self.pauses.put(row, *([one[k] for one in pauses] for k in range(2)))
        ):
            return False
        self.season[:, row] = _season(offer)
        return True

    def taken(self, rows: Rows, room: int) -> "Coming":
        """Of some rows, in their order."""
        season = np.zeros((2, len(rows) + room), dtype=np.int32)
        season[:, : len(rows)] = self.season[:, rows]
        return Coming(self.meetings.taken(rows, room), self.pauses.taken(rows, room), season)

    def after(self, on: date, rows: Rows) -> NDArray[np.float64]:
        """(rows,): the next meeting on a day later than `on`, in minutes since the year 1.

        NaN = the times are unknown, or none comes within the horizon of 400 days. Agrees with
        `catalogue.schedules.next_dates`. Day by day, over the meetings of offers that have
        none yet: after a week few are left.
        """
        entries, lengths = self.meetings.of_rows(rows)
        whose = np.repeat(np.arange(len(rows)), lengths)
        pauses, lengths = self.pauses.of_rows(rows)
        paused = np.repeat(np.arange(len(rows)), lengths)
        pause_first, pause_last = (column[pauses] for column in self.pauses.columns)
        first, last = self.season[:, rows]
        starts = self.meetings.columns[1]
        found = np.full(len(rows), np.nan)
        for days in range(1, HORIZON_DAYS + 1):
            if not len(entries):
                break
            number = on.toordinal() + days
            out = (first > number) | (number > last)
            out[paused[(pause_first <= number) & (number <= pause_last)]] = True
            meets = self._meets(date.fromordinal(number), entries) & ~out[whose]
            moments = number * _MINUTES + starts[entries[meets]].astype(np.float64)
            np.fmin.at(found, whose[meets], moments)
            left = np.isnan(found[whose])
            entries, whose = entries[left], whose[left]
        return found

    def _meets(self, day: date, entries: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(entries,): meets on that day by its pattern; see `catalogue.schedules.meets_on`."""
        parity = 1 if day.isocalendar().week % 2 == 0 else 2
        bits = 1 << ((day.day - 1) // 7)
        if date.fromordinal(day.toordinal() + 7).month != day.month:
            bits |= _LAST
        weekday, _, weeks, nth = (column[entries] for column in self.meetings.columns)
        by_month = (nth == 0) | ((nth & bits) != 0)
        in_week = np.where(weeks == 0, by_month, weeks == parity)
        return np.asarray((weekday == day.weekday()) & in_week)


def _meetings(offer: PublishedOffer) -> list[tuple[int, ...]]:
    return [
        (
            one.weekday,
            -1 if (at := one.starts) is None else at.hour * 60 + at.minute,
            _WEEKS[one.weeks],
            sum(_LAST if n == -1 else 1 << (n - 1) for n in one.nth),
        )
        for one in (offer.times.meetings if offer.times else ())
    ]


def _pauses(offer: PublishedOffer) -> list[tuple[int, ...]]:
    return [(_ordinal(one.first, 0), _ordinal(one.last, 0)) for one in offer.exceptions]


def _season(offer: PublishedOffer) -> tuple[int, int]:
    if offer.season is None:
        return _OPEN_FIRST, _OPEN_LAST
    return _ordinal(offer.season.first, _OPEN_FIRST), _ordinal(offer.season.last, _OPEN_LAST)


def _lists(
    held: Sequence[Sequence[tuple[int, ...]]], width: int, dtype: type[np.integer], room: int
) -> Lists:
    table = np.array([one for some in held for one in some], dtype=dtype).reshape(-1, width)
    lengths = np.array([len(some) for some in held], dtype=np.int64)
    return Lists.of(lengths, tuple(table.T.copy()), room)


def _ordinal(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else day.toordinal()
