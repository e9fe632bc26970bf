"""Personal data in text from outside: what must be refused, and what is dropped.

The catalogue holds what associations publish of themselves. A person's own number or
address is no such thing, wherever it stands. Role mailboxes and landlines pass.
"""

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from catalogue.cpr import Grade, find_cpr
from catalogue.danish import fold

_NAMES = Path(__file__).parent / "data" / "fornavne-da.csv"

_MAIL = re.compile(
    r"(?<![\w.+\-])([\w+\-][\w.+\-]{0,62})@((?:[\w\-]{1,63}\.){1,6}[^\W\d_]{2,24})(?![\w\-])"
)
_PROVIDERS = frozenset(
    """
    gmail.com googlemail.com hotmail.com hotmail.dk live.dk live.com outlook.com
    outlook.dk msn.com yahoo.com yahoo.dk icloud.com me.com mac.com mail.dk privat.dk
    ofir.dk jubii.dk stofanet.dk youmail.dk webspeed.dk get2net.dk tdcadsl.dk
    mail.tele.dk tele2adsl.dk post.tele.dk vip.cybercity.dk city.dk c.dk dlgtele.dk
    fibermail.dk energimail.dk nrgi.dk waoomail.dk profibermail.dk sol.dk proton.me
    protonmail.com gmx.net gmx.de
    """.split()
)
"""Where people, and many small associations, have their own mailbox."""
_ROLES = frozenset(
    """
    info kontakt mail post kontor kontoret formand formanden kasserer sekretær sekretaer
    sekretariat bestyrelse bestyrelsen forening klub klubben hold tilmelding booking
    udvalg frivillig frivillige koordinator leder daglig redaktion web webmaster medlem
    medlemmer admin hej kirkekontor aktivitet aktiviteter cafe caféen skole skolen
    """.split()
)

_CLUB = re.compile(r"klub|forening|idræt|hallen|kor$|if$|ik$|gf$|bk$")

# A Danish number: eight digits, alone or in pairs, with or without +45. Which numbers are
# mobiles is a matter of the number plan's ranges, and ported numbers blur it; these are
# the leading pairs in mobile use, as far as is publicly known.
_PHONE = re.compile(
    r"(?<![\w+.,/\-])(?!(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2})(?:(?:\+|00)45[\s.\-]?)?"
    r"([2-9][0-9](?:[\s.\-]{0,2}[0-9]{2}){3}|[2-9][0-9]{3}\s[0-9]{4}"
    r"|[2-9][0-9]{2}\s[0-9]{2}\s[0-9]{3})"
    r"(?![0-9])(?![.,/\-][0-9])"
)
_MOBILE = frozenset(
    [f"2{n}" for n in range(10)]
    + [
        "30",
        "31",
        "40",
        "41",
        "42",
        "50",
        "51",
        "52",
        "53",
        "60",
        "61",
        "71",
        "81",
        "91",
        "92",
        "93",
    ]
)
_SUSPECT = re.compile(r"[\d@]")
_NOT_PHONE = re.compile(r"(?i)(cvr|se|p|ean|konto|reg)[\-. ]?(nr|nummer)?[.: ]{0,3}$")


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data that stood in a text; the data itself is not kept."""

    start: int
    end: int
    masked: str
    key: str
    """The wording that says it on a screen."""
    reason: str
    """The same for a log, in English."""
    refuses: bool = False
    """True = the whole text must be refused, not only relieved of this."""


@dataclass(frozen=True, slots=True)
class Scrubbed:
    text: str
    dropped: tuple[Finding, ...]


def scrub_own_words(text: str, on: date) -> Scrubbed:
    """What a citizen wrote, without numbers and addresses that tell who they are.

    There every telephone number and mail address is a person's, and a CPR number is cut out
    too, since the text is not kept anywhere that could refuse it. on: today.
    """
    if _SUSPECT.search(text) is None:
        return Scrubbed(text, ())
    found = [*_cpr(text, on), *_all_mails(text), *_all_phones(text)]
    return _without(text, sorted(found, key=lambda one: one.start), cut_all=True)


def scrub(text: str, on: date, *, mobiles: bool = True) -> Scrubbed:
    """The text without personal data, and what was found.

    on: today. mobiles: False where the digits are known to be no telephone number.

    A certain CPR number is left standing and marked as refusing: the caller refuses the
    text. Possible ones, private mail addresses and mobiles are cut out.
    """
    if _SUSPECT.search(text) is None:
        return Scrubbed(text, ())
    found = sorted(
        [*_cpr(text, on), *_private_mails(text), *(_mobiles(text) if mobiles else ())],
        key=lambda one: one.start,
    )
    return _without(text, found)


def _without(text: str, found: list[Finding], *, cut_all: bool = False) -> Scrubbed:
    """cut_all: also what refuses the whole text."""
    if not found:
        return Scrubbed(text, ())
    kept, end = [], 0
    for finding in found:
        if (cut_all or not finding.refuses) and finding.start >= end:
            kept.append(text[end : finding.start])
            end = finding.end
    kept.append(text[end:])
    left = re.sub(r" {2,}", " ", "".join(kept))
    left = re.sub(r" +([.,;:)])", r"\1", left).strip()
    return Scrubbed(left if re.search(r"\w", left) else "", tuple(found))


def _cpr(text: str, on: date) -> list[Finding]:
    if sum(map(str.isdigit, text)) < 10:
        return []
    return [
        Finding(
            hit.start,
            hit.end,
            hit.masked,
            "form.cpr",
            "holds a personal number (CPR)",
            refuses=hit.grade is Grade.CERTAIN,
        )
        for hit in find_cpr(text, on)
    ]


def _all_mails(text: str) -> list[Finding]:
    return [
        Finding(one.start(), one.end(), f"•••@{one[2]}", "form.name", "a mail address")
        for one in _MAIL.finditer(text)
    ]


def _all_phones(text: str) -> list[Finding]:
    return [
        Finding(one.start(), one.end(), "•• •• •• ••", "form.name", "a telephone number")
        for one in _PHONE.finditer(text)
    ]


def _private_mails(text: str) -> list[Finding]:
    if "@" not in text:
        return []
    return [
        Finding(
            match.start(),
            match.end(),
            f"•••@{match[2]}",
            "form.name",
            "a person's own mail address, not the association's",
        )
        for match in _MAIL.finditer(text)
        if is_private_mail(match[1], match[2])
    ]


def is_private_mail(local: str, domain: str) -> bool:
    """Whether `local@domain` looks like a person's own mailbox.

    At a provider of private mail everything is, but for names that hold a role or look
    like a club's; elsewhere only what begins with a first name and goes on with another.
    """
    words = [word for word in re.split(r"[._\-+0-9]+", fold(local)) if word]
    named = bool(words) and words[0] in first_names()
    if any(word in _ROLES for word in words):
        return False
    if domain.casefold() in _PROVIDERS:
        return named or not _CLUB.search(fold(local))
    return named and len(words) > 1


def _mobiles(text: str) -> list[Finding]:
    found = []
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[1])
        if digits[:2] not in _MOBILE or _NOT_PHONE.search(
            text[max(0, match.start() - 12) : match.start()]
        ):
            continue
        found.append(
            Finding(
                match.start(),
                match.end(),
                f"{digits[:2]} •• •• ••",
                "form.name",
                "a mobile number, which is a person's until the association says otherwise",
            )
        )
    return found


@cache
def first_names() -> frozenset[str]:
    """Danish first names, folded."""
    with _NAMES.open(encoding="utf-8", newline="") as file:
        return frozenset(fold(row["navn"]) for row in csv.DictReader(file))
