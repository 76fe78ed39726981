"""An answer as OpenAI's chunks."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import structlog

from gateway.chat_contract import KorpuExtension, chunk, usage_of
from gateway.contract import sentence_line, source_lines
from gateway.desk import Case, Desk
from gateway.event_stream import event
from gateway.problems import chat_error, describe_fault
from pilots.answer import Answer, Sentence


def chat_text(answer: Answer) -> str:
    """Return the answer with its sources below: a chat client shows nothing but the text."""
    return "\n\n".join(part for part in (answer.text, source_lines(answer.citations)) if part)


async def chat_events(desk: Desk, case: Case, *, request_id: str, include_usage: bool) -> AsyncGenerator[bytes]:
    """Yield the chunks of one answer, then [DONE]; after a failure an `error` event ends the stream instead.

    The chunks' text, put together, is `chat_text` of the answer.
    """
    model, created = case.pilot_name, int(time.time())

    def encode(delta: dict[str, str], *, finish_reason: str | None = None, **extra: Any) -> bytes:
        uncounted = {"usage": None} if include_usage else {}
        return event(chunk(case.turn.id, model=model, created=created, delta=delta, finish_reason=finish_reason) | uncounted | extra)

    yield encode({"role": "assistant", "content": ""})
    sent = ""
    usage: dict[str, int] | None = None
    try:
        async with aclosing(desk.stream(case)) as parts:
            async for part in parts:
                if isinstance(part, Sentence):
                    text = ("\n" if sent else "") + sentence_line(part)
                    sent += text
                    yield encode({"content": text})
                elif isinstance(part, Answer):
                    usage = usage_of(part)
                    # Options and sources are known only now.
                    if rest := chat_text(part).removeprefix(sent):
                        yield encode({"content": rest})
                    yield encode({}, finish_reason="stop", korpu=KorpuExtension.of(part).model_dump(mode="json"))
        if include_usage:
            closing: dict[str, Any] = {"choices": [], "usage": usage}
            yield event(chunk(case.turn.id, model=model, created=created, delta={}) | closing)
        yield event("[DONE]")
    except Exception as error:
        structlog.stdlib.get_logger(__name__).error("stream_failed", answer_id=case.turn.id, exc_info=error)
        yield event({"error": chat_error(describe_fault(error, request_id=request_id))})
