"""A small web on this machine: real servers, real TLS, and a resolver that answers as told.

    with World() as world:
        site = world.site("klub.example", {"/": Reply(b"<p>Tirsdag kl. 19</p>")})
        answer = world.fetcher(tmp_path).fetch(world.page("https://klub.example/"))

Names stand for public addresses, so the fetcher checks them as it always does; a door leads from
each to a server on 127.0.0.1. Pauses take no time: `world.clock` moves on instead.
"""

import contextlib
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self

import trustme

from scrapers.fetch import Fetcher, Page
from scrapers.local import LocalWorld, Place
from scrapers.politeness import Clock

Script = Callable[[socket.socket], None]
"""What a server does with a connection; errors of the connection may leave it."""

ALL_ALLOWED = b"User-agent: *\nAllow: /\n"
CONTACT = "https://kommune.example/fritidsguide"


@dataclass(frozen=True)
class Reply:
    """What a site answers at one path."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    """Content-Length is added. A request whose If-None-Match is the ETag gets a 304."""


@dataclass(frozen=True)
class Asked:
    """A request as a site saw it."""

    path: str
    headers: Mapping[str, str]
    """Names in lower case"""
    at: datetime
    """By the world's clock"""


class WorldClock:
    """Time that passes only in pauses."""

    def __init__(self) -> None:
        self.now = datetime(2026, 12, 1, 10, tzinfo=UTC)
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)

    def clock(self) -> Clock:
        return Clock(lambda: self.now, self.pause, lambda: 0.0)


class Server:
    """Listens on 127.0.0.1 and gives each connection to a script, in a thread of its own."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.accepted = 0
        self._script = script
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.place: Place = ("127.0.0.1", self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._listen, daemon=True)]
        self._threads[0].start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed
            self.accepted += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(30)
        self._open.add(connection)
        try:
            # A client that leaves, or that we close upon, is what many tests are about.
            with contextlib.suppress(OSError):
                if self._tls is not None:
                    raw, connection = connection, self._tls.wrap_socket(connection, True)
                    self._open.add(connection)
                    self._open.discard(raw)
                self._script(connection)
        finally:
            self._open.discard(connection)
            connection.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the accept
        self._listener.close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=5)


class Site:
    """A well-behaved site; `pages` may be changed between requests."""

    def __init__(self, pages: Mapping[str, Reply], now: Callable[[], datetime]) -> None:
        self.pages = {"/robots.txt": Reply(ALL_ALLOWED)} | dict(pages)
        self.asked: list[Asked] = []
        self._now = now
        self.server: Server

    @property
    def paths(self) -> list[str]:
        """Paths that were asked for, in order."""
        return [one.path for one in self.asked]

    def serve(self, connection: socket.socket) -> None:
        path, headers = read_request(connection)
        self.asked.append(Asked(path, headers, self._now()))
        reply = self.pages.get(path, Reply(b"not here", 404))
        etag = reply.headers.get("ETag")
        if etag and headers.get("if-none-match") == etag:
            reply = Reply(b"", 304, {"ETag": etag})
        send_reply(connection, reply)


class World:
    def __init__(self) -> None:
        self.authority = trustme.CA()
        self.names: dict[str, Sequence[str] | Iterator[Sequence[str]]] = {}
        """What names stand for; an iterator answers each look-up with its next item."""
        self.doors: dict[Place, Place] = {}
        self.clock = WorldClock()
        self._servers: list[Server] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.close()

    def site(self, host: str, pages: Mapping[str, Reply] | None = None) -> Site:
        """A site at https://host and http://host."""
        site = Site(pages or {}, lambda: self.clock.now)
        site.server = self.serve(host, site.serve)
        address = self._address(host)
        self.doors[address, 80] = self.start(site.serve).place
        return site

    def serve(self, host: str, script: Script, tls: ssl.SSLContext | None = None) -> Server:
        """A server at https://host that runs a script after the handshake.

        tls: another context than one with a good certificate for the host.
        """
        server = self.start(script, tls or self.tls_for(host))
        self.doors[self._address(host), 443] = server.place
        return server

    def serve_plainly(self, host: str, script: Script) -> Server:
        """A server at port 443 of host that runs a script instead of a handshake."""
        server = self.start(script)
        self.doors[self._address(host), 443] = server.place
        return server

    def start(self, script: Script, tls: ssl.SSLContext | None = None) -> Server:
        """A server without a name."""
        self._servers.append(Server(script, tls))
        return self._servers[-1]

    def tls_for(self, host: str, **certificate: Any) -> ssl.SSLContext:
        """A server's context with a certificate of the world's authority."""
        return tls_with(self.authority.issue_cert(host, **certificate))

    def local(self) -> LocalWorld:
        return LocalWorld(self.resolve, self.doors, trust_in(self.authority))

    def resolve(self, host: str) -> Sequence[str]:
        answer = self.names.get(host)
        if answer is None:
            raise OSError("no such name in this world")
        return next(answer) if isinstance(answer, Iterator) else answer

    def fetcher(self, folder: Path, **others: Any) -> Fetcher:
        """A fetcher of this world; `others` are its constructor's other values."""
        values = {"contact": CONTACT, "folder": folder, "clock": self.clock.clock()} | others
        return Fetcher(local=self.local(), **values)

    def page(self, url: str, *more_hosts: str, **others: Any) -> Page:
        """A page of a source whose list holds all names of this world."""
        return replace(Page(url, frozenset(self.names) | frozenset(more_hosts)), **others)

    def _address(self, host: str) -> str:
        """The public address of a host; a new one is given to a new host."""
        known = self.names.get(host)
        if isinstance(known, Sequence):
            return known[0]
        address = f"80.80.80.{len(self.names) + 1}"
        self.names[host] = [address]
        return address


def read_request(connection: socket.socket) -> tuple[str, dict[str, str]]:
    """Path and headers of a request; raises OSError if the client leaves."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece:
            raise ConnectionError("the client left")
        data += piece
    first, *lines = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return first.split(" ")[1], {name.lower(): value for name, value in headers.items()}


def send_reply(connection: socket.socket, reply: Reply) -> None:
    phrase = HTTPStatus(reply.status).phrase
    headers = {"Content-Length": str(len(reply.body))} | dict(reply.headers)
    if reply.status == 304:
        del headers["Content-Length"]
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    connection.sendall(f"HTTP/1.1 {reply.status} {phrase}\r\n{head}\r\n".encode() + reply.body)


def tls_with(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def trust_in(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)
    return context


_dialled: list[list[object]] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        for notes in _dialled:
            notes.append(arguments[1])


sys.addaudithook(_note)


@contextlib.contextmanager
def dialled_addresses() -> Iterator[list[object]]:
    """Every address that any socket of this process connects to meanwhile, as it is dialled."""
    notes: list[object] = []
    _dialled.append(notes)
    try:
        yield notes
    finally:
        _dialled.remove(notes)
