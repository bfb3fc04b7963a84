"""Ratings of answers, turns that a teacher has looked at, and teachers' notes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables of feedback and notes."""
    op.create_table(
        "answer_ratings",
        _of_turn(),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("comment", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "reviewed_turns",
        _of_turn(),
        _by_user(),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "subject_notes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "subject_id", sa.Integer, sa.ForeignKey("subjects.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        _by_user(),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("answer", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sqlite_autoincrement=True,
    )


def _of_turn() -> "sa.Column[int]":
    return sa.Column("chat_id", sa.Integer, sa.ForeignKey("chat_history.id", ondelete="CASCADE"), primary_key=True)


def _by_user() -> "sa.Column[int]":
    return sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", ondelete="SET NULL"))
