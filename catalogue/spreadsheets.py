"""Reading a CSV or XLSX file from outside into rows of text, whatever is in it."""

import codecs
import csv
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

from catalogue.errors import Invalid

MAX_FILE_BYTES = 200_000_000
"""A row of the table of offers is about 1 kB, so this is some 200,000 offers."""
MAX_UNPACKED_BYTES = 1_500_000_000
"""All that a packed file may hold; 100,000 offers as XLSX unpack to about 400 MB."""
_XLSX_MAGIC = b"PK\x03\x04"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    """Line of the file on which the row begins, from 1; the headings are line 1."""
    cells: tuple[str, ...]
    progress: float
    """Share of the file that is read with this row, 0..1."""


@contextmanager
def open_rows(path: Path) -> Iterator[Iterator[Row]]:
    """The rows of a file, headings first, as stripped text; blank rows are left out.

    CSV in UTF-8 (with or without BOM) or Windows-1252, with comma or semicolon; XLSX: the
    first sheet. Raises Invalid, at once or while reading, for anything else.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise Invalid(f"{path.name}: {error.strerror}") from error
    if size == 0:
        raise Invalid(f"{path.name}: the file is empty")
    if size > MAX_FILE_BYTES:
        raise Invalid(f"{path.name}: larger than {MAX_FILE_BYTES // 1_000_000} MB")
    if magic == _XLSX_MAGIC:
        yield _xlsx_rows(path)
        return
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as text:
        yield _csv_rows(text, path.name, size, _delimiter(path, encoding))


def _encoding(path: Path) -> str:
    """UTF-8 if every byte agrees, else Windows-1252. Raises Invalid for what is not text."""
    utf8 = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if b"\0" in block:
                raise Invalid(f"{path.name}: neither CSV nor XLSX (binary data)")
            if is_utf8:
                try:
                    utf8.decode(block)
                except UnicodeDecodeError:
                    is_utf8 = False
    if is_utf8:
        try:
            utf8.decode(b"", final=True)
        except UnicodeDecodeError:
            is_utf8 = False
    if is_utf8:
        return "utf-8-sig"
    with path.open(encoding="cp1252", newline="") as text:
        try:
            while text.read(_BLOCK):
                pass
        except UnicodeDecodeError as error:
            raise Invalid(f"{path.name}: neither UTF-8 nor Windows-1252") from error
    return "cp1252"


def _delimiter(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as text:
        headings = text.readline(_BLOCK)
    return ";" if headings.count(";") > headings.count(",") else ","


def _csv_rows(text: Iterator[str], name: str, size: int, delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(sys.maxsize)  # long cells are refused with their line, not here
    read = 0

    def counted() -> Iterator[str]:
        nonlocal read
        for line in text:
            read += len(line)
            yield line

    rows = csv.reader(counted(), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(rows, None)
        except csv.Error as error:
            raise Invalid(f"{name}: line {line}: quotation marks do not match ({error})") from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield Row(line, tuple(cell.strip() for cell in cells), min(read / size, 1.0))
        line = rows.line_num + 1


def _xlsx_rows(path: Path) -> Iterator[Row]:
    _check_unpacked_size(path)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        if not workbook.sheet_names:
            raise Invalid(f"{path.name}: the workbook has no sheet")
        sheet = workbook.get_sheet_by_index(0)
        total = max(sheet.total_height, 1)
        first = (sheet.start or (0, 0))[0]
        for number, cells in enumerate(sheet.iter_rows(), start=first + 1):
            texts = tuple(_text(cell) for cell in cells)
            if any(texts):
                yield Row(number, texts, min(number / total, 1.0))
    except PasswordError as error:
        raise Invalid(f"{path.name}: the workbook is locked with a password") from error
    except (CalamineError, ZipError, OSError) as error:
        raise Invalid(f"{path.name}: not a readable XLSX workbook") from error


def _check_unpacked_size(path: Path) -> None:
    """Inflate every member once, with a limit: what a packed file says of itself may lie."""
    unpacked = 0
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(member.file_size for member in packed.infolist()) > MAX_UNPACKED_BYTES:
                raise Invalid(f"{path.name}: unpacks to more than it may")
            for member in packed.infolist():
                with packed.open(member) as file:
                    while block := file.read(_BLOCK):
                        unpacked += len(block)
                        if unpacked > MAX_UNPACKED_BYTES:
                            raise Invalid(f"{path.name}: unpacks to more than it may")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Invalid(f"{path.name}: not a readable XLSX workbook") from error


def _text(cell: object) -> str:
    """A spreadsheet's cell as its user reads it: 8410, not 8410.0."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "ja" if cell else "nej"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)


def headings_of(rows: Iterator[Row], name: str) -> Sequence[str]:
    """The first row, as headings. Raises Invalid if there is none or one stands twice."""
    first = next(rows, None)
    if first is None:
        raise Invalid(f"{name}: the file is empty")
    headings = [cell.casefold() for cell in first.cells]
    while headings and not headings[-1]:
        headings.pop()
    twice = sorted({heading for heading in headings if heading and headings.count(heading) > 1})
    if twice:
        raise Invalid(f"{name}: the heading {twice[0]!r} stands twice")
    return headings
