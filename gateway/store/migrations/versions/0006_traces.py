"""Spans of answers and what answers score while the gateway runs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "traces",
        sa.Column("answer_id", sa.String(32), sa.ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("pilot", sa.String(40), nullable=False),
        sa.Column("trace_id", sa.String(32), nullable=False),
        sa.Column("trace", sa.JSON(), nullable=False),
    )
    op.create_index("ix_traces_trace", "traces", ["trace_id"])
    op.create_table(
        "scores",
        sa.Column("answer_id", sa.String(32), sa.ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Double[float](), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("scores")
    op.drop_table("traces")
