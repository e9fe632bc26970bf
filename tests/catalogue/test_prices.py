"""Prices: exact to the øre, and unknown is never free."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.errors import Invalid
from catalogue.prices import (
    DANISH_UNITS,
    Price,
    PriceUnit,
    danish,
    format_price,
    from_danish,
    parse_price,
    price_from_json,
    price_to_json,
    read_price,
    read_price_field,
)

amounts = st.decimals(0, 100_000, places=2)
prices = st.builds(Price, amounts, st.none() | st.sampled_from(PriceUnit))


@given(prices)
def test_every_price_is_read_back(price: Price) -> None:
    assert parse_price(*format_price(price)) == price
    assert price_from_json(price_to_json(price)) == price


@given(st.text() | st.text(alphabet="0123456789.,- kr"), st.sampled_from(["", *DANISH_UNITS]))
def test_any_cell_is_read_in_a_stable_way_or_refused(cell: str, unit: str) -> None:
    try:
        price = parse_price(cell, unit)
    except Invalid as error:
        assert len(str(error)) < 200
    else:
        if price is None:
            assert not cell.strip()
        else:
            assert parse_price(*format_price(price)) == price


def test_the_units_are_those_of_the_table_and_stored_in_english() -> None:
    assert list(DANISH_UNITS) == ["gang", "måned", "kvartal", "halvår", "sæson", "år"]
    assert {from_danish(danish(unit)) for unit in PriceUnit} == set(PriceUnit)
    assert from_danish(" Måned ").value == "month"
    with pytest.raises(Invalid, match="use one of gang, måned"):
        from_danish("uge")


@pytest.mark.parametrize(
    ("cell", "kr"),
    [
        ("150", "150"),
        ("150,00", "150"),
        ("150.5", "150.50"),
        ("1.200", "1200"),
        ("1.200,50", "1200.50"),
        ("1200,50", "1200.50"),
        ("1 200", "1200"),
        ("12.345", "12345"),
        ("150 kr.", "150"),
        ("150kr", "150"),
        ("150,-", "150"),
        ("kr. 75", "75"),
        ("75 kroner", "75"),
        ("DKK 75", "75"),
        ("0", "0"),
        ("100.000", "100000"),
    ],
)
def test_amounts_are_read_as_danes_write_them(cell: str, kr: str) -> None:
    assert parse_price(cell, "år") == Price(Decimal(kr), PriceUnit.YEAR)


@pytest.mark.parametrize(
    "cell",
    [
        "-5",
        "100001",
        "100000,01",
        "1.200.000",
        "9" * 4000,
        "NaN",
        "Infinity",
        "1e3",
        "1,200",
        "0.500",
        "1,234.50",
        "150,005",
        "gratis",
        "100-200",
        "kr",
        "١٥٠",
    ],
)
def test_what_is_no_amount_is_refused(cell: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_price(cell, "gang")
    assert len(str(refused.value)) < 100


def test_no_cells_are_no_price_and_a_unit_alone_is_refused() -> None:
    assert parse_price("", " ") is None
    with pytest.raises(Invalid, match="without an amount"):
        parse_price("", "gang")


@pytest.mark.parametrize("kr", ["NaN", "sNaN", "Infinity", "-0.01", "100000.01", "1.005", "1e-50"])
def test_impossible_prices_cannot_be_made(kr: str) -> None:
    with pytest.raises(Invalid):
        Price(Decimal(kr))


@pytest.mark.parametrize(
    "stored",
    [None, {}, {"kr": 150, "unit": None}, {"kr": "x", "unit": None}, {"kr": "1", "unit": "gang"}],
)
def test_a_damaged_stored_price_is_refused(stored: object) -> None:
    with pytest.raises(Invalid):
        price_from_json(stored)


def test_minus_nothing_is_free() -> None:
    price = Price(Decimal("-0"))
    assert price.is_free
    assert format_price(price) == ("0", "")


@pytest.mark.parametrize(
    ("cell", "unit", "per_month"),
    [
        ("100", "gang", "430"),
        ("150", "måned", "150"),
        ("300", "kvartal", "100"),
        ("600", "halvår", "100"),
        ("1200", "sæson", "150"),
        ("1200", "år", "100"),
        ("0", "gang", "0"),
        ("0", "", "0"),
        ("150", "", None),
    ],
)
def test_price_per_month_follows_the_contract(cell: str, unit: str, per_month: str | None) -> None:
    price = parse_price(cell, unit)
    assert price is not None
    assert price.kr_per_month() == (None if per_month is None else Decimal(per_month))


def test_a_known_number_of_visits_refines_a_price_per_visit_only() -> None:
    assert Price(Decimal(100), PriceUnit.VISIT).kr_per_month(Decimal(1)) == 100
    assert Price(Decimal(100), PriceUnit.MONTH).kr_per_month(Decimal(1)) == 100


@pytest.mark.parametrize(
    ("text", "kr", "unit"),
    [
        ("350 kr. pr. sæson", "350", PriceUnit.SEASON),
        ("100 kr. pr. gang", "100", PriceUnit.VISIT),
        ("150 kr/md", "150", PriceUnit.MONTH),
        ("150,- om måneden", "150", PriceUnit.MONTH),
        ("1.200 kr. årligt.", "1200", PriceUnit.YEAR),
        ("Kontingent: 600 kr pr halvår", "600", PriceUnit.HALF_YEAR),
        ("kr. 75 pr. kvartal", "75", PriceUnit.QUARTER),
        ("37,50 kroner hver gang", "37.50", PriceUnit.VISIT),
        ("Gratis", "0", None),
        ("Det er gratis at deltage.", "0", None),
    ],
)
def test_one_amount_and_one_unit_are_a_price(text: str, kr: str, unit: PriceUnit | None) -> None:
    assert read_price(text) == Price(Decimal(kr), unit)


@pytest.mark.parametrize(
    "text",
    [
        "to første aftener gratis",
        "gratis til dec. 2019",
        "gratis klippekort med 6 klip",
        "første gang gratis",
        "mindre deltagerbetaling",
        "14 dages fortrydelsesret",
        "14 dages fortrydelsesret i stedet for prøvetime",
        "sauna 10 kr. pr. person, dog mindst 30 kr.",
        "350 kr. pr. sæson (børn/unge, 2018)",
        "100 kr. pr. tur (eksempel)",
        "delebil: 300 kr. årligt medlemskab",
        "adgangsarmbånd 150 kr.; Fritidspas kan bruges",
        "foredrag 30 kr. inkl. kaffe og kage",
        "350 kr.",
        "350",
        "ca. 100 kr. pr. gang",
        "fra 100 kr. pr. gang",
        "100-200 kr. pr. gang",
        "100 kr. pr. gang eller 500 kr. pr. år",
        "300 kr. i år",
        "100 kr. pr. person",
        "1.000.000 kr. pr. år",
        "",
    ],
)
def test_any_doubt_is_no_price(text: str) -> None:
    assert read_price(text) is None


@given(st.text())
def test_free_text_never_fails(text: str) -> None:
    price = read_price(text)
    assert price is None or price.kr >= 0


@pytest.mark.parametrize(
    ("text", "kr", "unit"),
    [
        ("350,00 kr.", "350", None),
        ("350,-", "350", None),
        ("350 kr./halvår", "350", PriceUnit.HALF_YEAR),
        ("Gratis", "0", None),
        ("Fri entré", "0", None),
        ("gratis adgang", "0", None),
    ],
)
def test_a_field_that_holds_a_price_is_read(text: str, kr: str, unit: PriceUnit | None) -> None:
    assert read_price_field(text) == Price(Decimal(kr), unit)


@pytest.mark.parametrize(
    "text",
    ["0,00 kr.", "0", "0 kr. pr. år", "to første aftener gratis", "mindre deltagerbetaling", "",
     "klippekort 10 gange 300 kr.", "14 dages fortrydelsesret", "fra 100 kr.", "100-150 kr."],
)  # fmt: skip
def test_a_price_field_that_is_not_sure_is_left_alone(text: str) -> None:
    assert read_price_field(text) is None
