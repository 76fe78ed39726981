from pathlib import Path

import pytest

from pilots.answer import AnswerStatus, Focus, Question, Turn
from pilots.context import Context
from pilots.decks import open_deck
from pilots.matching import CardMatcher
from pilots.reading import Term
from pilots.registry import load_pilots
from pilots.steps.recall_conversation import RecallConversation, last_focused
from pilots.vocabulary import load_vocabulary
from tests.pilots.small_pilot import context_of, write_deck

PASSPORT = Turn(
    question="pasport 1 günə neçəyədir",
    status=AnswerStatus.ANSWERED,
    focus=Focus(sources=("pasport",), family="pasport", aspects=("amount",), conditions={"term_count": 1, "term_unit": "day"}),
)
REPLACED = Turn(
    question="vəsiqəni dəyişmək neçəyədir",
    status=AnswerStatus.ANSWERED,
    focus=Focus(sources=("vesiqe-deyisdirme",), family="vesiqe", aspects=("amount",), conditions={"event": "replace"}),
)
OFFERED = Turn(
    question="vəsiqə neçəyədir",
    status=AnswerStatus.CLARIFICATION,
    focus=Focus(sources=("vesiqe-ilk", "vesiqe-deyisdirme"), family="vesiqe", aspects=("amount",)),
)
SCREENED = Turn(question="finim 5ABC12D", status=AnswerStatus.GUARDRAIL_PERSONAL_DATA)


@pytest.fixture
def recall(tmp_path: Path) -> RecallConversation:
    deck = write_deck(tmp_path)
    return RecallConversation(CardMatcher(deck, load_vocabulary().fillers), deck)


async def after(recall: RecallConversation, text: str, *turns: Turn) -> Context:
    outcome = await recall(context_of(Question(text=text, history=turns)))
    assert isinstance(outcome, Context)
    return outcome


async def test_a_first_question_is_left_as_it_is(recall: RecallConversation):
    assert (await after(recall, "bəs itirilibsə?")).earlier is None


async def test_a_follow_up_goes_on_with_the_card_and_what_was_asked_of_it(recall: RecallConversation):
    context = await after(recall, "bəs 20 yaşım varsa?", PASSPORT)

    assert context.earlier == PASSPORT.focus
    assert context.among == ("pasport",)
    assert context.reading.aspects == ("amount",)
    assert context.reading.conditions.age == (20, 21)
    assert context.reading.conditions.term == Term(1, "day")
    assert context.search_text.startswith("Xarici pasportun verilməsi ")


async def test_a_follow_up_may_mean_any_card_of_the_family(recall: RecallConversation):
    context = await after(recall, "bəs itirilibsə?", REPLACED)

    assert set(context.among or ()) == {"vesiqe-ilk", "vesiqe-deyisdirme", "vesiqe-itirilmis"}
    assert context.reading.conditions.event == "lost"


async def test_the_reply_to_a_clarification_chooses_among_what_was_offered(recall: RecallConversation):
    assert set((await after(recall, "birincisi", OFFERED)).among or ()) == {"vesiqe-ilk", "vesiqe-deyisdirme"}


async def test_what_a_follow_up_asks_itself_takes_the_place_of_what_was_asked(recall: RecallConversation):
    assert (await after(recall, "bəs hansı sənədlər?", PASSPORT)).reading.aspects == ("documents",)


@pytest.mark.parametrize("text", ["Uşaq bağçasına növbəyə necə yazılım?", "Uşağın doğulmasına görə birdəfəlik müavinət nə qədərdir?"])
async def test_a_question_with_a_service_of_its_own_starts_a_new_topic(recall: RecallConversation, text: str):
    context = await after(recall, text, PASSPORT)

    assert context.earlier is None
    assert context.among is None
    assert context.reading.conditions.term is None


async def test_a_stopped_question_between_does_not_end_the_topic(recall: RecallConversation):
    assert (await after(recall, "bəs hansı sənədlər?", PASSPORT, SCREENED)).earlier == PASSPORT.focus


async def test_a_card_that_is_no_longer_in_the_deck_is_forgotten(recall: RecallConversation):
    gone = Turn(question="köhnə", status=AnswerStatus.ANSWERED, focus=Focus(sources=("silinmis-kart",), family="kohne"))

    assert (await after(recall, "bəs neçəyədir?", gone)).earlier is None


def test_the_newest_turn_about_something_is_recalled():
    assert last_focused((REPLACED, PASSPORT, SCREENED)) is PASSPORT
    assert last_focused((SCREENED,)) is None
    assert last_focused(()) is None


async def test_a_row_of_the_table_is_leaned_on_and_takes_back_for_whom():
    deck = open_deck(load_pilots()["citizen_chat"]).cards
    asked = Focus(sources=("sima-token",), family=deck["sima-token"].family, aspects=("amount",), conditions={"person": "entrepreneur"})
    turn = Turn(question="sima token sahibkar üçün neçəyədir?", status=AnswerStatus.ANSWERED, focus=asked)

    context = await after(RecallConversation(CardMatcher(deck, load_vocabulary().fillers), deck), "dövlət qurumu üçün bəs?", turn)

    assert context.earlier == asked
    assert context.reading.conditions.person == "legal_entity"


@pytest.mark.parametrize("text", ["usaq pulu almaq isteyirem", "bəs uşaq pulu?"])
async def test_money_that_only_another_service_pays_is_another_topic(text: str):
    deck = open_deck(load_pilots()["citizen_chat"]).cards
    recall = RecallConversation(CardMatcher(deck, load_vocabulary().fillers), deck)
    offered = Focus(sources=("pasport-boyuk", "pasport-usaq"), family="pasport")
    paid = Focus(sources=("usaga-qulluga-gore-muavinet",), family=deck["usaga-qulluga-gore-muavinet"].family)

    assert (await after(recall, text, Turn(question="pasport", status=AnswerStatus.CLARIFICATION, focus=offered))).earlier is None
    assert (await after(recall, text, Turn(question="dekret pulu", status=AnswerStatus.ANSWERED, focus=paid))).earlier == paid
