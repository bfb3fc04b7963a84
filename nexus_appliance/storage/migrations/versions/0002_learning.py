"""Topic mastery, weak areas, practice questions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the learning tables."""
    op.create_table(
        "topic_mastery",
        sa.Column("id", sa.Integer, primary_key=True),
        _of("user_id", "users"),
        _of("subject_id", "subjects", index=True),
        sa.Column("topic", sa.String(200), nullable=False),
        sa.Column("mastery_level", sa.Double, nullable=False),
        sa.Column("question_count", sa.Integer, nullable=False),
        sa.Column("correct_count", sa.Integer, nullable=False),
        sa.Column("last_interaction", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mastery_level BETWEEN 0 AND 1", name="mastery_level"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_topic_mastery", "topic_mastery", ["user_id", "subject_id", "topic"], unique=True)
    op.create_table(
        "weak_areas",
        sa.Column("id", sa.Integer, primary_key=True),
        _of("user_id", "users", index=True),
        _of("subject_id", "subjects", index=True),
        sa.Column("topic", sa.String(200), nullable=False),
        sa.Column("weakness_score", sa.Double, nullable=False),
        sa.Column("recommended_practice", sa.JSON, nullable=False),
        sa.Column("detected_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "practice_questions",
        sa.Column("id", sa.Integer, primary_key=True),
        _of("subject_id", "subjects"),
        sa.Column("topic", sa.String(200), nullable=False),
        sa.Column("difficulty", sa.String(8), nullable=False),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("answer", sa.String, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("difficulty IN ('easy','medium','hard')", name="difficulty"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_practice_questions_topic", "practice_questions", ["subject_id", "topic"])


def _of(name: str, table: str, *, index: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, index=index)
