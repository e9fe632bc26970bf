"""Where the pages' files lie: our own, and those that the set-up takes from npm.

An address holds the beginning of its file's checksum, so that a browser may keep the file for
good. Where the set-up had no npm there are no icons, pictures, map or font: the pages are then
made without them, since a word stands beside each.
"""

import csv
import hashlib
from functools import cache
from pathlib import Path

from markupsafe import Markup

from api.pages.interests import INTERESTS
from api.pages.shown import Shown

_GROUPS = frozenset(interest.picture for interest in INTERESTS.values())
STATIC = Path(__file__).parent / "static"
LIST = Path(__file__).parent / "front_end.csv"
FONTS = {
    "plex-latin": "U+20-7E,U+A0-FF,U+2009,U+2011,U+2013-2014,U+2018-201E,U+2022,U+2026,U+20AC",
}
"""Files of IBM Plex Sans, each weight with its ending, and the letters in them."""


@cache
def has(name: str) -> bool:
    """Whether there is such a file."""
    return (STATIC / name).is_file()


@cache
def asset(name: str) -> str:
    """The address of a file in the folder `static`. Raises OSError for one that is not there."""
    checksum = _listed().get(name) or hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={checksum[:10]}"


@cache
def _listed() -> dict[str, str]:
    """The checksums of the files from npm, by name."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return {f"vendor/{row['file']}": row["sha256"] for row in csv.DictReader(file)}


@cache
def icon(name: str) -> Markup:
    """A small drawing beside a word; nothing where the files are missing."""
    if not has("vendor/icons.svg"):
        return Markup("")
    return Markup('<svg class="icon icon-{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(
        name, asset("vendor/icons.svg"), name
    )


@cache
def picture(code: str | None, kind: str = "color") -> Markup:
    """The tile with an OpenMoji picture, which the word beside it explains.

    kind: color or black. Nothing for a code that is None or has no file.
    """
    name, part, late = f"vendor/openmoji/{kind}/{code}.svg", "", Markup(' loading="lazy"')
    if code in _GROUPS and kind == "color" and has("vendor/groups.svg"):
        # One file for what stands first on every list: waiting for it would be seen.
        name, part, late = "vendor/groups.svg", f"#{code}", Markup("")
    if code is None or not has(name):
        return Markup("")
    return Markup(
        '<span class="tile"><img src="{}" alt="" width="72" height="72"{}></span>'
    ).format(asset(name) + part, late)


@cache
def font_faces() -> str:
    """The font as style rules; empty where its files are missing."""
    return "".join(
        f'@font-face{{font-family:"IBM Plex Sans";font-weight:{weight};font-display:swap;'
        f'src:url("{asset(f"vendor/{name}-{weight}.woff2")}") format("woff2");'
        f"unicode-range:{letters}}}\n"
        for name, letters in FONTS.items()
        for weight in (400, 600)
        if has(f"vendor/{name}-{weight}.woff2")
    )


def danish(text: str, shown: Shown) -> Markup:
    """A Danish name or a club's own words, marked as Danish where the page is not."""
    if shown.language.value == "da":
        return Markup("{}").format(text)
    return Markup('<span lang="da" dir="ltr">{}</span>').format(text)
