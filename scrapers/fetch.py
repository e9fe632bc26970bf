"""The only reader of the web.

A page is asked for only if its host stands in the source's own list, its address is public, its
robots.txt allows it and its turn has come. Every redirect is a request anew. What comes back is
bounded in time and size, kept for 30 days, and asked for again only if it has changed.
"""

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpcore2

from catalogue.errors import Conflict, Invalid
from scrapers import archive
from scrapers.addresses import Resolve, public_addresses, system_resolver
from scrapers.failures import NotFetched, Reason
from scrapers.local import LocalWorld, Place
from scrapers.locations import Location, follow, read_host, read_location
from scrapers.politeness import SYSTEM_CLOCK, Clock, Manners, read_retry_after, turn
from scrapers.robots import MOST_BYTES, Rules, no_rules, read_rules
from scrapers.wire import Limits, Received, ask

AGENT = "Fritidsguide"
"""The product token that a robots.txt may name."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ROBOTS_FOR = timedelta(hours=24)
_NO_ROBOTS_FOR = timedelta(minutes=10)
"""A host whose robots.txt cannot be had is not asked again sooner."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a source wants to read."""

    url: str
    hosts: frozenset[str]
    """The source's own list: no other host is asked, redirects included"""
    plain_http: bool = False
    """Whether http is allowed where there is no https"""
    secrets: tuple[str, ...] = ()
    """Parts of the address, such as keys, that are kept nowhere"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A page as it is now."""

    url: str
    """Where it was in the end, without secrets"""
    body: bytes
    """Unpacked; at 304 the body that the host confirmed"""
    content_type: str | None
    headers: Mapping[str, str]
    """The few that are kept, names in lower case"""
    fetched_at: datetime
    sha256: str
    is_unchanged: bool
    """Whether it is byte for byte what it was the last time"""
    was_confirmed: bool
    """Whether the host said so (304) and sent nothing"""


@dataclass(slots=True)
class _Trip:
    """One fetch on its way."""

    page: Page
    hosts: frozenset[str]
    seconds_left: float


