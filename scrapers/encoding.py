"""From the bytes of a page to its text.

In this order: byte order mark, charset of the header, charset that the page itself names, strict
UTF-8, Windows-1252. Nothing is guessed from frequencies: on short Danish texts that goes wrong.
What was encoded twice (*hÃ¥ndbold*) is mended; what cannot be mended is counted as damage.
"""

import re
from dataclasses import dataclass

from catalogue.errors import Invalid

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_LABELS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "iso-8859-15": "iso-8859-15",
    "latin-9": "iso-8859-15",
} | dict.fromkeys(
    (
        "windows-1252",
        "cp1252",
        "x-cp1252",
        "iso-8859-1",
        "iso8859-1",
        "iso_8859-1",
        "latin1",
        "latin-1",
        "l1",
        "us-ascii",
        "ascii",
        "ansi_x3.4-1968",
    ),
    "windows-1252",
)
"""From what pages write to what is read. Latin-1 is read as Windows-1252, as the WHATWG's
Encoding Standard says. Nothing else is read: Python knows encodings that unpack or compute."""

_HEAD_BYTES = 2048
"""Of the page, in which it may name its own charset; browsers look at 1024."""
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_IN_PAGE = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})"""
    rb"""|^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:-]{1,40})""",
    re.IGNORECASE,
)


def _one_byte(byte: int) -> str:
    """The character that a byte is in Windows-1252; the five without one are controls."""
    return bytes([byte]).decode("cp1252", errors="ignore") or chr(byte)


_CP1252 = "".join(_one_byte(byte) for byte in range(256))
_BYTE_OF = {character: byte for byte, character in enumerate(_CP1252)}
_BYTE_OF |= {chr(byte): byte for byte in range(0x80, 0x100)}  # what was read as Latin-1
_CONTINUES = "".join(
    re.escape(character) for character, byte in _BYTE_OF.items() if 0x80 <= byte < 0xC0
)
_TWICE = re.compile(
    f"[\u00c2-\u00df][{_CONTINUES}]"
    f"|[\u00e0-\u00ef][{_CONTINUES}]{{2}}"
    f"|[\u00f0-\u00f4][{_CONTINUES}]{{3}}"
)
"""UTF-8 of two to four bytes, seen through Windows-1252 or Latin-1."""
_DAMAGE = re.compile(
    f"\ufffd|[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]|[\u00c2\u00c3][{_CONTINUES}]"
)
"""A character lost on the way, a control character, or half of something encoded twice."""


@dataclass(frozen=True, slots=True)
class Reading:
    text: str
    encoding: str
    """utf-8, utf-16-le, utf-16-be, iso-8859-15 or windows-1252"""
    mended: int
    """Characters too many that went when what was encoded twice was put right"""
    damaged: int
    """Characters that are lost; what they stood in should not be published"""


def read_text(body: bytes, content_type: str | None = None) -> Reading:
    """The text of a page, whatever its bytes. content_type: the header's value, if any."""
    text, encoding = _decode(body, content_type)
    mended = 0
    for _ in range(2):  # some pages went through it twice
        before = len(text)
        text = _TWICE.sub(_mend, text)
        if len(text) == before:
            break
        mended += before - len(text)
    return Reading(text, encoding, mended, sum(1 for _ in _DAMAGE.finditer(text)))


def read_clean_text(body: bytes, content_type: str | None = None) -> str:
    """As `read_text`. Raises Invalid if a single character of it is lost."""
    reading = read_text(body, content_type)
    if reading.damaged:
        raise Invalid(
            f"{reading.damaged} characters of the page are damaged (read as {reading.encoding})"
        )
    return reading.text


def _decode(body: bytes, content_type: str | None) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, errors="replace"), encoding
    utf8 = _strict(body, "utf-8")
    for label in (_header_label(content_type), _page_label(body)):
        encoding = _LABELS.get(label, "")
        # Servers put Latin-1 on everything. Text in it is next to never valid UTF-8 by chance.
        if encoding in ("windows-1252", "iso-8859-15", "utf-8") and utf8 is not None:
            return utf8, "utf-8"
        if encoding and (text := _strict(body, encoding)) is not None:
            return text, encoding
    if utf8 is not None:
        return utf8, "utf-8"
    return _windows_1252(body), "windows-1252"


def _strict(body: bytes, encoding: str) -> str | None:
    if encoding == "windows-1252":
        return _windows_1252(body)
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        return None


def _windows_1252(body: bytes) -> str:
    return body.decode("latin-1").translate(_TO_CP1252)


_TO_CP1252 = {byte: _CP1252[byte] for byte in range(0x80, 0xA0)}


def _header_label(content_type: str | None) -> str:
    found = _IN_HEADER.search((content_type or "")[:500])
    return found[1].lower() if found else ""


def _page_label(body: bytes) -> str:
    """What the page says of itself; it cannot be UTF-16, since it was found byte by byte."""
    found = _IN_PAGE.search(body[:_HEAD_BYTES])
    label = (found[1] or found[2]).decode("ascii").lower() if found else ""
    return "utf-8" if label.startswith("utf-16") else label


def _mend(found: re.Match[str]) -> str:
    try:
        once = bytes(_BYTE_OF[character] for character in found[0]).decode("utf-8")
    except UnicodeDecodeError:
        return found[0]
    return once if once.isprintable() or once in _BYTE_OF else found[0]
