"""Runs of sources, who holds which job, and where in an answer a statement stood."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261125s"
down_revision: str | None = "20261125q"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("statement", sa.Column("locator", sa.Text()))
    op.create_table(
        "venue_key",
        sa.Column("source_id", sa.Integer(), sa.ForeignKey("source.id"), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("venue_id", sa.Integer(), sa.ForeignKey("venue.id"), nullable=False, index=True),
    )
    op.create_table(
        "source_run",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("slot", sa.String(60), nullable=False),
        sa.Column("fencing", sa.Integer(), nullable=False, unique=True),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("is_full", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("filled", sa.JSON(), nullable=False),
        sa.Column("troubles", sa.JSON(), nullable=False),
        sa.Column("gates", sa.JSON(), nullable=False),
        sa.Column("pages", sa.JSON(), nullable=False),
        sa.Column("difference", sa.JSON(), nullable=False),
        sa.Column("decided_at", _MOMENT),
        sa.Column("decided_by", sa.String(100)),
    )
    op.create_index("source_run_source", "source_run", ["source", "id"])
    op.create_table(
        "staged_run",
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("source_run.id"), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "source_absence",
        sa.Column("source", sa.String(100), primary_key=True),
        sa.Column("item", sa.Text(), primary_key=True),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("first_missed_at", _MOMENT, nullable=False),
        sa.Column("last_missed_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "source_cursor",
        sa.Column("source", sa.String(100), primary_key=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("resume", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_table(
        "job_claim",
        sa.Column("job", sa.String(100), primary_key=True),
        sa.Column("slot", sa.String(60), primary_key=True),
        sa.Column("fencing", sa.Integer(), nullable=False, unique=True),
        sa.Column("holder", sa.String(100), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_at", _MOMENT, nullable=False),
        sa.Column("lease_until", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT),
        sa.Column("outcome", sa.String(16)),
    )


def downgrade() -> None:
    for name in ("job_claim", "source_cursor", "source_absence", "staged_run", "source_run"):
        op.drop_table(name)
    op.drop_table("venue_key")
    op.drop_column("statement", "locator")
