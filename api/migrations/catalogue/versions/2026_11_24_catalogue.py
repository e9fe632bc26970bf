"""The catalogue: organisations, venues, offers, statements, sources and the change log."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261124a"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(100), nullable=False, unique=True),
        sa.Column("first_seen_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("public_id", sa.Uuid(), nullable=False, unique=True),
        sa.Column("facts", sa.JSON(), nullable=False),
    )
    op.create_table(
        "venue",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("public_id", sa.Uuid(), nullable=False, unique=True),
        sa.Column("name", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("postcode", sa.String(4)),
        sa.Column("town", sa.Text()),
        sa.Column("lat", sa.Double()),
        sa.Column("lon", sa.Double()),
        sa.Column("uncertainty_km", sa.Double()),
        sa.Column("facts", sa.JSON(), nullable=False),
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("public_id", sa.Uuid(), nullable=False, unique=True),
        sa.Column(
            "organisation_id",
            sa.Integer(),
            sa.ForeignKey("organisation.id"),
            nullable=False,
            index=True,
        ),
        sa.Column("venue_id", sa.Integer(), sa.ForeignKey("venue.id"), index=True),
        sa.Column("withdrawn_at", _MOMENT),
        sa.Column("facts", sa.JSON(), nullable=False),
    )
    op.create_table(
        "source_key",
        sa.Column("source_id", sa.Integer(), sa.ForeignKey("source.id"), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("offer_id", sa.Integer(), sa.ForeignKey("offer.id"), nullable=False, index=True),
    )
    op.create_table(
        "statement",
        sa.Column("subject", sa.String(16), primary_key=True),
        sa.Column("subject_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("field", sa.String(40), primary_key=True),
        sa.Column("source_id", sa.Integer(), sa.ForeignKey("source.id"), primary_key=True),
        sa.Column("basis", sa.String(16), primary_key=True),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("retracted", sa.Boolean(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("stated_on", sa.Date()),
        sa.Column("fetched_at", _MOMENT, nullable=False),
        sa.Column("origin", sa.Text()),
        sa.Column("quote", sa.Text()),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "change",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True)),
        sa.Column("after", sa.JSON(none_as_null=True)),
    )
    op.create_index("change_subject", "change", ["subject", "subject_id"])


def downgrade() -> None:
    for table in (
        "change",
        "statement",
        "source_key",
        "offer",
        "venue",
        "organisation",
        "source",
    ):
        op.drop_table(table)
