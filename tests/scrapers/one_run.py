"""A process that runs one source of a test's world under one slot, to be killed or raced.

What it needs comes as a line of JSON on standard input. It says `ready` when it may be told to
go, `go` when it begins, and at last what became of it.
"""

import json
import ssl
import sys
from datetime import UTC, datetime
from pathlib import Path

import structlog

from catalogue import claims
from catalogue.database import open_database, writing
from scrapers.fetch import Fetcher
from scrapers.local import LocalWorld
from scrapers.politeness import Clock, Manners
from scrapers.runs import job_of, run_source
from tests.scrapers.writers import source_of


def main() -> None:
    told = json.loads(sys.stdin.readline())
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust.load_verify_locations(cadata=told["authority"])
    doors = {(a, p): (b, q) for a, p, b, q in told["doors"]}
    fetcher = Fetcher(
        contact="https://kommune.example/",
        folder=Path(told["folder"]),
        clock=Clock(lambda: datetime.now(UTC), lambda seconds: None, lambda: 0.0),
        manners=Manners(requests_a_day=1_000_000),
        local=LocalWorld(lambda host: told["names"].get(host, []), doors, trust),
    )
    engine = open_database(told["database"])
    source = source_of(told["format"])
    say("ready")
    sys.stdin.readline()
    with writing(engine) as session:
        mine = claims.claim(
            session, job_of(source.name), told["slot"], holder="test", at=datetime.now(UTC)
        )
    if mine is None:
        say("taken")
        return
    say("go")
    say(run_source(engine, source, fetcher, mine, actor="test").outcome.value)


def say(word: str) -> None:
    print(word, flush=True)


if __name__ == "__main__":
    main()
