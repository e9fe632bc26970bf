"""The weights that a person accepted, newest in force."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261125a"
down_revision: str | None = "20261125v"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "accepted_weights",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("replaces", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("accepted_weights")
