"""From the text of a web address to its parts, or to a refusal.

Programs differ in how they read odd addresses, and that difference is what attackers use. So
only the plain form passes: http or https, a host name of letters that ends in a name and not in
a number, the scheme's own port, no user name. A number, however it is written, is no host name.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

import idna

from scrapers.failures import NotFetched, Reason

LONGEST = 2000
"""Characters of an address; some that are refused are longer, and none that is needed."""
_PORTS = {"https": 443, "http": 80}
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NEVER_IN_ADDRESS = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_KEPT = "/%:@!$&'()*+,;=~-._?"
"""Characters of path and query that stay as they are; others are percent-encoded as UTF-8."""
_INSIDE = frozenset(
    "localhost local localdomain internal intranet lan home corp private arpa onion invalid".split()
)
"""Endings of names that mean this machine or network (RFC 6761, 6762, 8375, ICANN SAC113)."""


@dataclass(frozen=True, slots=True)
class Location:
    """A web address that has the plain form."""

    scheme: str
    """https or http"""
    host: str
    """Lower-case ASCII, as it is looked up"""
    target: str
    """Path and query, ASCII, beginning with a stroke"""

    @property
    def port(self) -> int:
        return _PORTS[self.scheme]

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}"

    @property
    def url(self) -> str:
        return self.origin + self.target


def read_location(text: str) -> Location:
    """The parts of a full address; a fragment is left out. Raises NotFetched (URL)."""
    if len(text) > LONGEST:
        raise NotFetched(Reason.URL, f"an address is longer than {LONGEST} characters")
    if _NEVER_IN_ADDRESS.search(text) or text != text.strip():
        raise NotFetched(Reason.URL, "an address holds a character that does not belong there")
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise NotFetched(Reason.URL, "an address cannot be read") from error
    if parts.scheme not in _PORTS:
        raise NotFetched(Reason.URL, "an address is neither https nor http")
    if "@" in parts.netloc:
        raise NotFetched(Reason.URL, "an address holds a user name or password")
    host, colon, port = parts.netloc.partition(":")
    if colon and port != str(_PORTS[parts.scheme]):
        raise NotFetched(Reason.URL, "an address has another port than 443 for https, 80 for http")
    target = quote(parts.path or "/", safe=_KEPT)
    if parts.query:
        target += "?" + quote(parts.query, safe=_KEPT)
    return Location(parts.scheme, read_host(host), target)


def read_host(text: str) -> str:
    """A host name as it is looked up: ASCII, lower case. Raises NotFetched (URL).

    Letters outside ASCII follow UTS 46, so that what looks like a dot or a digit becomes one
    and is then refused as any other number would be.
    """
    try:
        host = text.lower() if text.isascii() else idna.encode(text[:254], uts46=True).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise NotFetched(Reason.URL, "a host name is not allowed by IDNA") from error
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise NotFetched(Reason.URL, "a host is not a plain name")
    if len(labels) < 2 or not labels[-1][0].isalpha():
        raise NotFetched(Reason.URL, "a host is a number or a lone word, not a name with a domain")
    if labels[-1] in _INSIDE:
        raise NotFetched(Reason.URL, f"names in .{labels[-1]} are inside a network")
    return host


def follow(base: Location, text: str) -> Location:
    """Where a redirect leads. Raises NotFetched (URL, or REDIRECT for a step down to http)."""
    if _NEVER_IN_ADDRESS.search(text):
        raise NotFetched(Reason.URL, f"{base.host}: redirects to an address that cannot be read")
    try:
        joined = urljoin(base.url, text)
    except ValueError as error:
        raise NotFetched(
            Reason.URL, f"{base.host}: redirects to an address that cannot be read"
        ) from error
    there = read_location(joined)
    if base.scheme == "https" and there.scheme == "http":
        raise NotFetched(Reason.REDIRECT, f"{base.host}: redirects from https to http")
    return there
