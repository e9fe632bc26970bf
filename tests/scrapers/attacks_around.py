"""Hostile redirects, robots.txt files and certificates. What each does is in its name."""

import datetime as dt
import socket
import ssl
import warnings
from collections.abc import Callable

import trustme

from scrapers.failures import Reason
from tests.scrapers.hostile import HOST, Attacks, repeat
from tests.scrapers.world import (
    ALL_ALLOWED,
    Reply,
    World,
    read_request,
    send_reply,
    tls_with,
)

ATTACKS = Attacks()
attack = ATTACKS.on_request
attack_before_tls = ATTACKS.before_tls
OK = b"HTTP/1.1 200 OK\r\n"


# Redirects.


def redirect(connection: socket.socket, location: str) -> None:
    send_reply(connection, Reply(b"", 302, {"Location": location}))


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

    ATTACKS.add(name, lambda world: world.serve(HOST, serve), Reason.REDIRECT)


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

    ATTACKS.add(name, lambda world: world.serve(HOST, script, tls=make(world)), Reason.TLS)


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
