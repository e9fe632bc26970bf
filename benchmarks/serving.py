"""What an answer over HTTP costs: a match and a browse beside an endpoint that does nothing."""

import http.client
import multiprocessing
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import structlog
import uvicorn
from fastapi import FastAPI, Response
from starlette.concurrency import run_in_threadpool

from api.app import create_app
from api.importing import SAMPLE, SAMPLE_SOURCE
from api.migrations.run import migrate_catalogue
from api.settings import Settings
from benchmarks.catalogues import Country, dense, made_offers, national, offers_of
from benchmarks.made_needs import Asker, made_needs
from benchmarks.timing import bound
from catalogue.database import open_database
from catalogue.vocabulary import load_vocabulary
from matcher.build import build_index
from matcher.models import load_model

_REQUESTS = 600
_WARM = 60
_TURN = 20  # requests of one kind before the next kind's turn
_END_TO_END = 2_000
_LARGE = 100_000
_STARTS_WITHIN = 600.0


@dataclass
class _Spent:
    """Of each request: ms on the wall; of all together: ms of the server's CPU."""

    wall: list[float] = field(default_factory=list)
    cpu: float = 0.0
    sent: int = 0

    def p(self, percent: float) -> float:
        return float(np.percentile(self.wall, percent))

    def row(self, name: str) -> str:
        cpu = self.cpu / max(1, len(self.wall))
        kilobytes = self.sent / max(1, len(self.wall)) / 1000
        return f"{name:<34} {cpu:8.3f} {self.p(50):8.2f} {self.p(95):8.2f} {kilobytes:8.1f}"


_HEADING = f"{'ms a request':<34} {'CPU':>8} {'wall p50':>8} {'wall p95':>8} {'kB sent':>8}"
_Ask = Callable[[http.client.HTTPConnection, Asker], None]


def run(folder: Path) -> Iterator[str]:
    """Tables at 100,000 offers without a model, and at 2,000 with one."""
    yield f"{_LARGE:,} offers, no model:"
    with _server(folder, _LARGE, national(), "none") as (port, pid):
        asked = {"empty": _empty, "match": _match, "browse": _browse}
        spent = _spend(port, pid, asked, list(islice(made_needs(national()), _REQUESTS)))
        yield _HEADING
        for name, one in spent.items():
            yield one.row(name)
        cpu = {name: one.cpu / len(one.wall) for name, one in spent.items()}
        yield bound("match over empty, CPU", cpu["match"] / cpu["empty"], 7.0, at_least=False)
        ratio = spent["browse"].p(95) / spent["empty"].p(95)
        yield bound("browse over empty, wall p95", ratio, 10.0, at_least=False)
    yield f"{_END_TO_END:,} offers, with the model:"
    with _server(folder, _END_TO_END, dense(), "auto") as (port, pid):
        askers = list(islice(_new_words(), _REQUESTS // 4))
        new = _spend(port, pid, {"match": _match}, askers, warm=0)["match"]
        seen = _spend(port, pid, {"match": _match}, askers, warm=0)["match"]
        yield _HEADING
        yield new.row("words that are new")
        yield seen.row("the same words again")
        yield bound("new words, wall p95", new.p(95), 150.0, at_least=False, unit=" ms")
        yield bound("words seen before, wall p95", seen.p(95), 20.0, at_least=False, unit=" ms")


def _new_words() -> Iterator[Asker]:
    """Needs whose every interest is a phrase that no other need has."""
    for number, asker in enumerate(made_needs(dense(), seed=11)):
        interests = tuple(
            f"{one} på hold nummer {number} {place}"[:200]
            for place, one in enumerate(asker.need.interests)
        )
        yield replace(asker, need=asker.need.model_copy(update={"interests": interests}))


def _empty(connection: http.client.HTTPConnection, _: Asker) -> None:
    connection.request("GET", "/empty")


def _match(connection: http.client.HTTPConnection, asker: Asker) -> None:
    body = asker.need.model_dump_json(exclude_defaults=True, by_alias=True)
    kind = {"Content-Type": "application/json"}
    connection.request("POST", "/api/v1/matches", body.encode(), kind)


def _browse(connection: http.client.HTTPConnection, asker: Asker) -> None:
    query = urlencode({"q": asker.need.interests[0]})
    connection.request("GET", f"/api/v1/offers?{query}")


def _spend(
    port: int, pid: int, asked: dict[str, _Ask], askers: Sequence[Asker], *, warm: int = _WARM
) -> dict[str, _Spent]:
    """Each kind in turn, some requests at a time, over one connection."""
    spent = {name: _Spent() for name in asked}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for ask in asked.values():
        for asker in askers[:warm]:
            _answer(connection, ask, asker)
    for start in range(0, len(askers), _TURN):
        for name, ask in asked.items():
            before = _cpu(pid)
            for asker in askers[start : start + _TURN]:
                began = time.perf_counter()
                spent[name].sent += _answer(connection, ask, asker)
                spent[name].wall.append((time.perf_counter() - began) * 1000)
            spent[name].cpu += (_cpu(pid) - before) * 1000
    connection.close()
    return spent


def _answer(connection: http.client.HTTPConnection, ask: _Ask, asker: Asker) -> int:
    """Bytes of the answer's body."""
    ask(connection, asker)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, (answer.status, body[:200])
    return len(body)


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process has used, all its threads together."""
    return time.clock_gettime((~pid << 3) | 2)  # Linux: the CPU clock of a process


@contextmanager
def _server(folder: Path, size: int, country: Country, model: str) -> Iterator[tuple[int, int]]:
    """A server in a process of its own: its port and its number."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_serve, args=(folder, size, country, model, port))
    process.start()
    try:
        until = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < until and process.is_alive():
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        assert process.is_alive() and process.pid is not None, "the server did not start"
        yield port, process.pid
    finally:
        process.terminate()
        process.join(30)


def _serve(folder: Path, size: int, country: Country, model: str, port: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    offers = made_offers(offers_of(folder, SAMPLE, SAMPLE_SOURCE), size, country)
    engine = open_database(f"sqlite:///{folder / f'serving-{size}.sqlite'}")
    migrate_catalogue(engine)
    settings = Settings(
        database_url="", casework_url="", municipality="Prøve Kommune", phone=None, model=model
    )
    index = build_index(offers, load_vocabulary(), load_model(model))
    app = create_app(settings, engine)
    started = app.router.lifespan_context

    @asynccontextmanager
    async def with_made(app: FastAPI) -> AsyncIterator[Mapping[str, object] | None]:
        async with started(app) as state:
            await run_in_threadpool(app.state.live.embed)  # else it would go on beside us
            made = replace(app.state.live.current(), index=index)
            app.state.live.current = lambda: made  # the made catalogue has no database
            yield state

    async def empty() -> Response:
        return Response()

    app.router.lifespan_context = with_made
    app.add_api_route("/empty", empty)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)
