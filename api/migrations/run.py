"""Bringing a database up to the tables that this program knows."""

from pathlib import Path

from alembic.command import upgrade
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from catalogue.database import reason_of
from catalogue.errors import Conflict

_LOCK = 706_2027  # any fixed number: two programs starting at once migrate in turn


def migrate_catalogue(engine: Engine) -> None:
    """Create or upgrade the catalogue's tables; nothing happens when they are current.

    Raises Conflict for a database of a newer version, for one that holds other tables,
    and for one that cannot be read or written.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "catalogue"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    try:
        with engine.connect() as connection:
            if _is_current(connection, script):
                return
        with engine.execution_options(writes=True).begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            if not _is_current(connection, script):
                config.attributes["connection"] = connection
                upgrade(config, "head")
    except DatabaseError as error:
        raise Conflict(f"database cannot be opened: {reason_of(error)}") from error


def _is_current(connection: Connection, script: ScriptDirectory) -> bool:
    held = MigrationContext.configure(connection).get_current_revision()
    if held is None:
        strangers = set(inspect(connection).get_table_names()) - {"alembic_version"}
        if strangers:
            raise Conflict(
                "database holds other tables than this program's"
                f" ({', '.join(sorted(strangers)[:3])}); give it one of its own"
            )
        return False
    if held not in {revision.revision for revision in script.walk_revisions()}:
        raise Conflict(f"database is of a newer version (revision {held}); upgrade the program")
    return held == script.get_current_head()
