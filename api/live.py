"""The index that requests read: built from the catalogue, and kept up with its change log."""

from dataclasses import dataclass, replace
from threading import Lock
from uuid import UUID

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from api.weighing import in_force
from catalogue import changes
from catalogue.database import reading
from catalogue.errors import Missing
from catalogue.places import Gazetteer
from catalogue.published import PublishedOffer, published
from catalogue.vocabulary import Vocabulary
from matcher.index import Index
from matcher.meaning import Model
from matcher.weights import Weights

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An index, and the number of the last change that it holds."""

    index: Index
    number: int
    by_organisation: dict[UUID, tuple[PublishedOffer, ...]]
    weights: Weights
    """Those in force, by which matches are made."""

    def of_organisation(self, organisation_id: UUID) -> tuple[PublishedOffer, ...]:
        """All offers of an organisation. Raises Missing if there are none."""
        if organisation_id not in self.by_organisation:
            raise Missing(f"organisation {organisation_id} is not in the catalogue")
        return self.by_organisation[organisation_id]


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
                weights = in_force(session).weights
            if moved:
                self._snapshot = self._build()
                _log.info("index rebuilt", change=self._snapshot.number)
            elif weights != self._snapshot.weights:
                self._snapshot = replace(self._snapshot, weights=weights)
                _log.info("weights changed")
        except DatabaseError as error:
            _log.warning("index not refreshed", reason=type(error).__name__)
        finally:
            self._building.release()

    def _build(self) -> Snapshot:
        with reading(self.engine) as session:
            number = changes.latest(session)
            offers = published(session, self.gazetteer)
            index = Index.build(offers, self.vocabulary, self.model)
            weights = in_force(session).weights
        by_organisation: dict[UUID, list[PublishedOffer]] = {}
        for offer in index.offers:
            by_organisation.setdefault(offer.organisation.id, []).append(offer)
        held_by = {key: tuple(held) for key, held in by_organisation.items()}
        return Snapshot(index, number, held_by, weights)
