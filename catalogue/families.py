"""Which offers or organisations are shown as one, since a person said that they are the same.

Nothing is moved in a merge: each row keeps its keys and statements, and what follows from all
of them is shown at the one that was kept. So an import finds what it found before, and undoing
a merge gives back exactly what there was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from catalogue.facts import Subject
from catalogue.models import SameDecision


@dataclass(frozen=True, slots=True)
class Families:
    """Rows of one kind that were merged, as trees; a row that was not is a family of its own."""

    kept: Mapping[int, int] = field(default_factory=dict)
    """By merged row: the row that it was merged into."""
    merged: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """By kept row: those merged into it."""

    def shown(self, row: int) -> int:
        """The row at which this one is shown."""
        while row in self.kept:
            row = self.kept[row]
        return row

    def above(self, rows: Iterable[int]) -> set[int]:
        """These rows and all that they were merged into, step by step."""
        found: set[int] = set()
        for row in rows:
            while row not in found:
                found.add(row)
                row = self.kept.get(row, row)
        return found

    def below(self, row: int) -> list[int]:
        """This row first, and all that were merged into it, step by step."""
        found = [row]
        for one in found:
            found.extend(self.merged.get(one, ()))
        return found

    def whole(self, rows: Iterable[int]) -> set[int]:
        """These rows and all that are shown as one with them."""
        return {one for top in {self.shown(row) for row in rows} for one in self.below(top)}


def merged_rows(subject: Subject) -> Select[int]:
    """A query for the rows that are shown at another one."""
    return select(SameDecision.other_id).where(
        SameDecision.subject == subject,
        SameDecision.is_same.is_(True),
        SameDecision.undone_at.is_(None),
    )


def families(session: Session, subject: Subject) -> Families:
    """The merges of offers or organisations that stand."""
    query = merged_rows(subject).add_columns(SameDecision.kept_id).order_by(SameDecision.number)
    kept: dict[int, int] = {}
    merged: dict[int, tuple[int, ...]] = {}
    for other, row in session.execute(query):
        kept[other] = row
        merged[row] = (*merged.get(row, ()), other)
    return Families(kept, merged)
