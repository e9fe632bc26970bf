"""What is noted while one answer is read: remarks, and names that are not known."""

import re
from collections.abc import Collection, Iterable

from catalogue.cells import MAX_TEXT
from scrapers.formats.plain import one_line
from scrapers.found import Remark, SourceInfo, Trouble, Unreadable

MAX_WORDS = 4_000_000
"""Characters of text in one answer: 3,000 teams with a description each have a third of it."""
_MAX_REMARKS = 500
_MAX_UNKNOWN = 100
_PLAIN_NAME = re.compile(r"[@\w][\w.:-]{0,39}")


class Notes:
    """Remarks on one answer, each kept once it is made, up to a limit."""

    def __init__(self, source: SourceInfo) -> None:
        self.source = source
        self._remarks: list[Remark] = []
        self._unknown: set[tuple[str, str]] = set()
        self._more = 0
        self._words = 0

    def remark(self, trouble: Trouble, at: str, detail: str) -> None:
        """Note something. detail: English, without anything of the answer but its shape."""
        remark = Remark(trouble, one_line(at)[:200], one_line(detail)[:200])
        if len(self._remarks) < _MAX_REMARKS:
            self._remarks.append(remark)
        else:
            self._more += 1

    def unknown(self, names: Iterable[object], known: Collection[str], where: str) -> None:
        """Note the names that are not among the known ones, each once in a place."""
        for name in sorted({str(one) for one in names} - set(known)):
            shown = name if _PLAIN_NAME.fullmatch(name) else "(no plain name)"
            if (where, shown) not in self._unknown and len(self._unknown) < _MAX_UNKNOWN:
                self._unknown.add((where, shown))

    def count_words(self, raw: str) -> None:
        """Add to the words of this answer. Raises Unreadable beyond what a directory has,
        since each is searched for persons."""
        self._words += min(len(raw), MAX_TEXT)
        if self._words > MAX_WORDS:
            raise Unreadable(Trouble.TOO_LARGE, f"more than {MAX_WORDS} characters of text")

    def all(self) -> tuple[Remark, ...]:
        """Every remark, in the order in which they were made; unknown names last."""
        found = list(self._remarks)
        for where, name in sorted(self._unknown):
            at = f"{where} {name}".strip()
            found.append(Remark(Trouble.UNKNOWN_PART, at, "not known here"))
        if self._more:
            found.append(Remark(Trouble.SHORTENED, "", f"{self._more} further remarks"))
        return tuple(found)
