"""Settings that sources need."""

from pathlib import Path

import pytest

from api.settings import read_settings
from catalogue.errors import Invalid


def test_without_a_contact_page_there_is_none(tmp_path: Path) -> None:
    settings = read_settings({"FRITIDSGUIDE_DATA": str(tmp_path / "d")})
    assert settings.reader_page is None
    assert settings.folder == tmp_path / "d"


def test_the_contact_page_is_read(tmp_path: Path) -> None:
    environment = {
        "FRITIDSGUIDE_DATA": str(tmp_path),
        "FRITIDSGUIDE_READER_PAGE": "https://kommune.example/fritidsguide",
    }
    assert read_settings(environment).reader_page == "https://kommune.example/fritidsguide"


@pytest.mark.parametrize("address", ["http://kommune.example/", "kommune.example", "mailto:a@b"])
def test_a_contact_page_without_https_is_refused(tmp_path: Path, address: str) -> None:
    environment = {"FRITIDSGUIDE_DATA": str(tmp_path), "FRITIDSGUIDE_READER_PAGE": address}
    with pytest.raises(Invalid, match="FRITIDSGUIDE_READER_PAGE must begin with https://"):
        read_settings(environment)
