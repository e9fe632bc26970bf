from pathlib import Path

import numpy as np
import pytest

from catalogue.errors import Invalid
from catalogue.places import STATED_KM, Point, distance_km
from matcher.answer import match
from matcher.match import Band, Kind, Outcome
from matcher.water import load_water, waters_between
from tests.builders import ON, a_need, an_index, an_offer

LOEGTEN, VRINNERS = Point(56.275, 10.34, STATED_KM), Point(56.235, 10.49, STATED_KM)
ROENDE, EBELTOFT = Point(56.302, 10.475, STATED_KM), Point(56.194, 10.68, STATED_KM)
KNEBEL = Point(56.205, 10.50, STATED_KM)


def water_between(one: Point, other: Point) -> tuple[str, float] | None:
    """Its name, and the way round it in km."""
    return waters_between(one, np.array([other.lat]), np.array([other.lon])).get(0)


def test_the_bay_lies_between_its_two_shores_and_the_way_goes_round_its_head() -> None:
    found = water_between(LOEGTEN, VRINNERS)
    assert found is not None
    name, round_km = found
    assert name == "Kalø Vig"
    assert water_between(VRINNERS, LOEGTEN) == (name, pytest.approx(round_km))
    assert round_km > distance_km(LOEGTEN, VRINNERS)


@pytest.mark.parametrize("there", [ROENDE, KNEBEL, VRINNERS])
def test_towns_on_one_shore_have_none_between_them(there: Point) -> None:
    assert water_between(VRINNERS, there) is None


def test_where_nobody_knows_the_place_no_water_is_known() -> None:
    assert waters_between(VRINNERS, np.array([np.nan]), np.array([np.nan])) == {}


def test_it_is_said_and_the_way_round_decides_what_is_confirmed() -> None:
    """8 km over the bay and 14 km round it: within reach of 9 as the crow flies only."""
    km, found = distance_km(KNEBEL, EBELTOFT), water_between(KNEBEL, EBELTOFT)
    assert found is not None
    _, round_km = found
    assert round_km > 1.1 * km
    offer = an_offer(point=EBELTOFT)
    for reach, band in ((km + 0.5, Band.ASK_FIRST), (round_km + 0.5, Band.CONFIRMED)):
        need = a_need(reach={"km": reach})
        (one,) = match(an_index(offer), need, home=KNEBEL, on=ON).matches
        (said,) = [verdict for verdict in one.verdicts if verdict.kind is Kind.DISTANCE]
        assert one.band is band
        assert (said.verdict is Outcome.FITS) == (band is Band.CONFIRMED)


def test_all_waters_have_a_name_a_line_and_a_way_round() -> None:
    for water in load_water():
        assert len(water.line) >= 2
        assert water.ends


@pytest.mark.parametrize("row", ["x,last,56 10", "x,never,56 10;56 11", ",last,56 10;56 11", "x"])
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, row: str) -> None:
    (tmp_path / "w.csv").write_text(f"name,way_round,line\n{row}\n", encoding="utf-8")
    with pytest.raises(Invalid, match="line 2"):
        load_water(tmp_path / "w.csv")
