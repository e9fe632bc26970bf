"""Runs of sources in a test's world, as the program makes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

from catalogue import claims
from catalogue.database import reading, writing
from catalogue.models import Change, Offer, SourceKey, Statement
from catalogue.run_models import SourceRun
from scrapers.fetch import Fetcher
from scrapers.politeness import Manners
from scrapers.runs import RunReport, job_of, run_source
from scrapers.sources import Source
from tests.scrapers.world import World

ACTOR = "test"
UNHURRIED = Manners(requests_a_day=100_000)


class Runs:
    """A catalogue, a world of sources, and the fetcher between them."""

    def __init__(self, engine: Engine, world: World, folder: Path) -> None:
        self.engine = engine
        self.world = world
        self.folder = folder
        self.manners = UNHURRIED
        self.fetcher: Fetcher = world.fetcher(folder, manners=UNHURRIED)
        self._slot = 0

    def begin_at(self, slot: int) -> None:
        """Where several worlds share a catalogue: slots that none of them had."""
        self._slot = slot

    def now(self) -> Any:
        return self.world.clock.now

    def run(self, source: Source, *, days: float = 1, **others: Any) -> RunReport:
        """One run, `days` after the last."""
        self.world.clock.now += timedelta(days=days)
        self._slot += 1
        with writing(self.engine) as session:
            claim = claims.claim(
                session, job_of(source.name), f"slot {self._slot}", holder=ACTOR, at=self.now()
            )
        assert claim is not None
        return run_source(
            self.engine, source, self.fetcher, claim, actor=ACTOR, now=self.now, **others
        )

    def last_run(self, source: str) -> SourceRun:
        with reading(self.engine) as session:
            query = select(SourceRun).where(SourceRun.source == source)
            found = session.scalars(query.order_by(SourceRun.id.desc()).limit(1)).one()
            session.expunge(found)
            return found

    def outcomes(self, source: str) -> dict[int, str]:
        """Of all runs, by number."""
        with reading(self.engine) as session:
            query = select(SourceRun.id, SourceRun.outcome).where(SourceRun.source == source)
            return dict(session.execute(query.order_by(SourceRun.id)).all())

    def counts(self) -> dict[str, int]:
        """How much there is of everything that a run may touch."""
        with reading(self.engine) as session:
            withdrawn = select(func.count()).where(Offer.withdrawn_at.is_not(None))
            return {
                "offers": session.scalar(select(func.count()).select_from(Offer)) or 0,
                "keys": session.scalar(select(func.count()).select_from(SourceKey)) or 0,
                "statements": session.scalar(select(func.count()).select_from(Statement)) or 0,
                "changes": session.scalar(select(func.count()).select_from(Change)) or 0,
                "withdrawn": session.scalar(withdrawn) or 0,
            }


@contextmanager
def runs_in(engine: Engine, folder: Path) -> Iterator[Runs]:
    with World() as world:
        yield Runs(engine, world, folder)
