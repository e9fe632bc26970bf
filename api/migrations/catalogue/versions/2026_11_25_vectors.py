"""Vectors of public texts, by the model that made them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261125v"
down_revision: str | None = "20261124a"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "text_vector",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("model", sa.String(100), primary_key=True),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("text_vector")
