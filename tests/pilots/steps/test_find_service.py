from pathlib import Path

import pytest

from pilots.answer import AnswerStatus, Question
from rag.errors import RetrievalFailed
from tests.pilots.small_pilot import Conversation, ScriptedSource, found, guided_pipeline


@pytest.mark.parametrize("text", ["Mənə addım-addım kömək edin", "salam", "itirmişəm", "5 yaşı var", "18"])
async def test_without_a_service_it_is_asked_for_and_nothing_is_searched(tmp_path: Path, text: str):
    source = ScriptedSource()
    answer = await guided_pipeline(tmp_path, source).answer(Question(text=text))

    assert answer.status is AnswerStatus.CLARIFICATION
    assert answer.details["asked"] == "service"
    assert source.queries == []


async def test_only_the_message_that_names_a_service_is_searched_for(tmp_path: Path):
    source = ScriptedSource()
    conversation = Conversation(guided_pipeline(tmp_path, source))
    for text in ("Xarici pasport lazımdır, yol göstərin", "2 yaş", "1 iş günü", "geri"):
        await conversation.ask(text)

    assert len(source.queries) == 1


async def test_a_lost_document_belongs_to_what_a_person_may_mean(tmp_path: Path):
    answer = await guided_pipeline(tmp_path).answer(Question(text="Şəxsiyyət vəsiqəsi"))

    assert answer.details["asked"] == "event"
    assert set(answer.focus.sources) == {"vesiqe-itirilmis", "vesiqe-deyisdirme", "vesiqe-ilk"}


async def test_a_service_whose_text_was_found_but_that_was_not_named_is_confirmed_first(tmp_path: Path):
    conversation = Conversation(guided_pipeline(tmp_path, ScriptedSource([found("bagca-novbesi", lexical=90.0)])))
    asked = await conversation.ask("balaca uşaq oynasın, portalda doldurum")

    assert asked.status is AnswerStatus.CLARIFICATION
    assert asked.options == ("Uşaq bağçasına növbəyə yazılma",)
    assert (await conversation.ask("hə")).status is AnswerStatus.ANSWERED


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Sabah hava necə olacaq?", AnswerStatus.UNANSWERABLE_OUT_OF_SCOPE),
        ("Gəmi icarəsi üçün dövlət rüsumu nə qədərdir?", AnswerStatus.UNANSWERABLE_NO_SOURCE),
    ],
)
async def test_what_no_card_covers_is_declined(tmp_path: Path, text: str, status: AnswerStatus):
    assert (await guided_pipeline(tmp_path).answer(Question(text=text))).status is status


async def test_a_failed_search_is_never_said_to_be_no_source(tmp_path: Path):
    pipeline = guided_pipeline(tmp_path, ScriptedSource(fault=RetrievalFailed("down")))

    assert (await pipeline.answer(Question(text="Xarici pasport"))).status is AnswerStatus.ERROR_RETRIEVAL
