"""RSS and Atom: what a club announces. Each entry is an announcement, so an event.

News are not offers: an entry without a day in its title or text becomes no offer, and the
day on which it was published is never taken for the day on which something happens.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element

from catalogue.dates import OneOff, read_one_off
from catalogue.errors import Invalid
from catalogue.kinds import OfferKind
from scrapers.formats import clock
from scrapers.formats.collecting import Findings
from scrapers.formats.content import local_name, text_of, xml_of
from scrapers.formats.entry import Entry
from scrapers.formats.plain import without_markup
from scrapers.found import Parsed, SourceInfo, Trouble, Unreadable

_ROOTS = {"rss", "RDF", "feed"}
_DATE = re.compile(
    r"(?i)(?:\b(?:man|tirs?|ons|tors?|fre|lør|søn)(?:dag)?\.? ?(?:den |d\. ?)?)?"
    r"(?:\b[0-9]{1,2}\. ?(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-z]*\.? [0-9]{4}"
    r"|\b[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{4})(?:,? ?kl\.? ?[0-9:. –-]{1,20}[0-9])?"
)


def parse(content: bytes, source: SourceInfo) -> Parsed:
    text = text_of(content, source)
    root = xml_of(text.text)
    if local_name(root) not in _ROOTS:
        raise Unreadable(Trouble.WRONG_FORM, "neither RSS nor Atom")
    findings = Findings(source, text.mended)
    entries = [one for one in root.iter() if local_name(one) in ("item", "entry")]
    if not entries:
        if local_name(root) == "rss" and not any(local_name(one) == "channel" for one in root):
            raise Unreadable(Trouble.LAYOUT_CHANGED, "RSS without a channel")
        findings.empty(local_name(root), "the feed has no entries")
    undated = 0
    for number, entry in enumerate(entries, start=1):
        undated += not _entry(entry, f"{local_name(entry)}[{number}]", findings)
    if undated:
        findings.remark(Trouble.UNSURE, "", f"{undated} of {len(entries)} entries name no day")
    if entries and undated == len(entries):
        findings.empty(local_name(root), "the feed holds news, and no day of anything")
    if entries and not any(_text(one, "title") for one in entries):
        raise Unreadable(Trouble.LAYOUT_CHANGED, "not one entry has a title")
    return findings.done()


_KNOWN = set(
    "title description summary content encoded link guid id category pubDate updated published"
    " date author creator enclosure comments source startdate dtstart start enddate".split()
)


def _entry(node: Element, at: str, findings: Findings) -> bool:
    """Read an entry; returns whether it names a day and is an offer."""
    findings.unknown([local_name(child) for child in node], _KNOWN, local_name(node))
    title = _text(node, "title")
    body = _text(node, "description", "summary", "content", "encoded")
    try:
        when, words = _when(node, title, body)
    except Invalid as error:
        findings.remark(Trouble.CONTRADICTION, at, f"date: {error}")
        return False
    if when is None:
        return False
    entry = findings.offer(_text(node, "guid", "id") or _link(node), at)
    entry.line("title", title, f"{at}/title")
    entry.text("description", body, f"{at}/description")
    entry.word("kind", OfferKind.EVENT, "", at)
    entry.address = findings.link(_link(node), f"{at}/link")
    entry.activities([_text(one, "") for one in node if local_name(one) == "category"], at)
    entry.period(when.period, words, at)
    entry.schedule(when.schedule, words, at)
    _published(entry, node, at)
    return True


def _when(node: Element, title: str | None, body: str | None) -> tuple[OneOff | None, str]:
    """The one day that the words name; none if they name several."""
    start = _text(node, "startdate", "dtstart", "start")
    moment = clock.moment(start)
    if start and isinstance(moment, datetime):
        said = f"{moment:%d-%m-%Y} kl. {moment:%H:%M}"
        return read_one_off(said), start
    for words in (title, body):
        found = list(dict.fromkeys(one[0] for one in _DATE.finditer(without_markup(words or ""))))
        if len(found) == 1:
            return read_one_off(found[0]), found[0]
        if found:
            break
    return None, ""


def _published(entry: Entry, node: Element, at: str) -> None:
    words = _text(node, "pubDate", "updated", "published", "date")
    if words is None:
        return
    found = clock.moment(words)
    if found is None:
        try:
            found = clock.on_the_wall(parsedate_to_datetime(words[:60]).astimezone(UTC))
        except (ValueError, OverflowError, TypeError, IndexError):
            entry.remark(Trouble.UNUSABLE, f"{at}/pubDate", "no day of publishing")
            return
    entry.stated(clock.day_of(found).isoformat(), f"{at}/pubDate")


def _link(node: Element) -> str | None:
    for child in node:
        if local_name(child) == "link":
            return child.get("href") or child.text
    return None


def _text(node: Element, *names: str) -> str | None:
    """The text of the first child of these names, or of the node itself for the name ''."""
    if names == ("",):
        return node.get("term") or node.text
    for name in names:
        for child in node:
            if local_name(child) == name:
                words = "".join(child.itertext()).strip()
                if words:
                    return words
    return None
