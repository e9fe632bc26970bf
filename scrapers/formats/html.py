"""A club's own page, read by a recipe: what selects the entries, and each field in them.

One page, a list with further pages, or a list with a page for each entry. A field is
selected by CSS or XPath relative to its entry; `key` is the entry's identity, `detail` the
address of its own page. docs/sources.md shows a recipe.
"""

import re
from collections.abc import Callable, Mapping

from lxml import etree
from parsel import Selector, SelectorList

from catalogue.danish import fold
from catalogue.kinds import OFFER_KINDS
from scrapers.formats.collecting import Findings
from scrapers.formats.content import html_of, is_cut_off, text_of, trouble_of_page
from scrapers.formats.entry import Entry
from scrapers.formats.plain import one_line, without_markup
from scrapers.formats.words import split_address
from scrapers.found import FieldRecipe, PageKind, Parsed, Recipe, SourceInfo, Trouble, Unreadable

FIELDS = (
    "key", "detail", "organisation", "title", "kind", "description", "activities", "venue",
    "address", "postcode", "town", "place", "times", "season", "date", "price", "room",
    "age_from", "age_to", "phone", "email", "website", "stated_on",
)  # fmt: skip
"""What a recipe may name. `place` is an address on one line, `date` when an event is."""
_PLACE = ("venue", "address", "postcode", "town")
_MOST_MATCHES = 50


def parse(content: bytes, source: SourceInfo) -> Parsed:
    recipe = source.recipe
    if recipe is None:
        raise Unreadable(Trouble.RECIPE, "the source has no recipe")
    text = text_of(content, source)
    page = html_of(text.text)
    findings = Findings(source, text.mended)
    if is_cut_off(text.text):
        findings.remark(Trouble.TRUNCATED, "", "the page has no end")
    if source.page is PageKind.DETAIL:
        _detail(page, text.text, recipe, findings)
        return findings.done()
    entries = selected(page, recipe.entries)
    if not all(hasattr(entry.root, "tag") for entry in entries):
        raise Unreadable(Trouble.RECIPE, "entries must be selected as elements")
    if not entries:
        words = one_line(without_markup(text.text)).casefold()
        if recipe.empty is None or recipe.empty.casefold() not in words:
            trouble = trouble_of_page(text.text) or Trouble.LAYOUT_CHANGED
            raise Unreadable(trouble, "nothing is selected as an entry")
        findings.empty(recipe.entries, "the page says that there is nothing at present")
    found: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        found |= _entry(entry, f"{recipe.entries}[{number}]", recipe, findings)
    if entries:
        _check(recipe.fields, found, findings)
    if recipe.next_page is not None:
        for href in selected(page, recipe.next_page).getall()[:1]:
            findings.follow(href, recipe.next_page)
    return findings.done()


def _check(fields: Mapping[str, FieldRecipe], found: set[str], findings: Findings) -> None:
    for name, field in fields.items():
        if name not in found:
            detail = f"no entry has its {name}"
            findings.remark(Trouble.MISSING_PART, field.select, detail)


def selected(node: Selector, select: str) -> SelectorList[Selector]:
    """What CSS or XPath selects. Raises Unreadable for what is neither."""
    try:
        if select.startswith((".//", "./", "/", "(", "@", "string(", "normalize-space(")):
            return node.xpath(select)
        return node.css(select)
    except (ValueError, SyntaxError, TypeError, etree.XPathError) as error:
        reason = f"{select[:60]!r} is neither CSS nor XPath ({error})"
        raise Unreadable(Trouble.RECIPE, reason) from None


def _values(node: Selector, field: FieldRecipe) -> list[str]:
    """The words of what is selected, each without markup and the text that is to go."""
    found = []
    for markup in selected(node, field.select)[:_MOST_MATCHES].getall():
        words = without_markup(markup)
        if field.strip and words.casefold().startswith(field.strip.casefold()):
            words = words[len(field.strip) :].lstrip(" :–-")
        if words:
            found.append(words)
    return found


