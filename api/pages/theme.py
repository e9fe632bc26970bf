"""A municipality's own colours, where they can be read, as a small style sheet."""

import re

import structlog

from api.pages.front_end import font_faces
from catalogue.errors import Invalid

_log = structlog.get_logger()
TOKENS = ("kommune", "kommune-hover", "kommune-tint", "on-kommune")
LIGHT = ("#0f4c66", "#093546", "#e3eef2", "#ffffff")
DARK = ("#9bd0e6", "#c4e5f2", "#1d3742", "#0b1e27")
"""The default colours, in the order of TOKENS."""
_GROUNDS = {"light": ("#ffffff", "#eff4f5", "#fdf6e3"), "dark": ("#121c21", "#1a272d", "#2a261b")}
"""What the colour stands on: page, tint and warm."""
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
_HEX = re.compile(r"#[0-9a-f]{6}")

Colours = tuple[str, ...]


def parse_colours(text: str, name: str) -> Colours:
    """Four colours, written `#0f4c66 #093546 #e3eef2 #ffffff`. Raises Invalid naming `name`."""
    colours = tuple(text.lower().split())
    if len(colours) != len(TOKENS) or not all(_HEX.fullmatch(one) for one in colours):
        raise Invalid(f"{name}: write four colours as #0f4c66, for {', '.join(TOKENS)}")
    return colours


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1..21. Source: WCAG 2.2, relative luminance."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def least_contrast(colours: Colours, scheme: str) -> float:
    """The weakest contrast in which the colours are used. scheme: light or dark."""
    kommune, hover, tint, on = colours
    pairs = [(kommune, ground) for ground in (*_GROUNDS[scheme], tint)]
    pairs += [(on, kommune), (on, hover), (hover, tint)]
    return min(contrast(one, other) for one, other in pairs)


def style_sheet(light: Colours | None, dark: Colours | None) -> str:
    """The fonts, and the colours that can be read; the log says which were refused.

    None = the default of the style sheet. On paper everything is black, so only for screens.
    """
    sheet = font_faces()
    for scheme, colours in (("light", light), ("dark", dark)):
        if colours is None:
            continue
        least = least_contrast(colours, scheme)
        if least < LEAST_CONTRAST:
            _log.warning("colours refused", scheme=scheme, contrast=round(least, 1), least=4.5)
            continue
        rules = [f"--{name}:{colour}" for name, colour in zip(TOKENS, colours, strict=True)]
        if scheme == "light":
            rules.append(f"--head:{colours[0]}")
        sheet += (
            f"@media screen and (prefers-color-scheme:{scheme}){{:root{{{';'.join(rules)}}}}}\n"
        )
    return sheet
