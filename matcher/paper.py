"""A group's answer for paper: what is known of each offer, and nothing of who asked for what."""

import dataclasses

from msgspec.structs import replace

from matcher.match import Kind, Match, Outcome, Verdict

_OWN_WORDS = (Kind.INTEREST, Kind.DISLIKE)  # hold what a member wrote
_OF_HOMES = (Kind.DISTANCE,)  # tell where a member lives
_CAUTION = (Outcome.FITS, Outcome.PARTLY, Outcome.ASK, Outcome.BREAKS)


def for_paper(match: Match) -> Match:
    """The same list without members, their words and their homes.

    Of each criterion one verdict stands, the most careful of all members', in an order that
    does not follow the members'. What is left out for one member's sake is only counted.
    """
    return dataclasses.replace(
        match,
        need=None,
        matches=tuple(
            replace(
                one,
                verdicts=_of_nobody(one.verdicts),
                distance_km=None,
                distance_is_approximate=True,
            )
            for one in match.matches
        ),
        excluded=(),
        relax=(),
        understood=(),
        unexplained=(),
    )


def _of_nobody(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    kept: dict[str, Verdict] = {}
    for one in sorted(verdicts, key=lambda one: (one.criterion, one.key, repr(one.values))):
        if one.kind in _OWN_WORDS or one.kind in _OF_HOMES:
            continue
        # A wish of one and a requirement of another are one and the same fact.
        held = kept.get(one.criterion)
        if held is None or _CAUTION.index(one.verdict) > _CAUTION.index(held.verdict):
            kept[one.criterion] = replace(one, member=None)
    return tuple(kept.values())
