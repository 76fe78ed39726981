from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from gateway.errors import AnswerUnknown, ConversationUnknown
from gateway.store import database as database_module
from gateway.store.conversations import Conversations, StoredTurn
from gateway.store.database import Database
from gateway.store.schema import ConversationRow, TurnRow
from pilots.answer import AnswerStatus, Focus
from tests.gateway.scripted import FOCUS


async def ask(conversations: Conversations, question: str, *, owner: str = "session:a", conversation_id: str | None = None) -> StoredTurn:
    return await conversations.begin_turn(owner=owner, pilot="citizen_chat", question=question, conversation_id=conversation_id, history_turns=6)


async def reply(conversations: Conversations, turn: StoredTurn, status: AnswerStatus = AnswerStatus.ANSWERED, focus: Focus = FOCUS) -> None:
    await conversations.finish_turn(turn, status=status, focus=focus, answer={"id": turn.id})


async def rows(database: Database, table: type[ConversationRow] | type[TurnRow]) -> int:
    async with database.writing() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def test_a_follow_up_reads_back_what_was_asked_and_what_it_was_about(conversations: Conversations) -> None:
    first = await ask(conversations, "birinci")
    await reply(conversations, first)
    second = await ask(conversations, "ikinci", conversation_id=first.conversation_id)
    (turn,) = second.history
    assert (turn.question, turn.status, turn.focus) == ("birinci", AnswerStatus.ANSWERED, FOCUS)


async def test_history_is_oldest_first_and_bounded(conversations: Conversations) -> None:
    turn = await ask(conversations, "0")
    await reply(conversations, turn)
    for number in range(1, 9):
        turn = await ask(conversations, str(number), conversation_id=turn.conversation_id)
        await reply(conversations, turn)
    last = await ask(conversations, "9", conversation_id=turn.conversation_id)
    assert [earlier.question for earlier in last.history] == ["3", "4", "5", "6", "7", "8"]


async def test_a_question_without_an_answer_is_stored_and_is_no_history(conversations: Conversations, database: Database) -> None:
    first = await ask(conversations, "yarımçıq")
    assert await rows(database, TurnRow) == 1
    assert (await ask(conversations, "ikinci", conversation_id=first.conversation_id)).history == ()
    with pytest.raises(AnswerUnknown):
        await conversations.read_answer(first.id, owner="session:a")


@pytest.mark.parametrize(("owner", "pilot"), [("session:b", "citizen_chat"), ("session:a", "document_qa")])
async def test_a_conversation_of_another_owner_or_pilot_is_unknown_and_stores_nothing(
    owner: str, pilot: str, conversations: Conversations, database: Database
) -> None:
    first = await ask(conversations, "birinci")
    with pytest.raises(ConversationUnknown):
        await conversations.begin_turn(owner=owner, pilot=pilot, question="?", conversation_id=first.conversation_id, history_turns=6)
    assert (await rows(database, ConversationRow), await rows(database, TurnRow)) == (1, 1)


async def test_an_answer_is_read_back_by_its_owner_only(conversations: Conversations) -> None:
    turn = await ask(conversations, "birinci")
    await reply(conversations, turn)
    assert await conversations.read_answer(turn.id, owner="session:a") == {"id": turn.id}
    with pytest.raises(AnswerUnknown):
        await conversations.read_answer(turn.id, owner="session:b")


async def test_a_question_with_personal_data_does_not_stay(conversations: Conversations, database: Database) -> None:
    turn = await ask(conversations, "FİN kodum 5ABCD12")
    await reply(conversations, turn, AnswerStatus.GUARDRAIL_PERSONAL_DATA)
    async with database.writing() as connection:
        assert (await connection.execute(select(TurnRow.question))).scalar_one() == ""


async def test_deleting_takes_the_questions_along_and_only_for_the_owner(conversations: Conversations, database: Database) -> None:
    turn = await ask(conversations, "birinci")
    with pytest.raises(ConversationUnknown):
        await conversations.delete(turn.conversation_id, owner="session:b")
    await conversations.delete(turn.conversation_id, owner="session:a")
    assert (await rows(database, ConversationRow), await rows(database, TurnRow)) == (0, 0)


async def test_conversations_expire_after_their_pilots_days(conversations: Conversations, database: Database) -> None:
    old = await ask(conversations, "köhnə")
    await ask(conversations, "təzə")
    async with database.writing() as connection:
        past = database_module.now() - timedelta(days=31)
        await connection.execute(update(ConversationRow).where(ConversationRow.id == old.conversation_id).values(last_at=past))
    assert await conversations.expire("document_qa", retention_days=30) == 0
    assert await conversations.expire("citizen_chat", retention_days=30) == 1
    assert await rows(database, TurnRow) == 1


async def test_a_thread_is_found_by_exactly_its_questions_and_owner(conversations: Conversations) -> None:
    first = await ask(conversations, "birinci")
    await reply(conversations, first)
    second = await ask(conversations, "ikinci", conversation_id=first.conversation_id)
    await reply(conversations, second)

    async def find(*questions: str, owner: str = "session:a") -> str | None:
        return await conversations.find_thread(owner=owner, pilot="citizen_chat", questions=questions)

    assert await find("birinci", "ikinci") == first.conversation_id
    assert await find("birinci") is None
    assert await find("ikinci") is None
    assert await find("birinci", "ikinci", owner="session:b") is None


async def test_a_thread_that_began_elsewhere_goes_on_here(conversations: Conversations) -> None:
    turn = await conversations.begin_turn(owner="session:a", pilot="citizen_chat", question="üçüncü", earlier=["birinci", "ikinci"])
    await reply(conversations, turn)
    found = await conversations.find_thread(owner="session:a", pilot="citizen_chat", questions=["birinci", "ikinci", "üçüncü"])
    assert found == turn.conversation_id


async def test_a_conversation_is_found_with_its_latest_answer_whichever_pilots_it_is(conversations: Conversations) -> None:
    first = await ask(conversations, "Rüsum?")
    await reply(conversations, first)
    await ask(conversations, "bəs indi?", conversation_id=first.conversation_id)
    thread = await conversations.read_thread(first.conversation_id, owner="session:a")
    assert (thread.pilot, thread.question, thread.answer) == ("citizen_chat", "Rüsum?", {"id": first.id})
    with pytest.raises(ConversationUnknown):
        await conversations.read_thread(first.conversation_id, owner="session:b")


async def test_a_conversation_without_an_answer_yet_is_found_as_such(conversations: Conversations) -> None:
    turn = await ask(conversations, "Rüsum?")
    thread = await conversations.read_thread(turn.conversation_id, owner="session:a")
    assert (thread.question, thread.answer) == (None, None)


async def test_a_conversation_is_taken_over_from_the_named_pilot_only(conversations: Conversations) -> None:
    first = await conversations.begin_turn(owner="session:a", pilot="korpu", question="Rüsum?")
    with pytest.raises(ConversationUnknown):
        await ask(conversations, "1", conversation_id=first.conversation_id)
    await reply(conversations, first)
    taken = await conversations.begin_turn(
        owner="session:a", pilot="citizen_chat", question="Rüsum?", typed="1", conversation_id=first.conversation_id, taken_over_from="korpu"
    )
    await reply(conversations, taken)
    assert (await conversations.read_thread(first.conversation_id, owner="session:a")).pilot == "citizen_chat"
    for pilot in ("citizen_chat", None):
        assert await conversations.find_thread(owner="session:a", pilot=pilot, questions=["Rüsum?", "1"]) == first.conversation_id
    assert await conversations.find_thread(owner="session:a", pilot="korpu", questions=["Rüsum?", "1"]) is None
