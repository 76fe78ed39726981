from dataclasses import replace
from datetime import date

import pytest

from pilots.answer import AnswerStatus, Focus, Question, Turn
from pilots.context import Context
from pilots.lexemes import skeleton
from pilots.steps.read_day import ReadDay
from pilots.steps.recall_documents import RecallDocuments
from pilots.vocabulary import load_vocabulary
from tests.pilots.small_pilot import context_of

TODAY = date(2026, 11, 22)
END_OF_2023 = date(2023, 12, 31)
EARLIER = Turn(question="2023-cü ildə gecə işi kimə olmazdı?", status=AnswerStatus.ANSWERED, focus=Focus(sources=("is-vaxti",)))


async def read(question: Question) -> Context:
    recalled = await RecallDocuments(load_vocabulary())(context_of(question))
    assert isinstance(recalled, Context)
    outcome = await ReadDay(lambda: TODAY)(recalled)
    assert isinstance(outcome, Context)
    return outcome


async def test_words_give_the_day_when_the_request_does_not():
    context = await read(Question(text="2023-cü ildə gecə işi kimə olmazdı?"))

    assert context.question.as_of == END_OF_2023
    assert skeleton("2023") in context.day_words


async def test_the_request_goes_before_the_words():
    context = await read(Question(text="2023-cü ildə gecə işi kimə olmazdı?", as_of=date(2025, 1, 1)))

    assert context.question.as_of == date(2025, 1, 1)
    assert skeleton("2023") in context.day_words


async def test_beside_an_article_the_day_is_no_word_to_search_by():
    assert "2023" not in (await read(Question(text="2023-cü ildə maddə 13 nə deyirdi?"))).search_text
    assert "2023" in (await read(Question(text="2023-cü ildə gecə işi kimə olmazdı?"))).search_text


async def test_a_question_without_a_day_is_left_as_it_is():
    question = context_of("Gecə işi kimə olmaz?")

    assert await ReadDay(lambda: TODAY)(question) == question


@pytest.mark.parametrize(
    ("text", "day"),
    [("bəs hamilə qadına?", END_OF_2023), ("bəs 2024-cü ildə?", date(2024, 12, 31)), ("bəs indi?", None)],
)
async def test_a_follow_up_keeps_the_day_until_it_says_another(text: str, day: date | None):
    context = await read(Question(text=text, history=(EARLIER,)))

    assert context.earlier == EARLIER.focus
    assert context.question.as_of == day


async def test_a_new_topic_does_not_hear_the_earlier_day():
    context = await read(Question(text="Vətəndaşların müraciətlərinə baxılması qaydası hansı qanunda təsbit olunub?", history=(EARLIER,)))

    assert context == replace(context, day_words=frozenset(), earlier=None)
    assert context.question.as_of is None
