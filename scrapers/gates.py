"""A run held against the runs before it: may it be published, or must a person look?

Each gate compares one figure with a limit and says both. One that does not hold stops the run:
what the catalogue holds stays as it is. Limits are cautious, since a needless look costs a
curator two minutes, and a wrong withdrawal may cost a citizen a club. Sources of ten entries or
fewer have limits in entries, as a share of so few says nothing.
"""

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scrapers.found import Trouble
from scrapers.reading import Fault

FEW = 10
"""Entries of a small source."""
LOST = 0.15
"""Share of the entries of the last run that may be missing from this one."""
ERODED = 0.20
"""Share that may have gone missing within 30 days, run by run."""
FEWER = 0.80
"""Entries, as a share of the median of the last runs."""
CHANGED = 0.50
"""Share of known entries that may say something else than the last time."""
FILLED = 0.25
"""By how much the share of entries with a field may lie under the best of the last 30 days."""
TROUBLED = 0.05
"""Share of entries with a trouble that entries did not have before."""
TROUBLED_AT_FIRST = 0.5
"""The same in a first run, which nothing can be compared with."""
GONE = 0.20
"""Share that a source may take back within 30 days by its own word."""
DETAILS = 0.10
"""Share of entries' own pages that may be missing or unusable."""

OF_A_PAGE = (
    Trouble.EMPTY_LIST,
    Trouble.MISSING_PART,
    Trouble.TRUNCATED,
    Trouble.BROKEN_BLOCK,
    Trouble.STRAY_ENTRY,
)
"""Troubles that concern a page as a whole: a new one is enough."""
OF_AN_ENTRY = (
    Trouble.CONTRADICTION,
    Trouble.ENTRY_REFUSED,
    Trouble.UNUSABLE,
    Trouble.DUPLICATE_KEY,
    Trouble.NO_OWN_KEY,
)
"""Troubles of single entries: some are always there, and many at once are a fault."""


@dataclass(frozen=True, slots=True)
class Gate:
    name: str
    measured: float
    limit: float
    holds: bool
    says: str
    """English, for a curator and the log."""


@dataclass(frozen=True, slots=True)
class Past:
    """An accepted run."""

    rows: int
    filled: Mapping[str, int]
    troubles: Mapping[str, int]
    """As staging.Staged counts them"""


@dataclass(frozen=True, slots=True)
class Measured:
    """A run in figures."""

    rows: int
    is_full: bool
    known: int
    """Entries that the catalogue shows on this source's word"""
    expected: int
    """Those of them that the last run had, and whose last day has not passed"""
    lost: int
    """Those of them that this run lacks"""
    eroded: int
    """Known entries that this run lacks and that were there some time in the last 30 days"""
    new: int
    changed: int
    met: int
    """Known entries that this run has"""
    gone: int
    """Entries that the source took back within 30 days, this run included"""
    filled: Mapping[str, int]
    filled_met: Mapping[str, int]
    """The same of the entries met alone"""
    filled_before: Mapping[str, int]
    """Of the entries met, as the catalogue holds them"""
    troubles: Mapping[str, int]
    faults: Sequence[Fault] = ()
    detail_faults: Sequence[Fault] = ()
    details: int = 0
    details_missing: int = 0
    recent: Sequence[Past] = field(default_factory=tuple)
    """Accepted full runs, newest first, at most five"""
    best: Sequence[Past] = field(default_factory=tuple)
    """All accepted full runs of the last 30 days, and the newest, however old"""


def judge(found: Measured) -> list[Gate]:
    """Every gate, those that do not hold first."""
    gates = [*_of_pages(found), *_of_rows(found), *_of_fields(found), *_of_troubles(found)]
    return sorted(gates, key=lambda gate: gate.holds)


def _few_or_share(count: int, of: int, share: float) -> bool:
    """Whether a count stays within a share of many, or within one of few and under half."""
    if of > FEW:
        return count <= share * of
    return count == 0 or (count <= 1 and count < of / 2)


def _of_pages(found: Measured) -> Iterator[Gate]:
    faults = list(found.faults)
    if found.details <= FEW:
        faults += found.detail_faults
    says = f"{faults[0].reason} ({faults[0].url})" if faults else "every page could be read"
    yield Gate("readable", len(faults), 0, not faults, says)
    if found.details:
        missing = found.details_missing + len(found.detail_faults)
        limit = DETAILS * found.details if found.details > FEW else 1
        holds = missing <= limit and missing < found.details
        says = f"{missing} of {found.details} entries' own pages could not be used"
        yield Gate("own_pages", missing, limit, holds, says)


