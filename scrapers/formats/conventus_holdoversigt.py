"""Conventus' overview of teams: a script that writes HTML, one panel a team.

The panel's heading holds the title to the left and the price to the right; each `field`
below it is a period, a time, the places left, or something else in words.
"""

import re

from parsel import Selector

from catalogue.dates import read_period
from catalogue.errors import Invalid
from catalogue.kinds import OfferKind
from catalogue.reading import read_times
from scrapers.formats import conventus
from scrapers.formats.collecting import Findings
from scrapers.formats.content import (
    html_of,
    is_cut_off,
    is_html,
    says_error,
    text_of,
    trouble_of_page,
)
from scrapers.formats.entry import Entry
from scrapers.formats.javascript import written
from scrapers.formats.plain import without_markup
from scrapers.formats.words import room_in
from scrapers.found import Parsed, SourceInfo, Trouble, Unreadable

_TEAM = re.compile(r"new_tilmelding\.php\?[^\s'\"<>]{0,500}?\b(?:gruppe|holdid|hold)=([0-9]{1,10})")
_LABEL = re.compile(
    r"(?i)(?:periode|sæson|tid(?: og sted)?|tidspunkt|træning(?:stid)?|hvornår)\s*:\s*"
)
_WEEKDAY = re.compile(r"(?i)\b(?:man|tirs|ons|tors|fre|lør|søn)dag(?:e|en)?\b")
_ROOM = re.compile(r"(?i)ledige pladser|venteliste|available|fuldt (?:booket|hold)")
_DATES = re.compile(r"[0-9]{1,2}[-./][0-9]{1,2}(?:[-./][0-9]{4})?\s*[-–]\s*[0-9]{1,2}[-./]")
_NOISE = re.compile(
    r"(?i)^(?:tilmelding|betaling|registration|payment|læs mere|vis mere)\b.{0,40}$"
)
_NOTHING = re.compile(
    r"(?i)(?:ingen|der er (?:pt\. |i øjeblikket )?ingen|no) (?:\w+ )?(?:hold|teams)"
)


def parse(content: bytes, source: SourceInfo) -> Parsed:
    text = text_of(content, source)
    club = conventus.association(source, "foreningsid", "forening")
    markup = text.text
    if is_html(markup):
        if "panel" not in markup:
            trouble = trouble_of_page(markup) or Trouble.LAYOUT_CHANGED
            raise Unreadable(trouble, "a page without a panel of a team")
    elif "document" not in markup and says_error(markup):
        raise Unreadable(Trouble.ERROR_TEXT, "an error text instead of the overview")
    else:
        markup = written(markup)
    findings = Findings(source, text.mended)
    if is_cut_off(markup):
        findings.remark(Trouble.TRUNCATED, "", "the page has no end")
    if not markup.strip():
        findings.empty("document.write", "the script writes nothing")
        return findings.done()
    page = html_of(markup)
    panels = page.css("div.panel")
    if not panels:
        _without_panels(markup, findings)
    for number, panel in enumerate(panels, start=1):
        _team(panel, f"div.panel[{number}]", club, findings)
    in_panels = {key for panel in panels for key in _TEAM.findall(panel.get())}
    for team in sorted(set(_TEAM.findall(markup)) - in_panels):
        findings.remark(Trouble.STRAY_ENTRY, f"gruppe={team}", "a sign-up outside every panel")
    return findings.done(expected=("price", "season", "times"))


def _without_panels(markup: str, findings: Findings) -> None:
    if _TEAM.search(markup):
        raise Unreadable(Trouble.LAYOUT_CHANGED, "sign-ups of teams, but no panel of one")
    if _NOTHING.search(without_markup(markup)):
        findings.empty("document.write", "the overview says that there are no teams")
        return
    trouble = trouble_of_page(markup) or Trouble.LAYOUT_CHANGED
    raise Unreadable(trouble, "no panel of a team")


def _team(panel: Selector, at: str, club: str, findings: Findings) -> None:
    teams = list(dict.fromkeys(_TEAM.findall(panel.get())))
    if len(teams) > 1:
        findings.remark(Trouble.STRAY_ENTRY, at, "a panel with the sign-ups of several teams")
    entry = findings.offer(conventus.team_key(club, teams[0]) if teams else None, at)
    entry.line("title", panel.css("span.pull-left").get(), f"{at} span.pull-left")
    entry.price(panel.css("span.pull-right").get(), f"{at} span.pull-right")
    entry.word("kind", OfferKind.TEAM, "", at)
    entry.address = findings.source.address
    others: list[str] = []
    for number, field in enumerate(panel.css("div.field"), start=1):
        others += _field(entry, field.get(), f"{at} div.field[{number}]")
    if others:
        entry.text("description", "\n".join(others), f"{at} div.field")
    if entry.key is None and "title" in entry.fields:
        entry.key = conventus.team_key(club, f"titel:{str(entry.fields['title'].value).casefold()}")
        findings.remark(Trouble.NO_OWN_KEY, at, "a team without a sign-up; its title serves")


def _field(entry: Entry, markup: str, at: str) -> list[str]:
    """Read one `field` by what stands in it; returns the lines that are of no kind."""
    others = []
    for line in without_markup(markup).split("\n"):
        words = _LABEL.sub("", line, count=1).strip()
        if not words or _NOISE.match(words):
            continue
        if _ROOM.search(words) and room_in(words) is not None:
            entry.room(words, at)
        elif _DATES.match(words) or _is_period(words, entry):
            entry.season(words, at)
        elif _WEEKDAY.search(words) or read_times(words).meetings:
            entry.times(words, at)
        else:
            others.append(words)
    return others


def _is_period(words: str, entry: Entry) -> bool:
    try:
        return read_period(words, entry.on) is not None
    except Invalid:
        return True
