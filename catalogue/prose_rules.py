"""The rules by which a fact is read out of a description, from catalogue/data/vocabulary.

A rule is words in a row, as a club would write them; words that may stand for each other have
a name of their own in a second file. catalogue/data/README.md says how both are written;
`faults` finds what is wrong in them after an edit.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from catalogue.danish import fold
from catalogue.errors import Invalid
from catalogue.vocabulary import DATA, rows

FILE = "prosaregler-da.csv"
CLASSES = "prosaord-da.csv"
NUMBER = "number"
_ANSWERS = {"ja": "yes", "nej": "no", "": None}
_BY_NUMBER = "tal"
_WORDS = {
    word: number
    for number, word in enumerate(
        "nul _ to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten"
        " sytten atten nitten tyve".split()
    )
    if word != "_"  # "en" is an article more often than a number
} | {
    "tredive": 30,
    "fyrre": 40,
    "halvtreds": 50,
    "tres": 60,
    "hundrede": 100,
    "dusin": 12,
    "snes": 20,
}
_ONE_NUMBER = rf"(?:\d+|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_A_NUMBER = rf"{_ONE_NUMBER}(?:\s*(?:-|–|til|eller)\s*{_ONE_NUMBER})?"
_GAP = r"((?:\s+[\w’'-]+){0,3}?)"
_GAP_MARK = ".."
_COMMA = r"(?:\s*[,;:?–—-])?"
_COMMA_MARKS = (",", "(,)")
_JOINING = ("som", "der", "så", "at", "hvis", "når", "man", "hvor")  # a comma may stand before
_TOKEN = re.compile(r"\.\.|,|\(,\)|\(?[\w/*#.+'’&:-]+\)?")
_CLASS = re.compile(r"<([^<>]*)>")
_TYPED = {"å": "(?:å|aa)", "æ": "(?:æ|ae)", "ø": "(?:ø|oe)"}
_SEPARATOR = re.compile(r"[_'’.+&:]")
_MOST_WORDS = 50_000
"""Words whose places in the rules are remembered; past it the memory starts anew."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of saying a fact."""

    code: str
    answer: str | None
    """yes or no; None = a number in the words decides (at most ten is yes)."""
    denied: str | None
    """What it says with a "not" before it; None = nothing."""
    pattern: re.Pattern[str]
    """Matches text in lower case; its groups without a name are gaps of up to three words."""
    unless: re.Pattern[str] | None
    """Words that make the rule say nothing of the sentence they stand in."""


