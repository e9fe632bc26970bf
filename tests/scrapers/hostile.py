"""Hostile answers: what one is, and how it is put up in a test's world."""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from scrapers.failures import Reason
from tests.scrapers.world import ALL_ALLOWED, Reply, Script, World, read_request, send_reply

HOST = "ond.example"
OK = b"HTTP/1.1 200 OK\r\n"
LONG = 60.0
"""Seconds for which a slow server goes on; the fetcher must leave long before."""


@dataclass(frozen=True)
class Attack:
    set_up: Callable[[World], object]
    """Puts a server at https://ond.example"""
    ends: frozenset[Reason | None]
    """How a fetch of its front page may end; None = with an answer"""
    is_slow: bool = False
    """Whether it ends by the deadline alone"""


class Attacks(dict[str, Attack]):
    """Attacks by name; its methods add one, as decorators of a server's script."""

    def on_request(
        self, *ends: Reason | None, at_robots: bool = False, is_slow: bool = False
    ) -> Callable[[Script], Script]:
        """The script runs once the request was read, for the page or for robots.txt."""

        def register(script: Script) -> Script:
            def serve(connection: socket.socket) -> None:
                path, _ = read_request(connection)
                if (path == "/robots.txt") == at_robots:
                    script(connection)
                else:
                    send_reply(connection, Reply(ALL_ALLOWED))

            self.add(script.__name__, lambda world: world.serve(HOST, serve), *ends, slow=is_slow)
            return script

        return register

    def before_tls(self, *ends: Reason, is_slow: bool = False) -> Callable[[Script], Script]:
        """The script runs instead of the handshake."""

        def register(script: Script) -> Script:
            name = script.__name__
            self.add(name, lambda world: world.serve_plainly(HOST, script), *ends, slow=is_slow)
            return script

        return register

    def add(
        self,
        name: str,
        set_up: Callable[[World], object],
        *ends: Reason | None,
        slow: bool = False,
    ) -> None:
        self[name] = Attack(set_up, frozenset(ends), slow)


def wait(connection: socket.socket) -> None:
    """Say nothing until the other side leaves or the test is over."""
    connection.settimeout(LONG)
    connection.recv(65_536)


def drip(connection: socket.socket, data: bytes, seconds: float = 0.2) -> None:
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(seconds)


def repeat(connection: socket.socket, data: bytes, times: int = 100_000) -> None:
    """At most `times`, so that a fetcher without limits ends some day."""
    for _ in range(times):
        connection.sendall(data)
