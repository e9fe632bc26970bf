"""Opening the catalogue's database, SQLite or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session

from catalogue.errors import Conflict, Invalid


class Base(DeclarativeBase):
    """Tables of the catalogue."""


def table_of(model: type[Base]) -> Table:
    """The table behind a class, for bulk inserts.

    Through the class the ORM would part the rows by which of their values are null and
    send a statement for each pattern, some thirty a chunk.
    """
    assert isinstance(model.__table__, Table)
    return model.__table__


def _to_json(value: object) -> str:
    return orjson.dumps(value).decode()


def _from_json(stored: Any) -> Any:
    """SQLite turns a JSON column's lone number into a number of its own before we see it."""
    return stored if isinstance(stored, int | float) else orjson.loads(stored)


def database_address(url: str) -> URL:
    """The parts of `sqlite:///file` or `postgresql://...`. Raises Invalid for another address."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise Invalid("a database address cannot be read") from error
    if address.drivername not in ("sqlite", "postgresql", "postgresql+psycopg"):
        raise Invalid(f"database {address.drivername!r}: use sqlite or postgresql")
    if address.drivername == "sqlite" and (
        address.query or address.host or address.database in (None, "", ":memory:")
    ):
        raise Invalid("an SQLite address is sqlite:///FILE, without more")
    return address


def open_database(url: str) -> Engine:
    """An engine for `sqlite:///file` or `postgresql://...`.

    SQLite gets write-ahead logging, full synchronisation and foreign keys; its writing
    transactions begin at once (`writing`), since a read that is upgraded to a write fails
    however long one is willing to wait.
    Raises Invalid if the address cannot be used.
    """
    address = database_address(url)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    try:
        engine = create_engine(address, json_serializer=_to_json, json_deserializer=_from_json)
    except (ArgumentError, TypeError, ValueError) as error:
        raise Invalid("a database address cannot be read") from error
    if address.drivername == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we write BEGIN ourselves, see _begin_sqlite
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -65536")  # 64 MiB: an import touches many pages
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that sees one state of the database from beginning to end; never commits."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(engine, autoflush=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session whose changes are committed together at the end, or not at all.

    Raises Conflict if the database cannot take them (full, read-only, locked too long,
    damaged).
    """
    try:
        with Session(engine.execution_options(writes=True), autoflush=False) as session:
            with session.begin():
                yield session
    except DatabaseError as error:
        raise Conflict(f"database refused to write: {reason_of(error)}") from error


def reason_of(error: DatabaseError) -> str:
    """Why the database refused, on one line, without the values that it may repeat."""
    if isinstance(error, IntegrityError | DataError):
        return type(error).__name__
    return next(iter(str(error.orig).strip().splitlines()), type(error).__name__)
