"""The two things of JavaScript that sources wrap their data in: `document.write` and calls."""

import re

from scrapers.found import Trouble, Unreadable

_LITERAL = r"""(?:"(?:[^"\\\n]|\\[\s\S])*+"|'(?:[^'\\\n]|\\[\s\S])*+')"""
_WRITE = re.compile(
    rf"document\s*\.\s*write(?:ln)?\s*\(\s*(?P<first>{_LITERAL})(?P<more>(?:\s*\+\s*{_LITERAL})*+)"
    r"\s*\)\s*;?"
)
_ONE_LITERAL = re.compile(_LITERAL)
_STARTS = re.compile(r"document\s*\.\s*write(?:ln)?\s*\(")
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\s\S]))")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": " ", "\n": ""}
_CALL = re.compile(r"\s*(?:/\*\*/)?\s*(?:typeof\s[^;]{0,200};)?\s*[\w$.]{1,100}\s*\(")


def written(script: str) -> str:
    """The HTML that a script writes. Raises Unreadable if it writes none, or not all of it
    can be read."""
    calls = list(_WRITE.finditer(script))
    begun = len(_STARTS.findall(_ONE_LITERAL.sub("''", script)))
    if not calls and not begun:
        raise Unreadable(Trouble.WRONG_FORM, "a script without document.write")
    if begun != len(calls):
        raise Unreadable(Trouble.TRUNCATED, "a document.write that does not end")
    return "".join(
        _value(literal[0])
        for call in calls
        for literal in _ONE_LITERAL.finditer(call["first"] + call["more"])
    )


def _value(literal: str) -> str:
    return _ESCAPE.sub(_letter, literal[1:-1])


def _letter(found: re.Match[str]) -> str:
    for group in (1, 2, 3):
        if found[group] is not None:
            code = int(found[group], 16)
            return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else " "
    return _PLAIN.get(found[4], found[4])


def argument(script: str) -> str:
    """The text between the brackets of `callback({...});`. Raises Unreadable."""
    call = _CALL.match(script)
    if call is None:
        raise Unreadable(Trouble.WRONG_FORM, "no call of a function")
    body = script[call.end() :].rstrip().rstrip(";").rstrip()
    if not body.endswith(")"):
        raise Unreadable(Trouble.TRUNCATED, "a call that does not end")
    return body[:-1]
