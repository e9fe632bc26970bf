"""Kultunaut's events: a list (HTML, or HTML in JSON in a call), and each event's own page.

The list has no street address; the event's own page does, so it is asked for as well.
"""

import re
from urllib.parse import urlencode, urljoin, urlsplit

from parsel import Selector

from catalogue.kinds import OfferKind
from scrapers.formats.collecting import Findings
from scrapers.formats.content import (
    html_of,
    is_cut_off,
    is_html,
    json_of,
    refuse_json_error,
    says_error,
    text_of,
    trouble_of_page,
)
from scrapers.formats.entry import Entry
from scrapers.formats.javascript import argument
from scrapers.formats.plain import without_markup
from scrapers.formats.words import split_address
from scrapers.found import PageKind, Parsed, SourceInfo, Trouble, Unreadable

_NUMBER = re.compile(r"[0-9]{1,12}")
_TYPE = re.compile(r"/perl/[\w-]{1,30}/(type-[\w-]{1,40})")
_DATE = re.compile(r"(?i)\b(?:man|tirs?|ons|tors?|fre|lør|søn)(?:dag)?\.|[0-9]{1,2}\. ?[a-zæøå]{3}")
_PRICE = re.compile(
    r"(?i)\b(?:(?:entr[eé]|pris|billet(?:pris)?)\s*:?\s*([^\n.]{1,30}?kr\b\.?)"
    r"|(fri entr[eé]|gratis (?:adgang|entr[eé])))"
)
_LATLON = re.compile(r"Lat:\s*([0-9.]{4,20}).{0,40}?Lon:\s*([0-9.]{4,20})", re.DOTALL)
_NOTHING = re.compile(r"(?i)(?:ingen|0) (?:\w+ )?(?:arrangementer|resultater|begivenheder)")


def parse(content: bytes, source: SourceInfo) -> Parsed:
    text = text_of(content, source)
    findings = Findings(source, text.mended)
    if source.page is PageKind.DETAIL:
        return _detail(text.text, source, findings)
    markup = text.text
    if not is_html(markup) and not markup.lstrip().startswith("<"):
        markup = _wrapped(markup)
    if is_cut_off(markup):
        findings.remark(Trouble.TRUNCATED, "", "the page has no end")
    page = html_of(markup or "<p></p>")
    cards = page.css("[data-arrnr]")
    if not cards:
        _without_cards(markup, page, findings)
    for number, card in enumerate(cards, start=1):
        _card(card, f"[data-arrnr][{number}]", findings)
    outside = len(page.css("a[href*='ArrNr=']")) and not cards.css("a[href*='ArrNr=']")
    if cards and outside:
        findings.remark(Trouble.STRAY_ENTRY, "a[href*=ArrNr]", "events outside every card")
    for link in page.css("a[rel=next]::attr(href), a.next::attr(href)").getall()[:1]:
        findings.follow(link, "a[rel=next]")
    return findings.done(expected=("season", "place", "description"))


def _wrapped(script: str) -> str:
    if says_error(script) and "(" not in script[:200]:
        raise Unreadable(Trouble.ERROR_TEXT, "an error text instead of events")
    data = json_of(argument(script))
    refuse_json_error(data)
    if not isinstance(data, dict) or not isinstance(data.get("html"), str):
        raise Unreadable(Trouble.LAYOUT_CHANGED, "the call brings no member html")
    markup: str = data["html"]
    return markup


def _without_cards(markup: str, page: Selector, findings: Findings) -> None:
    words = without_markup(markup)
    if page.css("a[href*='ArrNr=']"):
        raise Unreadable(Trouble.LAYOUT_CHANGED, "links to events, but no card of one")
    if not words or _NOTHING.search(words):
        findings.empty("[data-arrnr]", "the list of events is empty")
        return
    raise Unreadable(trouble_of_page(markup) or Trouble.LAYOUT_CHANGED, "no card of an event")


def _card(card: Selector, at: str, findings: Findings) -> None:
    number = card.attrib.get("data-arrnr", "")
    if not _NUMBER.fullmatch(number):
        findings.remark(Trouble.NO_OWN_KEY, at, "a card without a number")
        return
    entry = findings.offer(number, at)
    entry.word("kind", OfferKind.EVENT, "", at)
    entry.line("title", card.css("h2, h3").get(), f"{at} h3")
    entry.activities(card.css(".genre_cat, .genre").getall(), f"{at} .genre_cat")
    for select in (".arr-description", ".card__event__content__text > p", ".description"):
        entry.text("description", card.css(select).get(), f"{at} {select}")
    _when_and_where(entry, card, at)
    kind = _TYPE.search(urlsplit(findings.source.address).path)
    more = f"/perl/arrmore/{kind[1] if kind else 'type-nynaut'}?{urlencode({'ArrNr': number})}"
    entry.address = findings.follow(
        urljoin(findings.source.address, more), f"{at} @data-arrnr", key=number
    )


def _when_and_where(entry: Entry, card: Selector, at: str) -> None:
    """`<time>Ons. 26. aug. 2026 kl. 10:00, <b>Stedet</b></time>`, or the first two list items."""
    when = card.css("time").get()
    if when is not None:
        venue = card.css("time b").get()
        words = without_markup(when)
        if venue is not None:
            entry.place({"venue": without_markup(venue)}, f"{at} time b")
            words = words.removesuffix(without_markup(venue)).rstrip(" ,")
        entry.one_off(words, f"{at} time")
        return
    items = [without_markup(item) for item in card.css("ul > li").getall()]
    for number, words in enumerate(items[:4], start=1):
        if number == 1 and _DATE.search(words):
            entry.one_off(words, f"{at} li[{number}]")
        elif number == 2 and words:
            entry.place({"venue": words}, f"{at} li[{number}]")


def _detail(markup: str, source: SourceInfo, findings: Findings) -> Parsed:
    page = html_of(markup)
    at = "arrmore"
    title = page.css("h2.beta, h1").get()
    if title is None or not page.css(".event-date, .event-place, .event-description"):
        raise Unreadable(trouble_of_page(markup) or Trouble.LAYOUT_CHANGED, "no page of an event")
    if is_cut_off(markup):
        findings.remark(Trouble.TRUNCATED, "", "the page has no end")
    entry = findings.offer(source.key, at)
    entry.address = source.address
    entry.line("title", title, f"{at} h2")
    entry.word("kind", OfferKind.EVENT, "", at)
    entry.activities(page.css("h4.genre, .genre_cat").getall(), f"{at} h4.genre")
    entry.of_organisation(page.css(".event-organizer").get(), f"{at} .event-organizer")
    entry.one_off(page.css(".event-date p").get(), f"{at} .event-date p")
    description = page.css(".event-description").get()
    entry.text("description", description, f"{at} .event-description")
    _place(entry, page, at)
    price = _PRICE.search(without_markup(description or ""))
    if price is not None:
        entry.price(price[1] or price[2], f"{at} .event-description")
    for part in ("season", "place"):
        if not entry.has(part):
            findings.remark(Trouble.MISSING_PART, part, f"the event's page has no {part}")
    return findings.done()


def _place(entry: Entry, page: Selector, at: str) -> None:
    parts: dict[str, object] = {
        **split_address(without_markup(page.css(".event-place p").get() or ""))
    }
    venue = page.css(".event-place a").get()
    if venue is not None:
        parts["venue"] = without_markup(venue)
    point = _LATLON.search(page.css(".lonlat").get() or "")
    if point is not None:
        parts |= {"lat": point[1], "lon": point[2]}
    entry.place(parts, f"{at} .event-place")
