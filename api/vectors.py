"""Vectors of the catalogue's and the vocabulary's own texts, kept in the catalogue's database.

What a citizen asks is never among them.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

import numpy as np
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from catalogue.database import reading, table_of, writing
from catalogue.models import TextVector
from catalogue.vocabulary import Vocabulary
from matcher.concepts import Concepts, asked_for
from matcher.meaning import Model, Vectors

_AT_ONCE = 500  # digests in one query
_BATCH = 16  # texts embedded and stored together: about a second


class Library:
    """What one model made of public texts."""

    def __init__(self, engine: Engine, model: Model) -> None:
        self.model = model
        self._engine = engine

    def passages(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """Vectors of those of some offers' texts that are known."""
        return self._known(texts, question=False)

    def concepts(self, vocabulary: Vocabulary) -> Concepts | None:
        """The vocabulary with its vectors; None where not all of them are known."""
        texts = asked_for(vocabulary)
        known = self._known(texts, question=True)
        if not known.keys() >= set(texts):
            return None
        return Concepts(vocabulary, self.model, np.stack([known[text] for text in texts]))

    def missing(self, texts: Sequence[str], *, question: bool) -> list[str]:
        """Those that are not known, each once."""
        known = self._known(texts, question=question)
        return [text for text in dict.fromkeys(texts) if text not in known]

    def learn(
        self,
        texts: Sequence[str],
        *,
        question: bool,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> Iterator[Mapping[str, Vectors]]:
        """Embed texts and keep their vectors, some at a time, as long as it is to go on."""
        rest = iter(self.missing(texts, question=question))
        while goes_on() and (some := list(islice(rest, _BATCH))):
            vectors = self.model.embed(some, question=question)
            with writing(self._engine) as session:
                # Another process may have embedded the same text meanwhile.
                held = self._stored(session, some, question=question)
                rows = [
                    {
                        "digest": _digest(text, question=question),
                        "model": self.model.name,
                        "vector": vector.astype("<f4").tobytes(),
                    }
                    for text, vector in zip(some, vectors, strict=True)
                    if text not in held
                ]
                if rows:
                    session.execute(insert(table_of(TextVector)), rows)
            yield dict(zip(some, vectors, strict=True))

    def _known(self, texts: Sequence[str], *, question: bool) -> dict[str, Vectors]:
        with reading(self._engine) as session:
            return self._stored(session, texts, question=question)

    def _stored(
        self, session: Session, texts: Sequence[str], *, question: bool
    ) -> dict[str, Vectors]:
        text_of = {_digest(text, question=question): text for text in texts}
        digests = iter(text_of)
        found: dict[str, Vectors] = {}
        while some := list(islice(digests, _AT_ONCE)):
            query = select(TextVector.digest, TextVector.vector).where(
                TextVector.model == self.model.name, TextVector.digest.in_(some)
            )
            for digest, vector in session.execute(query):
                found[text_of[digest]] = np.frombuffer(vector, dtype="<f4")
        return found


def _digest(text: str, *, question: bool) -> bytes:
    return hashlib.sha256(f"{'asks' if question else 'says'}\n{text}".encode()).digest()
