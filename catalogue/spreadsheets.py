"""Reading a CSV or XLSX file from outside into rows of text, whatever is in it."""

import codecs
import csv
import io
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from catalogue.errors import Invalid
from catalogue.files import check_is_regular
from catalogue.workbook import Exit

MAX_FILE_BYTES = 200_000_000
"""A row of the table of offers is about 1 kB, so this is some 200,000 offers."""
_XLSX_MAGIC = b"PK\x03\x04"
_DANISH_UTF8 = re.compile(rb"\xc3[\xa5\xa6\xb8\x85\x86\x98]")
_BLOCK = 1 << 20
_ENDS: dict[int, str] = {
    Exit.DAMAGED: "not a readable XLSX workbook",
    Exit.LOCKED: "the workbook is locked with a password",
    Exit.TOO_LARGE: "unpacks to more than it may",
    Exit.NO_SHEET: "the workbook has no sheet",
}


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
    size = check_is_regular(path)
    try:
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
    """UTF-8 if every byte agrees, else Windows-1252. Raises Invalid for what is not text.

    A single wrong byte in a UTF-8 file must not turn every other æ, ø and å into two
    letters: a file that has those in UTF-8 somewhere is not read as Windows-1252.
    """
    utf8 = codecs.getincrementaldecoder("utf-8")()
    wrong_line, line, has_danish = 0, 1, False
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if b"\0" in block:
                raise Invalid(f"{path.name}: neither CSV nor XLSX (binary data)")
            has_danish = has_danish or _DANISH_UTF8.search(block) is not None
            if not wrong_line:
                try:
                    utf8.decode(block)
                except UnicodeDecodeError as error:
                    wrong_line = line + block.count(b"\n", 0, error.start)
            line += block.count(b"\n")
    if not wrong_line:
        try:
            utf8.decode(b"", final=True)
        except UnicodeDecodeError:
            wrong_line = line
    if not wrong_line:
        return "utf-8-sig"
    if has_danish:
        raise Invalid(f"{path.name}: line {wrong_line}: is not UTF-8, though other lines are")
    with path.open(encoding="cp1252", newline="") as text:
        try:
            while text.read(_BLOCK):
                pass
        except UnicodeDecodeError as error:
            raise Invalid(f"{path.name}: neither UTF-8 nor Windows-1252") from error
    return "cp1252"


def _delimiter(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as text:
        while (headings := text.readline(_BLOCK)) and not headings.strip():
            pass
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
    """The rows of a workbook, read by a process of its own (see `catalogue.workbook`)."""
    command = [sys.executable, "-P", "-m", "catalogue.workbook", str(path.resolve())]
    with subprocess.Popen(  # noqa: S603 - this program itself
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as reader:
        assert reader.stdout is not None
        csv.field_size_limit(sys.maxsize)
        try:
            with io.TextIOWrapper(reader.stdout, "utf-8", newline="") as text:
                for number, progress, *cells in csv.reader(text):
                    yield Row(int(number), tuple(cells), float(progress))
        except BaseException as error:
            reader.kill()
            if isinstance(error, csv.Error | ValueError):  # it ended in the middle of a line
                raise Invalid(f"{path.name}: {_ENDS[Exit.DAMAGED]}") from error
            raise
    if reader.returncode != Exit.DONE:
        raise Invalid(f"{path.name}: {_ENDS.get(reader.returncode, _ENDS[Exit.DAMAGED])}")


def headings_of(rows: Iterator[Row], name: str) -> Sequence[str]:
    """The first row, as headings. Raises Invalid if there is none or one stands twice."""
    first = next(rows, None)
    if first is None:
        raise Invalid(f"{name}: the file is empty")
    headings = [cell.casefold() for cell in first.cells]
    while headings and not headings[-1]:
        headings.pop()
    first_at: dict[str, int] = {}
    for column, heading in enumerate(headings, start=1):
        if heading and first_at.setdefault(heading, column) != column:
            # It is not repeated: without headings it is somebody's name or number.
            raise Invalid(
                f"{name}: the heading of column {column} stands twice,"
                f" in column {first_at[heading]} too"
            )
    return headings
