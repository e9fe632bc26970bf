"""Small readers of words: whether there is room, and the parts of an address."""

import re

from catalogue.kinds import Room

_FREE_PLACES = re.compile(
    r"(?:ledige|available)[^0-9]{0,20}(?P<many>[0-9]{1,6})|"
    r"(?P<count>[0-9]{1,6}) (?:ledige|available)"
)


def room_in(words: str) -> Room | None:
    """What `Ledige pladser: 4`, `Fuldt booket` or `Venteliste` says; None = not sure."""
    said = words.casefold()[:200]
    if found := _FREE_PLACES.search(said):
        return Room.OPEN if int(found["many"] or found["count"]) else Room.FULL
    if "venteliste" in said or "waiting list" in said:
        return Room.WAITING_LIST
    if re.search(r"\b(?:fuldt|udsolgt|optaget|ingen ledige|fully booked|sold out)\b", said):
        return Room.FULL
    if re.search(r"\b(?:ledige pladser|ubegrænset|plads til flere)\b", said):
        return Room.OPEN
    return None


_TOWN = re.compile(r"(?P<postcode>[0-9]{4}) +(?P<town>[^0-9,]{2,40})")


def split_address(text: str) -> dict[str, str]:
    """`Klubhuset, Storegade 12, 8410 Rønde` as venue, address, postcode and town.

    What has a house number is the address, what stands before it the venue.
    """
    parts = [part.strip() for part in re.split(r"[\n,]", text) if part.strip()]
    found: dict[str, str] = {}
    for part in list(parts):
        town = _TOWN.fullmatch(part)
        if town and "postcode" not in found:
            found |= {"postcode": town["postcode"], "town": town["town"].strip()}
            parts.remove(part)
    numbered = next((at for at, part in enumerate(parts) if re.search(r"[0-9]", part)), len(parts))
    if parts[:numbered]:
        found["venue"] = ", ".join(parts[:numbered])
    if parts[numbered:]:
        found["address"] = ", ".join(parts[numbered:])
    return found
