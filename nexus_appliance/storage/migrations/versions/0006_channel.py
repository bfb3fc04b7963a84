"""What a channel offers, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add a row for each source that a channel offers in a subject, and one for each kind of look at the channel."""
    op.create_table(
        "channel_packs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("subject_id", sa.Integer, sa.ForeignKey("subjects.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("head_sha256", sa.String(64), nullable=False),
        sa.Column("held_sha256", sa.String(64), nullable=True),
        sa.Column("wanted", sa.Boolean, nullable=False),
        sa.Column("failure", sa.String(40), nullable=True),
        sa.Column("failure_values", sa.JSON, nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_channel_packs_subject_id", "channel_packs", ["subject_id"])
    op.create_index("uq_channel_packs_name", "channel_packs", ["subject_id", "name"], unique=True)
    op.create_table(
        "channel_checks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("installed", sa.Integer, nullable=False),
        sa.Column("received", sa.Integer, nullable=False),
        sa.Column("failure", sa.String(40), nullable=True),
        sa.Column("failure_values", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
