"""Feeds and calendars, written from plain teams."""

from collections.abc import Sequence

from tests.scrapers.plain_teams import Pages, Team, address_of, as_json, page
from tests.scrapers.world import Reply


def nemtilmeld(found: Sequence[Team]) -> Pages:
    def event(team: Team) -> str:
        starts, ends = team.either("2026-12-03 19:00:00", "2026-12-03 21:30:00")
        return (
            f'<event id="{team.number}"><title>{team.title}</title>'
            f"<description>{team.about}</description><start_time>{starts}</start_time>"
            f"<end_time>{ends}</end_time><highest_ticket_price>{team.price}</highest_ticket_price>"
            f"<public_status>public</public_status><url>https://nemtilmeld.example/{team.number}/"
            f"</url><location><name>{team.place}</name><address>Storegade 10</address>"
            f"<zipcode>8500</zipcode><city>Grenaa</city></location></event>\n"
        )

    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<data><provider><name>Pårørende på Djurs</name>'
        f"</provider><events>\n{''.join(map(event, found))}</events></data>\n"
    )
    return {"/events.xml": page(text, kind="text/xml; charset=utf-8")}


def ical(found: Sequence[Team]) -> Pages:
    def event(team: Team) -> str:
        starts, ends = team.either("20261205T123000Z", "20261205T150000Z")
        return (
            f"BEGIN:VEVENT\r\nUID:{team.number}@klubben.example\r\nDTSTART:{starts}\r\n"
            f"DTEND:{ends}\r\nSUMMARY:{team.title}\r\nLOCATION:{team.place}\\, {team.town}\r\n"
            f"DESCRIPTION:{team.about}\r\nEND:VEVENT\r\n"
        )

    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Klubben//Kalender//DA\r\n"
        f"{''.join(map(event, found))}END:VCALENDAR\r\n"
    )
    return {"/kalender.ics": page(text, kind="text/calendar; charset=utf-8")}


def rss(found: Sequence[Team]) -> Pages:
    def item(team: Team) -> str:
        day = "12. august" if team.is_swapped else "8. december"
        about = f"Tirsdag den {day} 2026 kl. 19.30 på {team.place}. {team.about}"
        return (
            f"<item><title>{team.title}</title><description>{about}</description>"
            f"<link>https://rss.example/k/{team.number}</link><guid>k-{team.number}</guid>"
            "<category>Gåture</category><pubDate>Tue, 03 Nov 2026 10:00:00 +0100</pubDate></item>\n"
        )

    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>Klub på Djurs</title>\n{''.join(map(item, found))}</channel></rss>\n"
    )
    return {"/rss": page(text, kind="application/rss+xml; charset=utf-8")}


def _session(team: Team) -> dict[str, object]:
    first, last = team.either("2026-09-01", "2027-05-31")
    return {
        "@type": "SessionSeries",
        "@id": f"https://openactive.example/s/{team.number}",
        "url": f"https://openactive.example/s/{team.number}",
        "name": team.title,
        "description": team.about,
        "organizer": {"@type": "Organization", "name": "Djurs Motion på tværs"},
        "location": {
            "@type": "Place",
            "name": team.place,
            "address": address_of("8500", "Grenaa"),
        },
        "eventSchedule": [
            {
                "@type": "PartialSchedule",
                "byDay": ["https://schema.org/Monday"],
                "startTime": "10:00",
                "endTime": "11:00",
                "startDate": first,
                "endDate": last,
                "repeatFrequency": "P1W",
            }
        ],
        "offers": [{"@type": "Offer", "price": team.price, "priceCurrency": "DKK"}],
    }  # fmt: skip


FEED = "https://openactive.example/feed"


def feed_page(found: Sequence[Team], gone: Sequence[int], following: str) -> Reply:
    """A page of changes."""
    items: list[dict[str, object]] = [
        {"state": "updated", "kind": "SessionSeries", "id": f"s-{team.number}",
         "modified": 1000 + team.number, "data": _session(team)}
        for team in found
    ]  # fmt: skip
    items += [
        {"state": "deleted", "kind": "SessionSeries", "id": f"s-{one}", "modified": 90_000 + one}
        for one in gone
    ]
    licence = "https://creativecommons.org/licenses/by/4.0/"
    return as_json({"next": following, "license": licence, "items": items})


def openactive(found: Sequence[Team]) -> Pages:
    """One page of changes, and the empty one that is the end for now."""
    if not found:
        return {"/feed": feed_page([], [], FEED)}
    last = f"{FEED}?after=1"
    return {"/feed": feed_page(found, [], last), "/feed?after=1": feed_page([], [], last)}


def _service(team: Team, host: str) -> dict[str, object]:
    first, last = team.either("2026-09-01", "2027-05-31")
    return {
        "id": f"0a1b2c3d-0000-4000-8000-{team.number:012}",
        "name": team.title,
        "status": "active",
        "description": team.about,
        "url": f"https://{host}/{team.number}",
        "assured_date": "2026-10-01",
        "organization": {"id": "o", "name": "Foreningen Fællesskab"},
        "schedules": [
            {"id": "x", "freq": "WEEKLY", "interval": 1, "byday": "MO", "dtstart": first,
             "until": last, "opens_at": "10:00:00", "closes_at": "12:00:00"}
        ],
        "cost_options": [{"id": "c", "amount": team.price, "currency": "DKK"}],
        "service_at_locations": [
            {"id": "l", "location": {"id": "ll", "location_type": "physical", "name": team.place,
             "addresses": [{"id": "a", "address_1": "Torvet 5", "city": "Grenaa",
                            "postal_code": "8500", "country": "DK", "address_type": "physical"}]}}
        ],
    }  # fmt: skip


def _envelope(contents: Sequence[object], number: int, pages: int, total: int) -> Reply:
    return as_json(
        {
            "total_items": total,
            "total_pages": pages,
            "page_number": number,
            "size": len(contents),
            "contents": contents,
        }
    )


def hsds(found: Sequence[Team]) -> Pages:
    """Two pages."""
    services = [_service(team, "hsds.example") for team in found]
    half = (len(services) + 1) // 2
    if not services:
        return {"/services?per_page=50": _envelope([], 1, 1, 0)}
    return {
        "/services?per_page=50": _envelope(services[:half], 1, 2, len(services)),
        "/services?per_page=50&page=2": _envelope(services[half:], 2, 2, len(services)),
    }


def oruk(found: Sequence[Team]) -> Pages:
    """A list of names, and each service by itself."""
    services = [_service(team, "oruk.example") for team in found]
    short = [{name: one[name] for name in ("id", "name", "status")} for one in services]
    pages = {"/services": _envelope(short, 1, 1, len(short))}
    return pages | {f"/services/{one['id']}": as_json(one) for one in services}
