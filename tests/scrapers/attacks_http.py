"""Answers that are slow, endless, packed, cut, or no HTTP. What each does is in its name."""

import gzip
import socket
import struct
import time
import zlib

from scrapers.failures import Reason
from tests.scrapers.hostile import LONG, Attacks, drip, repeat, wait
from tests.scrapers.world import Reply, send_reply

ATTACKS = Attacks()
attack = ATTACKS.on_request
attack_before_tls = ATTACKS.before_tls
OK = b"HTTP/1.1 200 OK\r\n"


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


@attack(Reason.PROTOCOL)
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


@attack(Reason.SIZE)
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
