"""Reading a table with other headings: a mapping file says what each of ours is made of.

A mapping is a TOML file. `[columns]` holds a template for each heading of ours, with
foreign headings in braces; what stands in square brackets falls away when one of its
headings is empty: `kilde = "{kilde}[, {kilde_aar}]"`. `[values.<heading>]` translates
whole cells, and `read` lists those of `tider` and `pris_kr` that hold free text, which is
read where it is sure and otherwise kept as it stands. docs/tables.md has an example.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue.errors import Invalid
from catalogue.files import read_text
from catalogue.prices import format_price, read_price
from catalogue.reading import read_times
from catalogue.schedules import format_times
from catalogue.spreadsheets import Row

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_READABLE = {"tider", "pris_kr"}
_MAX_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class TableMapping:
    columns: Mapping[str, str]
    """Template by heading of ours."""
    values: Mapping[str, Mapping[str, str]]
    """Our cell by foreign cell, by heading of ours."""
    read: frozenset[str]
    """Headings of ours whose cell is free text."""


def load_mapping(path: Path, known: Sequence[str]) -> TableMapping:
    """Read a mapping file. known: our headings. Raises Invalid for anything unexpected."""
    try:
        stored = tomllib.loads(read_text(path, _MAX_BYTES))
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a ValueError
        raise Invalid(f"{path.name}: not a TOML file ({error})") from error
    columns, values, read = stored.get("columns"), stored.get("values", {}), stored.get("read", [])
    if stored.keys() - {"columns", "values", "read"} or not (
        isinstance(columns, dict)
        and _is_texts(columns)
        and isinstance(values, dict)
        and all(_is_texts(words) for words in values.values())
        and isinstance(read, list)
        and all(isinstance(heading, str) for heading in read)
    ):
        raise Invalid(f"{path.name}: expected read = [...], [columns] and [values.<heading>]")
    strangers = sorted({*columns, *values} - {*known})
    if strangers:
        raise Invalid(f"{path.name}: {strangers[0]!r} is no heading of the table of offers")
    if any(heading not in _READABLE for heading in read):
        raise Invalid(f"{path.name}: read can name {' and '.join(sorted(_READABLE))} only")
    return TableMapping(columns, values, frozenset(read))


def _is_texts(table: object) -> bool:
    return isinstance(table, dict) and all(isinstance(text, str) for text in table.values())


def mapped(
    mapping: TableMapping, headings: Sequence[str], rows: Iterator[Row]
) -> tuple[Sequence[str], Iterator[Row]]:
    """Our headings and rows, made of the foreign ones. Raises Invalid for a heading that
    the mapping names and the file lacks."""
    for template in mapping.columns.values():
        for name in _PLACEHOLDER.findall(template):
            if name.casefold() not in headings:
                raise Invalid(f"mapping: the file has no heading {name!r}")
    ours = [*mapping.columns]
    if "pris_kr" in mapping.read:
        ours = [*(heading for heading in ours if heading != "pris_enhed"), "pris_enhed"]
    return ours, (
        Row(row.line, tuple(_cells(mapping, ours, headings, row)), row.progress) for row in rows
    )


def _cells(
    mapping: TableMapping, ours: Sequence[str], headings: Sequence[str], row: Row
) -> Iterator[str]:
    foreign = dict(zip(headings, row.cells, strict=False))
    unit = ""
    for heading in ours:
        if heading == "pris_enhed" and "pris_kr" in mapping.read:
            yield unit
            continue
        cell = _filled(mapping.columns[heading], foreign)
        cell = mapping.values.get(heading, {}).get(cell, cell)
        if heading != "aktiviteter":
            cell = cell.replace("|", ", ")  # a list of words becomes running text
        if heading == "tilbud":
            cell = cell[:1].upper() + cell[1:]
        if heading in mapping.read and cell:
            if heading == "tider":
                cell = format_times(read_times(cell))
            else:
                price = read_price(cell)
                cell, unit = format_price(price) if price else ("", "")
        yield cell


def _filled(template: str, foreign: Mapping[str, str]) -> str:
    def fill(text: str) -> str:
        return _PLACEHOLDER.sub(lambda found: foreign.get(found[1].casefold(), ""), text)

    def optional(found: re.Match[str]) -> str:
        names = _PLACEHOLDER.findall(found[1])
        return found[1] if all(foreign.get(name.casefold()) for name in names) else ""

    return fill(_OPTIONAL.sub(optional, template)).strip()