class Fetcher:
    """Reads pages for one installation. May be used by several threads."""

    def __init__(
        self,
        *,
        contact: str,
        folder: Path,
        version: str = "0",
        limits: Limits = Limits(),  # noqa: B008 - frozen
        manners: Manners = Manners(),  # noqa: B008 - frozen
        clock: Clock = SYSTEM_CLOCK,
        local: LocalWorld | None = None,
    ) -> None:
        """contact: https address of a page that says who asks and how to reach us.

        folder: where answers and each host's diary are kept, made if missing.
        local: for tests, and from tests alone; see scrapers/local.py.
        Raises Invalid for a contact page that is none.
        """
        try:
            page = read_location(contact)
        except NotFetched as error:
            raise Invalid(f"the contact page cannot be used: {error}") from error
        if page.scheme != "https":
            raise Invalid("the contact page must begin with https://")
        self._agent = f"{AGENT}/{version} (+{page.url})"
        self._answers = folder / "answers"
        self._hosts = folder / "hosts"
        self._limits = limits
        self._manners = manners
        self._clock = clock
        self._resolve: Resolve | None = local.resolve if local else None
        self._doors: Mapping[Place, Place] = local.doors if local else {}
        self._trust: ssl.SSLContext = local.trust if local else httpcore2.default_ssl_context()
        self._rules: dict[str, tuple[Rules | NotFetched, datetime]] = {}
        self._lock = threading.Lock()

    def fetch(self, page: Page) -> Answer:
        """The page.

        Raises NotFetched, and Conflict if the folder cannot be written; nothing is kept then.
        """
        try:
            return self._fetch(page)
        except OSError as error:  # those of the network have become NotFetched below
            raise Conflict(f"the folder of sources cannot be used: {error.strerror}") from error

    def _fetch(self, page: Page) -> Answer:
        hosts = frozenset(read_host(host) for host in page.hosts)
        trip = _Trip(page, hosts, self._limits.seconds)
        last: dict[str, tuple[archive.Kept, bytes] | None] = {}

        def ask_page(there: Location) -> Received:
            self._admit(there, trip)
            rules = self._rules_of(there, trip)
            if not rules.allows(there.url):
                raise NotFetched(Reason.ROBOTS, f"{there.host}: robots.txt says no to this page")
            before = last[there.url] = archive.latest(self._answers, there.url)
            headers = _conditions(before[0]) if before else {}
            return self._ask(there, trip, headers, delay=rules.delay)

        there, received = self._along(read_location(page.url), ask_page)
        before = last[there.url]
        if received.status == 304:
            if before is None or not _conditions(before[0]):
                raise NotFetched(Reason.PROTOCOL, f"{there.host}: 304 to a plain question")
            return self._answer(there, trip, received, before[1], before[0])
        if received.status != 200:
            raise NotFetched(
                Reason.STATUS,
                f"{there.host}: answers {received.status}",
                status=received.status,
                retry_at=read_retry_after(received.headers.get("retry-after"), self._clock.now()),
            )
        return self._answer(there, trip, received, received.body, before[0] if before else None)

    def prune(self) -> int:
        """Remove what is older than 30 days; how many files went."""
        return archive.prune(self._answers, self._clock.now())

    def _along(
        self, start: Location, ask_one: Callable[[Location], Received]
    ) -> tuple[Location, Received]:
        """Follow redirects from `start`; the last place and its answer."""
        seen = {start.url}
        there = start
        for _ in range(self._limits.redirects + 1):
            received = ask_one(there)
            if received.status not in _REDIRECTS:
                return there, received
            target = received.headers.get("location")
            if not target:
                raise NotFetched(Reason.REDIRECT, f"{there.host}: redirects to nowhere")
            there = follow(there, target)
            if there.url in seen:
                raise NotFetched(Reason.REDIRECT, f"{there.host}: redirects in a circle")
            seen.add(there.url)
        raise NotFetched(Reason.REDIRECT, f"{start.host}: more redirects than allowed")

    @staticmethod
    def _admit(location: Location, trip: _Trip) -> None:
        if location.scheme != "https" and not trip.page.plain_http:
            raise NotFetched(Reason.URL, f"{location.host}: only https is read")
        if location.host not in trip.hosts:
            raise NotFetched(Reason.HOST, f"{location.host}: not a host of this source")

    def _ask(
        self,
        location: Location,
        trip: _Trip,
        headers: Mapping[str, str],
        *,
        delay: float | None = None,
        cut_at: int | None = None,
    ) -> Received:
        """One request, in its turn, to an address that is looked up and checked here."""
        asked = {
            "User-Agent": self._agent,
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
            "Accept-Language": "da",
            **headers,
        }
        with turn(
            self._hosts, location.host, manners=self._manners, clock=self._clock, delay=delay
        ) as mine:
            began = time.monotonic()
            try:
                resolve = self._resolve or system_resolver(trip.seconds_left)
                received = ask(
                    location,
                    public_addresses(location.host, resolve),
                    asked,
                    deadline=began + trip.seconds_left,
                    limits=self._limits,
                    trust=self._trust,
                    doors=self._doors,
                    cut_at=cut_at,
                )
            finally:
                trip.seconds_left -= time.monotonic() - began
            if received.status in (429, 503):
                now = self._clock.now()
                mine.hold_until = read_retry_after(received.headers.get("retry-after"), now)
                if mine.hold_until is None and received.status == 429:
                    mine.hold_until = now + self._manners.hold_without_word
        return received

    def _rules_of(self, location: Location, trip: _Trip) -> Rules:
        """The rules of a host's robots.txt, at most 24 hours old."""
        with self._lock:
            known = self._rules.get(location.origin)
        now = self._clock.now()
        if known is not None:
            rules, at = known
            if now - at < (_ROBOTS_FOR if isinstance(rules, Rules) else _NO_ROBOTS_FOR):
                if isinstance(rules, Rules):
                    return rules
                raise NotFetched(rules.reason, str(rules), status=rules.status)
        try:
            rules, at = self._read_rules(location, trip, now)
        except NotFetched as error:
            if error.reason not in (Reason.BUDGET, Reason.WAIT):
                self._remember(location, error, now)
            raise
        self._remember(location, rules, at)
        return rules

    def _remember(self, location: Location, rules: Rules | NotFetched, at: datetime) -> None:
        with self._lock:
            self._rules[location.origin] = (rules, at)

    def _read_rules(self, location: Location, trip: _Trip, now: datetime) -> tuple[Rules, datetime]:
        start = Location(location.scheme, location.host, "/robots.txt")
        before = archive.latest(self._answers, start.url)
        if before is not None and now - before[0].fetched_at < _ROBOTS_FOR:
            return read_rules(before[1], AGENT), before[0].fetched_at

        def ask_file(there: Location) -> Received:
            self._admit(there, trip)
            return self._ask(there, trip, {}, cut_at=MOST_BYTES)

        try:
            there, received = self._along(start, ask_file)
        except NotFetched as error:
            raise NotFetched(
                error.reason, f"robots.txt: {error}", retry_at=error.retry_at
            ) from error
        if 400 <= received.status < 500 and received.status != 429:
            return no_rules(AGENT), now
        if received.status != 200:
            raise NotFetched(
                Reason.ROBOTS,
                f"{there.host}: robots.txt answers {received.status}, which means no",
                status=received.status,
            )
        archive.keep(
            self._answers,
            start.url,
            shown=there.url,
            status=200,
            headers=received.headers,
            body=received.body,
            at=now,
        )
        return read_rules(received.body, AGENT), now

    def _answer(
        self,
        location: Location,
        trip: _Trip,
        received: Received,
        body: bytes,
        before: archive.Kept | None,
    ) -> Answer:
        shown = location.url
        for secret in trip.page.secrets:
            shown = shown.replace(secret, "***") if secret else shown
        confirmed = received.status == 304
        old = before.headers if before and confirmed else {}
        kept = archive.keep(
            self._answers,
            location.url,
            shown=shown,
            status=received.status,
            headers={**old, **received.headers},
            body=body,
            at=self._clock.now(),
        )
        return Answer(
            url=shown,
            body=body,
            content_type=kept.headers.get("content-type"),
            headers=kept.headers,
            fetched_at=kept.fetched_at,
            sha256=kept.sha256,
            is_unchanged=before is not None and before.sha256 == kept.sha256,
            was_confirmed=confirmed,
        )


def _conditions(before: archive.Kept) -> dict[str, str]:
    """What makes a host answer 304 if the page is as it was."""
    asked = {
        "If-None-Match": before.headers.get("etag", ""),
        "If-Modified-Since": before.headers.get("last-modified", ""),
    }
    # What cannot be sent back as it came would make every later request fail.
    return {name: value for name, value in asked.items() if value.isascii() and value.strip()}
