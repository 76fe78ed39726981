from dataclasses import replace
from pathlib import Path

import pytest

from pilots.answer import AnswerStatus, Focus, Question
from pilots.context import Context, Draft
from pilots.matching import CardMatch, CardMatcher
from pilots.registry import load_pilots
from pilots.steps.choose_card import Candidate, ChooseCard, evidence_by_source, is_sure_of
from pilots.vocabulary import load_vocabulary
from rag.cards import ForeignNames, load_deck
from tests.pilots.small_pilot import CARDS, context_of, found, write_deck


@pytest.fixture
def choose(tmp_path: Path) -> ChooseCard:
    deck = write_deck(tmp_path)
    return ChooseCard(CardMatcher(deck, load_vocabulary().fillers), deck)


def asked(text: str) -> Context:
    return context_of(text, *(found(card_id) for card_id in CARDS))


async def chosen(choose: ChooseCard, context: Context) -> str:
    outcome = await choose(context)
    assert isinstance(outcome, Context)
    assert outcome.card is not None
    return outcome.card.id


@pytest.mark.parametrize(
    ("text", "card_id"),
    [
        ("Xarici pasport neçəyədir?", "pasport"),
        ("XARICI PASPORT NECEYEDIR", "pasport"),
        ("şəxsiyyət vəsiqəm itib, neçəyədir?", "vesiqe-itirilmis"),
        ("şəxsiyyət vəsiqəsini dəyişdirmək neçəyədir?", "vesiqe-deyisdirme"),
        ("Bağça növbəsinə necə yazılım?", "bagca-novbesi"),
    ],
)
async def test_the_card_that_was_named_answers(choose: ChooseCard, text: str, card_id: str):
    assert await chosen(choose, asked(text)) == card_id


async def test_several_fitting_cards_are_offered_by_their_titles(choose: ChooseCard):
    outcome = await choose(asked("Şəxsiyyət vəsiqəsi neçəyədir?"))

    assert isinstance(outcome, Draft)
    assert outcome.status is AnswerStatus.CLARIFICATION
    assert set(outcome.options) == {"Şəxsiyyət vəsiqəsinin ilk dəfə verilməsi", "Şəxsiyyət vəsiqəsinin dəyişdirilməsi"}
    assert set(outcome.focus.sources) == {"vesiqe-ilk", "vesiqe-deyisdirme"}
    assert outcome.focus.aspects == ("amount",)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Gəmi icarəsi lisenziyası necə alınır?", AnswerStatus.UNANSWERABLE_NO_SOURCE),
        ("Sabah hava necə olacaq?", AnswerStatus.UNANSWERABLE_OUT_OF_SCOPE),
        ("salam", AnswerStatus.UNANSWERABLE_OUT_OF_SCOPE),
    ],
)
async def test_no_card_of_that_name_means_silence(choose: ChooseCard, text: str, status: AnswerStatus):
    assert await choose(asked(text)) == Draft(status=status)


async def test_a_card_of_which_search_finds_hardly_anything_does_not_answer(choose: ChooseCard):
    outcome = await choose(context_of("Yadplanetlilərin pasportla kosmosda gəzintisi icazəsi", found("pasport", lexical=0.5, dense=0.7)))

    assert outcome == Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE)


async def test_a_follow_up_that_says_nothing_stays_with_its_card(choose: ChooseCard):
    focus = Focus(sources=("vesiqe-ilk",), family="vesiqe")

    assert await chosen(choose, replace(asked("bəs harada?"), earlier=focus, among=("vesiqe-ilk", "vesiqe-itirilmis"))) == "vesiqe-ilk"


async def test_a_follow_up_about_a_loss_moves_to_the_lost_sibling(choose: ChooseCard):
    focus = Focus(sources=("vesiqe-ilk",), family="vesiqe")

    assert await chosen(choose, replace(asked("bəs itirilibsə?"), earlier=focus, among=("vesiqe-ilk", "vesiqe-itirilmis"))) == "vesiqe-itirilmis"