class Rules:
    """All rules, found by the words of a text. Immutable but for its memory of words.

    Each word that must be there is numbered as a part. A rule is tried on a sentence only if
    all its parts stand there, which is a comparison of small sets.
    """

    def __init__(
        self,
        stored: list[dict[str, str]],
        classes: dict[str, str],
        most_words: int = _MOST_WORDS,
    ) -> None:
        """stored: the rows of the file; classes: words by name; most_words: to remember.

        Raises ValueError for a row that cannot be read.
        """
        self._most_words = most_words
        self.all: list[Rule] = []
        self._needed: list[int] = []
        """The parts of each rule; a set of parts is an int with a bit for each."""
        self._anchored: dict[int, list[int]] = defaultdict(list)
        self._tables: dict[tuple[bool, bool], dict[str, set[int]]] = {
            (starts, ends): defaultdict(set) for starts in (False, True) for ends in (False, True)
        }
        """Parts by word, by whether the word is open before it and after it."""
        self._parts_of: dict[str, int] = {}
        self._rules_of: dict[str, frozenset[int]] = {}
        part_numbers: dict[frozenset[str], int] = {}
        for number, row in enumerate(stored):
            row = _expanded(row, classes)
            self.all.append(_rule(row))
            parts = _parts(row["udtryk"])
            for part in parts:
                if part not in part_numbers:
                    part_numbers[part] = len(part_numbers)
                    self._store(part, part_numbers[part])
            self._needed.append(_bits(part_numbers[part] for part in parts))
            self._anchored[part_numbers[max(parts, key=_rarity)]].append(number)

    def _store(self, part: frozenset[str], number: int) -> None:
        for word in part:
            stem = fold(word.strip("*"))
            table = self._tables[word.startswith("*"), word.endswith("*")]
            table[stem].add(number)

    def for_words(self, words: set[str]) -> list[Rule]:
        """The rules that may match a text of these words, in the order of the file."""
        if self.words_remembered > self._most_words:
            self._parts_of.clear()
            self._rules_of.clear()
        for word in words.difference(self._parts_of):
            self._remember(word)
        waiting = [self._rules_of[word] for word in words if word in self._rules_of]
        if not waiting:
            return []
        there = 0
        for word in words:
            there |= self._parts_of[word]
        needed = self._needed
        return [
            self.all[number]
            for number in sorted(set().union(*waiting))
            if needed[number] & there == needed[number]
        ]

    @property
    def words_remembered(self) -> int:
        """Words whose places in the rules need not be looked up."""
        return len(self._parts_of)

    def _remember(self, word: str) -> None:
        """Stores the parts that a word is, and the rules that wait for one of them."""
        parts = self._parts_in(fold(word))
        self._parts_of[word] = _bits(parts)
        rules = frozenset(number for part in parts for number in self._anchored.get(part, ()))
        if rules:
            self._rules_of[word] = rules

    def _parts_in(self, word: str) -> frozenset[int]:
        found = set(self._tables[False, False].get(word, ()))
        for length in range(1, len(word) + 1):
            found.update(self._tables[False, True].get(word[:length], ()))
            found.update(self._tables[True, False].get(word[-length:], ()))
        for stem, numbers in self._tables[True, True].items():
            if stem in word:
                found |= numbers
        return frozenset(found)


@cache
def load_rules(folder: Path = DATA) -> Rules:
    """The rules of a folder, read once. Raises Invalid where the files cannot be read."""
    try:
        return Rules(rows(folder, FILE), _classes(folder))
    except (OSError, KeyError, ValueError) as error:
        raise Invalid(f"{FILE} in {folder.name}: {error}") from error


def _classes(folder: Path) -> dict[str, str]:
    return {row["navn"]: row["ord"] for row in rows(folder, CLASSES)}


def faults(folder: Path = DATA) -> list[str]:
    """Every fault in the two files of rules, a line each; empty when all is well."""
    try:
        stored = rows(folder, FILE)
        codes = {row["code"] for row in rows(folder, "access-facts.csv")}
        classes = _classes(folder)
    except (OSError, ValueError, KeyError) as error:
        return [f"a file cannot be read: {error!r}"]
    found = []
    seen: set[tuple[str, str]] = set()
    for line, row in enumerate(stored, start=2):
        where = f"{FILE} line {line}"
        if row.get("kode") not in codes:
            found.append(f"{where}: access fact {row.get('kode')!r} does not exist")
        if (row["kode"], row["udtryk"]) in seen:
            found.append(f"{where}: {row['udtryk']!r} stands twice")
        seen.add((row["kode"], row["udtryk"]))
        try:
            Rules([row], classes)
        except (ValueError, KeyError, TypeError) as error:
            found.append(f"{where}: {error}")
    used = {name for row in stored for field in row.values() for name in _CLASS.findall(field)}
    found += [f"{CLASSES}: no rule names {name!r}" for name in sorted(classes.keys() - used)]
    return found


def number_in(text: str) -> int:
    """The highest number that the words of a number pattern name."""
    return max(
        int(word) if word.isdigit() else _WORDS[word] for word in re.findall(_ONE_NUMBER, text)
    )


def _expanded(row: dict[str, str], classes: dict[str, str]) -> dict[str, str]:
    """The row with the words of a class where its name stood."""

    def words(name: re.Match[str]) -> str:
        if name[1] not in classes:
            raise ValueError(f"no class of words is named {name[1]!r}")
        return classes[name[1]]

    return {
        field: _CLASS.sub(words, value) if field in ("udtryk", "undtagen") else value
        for field, value in row.items()
    }


