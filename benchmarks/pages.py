"""How long the server takes for the citizen's pages, and how much it sends."""

import gzip
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import structlog
from starlette.testclient import TestClient

from api.app import create_app
from api.importing import SAMPLE, SAMPLE_SOURCE
from api.migrations.run import migrate_catalogue
from api.settings import Settings
from benchmarks.catalogues import dense, made_offers, national, offers_of
from benchmarks.timing import bound
from catalogue.database import open_database
from catalogue.vocabulary import load_vocabulary
from matcher.build import build_index

P95_MS = {2_000: 50.0, 100_000: 100.0}
_ROUNDS = 25
_LISTS = (
    "/",
    "/tilbud?q=strikke&near=8410",
    "/tilbud?q=noget+med+h%C3%A6nderne&near=8410&km=30&requires=step_free",
    "/tilbud?emne=hands&emne=music&day=tue",
    "/tilbud?near=8410&sort=distance&side=3",
    "/tilbud?near=8410&km=30&sort=next",
    "/tilbud?sort=next",
    "/tilbud?q=fodbold&near=8400&km=5&free=1&age=30&requires=step_free&requires=met_at_door",
    "/tilbud?niveau=enkel&sprog=en",
)
_FIND = {
    "interest": ["hands", "music"],
    "words": "strikke",
    "need": ["step_free", "small_group"],
    "place": "8410",
    "mode": "bus",
    "far": "min-45",
    "step": "about:result",
}
"""The last step of "Find noget til mig", which ends in the suggestions."""


def run(folder: Path) -> Iterator[str]:
    """Lines of the table. Server time is that of the whole answer, without a network."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    sample = offers_of(folder, SAMPLE, SAMPLE_SOURCE)
    for rows, most in P95_MS.items():
        offers = made_offers(sample, rows, dense() if rows < 10_000 else national())
        engine = open_database(f"sqlite:///{folder / f'pages-{rows}.sqlite'}")
        migrate_catalogue(engine)
        settings = Settings(
            database_url="", casework_url="", municipality="Prøve Kommune", phone=None, model="none"
        )
        app = create_app(settings, engine)
        with TestClient(app) as client:
            live = app.state.live
            index = build_index(offers, load_vocabulary())
            snapshot = replace(live.current(), index=index)
            live.current = lambda snapshot=snapshot: snapshot  # the made catalogue has no database
            pages = (*_LISTS, *(f"/tilbud/{one.id}" for one in offers[:3]), "/find")
            all_of_them: list[float] = []
            all_work: list[float] = []
            yield f"{rows:,} offers, ms: p50 and p95 of {_ROUNDS}, p95 of CPU time; kB packed"
            for page in pages:
                times, work = [], []
                for _ in range(_ROUNDS):
                    began, worked = time.perf_counter(), time.process_time()
                    answer = client.post(page, data=_FIND) if page == "/find" else client.get(page)
                    times.append((time.perf_counter() - began) * 1000)
                    work.append((time.process_time() - worked) * 1000)
                    assert answer.status_code == 200, page
                all_of_them += times
                all_work += work
                packed = len(gzip.compress(answer.content, 6)) / 1000
                p50, p95 = np.percentile(times, [50, 95])
                cpu = np.percentile(work, 95)
                yield f"{p50:8.1f} {p95:8.1f} {cpu:8.1f} {packed:7.1f}  {page[:70]}"
            p95 = float(np.percentile(all_of_them, 95))
            yield f"p95 of CPU time at {rows:,} offers: {np.percentile(all_work, 95):.1f} ms"
            yield bound(f"p95 at {rows:,} offers", p95, most, at_least=False, unit=" ms")
        engine.dispose()
