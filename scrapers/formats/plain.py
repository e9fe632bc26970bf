"""Text from outside without markup, control characters and personal data."""

import html
import re
from dataclasses import dataclass
from datetime import date

import nh3

from catalogue.cells import MAX_LINE, MAX_TEXT
from catalogue.persondata import scrub
from catalogue.personnames import without_names

_BLOCKS = {"p", "br", "div", "li", "ul", "ol", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6"}
"""Elements that begin a new line; nh3 leaves them as bare `<p>` and `</p>`."""
_BREAK = re.compile(rf"</?(?:{'|'.join(sorted(_BLOCKS))})>")
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&[#a-zA-Z]")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd"
    r"\ud800-\udfff]"
)
_LONGEST = 200_000  # characters of markup; a description is a hundredth
_BEYOND = 1_000  # characters searched beyond what is kept, so that no number is cut in two
_MOST_TAGS = 2_000
_ROUNDS = 3  # text is sometimes escaped twice


@dataclass(frozen=True, slots=True)
class Clean:
    """What is left of a text, and why there is less."""

    text: str
    dropped: tuple[str, ...] = ()
    """Reasons in English, one for each piece of personal data that was left out."""
    refused: str | None = None
    """Why nothing of it may be kept; the text is empty then."""
    shortened: bool = False


def without_markup(markup: str) -> str:
    """The words of a piece of HTML, a line for each block; plain text passes unchanged.

    Markup that was escaped is removed as well, since somebody else may unescape it.
    """
    text = markup[:_LONGEST]
    for _ in range(_ROUNDS):
        if _MARKUP.search(text) is None:
            break
        if text.count("<") > _MOST_TAGS:
            text = " ".join(text.split("<")[:_MOST_TAGS])
        kept = nh3.clean(text, tags=_BLOCKS, attributes={}, link_rel=None)
        text = html.unescape(_BREAK.sub("\n", kept))
    if re.search(r"<[a-zA-Z/!?]", text):
        text = text.replace("<", " ").replace(">", " ")
    return _tidy(_CONTROL.sub(" ", text))


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def clean(markup: str, on: date, *, numbers: bool = True, names: bool = True) -> Clean:
    """Text that may be kept: without markup and without persons.

    on: today. numbers: whether digits may be a mobile; False for keys, prices and dates.
    names: whether persons may be named; False for addresses, titles of places and keys.
    """
    whole = without_markup(markup)
    text = whole[: MAX_TEXT + _BEYOND]
    scrubbed = scrub(text, on, mobiles=numbers)
    if any(finding.refuses for finding in scrubbed.dropped):
        return Clean("", (), "holds a personal number (CPR)")
    reasons = [finding.reason for finding in scrubbed.dropped]
    left = scrubbed.text
    if names:
        left, count = without_names(left)
        reasons += ["names a person"] * count
    if reasons:
        left = _without_remains(left, text)
    shortened = len(whole) > MAX_TEXT or len(markup) > _LONGEST
    return Clean(_tidy(left)[:MAX_TEXT].rstrip(), tuple(reasons), None, shortened)


_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_REMAINS = frozenset(
    """
    kontakt kontaktperson kontaktpersoner ring skriv mail email e tlf telefon mobil sms til på
    hos ved og eller formand næstformand kasserer træner trænere instruktør instruktører leder
    underviser tilmelding henvendelse nærmere oplysninger info spørgsmål sker fås
    """.split()
)


def _without_remains(left: str, text: str) -> str:
    """Without the sentences that say nothing more once a person is gone: `Kontakt på.`"""
    lines = []
    for line in left.split("\n"):
        kept = [
            sentence
            for sentence in _SENTENCE.split(line)
            if sentence in text or not set(re.findall(r"\w+", sentence.casefold())) <= _REMAINS
        ]
        lines.append(" ".join(kept))
    return "\n".join(lines)


def one_line(text: str) -> str:
    """The same on one line, at most as long as the catalogue keeps."""
    return " ".join(text.split())[:MAX_LINE].rstrip()
