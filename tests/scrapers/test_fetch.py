"""The fetcher against well-behaved sites."""

import ast
import gzip
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from catalogue.errors import Conflict, Invalid
from scrapers import archive
from scrapers.failures import NotFetched, Reason
from scrapers.fetch import Fetcher, Page
from scrapers.local import LocalWorld
from scrapers.politeness import Manners
from scrapers.wire import Limits
from tests.scrapers.attacks_http import ATTACKS
from tests.scrapers.hostile import HOST as HOSTILE
from tests.scrapers.world import CONTACT, Reply, World, trust_in

ROOT = Path(__file__).parents[2]
HOST = "klub.example"
URL = f"https://{HOST}/hold"


@pytest.fixture
def world() -> Iterator[World]:
    with World() as one:
        yield one


def refusal(world: World, fetcher: Fetcher, page: Page | str) -> NotFetched:
    with pytest.raises(NotFetched) as caught:
        fetcher.fetch(world.page(page) if isinstance(page, str) else page)
    return caught.value


def test_a_page_is_fetched_with_its_time_hash_and_type(world: World, tmp_path: Path) -> None:
    world.site(HOST, {"/hold": Reply(b"tirsdag", headers={"Content-Type": "text/plain"})})
    answer = world.fetcher(tmp_path).fetch(world.page(URL))
    assert (answer.body, answer.url, answer.content_type) == (b"tirsdag", URL, "text/plain")
    assert answer.fetched_at == world.clock.now
    assert not answer.is_unchanged and not answer.was_confirmed


def test_the_request_names_us_and_offers_gzip_alone(world: World, tmp_path: Path) -> None:
    site = world.site(HOST, {"/hold": Reply(b"x")})
    world.fetcher(tmp_path, version="1.2").fetch(world.page(URL))
    headers = site.asked[1].headers
    assert headers["user-agent"] == f"Fritidsguide/1.2 (+{CONTACT})"
    assert (headers["accept-encoding"], headers["host"]) == ("gzip", HOST)
    assert headers.keys().isdisjoint({"cookie", "referer", "authorization", "from"})


def test_gzip_is_unpacked_also_in_several_members(world: World, tmp_path: Path) -> None:
    packed = gzip.compress(b"tirs") + gzip.compress(b"dag") + b"\0" * 9
    world.site(HOST, {"/hold": Reply(packed, headers={"Content-Encoding": "gzip"})})
    assert world.fetcher(tmp_path).fetch(world.page(URL)).body == b"tirsdag"


def test_an_empty_answer_labelled_gzip_is_empty(world: World, tmp_path: Path) -> None:
    world.site(HOST, {"/hold": Reply(b"", headers={"Content-Encoding": "gzip"})})
    assert world.fetcher(tmp_path).fetch(world.page(URL)).body == b""


@pytest.mark.parametrize("contact", ["http://kommune.example/", "kommune", "https://127.0.0.1/"])
def test_without_a_contact_page_nothing_is_fetched(tmp_path: Path, contact: str) -> None:
    with pytest.raises(Invalid, match="contact page"):
        Fetcher(contact=contact, folder=tmp_path)


def test_what_did_not_change_is_confirmed_and_not_sent_again(world: World, tmp_path: Path) -> None:
    stated = {"ETag": '"a1"', "Content-Type": "text/html; charset=utf-8"}
    site = world.site(HOST, {"/hold": Reply(b"tirsdag", headers=stated)})
    first = world.fetcher(tmp_path).fetch(world.page(URL))
    second = world.fetcher(tmp_path).fetch(world.page(URL))  # as after a restart
    third = world.fetcher(tmp_path).fetch(world.page(URL))  # from what was kept with the 304
    assert site.paths == ["/robots.txt", "/hold", "/hold", "/hold"]
    assert second.was_confirmed and third.was_confirmed and second.is_unchanged
    assert (third.body, third.sha256) == (first.body, first.sha256)
    assert third.content_type == first.content_type
    assert third.fetched_at > second.fetched_at > first.fetched_at


