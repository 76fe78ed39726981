"""One question is one trace, from the page that it was asked on through the gateway into vLLM, and holds no word of it."""

import secrets

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from serving import semconv
from tests.serving.engine.collector import Collector, attributes_of, written_forms
from tests.serving.engine.running import MODEL, PILOT

pytestmark = pytest.mark.engine

QUESTION = "İnformasiya sorğusuna neçə günə cavab verilir?"
BATCHED_WITHIN_S = 60
"""Both exporters send what they have every five seconds."""


def test_one_trace_leads_from_the_page_into_the_engine_without_a_word(gateway: httpx.Client, collector: Collector):
    trace_id, page = secrets.token_hex(16), secrets.token_hex(8)
    reply = gateway.post(f"/v1/pilots/{PILOT}/answers", json={"question": QUESTION}, headers={"traceparent": f"00-{trace_id}-{page}-01"})
    assert reply.status_code == 200, reply.text
    answer = reply.json()
    assert (answer["trace_id"], answer["composition"]["model"]) == (trace_id, MODEL)

    def of_trace(name: str) -> Span | None:
        return collector.wait_for(lambda span: span.trace_id.hex() == trace_id and span.name.startswith(name), timeout_s=BATCHED_WITHIN_S)

    engine_span, request = of_trace("llm_request"), of_trace("POST /v1/pilots/")
    assert engine_span is not None
    assert request is not None
    assert request.parent_span_id.hex() == page

    spans = {span.span_id: span for span in collector.spans if span.trace_id.hex() == trace_id}
    chain = [engine_span]
    while chain[-1].parent_span_id in spans:
        chain.append(spans[chain[-1].parent_span_id])
    called = attributes_of(chain[1])
    assert (called[semconv.OPERATION_NAME], called[semconv.REQUEST_MODEL]) in {("chat", MODEL), ("text_completion", MODEL)}
    assert [span.name for span in chain[2:]] == ["write", "answer", "POST /v1/pilots/{pilot}/answers"]
    names = {span.name for span in spans.values()}
    assert names >= {"screen_question", f"retrieval {PILOT}", "guard", "evaluation"}
    assert any(name.startswith("embeddings ") for name in names)
    numbers = attributes_of(engine_span)
    assert numbers["gen_ai.usage.completion_tokens"] == called[semconv.USAGE_OUTPUT_TOKENS]

    said = [QUESTION, *(sentence["text"] for sentence in answer["sentences"]), *(citation["quote"] for citation in answer["citations"])]
    for words in (*said, "7 iş günü", "İnformasiya sorğu"):
        for written in written_forms(words):
            assert written not in collector.received
