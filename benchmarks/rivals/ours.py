"""Our engine, asked as the others are."""

from datetime import date

from benchmarks.columns import Asked, Columns
from matcher.answer import match
from matcher.index import Index
from matcher.match import Match
from matcher.score import judge


class Ours:
    """Answers with the reasons for every offer shown, as the API does."""

    def __init__(
        self, index: Index, columns: Columns, on: date, *, max_excluded: int = 0, name: str = "ours"
    ) -> None:
        self.name = name
        self._index = index
        self._on = on
        self._row = {offer.id: row for row, offer in enumerate(columns.offers)}
        self._max_excluded = max_excluded

    def match(self, asked: Asked, limit: int) -> Match:
        return match(
            self._index,
            asked.asker.need,
            home=asked.asker.home,
            on=self._on,
            limit=limit,
            max_excluded=self._max_excluded,
        )

    def top(self, asked: Asked, limit: int) -> list[int]:
        """Rows, best first; the reasons are made too."""
        return [self._row[one.offer.id] for one in self.match(asked, limit).matches]

    def eligible(self, asked: Asked) -> list[int]:
        judged = judge(self._index, asked.asker.need, home=asked.asker.home, on=self._on)
        admitted = judged.rows[judged.admitted].tolist()
        return sorted(self._row[self._index.held[row].id] for row in admitted)
