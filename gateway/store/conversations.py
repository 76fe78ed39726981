"""Conversations: a question goes in before it is answered, its answer after, and both leave when their time is over."""

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import CursorResult, delete, insert, select, update

from gateway.errors import AnswerUnknown, ConversationUnknown
from gateway.store.database import Database, as_utc, now
from gateway.store.focus_json import dump_focus, load_focus
from gateway.store.reviews import open_review
from gateway.store.schema import ConversationRow, TurnRow
from pilots.answer import AnswerStatus, Focus, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTurn:
    """A question that is stored and not yet answered. `history` is oldest first, without unanswered questions."""

    id: str
    conversation_id: str
    thread: str
    history: tuple[Turn, ...]


def extend_thread(thread: str, question: str) -> str:
    """Return the digest of a conversation's questions with one more; the empty string stands for no question yet."""
    return hashlib.sha256(f"{thread}\n{question}".encode()).hexdigest()


def digest_thread(questions: Sequence[str]) -> str:
    return functools.reduce(extend_thread, questions, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A conversation as routing finds it: whose it is, and how its latest answered question ended (None: none is)."""

    id: str
    pilot: str
    question: str | None = None
    answer: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTurn:
    """A stored question under its answer's id. It is empty when it held personal data; `answer` is None until it is answered."""

    id: str
    question: str
    asked_at: datetime
    answer: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A conversation as it was, oldest turn first. `pilot` is the service's own name while no pilot was found for it."""

    conversation_id: str
    pilot: str
    turns: tuple[AskedTurn, ...]


class Conversations:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin_turn(
        self,
        *,
        owner: str,
        pilot: str,
        question: str,
        conversation_id: str | None = None,
        taken_over_from: str | None = None,
        typed: str | None = None,
        earlier: Sequence[str] = (),
        history_turns: int = 0,
        withheld: bool = False,
    ) -> StoredTurn:
        """Store a question in a conversation of this owner, or in a new one when `conversation_id` is None.

        A new conversation may go on from `earlier` questions that are not stored here. A conversation of the pilot
        `taken_over_from` becomes this pilot's. `typed` is what the person wrote, when it only stands for the question.
        A `withheld` question is stored empty: its pilot masks personal data, so `finish_turn` brings the text that may be kept.

        Raises:
            ConversationUnknown: no such conversation of this owner and pilot; nothing is stored.
        """
        turn_id, moment = uuid4().hex, now()
        thread, history = digest_thread(earlier), tuple[Turn, ...]()
        async with self._database.writing() as connection:
            if conversation_id is None:
                conversation_id = uuid4().hex
                await connection.execute(
                    insert(ConversationRow).values(id=conversation_id, owner=owner, pilot=pilot, thread="", started_at=moment, last_at=moment)
                )
            else:
                found = await connection.execute(
                    update(ConversationRow)
                    .where(
                        ConversationRow.id == conversation_id,
                        ConversationRow.owner == owner,
                        ConversationRow.pilot.in_((pilot, taken_over_from or pilot)),
                    )
                    .values(last_at=moment, pilot=pilot)
                    .returning(ConversationRow.thread)
                )
                known = found.scalar_one_or_none()
                if known is None:
                    raise ConversationUnknown(conversation_id)
                answered = await connection.execute(
                    select(TurnRow.question, TurnRow.status, TurnRow.focus)
                    .where(TurnRow.conversation_id == conversation_id, TurnRow.status.is_not(None))
                    .order_by(TurnRow.asked_at.desc())
                    .limit(history_turns)
                )
                thread = known
                history = tuple(Turn(text, AnswerStatus(status), load_focus(focus)) for text, status, focus in reversed(answered.all()))
            kept = "" if withheld else question
            await connection.execute(insert(TurnRow).values(id=turn_id, conversation_id=conversation_id, question=kept, asked_at=moment))
        return StoredTurn(id=turn_id, conversation_id=conversation_id, thread=extend_thread(thread, typed or question), history=history)

    async def finish_turn(
        self,
        turn: StoredTurn,
        *,
        status: AnswerStatus,
        focus: Focus,
        answer: dict[str, Any],
        review: str | None = None,
        redacted_question: str | None = None,
    ) -> None:
        """Store the answer, and with a reason to `review` it a place in the supervisors' queue, both or neither.

        A question that held personal data is blanked: its status and answer stay, its text goes. `redacted_question` takes the
        place of the question where the pilot masks personal data.
        """
        moment = now()
        values: dict[str, Any] = {"status": status.value, "focus": dump_focus(focus), "answer": answer, "answered_at": moment}
        if status is AnswerStatus.GUARDRAIL_PERSONAL_DATA:
            values["question"] = ""
        elif redacted_question is not None:
            values["question"] = redacted_question
        async with self._database.writing() as connection:
            await connection.execute(update(TurnRow).where(TurnRow.id == turn.id).values(values))
            await connection.execute(update(ConversationRow).where(ConversationRow.id == turn.conversation_id).values(thread=turn.thread))
            if review is not None:
                await connection.execute(open_review(turn.id, reason=review, moment=moment))

    async def read_thread(self, conversation_id: str, *, owner: str) -> Thread:
        """Return a conversation of this owner, whichever pilot's it is.

        Raises:
            ConversationUnknown: no such conversation of this owner.
        """
        latest = (
            select(TurnRow.question, TurnRow.answer)
            .where(TurnRow.conversation_id == conversation_id, TurnRow.status.is_not(None))
            .order_by(TurnRow.asked_at.desc())
            .limit(1)
        )
        async with self._database.reading() as connection:
            found = select(ConversationRow.pilot).where(ConversationRow.id == conversation_id, ConversationRow.owner == owner)
            pilot = (await connection.execute(found)).scalar_one_or_none()
            if pilot is None:
                raise ConversationUnknown(conversation_id)
            turn = (await connection.execute(latest)).one_or_none()
        return Thread(id=conversation_id, pilot=pilot, question=turn[0] if turn else None, answer=turn[1] if turn else None)

    async def read_transcript(self, conversation_id: str, *, owner: str | None) -> Transcript:
        """Return a conversation with every turn of it, oldest first. `owner` None: the caller has been admitted by another check.

        Raises:
            ConversationUnknown: no such conversation of this owner.
        """
        conversation = select(ConversationRow).where(ConversationRow.id == conversation_id)
        if owner is not None:
            conversation = conversation.where(ConversationRow.owner == owner)
        turns = (
            select(TurnRow.id, TurnRow.question, TurnRow.asked_at, TurnRow.answer)
            .where(TurnRow.conversation_id == conversation_id)
            .order_by(TurnRow.asked_at, TurnRow.id)
        )
        async with self._database.reading() as connection:
            found = (await connection.execute(conversation)).one_or_none()
            if found is None:
                raise ConversationUnknown(conversation_id)
            rows = (await connection.execute(turns)).all()
        asked = tuple(AskedTurn(id=row.id, question=row.question, asked_at=as_utc(row.asked_at), answer=row.answer) for row in rows)
        return Transcript(conversation_id=found.id, pilot=found.pilot, turns=asked)

    async def find_thread(self, *, owner: str, pilot: str | None, questions: Sequence[str]) -> str | None:
        """Return the conversation of this owner in which exactly these questions were asked, the latest one if several.

        `pilot` None means any pilot's.
        """
        thread = digest_thread(questions)
        of_pilot = () if pilot is None else (ConversationRow.pilot == pilot,)
        statement = (
            select(ConversationRow.id)
            .where(ConversationRow.owner == owner, *of_pilot, ConversationRow.thread == thread)
            .order_by(ConversationRow.last_at.desc())
            .limit(1)
        )
        async with self._database.reading() as connection:
            return (await connection.execute(statement)).scalar_one_or_none()

    async def read_answer(self, answer_id: str, *, owner: str) -> dict[str, Any]:
        """Return an answer as it was given.

        Raises:
            AnswerUnknown: no such answer of this owner, or its question is not answered yet.
        """
        statement = select(TurnRow.answer).join(ConversationRow).where(TurnRow.id == answer_id, ConversationRow.owner == owner)
        async with self._database.reading() as connection:
            answer = (await connection.execute(statement)).scalar_one_or_none()
        if answer is None:
            raise AnswerUnknown(answer_id)
        return answer

    async def delete(self, conversation_id: str, *, owner: str) -> None:
        """Delete a conversation with its questions and answers.

        Raises:
            ConversationUnknown: no such conversation of this owner.
        """
        statement = delete(ConversationRow).where(ConversationRow.id == conversation_id, ConversationRow.owner == owner)
        async with self._database.writing() as connection:
            removed: CursorResult[Any] = await connection.execute(statement)
        if removed.rowcount == 0:
            raise ConversationUnknown(conversation_id)

    async def expire(self, pilot: str, *, retention_days: int) -> int:
        """Delete the pilot's conversations whose last question is older than its retention; return how many."""
        statement = delete(ConversationRow).where(ConversationRow.pilot == pilot, ConversationRow.last_at < now() - timedelta(days=retention_days))
        async with self._database.writing() as connection:
            removed: CursorResult[Any] = await connection.execute(statement)
        return removed.rowcount