async def test_a_follow_up_that_fits_no_card_of_the_conversation_is_not_answered(choose: ChooseCard):
    focus = Focus(sources=("vesiqe-ilk",), family="vesiqe")

    outcome = await choose(replace(asked("bəs itirilibsə?"), earlier=focus, among=("vesiqe-ilk",)))

    assert outcome == Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE, focus=focus)


async def test_an_unclear_reply_to_a_clarification_asks_again(choose: ChooseCard):
    focus = Focus(sources=("vesiqe-ilk", "vesiqe-deyisdirme"), family="vesiqe")

    outcome = await choose(replace(asked("hə"), earlier=focus, among=focus.sources))

    assert isinstance(outcome, Draft)
    assert outcome.status is AnswerStatus.CLARIFICATION
    assert len(outcome.options) == 2


def test_the_best_score_of_each_channel_counts_for_a_source():
    passages = (found("a", lexical=3, dense=0.8), found("a", lexical=5, dense=0.7), found("b", lexical=1, dense=0.9))

    assert evidence_by_source(passages) == {"a": (5, 0.8), "b": (1, 0.9)}


async def test_options_are_in_the_askers_language_beside_the_azerbaijani_title(tmp_path: Path):
    deck = {card.id: card.model_copy(update={"names": ForeignNames(ru=(f"Услуга {card.id}",))}) for card in write_deck(tmp_path).values()}
    choose = ChooseCard(CardMatcher(deck, load_vocabulary().fillers), deck)
    lost, replaced = deck["vesiqe-itirilmis"], deck["vesiqe-deyisdirme"]
    among = (lost.id, replaced.id)
    asked_back = Focus(sources=among)
    context = replace(context_of("15"), language="ru", earlier=asked_back, among=among)

    outcome = await choose(context)

    assert isinstance(outcome, Draft)
    assert set(outcome.options) == {f"Услуга {card.id} / {card.title}" for card in (lost, replaced)}

    picked = await choose(replace(context, question=Question(text=outcome.options[1])))

    assert isinstance(picked, Context)
    assert picked.card is not None
    assert picked.card.title_in("ru") == outcome.options[1]


async def test_a_question_of_which_too_little_was_understood_is_not_answered(choose: ChooseCard):
    context = replace(context_of("vəsiqəm itib", found("vesiqe-itirilmis")))
    reading = replace(context.reading, language="ru", unknown=("зорблинг",), topic={**context.reading.topic, "зорблинг": 1.0})

    assert isinstance(await choose(context), Context)
    assert isinstance(await choose(replace(context, reading=reading)), Draft)


async def test_a_card_for_a_lost_document_is_not_chosen_when_nothing_was_lost(choose: ChooseCard):
    """Search finds the lost one's passage best; nobody said that it was lost."""
    context = context_of("şəxsiyyət vəsiqəsi 5 günə yoxsa 10 günə, hansı ucuzdur", found("vesiqe-itirilmis"))
    outcome = await choose(context)

    assert not (isinstance(outcome, Context) and outcome.card and outcome.card.id == "vesiqe-itirilmis")


async def test_what_is_denied_rules_its_card_out(choose: ChooseCard):
    assert await chosen(choose, asked("şəxsiyyət vəsiqəmi itirməmişəm, müddəti bitib, dəyişdirmək neçəyədir?")) == "vesiqe-deyisdirme"


def candidate(precision: float, recall: float, coverage: float) -> Candidate:
    card = next(iter(load_deck(load_pilots()["citizen_chat"].corpus_paths[0]).values()))
    return Candidate(CardMatch(card, precision, recall, coverage, 0.6, contradicted=False), 0.6, 25.0)


@pytest.mark.parametrize(
    ("precision", "recall", "coverage", "is_sure"), [(0.2, 0.4, 0.4, False), (0.2, 1.0, 0.4, True), (0.2, 0.4, 0.6, True), (0.5, 0.4, 0.4, True)]
)
def test_a_long_story_needs_half_a_name_or_half_a_card(precision: float, recall: float, coverage: float, is_sure: bool):
    """The lexical score alone grows with the length of a question."""
    assert is_sure_of(candidate(precision, recall, coverage)) is is_sure
