"""Tricks to make the fetcher reach inside: none may open a connection, seen at the socket.

Behind every address that a trick is after waits a server that counts who comes. Doors lead to it
from loopback, private and all other forbidden addresses, so a check that fails lets us arrive.
"""

import socket
import time
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from itertools import chain, repeat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.addresses import is_public, public_addresses, system_resolver
from scrapers.failures import NotFetched, Reason
from scrapers.fetch import Fetcher, Page
from scrapers.locations import read_host, read_location
from tests.scrapers.world import Reply, Server, World, dialled_addresses

HOST = "klub.example"
OURS = {Reason.URL, Reason.HOST, Reason.ADDRESS}

FORBIDDEN = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1
127.255.255.254 168.63.129.16 169.254.1.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255
192.0.0.1 192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.1.1 192.175.48.1
198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1
255.255.255.255
:: ::1 ::127.0.0.1 ::80.80.80.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:80.80.80.1
::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::5050:5001 64:ff9b:1::a00:1 100::1 100:0:0:1::1 2001::1
2001:0:5050:5001::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::1 2002:5050:5001::1
2620:4f:8000::1 3fff::1 4000::1 5f00::1 fc00::1 fd00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1
ff02::1 ff0e::1 2a00:1450::5efe:7f00:1 2a00:1450::200:5efe:a00:1 2a00:1450::1%1
""".split()

ADMITTED = """
1.1.1.1 9.255.255.255 11.0.0.1 80.80.80.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1
168.63.129.15 169.253.255.255 172.15.255.255 172.32.0.1 192.0.1.1 192.167.1.1 198.17.255.255
198.20.0.1 223.255.255.255 2001:200::1 2001:4860:4860::8888 2003::1 2a00:1450::1
2a00:1450::5eff:7f00:1 2c0f::1
""".split()

NUMBERS = """
https://127.0.0.1/ https://127.1/ https://127.0.1/ https://2130706433/ https://0x7f000001/
https://0x7f.0.0.1/ https://0x7f.1/ https://0177.0.0.1/ https://017700000001/ https://127.0.0.01/
https://127.0.0.1./ https://127.0.0.0x1/ https://0/ https://0.0.0.0/ https://00000000177.1/
https://4294967295/ https://169.254.169.254/ https://2852039166/ https://0xa9fea9fe/
https://0251.0376.0251.0376/ https://10.0.0.1/ https://192.168.1.1/ https://172.16.0.1/
https://[::1]/ https://[::]/ https://[::ffff:127.0.0.1]/ https://[::ffff:7f00:1]/
https://[0:0:0:0:0:0:0:1]/ https://[64:ff9b::127.0.0.1]/ https://[2002:7f00:1::]/
https://[fe80::1%25eth0]/ https://[::127.0.0.1]/ https://[fd00:ec2::254]/ https://[v1.127.0.0.1]/
https://localhost/ https://LOCALHOST/ https://localhost./ https://LocalHost.localdomain/
https://printer.local/ https://db.internal/ https://router.lan/ https://router.home.arpa/
https://metadata.google.internal/ https://metadata/ https://klub/ https://a.localhost/
https://①②⑦.⓪.⓪.①/ https://127。0。0。1/ https://１２７.０.０.１/ https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/ https://127%2e0%2e0%2e1/
https://%31%32%37.0.0.1/ https://%6cocalhost/ https://loc\u00adalhost/
""".split()

FORMS = [
    "https://klub.example@127.0.0.1/",
    "https://127.0.0.1@klub.example/",
    "https://klub.example:pw@127.0.0.1/",
    "https://@127.0.0.1/",
    "https://@klub.example/",
    "https://klub.example:443@127.0.0.1/",
    "https://klub.example%40127.0.0.1/",
    "https://klub.example\\@127.0.0.1/",
    "https://127.0.0.1\\@klub.example/",
    "https://klub.example#@127.0.0.1/x@y\\",
    "https:\\\\127.0.0.1\\",
    "https:/\\127.0.0.1/",
    "https:127.0.0.1/",
    "https:///127.0.0.1/",
    "//127.0.0.1/",
    "127.0.0.1",
    "https://klub.example:8443/",
    "https://klub.example:80/",
    "http://klub.example:443/",
    "https://klub.example:22/",
    "https://klub.example:0443/",
    "https://klub.example:+443/",
    "https://klub.example:٤٤٣/",
    "https://klub.example:443:443/",
    "https://klub.example:/",
    "https://klub.example./",
    "https://.klub.example/",
    "https://klub..example/",
    "https://klub.example\t.evil.example/",
    "https://klub.example\r\nHost: evil.example/",
    "https://klub.example\x00.evil.example/",
    " https://klub.example/",
    "https://klub.example /",
    "https://klub_a.example/",
    "https://-klub.example/",
    "https://кlub.example/",  # the first letter is Cyrillic
    "https://klub․example.evil.example/",  # a one dot leader
    "https://klub.example.evil.example/",
    "https://evilklub.example/",
    "https://klub.exampleevil/",
    "https://klub.example。evil.example/",
    "https://klub.example\uff0fevil.example/",
    "https://xn--/",
    "https://xn--klub.example/",
    "https://a" + ".b" * 200 + ".example/",
    "https://" + "a" * 64 + ".example/",
    "https://klub.example/" + "a" * 2000,
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "ftp://klub.example/",
    "gopher://127.0.0.1:6379/_INFO",
    "dict://127.0.0.1:11211/stat",
    "data:text/html,hej",
    "javascript:alert(1)",
    "jar:https://klub.example/!/",
    "ws://klub.example/",
    "unix:///var/run/docker.sock",
    "",
    "/",
    "https://",
]


@pytest.fixture
def world() -> Iterator[World]:
    with World() as one:
        yield one


@pytest.fixture
def trap(world: World) -> Server:
    """A server behind every forbidden address."""
    server = world.start(lambda connection: connection.close())
    for address in FORBIDDEN:
        for port in (80, 443, 8443, 22):
            world.doors[str(ip_address(address)), port] = server.place
    return server


def refuse(fetcher: Fetcher, page: Page) -> NotFetched:
    with pytest.raises(NotFetched) as caught:
        fetcher.fetch(page)
    return caught.value


@pytest.mark.parametrize("address", FORBIDDEN)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ADMITTED)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.ip_addresses())
def test_what_python_calls_special_is_never_public(address) -> None:
    special = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )
    assert not (special and is_public(address))


def test_there_are_at_least_sixty_tricks() -> None:
    assert len({*NUMBERS, *FORMS}) >= 60 and len(set(FORBIDDEN)) >= 60


@pytest.mark.parametrize("trick", NUMBERS + FORMS, ids=ascii)
def test_a_trick_in_an_address_opens_no_connection(
    world: World, trap: Server, tmp_path: Path, trick: str
) -> None:
    site = world.site(HOST, {"/": Reply(b"x")})
    for name in ("localhost", "evil.example", "klub.example.evil.example", "evilklub.example"):
        world.names[name] = ["127.0.0.1"]
    page = Page(trick, frozenset({HOST}), plain_http=True)
    with dialled_addresses() as dialled:
        assert refuse(world.fetcher(tmp_path), page).reason in OURS
    assert (dialled, trap.accepted, site.server.accepted) == ([], 0, 0)


@pytest.mark.parametrize("trick", NUMBERS, ids=ascii)
def test_a_number_in_the_sources_own_list_does_not_help(
    world: World, trap: Server, tmp_path: Path, trick: str
) -> None:
    host = trick.removeprefix("https://").removesuffix("/")
    world.names[host] = ["127.0.0.1"]
    with dialled_addresses() as dialled:
        assert refuse(world.fetcher(tmp_path), Page(trick, frozenset({host}))).reason in OURS
    assert (dialled, trap.accepted) == ([], 0)


@pytest.mark.parametrize("address", FORBIDDEN)
def test_a_name_that_stands_for_an_address_inside_opens_no_connection(
    world: World, trap: Server, tmp_path: Path, address: str
) -> None:
    for answer in ([address], ["80.80.80.1", address], [address, "80.80.80.1"]):
        world.names[HOST] = answer
        with dialled_addresses() as dialled:
            page = world.page(f"https://{HOST}/")
            assert refuse(world.fetcher(tmp_path), page).reason is Reason.ADDRESS
        assert (dialled, trap.accepted) == ([], 0)


@pytest.mark.parametrize(
    "answer",
    [
        [],
        ["x"],
        ["127.1"],
        ["0x7f000001"],
        [""],
        ["80.80.80.1/32"],
        [f"80.80.80.{n}" for n in range(1, 60)],
    ],
    ids=repr,
)
def test_an_answer_that_is_no_address_opens_no_connection(
    world: World, trap: Server, tmp_path: Path, answer: list[str]
) -> None:
    world.names[HOST] = answer
    with dialled_addresses() as dialled:
        reason = refuse(world.fetcher(tmp_path), world.page(f"https://{HOST}/")).reason
    assert reason in {Reason.ADDRESS, Reason.NAME} and dialled == []


@pytest.mark.parametrize("trick", NUMBERS + FORMS, ids=ascii)
def test_a_redirect_to_a_trick_opens_no_second_connection(
    world: World, trap: Server, tmp_path: Path, trick: str
) -> None:
    site = world.site(HOST, {"/": Reply(b"", 302, {"Location": "x"})})
    for name in ("localhost", "evil.example", "klub.example.evil.example", "evilklub.example"):
        world.names[name] = ["127.0.0.1"]

    def serve(connection) -> None:
        site.pages["/"] = Reply(b"", 302, {"Location": trick})
        site.serve(connection)

    site.server = world.serve(HOST, serve)
    with dialled_addresses() as dialled:
        refuse(world.fetcher(tmp_path), Page(f"https://{HOST}/", frozenset({HOST})))
    assert set(dialled) <= {site.server.place}
    assert trap.accepted == 0


def test_a_name_that_moves_inside_between_robots_and_page_is_not_followed(
    world: World, trap: Server, tmp_path: Path
) -> None:
    site = world.site(HOST, {"/": Reply(b"x")})
    world.names[HOST] = answers(["80.80.80.1"], ["127.0.0.1"])
    with dialled_addresses() as dialled:
        page = world.page(f"https://{HOST}/")
        assert refuse(world.fetcher(tmp_path), page).reason is Reason.ADDRESS
    assert (site.paths, dialled, trap.accepted) == (["/robots.txt"], [site.server.place], 0)


def test_a_name_that_moves_inside_between_two_redirects_is_not_followed(
    world: World, trap: Server, tmp_path: Path
) -> None:
    pages = {"/": Reply(b"", 302, {"Location": "/to"}), "/to": Reply(b"x")}
    site = world.site(HOST, pages)
    world.names[HOST] = answers(["80.80.80.1"], ["80.80.80.1"], ["169.254.169.254"])
    with dialled_addresses() as dialled:
        page = world.page(f"https://{HOST}/")
        assert refuse(world.fetcher(tmp_path), page).reason is Reason.ADDRESS
    assert site.paths == ["/robots.txt", "/"]
    assert (set(dialled), trap.accepted) == ({site.server.place}, 0)


def test_a_redirect_of_robots_to_a_name_inside_is_not_followed(
    world: World, trap: Server, tmp_path: Path
) -> None:
    site = world.site(HOST, {"/": Reply(b"x")})
    site.pages["/robots.txt"] = Reply(b"", 302, {"Location": "https://inde.example/robots.txt"})
    world.names["inde.example"] = ["10.0.0.1"]
    with dialled_addresses() as dialled:
        page = world.page(f"https://{HOST}/")
        assert refuse(world.fetcher(tmp_path), page).reason is Reason.ADDRESS
    assert (site.paths, dialled, trap.accepted) == (["/robots.txt"], [site.server.place], 0)


def test_a_name_is_looked_up_once_a_request_and_dialled_at_what_was_checked(
    world: World, trap: Server, tmp_path: Path
) -> None:
    """A resolver that lies at every second look-up gains nothing: there is no second one."""
    site = world.site(HOST, {"/": Reply(b"tirsdag")})
    looked_up = []

    def answer(host: str) -> Sequence[str]:
        looked_up.append(host)
        return ["80.80.80.1"]

    world.resolve = answer  # type: ignore[method-assign]  # the resolver is what a test varies
    page = world.page(f"https://{HOST}/")
    assert world.fetcher(tmp_path).fetch(page).body == b"tirsdag"
    assert looked_up == [HOST, HOST] and site.paths == ["/robots.txt", "/"]


def answers(*in_turn: Sequence[str]) -> Iterator[Sequence[str]]:
    return chain(in_turn, repeat(in_turn[-1]))


@pytest.mark.parametrize(
    ("text", "host", "target"),
    [
        ("https://Klub.Example", "klub.example", "/"),
        ("HTTPS://klub.example:443/a?b=c#d", "klub.example", "/a?b=c"),
        ("https://blå.example/hø j", "xn--bl-zia.example", "/h%C3%B8%20j"),
        ("https://klub.example/a%20b?x=%2F&y=[1]", "klub.example", "/a%20b?x=%2F&y=%5B1%5D"),
        ("https://xn--bl-zia.example/", "xn--bl-zia.example", "/"),
    ],
)
def test_a_plain_address_is_read(text: str, host: str, target: str) -> None:
    location = read_location(text)
    assert (location.host, location.target, location.port) == (host, target, 443)
    assert read_location(location.url) == location


@given(st.text(max_size=60), st.sampled_from(["", "https://", "http://", "https://klub.example"]))
def test_any_text_is_a_plain_address_or_refused(text: str, before: str) -> None:
    try:
        location = read_location(before + text)
    except NotFetched as error:
        assert error.reason is Reason.URL
    else:
        assert location.host == read_host(location.host)
        assert location.url.isascii() and " " not in location.url
        assert read_location(location.url) == location


def test_the_systems_look_up_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: object, **__: object) -> list[object]:
        time.sleep(2)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        system_resolver(0.2)(HOST)
    assert time.monotonic() - began < 1.0


def test_the_systems_look_up_leaves_the_machines_own_domains_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def look_up(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(0, 0, 0, "", ("80.80.80.1", 0)), (0, 0, 0, "", ("2a00:1450::1", 0, 0, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert system_resolver(5.0)(HOST) == ["80.80.80.1", "2a00:1450::1"]
    assert asked == [HOST + "."]


def test_a_name_that_the_system_does_not_know_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: object, **__: object) -> None:
        raise socket.gaierror("not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(NotFetched) as caught:
        public_addresses(HOST, system_resolver(5.0))
    assert caught.value.reason is Reason.NAME
