"""Pages as they are when something has gone wrong, made of the saved ones by code."""

import re
from collections.abc import Callable

LOGIN = """<!DOCTYPE html><html><head><title>Log ind</title></head><body><h1>Log ind</h1>
<form method="post" action="/login"><input type="text" name="bruger">
<input type="password" name="kode"><button>Log ind</button></form></body></html>"""
COOKIES = """<!DOCTYPE html><html><head><title>Vi bruger cookies</title></head><body>
<div id="cookie"><p>For at se siden skal du acceptere vores cookies.</p>
<button>Accepter alle</button>
</div></body></html>"""
ERROR = """<!DOCTYPE html><html><head><title>Fejl</title></head><body><h1>Der opstod en fejl</h1>
<p>Prøv igen senere.</p></body></html>"""
MAINTENANCE = """<!DOCTYPE html><html><body><h1>503 Service Unavailable</h1></body></html>"""

INSTEAD: dict[str, bytes] = {
    "login_page": LOGIN.encode(),
    "cookie_wall": COOKIES.encode(),
    "error_text": ERROR.encode(),
    "error_text ": MAINTENANCE.encode(),
    "error_text  ": b"Fatal error: Allowed memory size exhausted",
    "empty_answer": b"",
    "empty_answer ": b" \r\n\t ",
    "empty_answer  ": b"\xef\xbb\xbf",
}
"""What stands in place of a page, by the trouble that it is."""

Replace = Callable[[bytes], bytes]


def put(old: str, new: str, count: int = -1) -> Replace:
    """A change of the text of a page, which must be possible."""

    def change(content: bytes) -> bytes:
        for encoding in ("utf-8", "latin-1"):
            if old.encode(encoding) in content:
                return content.replace(old.encode(encoding), new.encode(encoding), count)
        raise AssertionError(f"the page has no {old!r}")

    return change


def cut(pattern: str, new: str = "") -> Replace:
    """The same by a pattern, everywhere."""

    def change(content: bytes) -> bytes:
        changed, count = re.subn(pattern.encode(), new.encode(), content, flags=re.DOTALL)
        assert count, f"the page has no {pattern!r}"
        return changed

    return change


RENAMED_ENTRY: dict[str, Replace] = {
    "conventus_holdoversigt": put("panel", "kort"),
    "conventus_aktiviteter": put("con_activity", "con_aktivitet"),
    "conventus_xml": put("gruppe>", "team>"),
    "conventus_booking_resources": put('"external"', '"outside"'),
    "conventus_booking": put('"organization"', '"organisation"'),
    "table": put("tilbud,", "hold,"),
    "html": put('class="team"', 'class="hold-kort"'),
    "html_detail": cut('class="(?:periode|fra|mail|dato)"', 'class="x"'),
    "jsonld": cut('"@type": "[A-Za-z]*"|itemtype="[^"]*"', '"@kind": "x"'),
    "kultunaut": put("data-arrnr", "data-nr"),
    "kultunaut_feed": put("data-arrnr", "data-nr"),
    "kultunaut_detail": put("event-", "arr-"),
    "nemtilmeld": put("event", "happening"),
    "facilities": put("navn;", "titel;"),
    "openactive": put('"items"', '"entries"'),
    "openactive_last": put('"items"', '"entries"'),
    "hsds": put('"contents"', '"services"'),
    "oruk": put('"contents"', '"services"'),
    "ical": put("DTSTART", "X-START"),
    "rss": put("title>", "headline>"),
}
"""What marks the entries is called something else: nothing may be read."""

