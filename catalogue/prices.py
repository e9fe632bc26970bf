"""What it costs: an amount to the øre, and what it covers. Unknown is None, never 0 kr."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from catalogue.errors import Invalid

HIGHEST_KR = 100_000  # above it somebody left out a comma
VISITS_PER_MONTH = Decimal("4.3")  # one visit a week, as the contract counts


class PriceUnit(StrEnum):
    VISIT = "visit"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    SEASON = "season"
    YEAR = "year"


DANISH_UNITS = {
    "gang": PriceUnit.VISIT,
    "måned": PriceUnit.MONTH,
    "kvartal": PriceUnit.QUARTER,
    "halvår": PriceUnit.HALF_YEAR,
    "sæson": PriceUnit.SEASON,
    "år": PriceUnit.YEAR,
}
_DANISH = {unit: word for word, unit in DANISH_UNITS.items()}
_MONTHS = {
    PriceUnit.MONTH: 1,
    PriceUnit.QUARTER: 3,
    PriceUnit.HALF_YEAR: 6,
    PriceUnit.SEASON: 8,
    PriceUnit.YEAR: 12,
}


def from_danish(word: str) -> PriceUnit:
    """The unit that the table writes so, in any case. Raises Invalid for other words."""
    unit = DANISH_UNITS.get(word.strip().lower())
    if unit is None:
        raise Invalid(f"price unit {word[:40]!r}: use one of {', '.join(DANISH_UNITS)}")
    return unit


def danish(unit: PriceUnit) -> str:
    """The table's word for a unit."""
    return _DANISH[unit]


@dataclass(frozen=True, slots=True)
class Price:
    """A stated price. Raises Invalid if it cannot be one."""

    kr: Decimal
    """Kroner with two decimals, 0..100,000; 0 = confirmed free."""
    unit: PriceUnit | None = None
    """What the amount covers; None = not stated."""

    def __post_init__(self) -> None:
        if not self.kr.is_finite() or not 0 <= self.kr <= HIGHEST_KR:
            raise Invalid(f"price {str(self.kr)[:40]}: must be 0 to {HIGHEST_KR} kr")
        exact = self.kr.quantize(Decimal("0.01"))
        if exact != self.kr:
            raise Invalid(f"price {str(self.kr)[:40]}: at most two decimals")
        object.__setattr__(self, "kr", abs(exact))  # -0.00 is 0.00

    @property
    def is_free(self) -> bool:
        return self.kr == 0

    def kr_per_month(self, visits_per_month: Decimal | None = None) -> Decimal | None:
        """Kroner per month, not rounded; None = unknown, since the unit is not stated.

        visits_per_month: how often one pays where the unit is a visit, if that is known
        better than once a week (a monthly meeting: 1).
        """
        if self.is_free:
            return Decimal(0)
        if self.unit is None:
            return None
        if self.unit is PriceUnit.VISIT:
            return self.kr * (VISITS_PER_MONTH if visits_per_month is None else visits_per_month)
        return self.kr / _MONTHS[self.unit]


# --- the table's own way of writing -----------------------------------------------------

_NUMBER = r"(?:[1-9][0-9]{0,2}(?:[. ][0-9]{3})+(?:,[0-9]{1,2})?|[0-9]{1,15}(?:[.,][0-9]{1,2})?)"
_AMOUNT = rf"(?:(?:kr\.?|dkk) ?)?(?P<number>{_NUMBER})(?:,-| ?(?:kroner|kr\b\.?|dkk\b),?-?)?"
_KR_CELL = re.compile(_AMOUNT, re.IGNORECASE)


def parse_price(kr_cell: str, unit_cell: str) -> Price | None:
    """The price of a row; None if both cells are empty.

    A dot before three digits separates thousands (`1.200`), otherwise a dot or a comma
    begins the øre. Raises Invalid naming the cell's text.
    """
    amount, unit = " ".join(kr_cell.split()), unit_cell.strip()
    if not amount:
        if unit:
            raise Invalid(f"price unit {unit[:40]!r} without an amount")
        return None
    found = _KR_CELL.fullmatch(amount)
    if found is None:
        raise Invalid(f"price {amount[:40]!r}: write kroner as 150 or 150.50")
    return Price(_decimal(found["number"]), from_danish(unit) if unit else None)


