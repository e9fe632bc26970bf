"""What a citizen's own words speak against: "strik uden at synge" is knitting, and no singing.

Read by form, and believed only where what is denied is the name of an activity: "ikke så
langt" and "ikke alene" say something else, and stay part of the idea.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from matcher.need import Need

_MARKER = re.compile(
    r"""(?ix) \b (?:
        (?: (?: helst | men | bare | endelig | kan | vil | gider | tør | skal | må ) \s+ )*
            ikke (?! \s+ (?: kun | bare | nødvendigvis | mindst )\b )
            (?: \s+ (?: lide | have | være | noget | nogen | med | til ) )*
      | uden (?: \s+ at )? (?: \s+ skulle )?
      | (?: ingen | intet ) (?: \s+ former \s+ for )?
      | (?: undgå | slippe \s+ for ) (?: \s+ at )?
      | without | avoid | no | not (?! \s+ (?: only | necessarily )\b )
    ) \s+"""
)
_END = re.compile(
    r"(?i)[,.;:!?]|\s(?:men|kun|gerne|hellere|bare|but|rather|only)\b"
    r"|\s(?:(?:og|eller|and|or)\s+)?(?:ikke|ingen|uden|not|without)\b"
)
_LOOSE = re.compile(
    r"(?i)^(?:[\s,.;:!?]|(?:men|og|eller|but|and|or)\b)+"
    r"|(?:[\s,.;:!?]|\b(?:men|og|eller|jeg|but|and|or|i))+$"
)
_DEGREE = re.compile(r"(?i)^(?:(?:så|alt|for|meget|mange|altid|at|any|too|much)\s+)+")


@dataclass(frozen=True, slots=True)
class Understood:
    """An idea that speaks for something and against something else."""

    idea: str
    """As it was written."""
    wanted: str
    """What is left without the denied; may be empty."""
    unwanted: tuple[str, ...]


def understand(idea: str, names_something: Callable[[str], bool]) -> Understood | None:
    """What an idea asks for and what it denies; None if it denies nothing.

    names_something: whether some words are the name of an activity.
    """
    unwanted: list[str] = []
    kept, begin = [], 0
    for marker in _MARKER.finditer(idea):
        if marker.start() < begin:
            continue  # inside what an earlier one denies
        end = _END.search(idea, marker.end())
        stop = end.start() if end else len(idea)
        denied = _DEGREE.sub("", idea[marker.end() : stop].strip())
        if names_something(denied):
            unwanted.append(denied)
            kept.append(idea[begin : marker.start()])
            begin = stop
    if not unwanted:
        return None
    kept.append(idea[begin:])
    wanted = re.sub(r"(?:\s*[,.;:!?])*\s*([,.;:!?])", r"\1", " ".join(" ".join(kept).split()))
    return Understood(idea, _LOOSE.sub("", wanted), tuple(unwanted))


def understood_need(
    need: Need, read: Callable[[str], Understood | None]
) -> tuple[Need, tuple[Understood, ...]]:
    """The need with what its interests deny among its dislikes, and how that was read.

    read: `understand`, or what remembers its answers.
    """
    heard = tuple(one for idea in need.interests if (one := read(idea)) is not None)
    if not heard:
        return need, ()
    wanted = {one.idea: one.wanted for one in heard}
    interests = (wanted.get(idea, idea) for idea in need.interests)
    dislikes = (*need.dislikes, *(denied for one in heard for denied in one.unwanted))
    changes = {
        "interests": tuple(dict.fromkeys(idea for idea in interests if idea)),
        "dislikes": tuple(dict.fromkeys(dislikes)),
    }
    return need.model_copy(update=changes), heard
