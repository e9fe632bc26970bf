"""Hostile answers, each a script that a real server runs, and what the fetcher must make of it."""

import datetime as dt
import gzip
import socket
import ssl
import struct
import time
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import trustme

from scrapers.failures import Reason
from tests.scrapers.world import (
    ALL_ALLOWED,
    Reply,
    Script,
    World,
    read_request,
    send_reply,
    tls_with,
)

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


ATTACKS: dict[str, Attack] = {}


def attack(
    *ends: Reason | None, at_robots: bool = False, is_slow: bool = False
) -> Callable[[Script], Script]:
    """Register a script that runs once the request was read, for the page or for robots.txt."""

    def register(script: Script) -> Script:
        def serve(connection: socket.socket) -> None:
            path, _ = read_request(connection)
            if (path == "/robots.txt") == at_robots:
                script(connection)
            else:
                send_reply(connection, Reply(ALL_ALLOWED))

        name = script.__name__
        ATTACKS[name] = Attack(lambda world: world.serve(HOST, serve), frozenset(ends), is_slow)
        return script

    return register


def attack_before_tls(*ends: Reason, is_slow: bool = False) -> Callable[[Script], Script]:
    """Register a script that runs instead of the handshake."""

    def register(script: Script) -> Script:
        ATTACKS[script.__name__] = Attack(
            lambda world: world.serve_plainly(HOST, script), frozenset(ends), is_slow
        )
        return script

    return register


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


def redirect(connection: socket.socket, location: str) -> None:
    send_reply(connection, Reply(b"", 302, {"Location": location}))


# Slow ones.


@attack(Reason.TIME, is_slow=True)
def says_nothing(connection: socket.socket) -> None:
    wait(connection)


@attack(Reason.TIME, is_slow=True)
def drips_the_status_line(connection: socket.socket) -> None:
    drip(connection, b"HTTP/1.1 200 " + b"O" * 500)


@attack(Reason.TIME, is_slow=True)
def drips_headers(connection: socket.socket) -> None:
    connection.sendall(OK)
    drip(connection, b"X-A: b\r\n")


