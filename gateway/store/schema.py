"""The tables. Migrations under `migrations/` bring a database to this state; a test compares the two."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Table(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: JSON, list[str]: JSON, datetime: DateTime(timezone=True)}  # noqa: RUF012 (SQLAlchemy's contract)


class ConversationRow(Table):
    """`owner` is a caller's id; `thread` is a digest of the questions so far, which finds the conversation of a stateless client."""

    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_thread", "owner", "pilot", "thread"), Index("ix_conversations_age", "pilot", "last_at"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    pilot: Mapped[str] = mapped_column(String(40))
    thread: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    last_at: Mapped[datetime]


class TurnRow(Table):
    """One question, stored before its answer is composed. `status`, `focus` and `answer` stay empty until it is."""

    __tablename__ = "turns"
    __table_args__ = (Index("ix_turns_conversation", "conversation_id", "asked_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    status: Mapped[str | None] = mapped_column(String(40))
    answered_at: Mapped[datetime | None]
    focus: Mapped[dict[str, Any] | None]
    answer: Mapped[dict[str, Any] | None]


class ServiceKeyRow(Table):
    """`digest` is the SHA-256 of a 256-bit random secret, so it needs no salt and no slow hash."""

    __tablename__ = "service_keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(80))
    pilots: Mapped[list[str] | None]
    questions_per_minute: Mapped[int | None]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class StageRecordRow(Table):
    """One decision about a pilot's stage. `id` orders them; rows are added, never changed."""

    __tablename__ = "stage_records"
    __table_args__ = (Index("ix_stage_records_pilot", "pilot", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(20))
    stage_from: Mapped[str] = mapped_column(String(20))
    stage_to: Mapped[str] = mapped_column(String(20))
    recorded_by: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(Text)
    digest: Mapped[str | None] = mapped_column(String(64))
    evaluation: Mapped[dict[str, Any] | None]
    recorded_at: Mapped[datetime]
