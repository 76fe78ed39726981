import asyncio
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, Tracer, set_span_in_context

from gateway.span_collection import MOST_SPANS, SpanCollector, collect_spans, current_spans
from serving import semconv
from serving.spans import open_span

ANSWER = {semconv.ANSWER_ID: "a" * 32, semconv.PILOT: "citizen_chat", semconv.CONVERSATION_ID: "c" * 32}


@pytest.fixture
def tracer() -> Iterator[Tracer]:
    provider = TracerProvider()
    provider.add_span_processor(SpanCollector())
    yield provider.get_tracer("test")
    provider.shutdown()


def test_spans_stand_below_each_other_in_the_order_of_their_beginning(tracer: Tracer) -> None:
    with collect_spans() as collection, open_span(tracer, "request", attributes=ANSWER):
        with open_span(tracer, "route"):
            pass
        with open_span(tracer, "answer"), open_span(tracer, "retrieval", attributes={semconv.RETRIEVAL_DOCUMENTS: [{"id": "p1", "score": 2.5}]}):
            pass
        with open_span(tracer, "guard") as guard:
            guard.add_event(semconv.GUARD_EVENT, {semconv.GUARD_SENTENCE: 0})
    document = collection.document()
    assert document is not None
    assert (document.answer_id, document.pilot) == ("a" * 32, "citizen_chat")
    rows = [(depth, span.name) for depth, span in document.rows()]
    assert rows == [(0, "request"), (1, "route"), (1, "answer"), (2, "retrieval"), (1, "guard")]
    request, _, _, retrieval, guarding = document.spans
    assert request.parent_id is None
    assert retrieval.attributes[semconv.RETRIEVAL_DOCUMENTS] == [{"id": "p1", "score": 2.5}]
    assert guarding.events[0].attributes == {semconv.GUARD_SENTENCE: 0}
    assert all(span.start_ms >= 0 and span.start_ms + span.duration_ms <= document.duration_ms + 0.002 for span in document.spans)


def test_a_clients_span_above_ours_is_no_span_of_the_trace(tracer: Tracer) -> None:
    client = SpanContext(0x0AF7651916CD43DD8448EB211C80319C, 0xB7AD6B7169203331, is_remote=True, trace_flags=TraceFlags(1))
    with (
        collect_spans() as collection,
        tracer.start_as_current_span("request", context=set_span_in_context(NonRecordingSpan(client)), attributes=ANSWER),
    ):
        pass
    document = collection.document()
    assert document is not None
    assert document.trace_id == "0af7651916cd43dd8448eb211c80319c"
    assert [(span.name, span.parent_id) for span in document.spans] == [("request", None)]


def test_a_request_that_led_to_no_answer_has_no_trace(tracer: Tracer) -> None:
    with collect_spans() as collection, open_span(tracer, "GET /healthz"):
        pass
    assert collection.document() is None


def test_every_span_says_which_conversation_pilot_and_answer_it_belongs_to(tracer: Tracer) -> None:
    with collect_spans() as collection, open_span(tracer, "request", attributes=ANSWER), open_span(tracer, "answer"), open_span(tracer, "chat"):
        pass
    assert collection.attribute(semconv.CONVERSATION_ID) == ["c" * 32] * 3
    assert collection.attribute(semconv.PILOT) == ["citizen_chat"] * 3


async def test_questions_asked_at_once_keep_their_spans_apart(tracer: Tracer) -> None:
    async def ask(name: str) -> list[str]:
        with collect_spans() as collection, open_span(tracer, name, attributes=ANSWER):
            async with asyncio.TaskGroup() as group:
                group.create_task(work(name))
            await asyncio.to_thread(finish, name)
        return [span.name for span in collection.spans]

    async def work(name: str) -> None:
        await asyncio.sleep(0)
        with open_span(tracer, f"{name} in a task"):
            await asyncio.sleep(0)

    def finish(name: str) -> None:
        with open_span(tracer, f"{name} in a thread"):
            pass

    for name, spans in zip(("one", "two"), await asyncio.gather(ask("one"), ask("two")), strict=True):
        assert spans == [f"{name} in a task", f"{name} in a thread", name]


def test_of_a_long_request_the_newest_spans_are_kept_with_the_answers_own(tracer: Tracer) -> None:
    """A client without a conversation of its own has its earlier questions asked again first: thirty of them leave hundreds of spans."""
    with collect_spans() as collection, open_span(tracer, "request") as request:
        for _ in range(MOST_SPANS):
            with open_span(tracer, "replayed"):
                pass
        request.set_attributes(ANSWER)
        with open_span(tracer, "answer"):
            pass
    document = collection.document()
    assert document is not None
    assert document.answer_id == "a" * 32
    assert len(document.spans) == MOST_SPANS
    assert (document.spans[0].name, document.spans[-1].name) == ("request", "answer")


def test_outside_of_a_request_nothing_is_collected(tracer: Tracer) -> None:
    with open_span(tracer, "background"):
        pass
    assert not current_spans().spans


def test_an_exception_is_told_by_its_class_alone(tracer: Tracer) -> None:
    def fail() -> None:
        try:
            raise KeyError("gizli sual")
        except KeyError as error:
            raise ValueError("gizli sual") from error

    with collect_spans() as collection, pytest.raises(ValueError, match="gizli"), open_span(tracer, "step"):
        fail()
    (span,) = collection.spans
    assert span.attributes == {semconv.ERROR_TYPE: "ValueError"}
    assert "gizli" not in span.to_json()
