"""The tables. Times are UTC; JSON columns hold lists and objects of plain values."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from nexus_appliance.storage.tables import ROW_IDS as ROW_IDS
from nexus_appliance.storage.tables import Table as Table
from nexus_appliance.storage.tables import created, owner
from nexus_appliance.storage.tables import utc_now as utc_now


class User(Table):
    """A person who signs in; role is student, teacher, admin or technician."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("role IN ('student','teacher','admin','technician')", name="role"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    full_name: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime] = created()
    disabled_at: Mapped[datetime | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None] = mapped_column(String(8))


class LoginSession(Table):
    """A signed-in browser; token holds the sha256 of the cookie's value."""

    __tablename__ = "sessions"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = owner("users.id")
    token: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = created()


class Subject(Table):
    """A subject of one grade, such as fisika_12; its active generation answers."""

    __tablename__ = "subjects"
    id: Mapped[int] = mapped_column(primary_key=True)
    grade: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime] = created()
    active_generation: Mapped[int | None] = mapped_column(
        ForeignKey("generations.id", use_alter=True, name="fk_subjects_active_generation")
    )


class TeacherSubject(Table):
    """A teacher is assigned to a subject."""

    __tablename__ = "teacher_subjects"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"), primary_key=True, index=True)


class Pack(Table):
    """One version of one source; state is staging, staged, active, retired or swept."""

    __tablename__ = "packs"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = owner("subjects.id")
    source: Mapped[str] = mapped_column(String(128))
    version: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    file: Mapped[str] = mapped_column(String(255))
    checksum: Mapped[str] = mapped_column(String(64))
    collection: Mapped[str] = mapped_column(String(128), unique=True)
    encoder: Mapped[str] = mapped_column(String(160))
    chunk_count: Mapped[int]
    window_count: Mapped[int]
    created_at: Mapped[datetime] = created()
    retired_at: Mapped[datetime | None]


class Generation(Table):
    """A set of pack versions that answer together; number counts up within a subject."""

    __tablename__ = "generations"
    __table_args__ = (Index("uq_generations_number", "subject_id", "number", unique=True),)
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"))
    number: Mapped[int]
    created_at: Mapped[datetime] = created()


class GenerationPack(Table):
    """A pack version belongs to a generation."""

    __tablename__ = "generation_packs"
    generation_id: Mapped[int] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"), primary_key=True)
    pack_id: Mapped[int] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), primary_key=True, index=True)


class Book(Table):
    """A book of a subject; removed_at is set while a removal can still be undone.

    scanned_pages were read from their pictures, of them poor_pages (PDF page numbers) badly; unread_pages not at all.
    """

    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = owner("subjects.id")
    pack_id: Mapped[int] = owner("packs.id")
    title: Mapped[str] = mapped_column(String(200))
    filename: Mapped[str] = mapped_column(String(255))
    semester: Mapped[int | None]
    vkp_version: Mapped[str] = mapped_column(String(32))
    chunk_count: Mapped[int]
    page_count: Mapped[int]
    source_sha256: Mapped[str] = mapped_column(String(64))
    scanned_pages: Mapped[int] = mapped_column(default=0, server_default="0")
    poor_pages: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    unread_pages: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    created_at: Mapped[datetime] = created()
    removed_at: Mapped[datetime | None]


