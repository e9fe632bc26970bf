"""All pages of a source: asked for one after another, and read by its format.

A list of which one page cannot be had is not had at all, since what is missing on it would look
as if it were gone. A feed of changes is the exception: it can be left at any page and gone on with.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from scrapers.failures import NotFetched, Reason
from scrapers.fetch import Answer, Fetcher, Page
from scrapers.formats.registry import parser_of
from scrapers.found import NextPage, PageKind, Parsed, Trouble, Unreadable
from scrapers.sources import Source

RESUMABLE = frozenset({"openactive"})
"""Formats of feeds that tell what has changed, and are read on from where they were left."""
MOST_PAGES = 2_000
_WORTH_GOING_ON = frozenset({Reason.BUDGET, Reason.WAIT, Reason.NETWORK, Reason.TIME})
"""Why a feed's next page was not had, where the pages before it are good all the same."""

_OF_ONE_PAGE = frozenset({Reason.STATUS, Reason.TIME, Reason.NETWORK, Reason.PROTOCOL, Reason.SIZE})
"""What may be wrong with one entry's own page while all is well with the others."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One answer, as it is told of to people."""

    url: str
    kind: PageKind
    sha256: str
    fetched_at: datetime
    is_unchanged: bool
    was_confirmed: bool
    """The host said so and sent nothing (304)."""
    size: int
    """Bytes, unpacked"""


@dataclass(frozen=True, slots=True)
class Part:
    """What one answer holds."""

    parsed: Parsed
    page: ReadPage
    key: str | None
    """Of the offer whose own page it is."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer of which nothing can be used."""

    trouble: Trouble
    url: str
    reason: str
    page: PageKind = PageKind.LIST


@dataclass(slots=True)
class Reading:
    parts: list[Part] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    details_asked: int = 0
    details_missing: int = 0
    """Entries' own pages that could not be had; the entries stand in the list all the same."""
    not_read: NotFetched | None = None
    """Why the source as a whole was not had."""
    resume: str | None = None
    """Where to go on the next time, without secrets; None = from the beginning."""
    is_full: bool = True
    """Whether every page was had that the source has."""

    @property
    def list_faults(self) -> list[Fault]:
        """Of pages that belong to no single entry."""
        return [fault for fault in self.faults if fault.page is PageKind.LIST]

    @property
    def is_whole(self) -> bool:
        """Whether what is missing from it is missing in the source."""
        return self.is_full and not self.list_faults


def read_source(
    source: Source,
    fetcher: Fetcher,
    *,
    on: date,
    resume: str | None = None,
    secret: str | None = None,
    before_page: Callable[[int, int], object] = lambda done, known: None,
) -> Reading:
    """Ask for every page. on: today in Denmark. resume: where the last run left a feed.

    secret: value of the source's secret parameter. before_page: called with how many pages
    are done and how many are known of; what it raises ends the reading.
    Raises Conflict if the fetcher's folder cannot be used.
    """
    found = Reading(is_full=resume is None)
    waiting = deque([NextPage(_without(source, resume or source.address))])
    known = {waiting[0].address}
    while waiting and found.not_read is None:
        if len(found.parts) + len(found.faults) >= MOST_PAGES:
            found.faults.append(Fault(Trouble.TOO_LARGE, "", f"more than {MOST_PAGES} pages"))
            break
        before_page(len(known) - len(waiting), len(known))
        page = waiting.popleft()
        found.details_asked += page.page is PageKind.DETAIL
        try:
            answer = fetcher.fetch(_page(source, page.address, secret))
        except NotFetched as error:
            _missed(source, page, error, found)
            continue
        part = _parsed(source, page, answer, on, found)
        if part is None:
            continue
        found.parts.append(part)
        if part.parsed.resume is not None:
            found.resume = _without(source, part.parsed.resume)
        for following in part.parsed.next_pages:
            address = _without(source, following.address)
            if address not in known:
                known.add(address)
                waiting.append(NextPage(address, following.page, following.key))
    return found


def _parsed(
    source: Source, page: NextPage, answer: Answer, on: date, found: Reading
) -> Part | None:
    info = source.info(
        on,
        address=page.address,
        content_type=answer.content_type,
        page=page.page,
        key=page.key,
    )
    try:
        parsed = parser_of(source.format)(answer.body, info)
    except Unreadable as error:
        found.faults.append(Fault(error.trouble, page.address, str(error), page.page))
        return None
    told = ReadPage(
        url=page.address,
        kind=page.page,
        sha256=answer.sha256,
        fetched_at=answer.fetched_at,
        is_unchanged=answer.is_unchanged,
        was_confirmed=answer.was_confirmed,
        size=len(answer.body),
    )
    return Part(parsed, told, page.key)


def _missed(source: Source, page: NextPage, error: NotFetched, found: Reading) -> None:
    if page.page is PageKind.DETAIL and error.reason in _OF_ONE_PAGE:
        found.details_missing += 1
        if found.details_missing > max(5, found.details_asked / 10):
            found.not_read = error
    elif source.format in RESUMABLE and found.parts and error.reason in _WORTH_GOING_ON:
        found.resume, found.is_full = page.address, False
    else:
        found.not_read = error


def _page(source: Source, address: str, secret: str | None) -> Page:
    if source.secret is None or secret is None:
        return Page(address, frozenset(source.hosts))
    joint = "&" if urlsplit(address).query else "?"
    asked = f"{address}{joint}{urlencode({source.secret: secret})}"
    return Page(asked, frozenset(source.hosts), secrets=(urlencode({"": secret})[1:],))


def _without(source: Source, address: str) -> str:
    """An address without its secret parameter, which a page's own links may repeat."""
    if source.secret is None:
        return address
    parts = urlsplit(address)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name != source.secret
    ]
    return urlunsplit(parts._replace(query=urlencode(query)))
