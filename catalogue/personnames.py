"""Names of private persons in text from outside, so that they can be left out.

A club's page names its trainers and board; the catalogue needs none of them. A name is a
Danish first name with a surname, or alone after a word that introduces a person. What a
street, a hall or an organisation is called after somebody stays: `Niels Ebbesens Vej`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalogue.danish import fold
from catalogue.persondata import first_names

_CAPITAL = r"[A-ZÆØÅÉÖÜ]"
_WORD = rf"{_CAPITAL}[a-zæøåéöüäë]+(?:-{_CAPITAL}[a-zæøåéöüäë]+)?"
_ROLE = (
    r"(?:kontakt(?:person(?:er)?|es|e)?|formand|næstformand|kasserer|sekretær|træner(?:e|ne)?"
    r"|instruktør(?:er|erne)?|underviser(?:e)?|leder(?:e)?|holdleder(?:e)?|tovholder(?:e)?"
    r"|koordinator|ansvarlig(?:e)?|ved|v/|hos|til|ring(?: til)?|skriv(?: til)?|dirigent|vært"
    r"|assistent|bestyrer|tilmelding(?: til| hos)?|henvendelse(?: til)?)"
)
_BETWEEN = rf"(?:{_CAPITAL}[a-zæøå]{{0,4}}\.|af|von|van|de)"  # `A.`, `Chr.`
_FULL = re.compile(
    rf"(?<![\w/@.-])(?P<first>{_WORD})(?: (?:{_BETWEEN}|{_WORD})){{0,3}} "
    rf"(?P<last>{_WORD})(?![\w@])"
)
_PAIR = re.compile(rf"(?<![\w/@.-])(?P<one>{_WORD}) (?:og|&) (?P<other>{_WORD})(?![\w@])")
_ALONE = re.compile(rf"(?i:\b{_ROLE})[:.]? (?P<name>{_WORD})(?![\w@])")
_LISTED = re.compile(rf"(?:, ?| og | & )(?P<name>{_WORD})(?![\w@])")
_PLACES = (
    r"(?:vej|gade|allé?|plads|stræde|torv|cent(?:er|ret)|hus(?:et)?|hjem(?:met)?|hal(?:len)?"
    r"|skolen?|fond(?:en)?|muse(?:um|et)|kollegi(?:um|et)|gård(?:en)?|kirke|park(?:en)?"
    r"|børnehaven?|klub(?:ben)?|forening(?:en)?|stadion|bibliotek(?:et)?)"
)
_CALLED_AFTER = re.compile(rf"(?i:{_PLACES})(?!\w)")
_NAMES_A_PLACE = re.compile(rf"(?i:(?:\w*[a-zæøå])?{_PLACES})")


@dataclass(frozen=True, slots=True)
class NameFound:
    start: int
    end: int


def find_names(text: str) -> list[NameFound]:
    """Where persons are named, in order and without overlaps."""
    found: list[NameFound] = []
    for one in sorted(_names(text), key=lambda one: (one.start, -one.end)):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return found


def without_names(text: str) -> tuple[str, int]:
    """The text without the names of persons, and how many there were."""
    found = find_names(text)
    if not found:
        return text, 0
    kept, end = [], 0
    for one in found:
        kept.append(text[end : one.start])
        end = one.end
    kept.append(text[end:])
    left = re.sub(r"[ \t]{2,}", " ", "".join(kept))
    left = re.sub(r"[ \t]+([.,;:)])", r"\1", left).strip()
    return (left if re.search(r"\w", left) else ""), len(found)


def _names(text: str) -> Iterator[NameFound]:
    known = first_names()
    at = 0
    while found := _FULL.search(text, at):
        at = found.start() + len(found["first"])
        if fold(found["first"]).split("-")[0] not in known:
            continue
        at = found.end()
        words = found[0].split()
        if not _is_called_after(text, found.end(), *words[1:]):
            yield NameFound(found.start(), found.end())
    for found in _PAIR.finditer(text):
        if {fold(found["one"]), fold(found["other"])} <= known:
            yield NameFound(found.start("one"), found.end("one"))
            yield NameFound(found.start("other"), found.end("other"))
    for found in _ALONE.finditer(text):
        end = found.end()
        if fold(found["name"]) in known and not _is_called_after(text, end, found["name"]):
            yield NameFound(found.start("name"), end)
            while more := _LISTED.match(text, end):
                end = more.end()
                if fold(more["name"]) in known:
                    yield NameFound(more.start("name"), end)


def _is_called_after(text: str, end: int, *words: str) -> bool:
    """Whether the name is that of a place: a word for a place follows, or is one of its own."""
    if any(_NAMES_A_PLACE.fullmatch(word) for word in words):
        return True
    return _CALLED_AFTER.match(text[end : end + 20].lstrip(" -")) is not None