@attack(Reason.TIME, is_slow=True)
def drips_the_body(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: 100000\r\n\r\n")
    drip(connection, b"x")


@attack(Reason.TIME, is_slow=True)
def drips_gzip(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Encoding: gzip\r\n\r\n")
    drip(connection, gzip.compress(bytes(100_000), mtime=0))


@attack(Reason.TIME, is_slow=True)
def drips_chunks(connection: socket.socket) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    drip(connection, b"1\r\nx\r\n")


@attack(Reason.TIME, is_slow=True)
def promises_an_answer_again_and_again(connection: socket.socket) -> None:
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\n")
        time.sleep(0.2)


@attack(Reason.TIME, at_robots=True, is_slow=True)
def drips_robots(connection: socket.socket) -> None:
    connection.sendall(OK + b"\r\n")
    drip(connection, b"Allow: /\n")


@attack(Reason.TIME, is_slow=True)
def stops_in_the_middle(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: 1000\r\n\r\nhalf")
    wait(connection)


@attack_before_tls(Reason.TIME, is_slow=True)
def never_shakes_hands(connection: socket.socket) -> None:
    connection.recv(65_536)
    wait(connection)


@attack_before_tls(Reason.TIME, is_slow=True)
def shakes_hands_slowly(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"\x16\x03\x03\x3f\xff")  # a handshake record of 16 kB follows
    drip(connection, b"\x02")


# Endless and large ones.


@attack(Reason.SIZE)
def endless_body(connection: socket.socket) -> None:
    connection.sendall(OK + b"\r\n")
    repeat(connection, b"x" * 65_536)


@attack(Reason.SIZE)
def endless_chunks(connection: socket.socket) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    repeat(connection, b"10000\r\n" + b"x" * 65_536 + b"\r\n")


@attack(Reason.SIZE, Reason.TIME)
def endless_chunks_of_one_byte(connection: socket.socket) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    repeat(connection, b"1\r\nx\r\n" * 10_000)


@attack(Reason.PROTOCOL, Reason.SIZE)
def endless_headers(connection: socket.socket) -> None:
    connection.sendall(OK)
    repeat(connection, b"X-A: b\r\n" * 5_000)


@attack(Reason.PROTOCOL, Reason.SIZE)
def endless_header_line(connection: socket.socket) -> None:
    connection.sendall(OK + b"X-A: ")
    repeat(connection, b"b" * 65_536)


@attack(Reason.PROTOCOL, Reason.SIZE)
def endless_status_line(connection: socket.socket) -> None:
    repeat(connection, b"HTTP/1.1 200 " + b"b" * 65_536)


@attack(Reason.SIZE, Reason.TIME)
def endless_early_hints(connection: socket.socket) -> None:
    repeat(connection, b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 1_000)


@attack(Reason.PROTOCOL, Reason.SIZE)
def endless_trailers(connection: socket.socket) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n")
    repeat(connection, b"X-A: b\r\n" * 5_000)


@attack(Reason.PROTOCOL, Reason.SIZE)
def endless_chunk_extension(connection: socket.socket) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n1;")
    repeat(connection, b"a=b;" * 10_000)


@attack(Reason.PROTOCOL)
def ten_thousand_headers(connection: socket.socket) -> None:
    head = b"".join(b"X%d:\r\n" % number for number in range(10_000))
    connection.sendall(OK + head + b"\r\nx")


@attack(Reason.PROTOCOL)
def ten_megabytes_of_headers(connection: socket.socket) -> None:
    connection.sendall(OK + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 10_000) for n in range(1_000)))


@attack(Reason.SIZE)
def announces_ten_gigabytes(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: 10000000000\r\n\r\n")
    repeat(connection, b"x" * 65_536)


@attack(Reason.SIZE)
def gzip_bomb(connection: socket.socket) -> None:
    bomb = gzip.compress(bytes(200_000_000), compresslevel=9)
    send_reply(connection, Reply(bomb, headers={"Content-Encoding": "gzip"}))


@attack(Reason.SIZE)
def gzip_bomb_of_many_members(connection: socket.socket) -> None:
    bomb = gzip.compress(bytes(1_000_000)) * 1_000
    send_reply(connection, Reply(bomb, headers={"Content-Encoding": "gzip"}))


@attack(Reason.PROTOCOL, Reason.SIZE, Reason.TIME, None)
def gzip_of_a_hundred_thousand_empty_members(connection: socket.socket) -> None:
    send_reply(
        connection, Reply(gzip.compress(b"") * 100_000, headers={"Content-Encoding": "gzip"})
    )


@attack(None, at_robots=True)
def gzip_bomb_as_robots(connection: socket.socket) -> None:
    bomb = gzip.compress(b"Allow: /\n" * 20_000_000, compresslevel=9)
    send_reply(connection, Reply(bomb, headers={"Content-Encoding": "gzip"}))


# Packed in ways that were not asked for, or damaged.


def _packed(name: str, encoding: str, body: bytes) -> None:
    def script(connection: socket.socket) -> None:
        send_reply(connection, Reply(body, headers={"Content-Encoding": encoding}))

    script.__name__ = name
    attack(Reason.PROTOCOL)(script)


_packed("brotli_bomb", "br", bytes.fromhex("5bffffff") + bytes(1_000))
_packed("zstandard_bomb", "zstd", bytes.fromhex("28b52ffd") + bytes(1_000))
_packed("deflate_bomb", "deflate", zlib.compress(bytes(50_000_000)))
_packed("gzip_in_gzip", "gzip, gzip", gzip.compress(gzip.compress(bytes(50_000_000))))
_packed("gzip_a_hundred_deep", ", ".join(["gzip"] * 100), gzip.compress(b"x"))
_packed("gzip_that_is_none", "gzip", b"<html>plain</html>")
_packed("gzip_cut_short", "gzip", gzip.compress(b"tirsdag" * 1_000)[:-9])
_packed("gzip_with_a_wrong_sum", "gzip", gzip.compress(b"tirsdag")[:-8] + bytes(8))
_packed("gzip_and_something_behind", "gzip", gzip.compress(b"tirsdag") + b"<script>")
_packed("an_unknown_packing", "x-evil", b"x")


# Wrong about their own length.


@attack(Reason.PROTOCOL)
def shorter_than_announced(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: 1000\r\n\r\nhalf")


@attack(Reason.PROTOCOL)
def chunks_without_an_end(connection: socket.socket) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")


@attack(Reason.PROTOCOL)
def a_negative_length(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: -1\r\n\r\nx")


@attack(Reason.PROTOCOL)
def two_lengths(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy")


@attack(Reason.PROTOCOL, Reason.SIZE)
def a_length_of_a_thousand_digits(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: " + b"9" * 1_000 + b"\r\n\r\nx")


@attack(Reason.PROTOCOL)
def a_chunk_larger_than_the_world(connection: socket.socket) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"F" * 100 + b"\r\nx")


@attack(Reason.PROTOCOL)
def a_chunk_without_a_number(connection: socket.socket) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nx\r\n0\r\n\r\n")


@attack(Reason.PROTOCOL)
def another_transfer_encoding(connection: socket.socket) -> None:
    connection.sendall(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")


# Not HTTP, or not of this kind.


@attack(Reason.PROTOCOL)
def http_of_1991(connection: socket.socket) -> None:
    connection.sendall(b"<html>no status, no headers</html>\n")


@attack(Reason.PROTOCOL)
def a_status_of_letters(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 abc OK\r\n\r\n")


@attack(Reason.PROTOCOL)
def a_status_of_999(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 999 Nope\r\nContent-Length: 0\r\n\r\n")


@attack(Reason.PROTOCOL)
def a_status_of_000(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 000 Nope\r\nContent-Length: 0\r\n\r\n")


@attack(Reason.PROTOCOL)
def another_protocol(connection: socket.socket) -> None:
    connection.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
    )


@attack(Reason.PROTOCOL)
def http_2_unasked(connection: socket.socket) -> None:
    connection.sendall(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18))


@attack(Reason.PROTOCOL)
def null_bytes_in_headers(connection: socket.socket) -> None:
    connection.sendall(OK + b"X-A: a\x00b\r\nContent-Length: 1\r\n\r\nx")


@attack(Reason.PROTOCOL)
def a_header_without_a_name(connection: socket.socket) -> None:
    connection.sendall(OK + b": b\r\n\r\nx")


@attack(None)
def null_bytes_in_the_body(connection: socket.socket) -> None:
    send_reply(connection, Reply(b"tirs\x00dag"))


@attack(None)
def text_encoded_twice(connection: socket.socket) -> None:
    send_reply(connection, Reply("håndbold".encode().decode("latin-1").encode()))


@attack(Reason.PROTOCOL, Reason.NETWORK)
def closes_without_a_word(connection: socket.socket) -> None:
    pass


@attack(Reason.NETWORK, Reason.PROTOCOL)
def resets_in_the_middle(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: 1000000\r\n\r\n" + b"x" * 1_000)
    time.sleep(0.2)  # what was sent must arrive before the reset
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


# Redirects.


@attack(Reason.REDIRECT)
def redirects_to_itself(connection: socket.socket) -> None:
    redirect(connection, "/")


def _redirects_by_path(name: str, target_of: Callable[[str], str]) -> None:
    def serve(connection: socket.socket) -> None:
        path, _ = read_request(connection)
        if path == "/robots.txt":
            send_reply(connection, Reply(ALL_ALLOWED))
        else:
            redirect(connection, target_of(path))

    ATTACKS[name] = Attack(lambda world: world.serve(HOST, serve), frozenset({Reason.REDIRECT}))


_redirects_by_path("redirects_in_a_circle_of_two", lambda path: "/b" if path == "/" else "/")
_redirects_by_path("redirects_on_and_on", lambda path: path + "x")


@attack(Reason.REDIRECT)
def redirects_down_to_http(connection: socket.socket) -> None:
    redirect(connection, f"http://{HOST}/x")


@attack(Reason.REDIRECT)
def redirects_nowhere(connection: socket.socket) -> None:
    send_reply(connection, Reply(b"", 302))


@attack(Reason.HOST)
def redirects_to_a_stranger(connection: socket.socket) -> None:
    redirect(connection, "https://fremmed.example/")


@attack(Reason.URL)
def redirects_to_a_file(connection: socket.socket) -> None:
    redirect(connection, "file:///etc/passwd")


@attack(Reason.URL)
def redirects_to_an_endless_address(connection: socket.socket) -> None:
    redirect(connection, "/" + "a" * 90_000)


@attack(Reason.REDIRECT, at_robots=True)
def redirects_robots_to_itself(connection: socket.socket) -> None:
    redirect(connection, "/robots.txt")


# robots.txt.


@attack(Reason.ROBOTS, at_robots=True)
def robots_that_fail(connection: socket.socket) -> None:
    send_reply(connection, Reply(b"", 503))


@attack(None, at_robots=True)
def robots_of_fifty_thousand_lines(connection: socket.socket) -> None:
    names = "".join(f"User-agent: a{n}\n" for n in range(25_000))
    send_reply(connection, Reply((names + "Disallow: /*a$\n" * 25_000).encode()))


@attack(None, at_robots=True)
def robots_of_fifty_thousand_patterns(connection: socket.socket) -> None:
    lines = "".join(f"Disallow: /*{n}*a*b$\n" for n in range(50_000))
    send_reply(connection, Reply(b"User-agent: *\n" + lines.encode()))


@attack(None, at_robots=True)
def robots_without_an_end(connection: socket.socket) -> None:
    connection.sendall(OK + b"\r\n")
    repeat(connection, b"User-agent: *\nAllow: /\n" * 3_000)


@attack(None, at_robots=True)
def robots_of_one_line(connection: socket.socket) -> None:
    send_reply(connection, Reply(b"Disallow: /" + b"*a" * 2_000_000))


# TLS.


def _certificate(name: str, make: Callable[[World], ssl.SSLContext]) -> None:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        send_reply(connection, Reply(b"should not be read"))

    ATTACKS[name] = Attack(
        lambda world: world.serve(HOST, script, tls=make(world)), frozenset({Reason.TLS})
    )


def _old_tls(world: World) -> ssl.SSLContext:
    context = world.tls_for(HOST)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.minimum_version = ssl.TLSVersion.TLSv1
    return context


def _self_signed(_: World) -> ssl.SSLContext:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with authority.private_key_pem.tempfile() as key, authority.cert_pem.tempfile() as certificate:
        context.load_cert_chain(certificate, key)
    return context


_certificate("a_strangers_certificate", lambda _: tls_with(trustme.CA().issue_cert(HOST)))
_certificate("a_self_signed_certificate", _self_signed)
_certificate("a_certificate_for_another_name", lambda world: world.tls_for("god.example"))
_certificate("a_certificate_for_the_address", lambda world: world.tls_for("80.80.80.1"))
_certificate("a_certificate_for_a_name_above", lambda world: world.tls_for("*.ond.example"))
_certificate(
    "an_expired_certificate",
    lambda world: world.tls_for(HOST, not_after=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)),
)
_certificate(
    "a_certificate_of_the_future",
    lambda world: world.tls_for(
        HOST,
        not_before=dt.datetime(2090, 1, 1, tzinfo=dt.UTC),
        not_after=dt.datetime(2091, 1, 1, tzinfo=dt.UTC),
    ),
)
_certificate("tls_of_2006", _old_tls)


@attack_before_tls(Reason.TLS)
def no_tls_at_all(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: 1\r\n\r\nx")
    connection.recv(65_536)


@attack_before_tls(Reason.TLS)
def a_mail_server(connection: socket.socket) -> None:
    connection.sendall(b"220 mail.example ESMTP\r\n")
    connection.recv(65_536)


@attack_before_tls(Reason.TLS, Reason.NETWORK)
def breaks_off_the_handshake(connection: socket.socket) -> None:
    connection.recv(65_536)
