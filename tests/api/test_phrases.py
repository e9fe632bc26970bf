from datetime import date, time
from decimal import Decimal

import pytest

from api import formats, phrases
from api.wording import Language
from catalogue.facts import Basis, Fact, Subject
from catalogue.prices import Price, PriceUnit
from catalogue.schedules import parse_times

DA, EN = Language.DA, Language.EN


@pytest.mark.parametrize(
    ("cell", "danish", "english"),
    [
        ("tir 19:00-20:30", "hver tirsdag kl. 19-20.30", "every Tuesday 19:00-20:30"),
        (
            "tir+tor 9:00-12:00",
            "hver tirsdag og torsdag kl. 9-12",
            "every Tuesday and Thursday 09:00-12:00",
        ),
        (
            "ulige ons 14:00-16:00",
            "onsdag i ulige uger kl. 14-16",
            "Wednesday in odd weeks 14:00-16:00",
        ),
        (
            "2.+4. man 19:00-21:00",
            "anden og fjerde mandag i måneden kl. 19-21",
            "the second and fourth Monday of the month 19:00-21:00",
        ),
        ("sidste ons", "sidste onsdag i måneden", "the last Wednesday of the month"),
        ("lør", "hver lørdag", "every Saturday"),
        ("lige man 10:00", "mandag i lige uger kl. 10", "Monday in even weeks at 10:00"),
        (
            'tir 19:00-20:30; "og efter aftale"',
            "hver tirsdag kl. 19-20.30 og ”og efter aftale”",
            "every Tuesday 19:00-20:30 and “\u2066og efter aftale\u2069”",
        ),
    ],
)
def test_times_in_words(cell: str, danish: str, english: str) -> None:
    assert phrases.times(parse_times(cell), DA) == danish
    assert phrases.times(parse_times(cell), EN) == english


@pytest.mark.parametrize(
    ("price", "danish"),
    [
        (Price(Decimal(0)), "gratis"),
        (Price(Decimal(50), PriceUnit.VISIT), "50 kr. hver gang"),
        (Price(Decimal("12.50"), PriceUnit.MONTH), "12,50 kr. om måneden"),
        (
            Price(Decimal(1200), PriceUnit.YEAR),
            "1.200 kr. om året, det svarer til 100 kr. om måneden",
        ),
        (
            Price(Decimal(1000), PriceUnit.SEASON),
            "1.000 kr. for en sæson, det svarer til ca. 125 kr. om måneden",
        ),
        (Price(Decimal(100)), "100 kr., men vi ved ikke for hvor lang tid"),
    ],
)
def test_prices_in_words(price: Price, danish: str) -> None:
    assert phrases.price(price, DA) == danish


def test_who_said_it_and_when() -> None:
    fact = Fact("yes", Basis.SOURCE, date(2026, 5, 3), "dgi")
    assert phrases.said_by(fact, DA) == "fra en liste, modtaget den 3. maj 2026"
    assert phrases.said_by(fact._replace(stated_on=None), DA) == "fra en liste uden dato"
    prose = fact._replace(basis=Basis.PROSE)
    assert phrases.said_by(prose, DA) == "ifølge teksten, læst den 3. maj 2026"
    venue = fact._replace(of=Subject.VENUE)
    assert phrases.said_by(venue, DA).startswith("gælder for hele stedet")


def test_a_fact_is_old_after_a_year() -> None:
    fact = Fact("yes", Basis.SOURCE, date(2025, 11, 24), "dgi")
    assert not phrases.is_old(fact, date(2026, 11, 24))
    assert phrases.is_old(fact, date(2026, 11, 25))
    assert not phrases.is_old(fact._replace(stated_on=None), date(2026, 11, 25))


def test_numbers_dates_and_clocks() -> None:
    assert formats.day(date(2026, 5, 3), DA) == "3. maj 2026"
    assert formats.day(date(2026, 5, 3), EN) == "3 May 2026"
    assert (formats.clock(time(19), DA), formats.clock(time(9, 5), DA)) == ("19", "9.05")
    assert formats.clock(time(9, 5), EN) == "09:05"
    assert formats.kroner(Decimal("1200.5"), DA) == "1.200,50"
    assert formats.minutes(0) == 5
    assert formats.minutes(12) == 15


def test_distances_are_as_exact_as_they_are_known() -> None:
    assert formats.distance(4.24, DA, approximate=False) == "4,2 km"
    assert formats.distance(0.32, DA, approximate=False) == "300 meter"
    assert formats.distance(0.1, DA, approximate=True) == "ca. 1 km"
    assert formats.distance(12.6, DA, approximate=True) == "ca. 13 km"


def test_lists_are_joined_as_one_says_them() -> None:
    assert formats.listed([], DA) == ""
    assert formats.listed(["a"], DA) == "a"
    assert formats.listed(["a", "b", "c"], DA) == "a, b og c"
    assert formats.listed(["a", "b"], DA, style="or") == "a eller b"
