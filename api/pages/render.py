"""Templates and what they may call."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api import formats
from api.wording import Language, Level, sentence

_FOLDER = Path(__file__).parent / "templates"
_LANGUAGE = Language.DA


def _words(key: str, **values: object) -> str:
    return sentence(key, values, language=_LANGUAGE, level=Level.NORMAL)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _date(value: date) -> str:
    return formats.day(value, _LANGUAGE)


_environment = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals.update({"t": _words})
_environment.filters.update({"capital": _capital, "date": _date})


def page(
    request: Request, template: str, values: Mapping[str, object], *, status: int = 200
) -> HTMLResponse:
    """A page in Danish. values: what its template needs beside the settings."""
    settings = request.app.state.settings
    text = _environment.get_template(template).render(
        municipality=settings.municipality,
        phone=settings.phone,
        demo=settings.demo,
        path=request.url.path,
        **values,
    )
    return HTMLResponse(text, status)
