"""The index that requests read: built from the catalogue, and kept up with its change log."""

from dataclasses import dataclass
from threading import Lock

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from catalogue import changes
from catalogue.database import reading
from catalogue.places import Gazetteer
from catalogue.published import published
from catalogue.vocabulary import Vocabulary
from matcher.index import Index
from matcher.meaning import Model

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An index, and the number of the last change that it holds."""

    index: Index
    number: int


class LiveIndex:
    """Holds the newest snapshot; swapped in one assignment, so readers take no lock."""

    def __init__(
        self,
        engine: Engine,
        gazetteer: Gazetteer,
        vocabulary: Vocabulary,
        model: Model | None = None,
    ) -> None:
        self.engine = engine
        self.gazetteer = gazetteer
        self.vocabulary = vocabulary
        self.model = model
        self._building = Lock()
        self._snapshot = self._build()

    def current(self) -> Snapshot:
        return self._snapshot

    def refresh(self) -> None:
        """Build anew if the catalogue has changed; a failure leaves the old one in place."""
        if not self._building.acquire(blocking=False):
            return
        try:
            with reading(self.engine) as session:
                moved = changes.latest(session) != self._snapshot.number
            if moved:
                self._snapshot = self._build()
                _log.info("index rebuilt", change=self._snapshot.number)
        except DatabaseError as error:
            _log.warning("index not refreshed", reason=type(error).__name__)
        finally:
            self._building.release()

    def _build(self) -> Snapshot:
        with reading(self.engine) as session:
            number = changes.latest(session)
            offers = published(session, self.gazetteer)
            index = Index.build(offers, self.vocabulary, self.model)
        return Snapshot(index, number)
