"""How an offer's meetings suit a need, and how old what is known of it is."""

from collections.abc import Sequence
from datetime import date

from catalogue.answers import Answer
from catalogue.published import PublishedOffer
from catalogue.schedules import fits, overlap_minutes
from matcher.need import DAYS, TimeWindow

_ENOUGH_MINUTES = 45  # where one may drop in, by the rule of the judged collection


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
