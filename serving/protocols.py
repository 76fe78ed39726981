"""What the rest of the gateway may know of a model: two Protocols and the values that pass through them."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from serving.errors import ModelReplyInvalid


class EmbeddingKind(StrEnum):
    """E5 models place questions and passages in one space only when each carries its own prefix."""

    QUERY = "query"
    PASSAGE = "passage"


class Embedder(Protocol):
    """Texts to vectors. `model_id` changes whenever the same text would get another vector, so it may key a cache."""

    @property
    def model_id(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int: ...

    async def embed(self, texts: Sequence[str], *, kind: EmbeddingKind) -> NDArray[np.float32]:
        """Return one row of unit length per text, in the order given: shape (len(texts), dimension), also for no texts.

        Never blocks the event loop. A cancelled call stops working after the text in hand.

        Raises:
            TextTooLong: a text has more than `max_tokens` tokens; nothing is embedded then.
            ModelUnavailable, ModelTimeout, ModelRejected, ModelReplyInvalid: the model did not serve the request.
        """
        ...

    def count_tokens(self, text: str, *, kind: EmbeddingKind) -> int:
        """Count what the model would read of `text`: prefix and special tokens included."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class ChatMessage:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """What a model is to write: a reply to `messages`, or how a `prompt` goes on, which is all that a base model can do.

    `output_schema` is a JSON schema that the reply follows token by token; a reply that ends by `length` is only its beginning.
    The reply ends before the first of `stop` that would be written. `deadline_s` counts from the first read of the stream and
    bounds all of it.
    """

    messages: tuple[ChatMessage, ...] = ()
    prompt: str | None = None
    output_schema: Mapping[str, JsonValue] | None = None
    stop: tuple[str, ...] = ()
    max_output_tokens: int
    temperature: float = 0.0
    deadline_s: float

    def __post_init__(self) -> None:
        if bool(self.messages) == (self.prompt is not None):
            raise ValueError("either messages or a prompt")


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens that the endpoint says it read and wrote."""

    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """A finished reply. `finish_reason` is the endpoint's word (`stop`, `length`); `usage` is None when it does not count."""

    text: str
    finish_reason: str
    usage: TokenUsage | None = None


class LanguageModel(Protocol):
    """A request to text. Nothing is kept between requests."""

    @property
    def model_id(self) -> str: ...

    def stream(self, request: GenerationRequest) -> AsyncGenerator[str | Generation]:
        """Yield the text as it is written and, last, the whole Generation.

        Closing the generator or cancelling its consumer ends the work at the endpoint too, within a second.

        Raises:
            ModelUnavailable, ModelTimeout, ModelRejected, ModelReplyInvalid: the model did not serve the request, also after text
                was yielded; a stream that breaks off is a ModelReplyInvalid, never a short reply.
        """
        ...


async def generate(model: LanguageModel, request: GenerationRequest) -> Generation:
    """Return the whole reply. Raises as `LanguageModel.stream` does."""
    async with aclosing(model.stream(request)) as parts:
        async for part in parts:
            if isinstance(part, Generation):
                return part
    raise ModelReplyInvalid(f"{model.model_id}: the stream ended before the reply did")
