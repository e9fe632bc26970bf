"""robots.txt, by RFC 9309."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.failures import NotFetched, Reason
from scrapers.robots import LONGEST_DELAY, MOST_BYTES, read_rules
from tests.scrapers.world import Reply, World

HOST = "klub.example"
US = "Fritidsguide"


@pytest.fixture
def world() -> Iterator[World]:
    with World() as one:
        yield one


def allows(text: str, path: str) -> bool:
    return read_rules(text.encode(), US).allows(f"https://{HOST}{path}")


@pytest.mark.parametrize(
    ("text", "allowed", "denied"),
    [
        ("User-agent: *\nDisallow: /privat", ["/", "/hold"], ["/privat", "/privat/a", "/privatx"]),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", ["/a/b", "/a/bc"], ["/a", "/a/c"]),
        ("User-agent: *\nAllow: /a\nDisallow: /a", ["/a"], []),
        ("User-agent: *\nDisallow: /*.php$", ["/x.php?a=1", "/x"], ["/x.php"]),
        ("User-agent: *\nDisallow:", ["/", "/x"], []),
        ("User-agent: Andre\nDisallow: /", ["/"], []),
        ("User-agent: fritidsguide\nDisallow: /\n\nUser-agent: *\nAllow: /", [], ["/", "/x"]),
        ("User-agent: FritidsGuide/2.0 (+x)\nDisallow: /", [], ["/"]),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Fritidsguide\nAllow: /", ["/x"], []),
        ("User-agent: a\nUser-agent: Fritidsguide\nUser-agent: b\nDisallow: /x", ["/"], ["/x"]),
        ("User-agent: Fritidsguide\nDisallow: /a\n\nUser-agent: x\nDisallow: /b", ["/b"], ["/a"]),
        ("User-agent: a\nDisallow: /a\nUser-agent: *\nDisallow: /b", ["/a"], ["/b"]),
        ("User-agent: Fritids\nDisallow: /", ["/"], []),
        ("User-agent: Fritidsguiden\nDisallow: /", ["/"], []),
        ("\ufeffUser-agent: *\r\nDisallow: /x\r\n", ["/"], ["/x"]),
        ("# hej\nuser-agent:* # alle\nDISALLOW:/x # nej", ["/"], ["/x"]),
        ("User-agent: *\nDisallow: /h%C3%B8j", ["/hoj"], ["/h%C3%B8j", "/h%c3%b8j/1"]),
        ("User-agent: *\nDisallow: /?s=", ["/"], ["/?s=x"]),
        ("<html><body>En side</body></html>", ["/", "/x"], []),
        ("", ["/"], []),
    ],
)
def test_rules_are_followed(text: str, allowed: list[str], denied: list[str]) -> None:
    assert [path for path in allowed if not allows(text, path)] == []
    assert [path for path in denied if allows(text, path)] == []


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("User-agent: *\nDisallow: /x", None),
        ("User-agent: *\nCrawl-delay: 30", 30.0),
        ("User-agent: *\nCrawl-delay: 30\n\nUser-agent: Fritidsguide\nCrawl-delay: 7", 7.0),
        ("User-agent: andre\nCrawl-delay: 30", None),
        ("User-agent: *\nRequest-rate: 1/20", 20.0),
        ("User-agent: *\nCrawl-delay: 9999999", LONGEST_DELAY),
        ("User-agent: *\nCrawl-delay: -5", None),
        ("User-agent: *\nCrawl-delay: nan", None),
    ],
)
def test_the_delay_that_a_site_asks_for_is_read(text: str, delay: float | None) -> None:
    assert read_rules(text.encode(), US).delay == delay


def test_a_line_that_is_cut_at_the_limit_is_no_rule() -> None:
    """Cut in two, "Disallow: /private" would forbid everything as "Disallow: /"."""
    head = b"User-agent: *\nDisallow: /a\n"
    cut = head + b"#" * (MOST_BYTES - len(head) - 12) + b"\nDisallow: /private\n"
    assert len(cut) > MOST_BYTES
    rules = read_rules(cut[:MOST_BYTES], US)
    assert rules.allows(f"https://{HOST}/b") and not rules.allows(f"https://{HOST}/a")


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(body: bytes) -> None:
    assert read_rules(body, US).allows(f"https://{HOST}/x") in (True, False)


@given(st.lists(st.sampled_from(["a", "b", "*", US]), min_size=1, max_size=4))
def test_names_of_others_change_nothing_for_us(names: list[str]) -> None:
    """Many names over a group hold for each of them, however many stand beside ours."""
    text = "".join(f"User-agent: {name}\n" for name in names) + "Disallow: /x\n"
    assert allows(text, "/x") == (not {"*", US} & set(names))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_without_the_file_all_may_be_read(world: World, tmp_path: Path, status: int) -> None:
    world.site(HOST, {"/robots.txt": Reply(b"", status), "/": Reply(b"x")})
    assert world.fetcher(tmp_path).fetch(world.page(f"https://{HOST}/")).body == b"x"


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_site_that_fails_means_no(world: World, tmp_path: Path, status: int) -> None:
    site = world.site(HOST, {"/robots.txt": Reply(b"", status), "/": Reply(b"x")})
    failure = refused(world, tmp_path)
    assert (failure.reason, failure.status) == (Reason.ROBOTS, status)
    assert site.paths == ["/robots.txt"]


def test_a_file_that_cannot_be_reached_means_no(world: World, tmp_path: Path) -> None:
    world.serve(HOST, lambda connection: None)
    assert refused(world, tmp_path).reason is Reason.PROTOCOL


def test_a_site_that_failed_is_asked_again_after_ten_minutes(world: World, tmp_path: Path) -> None:
    site = world.site(HOST, {"/robots.txt": Reply(b"", 500), "/": Reply(b"x")})
    fetcher, page = world.fetcher(tmp_path), world.page(f"https://{HOST}/")
    for _ in range(3):
        with pytest.raises(NotFetched):
            fetcher.fetch(page)
    assert site.paths == ["/robots.txt"]
    world.clock.now += timedelta(minutes=11)
    site.pages["/robots.txt"] = Reply(b"")
    assert fetcher.fetch(page).body == b"x"


def test_a_forbidden_page_is_not_asked_for(world: World, tmp_path: Path) -> None:
    rules = Reply(b"User-agent: *\nDisallow: /hold\n")
    site = world.site(HOST, {"/robots.txt": rules, "/hold": Reply(b"x")})
    assert refused(world, tmp_path, "/hold").reason is Reason.ROBOTS
    assert site.paths == ["/robots.txt"]


def test_a_redirect_to_a_forbidden_page_is_not_followed(world: World, tmp_path: Path) -> None:
    pages = {
        "/robots.txt": Reply(b"User-agent: *\nDisallow: /b\n"),
        "/a": Reply(b"", 302, {"Location": "/b"}),
        "/b": Reply(b"x"),
    }
    site = world.site(HOST, pages)
    assert refused(world, tmp_path, "/a").reason is Reason.ROBOTS
    assert site.paths == ["/robots.txt", "/a"]


def test_a_redirected_robots_file_is_read_where_it_is(world: World, tmp_path: Path) -> None:
    moved = Reply(b"", 301, {"Location": "https://www.klub.example/robots.txt"})
    world.site(HOST, {"/robots.txt": moved, "/x": Reply(b"x")})
    www = world.site("www.klub.example")
    www.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /x\n")
    assert refused(world, tmp_path, "/x").reason is Reason.ROBOTS


def refused(world: World, folder: Path, path: str = "/") -> NotFetched:
    with pytest.raises(NotFetched) as caught:
        world.fetcher(folder).fetch(world.page(f"https://{HOST}{path}"))
    return caught.value
