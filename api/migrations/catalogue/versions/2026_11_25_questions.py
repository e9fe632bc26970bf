"""Questions to associations, and remarks to the curator."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261125q"
down_revision: str | None = "20261125a"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("offer_id", sa.Integer(), sa.ForeignKey("offer.id"), nullable=False, index=True),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT),
    )
    op.create_index(
        "question_open",
        "question",
        ["offer_id", "field"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("offer_id", sa.Integer(), sa.ForeignKey("offer.id"), nullable=False, index=True),
        sa.Column("about", sa.String(16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("handled_at", _MOMENT),
    )


def downgrade() -> None:
    op.drop_table("remark")
    op.drop_table("question")
