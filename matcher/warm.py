"""The first match of a process, made before anybody waits for it."""

from dataclasses import replace
from datetime import date

from catalogue.places import Point
from matcher.answer import match
from matcher.index import Index
from matcher.need import Need

_ON = date(2026, 1, 1)
_HOME = Point(56.3, 10.5, 0.05)
_NEED = Need.model_validate(
    {
        "interests": ["strikning"],
        "dislikes": ["svømning"],
        "reach": {"km": 10},
        "times": [{"days": ["mon"], "from": "12:00", "to": "16:00"}],
    }
)


def warm(index: Index) -> None:
    """Load the compiled loops (half a second), or compile them: once on a machine, in 12 seconds.

    Any need will do; nothing of the answer is kept, and no model is asked.
    """
    match(replace(index, meaning=None), _NEED, home=_HOME, on=_ON)
