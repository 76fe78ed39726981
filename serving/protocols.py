"""What the rest of the gateway may know of a model: two Protocols and the values that pass through them."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray


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


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens that the endpoint says it read and wrote."""

    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatReply:
    """A finished reply. `finish_reason` is the endpoint's word (`stop`, `length`); `usage` is None when it does not count."""

    text: str
    finish_reason: str
    usage: TokenUsage | None = None


class ChatModel(Protocol):
    """Messages to text."""

    @property
    def model_id(self) -> str: ...

    async def complete(self, messages: Sequence[ChatMessage], *, max_output_tokens: int, temperature: float = 0.0) -> ChatReply:
        """Return the whole reply.

        Raises:
            ModelUnavailable, ModelTimeout, ModelRejected, ModelReplyInvalid: the model did not serve the request.
        """
        ...

    def stream(self, messages: Sequence[ChatMessage], *, max_output_tokens: int, temperature: float = 0.0) -> AsyncGenerator[str | ChatReply]:
        """Yield the reply's text as it is written and, last, the whole ChatReply.

        Closing the generator or cancelling its consumer ends the work at the endpoint too. Raises as `complete` does, also
        after text was yielded: a stream that breaks off is a ModelReplyInvalid, never a short reply.
        """
        ...
