"""Who may send a form before anybody has signed in: this site's own pages, and not too often.

No cookie exists, so nobody can be made to use somebody else's. What is left of forgery is a
page elsewhere that has its readers send our forms: a browser says where a form comes from.
"""

import hashlib
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from catalogue.errors import Forbidden

_MOST_KEYS = 10_000


async def same_origin(request: Request) -> None:
    """Raises Forbidden for a form that does not come from a page of this site.

    By Sec-Fetch-Site; by Origin where a browser is too old to send that. A program that sends
    neither is no browser, and may use the API.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site != "same-origin":
            raise Forbidden("the form comes from another site")
        return
    origin = request.headers.get("origin", "")
    if not origin or urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("the form does not say where it comes from")


@dataclass(slots=True)
class Limit:
    """So many times within so many seconds, for each who asks and for all together.

    Who asks is kept in memory alone, as a hash with a secret that ends with the process.
    """

    most: int
    most_together: int
    seconds: float
    clock: Callable[[], float] = time.monotonic
    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    _taken: dict[bytes, deque[float]] = field(default_factory=dict)

    def take(self, who: str) -> None:
        """Count one. Raises HTTPException 429 with the seconds to wait if it is one too many."""
        now = self.clock()
        if len(self._taken) > _MOST_KEYS:
            self._taken = {
                key: times for key, times in self._taken.items() if times[-1] > now - self.seconds
            }
        counts = [(b"", self.most_together), (self._hash(who), self.most)]
        for key, most in counts:
            times = self._taken.setdefault(key, deque())
            while times and times[0] <= now - self.seconds:
                times.popleft()
            if len(times) >= most:
                wait = max(1, round(times[0] + self.seconds - now))
                raise HTTPException(429, headers={"Retry-After": str(wait)})
        for key, _ in counts:
            self._taken[key].append(now)

    def _hash(self, who: str) -> bytes:
        return hashlib.blake2b(who.encode(), key=self._secret, digest_size=16).digest()


async def sparing(request: Request) -> None:
    """Raises HTTPException 429 for somebody who sends forms without end."""
    limit: Limit = request.app.state.forms
    limit.take(request.client.host if request.client is not None else "")


GUARDED = [Depends(same_origin), Depends(sparing)]
"""What a form that stores something asks for first."""
