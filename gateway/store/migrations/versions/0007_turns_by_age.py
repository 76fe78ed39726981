"""Turns are found by when they were asked: what is in use is counted over periods."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_turns_age", "turns", ["asked_at"])


def downgrade() -> None:
    op.drop_index("ix_turns_age", "turns")
