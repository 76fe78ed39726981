from dataclasses import replace
from datetime import date

import pytest

from pilots.answer import Question
from pilots.context import Context
from pilots.lexemes import skeleton
from pilots.spelling import Speller
from pilots.steps.retrieve_passages import RetrievePassages
from pilots.vocabulary import load_vocabulary
from rag.errors import RetrievalFailed
from rag.passages import ScoredPassage
from tests.pilots.small_pilot import ScriptedSource, context_of, found


async def test_what_search_finds_is_kept_best_first_and_no_more_than_asked():
    source = ScriptedSource([found("a"), found("b"), found("c")])

    outcome = await RetrievePassages(source, pilot="kicik_pilot", top_k=2)(context_of("pasport"))

    assert isinstance(outcome, Context)
    assert [scored.passage.source_id for scored in outcome.passages] == ["a", "b"]
    assert source.queries == ["pasport"]


async def test_finding_nothing_is_no_fault():
    outcome = await RetrievePassages(ScriptedSource(), pilot="kicik_pilot", top_k=2)(context_of("pasport"))

    assert isinstance(outcome, Context)
    assert outcome.passages == ()


async def test_a_failed_search_is_never_an_empty_result():
    with pytest.raises(RetrievalFailed):
        await RetrievePassages(ScriptedSource(fault=RetrievalFailed("kicik_pilot")), pilot="kicik_pilot", top_k=2)(context_of("pasport"))


async def test_search_hears_the_day():
    source = ScriptedSource([found("a")])

    await RetrievePassages(source, pilot="kicik_pilot", top_k=2)(context_of(Question(text="pasport", as_of=date(2023, 6, 1))))

    assert source.days == [date(2023, 6, 1)]


@pytest.mark.parametrize(("editions", "is_topic"), [(("2023",), False), ((), True)])
async def test_words_for_the_day_are_no_topic_once_an_edition_was_chosen_by_them(editions: tuple[str, ...], is_topic: bool):
    scored = found("a")
    source = ScriptedSource([replace(scored, passage=replace(scored.passage, editions=editions))])
    asked = context_of("2023-cü ildə pasport")
    reading = replace(asked.reading, topic=dict.fromkeys(asked.reading.tokens, 1.0))
    context = replace(asked, reading=reading, day_words=frozenset({skeleton("2023-cü"), skeleton("ildə")}))

    outcome = await RetrievePassages(source, pilot="kicik_pilot", top_k=2)(context)

    assert isinstance(outcome, Context)
    assert (skeleton("ildə") in outcome.reading.topic) is is_topic
    assert skeleton("pasport") in outcome.reading.topic


def respelling(*passages: ScoredPassage) -> RetrievePassages:
    vocabulary = load_vocabulary()
    return RetrievePassages(ScriptedSource(passages), pilot="kicik_pilot", top_k=2, respelling=(vocabulary, Speller(vocabulary.counted())))


async def test_a_slip_in_a_word_that_no_passage_has_is_repaired_once_the_passages_are_known():
    outcome = await respelling(found("a", "Ərizəyə 15 gün ərzində baxılır."))(context_of("Ərizəyə nə müddədt baxılır?"))

    assert isinstance(outcome, Context)
    assert skeleton("müddədt") not in outcome.reading.tokens
    assert "duration" in outcome.reading.aspects
    assert skeleton("ərizəyə") in outcome.reading.topic


async def test_a_word_that_a_passage_has_is_no_slip():
    outcome = await respelling(found("a", "Etəmk çayı buradan axır."))(context_of("Etəmk çayı haradan axır?"))

    assert isinstance(outcome, Context)
    assert skeleton("etəmk") in outcome.reading.topic


async def test_of_a_follow_up_the_words_of_the_question_before_stay():
    context = context_of("bəs qaytraırlar?")
    context = replace(context, reading=replace(context.reading, topic={**context.reading.topic, "erize": 0.3}))
    outcome = await respelling(found("a", "Ərizəyə baxılır."))(context)

    assert isinstance(outcome, Context)
    assert outcome.reading.topic["erize"] == 0.3
    assert skeleton("qaytarırlar") in outcome.reading.topic
    assert skeleton("qaytraırlar") not in outcome.reading.topic
