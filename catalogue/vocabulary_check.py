"""What is wrong in the files of the vocabulary, for those who edit them."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from catalogue.danish import fold
from catalogue.vocabulary import DATA, FLAGS, LEVELS, condition, parts, rows

_FILES = ("aktivitetsordliste-da.csv", "hverdagsudtryk-da.csv", "egenskaber-da.csv")
_VALUES = {
    **dict.fromkeys(LEVELS, ("0", "1", "2", "3")),
    **dict.fromkeys(FLAGS, ("0", "1")),
    "indoors": ("inde", "ude", "begge"),
    "seated_possible": ("ja", "nej", "varierer"),
}
_SHARED = frozenset({"dof"})
"""Synonyms that two activities may have, said so in both notes."""


def faults(folder: Path = DATA) -> list[str]:
    """Every fault in the files of a folder, a line each; empty when all is well."""
    try:
        activities, expressions, properties = (rows(folder, name) for name in _FILES)
        access = {row["code"] for row in rows(folder, "access-facts.csv")}
        return [
            *_in_values(activities),
            *_in_links(activities),
            *_in_expressions(expressions, {row["kode"] for row in activities}),
            *_in_properties(properties, access),
        ]
    except (OSError, UnicodeDecodeError, KeyError, csv.Error) as error:
        return [f"a file cannot be read: {error!r}"]


def _in_values(activities: list[dict[str, str]]) -> Iterator[str]:
    for code, count in Counter(row["kode"] for row in activities).items():
        if count > 1:
            yield f"activity {code}: stands {count} times"
    for row in activities:
        code = row["kode"]
        if not code or not row["navn"]:
            yield f"activity {code or '(no code)'}: code and name must be there"
        for heading, values in _VALUES.items():
            if row[heading] not in values:
                yield f"activity {code}: {heading} must be one of {', '.join(values)}"
        for word in parts(row["flertydige"]):
            if word not in (*parts(row["synonymer"]), row["navn"].casefold()):
                yield f"activity {code}: ambiguous {word!r} is none of its words"


def _in_links(activities: list[dict[str, str]]) -> Iterator[str]:
    by_code = {row["kode"]: row for row in activities}
    owners: dict[str, str] = {}
    for row in activities:
        code = row["kode"]
        if row["overbegreb"] and row["overbegreb"] not in by_code:
            yield f"activity {code}: broader {row['overbegreb']!r} does not exist"
        elif _goes_round(code, by_code):
            yield f"activity {code}: lies below itself"
        for other in parts(row["beslaegtede"]):
            if other not in by_code:
                yield f"activity {code}: related {other!r} does not exist"
            elif code not in parts(by_code[other]["beslaegtede"]):
                yield f"activity {code}: related to {other}, which is not related to it"
        for word in parts(row["synonymer"]):
            owner = owners.setdefault(fold(word), code)
            if owner != code and fold(word) not in _SHARED:
                yield f"activity {code}: synonym {word!r} belongs to {owner} already"


def _goes_round(code: str, by_code: dict[str, dict[str, str]]) -> bool:
    above, seen = by_code[code]["overbegreb"], {code}
    while above in by_code:
        if above in seen:
            return True
        seen.add(above)
        above = by_code[above]["overbegreb"]
    return False


def _in_expressions(expressions: list[dict[str, str]], codes: set[str]) -> Iterator[str]:
    for row in expressions:
        text = row["udtryk"]
        if not text or not (row["koder"] or row["afviser"]):
            yield f"expression {text!r}: says nothing"
        if row["styrke"] not in {"1", "2", "3"}:
            yield f"expression {text!r}: strength must be 1 to 3"
        for code in parts(row["koder"]):
            if code not in codes:
                yield f"expression {text!r}: activity {code!r} does not exist"
        for against in parts(row["afviser"]):
            if against not in codes:
                yield from _in_condition(f"expression {text!r}", against)


def _in_properties(properties: list[dict[str, str]], access: set[str]) -> Iterator[str]:
    for row in properties:
        text = row["udtryk"]
        if not text or not (row["egenskaber"] or row["adgang"] or row["behov"]):
            yield f"property {text!r}: says nothing"
        if row["styrke"] not in {"1", "2", "3"}:
            yield f"property {text!r}: strength must be 1 to 3"
        for one in parts(row["egenskaber"]):
            yield from _in_condition(f"property {text!r}", one)
        for code in parts(row["adgang"]):
            if code.removeprefix("!") not in access:
                yield f"property {text!r}: access fact {code!r} does not exist"


def _in_condition(where: str, text: str) -> Iterator[str]:
    try:
        condition(text)
    except ValueError as error:
        yield f"{where}: {error}"
