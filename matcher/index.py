"""Index: an immutable snapshot of all offers, column by column.

Its rows are sorted by cell of the map. What changes later is written into rows after these,
which no older snapshot looks at, until `folded` sorts them all anew. So a change costs as much
as the one offer, and readers need no lock.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from catalogue.errors import Missing
from catalogue.places import Point
from catalogue.published import PublishedOffer
from catalogue.vocabulary import Vocabulary
from matcher.columns import Columns
from matcher.concepts import Concepts, Heard, Spoken, concepts_of
from matcher.entry import HUNDREDTHS, NO, YES, Entry, passage_of, unit_vector
from matcher.estimates import Estimate, chances_of_one, estimates_of_all, group_numbers
from matcher.meaning import Meaning, Model, Vectors
from matcher.postings import Cut, Held, Lists, Postings, cut_by
from matcher.rows import VAGUE_KM, Rows, Window, every, near, window
from matcher.terms import Sought, Terms
from matcher.times import Meetings

EARTH_KM = 6371.0088  # mean radius; off by at most 0.35 % in Denmark, and shown nowhere
ROOM = 1024
"""Rows that may come after the sorted ones."""
_NO_MORE = -1
VectorsOf = Callable[[Sequence[str]], Mapping[str, Vectors]]
"""From texts to those of their vectors that are known."""


@dataclass(frozen=True, slots=True)
class Idea:
    """One of somebody's ideas, read: its words and what it means."""

    text: str
    sought: tuple[Sought, ...]
    worth: float
    """What its words count where all are found at their best."""
    heard: Heard


