"""The words of the field: activities, everyday expressions, properties and access facts.

Read from catalogue/data/vocabulary; catalogue/data/README.md says what each column means. The
files are edited by people; `vocabulary_check.faults` finds what is wrong in them.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from catalogue.answers import Answer
from catalogue.danish import fold
from catalogue.errors import Invalid, Missing

DATA = Path(__file__).parent / "data" / "vocabulary"
LEVELS = ("intensity", "competitive", "social")
FLAGS = ("hands", "nature", "animals", "music", "food", "learning", "volunteering")
_CONDITION = re.compile(r"([a-z_]+)(<=|>=|=)([a-zæøå]+|[0-9])")


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that people do together, with what is typical of it."""

    code: str
    name: str
    broader: str | None
    """Code of the activity above it; None = one of the main groups."""
    main_group: str
    synonyms: tuple[str, ...]
    misspellings: tuple[str, ...]
    related: tuple[str, ...]
    openmoji: str
    """Hex code of its pictogram."""
    openactive: str | None
    """UUID in OpenActive's list, only where the meaning is the same."""
    where: str
    """inde, ude or begge."""
    levels: Mapping[str, int]
    """intensity, competitive and social, each 0..3."""
    flags: Mapping[str, bool]
    seated: str
    """ja, nej or varierer: whether it can be done sitting."""
    ambiguous: frozenset[str]
    """Synonyms that are common words too: alone they say little."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A demand on the attributes of an activity, such as competitive>=2."""

    attribute: str
    operator: str
    value: str

    def holds(self, activity: Activity) -> bool:
        """Whether the activity meets it."""
        held = _attribute(activity, self.attribute)
        if isinstance(held, str):
            return held == self.value or (self.attribute == "indoors" and held == "begge")
        wanted = int(self.value)
        if self.operator == "=":
            return held == wanted
        return held <= wanted if self.operator == "<=" else held >= wanted


def _attribute(activity: Activity, name: str) -> int | str:
    if name in activity.levels:
        return activity.levels[name]
    if name in activity.flags:
        return int(activity.flags[name])
    return activity.where if name == "indoors" else activity.seated


@dataclass(frozen=True, slots=True)
class Expression:
    """How people say that they wish for some activities, or against some."""

    text: str
    codes: tuple[str, ...]
    """Activities meant, best first."""
    rejects: tuple[str, ...]
    """Activities that the phrase speaks against, each with all below it."""
    rejects_if: tuple[Condition, ...]
    strength: int
    """3 says it, 2 likely, 1 a hint."""


@dataclass(frozen=True, slots=True)
class Property:
    """How people say what kind of activity or place suits them."""

    text: str
    conditions: tuple[Condition, ...]
    access: Mapping[str, Answer]
    """Access facts wanted (yes) or unwanted (no), by code."""
    need: tuple[str, ...]
    """Fields of a need that the phrase speaks of, as written in the file."""
    strength: int


@dataclass(frozen=True, slots=True)
class AccessFact:
    """One question about accessibility, in the widest sense, that a club can answer."""

    code: str
    group: str
    subject: str
    """venue or offer: what the fact is normally about."""
    label_da: str
    question_da: str
    god_adgang: str | None
    """The group of the label God Adgang that it belongs to."""


