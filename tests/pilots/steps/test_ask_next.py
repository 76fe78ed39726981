from pathlib import Path

from pilots.answer import AnswerStatus, Question, SentenceKind
from tests.pilots.small_pilot import Conversation, guided_pipeline


async def test_a_question_repeats_what_was_said_and_offers_what_makes_a_difference(tmp_path: Path):
    conversation = Conversation(guided_pipeline(tmp_path))
    await conversation.ask("Xarici pasport")
    asked = await conversation.ask("2 yaş")

    assert asked.status is AnswerStatus.CLARIFICATION
    assert {sentence.kind for sentence in asked.sentences} == {SentenceKind.FRAME}
    assert asked.options == ("10 iş günü", "1 iş günü", "Bilmirəm, hamısını göstər", "Geri")
    for told in ("Xarici pasportun verilməsi", "yaş – 2 yaş", "Hansı müddətə lazımdır?"):
        assert told in asked.text
    assert asked.details == {
        "state": "asking",
        "service": "Xarici pasportun verilməsi",
        "asked": "term",
        "answers": [{"attribute": "age", "label": "2 yaş"}],
    }


async def test_a_card_that_leaves_nothing_open_is_summed_up_at_once(tmp_path: Path):
    answer = await guided_pipeline(tmp_path).answer(Question(text="Bağça növbəsi"))

    assert answer.status is AnswerStatus.ANSWERED
    assert answer.details["state"] == "done"
