"""A table as a source, and what its runs asked for, showed and missed."""

from sqlalchemy import select

from catalogue.database import reading
from catalogue.places import load_gazetteer
from catalogue.published import PublishedOffer, published
from catalogue.run_models import SourceAbsence
from tests.scrapers.plain_teams import Team
from tests.scrapers.running import Runs
from tests.scrapers.world import Site
from tests.scrapers.writers import WRITERS, change, source_of

MANY = 20
TABLE = source_of("table")
OPENACTIVE = source_of("openactive")


def put(site: Site, found: list[Team]) -> None:
    """Another list in the table's place."""
    change(site, WRITERS["table"](found))


def pages_asked(site: Site, since: int) -> list[str]:
    """Paths of the requests after so many, without robots.txt."""
    return [one.path for one in site.asked[since:] if one.path != "/robots.txt"]


def shown(runs: Runs) -> dict[str, PublishedOffer]:
    """What citizens see, by key in the source."""
    with reading(runs.engine) as session:
        return {one.source_ids[0].key: one for one in published(session, load_gazetteer())}


def absences(runs: Runs) -> dict[str, int]:
    """How many runs in a row each has been missing, by key."""
    with reading(runs.engine) as session:
        query = select(SourceAbsence.item, SourceAbsence.runs)
        return dict(session.execute(query).all())