def test_last_modified_is_sent_back_and_a_change_is_seen(world: World, tmp_path: Path) -> None:
    date = "Tue, 01 Dec 2026 08:00:00 GMT"
    site = world.site(HOST, {"/hold": Reply(b"tirsdag", headers={"Last-Modified": date})})
    fetcher = world.fetcher(tmp_path)
    fetcher.fetch(world.page(URL))
    site.pages["/hold"] = Reply(b"onsdag")
    answer = fetcher.fetch(world.page(URL))
    assert site.asked[-1].headers["if-modified-since"] == date
    assert answer.body == b"onsdag" and not answer.is_unchanged
    assert fetcher.fetch(world.page(URL)).is_unchanged


def test_a_304_that_nobody_asked_for_is_refused(world: World, tmp_path: Path) -> None:
    world.site(HOST, {"/hold": Reply(b"", 304)})
    assert refusal(world, world.fetcher(tmp_path), URL).reason is Reason.PROTOCOL


def test_a_kept_body_that_was_damaged_is_fetched_whole(world: World, tmp_path: Path) -> None:
    site = world.site(HOST, {"/hold": Reply(b"tirsdag", headers={"ETag": '"a1"'})})
    fetcher = world.fetcher(tmp_path)
    sha = fetcher.fetch(world.page(URL)).sha256
    (tmp_path / "answers" / "bodies" / sha[:2] / sha).write_bytes(b"other")
    assert fetcher.fetch(world.page(URL)).body == b"tirsdag"
    assert "if-none-match" not in site.asked[-1].headers


def test_an_etag_that_cannot_be_sent_back_does_not_stop_the_next_fetch(
    world: World, tmp_path: Path
) -> None:
    world.site(HOST, {"/hold": Reply(b"tirsdag", headers={"ETag": '"å"'})})
    fetcher = world.fetcher(tmp_path)
    fetcher.fetch(world.page(URL))
    assert fetcher.fetch(world.page(URL)).body == b"tirsdag"


def test_a_redirect_is_followed_within_the_sources_list(world: World, tmp_path: Path) -> None:
    world.site(HOST, {"/hold": Reply(b"", 301, {"Location": "https://www.klub.example/nye"})})
    www = world.site("www.klub.example", {"/nye": Reply(b"tirsdag")})
    answer = world.fetcher(tmp_path).fetch(world.page(URL))
    assert (answer.body, answer.url) == (b"tirsdag", "https://www.klub.example/nye")
    assert www.paths == ["/robots.txt", "/nye"]


def test_a_redirect_out_of_the_list_is_not_followed(world: World, tmp_path: Path) -> None:
    world.site(HOST, {"/hold": Reply(b"", 302, {"Location": "https://andre.example/"})})
    other = world.site("andre.example", {"/": Reply(b"x")})
    page = Page(URL, frozenset({HOST}))
    assert refusal(world, world.fetcher(tmp_path), page).reason is Reason.HOST
    assert other.server.accepted == 0


def test_a_redirect_with_danish_letters_is_followed(world: World, tmp_path: Path) -> None:
    site = world.site(HOST, {"/hold": Reply(b"", 302, {"Location": "/høj sti?å=ø#top"})})
    site.pages["/h%C3%B8j%20sti?%C3%A5=%C3%B8"] = Reply(b"her")
    assert world.fetcher(tmp_path).fetch(world.page(URL)).body == b"her"


def test_a_host_outside_ascii_is_asked_by_its_ascii_name(world: World, tmp_path: Path) -> None:
    world.site("xn--bl-zia.example", {"/": Reply(b"x")})
    page = Page("https://blå.example/", frozenset({"BLÅ.example"}))
    assert world.fetcher(tmp_path).fetch(page).url == "https://xn--bl-zia.example/"


