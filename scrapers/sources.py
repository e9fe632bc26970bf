"""The table of sources: what is read from where, by whose leave, and how often.

`sources.toml` beside this file is the program's own; operators write theirs in a file of
the same shape, which adds sources and overrides single fields of the program's own. A
source is off until its owner's agreement is ticked. docs/sources.md explains each field.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from catalogue.errors import Invalid
from catalogue.files import read_text
from catalogue.mapping import TableMapping, load_mapping
from catalogue.rows import known_headings
from catalogue.vocabulary import load_vocabulary
from scrapers.formats import facilities
from scrapers.formats.html import FIELDS
from scrapers.formats.registry import FORMATS
from scrapers.found import FieldRecipe, PageKind, Recipe, SourceInfo

SOURCES = Path(__file__).parent / "sources.toml"
_MAX_BYTES = 1_000_000
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,24}")
_PLACEHOLDER = re.compile(r"\{[a-z_]{1,30}\}")
_PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,30}")
_LONGEST = 300
_MOST_EXPECTED = 40
_TABLES = {"table", "facilities"}


class Rhythm(StrEnum):
    """How often a source is asked at most."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Agreement:
    """The owner's leave to read and show the facts."""

    with_whom: str
    """An organisation or a role, never a person."""
    on: date


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    title: str
    format: str
    address: str
    """Where reading begins; may hold placeholders, `{foreningsid}`, while it is off."""
    hosts: tuple[str, ...]
    """The only hosts that are asked, the address's own among them."""
    licence: str
    rhythm: Rhythm
    owner: str
    """The role that answers for the source here."""
    area: tuple[str, ...]
    """What it covers, in words; empty = the whole country."""
    agreement: Agreement | None
    """None = off: it is listed, and never asked."""
    organisation: str | None
    secret: str | None
    """Name of the query parameter whose value is a secret and stands in no file here."""
    expects: tuple[str, ...]
    detail_expects: tuple[str, ...]
    """As `expects`, of the entries' own pages."""
    recipe: Recipe | None
    mapping: TableMapping | None
    note: str

    @property
    def is_on(self) -> bool:
        return self.agreement is not None

    def info(
        self,
        on: date,
        *,
        address: str | None = None,
        content_type: str | None = None,
        page: PageKind = PageKind.LIST,
        key: str | None = None,
    ) -> SourceInfo:
        """What a parser may know of an answer. on: today; address: as it was asked."""
        return SourceInfo(
            name=self.name,
            address=address or self.address,
            on=on,
            organisation=self.organisation,
            content_type=content_type,
            page=page,
            key=key,
            expects=self.expects if page is PageKind.LIST else self.detail_expects,
            recipe=self.recipe,
            mapping=self.mapping,
        )


def load_sources(own: Path | None = None, shipped: Path = SOURCES) -> dict[str, Source]:
    """All sources by name, the operators' own beside and over the program's.

    Raises Invalid with one line that names the source and the field.
    """
    stored = _tables(shipped)
    folders = dict.fromkeys(stored, shipped.parent)
    if own is not None:
        program = dict(stored)
        for name, given in _tables(own).items():
            fields = dict(given)
            like = fields.pop("like", None)
            if like is not None and (not isinstance(like, str) or like not in program):
                raise Invalid(f"source {name!r}: like: names no source of the program's own")
            model = name if like is None else like
            stored[name] = {**program.get(model, {}), **fields}
            inherits = model in program and "mapping" not in fields
            folders[name] = shipped.parent if inherits else own.parent
    return {name: _source(name, fields, folders[name]) for name, fields in stored.items()}


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        stored = tomllib.loads(read_text(path, _MAX_BYTES))
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a ValueError
        raise Invalid(f"{path.name}: not a TOML file ({error})") from error
    for name, fields in stored.items():
        if not _NAME.fullmatch(name):
            raise Invalid(f"{path.name}: source {name[:40]!r}: name: use a-z, 0-9 and dashes")
        if not isinstance(fields, dict):
            raise Invalid(f"{path.name}: source {name!r}: write it as a table, [{name}]")
    return stored


