import pytest

from api.pages import theme
from api.settings import read_settings
from catalogue.errors import Invalid

WINE = ("#7a1f3d", "#5a1029", "#f7e8ee", "#ffffff")
ORANGE = ("#f7a600", "#d98f00", "#fff3d9", "#ffffff")


def test_contrast_is_counted_as_wcag_does() -> None:
    assert theme.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert theme.contrast("#0f4c66", "#ffffff") == pytest.approx(9.4, abs=0.05)
    assert theme.contrast("#7a1f3d", "#ffffff") == pytest.approx(10.0, abs=0.05)
    assert theme.contrast("#f7a600", "#ffffff") == pytest.approx(2.0, abs=0.05)


def test_the_default_colours_can_be_read() -> None:
    assert theme.least_contrast(theme.LIGHT, "light") >= 4.5
    assert theme.least_contrast(theme.DARK, "dark") >= 4.5


def test_colours_that_can_be_read_are_used_on_screens_alone() -> None:
    sheet = theme.style_sheet(WINE, None)
    assert "@media screen and (prefers-color-scheme:light){:root{--kommune:#7a1f3d;" in sheet
    assert "(prefers-color-scheme:dark)" not in sheet


def test_colours_that_cannot_be_read_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "#f7a600" not in theme.style_sheet(ORANGE, ORANGE)
    assert "colours refused" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["red", "#fff #fff #fff #fff", "#123456", "#0f4c66;} * {"])
def test_what_is_no_colour_stops_the_start(text: str, tmp_path: object) -> None:
    with pytest.raises(Invalid, match="FRITIDSGUIDE_COLOURS"):
        read_settings({"FRITIDSGUIDE_DATA": str(tmp_path), "FRITIDSGUIDE_COLOURS": text})