def test_http_is_read_only_where_the_source_says_so(world: World, tmp_path: Path) -> None:
    world.site(HOST, {"/hold": Reply(b"tirsdag")})
    fetcher = world.fetcher(tmp_path)
    plain = f"http://{HOST}/hold"
    assert refusal(world, fetcher, plain).reason is Reason.URL
    assert fetcher.fetch(world.page(plain, plain_http=True)).body == b"tirsdag"


@pytest.mark.parametrize("status", [204, 206, 400, 403, 404, 410, 418, 500])
def test_another_status_is_a_failure_that_says_which(
    world: World, tmp_path: Path, status: int
) -> None:
    world.site(HOST, {"/hold": Reply(b"", status)})
    failure = refusal(world, world.fetcher(tmp_path), URL)
    assert (failure.reason, failure.status) == (Reason.STATUS, status)


def test_keys_and_cookies_are_kept_nowhere(world: World, tmp_path: Path) -> None:
    headers = {"Set-Cookie": "session=hemmelig", "ETag": '"1"', "X-Person": "hemmelig"}
    site = world.site(HOST, {"/api?key=hemmelig": Reply(b"ok", headers=headers)})
    fetcher = world.fetcher(tmp_path)
    page = world.page(f"https://{HOST}/api?key=hemmelig", secrets=("hemmelig",))
    assert fetcher.fetch(page).url == f"https://{HOST}/api?key=***"
    assert fetcher.fetch(page).was_confirmed
    assert "cookie" not in site.asked[-1].headers
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert files and not [one for one in files if b"hemmelig" in one.read_bytes()]


def test_a_failure_names_the_host_and_never_the_path(world: World, tmp_path: Path) -> None:
    world.site(HOST, {"/api?key=hemmelig": Reply(b"", 500)})
    failure = refusal(world, world.fetcher(tmp_path), f"https://{HOST}/api?key=hemmelig")
    assert str(failure) == "klub.example: answers 500"


def test_what_is_kept_is_private_and_goes_after_30_days(world: World, tmp_path: Path) -> None:
    site = world.site(HOST, {"/hold": Reply(b"tirsdag")})
    fetcher = world.fetcher(tmp_path)
    fetcher.fetch(world.page(URL))
    files = [one for one in (tmp_path / "answers").rglob("*") if one.is_file()]
    assert len(files) == 4  # robots.txt and the page, each with its entry
    assert {oct(one.stat().st_mode & 0o777) for one in files} == {"0o600"}
    world.clock.now += timedelta(days=29)
    site.pages["/hold"] = Reply(b"onsdag")
    fetcher.fetch(world.page(URL))
    assert archive.latest(tmp_path / "answers", URL)
    world.clock.now += timedelta(days=2)
    # A body's age is that of its file, which a test cannot make old by waiting.
    removed = archive.prune(tmp_path / "answers", world.clock.now)
    kept = archive.latest(tmp_path / "answers", URL)
    assert removed >= 3 and kept is not None and kept[1] == b"onsdag"
    bodies = [one.read_bytes() for one in (tmp_path / "answers" / "bodies").glob("*/*")]
    assert b"tirsdag" not in bodies


def test_the_whole_fetch_has_one_deadline(world: World, tmp_path: Path) -> None:
    site = world.site(HOST, {f"/{n}": Reply(b"", 302, {"Location": f"/{n + 1}"}) for n in range(5)})
    serve = site.serve

    def slowly(connection) -> None:
        time.sleep(0.4)
        serve(connection)

    world.serve(HOST, slowly)
    began = time.monotonic()
    fetcher = world.fetcher(tmp_path, limits=Limits(seconds=1.0))
    assert refusal(world, fetcher, f"https://{HOST}/0").reason is Reason.TIME
    assert time.monotonic() - began < 1.5


def test_the_second_address_is_tried_when_the_first_does_not_answer(
    world: World, tmp_path: Path
) -> None:
    site = world.site(HOST, {"/hold": Reply(b"tirsdag")})
    gone = world.start(lambda connection: None)
    gone.close()
    world.doors["80.80.80.99", 443] = gone.place
    world.doors["2a00:1450::1", 443] = gone.place
    world.names[HOST] = ["2a00:1450::1", "80.80.80.99", "80.80.80.1"]
    assert world.fetcher(tmp_path).fetch(world.page(URL)).body == b"tirsdag"
    assert site.paths == ["/robots.txt", "/hold"]