def _entry(node: Selector, at: str, recipe: Recipe, findings: Findings) -> set[str]:
    """Read one entry; returns the names of the fields that have words."""
    values = {name: _values(node, field) for name, field in recipe.fields.items()}
    if not any(values.values()):
        findings.remark(Trouble.ENTRY_REFUSED, at, "an entry in which nothing is found")
        return set()
    key = _key(node, recipe, values)
    if "key" in recipe.fields and key is None:
        findings.remark(Trouble.NO_OWN_KEY, at, "an entry without its key")
    entry = findings.offer(key, at)
    entry.address = findings.source.address
    _fill(entry, values, at, recipe.fields)
    if "detail" in recipe.fields:
        _follow(node, entry, recipe, at, findings)
    return {name for name, words in values.items() if words}


def _key(node: Selector, recipe: Recipe, values: Mapping[str, list[str]]) -> str | None:
    if values.get("key"):
        return one_line(" ".join(values["key"]))
    if "key" not in recipe.fields and "detail" in recipe.fields:
        return next(iter(selected(node, recipe.fields["detail"].select).getall()), None)
    return None


def _follow(node: Selector, entry: Entry, recipe: Recipe, at: str, findings: Findings) -> None:
    href = selected(node, recipe.fields["detail"].select).get()
    where = f"{at} {recipe.fields['detail'].select}"
    if not recipe.detail:
        entry.address = findings.link(href, where) or entry.address
    elif entry.key is not None:
        entry.address = findings.follow(href, where, key=entry.key) or entry.address


def _detail(page: Selector, text: str, recipe: Recipe, findings: Findings) -> None:
    values = {name: _values(page, field) for name, field in recipe.detail.items()}
    if not any(values.values()):
        trouble = trouble_of_page(text) or Trouble.LAYOUT_CHANGED
        raise Unreadable(trouble, "nothing of what the recipe looks for is there")
    entry = findings.offer(findings.source.key, "page")
    entry.address = findings.source.address
    _fill(entry, values, "page", recipe.detail)
    _check(recipe.detail, {name for name, words in values.items() if words}, findings)


def _fill(
    entry: Entry, values: Mapping[str, list[str]], at: str, fields: Mapping[str, FieldRecipe]
) -> None:
    for name, found in values.items():
        if found and name in _READ:
            _READ[name](entry, "\n".join(found), f"{at} {fields[name].select}")
    _place(entry, values, at)


def _kind(entry: Entry, words: str, at: str) -> None:
    kind = OFFER_KINDS.get(fold(words)[:40])
    if kind is None:
        entry.remark(Trouble.UNUSABLE, at, "kind: no word of the catalogue's list")
    else:
        entry.word("kind", kind, one_line(words), at)


def _place(entry: Entry, values: Mapping[str, list[str]], at: str) -> None:
    parts: dict[str, object] = {}
    if values.get("place"):
        parts |= split_address("\n".join(values["place"]))
    for name in _PLACE:
        if values.get(name):
            parts[name] = ", ".join(values[name])
    if parts:
        entry.place(parts, f"{at} place")


_READ: Mapping[str, Callable[[Entry, str, str], None]] = {
    "organisation": Entry.of_organisation,
    "title": lambda entry, words, at: entry.line("title", words, at),
    "kind": _kind,
    "description": lambda entry, words, at: entry.text("description", words, at),
    "activities": lambda entry, words, at: entry.activities(re.split(r"[|,/\n]", words), at),
    "times": Entry.times,
    "season": Entry.season,
    "date": Entry.one_off,
    "price": Entry.price,
    "room": Entry.room,
    "age_from": lambda entry, words, at: entry.age("age_from", words, at),
    "age_to": lambda entry, words, at: entry.age("age_to", words, at),
    "phone": lambda entry, words, at: entry.contact("phone", words.removeprefix("tel:"), at),
    "email": lambda entry, words, at: entry.contact("email", words.removeprefix("mailto:"), at),
    "website": lambda entry, words, at: entry.contact("website", words, at),
    "stated_on": Entry.stated,
}
