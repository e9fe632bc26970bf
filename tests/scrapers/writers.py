"""A source of every format, written from the same plain teams, so that a test can have as many
entries as it needs and change one thing about all of them.

Each writer makes every page of its source, by path. Dates lie around 1 December 2026.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from html import escape
from typing import Any

from scrapers.found import FieldRecipe, Recipe
from scrapers.sources import Agreement, Rhythm, Source
from tests.scrapers.cases import RECIPE
from tests.scrapers.feeds import hsds, ical, nemtilmeld, openactive, oruk, rss
from tests.scrapers.plain_teams import (
    TODAY,
    Pages,
    Team,
    Write,
    address_of,
    as_json,
    html_page,
    page,
    teams,
)
from tests.scrapers.world import Site, World

LEAVE = Agreement("Prøvens kommune", date(2026, 11, 1))


# --- Conventus ---


def conventus_holdoversigt(found: Sequence[Team]) -> Pages:
    panels = "".join(
        '<div class="panel"><div class="panel-heading">'
        f'<span class="pull-left">{team.title}</span>'
        f'<span class="pull-right">{team.price},00 kr. pr. sæson</span></div>'
        f'<div class="field">{" - ".join(team.either("01-08-2026", "31-07-2027"))}</div>'
        '<div class="field">Tirsdag kl. 10:00 - 12:00</div>'
        f'<a href="/new_tilmelding.php?foreningsid=4711&gruppe={team.number}">Tilmelding</a></div>'
        for team in found
    )
    script = (f"<div>{panels}</div>" if found else "<div>Der er ingen hold.</div>").replace(
        "/", "\\/"
    )
    path = "/dataudv/www/holdoversigt2.php?foreningsid=4711"
    return {path: page(f"document.write('{script}');", kind="text/javascript; charset=utf-8")}


def conventus_aktiviteter(found: Sequence[Team]) -> Pages:
    blocks = "\n".join(
        f'<div class="con_activity" data-activity_type="12"><script>var url_{team.number} = '
        f'"/dataudv/www/gruppe.php?gruppe={team.number}";</script><h2>{team.title}</h2>'
        f'<span class="periode">D. {" - ".join(team.either("01-08-2026", "31-07-2027"))}</span>'
        "</div>"
        for team in found
    )
    options = '<option value="">Alle</option><option value="12">Gåture</option>'
    select = f'<select id="input_activity_type">{options}</select>'
    path = "/dataudv/www/gruppeaktiviteter.php?foreningsid=4711"
    return {path: page(html_page(f"{select}\n{blocks}\n"))}


def conventus_xml(found: Sequence[Team]) -> Pages:
    def group(team: Team) -> str:
        first, last = team.either("01-09-2026", "30-04-2027")
        return (
            f"<gruppe><id>{team.number}</id><titel>{team.title}</titel>"
            f"<aktivitet_titel>Gåture</aktivitet_titel><periode_fra>{first}</periode_fra>"
            f"<periode_til>{last}</periode_til><om_holdet>{team.about}</om_holdet>"
            "<aktiv>true</aktiv></gruppe>\n"
        )

    groups = "".join(map(group, found))
    text = (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<conventus><grupper>\n'
        f"{groups}</grupper></conventus>\n"
    )
    path = "/dataudv/api/adressebog/get_grupper.php?forening=4711&type=hold"
    return {path: page(text, kind="text/xml; charset=iso-8859-1", encoding="latin-1")}


def conventus_booking(found: Sequence[Team]) -> Pages:
    def booking(team: Team, week: int) -> dict[str, object]:
        day = TODAY + timedelta(weeks=week)
        starts, ends = team.either(f"{day}T19:00:00", f"{day}T21:00:00")
        return {
            "organization": {"id": 5000 + team.number, "name": f"Foreningen {team.title}"},
            "resource": {"id": 51, "name": "Bane 1", "resourceGroup": {"title": team.place}},
            "start": starts,
            "end": ends,
        }

    rooms = {"external": [{"title": "Møllehuset", "resources": [{"id": 51, "name": "Bane 1"}]}]}
    booked = as_json([booking(team, week) for team in found for week in range(4)])
    pages = {"/publicBooking/api/resources?organization=88": as_json(rooms)}
    for day in (TODAY + timedelta(days=number) for number in range(60)):
        query = f"organization=88&from={day}&to={day + timedelta(weeks=6)}&resources=51"
        pages[f"/publicBooking/api/bookings?{query}"] = booked
    return pages


# --- tables ---


def table(found: Sequence[Team]) -> Pages:
    def row(team: Team) -> str:
        season = "/".join(team.either("2026-08-01", "2027-06-30"))
        return (
            f"t-{team.number},Strik og snak,{team.title},{team.about},{team.place},Møllevej 3,8410,"
            f"{team.town},tir 10:00-12:00,{season},{team.price},sæson,2026-11-01,ja\n"
        )

    headings = (
        "kilde_id,forening,tilbud,beskrivelse,sted,adresse,postnr,by,tider,periode,pris_kr,"
        "pris_enhed,oplyst_den,step_free\n"
    )
    return {"/hold.csv": page(headings + "".join(map(row, found)), kind="text/csv; charset=utf-8")}


def facilities(found: Sequence[Team]) -> Pages:
    def row(team: Team) -> str:
        lat, lon = team.either(f"56,{3000 + team.number}", f"10,{4000 + team.number}")
        name = f"Møllehuset {team.number}"
        return f"{team.number};{name};Idrætshal;Møllevej {team.number};8410;Rønde;{lat};{lon}\n"

    headings = "id;navn;type;adresse;postnr;by;lat;lon\n"
    return {"/anlaeg.csv": page(headings + "".join(map(row, found)), kind="text/csv")}


# --- pages ---


def html(found: Sequence[Team]) -> Pages:
    rows = "\n".join(
        f'<li class="team" id="hold-{team.number}"><h3>{team.title}</h3>'
        f'<p class="tid">Tid: Onsdage kl. 10.00-11.30</p><p class="sted">{team.place}, Møllevej 3, '
        f'8410 {team.town}</p><p class="pris">Pris: {team.price} kr. om året</p>'
        f'<div class="om">{team.about}</div><a href="/hold/{team.number}">Læs mere</a></li>'
        for team in found
    )
    body = f'<ul class="hold">\n{rows}\n</ul>' if found else "<p>Der er ingen hold for tiden.</p>"
    pages = {"/hold": page(html_page(f"<h1>Vores hold på Djurs</h1>{body}"))}
    for team in found:
        season = " - ".join(team.either("1. april 2026", "31. oktober 2027"))
        own = (
            f'<article><h1>{team.title}</h1><dl><dd class="periode">{season}</dd>'
            '<dd class="fra">60</dd></dl><p class="mail"><a href="mailto:kontakt@klub.example">'
            'Skriv</a></p><p class="dato">16-09-2026</p></article>'
        )
        pages[f"/hold/{team.number}"] = page(html_page(own))
    return pages


def jsonld(found: Sequence[Team]) -> Pages:
    def event(team: Team) -> dict[str, object]:
        first, last = team.either("2026-12-06T10:00:00+01:00", "2026-12-06T12:00:00+01:00")
        return {
            "@type": "Event",
            "@id": f"https://jsonld.example/{team.number}",
            "name": team.title,
            "description": team.about,
            "startDate": first,
            "endDate": last,
            "organizer": {"@type": "SportsClub", "name": "Rønde Løbeklub"},
            "location": {
                "@type": "Place",
                "name": team.place,
                "address": address_of("8410", "Rønde"),
            },
        }  # fmt: skip

    club = {"@type": "SportsClub", "@id": "https://jsonld.example/#klub", "name": "Rønde Løbeklub"}
    graph = {"@context": "https://schema.org", "@graph": [club, *map(event, found)]}
    block = json.dumps(graph, ensure_ascii=False)
    head = f'<script type="application/ld+json">{block}</script>'
    return {"/": page(html_page("<h1>Klub på Djurs</h1>", head))}


def kultunaut(found: Sequence[Team]) -> Pages:
    def card(team: Team) -> str:
        day = "lør. d. 5. december" if not team.is_swapped else "lør. d. 12. maj"
        return (
            f'<div data-arrnr="{team.number}" class="product"><span class="genre_cat">Musik</span>'
            f'<h3>{team.title}</h3><div class="arr-description">{team.about}</div>'
            f"<time>{day} 2026, kl. 10-15., <b>{team.place}</b></time></div>\n"
        )

    latin = {"kind": "text/html; charset=iso-8859-1", "encoding": "latin-1"}
    body = "".join(map(card, found)) or "<p>Ingen arrangementer på Djurs.</p>"
    listed = f'<!DOCTYPE html>\n<html><body><div class="arrlist">{body}</div></body></html>\n'
    pages = {"/perl/arrlist/type-nynaut?Area=Syddjurs": page(listed, **latin)}
    for team in found:
        day = "Lør. d. 5. december" if not team.is_swapped else "Lør. d. 12. maj"
        own = (
            f'<!DOCTYPE html>\n<html><body><h2 class="beta">{team.title}</h2>'
            '<h4 class="genre">Musik</h4><div class="event-organizer">Mørke Sogn</div>'
            f'<div class="event-date"><p>{day} 2026, kl. 10-15.</p></div>'
            f'<div class="event-place"><a href="/s/1">{team.place}</a><p>Kirkevej 4<br>8544 Mørke'
            f'</p></div><article class="event-description"><p>{team.about}</p>'
            f"<p>Entré: {team.price} kr.</p></article></body></html>\n"
        )
        pages[f"/perl/arrmore/type-nynaut?ArrNr={team.number}"] = page(own, **latin)
    return pages


# --- sources ---

WRITERS: dict[str, Write] = {
    "conventus_holdoversigt": conventus_holdoversigt,
    "conventus_aktiviteter": conventus_aktiviteter,
    "conventus_xml": conventus_xml,
    "conventus_booking": conventus_booking,
    "table": table,
    "html": html,
    "ical": ical,
    "jsonld": jsonld,
    "kultunaut": kultunaut,
    "nemtilmeld": nemtilmeld,
    "facilities": facilities,
    "rss": rss,
    "openactive": openactive,
    "hsds": hsds,
    "oruk": oruk,
}
_ORGANISATIONS = {"conventus_holdoversigt", "conventus_aktiviteter", "conventus_xml", "html",
                  "ical", "rss"}  # fmt: skip


def recipe() -> Recipe:
    fields = {**RECIPE.fields, "price": FieldRecipe("p.pris", strip="Pris:")}
    return replace(RECIPE, fields=fields, next_page=None)


def host_of(format_name: str) -> str:
    return f"{format_name.replace('_', '-')}.example"


def source_of(format_name: str, **others: Any) -> Source:
    """The source of a format in a test's world."""
    first = next(iter(WRITERS[format_name](teams(1))))
    host = host_of(format_name)
    values: dict[str, Any] = {
        "name": format_name.replace("_", "-"),
        "title": f"Prøven på {escape(format_name)}",
        "format": format_name,
        "address": f"https://{host}{first}",
        "hosts": (host,),
        "licence": "Prøvens egen",
        "rhythm": Rhythm.DAILY,
        "owner": "kommunens fritidsguide",
        "area": (),
        "agreement": LEAVE,
        "organisation": "Klubben på Djurs" if format_name in _ORGANISATIONS else None,
        "secret": None,
        "expects": (),
        "detail_expects": (),
        "recipe": recipe() if format_name == "html" else None,
        "mapping": None,
        "note": "",
    }
    return Source(**(values | others))


def put_up(world: World, format_name: str, found: Sequence[Team]) -> Site:
    """A site with a source's pages."""
    return world.site(host_of(format_name), WRITERS[format_name](found))


def change(site: Site, pages: Pages) -> None:
    """Put other pages in the place of a site's."""
    robots = site.pages["/robots.txt"]
    site.pages = {"/robots.txt": robots} | pages
