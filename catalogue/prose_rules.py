"""The rules by which a fact is read out of a description, from catalogue/data/vocabulary.

A rule is words in a row, as a club would write them. catalogue/data/README.md says how one is
written; `faults` finds what is wrong in the file after an edit.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from catalogue.danish import fold
from catalogue.errors import Invalid
from catalogue.vocabulary import DATA, rows

FILE = "prosaregler-da.csv"
NUMBER = "number"
_ANSWERS = {"ja": "yes", "nej": "no", "": None}
_BY_NUMBER = "tal"
_WORDS = {
    word: number
    for number, word in enumerate(
        "nul en to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten"
        " sytten atten nitten tyve".split()
    )
} | {"tredive": 30, "fyrre": 40, "halvtreds": 50, "hundrede": 100}
_ONE_NUMBER = rf"(?:\d+|{'|'.join(_WORDS)})"
_A_NUMBER = rf"{_ONE_NUMBER}(?:\s*(?:-|–|til|eller)\s*{_ONE_NUMBER})?"
_GAP = r"((?:\s+[\w’'-]+){0,3}?)"
_GAP_MARK = ".."
_JOINING = ("som", "der", "så", "at", "hvis", "når", "man", "hvor")  # a comma may stand before
_TOKEN = re.compile(r"\.\.|\(?[\w/*#.+-]+\)?")
_TYPED = {"å": "(?:å|aa)", "æ": "(?:æ|ae)", "ø": "(?:ø|oe)"}
_MOST_WORDS = 50_000
"""Words whose rules are remembered; past it the memory starts anew."""


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
    """All rules, found by the words of a text. Immutable but for its memory of words."""

    def __init__(self, stored: list[dict[str, str]]) -> None:
        """stored: the rows of the file. Raises ValueError for one that cannot be read."""
        self._anchors: dict[str, list[int]] = defaultdict(list)
        self._of_word: dict[str, tuple[int, ...]] = {}
        self.all: list[Rule] = []
        for number, row in enumerate(stored):
            self.all.append(_rule(row))
            for anchor in _anchor(row["udtryk"]):
                self._anchors[anchor].append(number)

    def for_words(self, words: set[str]) -> list[Rule]:
        """The rules that may match a text of these words, in the order of the file."""
        if len(self._of_word) > _MOST_WORDS:
            self._of_word.clear()
        found: set[int] = set()
        for word in words:
            numbers = self._of_word.get(word)
            if numbers is None:
                numbers = self._of_word[word] = tuple(self._anchored(fold(word)))
            found.update(numbers)
        return [self.all[number] for number in sorted(found)]

    def _anchored(self, word: str) -> Iterator[int]:
        if word.isdigit():  # of numbers there is no end, and none is part of a word
            yield from self._anchors.get(word, ())
            return
        for anchor, numbers in self._anchors.items():
            stem = anchor.strip("*")
            starts, ends = anchor.endswith("*"), anchor.startswith("*")
            if (
                (starts and ends and stem in word)
                or (starts and word.startswith(stem))
                or (ends and word.endswith(stem))
                or word == stem
            ):
                yield from numbers


@cache
def load_rules(folder: Path = DATA) -> Rules:
    """The rules of a folder, read once. Raises Invalid where the file cannot be read."""
    try:
        return Rules(rows(folder, FILE))
    except (OSError, KeyError, ValueError) as error:
        raise Invalid(f"{FILE} in {folder.name}: {error}") from error


def faults(folder: Path = DATA) -> list[str]:
    """Every fault in the file of rules, a line each; empty when all is well."""
    try:
        stored = rows(folder, FILE)
        codes = {row["code"] for row in rows(folder, "access-facts.csv")}
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
            _rule(row)
            _anchor(row["udtryk"])
        except (ValueError, KeyError, TypeError) as error:
            found.append(f"{where}: {error}")
    return found


def number_in(text: str) -> int:
    """The highest number that the words of a number pattern name."""
    return max(
        int(word) if word.isdigit() else _WORDS[word] for word in re.findall(_ONE_NUMBER, text)
    )


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


def _compiled(words: str, *, named: bool) -> re.Pattern[str]:
    tokens = _tokens(words)
    fixed = [place for place, token in enumerate(tokens) if token[0] not in "(."]
    if not fixed:
        raise ValueError(f"words {words!r} hold nothing that must be there")
    pattern = r"(?<![\w-])"
    for place, token in enumerate(tokens):
        inner = _token(token.strip("()"), named=named)
        if place < fixed[0]:
            pattern += rf"(?:(?:{inner})\s+)?" if token != _GAP_MARK else ""
        elif token == _GAP_MARK:
            pattern += _GAP
        else:
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


def _anchor(words: str) -> set[str]:
    """The words of which one must stand in a text for the pattern to match, folded."""
    best: set[str] = set()
    for token in _tokens(words):
        if token[0] in "(.":
            continue
        parts = {
            _stem(max(alternative.split("_"), key=lambda part: len(part.strip("*#."))))
            for alternative in token.split("/")
        }
        if any(not part.strip("*").replace("-", "").isalnum() for part in parts):
            continue  # a number, or an abbreviation: no word to look for
        if not best or _shortest(parts) > _shortest(best):
            best = parts
    if not best:
        raise ValueError(f"words {words!r} hold no whole word")
    return {fold(part) for part in best}


def _stem(part: str) -> str:
    """`handicap*` of `handicap*toilet*`; a stop after an abbreviation is left out."""
    first, star, rest = part.rstrip(".").partition("*")
    return f"{first}*" if first and star else f"*{rest}" if star else first


def _shortest(parts: set[str]) -> int:
    return min(len(part.strip("*")) for part in parts)
