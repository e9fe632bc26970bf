"""Unicode's marks about direction and language become elements in a finished page."""

import re

from api.wording import DANISH, END, ISOLATE

# Where no element may stand: tags with their attributes, and what is text and nothing else.
_TEXT_ONLY = re.compile(
    r"<(title|textarea|option|script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE
)
_ELEMENTS = str.maketrans({ISOLATE: "<bdi>", DANISH: '<bdi lang="da" dir="ltr">', END: "</bdi>"})


def mark(html: str) -> str:
    """A page or a part of one in which every marked value is a `bdi`, Danish ones with language.

    In titles and attributes the marks stay as they are: a browser heeds them there.
    """
    if END not in html:
        return html
    parts = []
    at = 0
    for left_alone in _TEXT_ONLY.finditer(html):
        parts += [html[at : left_alone.start()].translate(_ELEMENTS), left_alone[0]]
        at = left_alone.end()
    return "".join([*parts, html[at:].translate(_ELEMENTS)])
