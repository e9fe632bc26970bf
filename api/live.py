"""The index that requests read: built from the catalogue, and kept up with its change log."""

from bisect import bisect_left
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from catalogue import changes
from catalogue.database import reading
from catalogue.errors import Missing
from catalogue.places import Gazetteer
from catalogue.published import PublishedOffer, published
from catalogue.vocabulary import Vocabulary
from matcher.index import Index
from matcher.meaning import Model

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An index, and the number of the last change that it holds."""

    index: Index
    number: int
    by_organisation: dict[UUID, tuple[PublishedOffer, ...]]
    in_order: NDArray[np.int32]
    """(n,): rows of the index by rising id of their offers."""

    def first_between(self, low: UUID, high: UUID) -> PublishedOffer | None:
        """The offer with the lowest id from `low` to `high`, both included; None if none has."""
        offers = self.index.offers
        place = bisect_left(self.in_order, low, key=lambda row: offers[row].id)
        if place == len(self.in_order):
            return None
        offer = offers[self.in_order[place]]
        return offer if offer.id <= high else None

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
        by_organisation: dict[UUID, list[PublishedOffer]] = {}
        for offer in index.offers:
            by_organisation.setdefault(offer.organisation.id, []).append(offer)
        return Snapshot(
            index,
            number,
            {key: tuple(held) for key, held in by_organisation.items()},
            np.argsort(index.by_id).astype(np.int32),
        )