@dataclass(frozen=True)
class Index:
    """Columns over rows. Made by `build`; changed by `changed` and `folded`, which make others."""

    held: list[PublishedOffer]
    """By row; also those that are gone, and those that came after this snapshot."""
    count: int
    """Rows that this snapshot shows."""
    ordered: int
    """Rows that are sorted by cell and then by id; the others came later."""
    gone: Rows
    """Rows that are shown no more; rising."""
    stays: NDArray[np.bool_] | None
    """(count,): not gone; None = all stay."""
    columns: Columns
    codes: tuple[str, ...]
    """Access codes, in the order of the rows of `access` and of the bits of `barriers`."""
    estimates: tuple[Estimate, ...]
    answered: Mapping[str, tuple[int, int]]
    meetings: Meetings
    group_codes: tuple[str, ...]
    """Main groups of the vocabulary, in the order of the bits of `groups`."""
    concepts: Concepts
    spoken: Lists
    """By row: activities as columns of the concepts, how surely in hundredths, and the number
    of the word that says so."""
    speaking: Postings
    """By column of an activity: rows that name it, and how surely in hundredths."""
    stated: Postings
    """By column of an activity: rows of which it, or one below it, is stated."""
    words: list[str]
    word_numbers: dict[str, int]
    """Words that name activities, in the order in which they came; and where each is."""
    terms: Terms
    meaning: Meaning | None
    vectors_of: VectorsOf | None
    """Finds vectors of texts; None without a model."""
    newest: list[int]
    """Rows that are taken, of all snapshots that share these columns; _NO_MORE = no more may be."""

    @classmethod
    def build(
        cls,
        offers: Iterable[PublishedOffer],
        vocabulary: Vocabulary,
        model: Model | None = None,
        answered: Mapping[str, tuple[int, int]] | None = None,
        vectors_of: VectorsOf | None = None,
    ) -> "Index":
        """The index of some offers. The order in which they come does not matter.

        answered: by access code, how often a question about a blank fact was answered yes,
        and no. vectors_of: where vectors of the offers' texts are kept; default: the model
        embeds them all.
        """
        concepts = concepts_of(vocabulary, model)
        entries = [Entry.of(offer, concepts) for offer in offers]
        entries.sort(key=lambda one: (one.cell, one.offer.id))
        codes = tuple(fact.code for fact in vocabulary.access_facts)
        columns = Columns.empty(len(entries) + ROOM, len(codes))
        for row, entry in enumerate(entries):
            columns.put(row, entry)
        words: list[str] = []
        numbers: dict[str, int] = {}
        spoken = [
            (row, code, _hundredths(one), _number_of(one.word, numbers, words))
            for row, entry in enumerate(entries)
            for code, one in entry.spoken.items()
        ]
        held = [entry.offer for entry in entries]
        index = cls._of(
            held=held,
            columns=columns,
            codes=codes,
            answered=answered or {},
            meetings=Meetings.of(held, ROOM),
            concepts=concepts,
            spoken=_spoken_lists(np.array(spoken, dtype=np.int64).reshape(-1, 4), len(held)),
            stated=_stated_postings(entries, len(concepts.columns)),
            words=words,
            word_numbers=numbers,
            terms=Terms.build([entry.terms for entry in entries], concepts.splitter),
            meaning=None,
            vectors_of=None if model is None else vectors_of or _embedding(model),
        )
        if index.vectors_of is None or concepts.usual is None:
            return index
        usual = concepts.usual.mean(axis=0)
        return replace(index, meaning=Meaning.holding(_vectors(index, held), usual, ROOM))

    @classmethod
    def _of(
        cls,
        *,
        held: list[PublishedOffer],
        columns: Columns,
        codes: tuple[str, ...],
        answered: Mapping[str, tuple[int, int]],
        meetings: Meetings,
        concepts: Concepts,
        spoken: Lists,
        stated: Postings,
        words: list[str],
        word_numbers: dict[str, int],
        terms: Terms,
        meaning: Meaning | None,
        vectors_of: VectorsOf | None,
    ) -> "Index":
        """What follows from sorted rows: estimates, and which rows name an activity."""
        n = len(held)
        group_codes = tuple(group.code for group in concepts.vocabulary.main_groups)
        general, own = _levels(columns, n)
        access = columns.access[:, :n]
        estimates, columns.chance[:, :n] = estimates_of_all(
            access == YES, access == NO, general, own, codes, answered
        )
        entries, lengths = spoken.of_rows(every(n))
        speaking = Postings.of(
            spoken.columns[0][entries].astype(np.int64),
            Held(
                np.repeat(every(n), lengths).astype(np.int32),
                spoken.columns[1][entries].astype(np.uint8),
                np.zeros(len(entries), dtype=np.uint8),
            ),
            len(concepts.columns),
        )
        return cls(
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
            group_codes=group_codes,
            concepts=concepts,
            spoken=spoken,
            speaking=speaking,
            stated=stated,
            words=words,
            word_numbers=word_numbers,
            terms=terms,
            meaning=meaning,
            vectors_of=vectors_of,
            newest=[n],
        )

    def __len__(self) -> int:
        return self.count - len(self.gone)

    @property
    def offers(self) -> tuple[PublishedOffer, ...]:
        """All of them, by row."""
        return tuple(self.held[row] for row in self.all_rows().tolist())

    @property
    def vocabulary(self) -> Vocabulary:
        return self.concepts.vocabulary

    @property
    def model_name(self) -> str | None:
        """The model behind `meaning`; None without."""
        questions = self.concepts.questions
        return None if self.meaning is None or questions is None else questions.model.name

    def row_of(self, offer_id: UUID) -> int:
        """Raises Missing for an offer that is not in the catalogue."""
        half = np.uint64(int.from_bytes(offer_id.bytes[:8]))
        for row in np.flatnonzero(self.columns.ids[: self.count] == half).tolist():
            if self.held[row].id == offer_id and (self.stays is None or self.stays[row]):
                return int(row)
        raise Missing(f"offer {offer_id} is not in the catalogue")

    def offer(self, offer_id: UUID) -> PublishedOffer:
        """Raises Missing for an offer that is not in the catalogue."""
        return self.held[self.row_of(offer_id)]

    def of_organisation(self, organisation_id: UUID) -> tuple[PublishedOffer, ...]:
        """All offers of an organisation, by id. Raises Missing if there are none."""
        half = int.from_bytes(organisation_id.bytes[:8], signed=True)
        rows = self._staying(np.flatnonzero(self.columns.organisations[: self.count] == half))
        found = (self.held[row] for row in rows.tolist())
        mine = (offer for offer in found if offer.organisation.id == organisation_id)
        by_id = tuple(sorted(mine, key=lambda offer: offer.id))
        if not by_id:
            raise Missing(f"organisation {organisation_id} is not in the catalogue")
        return by_id

    def changed(self, offers: Iterable[PublishedOffer], withdrawn: Iterable[UUID] = ()) -> "Index":
        """With some offers as they are now, new ones among them, and without some.

        Estimates and the rarity of words stay as they were for all others, until `folded`.
        """
        entries = {offer.id: Entry.of(offer, self.concepts) for offer in offers}
        leaving = [*entries, *withdrawn]
        if len(entries) > ROOM:
            return self._rebuilt(entries.values(), leaving)
        if self.newest[0] != self.count or self.count + len(entries) > len(self.columns.ids):
            return self.folded().changed([one.offer for one in entries.values()], withdrawn)
        gone = np.union1d(self.gone, self._rows_of(leaving))
        for row, entry in enumerate(entries.values(), start=self.count):
            if not self._put(row, entry, gone):
                self.newest[0] = _NO_MORE  # the rows put so far are in the postings
                return self._rebuilt(entries.values(), leaving)
        total = self.newest[0] = self.count + len(entries)
        stays = np.ones(total, dtype=bool)
        stays[gone] = False
        meaning = self.meaning
        if meaning is not None:
            meaning = meaning.more(_vectors(self, [one.offer for one in entries.values()]))
        return replace(
            self, count=total, gone=gone, stays=stays if len(gone) else None, meaning=meaning
        )

    def folded(self) -> "Index":
        """The same offers with all rows sorted, and all that hangs on the whole reckoned anew."""
        rows = self.all_rows()
        rows = rows[np.lexsort((self.columns.ids[rows], self.columns.cells[rows]))]
        moved = np.full(len(self.columns.ids), -1, dtype=np.int64)
        moved[rows] = np.arange(len(rows))
        columns = self.columns.taken(rows, ROOM)
        held = [self.held[row] for row in rows.tolist()]
        stated = Postings.of(*self.stated.entries(moved), len(self.concepts.columns))
        return Index._of(
            held=held,
            columns=columns,
            codes=self.codes,
            answered=self.answered,
            meetings=self.meetings.taken(rows, ROOM),
            concepts=self.concepts,
            spoken=self.spoken.taken(rows, ROOM),
            stated=stated,
            words=list(self.words),
            word_numbers=dict(self.word_numbers),
            terms=self.terms.taken(moved, columns.length[: len(rows)]),
            meaning=None if self.meaning is None else self.meaning.taken(rows, ROOM),
            vectors_of=self.vectors_of,
        )

    def without_vectors(self) -> dict[str, list[int]]:
        """Rows of which the text has no vector yet, by text; none without a model."""
        found: dict[str, list[int]] = {}
        if self.meaning is not None:
            rows = self.all_rows()
            for row in rows[~self.meaning.known[rows]].tolist():
                found.setdefault(passage_of(self.held[row], self.vocabulary), []).append(row)
        return found

    def learnt(self, vectors: Mapping[str, Vectors]) -> "Index":
        """With vectors for texts that had none."""
        assert self.meaning is not None  # noqa: S101 - by whoever embeds texts
        pairs = [
            (row, vectors[text])
            for text, rows in self.without_vectors().items()
            if text in vectors
            for row in rows
        ]
        if not pairs:
            return self
        rows = np.array([row for row, _ in pairs])
        meaning = self.meaning.learnt(rows, np.stack([vector for _, vector in pairs]))
        return replace(self, meaning=meaning)

    def _rebuilt(self, entries: Iterable[Entry], leaving: Sequence[UUID]) -> "Index":
        """From all offers: what many changes cost less by."""
        gone = set(leaving)
        kept = [offer for offer in self.offers if offer.id not in gone]
        model = None if self.concepts.questions is None else self.concepts.questions.model
        return Index.build(
            [*kept, *(one.offer for one in entries)],
            self.vocabulary,
            model,
            self.answered,
            self.vectors_of,
        )

    def _put(self, row: int, entry: Entry, gone: Rows) -> bool:
        """An offer into a row that nobody sees yet; false where there is no room for it."""
        said = [
            (code, _hundredths(one), _number_of(one.word, self.word_numbers, self.words))
            for code, one in entry.spoken.items()
        ]
        fits = self.spoken.put(row, *(([one[k] for one in said]) for k in range(3)))
        if not (fits and self.meetings.put(row, entry.offer)):
            return False
        del self.held[row:]  # what a change that was given up had left there
        self.held.append(entry.offer)
        self.columns.put(row, entry)
        self.columns.chance[:, row] = self._chance(row, gone)
        self.speaking.add(row, ((code, sure, 0) for code, sure, _ in said))
        self.stated.add(row, ((code, 0, 0) for code in entry.stated))
        self.terms.add(row, entry.terms)
        return True

    def _chance(self, row: int, gone: Rows) -> NDArray[np.uint8]:
        """(codes,): by what is stated of others like it, as far as it was known when sorted."""
        columns = self.columns
        own = []
        for key in (columns.organisations, columns.venue):
            rows = np.flatnonzero(key[:row] == key[row]) if key[row] else every(0)
            rows = np.setdiff1d(rows, gone)
            stated = columns.access[:, rows]
            yes = (stated == YES).sum(axis=1)
            own.append((yes + (stated == NO).sum(axis=1), yes))
        main = _main_groups(columns.groups[row : row + 1])
        return chances_of_one(self.estimates, (int(columns.kind[row]), int(main[0])), own)

    def _rows_of(self, ids: Iterable[UUID]) -> Rows:
        """Rows of those of some offers that are here."""
        found = []
        for one in ids:
            try:
                found.append(self.row_of(one))
            except Missing:
                continue  # new, or gone already
        return np.array(sorted(found), dtype=np.int64)

    def _staying(self, rows: Rows) -> Rows:
        return rows if self.stays is None else rows[self.stays[: self.count][rows]]

    def all_rows(self) -> Rows:
        """All that are not gone."""
        return every(self.count) if self.stays is None else np.flatnonzero(self.stays)

    def window(self, home: Point | None, reach_km: float | None) -> Window | None:
        """The cells beyond which everything is farther away for certain; None = everywhere."""
        if home is None or reach_km is None:
            return None
        return window(home.lat, home.lon, reach_km + home.uncertainty_km + VAGUE_KM)

    def within(self, seen: Window | None) -> Rows:
        """Rows in a window, and those that have no place."""
        if seen is None:
            return self.all_rows()
        rows = near(self.columns.cells[: self.ordered], seen)
        if self.count > self.ordered:
            rows = np.concatenate((rows, np.arange(self.ordered, self.count)))
        return self._staying(rows)

    def cut(self, seen: Window | None) -> Cut:
        """How postings are read for a window."""
        return cut_by(self.columns.cells[: self.ordered], seen, self.count)

    def idea(self, text: str) -> Idea:
        """What the words of an idea are here."""
        sought, worth = self.terms.sought(text)
        return Idea(text, sought, worth, self.concepts.heard(text))

    def distances_km(self, home: Point, rows: Rows) -> NDArray[np.float64]:
        """(rows,): km as the crow flies from `home`; NaN = place unknown."""
        apart = self.columns.vectors[:, rows]
        apart -= np.array(unit_vector(home))[:, None]
        apart *= apart
        chord = np.sqrt(apart.sum(axis=0))
        return np.asarray(2 * EARTH_KM * np.arcsin(chord / 2))

    def served(self, wanted: NDArray[np.float64], rows: Rows) -> NDArray[np.float64]:
        """(wishes, rows) 0..1: the best that any activity of an offer does for each wish.

        wanted: (wishes, codes), how well each activity offered would serve it.
        """
        found = np.zeros((len(wanted), len(rows)))
        entries, lengths = self.spoken.of_rows(rows)
        if len(entries):
            codes, sure, _ = self.spoken.columns
            does = wanted[:, codes[entries]] * (sure[entries] / HUNDREDTHS)
            names = lengths > 0
            starts = (lengths.cumsum() - lengths)[names]
            found[:, names] = np.maximum.reduceat(does, starts, axis=1)
        return found

    def is_activity(self, code: str, rows: Rows) -> NDArray[np.bool_]:
        """(rows,): has this activity or one below it."""
        holding = self.stated.read([self.concepts.columns[code]], self.cut(None)).rows
        return np.isin(rows, holding)

    def spoken_of(self, row: int) -> dict[str, Spoken]:
        """The activities that an offer names, by code."""
        codes, sure, words = (column[self.spoken.of_row(row)] for column in self.spoken.columns)
        activities = self.vocabulary.activities
        return {
            activities[code].code: Spoken(strength / HUNDREDTHS, self.words[word])
            for code, strength, word in zip(
                codes.tolist(), sure.tolist(), words.tolist(), strict=True
            )
        }


