"""In which language and at which level a page speaks, and what is on the citizen's list.

Kept in its address, never in a cookie.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request

from api.pages.short_ids import MOST, read_ids
from api.wording import Language, Level, sentence

LANGUAGE, LEVEL, SAVED = "sprog", "niveau", "t"
"""Names of the parameters."""


@dataclass(frozen=True, slots=True)
class Shown:
    language: Language = Language.DA
    level: Level = Level.NORMAL
    saved: tuple[str, ...] = ()
    """Short ids of the offers on the list, in order."""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Shown":
        """From the parameters of an address; what they do not know is the default."""
        language, level = query.get(LANGUAGE, ""), query.get(LEVEL, "")
        return cls(
            Language(language) if language in list(Language) else DEFAULT.language,
            Level(level) if level in list(Level) else DEFAULT.level,
            read_ids(query.get(SAVED, ""))[:MOST],
        )

    def t(self, key: str, **values: object) -> str:
        """The sentence of a key. Raises WordingError (see api.wording)."""
        return sentence(key, values, language=self.language, level=self.level)

    def link(self, path: str, **query: object) -> str:
        """An address of ours that keeps language and level.

        query: parameters; a list gives one each, and what is empty or None is left out.
        A fragment stays last.
        """
        address, hash_, fragment = path.partition("#")
        pairs = [*_pairs(query.items()), *self.carried()]
        asked = f"?{urlencode(pairs, safe=',')}" if pairs else ""
        return f"{address}{asked}{hash_}{fragment}"

    def carried(self) -> list[tuple[str, str]]:
        """What every address and every form with method GET takes along."""
        carried = []
        if self.language is not DEFAULT.language:
            carried.append((LANGUAGE, self.language.value))
        if self.level is not DEFAULT.level:
            carried.append((LEVEL, self.level.value))
        if self.saved:
            carried.append((SAVED, ",".join(self.saved)))
        return carried

    def in_language(self, language: Language) -> "Shown":
        return replace(self, language=language)

    def at_level(self, level: Level) -> "Shown":
        return replace(self, level=level)


DEFAULT = Shown()
"""What an address does not have to say."""


def _pairs(query: Iterable[tuple[str, object]]) -> list[tuple[str, str]]:
    pairs = []
    for name, value in query:
        values = value if isinstance(value, list | tuple) else (value,)
        pairs += [(name, str(one)) for one in values if one is not None and str(one) != ""]
    return pairs


async def shown_of(request: Request) -> Shown:
    """How the page of a request is to speak."""
    return Shown.read(request.query_params)


CurrentShown = Annotated[Shown, Depends(shown_of)]
