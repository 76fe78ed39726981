"""Conversations that a citizen has asked a person to go on with."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Row, Select, exists, func, insert, select, update

from gateway.errors import ConversationUnknown, HandoverClosed, HandoverUnknown
from gateway.store.database import Database, as_utc, now
from gateway.store.schema import ConversationRow, HandoverRow, TurnRow
from pilots.answer import Language

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, O, 1, I and L, which people mix up on the telephone."""
CODE_LENGTH = 8

HandoverState = Literal["waiting", "taken", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHandover:
    """`code` is what the citizen says; `questions` how many turns the conversation has; `reply` what the citizen reads at the end."""

    id: str
    code: str
    conversation_id: str
    pilot: str
    language: Language
    note: str | None
    requested_at: datetime
    questions: int
    taken_by: str | None
    taken_at: datetime | None
    closed_by: str | None
    closed_at: datetime | None
    reply: str | None

    @property
    def state(self) -> HandoverState:
        if self.closed_at is not None:
            return "closed"
        return "waiting" if self.taken_at is None else "taken"


class Handovers:
    """Each method is one transaction. `pilots` are those that the caller's key covers, None every pilot.

    The transcript of a hand-over is `Conversations.read_transcript(handover.conversation_id, owner=None)`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def request(self, conversation_id: str, *, owner: str, language: Language, note: str | None = None) -> StoredHandover:
        """Hand a conversation over. One that waits or is taken already stays as it is, with the newer note if there is one.

        Raises:
            ConversationUnknown: no such conversation of this owner.
        """
        owned = select(ConversationRow.id).where(ConversationRow.id == conversation_id, ConversationRow.owner == owner)
        open_one = select(HandoverRow.id).where(HandoverRow.conversation_id == conversation_id, HandoverRow.closed_at.is_(None)).limit(1)
        async with self._database.writing() as connection:
            # The conversation's lock lets two clicks at once follow each other.
            if (await connection.execute(owned.with_for_update())).scalar_one_or_none() is None:
                raise ConversationUnknown(conversation_id)
            known = (await connection.execute(open_one)).scalar_one_or_none()
            if known is None:
                known = uuid4().hex
                values = {"id": known, "conversation_id": conversation_id, "code": new_code(), "language": language, "note": note}
                await connection.execute(insert(HandoverRow).values(values | {"requested_at": now()}))
            elif note is not None:
                await connection.execute(update(HandoverRow).where(HandoverRow.id == known).values(note=note))
        return await self.read(known, pilots=None)

    async def find_newest(self, conversation_id: str, *, owner: str) -> StoredHandover | None:
        """Return the newest hand-over of an owner's conversation, None when there is none."""
        statement = (
            _covered(None)
            .where(HandoverRow.conversation_id == conversation_id, ConversationRow.owner == owner)
            .order_by(HandoverRow.requested_at.desc())
            .limit(1)
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).one_or_none()
        return _handover(row) if row is not None else None

    async def of_conversation(self, conversation_id: str, *, owner: str) -> StoredHandover:
        """See `find_newest`; raises HandoverUnknown when there is none."""
        found = await self.find_newest(conversation_id, owner=owner)
        if found is None:
            raise HandoverUnknown(conversation_id)
        return found

    async def inbox(
        self, *, pilots: Collection[str] | None, state: HandoverState | None = None, limit: int = 50, offset: int = 0
    ) -> list[StoredHandover]:
        """Return hand-overs, the one that waits longest first. `state` None means every state."""
        statement = _covered(pilots).order_by(HandoverRow.requested_at, HandoverRow.id).limit(limit).offset(offset)
        match state:
            case "waiting":
                statement = statement.where(HandoverRow.taken_at.is_(None), HandoverRow.closed_at.is_(None))
            case "taken":
                statement = statement.where(HandoverRow.taken_at.is_not(None), HandoverRow.closed_at.is_(None))
            case "closed":
                statement = statement.where(HandoverRow.closed_at.is_not(None))
            case None:
                pass
        async with self._database.reading() as connection:
            return [_handover(row) for row in (await connection.execute(statement)).all()]

    async def read(self, handover_id: str, *, pilots: Collection[str] | None) -> StoredHandover:
        """Raises HandoverUnknown when there is none, or none of these pilots."""
        return await self._one(_covered(pilots).where(HandoverRow.id == handover_id))

    async def find(self, code: str, *, pilots: Collection[str] | None) -> StoredHandover:
        """Return the hand-over whose code a citizen says, typed in any case and with blanks or hyphens. Raises as `read` does."""
        typed = "".join(sign for sign in code.upper() if sign.isascii() and sign.isalnum())
        return await self._one(_covered(pilots).where(HandoverRow.code == typed))

    async def take(self, handover_id: str, *, pilots: Collection[str] | None, by: str) -> StoredHandover:
        """Note who goes on with it. Of several at once one is heard; the same person may take it again.

        Raises:
            HandoverUnknown: see `read`; HandoverClosed: another has taken it, or it is closed.
        """
        free = HandoverRow.taken_by.is_(None) | (HandoverRow.taken_by == by)
        return await self._change(handover_id, pilots, update(HandoverRow).where(free).values(taken_by=by, taken_at=now()))

    async def close(self, handover_id: str, *, pilots: Collection[str] | None, by: str, reply: str | None = None) -> StoredHandover:
        """End it; the citizen finds `reply` in the conversation. Anyone of the pilot may close what another has taken.

        Raises:
            HandoverUnknown: see `read`; HandoverClosed: it is closed already.
        """
        return await self._change(handover_id, pilots, update(HandoverRow).values(closed_by=by, closed_at=now(), reply=reply))

    async def _change(self, handover_id: str, pilots: Collection[str] | None, change: Any) -> StoredHandover:
        await self.read(handover_id, pilots=pilots)
        async with self._database.writing() as connection:
            statement = change.where(HandoverRow.id == handover_id, HandoverRow.closed_at.is_(None)).returning(HandoverRow.id)
            changed = (await connection.execute(statement)).scalar_one_or_none()
            known = (await connection.execute(select(exists().where(HandoverRow.id == handover_id)))).scalar_one()
        if changed is None:
            raise HandoverClosed(handover_id) if known else HandoverUnknown(handover_id)
        return await self.read(handover_id, pilots=pilots)

    async def _one(self, statement: Select[*tuple[Any, ...]]) -> StoredHandover:
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).one_or_none()
        if row is None:
            raise HandoverUnknown("no hand-over of that id or code")
        return _handover(row)


def new_code() -> str:
    """Return a code that nobody guesses and everybody can say: 31⁸ of them."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def _covered(pilots: Collection[str] | None) -> Select[*tuple[Any, ...]]:
    turns = select(func.count()).where(TurnRow.conversation_id == HandoverRow.conversation_id).scalar_subquery()
    statement = select(HandoverRow, ConversationRow.pilot, turns.label("questions")).join(
        ConversationRow, ConversationRow.id == HandoverRow.conversation_id
    )
    return statement if pilots is None else statement.where(ConversationRow.pilot.in_(sorted(pilots)))


def _handover(row: Row[Any]) -> StoredHandover:
    return StoredHandover(
        id=row.id,
        code=row.code,
        conversation_id=row.conversation_id,
        pilot=row.pilot,
        language=row.language,
        note=row.note,
        requested_at=as_utc(row.requested_at),
        questions=row.questions,
        taken_by=row.taken_by,
        taken_at=as_utc(row.taken_at) if row.taken_at else None,
        closed_by=row.closed_by,
        closed_at=as_utc(row.closed_at) if row.closed_at else None,
        reply=row.reply,
    )
