"""When each offer meets next, for all offers at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from catalogue.published import PublishedOffer
from catalogue.schedules import HORIZON_DAYS, Weeks
from matcher.rows import Rows

_MINUTES = 24 * 60
_WEEKS = {Weeks.EVERY: 0, Weeks.EVEN: 1, Weeks.ODD: 2}
_LAST = 1 << 5  # bit of "the last of the month"; the first five are 1 << 0 .. 1 << 4
_OPEN_FIRST, _OPEN_LAST = 0, 4_000_000  # as `date.toordinal`: before and after every day


@dataclass(frozen=True, slots=True)
class Coming:
    """Weekly patterns, seasons and days without, of n offers."""

    begins: NDArray[np.int32]
    """(n + 1,): where each offer's meetings begin."""
    weekday: NDArray[np.int8]
    """0 = Monday."""
    starts: NDArray[np.int16]
    """Minutes since midnight; -1 = unknown, which comes first on its day."""
    weeks: NDArray[np.int8]
    """0 every, 1 even, 2 odd."""
    nth: NDArray[np.int8]
    """Bits of the month's first to fifth, and of its last; 0 = not monthly."""
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    """(n,): of the season, as `date.toordinal`."""
    pause_begins: NDArray[np.int32]
    """(n + 1,): where each offer's days without begin in the next two."""
    pause_first: NDArray[np.int32]
    pause_last: NDArray[np.int32]

    @classmethod
    def of(cls, offers: Sequence[PublishedOffer]) -> "Coming":
        held = [offer.times.meetings if offer.times else () for offer in offers]
        meetings = [meeting for some in held for meeting in some]
        pauses = [pause for offer in offers for pause in offer.exceptions]
        seasons = [
            (offer.season.first, offer.season.last) if offer.season else (None, None)
            for offer in offers
        ]
        return cls(
            begins=np.cumsum([0, *map(len, held)], dtype=np.int32),
            weekday=np.array([one.weekday for one in meetings], dtype=np.int8),
            starts=np.array(
                [
                    -1 if (at := one.starts) is None else at.hour * 60 + at.minute
                    for one in meetings
                ],
                dtype=np.int16,
            ),
            weeks=np.array([_WEEKS[one.weeks] for one in meetings], dtype=np.int8),
            nth=np.array(
                [sum(_LAST if n == -1 else 1 << (n - 1) for n in one.nth) for one in meetings],
                dtype=np.int8,
            ),
            first=np.array([_ordinal(day, _OPEN_FIRST) for day, _ in seasons], dtype=np.int32),
            last=np.array([_ordinal(day, _OPEN_LAST) for _, day in seasons], dtype=np.int32),
            pause_begins=np.cumsum([0, *(len(o.exceptions) for o in offers)], dtype=np.int32),
            pause_first=np.array([_ordinal(one.first, 0) for one in pauses], dtype=np.int32),
            pause_last=np.array([_ordinal(one.last, 0) for one in pauses], dtype=np.int32),
        )

    def after(self, on: date, rows: Rows) -> NDArray[np.float64]:
        """(rows,): the next meeting on a day later than `on`, in minutes since the year 1.

        NaN = the times are unknown, or none comes within the horizon of 400 days. Agrees with
        `catalogue.schedules.next_dates`. Day by day, over the meetings of offers that have
        none yet: after a week few are left.
        """
        entries, whose = rows.of_lists(self.begins)
        pauses, paused = rows.of_lists(self.pause_begins)
        found = np.full(len(rows), np.nan)
        for days in range(1, HORIZON_DAYS + 1):
            if not len(entries):
                break
            number = on.toordinal() + days
            out = (self.first[rows.numbers] > number) | (number > self.last[rows.numbers])
            off = (self.pause_first[pauses] <= number) & (number <= self.pause_last[pauses])
            out[paused[off]] = True
            meets = self._meets(date.fromordinal(number), entries) & ~out[whose]
            moments = number * _MINUTES + self.starts[entries[meets]].astype(np.float64)
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
        weeks, nth = self.weeks[entries], self.nth[entries]
        by_month = (nth == 0) | ((nth & bits) != 0)
        in_week = np.where(weeks == 0, by_month, weeks == parity)
        return np.asarray((self.weekday[entries] == day.weekday()) & in_week)


def _ordinal(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else day.toordinal()
