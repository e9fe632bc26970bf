"""What robots.txt lets us read, by RFC 9309, matched by protego."""

import re
from dataclasses import dataclass, field

from protego import Protego

MOST_BYTES = 500 * 1024
"""Read of the file, as the RFC asks; the rest is left out."""
LONGEST_DELAY = 3600.0
"""Seconds between requests that a site may ask for; more is taken as this."""

_AGENT_LINE = re.compile(r"\s*user[ -]?agent\b\s*:?\s*(.*?)\s*(?:#.*)?", re.IGNORECASE)
_TOKEN = re.compile(r"\*|[A-Za-z_-]*")


@dataclass(frozen=True, slots=True)
class Rules:
    agent: str
    """Our product token"""
    delay: float | None
    """Seconds that the site wants between requests; None = it says nothing"""
    _file: Protego | None = field(default=None, repr=False)

    def allows(self, url: str) -> bool:
        return self._file is None or self._file.can_fetch(url, self.agent)


def no_rules(agent: str) -> Rules:
    """For a site without the file: all may be read."""
    return Rules(agent, None)


def read_rules(body: bytes, agent: str) -> Rules:
    """The rules in the bytes of a robots.txt; text that holds none, such as a web page, has none.

    A last line that was cut in two is dropped, since half a rule is another rule.
    """
    if len(body) >= MOST_BYTES:
        body = body[:MOST_BYTES]
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    parsed = Protego.parse(_ours_only(body.decode("utf-8-sig", errors="replace"), agent))
    delay = parsed.crawl_delay(agent)
    rate = parsed.request_rate(agent)
    if rate is not None:
        delay = max(delay or 0.0, rate.seconds / rate.requests)
    return Rules(agent, None if delay is None else min(float(delay), LONGEST_DELAY), parsed)


def _ours_only(text: str, agent: str) -> str:
    """The file with all other agents' names made one.

    Protego stores each rule once for each agent above it, so that a file of many names over
    many rules would fill the memory: 500 KiB can hold 25,000 times 25,000.
    """
    lines = []
    for line in text.splitlines():
        named = _AGENT_LINE.fullmatch(line)
        if named is None:
            lines.append(line)
            continue
        token = _TOKEN.match(named[1])
        name = token[0].lower() if token else ""
        lines.append(f"user-agent: {name if name in ('*', agent.lower()) else 'another'}")
    return "\n".join(lines)