def _of_rows(found: Measured) -> Iterator[Gate]:
    if found.is_full:
        before = found.recent[0].rows if found.recent else None
        is_empty = found.rows == 0 and before != 0
        yield Gate("not_empty", found.rows, 1, not is_empty, f"{found.rows} entries")
        if found.recent:
            median = statistics.median(past.rows for past in found.recent)
            holds = found.rows >= FEWER * median or median <= FEW
            says = f"{found.rows} entries, {median:g} in the last runs"
            yield Gate("rows", found.rows, FEWER * median, holds, says)
        yield _share("lost", found.lost, found.expected, LOST, "of the last run are missing")
        most = max([found.known, *(past.rows for past in found.best)])
        says = "have gone missing within 30 days"
        yield _share("erosion", found.eroded, most, ERODED, says)
    yield _share("taken_back", found.gone, found.known, GONE, "taken back by the source itself")
    if found.known:
        limit: float = max(2, found.known)
        says = f"{found.new} entries are new, {found.known} were known"
        yield Gate("new", found.new, limit, found.new < limit, says)
    # A feed that is read on brings what has changed and nothing else.
    of = found.met if found.is_full else found.known
    if of:
        limit = max(1.0, CHANGED * of)
        says = f"{found.changed} of {of} known entries say something else"
        yield Gate("changed", found.changed, limit, found.changed <= limit, says)


def _share(name: str, count: int, of: int, share: float, says: str) -> Gate:
    limit = share * of if of > FEW else 1
    return Gate(name, count, limit, _few_or_share(count, of, share), f"{count} of {of} {says}")


def _of_fields(found: Measured) -> Iterator[Gate]:
    if found.is_full:
        pasts = [(past.filled, past.rows) for past in found.best]
        now_rows, counts = found.rows, found.filled
    else:
        pasts = [(found.filled_before, found.met)]
        now_rows, counts = found.met, found.filled_met
    best: dict[str, float] = {}
    for filled, rows in pasts:
        for name, count in filled.items():
            best[name] = max(best.get(name, 0.0), count / rows if rows else 0.0)
    if not now_rows:
        return
    emptied = []
    for name, share in sorted(best.items()):
        now = counts.get(name, 0)
        was = share * now_rows
        is_less = was - now > FILLED * now_rows if now_rows > FEW else was - now > 1.01
        if is_less or (now == 0 and was >= 0.99):
            emptied.append(f"{name} in {now} of {now_rows}, {share:.0%} before")
    says = "; ".join(emptied[:5]) or "every field is filled as before"
    yield Gate("filled", len(emptied), 0, not emptied, says)


def _of_troubles(found: Measured) -> Iterator[Gate]:
    last = found.recent[0] if found.recent else None
    before = last.troubles if last else {}
    fresh = sorted(
        place for place in found.troubles.keys() - before.keys() if _kind(place) in _NAMES_OF_A_PAGE
    )
    says = "; ".join(fresh[:5]) or "no page has a trouble that it had not before"
    yield Gate("page_troubles", len(fresh), 0, not fresh, says)
    now, then = by_kind(found.troubles), by_kind(before)
    for trouble in OF_AN_ENTRY:
        count = now[trouble.value]
        if last is None:
            limit = max(1.0, TROUBLED_AT_FIRST * found.rows)
        else:
            limit = then[trouble.value] + (TROUBLED * found.rows if found.rows > FEW else 0)
        if count or then[trouble.value]:
            says = f"{count} entries with the trouble {trouble.value}"
            yield Gate(trouble.value, count, limit, count <= limit, says)


def by_kind(troubles: Mapping[str, int]) -> Counter[str]:
    """Number of troubles by their kind, wherever they stand."""
    counts: Counter[str] = Counter()
    for place, count in troubles.items():
        counts[_kind(place)] += count
    return counts


def _kind(place: str) -> str:
    return place.partition(" ")[0]


_NAMES_OF_A_PAGE = frozenset(trouble.value for trouble in OF_A_PAGE)
