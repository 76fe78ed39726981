"""A request's trace goes on inside vLLM, through Ray Serve."""

import secrets

import httpx
import pytest

from tests.serving.engine.collector import Collector
from tests.serving.engine.running import MODEL

pytestmark = pytest.mark.engine

BATCHED_WITHIN_S = 60
"""vLLM's exporter sends what it has every five seconds."""


@pytest.mark.parametrize("path", ["/completions", "/chat/completions"])
def test_the_engines_span_hangs_under_the_callers(client: httpx.Client, collector: Collector, path: str):
    trace_id, span_id = secrets.token_hex(16), secrets.token_hex(8)
    prompt = {"prompt": "Salam"} if path == "/completions" else {"messages": [{"role": "user", "content": "Salam"}]}
    reply = client.post(path, json=prompt | {"model": MODEL, "max_tokens": 4}, headers={"traceparent": f"00-{trace_id}-{span_id}-01"})
    assert reply.status_code == 200
    span = collector.wait_for(lambda span: span.trace_id.hex() == trace_id, timeout_s=BATCHED_WITHIN_S)
    assert span is not None
    assert span.name == "llm_request"
    assert span.parent_span_id.hex() == span_id
    numbers = {attribute.key: attribute.value.int_value for attribute in span.attributes}
    assert numbers["gen_ai.usage.completion_tokens"] == reply.json()["usage"]["completion_tokens"]
