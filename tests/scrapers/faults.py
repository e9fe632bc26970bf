"""Twelve ways in which a source goes wrong, for every format."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from tests.scrapers import mutants
from tests.scrapers.mutants import Replace, cut, put
from tests.scrapers.plain_teams import Pages, Team, teams
from tests.scrapers.world import Reply
from tests.scrapers.writers import WRITERS

Change = Callable[[str, Sequence[Team]], Pages]
"""The pages of a format's source, gone wrong."""

RENAMED: dict[str, Replace] = {
    **{name: mutants.RENAMED_ENTRY[name] for name in (
        "conventus_holdoversigt", "conventus_aktiviteter", "conventus_xml", "conventus_booking",
        "table", "html", "kultunaut", "nemtilmeld", "facilities", "openactive", "hsds", "oruk",
        "ical", "rss")},
    "jsonld": cut('"@type": "[A-Za-z]*"', '"@kind": "x"'),
}  # fmt: skip
"""What marks the entries is called something else."""

REMOVED: dict[str, Replace] = {
    "conventus_holdoversigt": put("pull-right", "pris"),
    "conventus_aktiviteter": put("periode", "datoer"),
    "conventus_xml": cut("<aktivitet_titel>[^<]*</aktivitet_titel>"),
    "conventus_booking": put('"end"', '"slut"'),
    "table": put(",pris_kr,pris_enhed,", ",beloeb,enhed,"),
    "html": put('class="sted"', 'class="hvor"'),
    "jsonld": put('"location"', '"where"'),
    "kultunaut": put("event-date", "event-dag"),
    "nemtilmeld": put("location>", "place>"),
    "facilities": put(";adresse;", ";vej;"),
    "openactive": put('"location"', '"place"'),
    "hsds": put('"schedules"', '"opening"'),
    "oruk": put('"schedules"', '"opening"'),
    "ical": put("LOCATION", "X-PLACE"),
    "rss": put("description>", "about>"),
}
"""A column or a part of every entry is gone, or is called something else."""

EMPTIED: dict[str, Replace] = {
    "conventus_holdoversigt": cut('pull-right">.*?<', 'pull-right"><'),
    "conventus_aktiviteter": cut('periode">.*?<', 'periode"><'),
    "conventus_xml": cut("<om_holdet>[^<]*<", "<om_holdet><"),
    "conventus_booking": cut('"end": "[^"]*"', '"end": null'),
    "table": cut("Møllehuset,Møllevej 3,8410,Rønde", ",,,"),
    "html": cut('class="pris">[^<]*<', 'class="pris"><'),
    "jsonld": cut('"description": "[^"]*"', '"description": ""'),
    "kultunaut": cut('<time>.*?</time>|event-date"><p>[^<]*<', '<time></time>event-date"><p><'),
    "nemtilmeld": cut("<highest_ticket_price>[^<]*<", "<highest_ticket_price><"),
    "facilities": cut("Møllevej [0-9]*;8410", ";"),
    "openactive": cut('"price": [0-9]*', '"price": null'),
    "hsds": cut('"amount": [0-9]*', '"amount": null'),
    "oruk": cut('"amount": [0-9]*', '"amount": null'),
    "ical": cut("LOCATION:[^\r]*", "LOCATION:"),
    "rss": cut("<description>[^<]*<", "<description><"),
}
"""Every entry has the field, and nothing stands in it."""


def _each(change: Replace) -> Change:
    """Change every page that can be changed so; one of them must."""

    def changed(format_name: str, found: Sequence[Team]) -> Pages:
        pages, hits = {}, 0
        for path, reply in WRITERS[format_name](found).items():
            try:
                body = change(reply.body)
                hits += body != reply.body
            except AssertionError:
                body = reply.body  # a page without what is changed, as a list beside its details
            pages[path] = _answer(body, reply)
        assert hits, f"{format_name}: nothing was changed"
        return pages

    return changed


def _answer(body: bytes, reply: Reply) -> Reply:
    return Reply(body, headers={"Content-Type": reply.headers["Content-Type"]})


def _by_format(changes: dict[str, Replace]) -> Change:
    return lambda format_name, found: _each(changes[format_name])(format_name, found)


def _instead(content: bytes) -> Change:
    return _each(lambda _: content)


def _other_teams(change: Callable[[Sequence[Team]], Sequence[Team]]) -> Change:
    def changed(format_name: str, found: Sequence[Team]) -> Pages:
        pages = WRITERS[format_name](change(found))
        return {path: _answer(reply.body, reply) for path, reply in pages.items()}

    return changed


def _lost_letters(content: bytes) -> bytes:
    return content.decode("ascii", "replace").encode()


def _cut_off(content: bytes) -> bytes:
    """In the middle, and not at the end of a line."""
    end = len(content) * 6 // 10
    while content[end - 1 : end] in b"\n\r" and end > 1:
        end -= 1
    return content[:end]


def _new_ids(found: Sequence[Team]) -> Sequence[Team]:
    return teams(len(found), first=len(found) + 101)


FAULTS: dict[str, Change] = {
    "renamed class": _by_format(RENAMED),
    "removed column": _by_format(REMOVED),
    "empty list": _other_teams(lambda found: []),
    "login page": _instead(mutants.LOGIN.encode()),
    "cookie wall": _instead(mutants.COOKIES.encode()),
    "error with 200": _instead(mutants.ERROR.encode()),
    "mojibake": _each(_lost_letters),
    "truncated": _each(_cut_off),
    "swapped dates": _other_teams(lambda found: [replace(one, is_swapped=True) for one in found]),
    "half the rows": _other_teams(lambda found: found[: len(found) // 2]),
    "all ids new": _other_teams(_new_ids),
    "a field emptied": _by_format(EMPTIED),
}
