"""Danish personal numbers (CPR) in any text: found, graded, and never repeated.

Facts used: a number is a date of birth DDMMYY and a serial of four digits whose first
tells the century; modulus 11 has not been a condition since 1 October 2007, so it only
raises the certainty (Source: CPR-kontoret, "Personnummeret i CPR-systemet").
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－⁃"), "-")
_SPACES = dict.fromkeys(
    map(
        ord,
        "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
        "\u2009\u200a\u202f\u205f\u3000\t\n\r\v\f\u0085\u2028\u2029",
    ),
    " ",
)
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), None)

# Ten digits with up to three separators after the second, fourth and sixth, or spread out
# one by one. Separators within a group would glue a date and a clock time together.
_GAP = r"[ ./\-_:]{0,3}"
_GROUPED = re.compile(
    rf"(?<![0-9])(?<![0-9][.,/\-])([0-3][0-9]){_GAP}([01][0-9]){_GAP}([0-9]{{2}}){_GAP}"
    r"([0-9]{4})(?![0-9])(?![.,:/\-][0-9])"
)
_SPREAD = re.compile(r"(?<![0-9])[0-3](?:[ .\-/_][0-9]){9}(?![ .\-/_]?[0-9])")
_NAMED = re.compile(r"(?i)cpr|person ?(?:nr|nummer|num)|p\.?nr|fødselsnummer|føds\.?nr")
_NAMED_WITHIN = 30  # characters on either side


class Grade(StrEnum):
    """How sure it is."""

    CERTAIN = "certain"  # refuse
    POSSIBLE = "possible"  # warn and ask


@dataclass(frozen=True, slots=True)
class CprHit:
    """A personal number's place in the text; the number itself is not kept."""

    start: int
    end: int
    grade: Grade
    masked: str
    """The day and month with dots for the rest."""


def find_cpr(text: str, on: date) -> list[CprHit]:
    """Every date-valid personal number in `text`, in order, each with its grade.

    Certain: modulus 11 holds, or the birthday is 1 January (given out without modulus 11),
    or the word CPR stands near. on: today; nobody is born after it. Linear in the text.
    """
    plain, places = _plain(text)
    hits = []
    for start, end in _candidates(plain):
        digits = "".join(letter for letter in plain[start:end] if letter.isdigit())
        if not _is_birthday(digits, on):
            continue
        near = plain[max(0, start - _NAMED_WITHIN) : end + _NAMED_WITHIN]
        certain = (
            sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11 == 0
            or digits.startswith("0101")
            or _NAMED.search(near) is not None
        )
        grade = Grade.CERTAIN if certain else Grade.POSSIBLE
        hits.append(CprHit(places[start], places[end - 1] + 1, grade, f"{digits[:4]}••-••••"))
    return hits


def _plain(text: str) -> tuple[str, list[int]]:
    """The text with one form of digit, dash and space; and where each letter stood."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        folded = unicodedata.normalize("NFKC", letter).translate(_DASHES)
        for one in folded.translate(_SPACES).translate(_INVISIBLE):
            digit = unicodedata.digit(one, None) if not one.isascii() else None
            letters.append(one if digit is None else str(digit))
            places.append(place)
    return "".join(letters), places


def _candidates(plain: str) -> Iterator[tuple[int, int]]:
    found = [match.span() for match in _GROUPED.finditer(plain)]
    found += [match.span() for match in _SPREAD.finditer(plain)]
    end = -1
    for start, stop in sorted(found):
        if start >= end:
            yield start, stop
            end = stop


def _is_birthday(digits: str, on: date) -> bool:
    day, month, year, seventh = int(digits[:2]), int(digits[2:4]), int(digits[4:6]), int(digits[6])
    if seventh <= 3:
        century = 1900
    elif seventh in (4, 9):
        century = 2000 if year <= 36 else 1900
    else:
        century = 2000 if year <= 57 else 1800
    try:
        return date(century + year, month, day) <= on
    except ValueError:
        return False
