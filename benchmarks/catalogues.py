"""Catalogues to measure on."""

from pathlib import Path

from api.importing import SAMPLE, SAMPLE_SOURCE, import_file
from api.migrations.run import migrate_catalogue
from catalogue.database import open_database, reading
from catalogue.places import load_gazetteer
from catalogue.published import PublishedOffer, published
from catalogue.vocabulary import load_vocabulary
from matcher.index import Index


def offers_of(folder: Path, table: Path, source: str) -> list[PublishedOffer]:
    """The offers of a table, through a database in `folder`."""
    engine = open_database(f"sqlite:///{folder / f'{table.stem}.sqlite'}")
    migrate_catalogue(engine)
    import_file(engine, table, source)
    with reading(engine) as session:
        offers = list(published(session, load_gazetteer()))
    engine.dispose()
    return offers


def sample_index(folder: Path) -> Index:
    """The index of the sample catalogue."""
    return Index.build(offers_of(folder, SAMPLE, SAMPLE_SOURCE), load_vocabulary())
