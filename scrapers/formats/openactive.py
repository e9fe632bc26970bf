"""OpenActive's feeds (RPDE): pages of changes in order, with tombstones for what is gone.

A page that holds nothing and points to itself is the end for now, and the place to go on
from later. Rules: Realtime Paged Data Exchange 1.0, as its validator checks them.
"""

from collections.abc import Mapping
from typing import Any

from scrapers.formats import schemaorg
from scrapers.formats.collecting import Findings
from scrapers.formats.content import json_of, refuse_json_error, text_of
from scrapers.found import Parsed, SourceInfo, Trouble, Unreadable

_OFFERS = {"SessionSeries", "ScheduledSession", "Event", "CourseInstance", "OnDemandEvent"}


def parse(content: bytes, source: SourceInfo) -> Parsed:
    text = text_of(content, source)
    page = json_of(text.text)
    refuse_json_error(page)
    if not isinstance(page, Mapping):
        raise Unreadable(Trouble.WRONG_FORM, "a page of a feed is an object")
    items, following = page.get("items"), page.get("next")
    if not isinstance(items, list) or not isinstance(following, str):
        raise Unreadable(Trouble.LAYOUT_CHANGED, "a page of a feed has items and next")
    findings = Findings(source, text.mended)
    if not isinstance(page.get("license"), str):
        findings.remark(Trouble.MISSING_PART, "/license", "the feed states no licence")
    target = findings.address(following, "/next")
    if target is None:
        raise Unreadable(Trouble.WRONG_FORM, "the next page lies elsewhere")
    if not items:
        if target != source.address:
            findings.remark(Trouble.UNSURE, "/next", "an empty page that is not the last")
            findings.follow(target, "/next")
        findings.resume = target
    elif target == source.address:
        raise Unreadable(Trouble.WRONG_FORM, "a page with items that points to itself")
    else:
        findings.follow(target, "/next")
    _items(items, findings)
    return findings.done()


def _items(items: list[Any], findings: Findings) -> None:
    """Take in the items; of one id the last counts, since a feed is in order of change."""
    latest: dict[str, tuple[int, Mapping[str, Any]]] = {}
    usable, before = 0, -1
    for number, item in enumerate(items):
        at = f"/items/{number}"
        key = _key(item)
        if key is None or not isinstance(item, Mapping):
            findings.remark(Trouble.ENTRY_REFUSED, at, "an item without id, state or data")
            continue
        usable += 1
        modified = item.get("modified")
        if isinstance(modified, int) and not isinstance(modified, bool):
            if modified < before:
                findings.remark(Trouble.CONTRADICTION, f"{at}/modified", "not in order of change")
            before = max(before, modified)
        if key in latest:
            findings.remark(
                Trouble.DUPLICATE_KEY, at, f"as /items/{latest[key][0]}; the later counts"
            )
        latest[key] = number, item
    if items and not usable:
        raise Unreadable(Trouble.LAYOUT_CHANGED, "not one item has id, state and data")
    for key, (number, item) in latest.items():
        _item(key, item, f"/items/{number}", findings)


def _key(item: object) -> str | None:
    if not isinstance(item, Mapping):
        return None
    key, state = item.get("id"), item.get("state")
    if not isinstance(key, str | int) or isinstance(key, bool) or not str(key).strip():
        return None
    if state == "deleted" or (state == "updated" and isinstance(item.get("data"), Mapping)):
        return " ".join(str(key).split())[:200]
    return None


def _item(key: str, item: Mapping[str, Any], at: str, findings: Findings) -> None:
    if item["state"] == "deleted":
        findings.gone(key, at)
        return
    node = item["data"]
    kinds = schemaorg.types_of(node) | {str(item.get("kind"))}
    if not kinds & _OFFERS:
        findings.remark(Trouble.UNSURE, f"{at}/kind", "an item of a kind that is no offer")
        findings.has_empty_list = True
        return
    if schemaorg.is_cancelled(node):
        findings.gone(key, f"{at}/data/eventStatus")
        return
    if isinstance(node.get("superEvent"), str):
        findings.remark(Trouble.UNSURE, f"{at}/data/superEvent", "one date of a series elsewhere")
        findings.has_empty_list = True
        return
    entry = findings.offer(key, at)
    merged = _with_parents(node)
    entry.address = findings.link(schemaorg.words(merged.get("url")), f"{at}/data/url")
    schemaorg.event(entry, merged, f"{at}/data")


def _with_parents(node: Mapping[str, Any]) -> dict[str, Any]:
    """A session with what its series says of it, two levels up at most."""
    merged = dict(node)
    parent = node.get("superEvent")
    for _ in range(2):
        if not isinstance(parent, Mapping):
            break
        merged = {
            **{name: value for name, value in parent.items() if name != "eventSchedule"},
            **merged,
        }
        parent = parent.get("superEvent")
    return merged