class Vocabulary:
    """All of it, with look-ups. Immutable after loading."""

    def __init__(
        self,
        activities: tuple[Activity, ...],
        expressions: tuple[Expression, ...],
        properties: tuple[Property, ...],
        access_facts: tuple[AccessFact, ...],
    ) -> None:
        self.activities = activities
        self.expressions = expressions
        self.properties = properties
        self.access_facts = access_facts
        self._by_code = {activity.code: activity for activity in activities}
        self._facts = {fact.code: fact for fact in access_facts}
        self._below: dict[str, list[str]] = defaultdict(list)
        self._words: dict[str, str] = {}
        for activity in activities:
            if activity.broader is not None:
                self._below[activity.broader].append(activity.code)
            for word in (activity.code, activity.name, *activity.synonyms, *activity.misspellings):
                self._words.setdefault(fold(word), activity.code)

    def activity(self, code: str) -> Activity:
        """Raises Missing for a code that is not in the vocabulary."""
        if code not in self._by_code:
            raise Missing(f"activity {code[:40]!r} is not in the vocabulary")
        return self._by_code[code]

    def access_fact(self, code: str) -> AccessFact:
        """Raises Missing for a code that is not in the vocabulary."""
        if code not in self._facts:
            raise Missing(f"access fact {code[:40]!r} is not in the vocabulary")
        return self._facts[code]

    @property
    def main_groups(self) -> tuple[Activity, ...]:
        return tuple(activity for activity in self.activities if activity.broader is None)

    def by_word(self, word: str) -> str | None:
        """Code of the activity with this code, name, synonym or misspelling."""
        return self._words.get(fold(word))

    def descendants(self, code: str) -> tuple[str, ...]:
        """The activity and all below it, itself first."""
        found = [self.activity(code).code]
        for one in found:
            found.extend(self._below[one])
        return tuple(found)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The activities above it, nearest first."""
        found: list[str] = []
        above = self.activity(code).broader
        while above is not None:
            found.append(above)
            above = self.activity(above).broader
        return tuple(found)


@cache
def load_vocabulary(folder: Path = DATA) -> Vocabulary:
    """The vocabulary of a folder, read once. Raises Invalid where a file cannot be read."""
    try:
        return Vocabulary(
            tuple(_activity(row) for row in rows(folder, "aktivitetsordliste-da.csv")),
            tuple(_expression(row) for row in rows(folder, "hverdagsudtryk-da.csv")),
            tuple(_property(row) for row in rows(folder, "egenskaber-da.csv")),
            tuple(_access_fact(row) for row in rows(folder, "access-facts.csv")),
        )
    except (OSError, KeyError, ValueError, csv.Error) as error:
        raise Invalid(f"vocabulary in {folder.name}: {error}") from error


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of one file, as text by heading."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def parts(cell: str) -> tuple[str, ...]:
    """The parts of a cell that a bar separates."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def condition(text: str) -> Condition:
    """A condition as the files write it. Raises ValueError."""
    found = _CONDITION.fullmatch(text)
    if found is None or found[1] not in (*LEVELS, *FLAGS, "indoors", "seated_possible"):
        raise ValueError(f"condition {text!r} cannot be read")
    if found[3].isdigit() == (found[1] in ("indoors", "seated_possible")):
        raise ValueError(f"condition {text!r} compares unlike things")
    return Condition(found[1], found[2], found[3])


def _activity(row: Mapping[str, str]) -> Activity:
    return Activity(
        code=row["kode"],
        name=row["navn"],
        broader=row["overbegreb"] or None,
        main_group=row["hovedgruppe"],
        synonyms=parts(row["synonymer"]),
        misspellings=parts(row["stavefejl"]),
        related=parts(row["beslaegtede"]),
        openmoji=row["openmoji"],
        openactive=row["openactive_uuid"] or None,
        where=row["indoors"],
        levels={name: int(row[name]) for name in LEVELS},
        flags={name: row[name] == "1" for name in FLAGS},
        seated=row["seated_possible"],
        ambiguous=frozenset(parts(row["flertydige"])),
    )


def _expression(row: Mapping[str, str]) -> Expression:
    against = parts(row["afviser"])
    return Expression(
        text=row["udtryk"],
        codes=parts(row["koder"]),
        rejects=tuple(part for part in against if not re.search("[<>=]", part)),
        rejects_if=tuple(condition(part) for part in against if re.search("[<>=]", part)),
        strength=int(row["styrke"]),
    )


def _property(row: Mapping[str, str]) -> Property:
    return Property(
        text=row["udtryk"],
        conditions=tuple(condition(part) for part in parts(row["egenskaber"])),
        access={
            part.removeprefix("!"): Answer.NO if part.startswith("!") else Answer.YES
            for part in parts(row["adgang"])
        },
        need=parts(row["behov"]),
        strength=int(row["styrke"]),
    )


def _access_fact(row: Mapping[str, str]) -> AccessFact:
    return AccessFact(
        code=row["code"],
        group=row["group"],
        subject=row["subject"],
        label_da=row["label_da"],
        question_da=row["question_da"],
        god_adgang=row["god_adgang"] or None,
    )
