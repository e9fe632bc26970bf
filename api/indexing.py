"""The index of a command: built from the catalogue as it is, and asked once."""

from sqlalchemy import Engine

from api.vectors import Library
from api.weighing import in_force
from catalogue.database import reading
from catalogue.places import load_gazetteer
from catalogue.published import published
from catalogue.vocabulary import load_vocabulary
from matcher.build import build_index
from matcher.concepts import asked_for
from matcher.entry import passage_of
from matcher.index import Index
from matcher.meaning import Model
from matcher.weights import Weights


def open_index(engine: Engine, model: Model | None) -> tuple[Index, Weights]:
    """The index of a catalogue, and the weights in force.

    Judges likeness of meaning where every text has its vector already: a command that is asked
    twice answers the same, and does not embed a catalogue first.
    """
    vocabulary = load_vocabulary()
    with reading(engine) as session:
        offers = list(published(session, load_gazetteer()))
        weights = in_force(session).weights
    if model is not None:
        library = Library(engine, model)
        concepts = library.concepts(vocabulary)
        passages = [passage_of(offer, vocabulary) for offer in offers]
        if concepts is not None and not library.missing(passages, question=False):
            index = build_index(
                offers, vocabulary, model, vectors_of=library.passages, concepts=concepts
            )
            return index, weights
    return build_index(offers, vocabulary), weights


def embed_all(engine: Engine, model: Model) -> int:
    """Give every text of the catalogue and of the vocabulary its vector. Returns how many."""
    vocabulary, library = load_vocabulary(), Library(engine, model)
    with reading(engine) as session:
        passages = [passage_of(one, vocabulary) for one in published(session, load_gazetteer())]
    made = 0
    for texts, question in ((asked_for(vocabulary), True), (passages, False)):
        for some in library.learn(texts, question=question):
            made += len(some)
    return made
