"""Accounts, sessions, subjects, packs, books, chat history, notices, ingest jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables that the main job needs."""
    _people()
    _subjects()
    _packs()
    _records()


def _people() -> None:
    op.create_table(
        "users",
        _id(),
        sa.Column("username", sa.String(64), nullable=False, unique=True),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("full_name", sa.String(128), nullable=False),
        _time("created_at"),
        _time("disabled_at", nullable=True),
        sa.Column("must_change_password", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(8)),
        sa.CheckConstraint("role IN ('student','teacher','admin','technician')", name="role"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sessions",
        _id(),
        _of("user_id", "users", index=True),
        sa.Column("token", sa.String(64), nullable=False, unique=True),
        _time("expires_at"),
        _time("created_at"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notices",
        _id(),
        _of("user_id", "users", index=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        _time("created_at"),
        _time("read_at", nullable=True),
        sqlite_autoincrement=True,
    )


def _subjects() -> None:
    active = ("fk_subjects_active_generation", ["active_generation"])
    op.create_table(
        "subjects",
        _id(),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("code", sa.String(80), nullable=False, unique=True),
        _time("created_at"),
        sa.Column("active_generation", sa.Integer),
        sa.ForeignKeyConstraint(active[1], ["generations.id"], name=active[0], use_alter=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "generations",
        _id(),
        _of("subject_id", "subjects"),
        sa.Column("number", sa.Integer, nullable=False),
        _time("created_at"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_generations_number", "generations", ["subject_id", "number"], unique=True)
    if op.get_bind().dialect.name != "sqlite":  # SQLite has it inside CREATE TABLE: use_alter means nothing there
        op.create_foreign_key(active[0], "subjects", "generations", active[1], ["id"])
    op.create_table(
        "teacher_subjects",
        _of("user_id", "users", primary_key=True),
        _of("subject_id", "subjects", primary_key=True, index=True),
    )


def _packs() -> None:
    op.create_table(
        "packs",
        _id(),
        _of("subject_id", "subjects", index=True),
        sa.Column("source", sa.String(128), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("file", sa.String(255), nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.Column("collection", sa.String(128), nullable=False, unique=True),
        sa.Column("encoder", sa.String(160), nullable=False),
        sa.Column("chunk_count", sa.Integer, nullable=False),
        sa.Column("window_count", sa.Integer, nullable=False),
        _time("created_at"),
        _time("retired_at", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "generation_packs",
        _of("generation_id", "generations", primary_key=True),
        _of("pack_id", "packs", primary_key=True, index=True),
    )
    op.create_table(
        "books",
        _id(),
        _of("subject_id", "subjects", index=True),
        _of("pack_id", "packs", index=True),
        *_source(),
        sa.Column("vkp_version", sa.String(32), nullable=False),
        sa.Column("chunk_count", sa.Integer, nullable=False),
        sa.Column("page_count", sa.Integer, nullable=False),
        _time("created_at"),
        _time("removed_at", nullable=True),
        sqlite_autoincrement=True,
    )


def _records() -> None:
    op.create_table(
        "chat_history",
        _id(),
        _of("user_id", "users"),
        _of("subject_id", "subjects", index=True),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("response", sa.String, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("confidence", sa.Double, nullable=False),
        sa.Column("citations", sa.JSON, nullable=False),
        _time("created_at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_chat_history_reader", "chat_history", ["user_id", "subject_id", "created_at"])
    op.create_table(
        "ingest_jobs",
        _id(),
        _of("subject_id", "subjects", index=True),
        _of("user_id", "users", nullable=True),
        *_source(),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("failure", sa.String(40)),
        sa.Column("failure_values", sa.JSON, nullable=False),
        sa.Column("timings", sa.JSON, nullable=False),
        _time("created_at"),
        _time("started_at", nullable=True),
        _time("finished_at", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ingest_jobs_state", "ingest_jobs", ["state", "id"])
    op.create_table(
        "update_history",
        _id(),
        _of("subject_id", "subjects", index=True),
        _of("user_id", "users", nullable=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("source", sa.String(128), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        _time("created_at"),
        sqlite_autoincrement=True,
    )


def _id() -> "sa.Column[int]":
    return sa.Column("id", sa.Integer, primary_key=True)


def _time(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of(
    name: str, table: str, *, index: bool = False, nullable: bool = False, primary_key: bool = False
) -> "sa.Column[int]":
    """A row that goes with the row it points to, or forgets it where it may."""
    key = sa.ForeignKey(f"{table}.id", ondelete="SET NULL" if nullable else "CASCADE")
    return sa.Column(name, sa.Integer, key, index=index, nullable=nullable, primary_key=primary_key)


def _source() -> tuple["sa.Column[str]", "sa.Column[str]", "sa.Column[int]", "sa.Column[str]"]:
    return (
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("semester", sa.Integer),
        sa.Column("source_sha256", sa.String(64), nullable=False),
    )
