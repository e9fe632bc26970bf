"""From a message key and values to a sentence, in a language and a level, by gettext.

The words stand in api/locale/*.csv (see the README.md there); nothing here is Danish.
"""

import csv
import io
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache, lru_cache
from gettext import GNUTranslations
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

_FOLDER = Path(__file__).parent / "locale"
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
PLURAL_FORMS = ("zero", "one", "two", "few", "many", "other")
"""Names that CLDR gives the forms of a counted word, the last part of their keys."""

ISOLATE, DANISH, END = "\u2068", "\u2066", "\u2069"
"""Unicode's marks about a value of another direction or language: FSI, LRI for Danish, PDI.

A page turns them into elements (api.pages.marking), and `plain` takes them away.
"""
_NO_MARKS = dict.fromkeys(map(ord, (ISOLATE, DANISH, END)))
_REMEMBERED = 16_384  # keys and texts come from the files alone; there are 2,000 a language
_DANISH_VALUES = frozenset(
    {
        "activity",
        "credit",
        "municipality",
        "organisation",
        "origin",
        "original",
        "quote",
        "suggestion",
        "title",
        "word",
    }
)
_OWN_WORDS = frozenset({"near", "query", "wish", "words"})  # a citizen's, in whatever language
_BEYOND_LATIN = re.compile("[^\u0000-\u024f\u2000-\u206f]")


@cache
def _direction(language: str) -> str:
    return "rtl" if Locale(language).character_order == "right-to-left" else "ltr"


