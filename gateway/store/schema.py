"""The tables. Migrations under `migrations/` bring a database to this state; a test compares the two."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Double, ForeignKey, Index, Integer, LargeBinary, String, Text
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
    __table_args__ = (Index("ix_turns_conversation", "conversation_id", "asked_at"), Index("ix_turns_age", "asked_at"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    status: Mapped[str | None] = mapped_column(String(40))
    answered_at: Mapped[datetime | None]
    focus: Mapped[dict[str, Any] | None]
    answer: Mapped[dict[str, Any] | None]


class ReviewRow(Table):
    """An answer that a supervisor has to look at, under the answer's own id; it leaves with its conversation. `reason` is the pipeline's."""

    __tablename__ = "reviews"
    __table_args__ = (Index("ix_reviews_queue", "pilot", "asked_at"),)

    id: Mapped[str] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True)
    pilot: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]


class ReviewDecisionRow(Table):
    """What a supervisor decided. Rows are written once and never changed; the key admits one decision a review.

    `verdict` is approved, edited or rejected; `text` the corrected answer; `note` the reason of a rejection.
    """

    __tablename__ = "review_decisions"

    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(20))
    decided_by: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[datetime]
    text: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)


class AppealRow(Table):
    """What is kept to know an appeal again: its vector (32-bit floats, little-endian) and digests of its words. It goes with its turn."""

    __tablename__ = "appeals"
    __table_args__ = (Index("ix_appeals_pilot", "pilot", "place"), {"sqlite_autoincrement": True})

    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), unique=True)
    pilot: Mapped[str] = mapped_column(String(40))
    received_on: Mapped[date]
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    words: Mapped[bytes] = mapped_column(LargeBinary)


class FeedbackRow(Table):
    """What the person who asked thinks of an answer; the newest word counts. It leaves with its turn. `reasons` are codes."""

    __tablename__ = "feedback"
    __table_args__ = (Index("ix_feedback_age", "given_at"),)

    answer_id: Mapped[str] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(20))
    reasons: Mapped[list[str]]
    comment: Mapped[str | None] = mapped_column(Text)
    given_at: Mapped[datetime]


class HandoverRow(Table):
    """A conversation that a person is asked to go on with. `code` is what the citizen says at the counter or on the telephone.

    The transcript is the conversation's own turns, so it leaves with them. `reply` is what the citizen reads when it is closed.
    """

    __tablename__ = "handovers"
    __table_args__ = (Index("ix_handovers_conversation", "conversation_id"), Index("ix_handovers_inbox", "requested_at"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(8), unique=True)
    language: Mapped[str] = mapped_column(String(2))
    note: Mapped[str | None] = mapped_column(Text)
    requested_at: Mapped[datetime]
    taken_by: Mapped[str | None] = mapped_column(String(64))
    taken_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None]
    reply: Mapped[str | None] = mapped_column(Text)


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


class TraceRow(Table):
    """The spans of an answer under the answer's own id, as the JSON of a TraceDocument; it leaves with its conversation."""

    __tablename__ = "traces"
    __table_args__ = (Index("ix_traces_trace", "trace_id"),)

    answer_id: Mapped[str] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True)
    pilot: Mapped[str] = mapped_column(String(40))
    trace_id: Mapped[str] = mapped_column(String(32))
    trace: Mapped[dict[str, Any]]


class ScoreRow(Table):
    """What a sampled answer scored by one metric of the online evaluation; it leaves with its conversation."""

    __tablename__ = "scores"

    answer_id: Mapped[str] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[float] = mapped_column(Double)
