"""The front-end files, from node_modules into api/pages/static/vendor.

    python -m scripts.front_end          make them, and check them against the list
    python -m scripts.front_end --list   make them, and write the list anew

The list (api/pages/front_end.csv) names each file's package, version, licence and checksum, so
that what is served is what somebody looked at. Fonts are cut to the letters of Latin-1, and the
icons that the pages use are put together in one file, and so are the pictures of the interest
groups, which stand on every list; everything else is copied as it is.
"""

import csv
import hashlib
import json
import re
import shutil
import sys
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from api.pages.interests import INTERESTS
from catalogue.vocabulary import load_vocabulary

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "api" / "pages" / "static" / "vendor"
LIST = ROOT / "api" / "pages" / "front_end.csv"
HEADINGS = ("file", "package", "version", "licence", "sha256")

COPIED = {
    "htmx.js": ("htmx.org", "dist/htmx.min.js"),
    "leaflet.js": ("leaflet", "dist/leaflet.js"),
    "leaflet.css": ("leaflet", "dist/leaflet.css"),
    "markercluster.js": ("leaflet.markercluster", "dist/leaflet.markercluster.js"),
    "markercluster.css": ("leaflet.markercluster", "dist/MarkerCluster.css"),
}
GROUPS = tuple(interest.picture for interest in INTERESTS.values())
"""Pictures of the interest groups; those of the activities stand in the vocabulary."""
STEP_PICTURES = ("267F 1F6BD 1FA91 1F92B 1F465 1F44B 1F46D 1F331 1F6B2 1F68C 1F697").split()
"""Pictures to choose from in "Find noget til mig" (api.pages.answers and api.pages.steps)."""
ICONS = (
    "search adjustments-horizontal chevron-down chevron-left chevron-right x check question-mark"
    " minus plus clock map-pin cash phone bookmark volume printer arrow-left arrow-right"
    " arrow-back-up message-question pencil alert-circle letter-case photo door-enter users"
    " heart-handshake calendar calendar-plus map list current-location language bus car walk bike"
    " wheelchair qrcode download mail external-link info-circle trash home player-stop file-text"
    " device-floppy refresh eye friends mood-smile"
).split()
_LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *map(ord, "–—‘’‚“”„…•€−\u2011\u202f\u2009"),
]
_FEATURES = ["kern", "mark", "mkmk", "tnum", "lnum", "locl", "ccmp"]


@dataclass(frozen=True, slots=True)
class Package:
    """What a package's own package.json says of it."""

    name: str
    version: str
    licence: str

    @classmethod
    def of(cls, name: str) -> "Package":
        told = json.loads((MODULES / name / "package.json").read_text(encoding="utf-8"))
        return cls(name, told["version"], told["license"])


def main() -> None:
    made = front_end()
    shutil.rmtree(VENDOR, ignore_errors=True)
    for name, (content, _) in made.items():
        file = VENDOR / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    text = listed(made)
    if sys.argv[1:] == ["--list"]:
        LIST.write_text(text, encoding="utf-8")
    elif LIST.read_text(encoding="utf-8") != text:
        raise SystemExit(
            "front end: files differ from api/pages/front_end.csv; see git diff after"
            " python -m scripts.front_end --list"
        )
    size = sum(len(content) for content, _ in made.values())
    print(f"{len(made)} front-end files, {size / 1e6:.1f} MB", file=sys.stderr)


def front_end() -> dict[str, tuple[bytes, Package]]:
    """Every file with its package, by its name in the vendor folder."""
    made: dict[str, tuple[bytes, Package]] = {}
    for name, (package, path) in COPIED.items():
        made[name] = ((MODULES / package / path).read_bytes(), Package.of(package))
    plex = "@fontsource/ibm-plex-sans"
    for weight in (400, 600):
        font = MODULES / plex / "files" / f"ibm-plex-sans-latin-{weight}-normal.woff2"
        made[f"plex-latin-{weight}.woff2"] = (latin(font), Package.of(plex))
    codes = {activity.openmoji for activity in load_vocabulary().activities}
    for code in sorted(codes.union(GROUPS, STEP_PICTURES)):
        for kind in ("color", "black"):
            file = MODULES / "openmoji" / kind / "svg" / f"{code}.svg"
            made[f"openmoji/{kind}/{code}.svg"] = (file.read_bytes(), Package.of("openmoji"))
    made["groups.svg"] = (groups(), Package.of("openmoji"))
    made["icons.svg"] = (sprite(), Package.of("@tabler/icons"))
    return dict(sorted(made.items()))


def latin(file: Path) -> bytes:
    """A font with the letters of Latin-1 and our punctuation alone, as woff2."""
    options = Options()
    options.flavor = "woff2"
    options.layout_features = _FEATURES
    options.hinting = False
    options.desubroutinize = True
    options.name_IDs = [0, 1, 2, 13, 14]  # the name and the licence stay with it
    font = TTFont(file, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=_LATIN)
    subsetter.subset(font)
    font.flavor = "woff2"
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def sprite() -> bytes:
    """The icons as symbols of one SVG file."""
    symbols = []
    for name in ICONS:
        text = (MODULES / "@tabler/icons" / "icons" / "outline" / f"{name}.svg").read_text("utf-8")
        inner = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
        assert inner is not None
        parts = re.sub(r"\s+", " ", re.sub(r"<!--.*?-->", "", inner[1], flags=re.DOTALL)).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{parts}</symbol>')
    body = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'.encode()


def groups() -> bytes:
    """The colour pictures of the interest groups below each other, each a view by its code."""
    parts = []
    for place, code in enumerate(GROUPS):
        text = (MODULES / "openmoji" / "color" / "svg" / f"{code}.svg").read_text("utf-8")
        inner = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
        assert inner is not None
        drawn = re.sub(r">\s+<", "><", re.sub(r' id="[^"]*"', "", inner[1])).strip()
        parts.append(
            f'<view id="{code}" viewBox="0 {72 * place} 72 72"/>'
            f'<g transform="translate(0 {72 * place})">{drawn}</g>'
        )
    body = "\n".join(parts)
    size = f'viewBox="0 0 72 {72 * len(GROUPS)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n{body}\n</svg>\n'.encode()


def listed(made: dict[str, tuple[bytes, Package]]) -> str:
    """The list of the files as CSV."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADINGS)
    for name, (content, package) in made.items():
        checksum = hashlib.sha256(content).hexdigest()
        writer.writerow((name, package.name, package.version, package.licence, checksum))
    return out.getvalue()


if __name__ == "__main__":
    main()