class Language(StrEnum):
    """What the pages speak. A new one needs a line here and a column or a file of words."""

    DA = "da"
    EN = "en"
    UK = "uk"
    AR = "ar"

    @property
    def own_name(self) -> str:
        """The language's name in itself: Dansk, English."""
        name = Locale(self.value).get_display_name() or self.value
        return name[:1].upper() + name[1:]

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`: which way it is read."""
        return _direction(self.value)

    @property
    def is_draft(self) -> bool:
        """Whether no native reader has read its words yet; the pages say so."""
        return self in _WITHOUT_PROOF_READER


_WITH_OWN_FILE = (Language.UK, Language.AR)
_WITHOUT_PROOF_READER = (Language.UK, Language.AR)


class Level(StrEnum):
    NORMAL = "normal"
    ENKEL = "enkel"  # easy to read
    BILLEDER = "billeder"  # pictures to choose from, with the words of enkel

    @property
    def words(self) -> "Level":
        """The level whose sentences it has."""
        return Level.ENKEL if self is Level.BILLEDER else self


TEXT_LEVELS = (Level.NORMAL, Level.ENKEL)
"""Levels that have sentences of their own."""


class WordingError(LookupError):
    """A key that does not exist, or a value that its sentence needs and lacks."""


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows() -> list[dict[str, str]]:
    """All wordings in Danish and English: key, level, da, en, note."""
    own_files = {language.value for language in _WITH_OWN_FILE}
    paths = [path for path in sorted(_FOLDER.glob("*.csv")) if path.stem not in own_files]
    return [row for path in paths for row in _read(path)]


def translated(language: Language) -> dict[tuple[str, Level], str]:
    """What a language has words for: key and level -> text.

    A language with a file of its own says one sentence at both levels, unless it has two.
    """
    found: dict[tuple[str, Level], str] = {}
    if language not in _WITH_OWN_FILE:
        for row in rows():
            found[row["key"], Level(row["level"])] = _marked(row[language.value])
        return found
    for row in _read(_FOLDER / f"{language.value}.csv"):
        if row["level"] == Level.NORMAL:
            found.setdefault((row["key"], Level.ENKEL), _marked(row["text"]))
        found[row["key"], Level(row["level"])] = _marked(row["text"])
    return found


def _marked(text: str) -> str:
    """`[[Rønde]]`, a Danish word in another language's sentence, with Unicode's marks."""
    return text.replace("[[", DANISH).replace("]]", END)


@cache
def _translations() -> dict[Language, GNUTranslations]:
    """A gettext catalogue per language: context = level, message id = key."""
    compiled = {}
    for language in Language:
        catalog = Catalog(locale=language.value)
        for (key, level), text in translated(language).items():
            catalog.add(key, text, context=level.value)
        file = io.BytesIO()
        write_mo(file, catalog)
        file.seek(0)
        compiled[language] = GNUTranslations(file)
    return compiled


def _message(key: str, language: Language, level: Level) -> str | None:
    text = _translations()[language].pgettext(level.words.value, key)
    return None if text == key else text


def has(key: str) -> bool:
    """Whether there is a sentence of this key."""
    return _message(key, Language.DA, Level.NORMAL) is not None


def said_in(key: str, language: Language) -> Language:
    """The language in which a key is said: the one asked for, or Danish where it has no words."""
    own = _translations()[language]
    context = Level.NORMAL.value
    if any(own.pgettext(context, one) != one for one in (key, f"{key}.other")):
        return language
    return Language.DA


@cache
def _locale(language: Language) -> Locale:
    return Locale(language.value)


@lru_cache(maxsize=_REMEMBERED)
def _plural_form(language: Language, number: int) -> str:
    return str(_locale(language).plural_form(number))


def _counted(
    key: str, values: Mapping[str, object] | None, language: Language, level: Level
) -> str | None:
    """The form of a key that fits the number in the first placeholder of its form `.other`."""
    other = _message(f"{key}.other", language, level)
    if other is None:
        return None
    counted = PLACEHOLDER.search(other)
    number = str((values or {}).get(counted[1], "")) if counted is not None else ""
    if not (number.isascii() and number.isdigit()):
        return other
    form = _plural_form(language, int(number))
    return _message(f"{key}.{form}", language, level) or other


def sentence(
    key: str,
    values: Mapping[str, object] | None = None,
    *,
    language: Language = Language.DA,
    level: Level = Level.NORMAL,
) -> str:
    """The sentence of a key, with its placeholders filled.

    values: ready for reading (see api.formats). Where a key has forms (`.one`, `.other`, and
    in some languages more), the value of the first placeholder of `.other` decides, which is
    a number. A language that has no words for the key says it in Danish (see `said_in`).
    Values of another language or direction stand between Unicode's marks (see `plain`).
    Raises WordingError for an unknown key and for a missing value.
    """
    said, text = _text_of(key, language, level)
    text = text or _counted(key, values, said, level)
    if text is None:
        raise WordingError(f"no wording for {key!r} in {said.value}, {level.value}")
    literal, rest = _parts(text)
    if not rest:
        return literal
    found = [literal]
    for name, after in rest:
        if values is None or name not in values:
            raise WordingError(f"wording {key!r} needs a value for {name!r}")
        found += (_isolated(name, str(values[name]), said), after)
    return "".join(found)


@lru_cache(maxsize=_REMEMBERED)
def _text_of(key: str, language: Language, level: Level) -> tuple[Language, str | None]:
    """The language in which a key is said, and its text if it has no counted forms."""
    said = said_in(key, language)
    return said, _message(key, said, level)


@lru_cache(maxsize=_REMEMBERED)
def _parts(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What stands before the first placeholder; then each name, and what stands after it."""
    first, *rest = PLACEHOLDER.split(text)
    return first, tuple(zip(rest[::2], rest[1::2], strict=True))


def _isolated(name: str, value: str, language: Language) -> str:
    if language is Language.DA:
        return value
    # The engine understands Danish, so Latin letters on a page of another script are Danish.
    own_is_danish = language in _WITH_OWN_FILE and not _BEYOND_LATIN.search(value)
    if name in _DANISH_VALUES or (name in _OWN_WORDS and own_is_danish):
        return f"{DANISH}{value}{END}"
    if name in _OWN_WORDS or language.direction == "rtl":
        return f"{ISOLATE}{value}{END}"
    return value


def plain(text: str) -> str:
    """A sentence without Unicode's marks: for data, a file or a mail read from left to right."""
    return text.translate(_NO_MARKS) if END in text else text
