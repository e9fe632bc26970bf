"""Conventus' XML interface: teams (`get_grupper.php`) and departments (`get_afdelinger.php`).

An error comes as an `error` element in a normal answer. The same interface holds members;
an answer with one of those is refused as a whole.
"""

from xml.etree.ElementTree import Element

from catalogue.kinds import OfferKind
from scrapers.formats import conventus
from scrapers.formats.collecting import Findings
from scrapers.formats.content import local_name, text_of, xml_of
from scrapers.found import Parsed, SourceInfo, Trouble, Unreadable

_MEMBERS = {"medlem", "medlemmer", "person", "personer"}
_ERRORS = {"error", "fejl", "fejlbesked"}
_ROOTS = {"conventus", "grupper", "afdelinger"}
_NO = {"0", "false", "nej", "no"}


def parse(content: bytes, source: SourceInfo) -> Parsed:
    text = text_of(content, source)
    club = conventus.association(source, "forening", "foreningsid")
    root = xml_of(text.text)
    names = {local_name(element).casefold() for element in root.iter()}
    if names & _MEMBERS:
        raise Unreadable(Trouble.WRONG_FORM, "an answer with members, which are never read")
    _refuse_error(root)
    if local_name(root).casefold() not in _ROOTS:
        raise Unreadable(Trouble.WRONG_FORM, "the root element is none of Conventus'")
    findings = Findings(source, text.mended)
    teams = [element for element in root.iter() if local_name(element) == "gruppe"]
    departments = [element for element in root.iter() if local_name(element) == "afdeling"]
    for number, team in enumerate(teams, start=1):
        _team(team, f"gruppe[{number}]", club, findings)
    if not teams:
        for number, department in enumerate(departments, start=1):
            entry = findings.organisation(_value(department, "id"), f"afdeling[{number}]")
            entry.line("name", _value(department, "titel", "navn"), f"afdeling[{number}]/titel")
    if not teams and not departments:
        if not names & {"grupper", "afdelinger"} or len(names) > 2:
            raise Unreadable(Trouble.LAYOUT_CHANGED, "neither teams nor departments")
        findings.empty(local_name(root), "the answer holds no teams")
    return findings.done(expected=("season", "activities"))


def _refuse_error(root: Element) -> None:
    for element in root.iter():
        if local_name(element).casefold() in _ERRORS and (element.text or "").strip():
            raise Unreadable(Trouble.ERROR_TEXT, "the source reports an error")


_KNOWN = set(
    "id titel navn om_holdet beskrivelse aktivitet_titel aktivitet periode_fra periode_til"
    " tid tid_sted tidspunkt pris aktiv".split()
)


def _team(team: Element, at: str, club: str, findings: Findings) -> None:
    number = _value(team, "id")
    findings.unknown([local_name(child) for child in team], _KNOWN, "gruppe")
    if number and (_value(team, "aktiv") or "").casefold() in _NO:
        findings.gone(conventus.team_key(club, number[:20]), f"{at}/aktiv")
        return
    if number is None:
        findings.remark(Trouble.NO_OWN_KEY, at, "a team without id")
    entry = findings.offer(conventus.team_key(club, number) if number else None, at)
    entry.line("title", _value(team, "titel", "navn"), f"{at}/titel")
    entry.text("description", _value(team, "om_holdet", "beskrivelse"), f"{at}/om_holdet")
    entry.activities([_value(team, "aktivitet_titel", "aktivitet")], f"{at}/aktivitet_titel")
    entry.word("kind", OfferKind.TEAM, "", at)
    first, last = _value(team, "periode_fra"), _value(team, "periode_til")
    if first and last:
        entry.season(f"{first} - {last}", f"{at}/periode_fra")
    entry.times(_value(team, "tid", "tid_sted", "tidspunkt"), f"{at}/tid")
    entry.price(_value(team, "pris"), f"{at}/pris")


def _value(element: Element, *names: str) -> str | None:
    """The text of the first of these, as an attribute or a child; None if there is none."""
    for name in names:
        if (found := element.get(name)) and found.strip():
            return found
        for child in element:
            if local_name(child) == name and (child.text or "").strip():
                return child.text
    return None
