"""One request and its answer, over an address that was checked before.

httpcore2 speaks HTTP and TLS; it lets its user open the connection, which httpx2 (its larger
face) does not. So the address that was checked is the address that is dialled, while Host, SNI
and the certificate's check keep the name. httpx2 would add cookies, proxies from the environment,
redirects and unpacking, none of which may happen here unseen.
"""

import ssl
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpcore2

from scrapers.addresses import Address
from scrapers.failures import NotFetched, Reason
from scrapers.inflate import Unpacker
from scrapers.local import Place
from scrapers.locations import Location

_HEAD_BYTES = 300_000
"""Sent before the body begins: headers, and what comes before them without end (1xx)."""
_MOST_PIECES = 50_000
"""Of a chunked body. Chunks of a byte each would cost seconds of work for a few kilobytes."""
_CONNECT_SECONDS = 5.0
"""For one of several addresses; the others must have their turn."""
_TRIED_OF_A_FAMILY = 2
"""A machine may reach only IPv4 or only IPv6, and a name may have many of the other."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may cost. A hostile answer costs no more than this either."""

    seconds: float = 12.0
    """Of the whole fetch by the clock on the wall: look-ups, connections, redirects, robots.txt.
    Pauses between requests are ours and do not count."""
    wire_bytes: int = 5_000_000
    """Of one answer as sent, headers included."""
    body_bytes: int = 10_000_000
    """Of one answer as unpacked."""
    headers: int = 200
    """Number of them; httpcore2 bounds their size at 100 KiB."""
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Received:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case; a name that came twice has its values joined by a comma."""
    body: bytes
    """Unpacked; empty unless the status is 200"""


def ask(
    location: Location,
    addresses: Sequence[Address],
    headers: Mapping[str, str],
    *,
    deadline: float,
    limits: Limits,
    trust: ssl.SSLContext,
    doors: Mapping[Place, Place],
    cut_at: int | None = None,
) -> Received:
    """GET `location` from one of `addresses`, on a connection of its own.

    deadline: by time.monotonic(). doors: see scrapers/local.py; empty outside of tests.
    cut_at: keep this many bytes of the body and drop the rest, instead of refusing it.
    Raises NotFetched (NETWORK, TLS, TIME, SIZE, PROTOCOL).
    """
    backend = _Pinned(addresses, deadline, doors)
    connection = httpcore2.HTTPConnection(
        httpcore2.Origin(location.scheme.encode(), location.host.encode(), location.port),
        ssl_context=trust,
        network_backend=backend,
    )
    try:
        with connection:
            response = _send(connection, location, headers)
            backend.bytes_left += limits.wire_bytes
            return _receive(response, deadline, limits, cut_at)
    except NotFetched as error:
        raise NotFetched(error.reason, f"{location.host}: {error}") from error
    except httpcore2.TimeoutException as error:
        why = f"{location.host}: more than {limits.seconds:.0f} s in all"
        raise NotFetched(Reason.TIME, why) from error
    except (httpcore2.NetworkError, OSError) as error:
        if isinstance(error.__cause__ or error, ssl.SSLError):
            why = f"{location.host}: TLS failed ({_ssl_reason(error.__cause__ or error)})"
            raise NotFetched(Reason.TLS, why) from error
        raise NotFetched(Reason.NETWORK, f"{location.host}: no connection, or it broke") from error
    except (httpcore2.ProtocolError, ValueError) as error:
        raise NotFetched(Reason.PROTOCOL, f"{location.host}: the answer is not HTTP") from error


def _send(
    connection: httpcore2.HTTPConnection, location: Location, headers: Mapping[str, str]
) -> httpcore2.Response:
    request = httpcore2.Request(
        "GET",
        httpcore2.URL(
            scheme=location.scheme,
            host=location.host,
            port=location.port,
            target=location.target,
        ),
        headers=[("Host", location.host), *headers.items(), ("Connection", "close")],
    )
    return connection.handle_request(request)


def _receive(
    response: httpcore2.Response, deadline: float, limits: Limits, cut_at: int | None
) -> Received:
    headers = _headers(response.headers, limits.headers)
    if not 200 <= response.status < 600:
        raise NotFetched(Reason.PROTOCOL, f"status {response.status}")
    if response.status != 200:
        return Received(response.status, headers, b"")
    length = headers.get("content-length", "")
    if cut_at is None and length.isdigit() and int(length[:20]) > limits.wire_bytes:
        raise NotFetched(Reason.SIZE, f"more than {limits.wire_bytes:,} bytes announced")
    most = limits.body_bytes if cut_at is None else cut_at
    unpacker = Unpacker(headers.get("content-encoding", ""), most, cut=cut_at is not None)
    for number, piece in enumerate(response.iter_stream()):
        _left(deadline)  # the time is up also for a server that keeps us busy
        if number > _MOST_PIECES:
            raise NotFetched(Reason.PROTOCOL, f"a body in more than {_MOST_PIECES:,} pieces")
        unpacker.add(piece)
        if unpacker.is_full:
            break
    return Received(response.status, headers, unpacker.close())


def _headers(raw: Sequence[tuple[bytes, bytes]], most: int) -> dict[str, str]:
    if len(raw) > most:
        raise NotFetched(Reason.PROTOCOL, f"more than {most} headers")
    found: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), _text(value)
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _ssl_reason(error: BaseException) -> str:
    message = getattr(error, "verify_message", None) or getattr(error, "reason", None)
    return str(message or type(error).__name__).lower()


class _Pinned(httpcore2.NetworkBackend):
    """Dials the checked addresses, whatever name it is asked for."""

    def __init__(
        self,
        addresses: Sequence[Address],
        deadline: float,
        doors: Mapping[Place, Place],
    ) -> None:
        self.bytes_left = _HEAD_BYTES
        """That may still be received"""
        self.deadline = deadline
        self._addresses = [
            address
            for version in (4, 6)
            for address in [one for one in addresses if one.version == version][:_TRIED_OF_A_FAMILY]
        ]
        self._doors = doors

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception = httpcore2.ConnectError("no address")
        for address in self._addresses:
            place = (str(address), port)
            dialled, dialled_port = self._doors.get(place, place)
            try:
                stream = httpcore2.SyncBackend().connect_tcp(
                    dialled,
                    dialled_port,
                    timeout=min(_CONNECT_SECONDS, _left(self.deadline)),
                    socket_options=socket_options,
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _Bounded(stream, self)
        raise failure


class _Bounded(httpcore2.NetworkStream):
    """A connection with one end by the clock, however slowly bytes drip, and a size."""

    def __init__(self, inner: httpcore2.NetworkStream, bounds: _Pinned) -> None:
        self._inner = inner
        self._bounds = bounds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, timeout=_left(self._bounds.deadline))
        self._bounds.bytes_left -= len(data)
        if self._bounds.bytes_left < 0:
            raise NotFetched(Reason.SIZE, "more bytes sent than allowed")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout=_left(self._bounds.deadline))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        inner = self._inner.start_tls(
            ssl_context, server_hostname=server_hostname, timeout=_left(self._bounds.deadline)
        )
        return _Bounded(inner, self._bounds)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(deadline: float) -> float:
    """Seconds until the deadline. Raises httpcore2.ReadTimeout when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("deadline")
    return left
