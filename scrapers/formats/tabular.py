"""Rows of a published CSV or XLSX, through the reader that imports use."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from catalogue.errors import Invalid
from catalogue.spreadsheets import Row, headings_of, open_rows
from scrapers.formats.collecting import Findings
from scrapers.formats.content import MAX_BYTES, refuse_other_form, says_error, text_of
from scrapers.found import SourceInfo, Trouble, Unreadable

_XLSX = b"PK\x03\x04"


@contextmanager
def opened(
    content: bytes, source: SourceInfo
) -> Iterator[tuple[Findings, Sequence[str], Iterator[Row]]]:
    """Findings to go on with, the headings (lower case) and the rows. Raises Unreadable, at
    once or while rows are read.

    The library reads from a file, so the answer lies in one of its own for as long.
    """
    is_xlsx = content.startswith(_XLSX)
    mended, cut_off = 0, False
    if is_xlsx and len(content) > MAX_BYTES:
        raise Unreadable(Trouble.TOO_LARGE, f"{len(content)} bytes, at most {MAX_BYTES}")
    if not is_xlsx:
        text = text_of(content, source)
        refuse_other_form(text.text, "a table")
        if says_error(text.text) and text.text.count("\n") < 3:
            raise Unreadable(Trouble.ERROR_TEXT, "an error text instead of a table")
        content, mended = text.text.encode(), text.mended
        cut_off = not text.text.endswith(("\n", "\r"))
    findings = Findings(source, mended)
    if cut_off:
        findings.remark(Trouble.TRUNCATED, "the last line", "it has no end of line")
    with tempfile.TemporaryDirectory(prefix="fritidsguide-") as folder:
        path = Path(folder) / "table"
        path.write_bytes(content)
        try:
            with open_rows(path) as rows:
                yield findings, headings_of(rows, "table"), rows
        except Unreadable:
            raise
        except Invalid as error:
            said = str(error)
            trouble = Trouble.WRONG_FORM
            if "quotation marks" in said:
                trouble = Trouble.TRUNCATED
            elif "more than" in said or "larger than" in said:
                trouble = Trouble.TOO_LARGE
            elif "empty" in said or "no sheet" in said:
                trouble = Trouble.EMPTY_ANSWER
            raise Unreadable(trouble, said) from None
