"""The sources of this installation: their table, their keys, and runs asked for by hand."""

import os
import socket
import tomllib
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Engine

from api.settings import Settings
from catalogue import claims
from catalogue.database import writing
from catalogue.errors import Conflict, Invalid, Missing
from catalogue.files import check_is_regular, read_text
from scrapers.fetch import Fetcher
from scrapers.politeness import SYSTEM_CLOCK, Clock
from scrapers.runs import Now, Progress, RunReport, job_of, run_source, system_now
from scrapers.sources import Source, load_sources

OPERATOR = "operator"
"""Whoever may run commands on the machine."""
_MAX_BYTES = 100_000


def all_sources(settings: Settings) -> dict[str, Source]:
    """The program's sources and the operators' own, by name. Raises Invalid."""
    return load_sources(settings.sources)


def the_source(sources: Mapping[str, Source], name: str) -> Source:
    """Raises Missing for a name that is none."""
    if name not in sources:
        raise Missing(f"source {name[:60]!r}: there is none; `fritidsguide sources list` shows all")
    return sources[name]


def read_keys(path: Path | None) -> dict[str, str]:
    """Keys by name of source.

    Raises Invalid for a file that cannot be used, or that others on the machine can read.
    """
    if path is None:
        return {}
    check_is_regular(path)
    if path.stat().st_mode & 0o077:
        raise Invalid(f"{path.name}: others can read the keys; chmod 600 it first")
    try:
        stored = tomllib.loads(read_text(path, _MAX_BYTES))
    except (ValueError, RecursionError):  # what is wrong may repeat a key
        raise Invalid(f'{path.name}: not a TOML file of lines like name = "key"') from None
    if not all(isinstance(value, str) and value for value in stored.values()):
        raise Invalid(f'{path.name}: not a TOML file of lines like name = "key"')
    return stored


def key_of(source: Source, keys: Mapping[str, str]) -> str | None:
    """The key of a source; None if it needs none. Raises Conflict if it is not there."""
    if source.secret is None:
        return None
    if source.name not in keys:
        raise Conflict(
            f"source {source.name!r}: its key is missing; write it into the file that"
            " FRITIDSGUIDE_SOURCE_KEYS names"
        )
    return keys[source.name]


def open_fetcher(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Fetcher:
    """The reader of the web. Raises Invalid while no page says who reads."""
    if settings.reader_page is None:
        raise Invalid(
            "no source is read until FRITIDSGUIDE_READER_PAGE names a page that says who reads"
        )
    return Fetcher(
        contact=settings.reader_page,
        folder=settings.folder / "sources",
        version=version("fritidsguide"),
        clock=clock,
    )


def holder() -> str:
    """This process, as claims name it."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


def run_by_hand(
    engine: Engine,
    source: Source,
    fetcher: Fetcher,
    keys: Mapping[str, str],
    *,
    from_beginning: bool = False,
    now: Now = system_now,
    progress: Progress = lambda done, known: None,
) -> RunReport:
    """Read a source now, whatever its rhythm."""
    secret = key_of(source, keys)
    at = now()
    with writing(engine) as session:
        mine = claims.claim(session, job_of(source.name), _slot_by_hand(at), holder=holder(), at=at)
    if mine is None:
        raise Conflict(f"source {source.name!r}: somebody asked for it at this very moment")
    return run_source(
        engine,
        source,
        fetcher,
        mine,
        actor=OPERATOR,
        secret=secret,
        from_beginning=from_beginning,
        now=now,
        progress=progress,
    )


def _slot_by_hand(at: datetime) -> str:
    return f"by hand {at:%Y-%m-%dT%H:%M:%S.%f}"
