from pilots.answer import AnswerStatus, Focus, Question, Turn
from pilots.context import Context
from pilots.lexemes import skeleton
from pilots.steps.recall_documents import RecallDocuments
from pilots.vocabulary import load_vocabulary
from tests.pilots.small_pilot import context_of

LEAVE = Turn(question="Məzuniyyət neçə gündür?", status=AnswerStatus.ANSWERED, focus=Focus(sources=("mezuniyyet",), aspects=("duration",)))


async def after(text: str, *turns: Turn) -> Context:
    outcome = await RecallDocuments(load_vocabulary())(context_of(Question(text=text, history=turns)))
    assert isinstance(outcome, Context)
    return outcome


async def test_a_follow_up_is_searched_together_with_the_question_before():
    context = await after("Bəs müəllim üçün?", LEAVE)

    assert "Məzuniyyət" in context.search_text
    assert "müəllim" in context.search_text
    assert {skeleton("məzuniyyət"), skeleton("müəllim")} <= context.reading.topic.keys()
    assert context.earlier == LEAVE.focus


async def test_a_question_with_a_topic_of_its_own_stands_alone():
    text = "Vətəndaşların müraciətlərinə baxılması qaydası hansı qanunda təsbit olunub?"

    assert await after(text, LEAVE) == context_of(Question(text=text, history=(LEAVE,)))


async def test_a_first_question_is_left_as_it_is():
    assert await after("Bəs müəllim üçün?") == context_of("Bəs müəllim üçün?")
