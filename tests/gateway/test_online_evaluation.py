from dataclasses import replace
from uuid import uuid4

import pytest
from opentelemetry.sdk.trace import TracerProvider

import gateway.online_evaluation
from gateway.online_evaluation import citation_validity, groundedness, is_sampled, record_evaluation
from gateway.span_collection import SpanCollector, collect_spans
from pilots.answer import Answer, AnswerStatus, Citation, Question, Sentence, SentenceKind
from pilots.guard_record import record_guard
from serving import semconv
from tests.gateway.scripted import fact_answer

SOUND = fact_answer(Question(text="?"))
QUOTE = SOUND.citations[0]


def answer_of(*sentences: Sentence, citations: tuple[Citation, ...] = (QUOTE,)) -> Answer:
    return replace(SOUND, sentences=sentences, citations=citations)


def fact(text: str, *citations: int) -> Sentence:
    return Sentence(text=text, kind=SentenceKind.FACT, citations=citations)


def test_an_answer_from_its_quotes_is_grounded_throughout() -> None:
    assert (groundedness(SOUND), citation_validity(SOUND)) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("unsound", "validity"),
    [
        (fact("Rüsum 30 manatdır."), 1.0),
        (fact("Rüsum 31 manatdır.", 1), 1.0),
        (fact("Rüsum 30 manatdır.", 2), 0.5),
        (fact("Rüsum 3 manatdır.", 1), 1.0),
    ],
    ids=["uncited", "other figure", "unknown citation", "part of a figure"],
)
def test_a_fact_that_its_quotes_do_not_say_lowers_the_score(unsound: Sentence, validity: float) -> None:
    answer = answer_of(fact("Rüsum 30 manatdır.", 1), unsound)
    assert groundedness(answer) == 0.5
    assert citation_validity(answer) == validity


def test_a_citation_without_a_quote_is_not_valid() -> None:
    assert citation_validity(answer_of(fact("ərizə", 1), citations=(replace(QUOTE, quote=" "),))) == 0.0


def test_an_answer_without_facts_has_no_such_scores() -> None:
    declined = Answer(
        pilot="p", status=AnswerStatus.UNANSWERABLE_NO_SOURCE, language="az", sentences=(Sentence(text="Tapılmadı.", kind=SentenceKind.FRAME),)
    )
    assert groundedness(declined) is None
    assert citation_validity(declined) is None


def test_scores_are_events_of_the_trace_with_the_answers_id(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = TracerProvider()
    provider.add_span_processor(SpanCollector())
    monkeypatch.setattr(gateway.online_evaluation, "tracer", provider.get_tracer("test"))
    monkeypatch.setattr("pilots.guard_record.tracer", provider.get_tracer("test"))
    with collect_spans() as collection:
        with record_guard("sources") as guard:
            for place, reason in enumerate([None, None, None, "uncited"]):
                guard.tell(place, reason)
        scores = record_evaluation(SOUND, share=1.0)
    assert scores == {"groundedness": 1.0, "citation_validity": 1.0, "withheld_share": 0.25}
    span = collection.spans[-1]
    told = {(event.attributes or {})[semconv.EVALUATION_NAME]: (event.attributes or {})[semconv.EVALUATION_SCORE_VALUE] for event in span.events}
    assert (span.name, told) == ("evaluation", scores)
    assert all((event.attributes or {})[semconv.RESPONSE_ID] == SOUND.id for event in span.events)
    assert "manat" not in span.to_json()


def test_an_answer_that_is_not_sampled_is_not_scored() -> None:
    assert record_evaluation(SOUND, share=0.0) == {}


def test_sampling_takes_about_its_share_and_always_the_same_answers() -> None:
    ids = [uuid4().hex for _ in range(2000)]
    taken = {answer_id for answer_id in ids if is_sampled(answer_id, 0.25)}
    assert 0.2 < len(taken) / len(ids) < 0.3
    assert taken == {answer_id for answer_id in ids if is_sampled(answer_id, 0.25)}
    assert all(is_sampled(answer_id, 1.0) for answer_id in ids)
