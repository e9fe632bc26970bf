"""Templates and what they may call."""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl
from uuid import UUID

import orjson
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api import formats
from api.pages import front_end, marking
from api.pages.saved import list_address
from api.pages.short_ids import short_id
from api.pages.shown import LANGUAGE, LEVEL, SAVED, Shown
from api.wording import DANISH, END, ISOLATE, Language, Level

_TOGETHER = re.compile(
    r"(?:kl\. )?[0-9]{1,2}(?:[.:][0-9]{2})?-[0-9]{1,2}(?:[.:][0-9]{2})?"  # hours
    r"|[0-9]{1,2}\.? \w+ [0-9]{4}"  # a day
)
_FOLDER = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class _Asked:
    """The page that is being made: how it speaks, and its own address."""

    shown: Shown
    path: str
    query: tuple[tuple[str, str], ...]


# A variable of the context, since macros that are imported see globals alone.
_asked: ContextVar[_Asked] = ContextVar("asked")


def _t(key: str, **values: object) -> str:
    return _asked.get().shown.t(key, **values)


def _link(path: str, **query: object) -> str:
    return _asked.get().shown.link(path, **query)


def _carried() -> list[tuple[str, str]]:
    return _asked.get().shown.carried()


def _here(shown: Shown) -> str:
    """The address of this page as it speaks otherwise."""
    asked = _asked.get()
    query: dict[str, list[str]] = {}
    for name, value in asked.query:
        query.setdefault(name, []).append(value)
    return shown.link(asked.path, **query)


def _languages() -> list[tuple[Language, str]]:
    """The other languages, each with the address of this page in it."""
    shown = _asked.get().shown
    return [
        (language, _here(shown.in_language(language)))
        for language in Language
        if language is not shown.language
    ]


def _levels() -> list[tuple[Level, str]]:
    """The other levels, each with the address of this page at it."""
    shown = _asked.get().shown
    return [(level, _here(shown.at_level(level))) for level in Level if level is not shown.level]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _date(value: date) -> str:
    return formats.day(value, _asked.get().shown.language)


def _save_link(public_id: str) -> str | None:
    """The address of the list with one offer more; None for one that is on it."""
    shown = _asked.get().shown
    short = short_id(UUID(public_id))
    return None if short in shown.saved else list_address((*shown.saved, short), shown)


def _unbroken(text: str) -> Markup:
    """A text whose hours and dates do not break over two lines."""
    found = Markup("")
    end = 0
    for match in _TOGETHER.finditer(text):
        found += text[end : match.start()]
        found += Markup('<span class="nowrap">{}</span>').format(match[0])
        end = match.end()
    return found + text[end:]


def _json_script(value: object) -> Markup:
    """JSON within a script element: what could end that is written as an escape."""
    text = orjson.dumps(value).decode()
    for letter in "<>&'":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704 - escaped above


def _own(text: str) -> str:
    """Somebody's own words, in whatever language they are."""
    return f"{ISOLATE}{text}{END}"


def _named(text: str) -> str:
    """A Danish name within an attribute, where no element can stand."""
    is_danish = _asked.get().shown.language is Language.DA
    return text if is_danish else f"{DANISH}{text}{END}"


def _danish(text: str) -> Markup:
    return front_end.danish(text, _asked.get().shown)


_environment = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_environment.globals.update(
    {
        "t": _t,
        "link": _link,
        "carried": _carried,
        "languages": _languages,
        "levels": _levels,
        "asset": front_end.asset,
        "has": front_end.has,
        "icon": front_end.icon,
        "picture": front_end.picture,
        "save_link": _save_link,
    }
)
_environment.filters.update(
    {
        "capital": _capital,
        "date": _date,
        "danish": _danish,
        "json_script": _json_script,
        "named": _named,
        "own": _own,
        "unbroken": _unbroken,
    }
)


def page(
    request: Request,
    template: str,
    values: Mapping[str, object],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page in the language and at the level of its address.

    values: what its template needs beside the settings.
    """
    settings = request.app.state.settings
    shown = Shown.read(request.query_params)
    # A form that was sent has its answers in its body; its address is enough to come back to.
    query = parse_qsl(request.url.query) if request.method == "GET" else []
    asked = _Asked(
        shown,
        request.url.path,
        tuple((name, value) for name, value in query if name not in (LANGUAGE, LEVEL, SAVED)),
    )
    token = _asked.set(asked)
    try:
        text = _environment.get_template(template).render(
            shown=shown,
            municipality=settings.municipality,
            phone=settings.phone,
            demo=settings.demo,
            contact=settings.contact,
            tiles=settings.tiles,
            tiles_credit=settings.tiles_credit,
            theme=request.app.state.theme_address,
            path=request.url.path,
            **values,
        )
    finally:
        _asked.reset(token)
    return HTMLResponse(marking.mark(text), status, dict(headers) if headers is not None else None)
