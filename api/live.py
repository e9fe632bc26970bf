"""The index that requests read: built from the catalogue, and kept up with its change log."""

import gc
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Event, Lock
from uuid import UUID

import structlog
from sqlalchemy import Engine, or_, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from api.vectors import Library
from api.weighing import in_force
from catalogue import changes
from catalogue.database import reading
from catalogue.errors import Conflict
from catalogue.facts import Subject
from catalogue.families import families
from catalogue.models import Offer
from catalogue.places import Gazetteer
from catalogue.published import published
from catalogue.vocabulary import Vocabulary
from matcher.build import build_index
from matcher.change import changed, folded, learnt, without_vectors
from matcher.concepts import asked_for
from matcher.entry import passage_of
from matcher.index import Index
from matcher.meaning import Model, Vectors
from matcher.warm import warm
from matcher.weights import Weights

_MOST_MERGED = 1000  # changes, beyond which building the index anew costs less
FOLD_ROWS = 256
"""Rows beside the sorted ones from which they are sorted in."""
FOLD_SECONDS = 900.0
"""The longest that estimates and the rarity of words lag behind a change."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An index, and the number of the last change that it holds."""

    index: Index
    number: int
    weights: Weights
    """Those in force, by which matches are made."""


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
        self._library = None if model is None else Library(engine, model)
        self._changing = Lock()
        self._stopped = Event()
        self._folded_at = time.monotonic()
        self._snapshot = self._built()
        warm(self._snapshot.index)
        # A hundred thousand offers live as long as the process: the collector, which would stop
        # everybody for a second while it looks through them, need not look.
        gc.freeze()

    def current(self) -> Snapshot:
        return self._snapshot

    def stop(self) -> None:
        """End what is going on in the background, as soon as it may."""
        self._stopped.set()

    def refresh(self) -> None:
        """Take in what the change log holds; a failure leaves the old snapshot in place."""
        with self._changing:
            try:
                self._snapshot = self._merged(self._snapshot)
                with reading(self.engine) as session:
                    weights = in_force(session).weights
                if weights != self._snapshot.weights:
                    self._snapshot = replace(self._snapshot, weights=weights)
                    _log.info("weights changed")
            except DatabaseError as error:
                _log.warning("index not refreshed", reason=type(error).__name__)

    def fold(self) -> None:
        """Sort in what came later, if that is much or long ago. Requests go on meanwhile."""
        begun = self._snapshot
        late = begun.index.count - begun.index.ordered
        waited = time.monotonic() - self._folded_at
        is_touched = bool(late or len(begun.index.gone))
        if not (late >= FOLD_ROWS or (is_touched and waited >= FOLD_SECONDS)):
            return
        sorted_in = replace(begun, index=folded(begun.index))
        with self._changing:
            if self._snapshot.index.concepts is not sorted_in.index.concepts:
                return  # built anew meanwhile
            try:
                weights = self._snapshot.weights  # they may have been changed meanwhile
                self._snapshot = self._merged(replace(sorted_in, weights=weights))
                self._folded_at = time.monotonic()
            except DatabaseError as error:
                _log.warning("index not folded", reason=type(error).__name__)

    def embed(self) -> None:
        """Give every text that has none its vector; takes an eighth of a second a text.

        Until the vocabulary has its vectors the index judges by words and activities alone.
        """
        library = self._library
        if library is None:
            return
        try:
            if self._snapshot.index.meaning is None:
                texts = asked_for(self.vocabulary)
                for _ in library.learn(texts, question=True, goes_on=self._goes_on):
                    continue
                offers = self._snapshot.index.offers
                passages = [passage_of(offer, self.vocabulary) for offer in offers]
                for _ in library.learn(passages, question=False, goes_on=self._goes_on):
                    continue
                if self._goes_on():
                    with self._changing:
                        self._snapshot = self._built()
                    _log.info("likeness of meaning is judged", model=library.model.name)
                return
            texts = list(without_vectors(self._snapshot.index))
            self._learn(library.passages(texts))  # what another process has embedded
            for vectors in library.learn(texts, question=False, goes_on=self._goes_on):
                self._learn(vectors)
        except (DatabaseError, Conflict) as error:
            _log.warning("texts not embedded", reason=type(error).__name__)

    def _learn(self, vectors: Mapping[str, Vectors]) -> None:
        with self._changing:
            index = learnt(self._snapshot.index, vectors)
            self._snapshot = replace(self._snapshot, index=index)

    def _goes_on(self) -> bool:
        return not self._stopped.is_set()

    def _built(self) -> Snapshot:
        concepts = None if self._library is None else self._library.concepts(self.vocabulary)
        with reading(self.engine) as session:
            number = changes.latest(session)
            weights = in_force(session).weights
            offers = published(session, self.gazetteer)
            if concepts is None or self._library is None:
                return Snapshot(build_index(offers, self.vocabulary), number, weights)
            index = build_index(
                offers,
                self.vocabulary,
                self._library.model,
                vectors_of=self._library.passages,
                concepts=concepts,
            )
            return Snapshot(index, number, weights)

    def _merged(self, held: Snapshot) -> Snapshot:
        """With all that the change log holds beyond what a snapshot does."""
        with reading(self.engine) as session:
            number = changes.latest(session)
            if number == held.number:
                return held
            subjects = changes.subjects_since(session, held.number, _MOST_MERGED)
            rows = None if subjects is None else _offers_of(session, subjects)
            if rows is None or number < held.number:
                return self._built()  # much at once, or another database in its place
            offers = list(published(session, self.gazetteer, ids=rows))
        shown = {offer.id for offer in offers}
        withdrawn = [public_id for public_id in rows.values() if public_id not in shown]
        return replace(held, index=changed(held.index, offers, withdrawn), number=number)


def _offers_of(session: Session, subjects: dict[Subject, set[int]]) -> dict[int, UUID] | None:
    """Public ids, by row, of the offers that changes are about; None where that is many.

    What is shown as one counts as one: a change of what was merged is about where it is shown.
    """
    rows, houses = (
        families(session, kind).whole(subjects.get(kind, ()))
        for kind in (Subject.OFFER, Subject.ORGANISATION)
    )
    about = or_(
        Offer.id.in_(rows),
        Offer.organisation_id.in_(houses),
        Offer.venue_id.in_(subjects.get(Subject.VENUE, ())),
    )
    query = select(Offer.id, Offer.public_id).where(about).limit(_MOST_MERGED + 1)
    found = dict(session.execute(query).all())
    return found if len(found) <= _MOST_MERGED else None
