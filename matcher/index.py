"""Index: an immutable snapshot of all offers, column by column.

Made by `matcher.build`. Its rows are sorted by cell of the map. What changes later is written by
`matcher.change` into rows after these, which no older snapshot looks at, until `folded` sorts
them all anew. So a change costs as much as the one offer, and readers need no lock.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from catalogue.errors import Missing
from catalogue.places import Point
from catalogue.published import PublishedOffer
from catalogue.vocabulary import Vocabulary
from matcher.columns import Columns
from matcher.coming import Coming
from matcher.concepts import Concepts, Heard, Spoken
from matcher.entry import HUNDREDTHS
from matcher.estimates import Estimate
from matcher.kernels import places as kernel_places
from matcher.kernels import words as kernel_words
from matcher.meaning import Meaning, Vectors
from matcher.postings import Cut, Lists, Postings, cut_by
from matcher.rows import VAGUE_KM, Rows, Window, every, near, window
from matcher.terms import Sought, Terms
from matcher.times import Meetings

ROOM = 1024
"""Rows that may come after the sorted ones."""
NO_MORE = -1
ALL_STAY = np.ones(0, dtype=np.bool_)
"""What the kernels take for `stays` where it is None."""
Floats = NDArray[np.float64]
VectorsOf = Callable[[Sequence[str]], Mapping[str, Vectors]]
"""From texts to those of their vectors that are known."""


@dataclass(frozen=True, slots=True)
class Idea:
    """One of somebody's ideas, read: its words and what it means."""

    text: str
    sought: Sought
    heard: Heard


@dataclass(frozen=True)
class Index:
    """Columns over rows."""

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
    coming: Coming
    group_codes: tuple[str, ...]
    """Main groups of the vocabulary, in the order of the bits of `groups`."""
    concepts: Concepts
    spoken: Lists
    """By row: activities as columns of the concepts, how surely in hundredths, and the number
    of the word that says so."""
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
    """Rows that are taken, of all snapshots that share these columns; NO_MORE = no more may be."""

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

    def first_between(self, low: UUID, high: UUID) -> PublishedOffer | None:
        """The offer with the lowest id from `low` to `high`, both included; None if none has."""
        ids = self.columns.ids[: self.count]
        first, last = (np.uint64(int.from_bytes(one.bytes[:8])) for one in (low, high))
        rows = self.staying(np.flatnonzero((ids >= first) & (ids <= last)))
        found = (self.held[row] for row in rows.tolist())
        among = [offer for offer in found if low <= offer.id <= high]
        return min(among, key=lambda offer: offer.id, default=None)

    def of_organisation(self, organisation_id: UUID) -> tuple[PublishedOffer, ...]:
        """All offers of an organisation, by id. Raises Missing if there are none."""
        half = int.from_bytes(organisation_id.bytes[:8], signed=True)
        rows = self.staying(np.flatnonzero(self.columns.organisations[: self.count] == half))
        found = (self.held[row] for row in rows.tolist())
        mine = (offer for offer in found if offer.organisation.id == organisation_id)
        by_id = tuple(sorted(mine, key=lambda offer: offer.id))
        if not by_id:
            raise Missing(f"organisation {organisation_id} is not in the catalogue")
        return by_id

    def staying(self, rows: Rows) -> Rows:
        """Those that are not gone."""
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
        stays = ALL_STAY if self.stays is None else self.stays
        return near(self.columns.cells, stays, self.ordered, self.count, seen)

    def cut(self, seen: Window | None) -> Cut:
        """How postings are read for a window."""
        return cut_by(self.columns.cells[: self.ordered], seen, self.count)

    def idea(self, text: str) -> Idea:
        """What the words of an idea are here."""
        return Idea(text, self.terms.sought(text), self.concepts.heard(text))

    def distances_km(self, home: Point, rows: Rows) -> tuple[Floats, Floats]:
        """(rows,) each: km as the crow flies from `home`, and how uncertain; NaN = unknown."""
        columns = self.columns
        return kernel_places.distances(
            columns.vectors,
            columns.uncertainty_km,
            home.lat,
            home.lon,
            home.uncertainty_km,
            rows,
        )

    def served(self, wanted: Floats, rows: Rows) -> Floats:
        """(wishes, rows) 0..1: the best that any activity of an offer does for each wish.

        wanted: (wishes, codes), how well each activity offered would serve it.
        """
        codes, sure, _ = self.spoken.columns
        return kernel_words.served(wanted, self.spoken.begins, codes, sure, rows)

    def is_activity(self, code: str, rows: Rows) -> NDArray[np.bool_]:
        """(rows,): has this activity or one below it."""
        return np.isin(rows, self.stated.holding(self.concepts.columns[code], self.count))

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