class _Fields:
    """The fields of one source, each asked for once; what is left over is unknown."""

    def __init__(self, name: str, stored: Mapping[str, Any]) -> None:
        self._name = name
        self._left = dict(stored)

    def refusal(self, field: str, reason: str) -> Invalid:
        return Invalid(f"source {self._name!r}: {field}: {reason}")

    def take(self, field: str, kind: type, wanted: str) -> Any:
        """The value, or None if it is not there. Raises Invalid for another type."""
        value = self._left.pop(field, None)
        if value is not None and (
            not isinstance(value, kind) or (kind is not bool and isinstance(value, bool))
        ):
            raise self.refusal(field, f"must be {wanted}")
        return value

    def text(self, field: str, *, required: bool = False) -> str:
        value = self.take(field, str, "text")
        if value is None and required:
            raise self.refusal(field, "is missing")
        words = " ".join((value or "").split())
        if len(words) > _LONGEST or (required and not words):
            raise self.refusal(field, f"must have 1 to {_LONGEST} characters")
        return words

    def one_of(self, field: str, words: Collection[str]) -> str:
        value = self.text(field, required=True)
        if value not in words:
            raise self.refusal(field, f"{value[:40]!r} is none of {', '.join(words)}")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        value = self.take(field, list, "a list of texts")
        found = [] if value is None else value
        if not all(isinstance(one, str) and 0 < len(one) <= _LONGEST for one in found):
            raise self.refusal(field, "must be a list of texts")
        return tuple(found)

    def check_all_known(self) -> None:
        if self._left:
            raise self.refusal(min(self._left)[:40], "no such field (see docs/sources.md)")


def _source(name: str, stored: Mapping[str, Any], folder: Path) -> Source:
    fields = _Fields(name, stored)
    agreement = _agreement(fields)
    format_name = fields.one_of("format", FORMATS)
    address, hosts = _address(fields, is_on=agreement is not None)
    secret = fields.text("secret") or None
    if secret is not None and not _PARAMETER.fullmatch(secret):
        raise fields.refusal("secret", "must be the name of a query parameter, never its value")
    source = Source(
        name=name,
        title=fields.text("title", required=True),
        format=format_name,
        address=address,
        hosts=hosts,
        licence=fields.text("licence", required=True),
        rhythm=Rhythm(fields.one_of("rhythm", [rhythm.value for rhythm in Rhythm])),
        owner=fields.text("owner", required=True),
        area=fields.texts("area"),
        agreement=agreement,
        organisation=fields.text("organisation") or None,
        secret=secret,
        expects=_expects(fields, "expects"),
        detail_expects=_expects(fields, "detail_expects"),
        recipe=_recipe(fields, format_name),
        mapping=_mapping(fields, format_name, folder),
        note=fields.text("note"),
    )
    fields.check_all_known()
    return source


def _expects(fields: _Fields, name: str) -> tuple[str, ...]:
    found = fields.texts(name)
    if len(found) > _MOST_EXPECTED:
        raise fields.refusal(name, f"at most {_MOST_EXPECTED} fields")
    return found


def _agreement(fields: _Fields) -> Agreement | None:
    """Ticked only together with whom and when."""
    ticked = fields.take("agreement", bool, "true or false")
    with_whom = fields.text("agreed_with")
    on = fields.take("agreed_on", date, "a date, as 2026-11-24 without quotation marks")
    if not ticked:
        return None
    if not with_whom:
        raise fields.refusal("agreed_with", "is missing; say whose leave it is")
    if on is None:
        raise fields.refusal("agreed_on", "is missing; say when it was given")
    return Agreement(with_whom, on)


