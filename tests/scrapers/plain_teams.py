"""Plain teams, from which the writers make the pages of sources."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from tests.scrapers.world import Reply

TODAY = date(2026, 12, 1)
_WORDS = ("Gåture", "Strik", "Håndbold", "Kor", "Bål", "Krolf", "Motion", "Øvelser")


@dataclass(frozen=True, slots=True)
class Team:
    number: int
    title: str
    price: int = 200
    place: str = "Møllehuset"
    town: str = "Rønde"
    about: str = "Vi følges ad."
    is_swapped: bool = False
    """Whether first and last, or begin and end, stand in each other's place."""

    def either(self, first: Any, last: Any) -> tuple[Any, Any]:
        return (last, first) if self.is_swapped else (first, last)


Pages = dict[str, Reply]
Write = Callable[[Sequence[Team]], Pages]


def teams(count: int, *, first: int = 1) -> list[Team]:
    return [
        Team(number, f"{_WORDS[number % len(_WORDS)]} på hold {number}")
        for number in range(first, first + count)
    ]


def page(text: str, *, kind: str = "text/html; charset=utf-8", encoding: str = "utf-8") -> Reply:
    """A page whose ETag changes with its text."""
    body = text.encode(encoding)
    etag = sha256(body).hexdigest()[:16]
    return Reply(body, headers={"Content-Type": kind, "ETag": f'"{etag}"'})


def as_json(value: object) -> Reply:
    return page(json.dumps(value, ensure_ascii=False), kind="application/json")


def html_page(body: str, head: str = "") -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="da"><head><meta charset="utf-8">{head}</head>'
        f"<body>{body}</body></html>\n"
    )


def address_of(postcode: str, town: str) -> dict[str, str]:
    return {"@type": "PostalAddress", "postalCode": postcode, "addressLocality": town}
