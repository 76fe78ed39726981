import asyncio

import pytest

from gateway.errors import ConversationUnknown, HandoverClosed, HandoverUnknown
from gateway.store.conversations import Conversations
from gateway.store.database import Database
from gateway.store.handovers import CODE_LENGTH, CODE_LETTERS, Handovers, StoredHandover
from pilots.answer import AnswerStatus, Focus

OWNER = "session:a"


@pytest.fixture
def handovers(database: Database) -> Handovers:
    return Handovers(database)


async def asked(conversations: Conversations, *questions: str, pilot: str = "citizen_chat") -> str:
    conversation: str | None = None
    for question in questions or ("Rüsum?",):
        turn = await conversations.begin_turn(owner=OWNER, pilot=pilot, question=question, conversation_id=conversation)
        await conversations.finish_turn(turn, status=AnswerStatus.ANSWERED, focus=Focus(), answer={"id": turn.id, "text": question})
        conversation = turn.conversation_id
    assert conversation is not None
    return conversation


async def handed_over(handovers: Handovers, conversations: Conversations, *, pilot: str = "citizen_chat") -> StoredHandover:
    return await handovers.request(await asked(conversations, pilot=pilot), owner=OWNER, language="az")


async def test_who_waits_longest_stands_first_with_the_transcript(handovers: Handovers, conversations: Conversations) -> None:
    first = await handovers.request(await asked(conversations, "birinci", "ikinci"), owner=OWNER, language="ru", note="anlamadım")
    second = await handed_over(handovers, conversations)

    inbox = await handovers.inbox(pilots=None, state="waiting")

    assert [found.id for found in inbox] == [first.id, second.id]
    assert (inbox[0].language, inbox[0].note, inbox[0].questions, inbox[0].state) == ("ru", "anlamadım", 2, "waiting")
    transcript = await conversations.read_transcript(first.conversation_id, owner=None)
    assert [(turn.question, (turn.answer or {})["text"]) for turn in transcript.turns] == [("birinci", "birinci"), ("ikinci", "ikinci")]


async def test_a_code_is_found_however_it_is_typed(handovers: Handovers, conversations: Conversations) -> None:
    given = await handed_over(handovers, conversations)
    assert len(given.code) == CODE_LENGTH
    assert set(given.code) <= set(CODE_LETTERS)
    assert (await handovers.find(f" {given.code[:4].lower()}-{given.code[4:]} ", pilots={"citizen_chat"})).id == given.id
    with pytest.raises(HandoverUnknown):
        await handovers.find("AAAAAAAA", pilots=None)


async def test_asking_twice_gives_the_same_code_until_it_is_closed(handovers: Handovers, conversations: Conversations) -> None:
    conversation = await asked(conversations)
    asked_at_once = await asyncio.gather(*(handovers.request(conversation, owner=OWNER, language="az") for _ in range(6)))
    assert len({handover.code for handover in asked_at_once}) == 1
    first = await handovers.request(conversation, owner=OWNER, language="az", note="yeni söz")
    assert first.note == "yeni söz"
    await handovers.close(first.id, pilots=None, by="key:a", reply="Zəng edin.")
    assert (await handovers.of_conversation(conversation, owner=OWNER)).reply == "Zəng edin."
    second = await handovers.request(conversation, owner=OWNER, language="az")
    assert second.code != first.code
    assert (await handovers.of_conversation(conversation, owner=OWNER)).id == second.id


async def test_of_colleagues_who_take_at_once_one_is_heard(handovers: Handovers, conversations: Conversations) -> None:
    given = await handed_over(handovers, conversations)
    attempts = (handovers.take(given.id, pilots=None, by=f"key:{number}") for number in range(8))
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(HandoverClosed) == 7
    taken = await handovers.read(given.id, pilots=None)
    assert taken.state == "taken"
    assert (await handovers.take(given.id, pilots=None, by=str(taken.taken_by))).taken_by == taken.taken_by


async def test_what_is_closed_stays_closed(handovers: Handovers, conversations: Conversations) -> None:
    given = await handed_over(handovers, conversations)
    closed = await handovers.close(given.id, pilots=None, by="key:a", reply="Sabah gəlin.")
    assert (closed.state, closed.closed_by, closed.reply) == ("closed", "key:a", "Sabah gəlin.")
    with pytest.raises(HandoverClosed):
        await handovers.close(given.id, pilots=None, by="key:b")
    with pytest.raises(HandoverClosed):
        await handovers.take(given.id, pilots=None, by="key:a")
    assert [found.id for found in await handovers.inbox(pilots=None, state="closed")] == [given.id]
    assert await handovers.inbox(pilots=None, state="waiting") == []


async def test_a_key_of_another_pilot_sees_and_changes_nothing(handovers: Handovers, conversations: Conversations) -> None:
    given = await handed_over(handovers, conversations)
    others = {"service_navigator"}
    assert await handovers.inbox(pilots=others) == []
    for attempt in (
        handovers.read(given.id, pilots=others),
        handovers.find(given.code, pilots=others),
        handovers.take(given.id, pilots=others, by="key:b"),
        handovers.close(given.id, pilots=others, by="key:b"),
    ):
        with pytest.raises(HandoverUnknown):
            await attempt
    assert (await handovers.read(given.id, pilots={"citizen_chat"})).state == "waiting"


async def test_nobody_hands_over_another_persons_conversation(handovers: Handovers, conversations: Conversations) -> None:
    conversation = await asked(conversations)
    with pytest.raises(ConversationUnknown):
        await handovers.request(conversation, owner="session:b", language="az")
    with pytest.raises(ConversationUnknown):
        await conversations.read_transcript(conversation, owner="session:b")
    with pytest.raises(HandoverUnknown):
        await handovers.of_conversation(conversation, owner=OWNER)


async def test_a_deleted_conversation_takes_its_hand_over_along(handovers: Handovers, conversations: Conversations) -> None:
    given = await handed_over(handovers, conversations)
    await conversations.delete(given.conversation_id, owner=OWNER)
    assert await handovers.inbox(pilots=None) == []
    with pytest.raises(HandoverUnknown):
        await handovers.take(given.id, pilots=None, by="key:a")
