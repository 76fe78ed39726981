import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gateway.errors import AnswerUnknown
from gateway.store.conversations import Conversations, StoredTurn
from gateway.store.database import Database, now
from gateway.store.feedback import Feedback, FeedbackReason, Helpfulness
from gateway.store.schema import FeedbackRow
from pilots.answer import AnswerStatus, Focus

OWNER = "session:a"


@pytest.fixture
def feedback(database: Database) -> Feedback:
    return Feedback(database)


async def answered(conversations: Conversations, question: str = "Rüsum?", *, pilot: str = "citizen_chat") -> StoredTurn:
    turn = await conversations.begin_turn(owner=OWNER, pilot=pilot, question=question)
    await conversations.finish_turn(turn, status=AnswerStatus.ANSWERED, focus=Focus(), answer={"id": turn.id})
    return turn


async def test_feedback_is_collected_with_its_question_and_answer(conversations: Conversations, feedback: Feedback) -> None:
    first, second = await answered(conversations, "birinci"), await answered(conversations, "ikinci", pilot="service_navigator")
    await feedback.give(first.id, owner=OWNER, verdict=Helpfulness.HELPFUL)
    await feedback.give(
        second.id, owner=OWNER, verdict=Helpfulness.UNHELPFUL, reasons=[FeedbackReason.OUTDATED, FeedbackReason.INCOMPLETE], comment="köhnədir"
    )

    newest, oldest = await feedback.collect(pilots=None)

    assert (newest.answer_id, newest.pilot, newest.question, newest.comment) == (second.id, "service_navigator", "ikinci", "köhnədir")
    assert set(newest.reasons) == {FeedbackReason.OUTDATED, FeedbackReason.INCOMPLETE}
    assert (oldest.answer, oldest.verdict, oldest.reasons, oldest.comment) == ({"id": first.id}, Helpfulness.HELPFUL, (), None)
    assert [given.answer_id for given in await feedback.collect(pilots={"citizen_chat"})] == [first.id]
    assert [given.answer_id for given in await feedback.collect(pilots=None, verdict=Helpfulness.UNHELPFUL)] == [second.id]
    assert await feedback.collect(pilots=None, since=now() + timedelta(minutes=1)) == []
    assert await feedback.collect(pilots=()) == []


async def test_the_newest_word_counts(conversations: Conversations, feedback: Feedback) -> None:
    turn = await answered(conversations)
    await feedback.give(turn.id, owner=OWNER, verdict=Helpfulness.HELPFUL)
    await feedback.give(turn.id, owner=OWNER, verdict=Helpfulness.UNHELPFUL, reasons=[FeedbackReason.WRONG_FACT])
    (given,) = await feedback.collect(pilots=None)
    assert (given.verdict, given.reasons) == (Helpfulness.UNHELPFUL, (FeedbackReason.WRONG_FACT,))
    assert await feedback.of_answer(turn.id) is Helpfulness.UNHELPFUL


async def test_clicks_at_once_leave_one_word(conversations: Conversations, feedback: Feedback, database: Database) -> None:
    turn = await answered(conversations)
    await asyncio.gather(*(feedback.give(turn.id, owner=OWNER, verdict=Helpfulness.HELPFUL) for _ in range(8)))
    async with database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(FeedbackRow))).scalar_one() == 1


async def test_only_the_owner_of_a_given_answer_judges_it(conversations: Conversations, feedback: Feedback) -> None:
    turn = await answered(conversations)
    unanswered = await conversations.begin_turn(owner=OWNER, pilot="citizen_chat", question="?")
    for answer_id, owner in ((turn.id, "session:b"), ("0" * 32, OWNER), (unanswered.id, OWNER)):
        with pytest.raises(AnswerUnknown):
            await feedback.give(answer_id, owner=owner, verdict=Helpfulness.HELPFUL)
    assert await feedback.of_answer(turn.id) is None


async def test_feedback_leaves_with_its_conversation(conversations: Conversations, feedback: Feedback) -> None:
    turn = await answered(conversations)
    await feedback.give(turn.id, owner=OWNER, verdict=Helpfulness.HELPFUL)
    await conversations.delete(turn.conversation_id, owner=OWNER)
    assert await feedback.collect(pilots=None) == []
