"""Answers that are made to hurt whoever reads them, each by code."""

import io
import zipfile
import zlib

_DTD = '<?xml version="1.0"?><!DOCTYPE data [{}]><data><events>&{};</events></data>'
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def _event(*lines: str) -> bytes:
    own = ["BEGIN:VEVENT", "UID:1", "DTSTART:20261101T190000", "SUMMARY:Hold", *lines, "END:VEVENT"]
    return _calendar("\r\n".join(own))


def _calendar(inside: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inside}\r\nEND:VCALENDAR\r\n".encode()


def _zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        file.writestr("xl/workbook.xml", b"0" * 400_000_000)
    return packed.getvalue()


ANSWERS: dict[str, bytes] = {
    "html nested deeply": b"<div>" * 100_000,
    "html nested deeply and closed": b"<html><div>" + b"<b>" * 100_000 + b"</b>" * 100_000,
    "html of flat tags": b"<p>x" * 2_000_000,
    "html of one tag": b"<a " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">",
    "html that opens": b"<" * 9_000_000,
    "html that begins inputs": b"<input " * 1_000_000,
    "html of comments": b"<!--" * 2_000_000,
    "a script of scripts": b"<script type='application/ld+json'>" * 200_000,
    "ld+json nested deeply": b'<html><script type="application/ld+json">'
    + b'{"@graph":[' * 900
    + b"]}" * 900
    + b"</script></html>",
    "microdata nested deeply": b"<html>" + b'<div itemscope itemtype="x" itemprop="a">' * 190,
    "json of brackets": b"[" * 1_000_000,
    "json of objects": b'{"a":' * 500_000,
    "json of small lists": b"[" + b"[]," * 2_000_000 + b"[]]",
    "json of a huge number": b'{"items": [' + b"9" * 5_000_000 + b"], \"next\": \"\"}",
    "json of a huge exponent": b'{"contents": [1e999999999], "total_pages": 1, "page_number": 1}',
    "json of many pages": b'{"contents": [], "total_pages": 99999999999, "page_number": 1}',
    "json of half a letter": b'[{"organization": {"id": 1, "name": "\\ud800"}}]',
    "json of one key": b'{"' + b"k" * 9_000_000 + b'": 1}',
    "json of odd types": b'{"items": [{"id": {}, "state": []}], "next": "https://oa.example/2"}',
    "a call of nothing": b"callback(" * 500_000,
    "a call that does not end": b'callback({"html": "' + b"a" * 5_000_000,
    "a script of backslashes": b"document.write('" + b"\\" * 5_000_001,
    "a script of writes": b"document.write(''" * 300_000,
    "a script of sums": b"document.write('a'" + b"+'a'" * 1_000_000,
    "xml nested deeply": b"<data>" + b"<a>" * 100_000,
    "xml of laughs": _DTD.format('<!ENTITY l0 "ha">' + _LAUGHS, "l9").encode(),
    "xml of a file": _DTD.format('<!ENTITY f SYSTEM "file:///etc/hostname">', "f").encode(),
    "xml of another host": _DTD.format('<!ENTITY f SYSTEM "http://192.0.2.1/x">', "f").encode(),
    "xml of quadratic entities": _DTD.format(
        f'<!ENTITY q "{"q" * 100_000}">', "q;&q" * 500
    ).encode(),
    "xml of attributes": b"<data " + b" ".join(b'a%d="1"' % n for n in range(200_000)) + b"/>",
    "xml of many tags": b"<data>" + b"<event/>" * 1_000_000 + b"</data>",
    "xml of one text": b"<data><events><event id='1'><title>"
    + b"a" * 9_000_000
    + b"</title></event></events></data>",
    "xml of instructions": b"<?a b?>" * 500_000 + b"<data/>",
    "a calendar of seconds": _event("RRULE:FREQ=SECONDLY"),
    "a calendar of minutes": _event("RRULE:FREQ=MINUTELY;COUNT=1000000000"),
    "a calendar of seconds, folded": _event("RRULE:FREQ=SEC\r\n ONDLY"),
    "a calendar of hours by day": _event("RRULE:FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=1,2,3"),
    "a calendar of no interval": _event("RRULE:FREQ=DAILY;INTERVAL=0"),
    "a calendar of the first year": _calendar(
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:00010101T000000\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT"
    ),
    "a calendar of no such day": _event("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    "a calendar of many counts": _event("RRULE:FREQ=WEEKLY;COUNT=99999"),
    "a calendar of huge numbers": _event(f"RRULE:FREQ=WEEKLY;COUNT={'9' * 5000}"),
    "a calendar of days without": _event(
        "RRULE:FREQ=WEEKLY", "EXDATE:" + ",".join(["20261102T190000"] * 50_000)
    ),
    "a calendar of extra days": _event("RDATE:" + ",".join(["20261102T190000"] * 10_000)),
    "a calendar of rules": _calendar(
        "\r\n".join(
            f"BEGIN:VEVENT\r\nUID:{n}\r\nDTSTART:20150101T190000\r\nSUMMARY:a\r\n"
            "RRULE:FREQ=DAILY\r\nEND:VEVENT"
            for n in range(400)
        )
    ),
    "a calendar of events": _calendar("BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 100_000),
    "a calendar in calendars": b"BEGIN:VCALENDAR\r\n" * 100_000 + b"END:VCALENDAR\r\n" * 100_000,
    "a calendar of one line": _event("DESCRIPTION:" + "a" * 9_000_000),
    "a calendar of folds": _event("DESCRIPTION:" + "a\r\n " * 40_000),
    "a calendar of a zone": _calendar(
        "BEGIN:VTIMEZONE\r\nTZID:x\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "RRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+9999\r\nEND:STANDARD\r\n"
        "END:VTIMEZONE"
    ),
    "a calendar of bare words": b"BEGIN:VCALENDAR\r\n" + b"X\r\n" * 100_000 + b"END:VCALENDAR",
    "a table of columns": b"kilde_id,forening,tilbud" + b",a" * 500_000 + b"\n1,2,3\n",
    "a table of one cell": b'kilde_id,forening,tilbud\n1,2,"' + b"a" * 9_000_000 + b'"\n',
    "a table of quotation marks": b"kilde_id,forening,tilbud\n" + b'"' * 1_000_001,
    "a table of rows": b"kilde_id,forening,tilbud,id,navn\n" + b"1,2,3,4,5\n" * 400_000,
    "a workbook that unpacks": _zip_bomb(),
    "half a workbook": b"PK\x03\x04" + b"\x00" * 1000,
    "nul bytes": b"\x00" * 1_000_000,
    "nul bytes in a page": b"<html><body>\x00</body></html>",
    "one line": b"a" * 9_900_000,
    "too many bytes": b"a " * 5_000_001,
    "packed data": zlib.compress(b"a" * 1_000_000),
    "no text": bytes(range(256)) * 4_000,
    "half a letter": "<html>ø".encode("utf-16-le"),
    "broken utf-8": b"kilde_id\xff\xfe\xc3\xc3\xa6\x80",
    "an unknown encoding": b'<?xml version="1.0" encoding="x-none"?><data>\xe6</data>',
    "a dangerous encoding": b'<?xml version="1.0" encoding="idna"?><data>\xe6</data>',
}  # fmt: skip

WORDS: dict[str, str] = {
    "first names": "Anne " * 20_000,
    "first names in a row": "Anne-Mette A. " * 7_000,
    "roles": "kontakt " * 12_000,
    "mails": "a@" * 50_000,
    "dots of mails": "a." * 50_000,
    "digits": "20 " * 33_000,
    "dates": "1.1. - " * 14_000,
    "times": "tirsdag kl. 19-20, " * 5_000,
    "dashes": "-" * 100_000,
    "escaped markup": "&amp;lt;" * 12_000 + "b&amp;gt;",
    "markup": "&lt;b&gt;" * 11_000,
    "spaces": " " * 100_000 + "x",
    "capitals": "A" * 100_000,
    "entrances": "pris " * 20_000,
    "errors": "404 " * 25_000,
}
"""What may stand in a field, 100 kB of it, to keep a pattern busy."""
