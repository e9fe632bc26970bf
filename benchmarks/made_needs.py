"""Needs to time: words of the vocabulary, places of the catalogue; none of the judged ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from benchmarks.catalogues import Country
from catalogue.places import STATED_KM, Point
from catalogue.vocabulary import load_vocabulary
from matcher.concepts import concepts_of
from matcher.need import Need, read_need
from matcher.negation import understand

_WORK_DAYS = ["mon", "tue", "wed", "thu", "fri"]
_TIMES = (("09:00", "15:00"), ("17:00", "22:00"), ("12:00", "20:00"))


@dataclass(frozen=True, slots=True)
class Asker:
    """A need and where its home lies."""

    need: Need
    home: Point


def made_needs(country: Country, seed: int = 3) -> Iterator[Asker]:
    """Needs without end, the same for the same seed.

    1 to 3 interests (names of activities, or everyday expressions), 5 to 20 km, 1 to 4
    requirements, up to 3 wishes, an age; every second a ceiling, every second times.
    """
    chance = Random(seed)
    names, sayings, codes = _words()
    while True:
        home = country.draw(chance, STATED_KM)
        fields: dict[str, object] = {
            "interests": [
                chance.choice(names if chance.random() < 0.6 else sayings)[:200]
                for _ in range(chance.randint(1, 3))
            ],
            "home": {"lat": home.lat, "lon": home.lon},
            "reach": {"km": chance.randint(5, 20)},
            "requires": chance.sample(codes, chance.randint(1, 4)),
            "wishes": chance.sample(codes, chance.randint(0, 3)),
            "age": chance.randint(18, 90),
            "gender": chance.choice(("female", "male")),
        }
        if chance.random() < 0.5:
            fields["max_kr_per_month"] = chance.choice((50, 100, 200, 400))
        if chance.random() < 0.5:
            opens, closes = chance.choice(_TIMES)
            days = sorted(chance.sample(_WORK_DAYS, chance.randint(1, 5)), key=_WORK_DAYS.index)
            fields["times"] = [{"days": days, "from": opens, "to": closes}]
        need = read_need(fields)
        assert isinstance(need, Need)
        yield Asker(need, home)


@cache
def _words() -> tuple[list[str], list[str], list[str]]:
    """Names of activities, everyday expressions, and codes of the access facts."""
    vocabulary = load_vocabulary()
    names = [word for one in vocabulary.activities for word in (one.name, *one.synonyms)]
    names_something = concepts_of(vocabulary).names_something
    # What denies an activity becomes a dislike, which the others know nothing of.
    sayings = [
        one.text for one in vocabulary.expressions if understand(one.text, names_something) is None
    ]
    return names, sayings, [fact.code for fact in vocabulary.access_facts]
