"""What people said of offers and organisations that look like the same."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261125d"
down_revision: str | None = "20261125s"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "same_decision",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("is_same", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(100), nullable=True),
    )
    op.create_index(
        "same_decision_merged",
        "same_decision",
        ["subject", "other_id"],
        unique=True,
        sqlite_where=sa.text("is_same AND undone_at IS NULL"),
        postgresql_where=sa.text("is_same AND undone_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("same_decision")
