import csv
import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.pages import front_end
from api.pages.interests import INTERESTS
from catalogue.vocabulary import load_vocabulary

ROOT = Path(__file__).parents[2]
VENDOR = front_end.STATIC / "vendor"


def rows() -> list[dict[str, str]]:
    with front_end.LIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def vendor() -> Path:
    """The files from npm; missing is a failure in CI and a reason to skip elsewhere."""
    if not VENDOR.is_dir():
        reason = "no front-end files: the set-up found no npm"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return VENDOR


def test_every_file_from_outside_is_the_one_that_was_looked_at(vendor: Path) -> None:
    found = {
        str(file.relative_to(vendor)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in vendor.rglob("*")
        if file.is_file()
    }
    assert found == {row["file"]: row["sha256"] for row in rows()}


def test_the_list_names_package_version_and_licence_as_they_are_locked() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for row in rows():
        assert wanted[row["package"]] == row["version"]
        assert lock[f"node_modules/{row['package']}"]["license"] == row["licence"]
    assert not any("resolved" in one for one in lock.values())


def test_every_activity_has_its_picture() -> None:
    files = {row["file"] for row in rows()}
    for activity in load_vocabulary().activities:
        assert f"openmoji/color/{activity.openmoji}.svg" in files
        assert f"openmoji/black/{activity.openmoji}.svg" in files


def test_the_style_sheet_is_small() -> None:
    packed = len(gzip.compress((front_end.STATIC / "site.css").read_bytes()))
    assert packed <= 10_000


def test_a_file_is_kept_for_good_and_changes_its_address_with_its_content(
    client: TestClient,
) -> None:
    address = front_end.asset("site.css")
    answer = client.get(address)
    assert "immutable" in answer.headers["cache-control"]
    checksum = hashlib.sha256(answer.content).hexdigest()
    assert address == f"/static/site.css?v={checksum[:10]}"


@pytest.fixture
def without_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The pages as they are where the set-up had no npm."""
    own = tmp_path / "static"
    shutil.copytree(front_end.STATIC, own, ignore=shutil.ignore_patterns("vendor"))
    monkeypatch.setattr(front_end, "STATIC", own)
    cached = (front_end.has, front_end.icon, front_end.picture, front_end.font_faces)
    for function in cached:
        function.cache_clear()
    yield
    for function in cached:
        function.cache_clear()


@pytest.mark.usefixtures("without_npm")
def test_without_npm_pages_are_made_without_pictures_and_name_no_missing_file(
    client: TestClient,
) -> None:
    for path in ("/", "/find", "/om"):
        page = client.get(path).text
        assert "/static/vendor/" not in page
        assert "<h1" in page
        assert "<img" not in page
    assert "mark-unknown" in client.get("/?requires=step_free").text  # drawn by ourselves
    assert front_end.font_faces() == ""


@pytest.mark.parametrize("asked", ["br", "gzip, deflate, br;q=0.9"])
def test_a_file_is_packed_as_tightly_as_can_be_for_who_reads_brotli(
    client: TestClient, asked: str
) -> None:
    answer = client.get(front_end.asset("site.css"), headers={"Accept-Encoding": asked})
    assert answer.headers["content-encoding"] == "br"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-type"].startswith("text/css")
    content = (front_end.STATIC / "site.css").read_bytes()
    assert answer.content == content
    assert int(answer.headers["content-length"]) < len(gzip.compress(content, 9))


@pytest.mark.parametrize("asked", ["identity", "gzip", "br;q=0, gzip"])
def test_who_does_not_read_brotli_gets_the_same_file(client: TestClient, asked: str) -> None:
    answer = client.get(front_end.asset("site.css"), headers={"Accept-Encoding": asked})
    assert answer.headers.get("content-encoding") != "br"
    assert answer.content == (front_end.STATIC / "site.css").read_bytes()


def test_a_file_is_not_sent_again_where_it_has_not_changed(client: TestClient) -> None:
    address = front_end.asset("site.css")
    tag = client.get(address, headers={"Accept-Encoding": "br"}).headers["etag"]
    again = client.get(address, headers={"Accept-Encoding": "br", "If-None-Match": tag})
    assert again.status_code == 304


def test_pictures_of_the_groups_come_in_one_file(vendor: Path) -> None:
    drawn = (vendor / "groups.svg").read_text(encoding="utf-8")
    for interest in INTERESTS.values():
        assert f'id="{interest.picture}"' in drawn
        assert "groups.svg?v=" in front_end.picture(interest.picture)