def _rule(row: dict[str, str]) -> Rule:
    if row["svar"] not in ("ja", "nej", _BY_NUMBER) or row["naegtet"] not in _ANSWERS:
        raise ValueError("svar must be ja, nej or tal, and naegtet ja, nej or empty")
    by_number = row["svar"] == _BY_NUMBER
    if by_number and "#" not in row["udtryk"]:
        raise ValueError("svar tal needs a # in the words")
    unless = row["undtagen"]
    return Rule(
        code=row["kode"],
        answer=None if by_number else _ANSWERS[row["svar"]],
        denied=_ANSWERS[row["naegtet"]],
        pattern=_compiled(row["udtryk"], named=by_number),
        unless=re.compile(rf"(?<![\w-])(?:{_token(unless)})(?![\w-])") if unless else None,
    )


def _tokens(words: str) -> list[str]:
    tokens = words.split()
    if not tokens or any(_TOKEN.fullmatch(token) is None for token in tokens):
        raise ValueError(f"words {words!r} cannot be read")
    return tokens


def _is_fixed(token: str) -> bool:
    return token[0] not in "(.,"


def _compiled(words: str, *, named: bool) -> re.Pattern[str]:
    tokens = _tokens(words)
    fixed = [place for place, token in enumerate(tokens) if _is_fixed(token)]
    if not fixed:
        raise ValueError(f"words {words!r} hold nothing that must be there")
    pattern = r"(?<![\w-])"
    for place, token in enumerate(tokens):
        if token in _COMMA_MARKS:
            pattern += _COMMA
        elif token == _GAP_MARK:
            pattern += _GAP if place > fixed[0] else ""
        elif place < fixed[0]:
            pattern += rf"(?:(?:{_token(token.strip('()'), named=named)}){_COMMA}\s+)?"
        else:
            inner = _token(token.strip("()"), named=named)
            comma = ",?" if set(token.strip("()").split("/")) & set(_JOINING) else ""
            space = rf"{comma}\s+" if place > fixed[0] else ""
            pattern += rf"(?:{space}(?:{inner}))" + ("?" if token[0] == "(" else "")
    return re.compile(pattern + r"(?![\w-])")


def _token(token: str, *, named: bool = False) -> str:
    number = rf"(?P<{NUMBER}>{_A_NUMBER})" if named else _A_NUMBER
    alternatives = []
    for alternative in token.split("/"):
        if not alternative.strip("_"):
            raise ValueError(f"{token!r} has an empty part")
        text = re.escape(alternative.replace("_", " "))
        text = text.replace(r"\ ", r"\s+").replace(r"\*", r"[\w-]*").replace(r"\#", number)
        alternatives.append("".join(_TYPED.get(letter, letter) for letter in text))
    return "|".join(alternatives)


def _parts(words: str) -> list[frozenset[str]]:
    """Of each token that must be there, the words of which one must stand in a text."""
    parts = []
    for token in _tokens(words):
        if not _is_fixed(token):
            continue
        part = frozenset(_longest(alternative) for alternative in token.split("/"))
        if all(part_word.strip("*") for part_word in part):  # else a number: any word will do
            parts.append(part)
    if not parts:
        raise ValueError(f"words {words!r} hold no whole word")
    return parts


def _longest(alternative: str) -> str:
    """The longest word of a part: `handicap*` of `handicap*toilet*`, `halvleg` of `3._halvleg`.

    Empty where there is none but a number.
    """
    words = [_stem(word) for word in _SEPARATOR.split(alternative) if "#" not in word]
    return max(words, key=lambda word: len(word.strip("*")), default="")


def _stem(word: str) -> str:
    first, star, rest = word.partition("*")
    if first or not star:
        return first + star
    return f"*{rest.partition('*')[0]}{'*' * ('*' in rest)}"


def _bits(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in set(numbers))


def _rarity(part: frozenset[str]) -> tuple[int, int]:
    """The longer its shortest word, and the fewer its words, the rarer a part."""
    return min(len(word.strip("*")) for word in part), -len(part)