class ChatEntry(Table):
    """One question and what the student was shown for it."""

    __tablename__ = "chat_history"
    __table_args__ = (Index("ix_chat_history_reader", "user_id", "subject_id", "created_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    subject_id: Mapped[int] = owner("subjects.id")
    question: Mapped[str]
    response: Mapped[str]
    outcome: Mapped[str] = mapped_column(String(16))
    confidence: Mapped[float]
    citations: Mapped[list[Any]]
    created_at: Mapped[datetime] = created()


class KnownAnswer(Table):
    """An answer for whoever asks the same (`form`, a hash) of one generation and model; nothing tells who asked."""

    __tablename__ = "known_answers"
    __table_args__ = (Index("uq_known_answers_form", "subject_id", "generation_id", "model", "form", unique=True),)
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"))
    generation_id: Mapped[int]
    model: Mapped[str] = mapped_column(String(64))
    form: Mapped[str] = mapped_column(String(64))
    question: Mapped[str]
    response: Mapped[str]
    outcome: Mapped[str] = mapped_column(String(16))
    confidence: Mapped[float]
    answerable: Mapped[float]
    citations: Mapped[list[Any]]
    used_at: Mapped[datetime] = created()
    created_at: Mapped[datetime] = created()


class AnswerRating(Table):
    """What the student thought of an answer, once for each turn; reason is of `tutoring.ratings.REASONS` or empty."""

    __tablename__ = "answer_ratings"
    chat_id: Mapped[int] = mapped_column(ForeignKey("chat_history.id", ondelete="CASCADE"), primary_key=True)
    helpful: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(16), default="")
    comment: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = created()


class ReviewedTurn(Table):
    """A teacher has looked at this turn and is done with it."""

    __tablename__ = "reviewed_turns"
    chat_id: Mapped[int] = mapped_column(ForeignKey("chat_history.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = created()


class SubjectNote(Table):
    """A teacher's note that answers a question; revision counts its changes, removed_at is set while one can undo."""

    __tablename__ = "subject_notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = owner("subjects.id")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    question: Mapped[str]
    answer: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = created()
    changed_at: Mapped[datetime] = created()
    removed_at: Mapped[datetime | None]


class InboxQuestion(Table):
    """A question that the books did not answer, put to the teachers of its subject; answered_at is set by a reply."""

    __tablename__ = "inbox_questions"
    __table_args__ = (Index("ix_inbox_questions_open", "subject_id", "answered_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"))
    user_id: Mapped[int] = owner("users.id")
    question: Mapped[str]
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    answered_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = created()


class TopicMastery(Table):
    """How far a student has mastered a topic, 0 to 1."""

    __tablename__ = "topic_mastery"
    __table_args__ = (
        CheckConstraint("mastery_level BETWEEN 0 AND 1", name="mastery_level"),
        Index("uq_topic_mastery", "user_id", "subject_id", "topic", unique=True),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    subject_id: Mapped[int] = owner("subjects.id")
    topic: Mapped[str] = mapped_column(String(200))
    mastery_level: Mapped[float] = mapped_column(default=0.0)
    question_count: Mapped[int] = mapped_column(default=0)
    correct_count: Mapped[int] = mapped_column(default=0)
    last_interaction: Mapped[datetime | None]
    created_at: Mapped[datetime] = created()


class WeakArea(Table):
    """A topic that a student should practise."""

    __tablename__ = "weak_areas"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = owner("users.id")
    subject_id: Mapped[int] = owner("subjects.id")
    topic: Mapped[str] = mapped_column(String(200))
    weakness_score: Mapped[float]
    recommended_practice: Mapped[list[Any]]
    detected_at: Mapped[datetime] = created()


class PracticeQuestion(Table):
    """A practice question of a topic."""

    __tablename__ = "practice_questions"
    __table_args__ = (
        CheckConstraint("difficulty IN ('easy','medium','hard')", name="difficulty"),
        Index("ix_practice_questions_topic", "subject_id", "topic"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"))
    topic: Mapped[str] = mapped_column(String(200))
    difficulty: Mapped[str] = mapped_column(String(8))
    question: Mapped[str]
    answer: Mapped[str]
    created_at: Mapped[datetime] = created()


class Notice(Table):
    """A message to one user, kept as kind and values; put into words when shown."""

    __tablename__ = "notices"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = owner("users.id")
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = created()
    read_at: Mapped[datetime | None]


class IngestJob(Table):
    """One book on its way in; state is queued, running, done, failed or cancelled."""

    __tablename__ = "ingest_jobs"
    __table_args__ = (Index("ix_ingest_jobs_state", "state", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = owner("subjects.id")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(200))
    filename: Mapped[str] = mapped_column(String(255))
    semester: Mapped[int | None]
    source_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    stage: Mapped[str] = mapped_column(String(16), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(String(40))
    failure_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    timings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = created()
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class UpdateEntry(Table):
    """What was activated, removed or restored, when and by whom."""

    __tablename__ = "update_history"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = owner("subjects.id")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(24))
    source: Mapped[str] = mapped_column(String(128))
    version: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = created()


class ChannelPack(Table):
    """A source that a channel offers in a subject: the version offered last, by the sha256 of its head.

    `held_sha256` is a version that the school took back and does not want again; `wanted` says that it wants a source
    again which it had removed. A failure is that of the last attempt.
    """

    __tablename__ = "channel_packs"
    __table_args__ = (Index("uq_channel_packs_name", "subject_id", "name", unique=True),)
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = owner("subjects.id")
    name: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    version: Mapped[str] = mapped_column(String(32))
    head_sha256: Mapped[str] = mapped_column(String(64))
    held_sha256: Mapped[str | None] = mapped_column(String(64))
    wanted: Mapped[bool] = mapped_column(default=False)
    failure: Mapped[str | None] = mapped_column(String(40))
    failure_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    failed_at: Mapped[datetime | None]
    seen_at: Mapped[datetime] = created()


class ChannelFile(Table):
    """A model or a program that a channel offers (`kind`, a role of the channel): the version offered last.

    `about` is what its publisher says of it. `wanted`: it is downloaded with the next look; a failure is that of the
    last attempt. Whether it is here tells the file itself.
    """

    __tablename__ = "channel_files"
    __table_args__ = (Index("uq_channel_files_name", "kind", "name", unique=True),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    about: Mapped[dict[str, Any]] = mapped_column(default=dict)
    wanted: Mapped[bool] = mapped_column(default=False)
    failure: Mapped[str | None] = mapped_column(String(40))
    failure_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    failed_at: Mapped[datetime | None]
    seen_at: Mapped[datetime] = created()


class SharedBook(Table):
    """A book that a teacher sends to the publisher, so that it comes back as a pack for every school.

    State is queued, sending, sent (it is being processed there), published, failed or cancelled. `name` and `upload`
    are what the publisher calls it; `done` of `size` bytes have arrived there. `version` is the one that was published.
    """

    __tablename__ = "shared_books"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = owner("subjects.id")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    source_sha256: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    semester: Mapped[int | None]
    licence: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16), default="queued")
    name: Mapped[str] = mapped_column(String(64), default="")
    upload: Mapped[str] = mapped_column(String(1000), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    version: Mapped[str] = mapped_column(String(32), default="")
    failure: Mapped[str | None] = mapped_column(String(40))
    failure_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = created()
    sent_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]


class ChannelCheck(Table):
    """One look at the channel: packs, models and programs that came in, bytes received, why it ended early.

    An open end was cut off.
    """

    __tablename__ = "channel_checks"
    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime] = created()
    ended_at: Mapped[datetime | None]
    installed: Mapped[int] = mapped_column(default=0)
    files: Mapped[int] = mapped_column(default=0, server_default="0")
    received: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(String(40))
    failure_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
