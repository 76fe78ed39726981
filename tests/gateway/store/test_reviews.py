import asyncio

import pytest
from sqlalchemy import func, select

from gateway.errors import ReviewDecided, ReviewUnknown
from gateway.store.conversations import Conversations, StoredTurn
from gateway.store.database import Database
from gateway.store.reviews import Reviews, Verdict
from gateway.store.schema import ReviewDecisionRow, ReviewRow
from pilots.answer import AnswerStatus, Focus


@pytest.fixture
def reviews(database: Database) -> Reviews:
    return Reviews(database)


async def answered(
    conversations: Conversations,
    question: str = "Rüsum?",
    *,
    pilot: str = "staff_assistant",
    reason: str | None = "risk_fees",
    in_: str | None = None,
) -> StoredTurn:
    turn = await conversations.begin_turn(owner="key:a", pilot=pilot, question=question, conversation_id=in_, history_turns=3)
    await conversations.finish_turn(turn, status=AnswerStatus.ANSWERED, focus=Focus(), answer={"id": turn.id}, review=reason)
    return turn


async def count(database: Database, table: type[ReviewRow] | type[ReviewDecisionRow]) -> int:
    async with database.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def test_an_answer_with_a_reason_waits_in_its_pilots_queue_the_oldest_first(conversations: Conversations, reviews: Reviews) -> None:
    first = await answered(conversations, "birinci")
    await answered(conversations, "adi", reason=None)
    second = await answered(conversations, "ikinci", reason="low_confidence")

    queue = await reviews.queue(pilots={"staff_assistant"}, state="pending")

    assert [(review.id, review.question, review.reason, review.state) for review in queue] == [
        (first.id, "birinci", "risk_fees", "pending"),
        (second.id, "ikinci", "low_confidence", "pending"),
    ]
    assert queue[0].answer == {"id": first.id}


async def test_a_decision_is_on_record_with_who_when_and_what(conversations: Conversations, reviews: Reviews) -> None:
    turn = await answered(conversations)

    decided = await reviews.decide(turn.id, pilots=None, verdict=Verdict.EDITED, by="key:boss", text="Rüsum 31 AZN-dir.")

    assert decided.decision is not None
    assert (decided.state, decided.decision.by, decided.decision.text, decided.decision.note) == ("edited", "key:boss", "Rüsum 31 AZN-dir.", None)
    assert decided.decision.at.tzinfo is not None
    assert decided.decision.at >= decided.asked_at
    assert await reviews.queue(pilots=None, state="pending") == []
    assert [review.id for review in await reviews.queue(pilots=None, state="edited")] == [turn.id]
    assert [review.id for review in await reviews.queue(pilots=None)] == [turn.id]


async def test_a_second_decision_is_refused_and_the_first_stands(conversations: Conversations, reviews: Reviews) -> None:
    turn = await answered(conversations)
    await reviews.decide(turn.id, pilots=None, verdict=Verdict.APPROVED, by="key:a")

    with pytest.raises(ReviewDecided):
        await reviews.decide(turn.id, pilots=None, verdict=Verdict.REJECTED, by="key:b", note="səhvdir")

    stands = await reviews.read(turn.id, pilots=None)
    assert stands.decision is not None
    assert (stands.state, stands.decision.by) == ("approved", "key:a")


async def test_of_supervisors_who_decide_at_once_one_is_heard(conversations: Conversations, reviews: Reviews, database: Database) -> None:
    turn = await answered(conversations)
    attempts = (reviews.decide(turn.id, pilots=None, verdict=Verdict.APPROVED, by=f"key:{number}") for number in range(8))

    outcomes = await asyncio.gather(*attempts, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes].count(ReviewDecided) == 7
    assert await count(database, ReviewDecisionRow) == 1


async def test_a_key_of_another_pilot_sees_and_decides_nothing(conversations: Conversations, reviews: Reviews, database: Database) -> None:
    turn = await answered(conversations)

    assert await reviews.queue(pilots={"appeal_triage"}) == []
    assert await reviews.queue(pilots=set()) == []
    with pytest.raises(ReviewUnknown):
        await reviews.read(turn.id, pilots={"appeal_triage"})
    with pytest.raises(ReviewUnknown):
        await reviews.decide(turn.id, pilots={"appeal_triage"}, verdict=Verdict.APPROVED, by="key:x")
    assert await count(database, ReviewDecisionRow) == 0


async def test_reviews_and_decisions_leave_with_their_conversation(conversations: Conversations, reviews: Reviews, database: Database) -> None:
    turn = await answered(conversations)
    await reviews.decide(turn.id, pilots=None, verdict=Verdict.APPROVED, by="key:a")

    await conversations.delete(turn.conversation_id, owner="key:a")

    assert (await count(database, ReviewRow), await count(database, ReviewDecisionRow)) == (0, 0)
    with pytest.raises(ReviewUnknown):
        await reviews.decide(turn.id, pilots=None, verdict=Verdict.APPROVED, by="key:a")


async def test_what_was_asked_before_is_told_oldest_first(conversations: Conversations, reviews: Reviews) -> None:
    first = await answered(conversations, "birinci", reason=None)
    await answered(conversations, "ikinci", reason=None, in_=first.conversation_id)
    third = await answered(conversations, "üçüncü", in_=first.conversation_id)
    await answered(conversations, "dördüncü", in_=first.conversation_id)

    assert await reviews.questions_before(await reviews.read(third.id, pilots=None)) == ("birinci", "ikinci")


async def test_an_answer_that_nobody_has_to_see_has_no_review(conversations: Conversations, reviews: Reviews) -> None:
    assert await reviews.of_answer((await answered(conversations, reason=None)).id) is None


async def test_an_answer_whose_conversation_was_deleted_meanwhile_waits_for_nobody(conversations: Conversations, reviews: Reviews) -> None:
    turn = await conversations.begin_turn(owner="key:a", pilot="staff_assistant", question="Rüsum?")
    await conversations.delete(turn.conversation_id, owner="key:a")
    await conversations.finish_turn(turn, status=AnswerStatus.ANSWERED, focus=Focus(), answer={"id": turn.id}, review="always")
    assert await reviews.queue(pilots=None) == []