def _hundredths(one: Spoken) -> int:
    return round(one.strength * HUNDREDTHS)


def _number_of(word: str, numbers: dict[str, int], words: list[str]) -> int:
    if word not in numbers:
        numbers[word] = len(words)
        words.append(word)
    return numbers[word]


def _spoken_lists(table: NDArray[np.int64], n: int) -> Lists:
    """table: (entries, 4) of row, activity, hundredths and word."""
    return Lists.of(
        np.bincount(table[:, 0], minlength=n),
        (table[:, 1].astype(np.int16), table[:, 2].astype(np.uint8), table[:, 3].astype(np.int32)),
        ROOM,
    )


def _stated_postings(entries: Sequence[Entry], activities: int) -> Postings:
    held = [(code, row) for row, entry in enumerate(entries) for code in entry.stated]
    table = np.array(held, dtype=np.int64).reshape(-1, 2)
    nothing = np.zeros(len(table), dtype=np.uint8)
    return Postings.of(
        table[:, 0], Held(table[:, 1].astype(np.int32), nothing, nothing), activities
    )


def _levels(
    columns: Columns, n: int
) -> tuple[tuple[NDArray[np.int32], ...], tuple[NDArray[np.int32], ...]]:
    """Groups by which facts are estimated: kind and main activity; organisation and venue."""
    general = (columns.kind[:n].astype(np.int32), _main_groups(columns.groups[:n]))
    own = (group_numbers(columns.organisations[:n]), group_numbers(columns.venue[:n]))
    return general, own


def _main_groups(groups: NDArray[np.uint32]) -> NDArray[np.int32]:
    """(n,): the first main group of each offer; -1 = none is stated."""
    lowest = groups & -groups.astype(np.int64)
    return np.where(groups == 0, -1, np.log2(np.maximum(lowest, 1))).astype(np.int32)


def _embedding(model: Model) -> VectorsOf:
    def vectors_of(texts: Sequence[str]) -> Mapping[str, Vectors]:
        unlike = list(dict.fromkeys(texts))
        return dict(zip(unlike, model.embed(unlike, question=False), strict=True)) if unlike else {}

    return vectors_of


def _vectors(index: Index, offers: Sequence[PublishedOffer]) -> list[Vectors | None]:
    """Those of the offers' texts, as far as they are known."""
    assert index.vectors_of is not None  # noqa: S101 - there is a model
    texts = [passage_of(offer, index.vocabulary) for offer in offers]
    known = index.vectors_of(texts)
    return [known.get(text) for text in texts]