def _decimal(number: str) -> Decimal:
    if re.search(r"[. ][0-9]{3}", number):
        number = number.replace(".", "").replace(" ", "")
    return Decimal(number.replace(",", "."))


def format_price(price: Price) -> tuple[str, str]:
    """The two cells that `parse_price` reads back; decimal point, and øre only if any."""
    return _amount(price.kr), "" if price.unit is None else danish(price.unit)


def _amount(kr: Decimal) -> str:
    return f"{kr:.0f}" if kr == kr.to_integral_value() else f"{kr:.2f}"


# --- stored form ------------------------------------------------------------------------


def price_to_json(price: Price) -> dict[str, str | None]:
    """`{"kr": "150" or "150.50", "unit": "month" or null}`; text, so that øre stay exact."""
    return {"kr": _amount(price.kr), "unit": None if price.unit is None else price.unit.value}


def price_from_json(stored: object) -> Price:
    """The reverse of `price_to_json`. Raises Invalid for anything else."""
    try:
        if not isinstance(stored, Mapping) or not isinstance(stored["kr"], str):
            raise TypeError("an object with kr as text expected")
        unit = stored["unit"]
        return Price(Decimal(stored["kr"]), None if unit is None else PriceUnit(unit))
    except (TypeError, KeyError, ValueError, ArithmeticError) as error:
        raise Invalid(f"stored price cannot be read: {error}") from error


# --- clubs' own words -------------------------------------------------------------------

_FREE = re.compile(
    r"(?:det er )?(?:gratis(?: (?:at (?:deltage|være med)|adgang|entr[eé]))?|fri entr[eé])\.?",
    re.IGNORECASE,
)
_UNIT_WORDS = {  # "300 kr. i år" is this year's price, so each preposition has its own nouns
    PriceUnit.VISIT: r"{per}(?:gang|mødegang|aften|besøg)|hver gang",
    PriceUnit.MONTH: r"{per}(?:måned|md\.?|mdr\.?)|(?:om|i) måneden|hver måned|månedligt?|mdl\.?",
    PriceUnit.QUARTER: r"{per}kvartal|i kvartalet|hvert kvartal|kvartalsvis",
    PriceUnit.HALF_YEAR: r"{per}(?:halvår|½ år)|hvert (?:halvår|halve år)|halvårligt?",
    PriceUnit.SEASON: r"{per}sæson|(?:for|i) sæsonen|hver sæson",
    PriceUnit.YEAR: r"{per}år|om året|hvert år|årligt?",
}
_UNITS = "|".join(
    f"(?P<{unit.value}>{words.format(per='(?:/ ?|pr[.]? ?|per )')})"
    for unit, words in _UNIT_WORDS.items()
)
_WHOLE = re.compile(
    rf"(?:(?:pris|kontingent):? )?{_AMOUNT} ?(?:{_UNITS})\.?",
    re.IGNORECASE,
)


def read_price(text: str) -> Price | None:
    """The price in a club's own words, if they say one amount and one unit and no more.

    `350 kr. pr. sæson` and `gratis` are prices; `to første aftener gratis`, `fra 100 kr.`
    and an amount with a remark are not. None = not sure; the text itself is the caller's.
    """
    words = " ".join(text.split())
    if _FREE.fullmatch(words):
        return Price(Decimal(0))
    found = _WHOLE.fullmatch(words)
    if found is None:
        return None
    unit = next(unit for unit in PriceUnit if found[unit.value])
    try:
        return Price(_decimal(found["number"]), unit)
    except Invalid:
        return None


def read_price_field(text: str) -> Price | None:
    """The price in a field that holds nothing but a price: `350,00 kr.` as well.

    An amount without a unit has none. None = not sure; that is also an amount of 0, which
    is what a form holds that nobody has filled in. Only words such as `gratis` say free.
    """
    price = read_price(text)
    if price is not None:
        return price if price.kr or _FREE.fullmatch(" ".join(text.split())) else None
    try:
        price = parse_price(text, "")
    except Invalid:
        return None
    return price if price is not None and price.kr else None
