"""What the four formats of Conventus share: whose page it is, and the keys of teams."""

import re
from urllib.parse import parse_qs, urlsplit

from scrapers.found import SourceInfo, Trouble, Unreadable

_ID = re.compile(r"[0-9]{1,10}")


def association(source: SourceInfo, *parameters: str) -> str:
    """The association's number in the address asked. Raises Unreadable if it has none."""
    query = parse_qs(urlsplit(source.address).query)
    for parameter in parameters:
        found = query.get(parameter, [""])[0]
        if _ID.fullmatch(found):
            return found
    names = " or ".join(parameters)
    raise Unreadable(Trouble.RECIPE, f"the source's address has no number as {names}")


def team_key(association_id: str, team: str) -> str:
    """The identity of a team in every one of the formats, so that they agree."""
    return f"{association_id}/{team}"
