"""Conventus' list of activities: HTML, one block `con_activity` a team, without weekdays."""

import re

from parsel import Selector

from catalogue.kinds import OfferKind
from catalogue.schedules import Schedule
from scrapers.formats import conventus
from scrapers.formats.collecting import Findings
from scrapers.formats.content import html_of, is_cut_off, text_of, trouble_of_page
from scrapers.formats.entry import Entry
from scrapers.formats.plain import without_markup
from scrapers.found import Parsed, SourceInfo, Trouble, Unreadable

_TEAM = re.compile(r"\burl_([0-9]{1,10})\s*=|\bgruppe=([0-9]{1,10})")
_WHEN = re.compile(r"(?i)(?:d\. ?)?(?P<days>.{3,60}?)(?: ?[-–,] ?(?P<times>kl\b.{0,60}))?")
_NOTHING = re.compile(r"(?i)ingen (?:\w+ )?(?:hold|aktiviteter)")


def parse(content: bytes, source: SourceInfo) -> Parsed:
    text = text_of(content, source)
    club = conventus.association(source, "foreningsid", "forening")
    page = html_of(text.text)
    findings = Findings(source, text.mended)
    if is_cut_off(text.text):
        findings.remark(Trouble.TRUNCATED, "", "the page has no end")
    kinds = {
        option.attrib.get("value", ""): without_markup(option.get())
        for option in page.css("select#input_activity_type option")
    }
    blocks = page.css("div.con_activity")
    if not blocks:
        _without_blocks(page, text.text, findings)
    elif not any(kinds):
        findings.remark(Trouble.MISSING_PART, "select#input_activity_type", "no list of activities")
    for number, block in enumerate(blocks, start=1):
        _team(block, f"div.con_activity[{number}]", club, kinds, findings)
    marked = len(page.css("[data-activity_type]"))
    if blocks and marked > len(blocks):
        detail = f"{marked} blocks have a type, {len(blocks)} are blocks of a team"
        findings.remark(Trouble.STRAY_ENTRY, "[data-activity_type]", detail)
    return findings.done(expected=("season", "activities"))


def _without_blocks(page: Selector, text: str, findings: Findings) -> None:
    if page.css("[data-activity_type], h2 + span.periode"):
        raise Unreadable(Trouble.LAYOUT_CHANGED, "activities, but no block of a team")
    if page.css("select#input_activity_type") or _NOTHING.search(without_markup(text)):
        findings.empty("div.con_activity", "the list of activities holds no team")
        return
    raise Unreadable(trouble_of_page(text) or Trouble.LAYOUT_CHANGED, "no block of a team")


def _team(block: Selector, at: str, club: str, kinds: dict[str, str], findings: Findings) -> None:
    found = _TEAM.search(block.get())
    team = next(filter(None, found.groups())) if found else None
    entry = findings.offer(conventus.team_key(club, team) if team else None, at)
    entry.line("title", block.css("h2").get(), f"{at} h2")
    entry.word("kind", OfferKind.TEAM, "", at)
    entry.address = findings.source.address
    kind = block.attrib.get("data-activity_type", "")
    if kind in kinds:
        entry.activities([kinds[kind]], f"{at} @data-activity_type")
    elif kind and kinds:
        where = f"{at} @data-activity_type"
        findings.remark(Trouble.UNUSABLE, where, "a type that the list of activities lacks")
    _when(entry, block.css("span.periode").get(), f"{at} span.periode")


def _when(entry: Entry, markup: str | None, at: str) -> None:
    """`D. 01.08 - 31.07 - kl. 16:30 - 18:00`: a season, and a time of an unknown weekday."""
    words = entry.cleaned(markup, at, numbers=False)
    found = _WHEN.fullmatch(words)
    if found is None:
        entry.times(words, at)
        return
    entry.season(found["days"], at)
    if found["times"]:
        entry.schedule(Schedule(original=found["times"]), found["times"], at)
