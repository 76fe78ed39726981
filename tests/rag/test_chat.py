import httpx

from rag.chat import build_langchain_chat
from serving.client import build_http_client
from tests.serving.endpoint import fixed, serve_endpoint, usage

REPLY = {
    "id": "c",
    "object": "chat.completion",
    "created": 0,
    "model": "m",
    "usage": usage(5, 2),
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Salam!"}, "finish_reason": "stop"}],
}


async def test_langchain_asks_the_endpoint_through_the_given_client() -> None:
    sent: list[httpx.Request] = []

    async def record(request: httpx.Request) -> None:
        sent.append(request)

    with serve_endpoint() as endpoint:
        endpoint.reply = fixed(200, REPLY)
        async with build_http_client(timeout_s=5) as http:
            http.event_hooks["request"].append(record)
            chat = build_langchain_chat(http, base_url=endpoint.base_url, model="qwen", api_key="k", max_output_tokens=9)
            reply = await chat.ainvoke("Salam")
    assert reply.text == "Salam!"
    assert reply.usage_metadata is not None
    assert reply.usage_metadata["output_tokens"] == 2
    assert endpoint.keys == ["Bearer k"]
    assert (endpoint.received[0]["max_completion_tokens"], endpoint.received[0]["temperature"]) == (9, 0.0)
    assert len(sent) == 1