LOST_PART: dict[str, Replace] = {
    "conventus_holdoversigt": put("pull-right", "pris"),
    "conventus_aktiviteter": put("periode", "datoer"),
    "conventus_xml": cut("<aktivitet_titel>[^<]*</aktivitet_titel>"),
    "conventus_booking": put('"end"', '"slut"'),
    "table": put(",tider,", ",dage,"),
    "html": put('class="pris"', 'class="beloeb"'),
    "html_detail": put('class="periode"', 'class="datoer"'),
    "jsonld": put('"description"', '"text"'),
    "kultunaut": put("<time>", "<span>"),
    "kultunaut_feed": cut("<ul>.*?</ul>"),
    "kultunaut_detail": put("event-date", "event-dag"),
    "nemtilmeld": put("location>", "place>"),
    "facilities": put("adresse;", "vej;"),
    "openactive": put('"location"', '"place"'),
    "hsds": put('"schedules"', '"opening"'),
    "ical": put("LOCATION", "X-PLACE"),
    "rss": put("pubDate>", "date_of>"),
}
"""One part of every entry has gone or is called something else."""

EMPTY_LIST: dict[str, Replace] = {
    "conventus_holdoversigt": lambda _: b"document.write('<div>Der er ingen hold.<\\/div>');",
    "conventus_aktiviteter": cut('<div class="con_activity".*</div>\n'),
    "conventus_xml": cut("<gruppe>.*</gruppe>\n"),
    "conventus_booking_resources": lambda _: b'{"external": []}',
    "conventus_booking": lambda _: b"[]",
    "table": cut("\nt-1.*", "\n"),
    "html": cut('<ul class="hold">.*</ul>', "<p>Der er ingen hold for tiden.</p>"),
    "ical": cut("BEGIN:VEVENT.*END:VEVENT\r\n"),
    "jsonld": cut('<script type="application/ld\\+json">\\{"@context.*?</script>|itemscope'),
    "kultunaut": cut("<div data-arrnr.*</div>\n", "<p>Ingen arrangementer.</p></div>"),
    "kultunaut_feed": lambda _: b'aroundYouCallback({"count": 0, "html": ""});',
    "nemtilmeld": cut("<event id.*</event>\n"),
    "facilities": cut("\n1001.*", "\n"),
    "rss": cut("<item>.*</item>\n"),
    "hsds": lambda _: (
        b'{"total_pages": 1, "page_number": 1, "total_items": 0, "size": 0, "contents": []}'
    ),
    "oruk": lambda _: (
        b'{"total_pages": 1, "page_number": 1, "total_items": 0, "size": 0, "contents": []}'
    ),
}
"""The frame is there and holds nothing."""

SWAPPED_DATES: dict[str, Replace] = {
    "conventus_holdoversigt": put("01-08-2026 - 31-07-2027", "31-07-2027 - 01-08-2026"),
    "conventus_aktiviteter": put("D. 01.08 - 31.07", "D. 01-08-2027 - 31-07-2026"),
    "conventus_xml": put("<periode_til>30-04-2027", "<periode_til>30-04-2025"),
    "conventus_booking": put("T21:00:00", "T18:00:00"),
    "table": put("2026-11-01/2027-03-31", "2027-03-31/2026-11-01"),
    "html_detail": put("1. april - 31. oktober 2027", "31. oktober 2027 - 1. april 2027"),
    "ical": put("DTEND:20261205T150000Z", "DTEND:20261105T150000Z"),
    "jsonld": put("2026-12-06T12:00:00", "2026-06-12T12:00:00"),
    "kultunaut": put("Ons. d. 2. december", "Ons. d. 12. februar"),
    "kultunaut_feed": put("Tirs. d. 8. december", "Tirs. d. 12. august"),
    "kultunaut_detail": put("Ons. d. 2. december", "Ons. d. 12. februar"),
    "nemtilmeld": put("2026-12-03 21:30:00", "2026-03-12 21:30:00"),
    "openactive": put('"endTime": "11:00"', '"endTime": "11:00", "endDate": "2026-01-09"'),
    "hsds": put('"until": "2027-05-31"', '"until": "2025-05-31"'),
    "rss": put("Tirsdag den 8. december 2026", "Tirsdag den 12. august 2026"),
}  # fmt: skip
"""Day and month, or first and last, in each other's place."""
