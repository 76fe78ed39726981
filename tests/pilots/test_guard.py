from dataclasses import replace

import pytest

import pilots.guard_record
from pilots.answer import AnswerStatus, Citation, Focus, Sentence, SentenceKind
from pilots.context import Draft
from pilots.guard import withhold_unsupported
from tests.pilots.routing.spans import collect_spans

QUOTE = Citation(
    n=1, source_id="pasport", title="Qanun", locator="maddə 7.1", quote="Rüsum 10 iş gününə 31,50 AZN-dir (maddə 7.1).", url=None, as_of="2024"
)
OTHER = Citation(n=2, source_id="pasport", title="Qanun", locator="maddə 8", quote="Arayış pulsuzdur.", url=None, as_of=None)
FRAME = Sentence(text="Mənbələrə görə, 2 cavab:", kind=SentenceKind.FRAME)
SOUND = Sentence(text="10 iş günü – 31,50 AZN", kind=SentenceKind.FACT, citations=(1,))


def draft(*sentences: Sentence, status: AnswerStatus = AnswerStatus.ANSWERED) -> Draft:
    return Draft(status=status, sentences=sentences, citations=(QUOTE, OTHER), focus=Focus(sources=("pasport",)))


def test_an_answer_whose_quotes_say_every_number_passes_unchanged():
    sound = draft(FRAME, SOUND)

    assert withhold_unsupported(sound) == sound


@pytest.mark.parametrize(
    "unsound",
    [
        Sentence(text="Rüsum ödənilir.", kind=SentenceKind.FACT),
        Sentence(text="Rüsum ödənilir.", kind=SentenceKind.FACT, citations=(3,)),
        Sentence(text="Rüsum ödənilir.", kind=SentenceKind.FACT, citations=(1, 3)),
        Sentence(text="10 iş günü – 32 AZN", kind=SentenceKind.FACT, citations=(1,)),
        Sentence(text="10 iş günü – 31 AZN", kind=SentenceKind.FACT, citations=(1,)),
        Sentence(text="10 iş günü – 31,50 AZN", kind=SentenceKind.FACT, citations=(2,)),
        Sentence(text="Mənbə köhnəlib.", kind=SentenceKind.NOTICE),
        Sentence(text="Mənbə köhnəlib.", kind=SentenceKind.NOTICE, citations=(3,)),
    ],
    ids=[
        "no citation",
        "unknown citation",
        "one unknown citation",
        "other number",
        "part of a number",
        "number of another quote",
        "bare notice",
        "unknown notice",
    ],
)
def test_a_sentence_that_its_sources_do_not_carry_is_withheld(unsound: Sentence):
    checked = withhold_unsupported(draft(FRAME, SOUND, unsound))

    assert checked.sentences == (FRAME, SOUND)
    assert checked.status is (AnswerStatus.ANSWERED_PARTIAL if unsound.kind is SentenceKind.FACT else AnswerStatus.ANSWERED)
    assert {citation.n for citation in checked.citations} == {n for sentence in checked.sentences for n in sentence.citations}


def test_a_heading_goes_with_the_lines_that_were_withheld():
    heading = Sentence(text="Pasport – Sənədlər:", kind=SentenceKind.FRAME)
    unsound = Sentence(text="99 AZN", kind=SentenceKind.FACT, citations=(1,), is_item=True)

    assert withhold_unsupported(draft(SOUND, heading, unsound)).sentences == (SOUND,)


def test_a_number_may_stand_in_any_of_the_cited_quotes():
    both = draft(replace(SOUND, citations=(2, 1)))

    assert withhold_unsupported(both) == both


@pytest.mark.parametrize("status", [AnswerStatus.ANSWERED, AnswerStatus.ANSWERED_PARTIAL])
def test_an_answer_without_facts_becomes_silence_that_remembers_its_topic(status: AnswerStatus):
    notice = Sentence(text="Mənbə köhnəlib.", kind=SentenceKind.NOTICE, citations=(1,))

    checked = withhold_unsupported(draft(FRAME, notice, replace(SOUND, text="32 AZN"), status=status))

    assert checked == Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE, focus=Focus(sources=("pasport",)))


def test_an_outcome_that_is_no_answer_passes_unchanged():
    question = Draft(status=AnswerStatus.CLARIFICATION, options=("Pasport", "Vəsiqə"))

    assert withhold_unsupported(question) == question


def test_every_decision_is_told_by_place_and_reason_and_never_by_words(monkeypatch: pytest.MonkeyPatch):
    spans = collect_spans(monkeypatch, pilots.guard_record)
    unsound = [
        Sentence(text="Rüsum ödənilir.", kind=SentenceKind.FACT),
        Sentence(text="Rüsum ödənilir.", kind=SentenceKind.FACT, citations=(9,)),
        Sentence(text="99 AZN", kind=SentenceKind.FACT, citations=(1,)),
    ]

    withhold_unsupported(draft(FRAME, SOUND, *unsound))

    (span,) = spans.get_finished_spans()
    assert span.attributes == {"korpu.guard.check": "sources", "korpu.guard.checked": 4, "korpu.guard.withheld": 3}
    told = [(event.attributes["korpu.guard.sentence"], event.attributes.get("korpu.guard.reason")) for event in span.events if event.attributes]
    assert told == [(1, None), (2, "uncited"), (3, "citation_unknown"), (4, "number_unsourced")]
    assert "99" not in str([event.attributes for event in span.events])
