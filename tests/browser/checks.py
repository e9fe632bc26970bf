"""The gate's criteria, each a function from a page in a real browser to what is wrong with it."""

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from api.wording import Language, sentence

TOOLS = Path(__file__).parent / "tools" / "node_modules"
_GATE = (Path(__file__).parent / "gate.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LEAST_TARGET_PX = 44
MOST_STOPS = 120
"""Tab stops that are looked at on one page; a page with more is cut off there."""
# What says its own name on a page in another script.
_NAMES = "CPR|DAGI|DAWA|GeoNames|CC BY(-SA)?|cookie|PDF|QR|OpenMoji|Tabler|IBM Plex Sans|OFL|MIT"
_FOREIGN = {
    Language.UK: "[A-Za-zæøåÆØÅ]{2}",
    Language.AR: "[A-Za-zæøåÆØÅ]{2}",
    Language.EN: "[æøåÆØÅ]",
}


@cache
def axe_source() -> str:
    """axe-core as npm has it. Raises OSError where `scripts/browser-tools` has not run."""
    return (TOOLS / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def prepare(page: Page) -> None:
    """Make the checks callable. Injected by evaluation, so the page's own policy stays in force."""
    page.evaluate(_GATE)


def ask(page: Page, call: str, argument: object = None) -> list[str]:
    """The faults that one function of gate.js finds."""
    given = "" if argument is None else json.dumps(argument)
    return [str(one) for one in page.evaluate(f"gate.{call}({given})") or []]


def axe(page: Page) -> tuple[list[str], list[tuple[str, str]]]:
    """(violations, nodes that need a person's eye as rule and selector)."""
    page.evaluate(axe_source())
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags},"
        " resultTypes: ['violations', 'incomplete']})",
        TAGS,
    )
    violations = [
        f"{rule['id']}: {' '.join(map(str, node['target']))}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    review = [
        (str(rule["id"]), " ".join(map(str, node["target"])))
        for rule in found["incomplete"]
        for node in rule["nodes"]
    ]
    return violations, review


def kept(page: Page) -> list[str]:
    """What the page has put into the browser's stores. One that it shuts itself holds nothing."""
    return [
        f"{name} holds something"
        for name in ("localStorage", "sessionStorage")
        if page.evaluate(f"(() => {{ try {{ return {name}.length }} catch {{ return 0 }} }})()")
    ]


def structure(page: Page, language: Language) -> list[str]:
    """lang, dir, one h1, no skipped level, and a title that ends in the service's name."""
    wanted = {
        "language": language.value,
        "direction": language.direction,
        "service": sentence("page.title", language=language),
    }
    return ask(page, "structure", wanted)


def right_language(page: Page, language: Language) -> list[str]:
    """Words in another language than the one that their element says."""
    if language not in _FOREIGN:
        return []
    return ask(page, "language", {"foreign": _FOREIGN[language], "names": _NAMES})


def keyboard(page: Page) -> list[str]:
    """Each stop of Tab shows that it has the focus, on the screen, and none holds it."""
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    faults: list[str] = []
    seen: set[str] = set()
    last = ""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate("gate.focus()")
        if stop is None:
            return faults  # past the end
        if stop["key"] == last:
            return [*faults, "Tab does not leave an element"]
        if stop["key"] in seen:
            return faults  # round again, or the next radio of a group
        seen.add(stop["key"])
        last = stop["key"]
        faults += stop["faults"]
    return faults


def reflow(page: Page) -> list[str]:
    """No sideways scroll at 320 px, and at 1280 x 1024 px enlarged to 400 %."""
    before = page.viewport_size
    assert before is not None
    faults = []
    for width, height in ((320, 640), (320, 256)):
        page.set_viewport_size({"width": width, "height": height})
        faults += [f"at {width} x {height}: {one}" for one in ask(page, "sideways")]
    page.set_viewport_size(before)
    return faults


def spacing(page: Page) -> list[str]:
    """Nothing is cut with the spacing of WCAG 1.4.12, nor with text of double size.

    Double text on a screen of 320 px is what WCAG asks of neither 1.4.4 nor 1.4.10: there
    only what is cut counts.
    """
    size = page.viewport_size
    assert size is not None
    ask(page, "spaced", True)
    faults = [f"spaced: {one}" for one in [*ask(page, "sideways"), *ask(page, "cut")]]
    ask(page, "spaced", False)
    faults += ask(page, "enlarged", True)
    wide = ask(page, "sideways") if size["width"] >= 768 else []
    faults += [f"200 %: {one}" for one in [*wide, *ask(page, "cut")]]
    ask(page, "enlarged", False)
    return faults


def targets(page: Page, least: int = LEAST_TARGET_PX) -> list[str]:
    """Controls smaller than `least` CSS px in either direction."""
    return ask(page, "targets", least)


def forced_colours(page: Page, most: int = 2) -> list[str]:
    """On and off look different, and parts have borders, in both palettes of forced colours."""
    faults: list[str] = []
    controls = page.evaluate(f"gate.switches({most})")
    for scheme in ("light", "dark"):
        page.emulate_media(forced_colors="active", color_scheme=scheme)
        faults += [f"{scheme}: {one}" for one in ask(page, "borders")]
        for control in controls:
            pictures = []
            for state in (True, False):
                page.evaluate(
                    "([place, state]) => { const one = document.querySelector("
                    "`[data-gate-switch='${place}']`); one.checked = state; one.blur() }",
                    [control["place"], state],
                )
                label = page.locator(f"label:has([data-gate-switch='{control['place']}'])")
                if label.count() == 0:
                    label = page.locator(f"[data-gate-switch='{control['place']}'] + label")
                pictures.append(label.first.screenshot(animations="disabled", caret="hide"))
            if pictures[0] == pictures[1]:
                faults.append(f"{scheme}: {control['name']} looks the same on and off")
    page.emulate_media(forced_colors="none", color_scheme="light")
    return faults


def printed(page: Page) -> list[str]:
    """No navigation, black on white, no card over two pages."""
    page.emulate_media(media="print")
    faults = ask(page, "print")
    page.emulate_media(media="screen")
    return faults


def still(page: Page) -> list[str]:
    """What moves although less motion was asked for."""
    page.emulate_media(reduced_motion="reduce")
    faults = ask(page, "motion")
    page.emulate_media(reduced_motion="no-preference")
    return faults


def lix(texts: Sequence[str]) -> float:
    """Words a sentence, and the share of words over six letters in per cent (Björnsson 1968)."""
    text = "\n".join(re.sub(r"\b(ca|kr|kl|pr)\.", r"\1", one) for one in texts)
    words = re.findall(r"[A-Za-zÆØÅæøå0-9]+", text)
    sentences = max(1, len(re.findall(r"[.:?!\n]+", text)))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / max(1, len(words))


def readable(page: Page, highest: float) -> list[str]:
    """Whether the page's own Danish sentences are easy, where there are 50 words of them."""
    texts = ask(page, "sentences")
    if sum(len(one.split()) for one in texts) < 50:
        return []
    found = lix(texts)
    return [] if found <= highest else [f"LIX {found:.0f}, over {highest:.0f}"]


def unreviewed(
    found: Iterable[tuple[str, str]], reviewed: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """What needs a person's eye and has not had it. reviewed: rule and pattern of selectors."""
    return [
        (rule, selector)
        for rule, selector in found
        if not any(rule == one and re.search(pattern, selector) for one, pattern in reviewed)
    ]
