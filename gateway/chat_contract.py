"""The part of OpenAI's chat format that the gateway speaks."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from gateway.contract import AnswerDocument, AnswerReview, CitationDocument, CompositionDocument, Document, RoutingDocument
from pilots.answer import Answer, AnswerStatus


class ChatPart(BaseModel):
    type: Literal["text"]
    text: str


class ChatMessageDocument(BaseModel):
    """Of earlier messages only the person's own are read: what the assistant is said to have said proves nothing."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ChatPart] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    include_usage: bool = False


class ChatRequest(BaseModel):
    """Sampling settings are taken and have no effect: an answer is composed from sources. What would change the meaning of the
    reply (tools, several choices, another format) is refused."""

    model_config = ConfigDict(extra="ignore")

    model: str
    messages: Annotated[list[ChatMessageDocument], Field(min_length=1, max_length=500)]
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None
    tools: Annotated[list[Any], Field(max_length=0)] | None = None
    response_format: dict[Literal["type"], Literal["text"]] | None = None


class KorpuExtension(Document):
    """What OpenAI's format has no word for."""

    answer_id: str
    conversation_id: str
    status: AnswerStatus
    citations: tuple[CitationDocument, ...]
    options: tuple[str, ...]
    details: dict[str, JsonValue]
    composition: CompositionDocument
    routing: RoutingDocument | None
    review: AnswerReview | None
    trace_id: str | None

    @classmethod
    def of(cls, answer: Answer) -> Self:
        document = AnswerDocument.of(answer)
        return cls(
            answer_id=document.id,
            conversation_id=document.conversation_id,
            status=document.status,
            citations=document.citations,
            options=document.options,
            details=document.details,
            composition=document.composition,
            routing=document.routing,
            review=document.review,
            trace_id=document.trace_id,
        )


def usage_of(answer: Answer) -> dict[str, int]:
    """Return the tokens that the model's endpoint counted; an answer from the sources' own words took none."""
    read, written = answer.composition.input_tokens, answer.composition.output_tokens
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def completion(answer: Answer, *, content: str, created: int) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{answer.id}",
        "object": "chat.completion",
        "created": created,
        "model": answer.pilot,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": content, "refusal": None}, "logprobs": None, "finish_reason": "stop"}],
        "usage": usage_of(answer),
        "korpu": KorpuExtension.of(answer).model_dump(mode="json"),
    }


def chunk(answer_id: str, *, model: str, created: int, delta: dict[str, str], finish_reason: str | None = None) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{answer_id}",
        "object": "chat.completion.chunk",
        "created": created,
        "model": model,
        "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}],
    }


def model_document(name: str, *, owner: str, created: int) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": created, "owned_by": owner}
