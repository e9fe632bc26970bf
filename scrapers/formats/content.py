"""Bytes of an answer into text, JSON, XML or HTML: within limits, or one clear refusal."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

import orjson
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from lxml import etree
from parsel import Selector

from scrapers.encoding import read_text
from scrapers.found import SourceInfo, Trouble, Unreadable

MAX_BYTES = 10_000_000
"""The largest directory seen, 3,000 teams, is a tenth of it."""
MAX_DEPTH = 200
"""Real pages nest up to about 60 elements, JSON and XML feeds up to 12."""
MAX_PARTS = 250_000
"""Elements of a page or values of a JSON text: 3,000 teams have a third of it. Each takes
some 400 bytes of memory, so that an answer stays below 100 MB."""
_MAX_TAG = 2_000_000  # characters of one tag; pictures are sometimes written into them
_MAX_ATTRIBUTES = 500

_DANISH_UTF8 = re.compile(rb"\xc3[\xa5\xa6\xb8\x85\x86\x98]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    mended: int
    """How many characters went when letters that were encoded twice were put right."""


def text_of(content: bytes, source: SourceInfo) -> Text:
    """The answer as text (see `scrapers.encoding`). Raises Unreadable if letters are lost."""
    if len(content) > MAX_BYTES:
        raise Unreadable(Trouble.TOO_LARGE, f"{len(content)} bytes, at most {MAX_BYTES}")
    if not content.strip():
        raise Unreadable(Trouble.EMPTY_ANSWER, "the answer is empty")
    reading = read_text(content, source.content_type)
    text = reading.text
    if "\0" in text:
        raise Unreadable(Trouble.NOT_TEXT, "the answer holds NUL bytes")
    if reading.encoding == "windows-1252" and _DANISH_UTF8.search(content):
        raise Unreadable(Trouble.MOJIBAKE, "the answer is UTF-8 with broken letters")
    if "\ufffd" in text or reading.damaged > sum(1 for _ in _CONTROL.finditer(text)):
        raise Unreadable(Trouble.MOJIBAKE, "letters were lost before the answer was sent")
    if not text.strip("\ufeff \t\r\n"):
        raise Unreadable(Trouble.EMPTY_ANSWER, "the answer is empty")
    return Text(text.removeprefix("\ufeff"), reading.mended)


# --- what stands in place of the expected ------------------------------------------------

_LOOKED_AT = 300_000  # characters; a login page or an error is shorter
_HTML = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)?(?:<!doctype html|<html|<head|<body)", re.IGNORECASE | re.DOTALL
)
_PASSWORD = re.compile(r"""<input[^>]{0,300}type\s*=\s*["']?password""", re.IGNORECASE)
_COOKIES = re.compile(
    r"(?:accept[eé]r|tillad|godkend|samtykke|accept)[^<>]{0,60}cookies|cookies[^<>]{0,80}(?:accept|samtykke)",
    re.IGNORECASE,
)
_ERRORS = re.compile(
    r"\b(?:403|404|500|502|503|504)\b[^<>]{0,40}(?:error|fejl|not found|ikke fundet|unavailable)"
    r"|(?:siden|foreningen|holdet|arrangementet|kalenderen) (?:(?:blev|kunne|er) )?ikke"
    r" (?:fundet|findes|at finde)|(?:siden|foreningen) findes ikke"
    r"|der opstod en (?:\w{1,20} )?fejl|intern(?:al)? server ?(?:fejl|error)|\bnot found\b"
    r"|service unavailable|bad gateway|fatal error|database error|access denied|adgang nægtet"
    r"|midlertidigt (?:utilgængelig|lukket|nede)|under vedligeholdelse"
    r"|ugyldigt? (?:forening|nøgle|id)",
    re.IGNORECASE,
)


def is_html(text: str) -> bool:
    return _HTML.match(text) is not None


def trouble_of_page(text: str) -> Trouble | None:
    """What a page without a single entry is instead, as far as its words tell."""
    text = text[:_LOOKED_AT]
    if _PASSWORD.search(text):
        return Trouble.LOGIN_PAGE
    if _ERRORS.search(text):
        return Trouble.ERROR_TEXT
    if _COOKIES.search(text):
        return Trouble.COOKIE_WALL
    return None


def refuse_other_form(text: str, expected: str) -> None:
    """Raises Unreadable if a web page stands where data were expected."""
    if is_html(text):
        trouble = trouble_of_page(text) or Trouble.WRONG_FORM
        raise Unreadable(trouble, f"a web page instead of {expected}")


def says_error(text: str) -> bool:
    return len(text) < 5000 and _ERRORS.search(text) is not None


