"""From a message key and values to a sentence, in a language and a level, by gettext.

The words stand in api/locale/*.csv (see the README.md there); nothing here is Danish.
"""

import csv
import io
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

_FOLDER = Path(__file__).parent / "locale"
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class Language(StrEnum):
    """What the pages speak. A new one needs a line here and a column in the CSV files."""

    DA = "da"
    EN = "en"

    @property
    def own_name(self) -> str:
        """The language's name in itself: Dansk, English."""
        name = Locale(self.value).get_display_name() or self.value
        return name[:1].upper() + name[1:]

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`: which way it is read."""
        return "rtl" if Locale(self.value).character_order == "right-to-left" else "ltr"


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


def rows() -> list[dict[str, str]]:
    """All wordings: key, level, da, en, note. Read from every CSV file of the folder."""
    found: list[dict[str, str]] = []
    for path in sorted(_FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found.extend(csv.DictReader(file))
    return found


@cache
def _translations() -> dict[Language, GNUTranslations]:
    """A gettext catalogue per language: context = level, message id = key."""
    wordings = rows()
    compiled = {}
    for language in Language:
        catalog = Catalog(locale=language.value)
        for row in wordings:
            # A language that lacks a sentence says it in Danish, which a reader can point at.
            text = row.get(language.value) or row["da"]
            catalog.add(row["key"], text, context=row["level"])
        file = io.BytesIO()
        write_mo(file, catalog)
        file.seek(0)
        compiled[language] = GNUTranslations(file)
    return compiled


def has(key: str) -> bool:
    """Whether there is a sentence of this key."""
    context = Level.NORMAL.value
    return _translations()[Language.DA].pgettext(context, key) != key


def sentence(
    key: str,
    values: Mapping[str, object] | None = None,
    *,
    language: Language = Language.DA,
    level: Level = Level.NORMAL,
) -> str:
    """The sentence of a key, with its placeholders filled.

    values: ready for reading (see api.formats). Where a key has the forms `.one` and
    `.other`, the value of the form's first placeholder decides, which is a number.
    Raises WordingError for an unknown key and for a missing value.
    """
    translation = _translations()[language]
    level = level.words
    text = translation.pgettext(level.value, key)
    if text == key:
        other = translation.pgettext(level.value, f"{key}.other")
        if other == f"{key}.other":
            raise WordingError(f"no wording for {key!r} in {language.value}, {level.value}")
        counted = PLACEHOLDER.search(other)
        number = None if counted is None else (values or {}).get(counted[1])
        text = translation.pgettext(level.value, f"{key}.one") if number in (1, "1") else other

    def fill(match: re.Match[str]) -> str:
        if values is None or match[1] not in values:
            raise WordingError(f"wording {key!r} needs a value for {match[1]!r}")
        return str(values[match[1]])

    return PLACEHOLDER.sub(fill, text)