def _address(fields: _Fields, *, is_on: bool) -> tuple[str, tuple[str, ...]]:
    """The address and the hosts, which must hold its own. Only a source that is off may have
    gaps to fill in."""
    address = fields.text("address", required=True)
    hosts = fields.texts("hosts")
    gaps = sorted({*_PLACEHOLDER.findall(address + " ".join(hosts))})
    if gaps and is_on:
        raise fields.refusal("address", f"fill in {', '.join(gaps)} before the agreement is ticked")
    filled = _PLACEHOLDER.sub("0", address)
    try:
        parts = urlsplit(filled)
        plain = parts.port is None and parts.username is None and parts.password is None
    except ValueError:
        raise fields.refusal("address", "is no web address") from None
    if parts.scheme != "https":
        raise fields.refusal("address", "must begin with https://")
    if not plain or "@" in parts.netloc:
        raise fields.refusal("address", "must hold no port, user name or password")
    if parts.fragment:
        raise fields.refusal("address", "must hold no #")
    for host in hosts:
        if not _HOST.fullmatch(_PLACEHOLDER.sub("0", host)):
            raise fields.refusal("hosts", f"{host[:60]!r} is no plain host name")
    if parts.hostname not in {_PLACEHOLDER.sub("0", host) for host in hosts}:
        raise fields.refusal("hosts", "must hold the host of the address")
    return address, hosts


def _recipe(fields: _Fields, format_name: str) -> Recipe | None:
    stored = fields.take("recipe", dict, "a table")
    if stored is None:
        if format_name == "html":
            raise fields.refusal("recipe", "is missing; the format html needs one")
        return None
    if format_name != "html":
        raise fields.refusal("recipe", "is for the format html only")
    strangers = sorted(stored.keys() - {"entries", "fields", "detail", "next_page", "empty"})
    if strangers:
        raise fields.refusal(f"recipe.{strangers[0][:40]}", "no such part of a recipe")
    for part in ("entries", "next_page", "empty"):
        if not isinstance(stored.get(part, ""), str):
            raise fields.refusal(f"recipe.{part}", "must be text")
    if not stored.get("entries"):
        raise fields.refusal("recipe.entries", "is missing")
    of_entry = _field_recipes(fields, stored.get("fields"), "recipe.fields")
    if "title" not in of_entry:
        raise fields.refusal("recipe.fields.title", "is missing")
    if "key" not in of_entry and "detail" not in of_entry:
        raise fields.refusal("recipe.fields.key", "is missing, and so is detail")
    return Recipe(
        entries=stored["entries"],
        fields=of_entry,
        detail=_field_recipes(fields, stored.get("detail", {}), "recipe.detail"),
        next_page=stored.get("next_page") or None,
        empty=stored.get("empty") or None,
    )


def _field_recipes(fields: _Fields, stored: object, part: str) -> dict[str, FieldRecipe]:
    """`title = "h2"`, or `{select = "h2", strip = "Hold:"}`, by the field that it fills."""
    if not isinstance(stored, dict):
        raise fields.refusal(part, "must be a table of selectors")
    found = {}
    for name, value in stored.items():
        if name not in FIELDS:
            raise fields.refusal(f"{part}.{name[:40]}", "no such field of an offer")
        given = {"select": value} if isinstance(value, str) else value
        if (
            not isinstance(given, dict)
            or given.keys() - {"select", "strip"}
            or not all(isinstance(one, str) for one in given.values())
            or not given.get("select")
        ):
            raise fields.refusal(f"{part}.{name}", "must be a selector, or select and strip")
        found[name] = FieldRecipe(given["select"], given.get("strip", ""))
    return found


def _mapping(fields: _Fields, format_name: str, folder: Path) -> TableMapping | None:
    name = fields.text("mapping")
    if not name:
        return None
    if format_name not in _TABLES:
        raise fields.refusal("mapping", "is for tables only")
    if "/" in name or "\\" in name:
        raise fields.refusal("mapping", "must be a file beside the table of sources")
    known = facilities.HEADINGS if format_name == "facilities" else None
    try:
        return load_mapping(folder / name, known or known_headings(load_vocabulary()))
    except Invalid as error:
        raise fields.refusal("mapping", str(error)) from error
