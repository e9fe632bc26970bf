"""The eight kinds of things to do that one can choose by a picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Interest:
    picture: str
    """OpenMoji code."""
    activities: tuple[str, ...]
    """Main groups of the vocabulary; each belongs to one interest."""


INTERESTS: Mapping[str, Interest] = MappingProxyType(
    {
        "hands": Interest("1F9F6", ("kreativt", "vaerksted")),
        "music": Interest("1F3B6", ("musik", "dans", "scene")),
        "nature": Interest("1F434", ("natur", "dyr", "ture")),
        "coffee": Interest("2615", ("samvaer", "mad", "stoette", "tro")),
        "moving": Interest(
            "1F3C3",
            (
                "idraet_bold",
                "idraet_fitness",
                "idraet_vand",
                "idraet_loeb",
                "idraet_praecision",
                "idraet_andet",
                "krop_og_ro",
                "parasport",
            ),
        ),
        "games": Interest("1F3B2", ("spil",)),
        "learning": Interest("1F4DA", ("laering", "lokalt")),
        "helping": Interest("1F91D", ("frivillig",)),
    }
)
"""By the code that stands in an address; the words are `interest.<code>` in api/locale."""


def activities_of(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The main groups of some interests."""
    return tuple(group for code in codes for group in INTERESTS[code].activities)
