"""Decisions about the stages of pilots."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stage_records",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("pilot", sa.String(40), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("stage_from", sa.String(20), nullable=False),
        sa.Column("stage_to", sa.String(20), nullable=False),
        sa.Column("recorded_by", sa.String(80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64)),
        sa.Column("evaluation", sa.JSON()),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_stage_records_pilot", "stage_records", ["pilot", "id"])


def downgrade() -> None:
    op.drop_table("stage_records")
