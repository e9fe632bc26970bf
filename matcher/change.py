"""From one index to the next: some offers changed, new or withdrawn; texts that were embedded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from catalogue.errors import Missing
from catalogue.published import PublishedOffer
from matcher.build import (
    build_index,
    hundredths,
    main_groups,
    number_of,
    of_sorted,
    vectors_found,
)
from matcher.entry import Entry, passage_of
from matcher.estimates import chances_of_one
from matcher.index import NO_MORE, ROOM, Index
from matcher.kernels.compiled import NO, YES, Flags
from matcher.meaning import Vectors
from matcher.postings import Postings
from matcher.rows import Rows, every


def changed(
    index: Index,
    offers: Iterable[PublishedOffer],
    withdrawn: Iterable[UUID] = (),
    *,
    room: int = ROOM,
) -> Index:
    """With some offers as they are now, new ones among them, and without some.

    Estimates and the rarity of words stay as they were for all others, until `folded`. room:
    rows that may come later, where the rows must be sorted anew.
    """
    entries = {offer.id: Entry.of(offer, index.concepts) for offer in offers}
    leaving = [*entries, *withdrawn]
    if len(entries) > room:
        return _rebuilt(index, entries.values(), leaving, room)
    if index.newest[0] != index.count or index.count + len(entries) > len(index.columns.ids):
        index = folded(index, room=room)
    gone = np.union1d(index.gone, _rows_of(index, leaving))
    stays = np.ones(index.count + len(entries), dtype=bool)
    stays[gone] = False
    for row, entry in enumerate(entries.values(), start=index.count):
        if not _put(index, row, entry, stays):
            index.newest[0] = NO_MORE  # the rows put so far are in the postings
            return _rebuilt(index, entries.values(), leaving, room)
    total = index.newest[0] = index.count + len(entries)
    meaning = index.meaning
    if meaning is not None and index.vectors_of is not None:
        held = [entry.offer for entry in entries.values()]
        meaning = meaning.more(vectors_found(held, index.vocabulary, index.vectors_of))
    return replace(
        index, count=total, gone=gone, stays=stays if len(gone) else None, meaning=meaning
    )


def folded(index: Index, *, room: int = ROOM) -> Index:
    """The same offers with all rows sorted, and all that hangs on the whole reckoned anew."""
    rows = index.all_rows()
    rows = rows[np.lexsort((index.columns.ids[rows], index.columns.cells[rows]))]
    moved = np.full(len(index.columns.ids), -1, dtype=np.int64)
    moved[rows] = np.arange(len(rows))
    columns = index.columns.taken(rows, room)
    word_numbers = dict(index.word_numbers)  # before the words, to which one may be added meanwhile
    return of_sorted(
        held=[index.held[row] for row in rows.tolist()],
        columns=columns,
        codes=index.codes,
        answered=index.answered,
        meetings=index.meetings.taken(rows, room),
        coming=index.coming.taken(rows, room),
        concepts=index.concepts,
        spoken=index.spoken.taken(rows, room),
        stated=Postings.of(*index.stated.entries(moved), len(index.concepts.columns)),
        words=list(index.words),
        word_numbers=word_numbers,
        terms=index.terms.taken(moved, columns.length[: len(rows)]),
        meaning=None if index.meaning is None else index.meaning.taken(rows, room),
        vectors_of=index.vectors_of,
    )


def without_vectors(index: Index) -> dict[str, list[int]]:
    """Rows of which the text has no vector yet, by text; none without a model."""
    found: dict[str, list[int]] = {}
    if index.meaning is not None:
        rows = index.all_rows()
        for row in rows[~index.meaning.known[rows]].tolist():
            found.setdefault(passage_of(index.held[row], index.vocabulary), []).append(row)
    return found


def learnt(index: Index, vectors: Mapping[str, Vectors]) -> Index:
    """With vectors for texts that had none."""
    pairs = [
        (row, vectors[text])
        for text, rows in without_vectors(index).items()
        if text in vectors
        for row in rows
    ]
    if not pairs or index.meaning is None:
        return index
    rows = np.array([row for row, _ in pairs])
    meaning = index.meaning.learnt(rows, np.stack([vector for _, vector in pairs]))
    return replace(index, meaning=meaning)


def _rebuilt(index: Index, entries: Iterable[Entry], leaving: Sequence[UUID], room: int) -> Index:
    """From all offers: what many changes cost less by."""
    gone = set(leaving)
    kept = [offer for offer in index.offers if offer.id not in gone]
    return build_index(
        [*kept, *(one.offer for one in entries)],
        index.vocabulary,
        answered=index.answered,
        vectors_of=index.vectors_of,
        concepts=index.concepts,
        room=room,
    )


def _put(index: Index, row: int, entry: Entry, stays: Flags) -> bool:
    """An offer into a row that nobody sees yet; false where there is no room for it."""
    said = [
        (code, hundredths(one), number_of(one.word, index.word_numbers, index.words))
        for code, one in entry.spoken.items()
    ]
    fits = index.spoken.put(row, *(([one[k] for one in said]) for k in range(3)))
    if not (fits and index.meetings.put(row, entry.offer) and index.coming.put(row, entry.offer)):
        return False
    del index.held[row:]  # what a change that was given up had left there
    index.held.append(entry.offer)
    index.columns.put(row, entry)
    index.columns.chance[:, row] = _chance(index, row, stays)
    index.stated.add(row, ((code, 0, 0) for code in entry.stated))
    index.terms.add(row, entry.terms)
    return True


def _chance(index: Index, row: int, stays: Flags) -> NDArray[np.uint8]:
    """(codes,): by what is stated of others like it, as far as it was known when sorted."""
    columns = index.columns
    own = []
    for key in (columns.organisations, columns.venue):
        alike = (key[:row] == key[row]) & stays[:row]
        stated = columns.access[:, np.flatnonzero(alike) if key[row] else every(0)]
        yes = (stated == YES).sum(axis=1)
        own.append((yes + (stated == NO).sum(axis=1), yes))
    main = main_groups(columns.groups[row : row + 1])
    return chances_of_one(index.estimates, (int(columns.kind[row]), int(main[0])), own)


def _rows_of(index: Index, ids: Iterable[UUID]) -> Rows:
    """Rows of those of some offers that are here."""
    found = []
    for one in ids:
        try:
            found.append(index.row_of(one))
        except Missing:
            continue  # new, or gone already
    return np.array(sorted(found), dtype=np.int64)
