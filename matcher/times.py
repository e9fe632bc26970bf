"""How an offer's meetings suit a need, and how old what is known of it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

import numpy as np
from numpy.typing import NDArray

from catalogue.answers import Answer
from catalogue.published import PublishedOffer
from catalogue.schedules import SLACK_MINUTES, fits, overlap_minutes
from matcher.need import DAYS, TimeWindow
from matcher.rows import Rows

_ENOUGH_MINUTES = 45  # where one may drop in, by the rule of the judged collection
_DAY_MINUTES = 24 * 60
_WEEK_MINUTES = 7 * _DAY_MINUTES
_UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Meetings:
    """The weekly meetings of n offers."""

    begins: NDArray[np.int32]
    """(n + 1,): where each offer's meetings begin."""
    weekday: NDArray[np.int8]
    """0 = Monday."""
    starts: NDArray[np.int16]
    ends: NDArray[np.int16]
    """Minutes since midnight of the weekday, the end up to a day later; -1 = unknown."""

    @classmethod
    def of(cls, offers: Sequence[PublishedOffer]) -> "Meetings":
        held = [offer.times.meetings if offer.times else () for offer in offers]
        all_of_them = [meeting for meetings in held for meeting in meetings]
        starts = np.array([_minute(one.starts) for one in all_of_them], dtype=np.int16)
        ends = np.array([_minute(one.ends) for one in all_of_them], dtype=np.int16)
        overnight = (ends != _UNKNOWN) & (ends <= starts)
        return cls(
            begins=np.cumsum([0, *map(len, held)], dtype=np.int32),
            weekday=np.array([one.weekday for one in all_of_them], dtype=np.int8),
            starts=starts,
            ends=np.where(overnight, ends + _DAY_MINUTES, ends).astype(np.int16),
        )

    def on(self, weekday: int, rows: Rows) -> NDArray[np.bool_]:
        """(rows,): meets on this weekday; false where the times are unknown."""
        entries, whose = rows.of_lists(self.begins)
        found = np.zeros(len(rows), dtype=bool)
        found[whose[self.weekday[entries] == weekday]] = True
        return found

    def shares(
        self, windows: Sequence[TimeWindow], drop_in: NDArray[np.bool_], rows: Rows
    ) -> NDArray[np.float64]:
        """(rows,): `share_of_times` of each; NaN = unknown. drop_in: (rows,), confirmed."""
        entries, whose = rows.of_lists(self.begins)
        weekday = self.weekday[entries].astype(np.int32)
        starts, ends = self.starts[entries], self.ends[entries]
        has_start, has_end = starts != _UNKNOWN, ends != _UNKNOWN
        begin, end = weekday * _DAY_MINUTES + starts, weekday * _DAY_MINUTES + ends
        may_drop_in = drop_in[whose]
        suits = np.zeros(len(entries), dtype=bool)
        perhaps = np.zeros(len(entries), dtype=bool)
        for window in windows:
            for name in window.days:
                midnight = DAYS.index(name) * _DAY_MINUTES
                opens, closes = midnight + _minute(window.from_), midnight + _minute(window.to)
                shared = np.zeros(len(entries), dtype=np.int32)
                for shift in (-_WEEK_MINUTES, 0, _WEEK_MINUTES):  # Sunday night meets Monday
                    late = begin + shift >= opens - SLACK_MINUTES
                    suits |= has_end & late & (end + shift <= closes + SLACK_MINUTES)
                    since = np.where(may_drop_in, midnight, opens - SLACK_MINUTES)
                    open_end = has_start & ~has_end & (begin + shift < closes)
                    perhaps |= open_end & (begin + shift >= since)
                    overlap = np.minimum(end + shift, closes) - np.maximum(begin + shift, opens)
                    shared += np.maximum(overlap, 0)
                suits |= has_end & may_drop_in & (shared >= _ENOUGH_MINUTES)
                perhaps |= ~has_start & (weekday == DAYS.index(name))
        count = np.bincount(whose, minlength=len(rows))
        good = np.bincount(whose, weights=suits, minlength=len(rows))
        unsure = np.bincount(whose, weights=perhaps & ~suits, minlength=len(rows))
        share = np.where(good > 0, 0.5 + 0.5 * good / np.maximum(count, 1), 0.0)
        share[(count == 0) | ((good == 0) & (unsure > 0))] = np.nan
        return share


def _minute(clock: time | None) -> int:
    return _UNKNOWN if clock is None else clock.hour * 60 + clock.minute


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


def age_days(offer: PublishedOffer, on: date) -> int | None:
    """Days since then, >= 0; None = nobody gave a day."""
    newest = newest_statement(offer)
    return None if newest is None else max(0, (on - newest).days)