def test_a_folder_that_cannot_be_written_is_said_so(world: World, tmp_path: Path) -> None:
    world.site(HOST, {"/hold": Reply(b"tirsdag")})
    (tmp_path / "file").write_text("")
    with pytest.raises(Conflict, match="folder of sources"):
        world.fetcher(tmp_path / "file").fetch(world.page(URL))


def test_a_hostile_source_does_not_hold_up_another(world: World, tmp_path: Path) -> None:
    ATTACKS["says_nothing"].set_up(world)
    world.site(HOST, {"/hold": Reply(b"tirsdag")})
    fetcher = world.fetcher(tmp_path, limits=Limits(seconds=3.0))
    page = world.page(f"https://{HOSTILE}/")
    thread = threading.Thread(target=lambda: refusal(world, fetcher, page))
    thread.start()
    began = time.monotonic()
    for _ in range(5):
        assert fetcher.fetch(world.page(URL)).body == b"tirsdag"
    assert time.monotonic() - began < 2.0 and thread.is_alive()
    thread.join()


def test_no_proxy_of_the_environment_is_used(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = world.start(lambda connection: None)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.place[1]}")
    world.site(HOST, {"/hold": Reply(b"tirsdag")})
    assert world.fetcher(tmp_path).fetch(world.page(URL)).body == b"tirsdag"
    assert proxy.accepted == 0


def test_without_the_tests_value_this_machine_is_out_of_reach(tmp_path: Path) -> None:
    fetcher = Fetcher(contact=CONTACT, folder=tmp_path)
    for url in ("https://localhost/", "https://127.0.0.1/", "http://localhost.localdomain/"):
        with pytest.raises(NotFetched):
            fetcher.fetch(Page(url, frozenset({"localhost", "127.0.0.1"}), plain_http=True))


def test_the_tests_value_opens_this_machine_only_and_checks_certificates(world: World) -> None:
    trust = trust_in(world.authority)
    with pytest.raises(Invalid, match="another machine"):
        LocalWorld(world.resolve, {("80.80.80.1", 443): ("10.0.0.1", 443)}, trust)
    trust.check_hostname = False
    with pytest.raises(Invalid, match="always checked"):
        LocalWorld(world.resolve, {}, trust)


def test_nothing_in_the_program_hands_over_the_tests_value() -> None:
    """The word stands in the three modules that define, take and use it, and is never filled."""
    naming, filling = set(), []
    for room in ("api", "bridging", "catalogue", "matcher", "scrapers"):
        for file in (ROOT / room).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            where = str(file.relative_to(ROOT))
            if "LocalWorld" in text or "scrapers.local" in text:
                naming.add(where)
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                    keywords = {one.arg for one in node.keywords}
                    if name == "LocalWorld" or (name == "Fetcher" and {"local", None} & keywords):
                        filling.append(f"{where}:{node.lineno}")
    assert naming == {"scrapers/local.py", "scrapers/fetch.py", "scrapers/wire.py"}
    assert filling == []


def test_a_page_is_asked_for_while_its_robots_are_remembered(world: World, tmp_path: Path) -> None:
    site = world.site(HOST, {"/hold": Reply(b"x")})
    fetcher = world.fetcher(tmp_path, manners=Manners(requests_a_day=9))
    fetcher.fetch(world.page(URL))
    world.clock.now += timedelta(hours=23)
    world.fetcher(tmp_path).fetch(world.page(URL))
    assert site.paths == ["/robots.txt", "/hold", "/hold"]
    world.clock.now += timedelta(hours=2)
    fetcher.fetch(world.page(URL))
    assert site.paths[3:] == ["/robots.txt", "/hold"]
