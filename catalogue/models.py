"""Tables of the catalogue. Public facts only; nothing here is about a citizen.

`facts` on a row is what follows from its statements by `facts.current`, kept beside them
so that the catalogue loads without reading every statement; only `intake` and `merging`
write it.
"""

from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import (
    JSON,
    DateTime,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.database import Base
from catalogue.facts import Basis, Subject


class Moment(TypeDecorator[datetime]):
    """An aware UTC time; SQLite stores it without its zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _words(kind: type[Basis] | type[Subject]) -> Enum:
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=16,
        values_callable=lambda members: [member.value for member in members],
    )


class Source(Base):
    """Where statements come from: a file, a page, or a role whose word counts."""

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    first_seen_at: Mapped[datetime] = mapped_column(Moment)


class Organisation(Base):
    """Who offers it: an association, a church, the municipality itself."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public_id: Mapped[UUID] = mapped_column(unique=True)
    facts: Mapped[dict[str, list[object]]] = mapped_column(JSON)


class Venue(Base):
    """Where it takes place. Has facts only when somebody stated them of the venue itself."""

    __tablename__ = "venue"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public_id: Mapped[UUID] = mapped_column(unique=True)
    name: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    postcode: Mapped[str | None] = mapped_column(String(4))
    town: Mapped[str | None] = mapped_column(Text)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    uncertainty_km: Mapped[float | None]
    facts: Mapped[dict[str, list[object]]] = mapped_column(JSON)


class Offer(Base):
    """An activity that a citizen can join; a team with its own time or level is its own offer."""

    __tablename__ = "offer"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public_id: Mapped[UUID] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    facts: Mapped[dict[str, list[object]]] = mapped_column(JSON)

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    venue: Mapped[Venue | None] = relationship(lazy="raise")


class SourceKey(Base):
    """The offer's identity in one source; an offer that was merged has several."""

    __tablename__ = "source_key"

    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)


class VenueKey(Base):
    """The venue's identity in one source."""

    __tablename__ = "venue_key"

    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"), index=True)


class Statement(Base):
    """What one source says of one field of one subject, newest word only.

    What it said before stands in the change log. `subject_id` points to the table that
    `subject` names; listings are withdrawn, never deleted, so it cannot dangle.
    """

    __tablename__ = "statement"
    __table_args__ = ({"sqlite_with_rowid": False},)

    subject: Mapped[Subject] = mapped_column(_words(Subject), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    basis: Mapped[Basis] = mapped_column(_words(Basis), primary_key=True)
    value: Mapped[object] = mapped_column(JSON)
    retracted: Mapped[bool]
    pinned: Mapped[bool]
    stated_on: Mapped[date | None]
    fetched_at: Mapped[datetime] = mapped_column(Moment)
    origin: Mapped[str | None] = mapped_column(Text)
    quote: Mapped[str | None] = mapped_column(Text)
    locator: Mapped[str | None] = mapped_column(Text)
    """Where in the answer of `fetched_at` it stood; not known of what a person or a file said."""


class TextVector(Base):
    """What a model makes of a public text, so that no text is embedded twice."""

    __tablename__ = "text_vector"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """SHA-256 of what the text is for, and the text."""
    model: Mapped[str] = mapped_column(String(100), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    """float32, little-endian."""


class AcceptedWeights(Base):
    """Weights that a person accepted. Rows are added, never changed; the newest is in force."""

    __tablename__ = "accepted_weights"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(100))
    weights: Mapped[dict[str, float]] = mapped_column(JSON)
    evidence: Mapped[dict[str, object]] = mapped_column(JSON)
    replaces: Mapped[int]


class SameDecision(Base):
    """What a person said of two offers or organisations: that they are one, or are not.

    Rows are added; only `undone_at` and `undone_by` are ever changed.
    """

    __tablename__ = "same_decision"
    __table_args__ = (
        Index(
            "same_decision_merged",
            "subject",
            "other_id",
            unique=True,
            sqlite_where=text("is_same AND undone_at IS NULL"),
            postgresql_where=text("is_same AND undone_at IS NULL"),
        ),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject: Mapped[Subject] = mapped_column(_words(Subject))
    kept_id: Mapped[int]
    """Where both are shown if they are one."""
    other_id: Mapped[int]
    is_same: Mapped[bool]
    evidence: Mapped[dict[str, object]] = mapped_column(JSON)
    """What the program held of it when the person decided."""
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(100))
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_by: Mapped[str | None] = mapped_column(String(100))


class Change(Base):
    """One published change. Numbers become visible in order, without gaps."""

    __tablename__ = "change"
    __table_args__ = (Index("change_subject", "subject", "subject_id"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(16))
    subject: Mapped[Subject] = mapped_column(_words(Subject))
    subject_id: Mapped[int]
    before: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))


class Question(Base):
    """Something unknown that somebody pressed "ask" for. Never who, and never what for."""

    __tablename__ = "question"
    __table_args__ = (
        Index(
            "question_open",
            "offer_id",
            "field",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)
    field: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it was answered or given up; None = open."""


class Remark(Base):
    """What somebody told the curator of an offer: that a thing on its page is wrong."""

    __tablename__ = "remark"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)
    about: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    handled_at: Mapped[datetime | None] = mapped_column(Moment)