# --- JSON --------------------------------------------------------------------------------


def json_of(text: str) -> Any:
    """The value of a JSON text. Raises Unreadable; a number too large for a double too."""
    refuse_other_form(text, "JSON")
    if text.count(",") + text.count("[") + text.count("{") > MAX_PARTS:
        raise Unreadable(Trouble.TOO_LARGE, f"JSON with more than {MAX_PARTS} values")
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
        said = str(error)
        if "depth limit" in said:
            raise Unreadable(Trouble.TOO_DEEP, "JSON nested too deeply") from None
        if "unexpected end" in said:
            raise Unreadable(Trouble.TRUNCATED, f"JSON that ends in the middle: {said}") from None
        if says_error(text):
            raise Unreadable(Trouble.ERROR_TEXT, "an error text instead of JSON") from None
        raise Unreadable(Trouble.WRONG_FORM, f"no JSON: {said}") from None


def refuse_json_error(value: object) -> None:
    """Raises Unreadable for an object that reports an error instead of data."""
    if isinstance(value, Mapping):
        for name in ("error", "errors", "fejl", "exception"):
            if value.get(name):
                # Its words are a stranger's and stay out of logs; the raw answer has them.
                raise Unreadable(Trouble.ERROR_TEXT, f"the source reports an error ({name})")


# --- XML ---------------------------------------------------------------------------------

_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_CHUNK = 1 << 16


def xml_of(text: str) -> Element:
    """The root of an XML text without document type and entities. Raises Unreadable."""
    refuse_other_form(text, "XML")
    if text.count("<") > MAX_PARTS:
        raise Unreadable(Trouble.TOO_LARGE, f"XML with more than {MAX_PARTS} tags")
    parser = XMLPullParser(
        ("start", "end"), _parser=DefusedXMLParser(forbid_dtd=True, forbid_external=True)
    )
    body = _XML_DECLARATION.sub("", text, count=1)  # it is decoded, whatever it says
    depth = 0
    root: Element | None = None
    try:
        for at in range(0, len(body), _CHUNK):
            parser.feed(body[at : at + _CHUNK].encode())
            for event, element in cast(Iterator[tuple[str, Element]], parser.read_events()):
                depth += 1 if event == "start" else -1
                root = element if root is None else root
                if depth > MAX_DEPTH:
                    raise Unreadable(Trouble.TOO_DEEP, f"XML nested deeper than {MAX_DEPTH}")
        parser.close()
    except DefusedXmlException:
        raise Unreadable(Trouble.FORBIDDEN_XML, "XML with a document type or entities") from None
    except (ParseError, ValueError) as error:
        said = str(error)
        if "no element found" in said or "unclosed" in said:
            raise Unreadable(Trouble.TRUNCATED, f"XML that ends in the middle: {said}") from None
        if says_error(text):
            raise Unreadable(Trouble.ERROR_TEXT, "an error text instead of XML") from None
        raise Unreadable(Trouble.WRONG_FORM, f"no XML: {said}") from None
    if root is None:
        raise Unreadable(Trouble.WRONG_FORM, "XML without an element")
    return root


def local_name(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


# --- HTML --------------------------------------------------------------------------------

_TAG = re.compile(r"<[^<>]{5000,}")
_SHOWN_INSTEAD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def html_of(text: str) -> Selector:
    """The page as a tree. Raises Unreadable for one that is nested or stuffed beyond reason."""
    if text.count("<") > MAX_PARTS:
        raise Unreadable(Trouble.TOO_LARGE, f"HTML with more than {MAX_PARTS} tags")
    for tag in _TAG.finditer(text):
        if len(tag[0]) > _MAX_TAG or tag[0].count("=") > _MAX_ATTRIBUTES:
            raise Unreadable(Trouble.TOO_LARGE, "a tag with more attributes than any page has")
    try:
        page = Selector(text=_SHOWN_INSTEAD.sub(" ", text), type="html", huge_tree=True)
    except (ValueError, etree.LxmlError) as error:
        raise Unreadable(Trouble.WRONG_FORM, f"no HTML: {error}") from None
    if not hasattr(page.root, "tag"):
        raise Unreadable(Trouble.WRONG_FORM, "no HTML")
    depth = 0
    for event, _ in etree.iterwalk(page.root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise Unreadable(Trouble.TOO_DEEP, f"HTML nested deeper than {MAX_DEPTH}")
    return page


_ENDS = re.compile(r"</html\s*>", re.IGNORECASE)


def is_cut_off(text: str) -> bool:
    """Whether a page that begins as a whole one does not end as one."""
    return is_html(text) and _ENDS.search(text, max(0, len(text) - 20_000)) is None
