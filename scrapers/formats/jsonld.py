"""schema.org in a page: JSON-LD, each block by itself, and microdata.

One broken block must not lose the others, so each is read alone and its fault is a remark.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from parsel import Selector

from scrapers.formats import schemaorg
from scrapers.formats.collecting import Findings
from scrapers.formats.content import html_of, is_cut_off, json_of, text_of, trouble_of_page
from scrapers.formats.plain import without_markup
from scrapers.found import Parsed, SourceInfo, Trouble, Unreadable

_DEEPEST = 20
_MOST_NODES = 50_000


def parse(content: bytes, source: SourceInfo) -> Parsed:
    text = text_of(content, source)
    findings = Findings(source, text.mended)
    nodes: list[tuple[str, schemaorg.Node]] = []
    if text.text.lstrip().startswith(("{", "[")):
        nodes += _walk(json_of(text.text), "", 0)
    else:
        page = html_of(text.text)
        if is_cut_off(text.text):
            findings.remark(Trouble.TRUNCATED, "", "the page has no end")
        blocks = page.css('script[type="application/ld+json" i]')
        broken = 0
        for number, block in enumerate(blocks, start=1):
            at = f"ld+json[{number}]"
            try:
                nodes += _walk(json_of("".join(block.xpath(".//text()").getall())), at, 0)
            except Unreadable as error:
                broken += 1
                findings.remark(Trouble.BROKEN_BLOCK, at, str(error))
        nodes += _microdata(page)
        if not nodes:
            trouble = Trouble.BROKEN_BLOCK if broken else trouble_of_page(text.text)
            raise Unreadable(trouble or Trouble.LAYOUT_CHANGED, "no block of schema.org is left")
    if len(nodes) > _MOST_NODES:
        raise Unreadable(Trouble.TOO_LARGE, f"more than {_MOST_NODES} nodes")
    others = 0
    for at, node in nodes:
        others += not _take(at, node, findings)
    if others == len(nodes):
        findings.empty("", f"{others} nodes, and none is an event, organisation or place")
    return findings.done()


def _walk(value: object, at: str, depth: int) -> Iterator[tuple[str, schemaorg.Node]]:
    """The typed nodes that stand by themselves: at the top, in lists and graphs, and events
    and courses within others."""
    if depth > _DEEPEST:
        raise Unreadable(Trouble.TOO_DEEP, "JSON-LD nested too deeply")
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from _walk(one, f"{at}/{number}", depth + 1)
    elif isinstance(value, dict):
        if schemaorg.types_of(value):
            yield at, value
        for name in ("@graph", "event", "events", "subEvent", "subEvents", "itemListElement",
                     "item", "hasCourseInstance", "mainEntity"):  # fmt: skip
            if name in value:
                yield from _walk(value[name], f"{at}/{name}", depth + 1)


def _take(at: str, node: schemaorg.Node, findings: Findings) -> bool:
    kinds = schemaorg.types_of(node)
    if kinds & schemaorg.EVENTS:
        key = schemaorg.id_of(node) or _own_path(schemaorg.words(node.get("url")))
        if key and schemaorg.is_cancelled(node):
            findings.gone(key, f"{at}/eventStatus")
            return True
        entry = findings.offer(key, at)
        entry.address = findings.link(schemaorg.words(node.get("url")), f"{at}/url")
        schemaorg.event(entry, node, at)
        if key is None and "title" in entry.fields:
            season = entry.fields.get("season")
            title = str(entry.fields["title"].value).casefold()
            entry.key = f"titel:{title} {season.original if season else ''}".strip()
            findings.remark(Trouble.NO_OWN_KEY, at, "title and day serve as its identity")
        return True
    if kinds & schemaorg.PLACES:
        entry = findings.venue(schemaorg.id_of(node) or schemaorg.words(node.get("name")), at)
        schemaorg.venue(entry, node, at)
        return True
    if kinds & schemaorg.ORGANISATIONS:
        entry = findings.organisation(schemaorg.id_of(node), at)
        schemaorg.organisation(entry, node, at)
        return True
    findings.unknown(kinds, schemaorg.OTHER_TYPES, "@type")
    return False


def _own_path(url: str | None) -> str | None:
    """The part of a page's address that tells it from others of the same site."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = parts.path.strip("/")
    return f"{path}?{parts.query}" if parts.query else path or None


# --- microdata: the same nodes, written as attributes -----------------------------------


def _microdata(page: Selector) -> Iterator[tuple[str, schemaorg.Node]]:
    """Items that belong to no other item."""
    items = page.xpath("//*[@itemscope and not(@itemprop)]")
    for number, item in enumerate(items, start=1):
        node = _item(item, 0)
        if schemaorg.types_of(node):
            yield f"microdata[{number}]", node


def _item(item: Selector, depth: int) -> dict[str, Any]:
    if depth > _DEEPEST:
        raise Unreadable(Trouble.TOO_DEEP, "microdata nested too deeply")
    node: dict[str, Any] = {
        "@type": item.attrib.get("itemtype", "").split(),
        "@id": item.attrib.get("itemid"),
    }
    for part in _own_properties(item):
        value = _item(part, depth + 1) if "itemscope" in part.attrib else _value(part)
        for name in part.attrib["itemprop"].split():
            node.setdefault(name, []).append(value)
    return node


def _own_properties(item: Selector) -> Iterator[Selector]:
    """The properties below an item that do not lie in an item of their own."""
    waiting = list(reversed(item.xpath("./*")))
    while waiting:
        part = waiting.pop()
        if "itemprop" in part.attrib:
            yield part
        if "itemscope" not in part.attrib:
            waiting += reversed(part.xpath("./*"))


def _value(part: Selector) -> str:
    for name in ("content", "datetime", "href", "src", "value"):
        if part.attrib.get(name):
            return str(part.attrib[name])
    return without_markup(part.get())
