"""Making an index of offers, and of the sorted rows of another."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from catalogue.published import PublishedOffer
from catalogue.vocabulary import Vocabulary
from matcher.columns import Columns
from matcher.coming import Coming
from matcher.concepts import Concepts, Spoken, concepts_of
from matcher.entry import HUNDREDTHS, Entry, passage_of
from matcher.estimates import estimates_of_all, group_numbers
from matcher.index import ROOM, Index, VectorsOf
from matcher.kernels.compiled import NO, YES
from matcher.meaning import Meaning, Model, Vectors
from matcher.postings import Held, Lists, Postings
from matcher.rows import every
from matcher.terms import Terms
from matcher.times import Meetings


def build_index(
    offers: Iterable[PublishedOffer],
    vocabulary: Vocabulary,
    model: Model | None = None,
    *,
    answered: Mapping[str, tuple[int, int]] | None = None,
    vectors_of: VectorsOf | None = None,
    concepts: Concepts | None = None,
    room: int = ROOM,
) -> Index:
    """The index of some offers. The order in which they come does not matter.

    answered: by access code, how often a question about a blank fact was answered yes, and
    no. vectors_of: where vectors of the offers' texts are kept; default: the model embeds
    them all. concepts: those of the vocabulary and the model, where they are made. room:
    rows that may come later.
    """
    concepts = concepts or concepts_of(vocabulary, model)
    entries = [Entry.of(offer, concepts) for offer in offers]
    entries.sort(key=lambda one: (one.cell, one.offer.id))
    codes = tuple(fact.code for fact in vocabulary.access_facts)
    columns = Columns.empty(len(entries) + room, len(codes))
    for row, entry in enumerate(entries):
        columns.put(row, entry)
    words: list[str] = []
    numbers: dict[str, int] = {}
    spoken = [
        (row, code, hundredths(one), number_of(one.word, numbers, words))
        for row, entry in enumerate(entries)
        for code, one in entry.spoken.items()
    ]
    held = [entry.offer for entry in entries]
    if model is not None and vectors_of is None:
        vectors_of = _embedding(model)
    meaning = None
    if vectors_of is not None and concepts.usual is not None:
        found = vectors_found(held, vocabulary, vectors_of)
        meaning = Meaning.holding(found, concepts.usual.mean(axis=0), room)
    return of_sorted(
        held=held,
        columns=columns,
        codes=codes,
        answered=answered or {},
        meetings=Meetings.of(held, room),
        coming=Coming.of(held, room),
        concepts=concepts,
        spoken=_spoken_lists(np.array(spoken, dtype=np.int64).reshape(-1, 4), len(held), room),
        stated=_stated_postings(entries, len(concepts.columns)),
        words=words,
        word_numbers=numbers,
        terms=Terms.build([entry.terms for entry in entries], concepts.splitter),
        meaning=meaning,
        vectors_of=vectors_of,
    )


def of_sorted(
    *,
    held: list[PublishedOffer],
    columns: Columns,
    codes: tuple[str, ...],
    answered: Mapping[str, tuple[int, int]],
    meetings: Meetings,
    coming: Coming,
    concepts: Concepts,
    spoken: Lists,
    stated: Postings,
    words: list[str],
    word_numbers: dict[str, int],
    terms: Terms,
    meaning: Meaning | None,
    vectors_of: VectorsOf | None,
) -> Index:
    """The index of sorted rows: with estimates, and with the rows that name an activity."""
    n = len(held)
    general = (columns.kind[:n].astype(np.int32), main_groups(columns.groups[:n]))
    own = (group_numbers(columns.organisations[:n]), group_numbers(columns.venue[:n]))
    access = columns.access[:, :n]
    estimates, columns.chance[:, :n] = estimates_of_all(
        access == YES, access == NO, general, own, codes, answered
    )
    return Index(
        held=held,
        count=n,
        ordered=n,
        gone=every(0),
        stays=None,
        columns=columns,
        codes=codes,
        estimates=estimates,
        answered=answered,
        meetings=meetings,
        coming=coming,
        group_codes=tuple(group.code for group in concepts.vocabulary.main_groups),
        concepts=concepts,
        spoken=spoken,
        stated=stated,
        words=words,
        word_numbers=word_numbers,
        terms=terms,
        meaning=meaning,
        vectors_of=vectors_of,
        newest=[n],
    )


def hundredths(one: Spoken) -> int:
    """How surely an offer is an activity, as it is kept."""
    return round(one.strength * HUNDREDTHS)


def number_of(word: str, numbers: dict[str, int], words: list[str]) -> int:
    """The number of a word, which is given one if it has none."""
    if word not in numbers:
        numbers[word] = len(words)
        words.append(word)
    return numbers[word]


def main_groups(groups: NDArray[np.uint32]) -> NDArray[np.int32]:
    """(n,): the first main group of each offer; -1 = none is stated."""
    lowest = groups & -groups.astype(np.int64)
    return np.where(groups == 0, -1, np.log2(np.maximum(lowest, 1))).astype(np.int32)


def vectors_found(
    offers: Sequence[PublishedOffer], vocabulary: Vocabulary, vectors_of: VectorsOf
) -> list[Vectors | None]:
    """Vectors of the offers' texts, as far as they are known."""
    texts = [passage_of(offer, vocabulary) for offer in offers]
    known = vectors_of(texts)
    return [known.get(text) for text in texts]


def _spoken_lists(table: NDArray[np.int64], n: int, room: int) -> Lists:
    """table: (entries, 4) of row, activity, hundredths and word."""
    return Lists.of(
        np.bincount(table[:, 0], minlength=n),
        (table[:, 1].astype(np.int16), table[:, 2].astype(np.uint8), table[:, 3].astype(np.int32)),
        room,
    )


def _stated_postings(entries: Sequence[Entry], activities: int) -> Postings:
    held = [(code, row) for row, entry in enumerate(entries) for code in entry.stated]
    table = np.array(held, dtype=np.int64).reshape(-1, 2)
    nothing = np.zeros(len(table), dtype=np.uint8)
    return Postings.of(
        table[:, 0], Held(table[:, 1].astype(np.int32), nothing, nothing), activities
    )


def _embedding(model: Model) -> VectorsOf:
    def vectors_of(texts: Sequence[str]) -> Mapping[str, Vectors]:
        unlike = list(dict.fromkeys(texts))
        return dict(zip(unlike, model.embed(unlike, question=False), strict=True)) if unlike else {}

    return vectors_of
