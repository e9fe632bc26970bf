"""The first sheet of an XLSX workbook, as CSV on standard output.

    python -m catalogue.workbook FILE

A process of its own: the library reads well and fast, but a damaged or hostile workbook can
make it ask for more memory than there is, which ends the process that called it. Each line
holds the row's number, the share that is read with it (0..1), and the cells as text.
"""

import csv
import io
import lzma
import sys
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

if sys.platform != "win32":
    import resource

MAX_UNPACKED_BYTES = 1_500_000_000
"""All that a packed file may hold; 100,000 offers as XLSX unpack to about 400 MB."""
_MAX_MEMORY_BYTES = 2_000_000_000  # 200,000 offers take 0.7 of them
_MAX_SECONDS = 300
_BLOCK = 1 << 20
_DAMAGED = (
    CalamineError,
    ZipError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    MemoryError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What the libraries raise on a workbook that is none."""


class Exit(IntEnum):
    """How it ended; whatever else a broken process leaves is DAMAGED too."""

    DONE = 0
    DAMAGED = 3
    LOCKED = 4
    TOO_LARGE = 5
    NO_SHEET = 6


def main(path: Path) -> Exit:
    _limit()
    try:
        if not _unpacks_to_little(path):
            return Exit.TOO_LARGE
        workbook = CalamineWorkbook.from_path(str(path))
        if not workbook.sheet_names:
            return Exit.NO_SHEET
        sheet = workbook.get_sheet_by_index(0)
        total = max(sheet.total_height, 1)
        first = (sheet.start or (0, 0))[0]
        with io.TextIOWrapper(sys.stdout.buffer, "utf-8", "replace", newline="") as out:
            writer = csv.writer(out)
            for number, cells in enumerate(sheet.iter_rows(), start=first + 1):
                texts = [_text(cell) for cell in cells]
                if any(texts):
                    writer.writerow([number, min(number / total, 1.0), *texts])
    except PasswordError:
        return Exit.LOCKED
    except _DAMAGED:
        return Exit.DAMAGED
    return Exit.DONE


def _limit() -> None:
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY_BYTES, _MAX_MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (_MAX_SECONDS, _MAX_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _unpacks_to_little(path: Path) -> bool:
    """Inflate every member once, with a limit: what a packed file says of itself may lie."""
    unpacked = 0
    with zipfile.ZipFile(path) as packed:
        if sum(member.file_size for member in packed.infolist()) > MAX_UNPACKED_BYTES:
            return False
        for member in packed.infolist():
            with packed.open(member) as file:
                while block := file.read(_BLOCK):
                    unpacked += len(block)
                    if unpacked > MAX_UNPACKED_BYTES:
                        return False
    return True


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


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
