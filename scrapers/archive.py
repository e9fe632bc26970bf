"""Answers as they came, kept for 30 days so that a fault can be looked into.

A body is a file named after its hash, so that a page that stays the same is kept once. Each
answer has a small file beside it: address, time, hash, a few headers. Never a cookie.
The pages may name people, so the files are readable by the program's own account only.
"""

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

KEPT_DAYS = 30
_KEPT_HEADERS = (
    "content-type",
    "content-language",
    "content-length",
    "content-encoding",
    "date",
    "etag",
    "last-modified",
    "expires",
    "cache-control",
    "retry-after",
    "x-robots-tag",
    "tdm-reservation",
    "tdm-policy",
)
_LONGEST_HEADER = 500
_STAMP = "%Y%m%dT%H%M%S%f"
_GRACE = timedelta(hours=1)
"""A body is written before the entry that names it, so a young one is never taken for lost."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer of the past."""

    url: str
    """Without secrets"""
    status: int
    """200, or 304 where the host confirmed an older body"""
    sha256: str
    fetched_at: datetime
    headers: Mapping[str, str]


def keep(
    folder: Path,
    asked: str,
    *,
    shown: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    at: datetime,
) -> Kept:
    """Store an answer. asked: the full address. shown: the same without its secrets."""
    kept = Kept(
        url=shown,
        status=status,
        sha256=hashlib.sha256(body).hexdigest(),
        fetched_at=at,
        headers={
            name: headers[name][:_LONGEST_HEADER] for name in _KEPT_HEADERS if name in headers
        },
    )
    file = _body(folder, kept.sha256)
    if file.is_file():
        os.utime(file)
    else:
        _write(file, body)
    entry = {
        "url": kept.url,
        "status": kept.status,
        "sha256": kept.sha256,
        "fetched_at": at.isoformat(),
        "headers": dict(kept.headers),
    }
    stamp = at.astimezone(UTC).strftime(_STAMP)
    _write(_entries(folder, asked) / f"{stamp}.json", json.dumps(entry, indent=1).encode())
    return kept


def latest(folder: Path, asked: str) -> tuple[Kept, bytes] | None:
    """The newest answer of an address and its body, if both are there and whole."""
    for file in sorted(_entries(folder, asked).glob("*.json"), reverse=True):
        try:
            stored = json.loads(file.read_bytes())
            kept = Kept(
                str(stored["url"]),
                int(stored["status"]),
                str(stored["sha256"]),
                datetime.fromisoformat(stored["fetched_at"]),
                {str(name): str(value) for name, value in stored["headers"].items()},
            )
            body = _body(folder, kept.sha256).read_bytes()
        except (OSError, KeyError, TypeError, ValueError, AttributeError):
            continue  # damaged, or pruned at this moment: then the page is fetched whole
        if hashlib.sha256(body).hexdigest() == kept.sha256:
            return kept, body
    return None


def prune(folder: Path, now: datetime) -> int:
    """Remove answers older than KEPT_DAYS and bodies that none names; how many files went."""
    oldest = (now - timedelta(days=KEPT_DAYS)).astimezone(UTC).strftime(_STAMP)
    removed = 0
    needed = set()
    for file in (folder / "entries").glob("*/*.json"):
        if file.stem < oldest:
            file.unlink(missing_ok=True)
            removed += 1
        elif named := re.search(rb'"sha256": "([0-9a-f]{64})"', file.read_bytes()):
            needed.add(named[1].decode())
    for file in _bodies_and_left_overs(folder):
        age = now - datetime.fromtimestamp(file.stat().st_mtime, UTC)
        if file.name not in needed and age > _GRACE:
            file.unlink(missing_ok=True)
            removed += 1
    return removed


def _bodies_and_left_overs(folder: Path) -> Iterator[Path]:
    yield from (folder / "bodies").glob("*/*")
    yield from (folder / "entries").glob("*/*.new")


def _entries(folder: Path, asked: str) -> Path:
    return folder / "entries" / hashlib.sha256(asked.encode()).hexdigest()[:32]


def _body(folder: Path, sha256: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("not a hash")
    return folder / "bodies" / sha256[:2] / sha256


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = file.with_name(f"{file.name}.{secrets.token_hex(4)}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
    beside.replace(file)
