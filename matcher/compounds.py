"""Danish compounds and their parts: strikkecafé is strikke + café.

Which forms may begin and end a compound is read from the flags of the Danish spelling
dictionary, expanded when the program was built (scripts/expand_dictionary.py). Without that
file only the words that it is told of are parts.
"""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from math import log
from pathlib import Path
from typing import NamedTuple

import marisa_trie

RECORD = "<??BB"
"""How a Form is packed."""
DICTIONARY = Path(__file__).parent / "data" / "compounds-da.marisa"

_SHORTEST = 2  # letters of a part: by, ro, it
_SHORTEST_UNKNOWN = 3  # letters of a first part that nobody knows: krolf
_LONGEST = 40  # letters of a word that is looked at
_PRODUCTIVE = 3  # as a count of Form: two other words of the dictionary are made with it
_VERY_PRODUCTIVE = 12  # may follow a first part that nobody knows
_SHORTEST_PLAIN = 8  # letters of a word of the dictionary that is parted: kultur is not
_ENDS_MANY = 40  # may follow any first part, also in a word of the dictionary
_MOST_PARTS = 4
# Endings that make new words of words; what looks like a last part is one of these.
_SUFFIXES = frozenset(
    "ning ningen ninger ring ringen ringer ling lingen linger lig lige ligt hed heden heder skab"
    " skaber skabet ist isten ister ion ioner isme ismen visning else elsen elser tion tioner"
    " inger ingen ing ende ede eret dom som bar agtig løs villig lighed kab kaber kabet".split()
)
# First parts that the dictionary does not know, each from words in daily use.
_PARTICLES = frozenset(
    "af an be bi for fra ind med mod ned om op over på til ud und under ved".split()
)
_MORE_FIRST = frozenset(
    "it pårørende dag gå para ældre fælles krea by ro bue street disc kids".split()
)


class Form(NamedTuple):
    """What the dictionary says of one folded form."""

    stands_alone: bool
    is_name: bool
    """Of a place or a person: never parted."""
    first: int
    """0 = cannot begin a compound; else 1 + the words of the dictionary that it begins."""
    last: int
    """0 = cannot end one; else 1 + the words of the dictionary that its entry ends."""


_UNKNOWN = Form(False, False, 0, 0)


class Splitter:
    """Parts compounds. Immutable; a word seen lately is not looked at again."""

    def __init__(self, more: Iterable[str] = (), dictionary: Path | None = DICTIONARY) -> None:
        """more: folded words that stand alone in the catalogue, so may be parts."""
        self._more = frozenset(word for word in more if len(word) > _SHORTEST_UNKNOWN)
        self._trie = _load(dictionary) if dictionary is not None else None
        self.parts = lru_cache(maxsize=200_000)(self._parts)
        """The parts of a folded word, linking elements and all; one part = not a compound."""

    def form(self, word: str) -> Form:
        """What is known of a form."""
        found = self._trie.get(word) if self._trie is not None else None
        form = Form(*found[0]) if found else _UNKNOWN
        if word in _MORE_FIRST:
            form = form._replace(first=max(form.first, _PRODUCTIVE))
        if word in self._more:
            form = form._replace(first=max(form.first, 2), last=max(form.last, 2))
        return form

    def knows(self, word: str) -> bool:
        """Whether it is a Danish word, a name, one that it was told of, or made of such."""
        form = self.form(word)
        is_one = form.stands_alone or form.is_name or word in self._more
        return is_one or len(self.parts(word)) > 1

    def bases(self, word: str) -> tuple[str, ...]:
        """The parts of a compound as words of their own; none of a word that is no compound."""
        parts = self.parts(word)
        if len(parts) == 1:
            return ()
        return (*(self._base(part) for part in parts[:-1]), parts[-1])

    def _base(self, part: str) -> str:
        """A first part without its linking element, where the rest is a word: forenings."""
        if part[-1:] in "se" and not self.form(part).stands_alone:
            return part[:-1] if self.form(part[:-1]).stands_alone else part
        return part

    def _parts(self, word: str) -> tuple[str, ...]:
        if not 2 * _SHORTEST <= len(word) <= _LONGEST:
            return (word,)
        whole = self.form(word)
        if whole.is_name:
            return (word,)
        best: tuple[str, ...] = (word,)
        worth = (-_MOST_PARTS, 0.0)
        for parts in self._ways(word, _MOST_PARTS):
            forms = [self.form(part) for part in parts]
            counts = [form.first for form in forms[:-1]] + [forms[-1].last]
            if whole.stands_alone and not _is_plain(parts, counts):
                continue  # a word of its own that only looks like a compound
            one = (-len(parts), sum(log(count) for count in counts))
            if one > worth:
                best, worth = parts, one
        if len(best) == 1 and not whole.stands_alone:
            best = self._after_unknown(word)
        return best

    def _ways(self, word: str, most: int) -> Iterator[tuple[str, ...]]:
        """All ways to part a word into 2 to `most` known parts."""
        for place in range(_SHORTEST, len(word) - _SHORTEST + 1):
            begin, rest = word[:place], word[place:]
            if not self.form(begin).first:
                continue
            if self._may_end(rest):
                yield begin, rest
            if most > 2 and len(begin) > _SHORTEST:
                for others in self._ways(rest, most - 1):
                    if min(map(len, others)) > _SHORTEST:
                        yield begin, *others

    def _may_end(self, part: str) -> bool:
        return bool(self.form(part).last) and part not in _SUFFIXES

    def _after_unknown(self, word: str) -> tuple[str, ...]:
        """A word that nobody knows before one that ends many compounds: krolf + klub."""
        for place in range(_SHORTEST_UNKNOWN, len(word) - _SHORTEST_UNKNOWN):
            rest = word[place:]
            if self.form(rest).last >= _VERY_PRODUCTIVE and self._may_end(rest):
                return word[:place], rest
        return (word,)


def _is_plain(parts: tuple[str, ...], counts: list[int]) -> bool:
    """Whether a word of the dictionary is also a compound, by how its parts are used."""
    if parts[0] in _PARTICLES or sum(map(len, parts)) < _SHORTEST_PLAIN:
        return False
    first, last = parts[0], counts[-1]
    return min(counts) >= _PRODUCTIVE or (len(first) >= 4 and last >= _ENDS_MANY)


@cache
def _load(path: Path) -> marisa_trie.RecordTrie | None:
    if not path.exists():
        return None
    return marisa_trie.RecordTrie(RECORD).mmap(str(path))
