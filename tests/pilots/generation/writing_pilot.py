"""The small pilot with a model that writes what a test tells it to."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from pilots.answer import Answer, Citation, Question, Sentence
from pilots.generation.writing import PromptStyle, WritingModel
from pilots.pipeline import Pipeline, build_pipeline
from rag.passages import ScoredPassage
from tests.pilots.small_pilot import CARDS, TODAY, ScriptedSource, found, write_pilot
from tests.serving.scripted_model import Piece, Script, ScriptedModel

FEES = "Xarici pasport 1 günə neçəyədir? 30 yaşım var"
"""Answered by one row of the passport's card: 18 yaşdan yuxarı, 1 iş günü – 213 AZN."""
LEAVE = found("mezuniyyet", "Məzuniyyət yazılı ərizə ilə verilir. Əsas məzuniyyətin müddəti 21 təqvim günüdür.")


def reply(*sentences: tuple[str, Sequence[int]], verdict: str = "complete") -> str:
    """A reply as the schema asks for it."""
    return json.dumps({"verdict": verdict, "sentences": [{"citations": list(n), "text": text} for text, n in sentences]}, ensure_ascii=False)


def in_pieces(text: str, size: int = 3) -> list[Piece]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def says(*sentences: tuple[str, Sequence[int]], verdict: str = "complete") -> ScriptedModel:
    return ScriptedModel(in_pieces(reply(*sentences, verdict=verdict)))


def writing_pipeline(
    folder: Path,
    model: ScriptedModel | Script | Iterable[Piece],
    *,
    style: PromptStyle = "structured",
    documents: Sequence[ScoredPassage] | None = None,
    generation: str = "{}",
    more: str = "",
    context_tokens: int = 8000,
) -> Pipeline:
    """The small pilot, generative: over its cards, or over `documents`."""
    understanding = "cards" if documents is None else "documents"
    pilot = write_pilot(folder, understanding=understanding, more=f"composer: generative\ngeneration: {generation}\n{more}")
    source = ScriptedSource([found(card_id) for card_id in CARDS] if documents is None else documents)
    scripted = model if isinstance(model, ScriptedModel) else ScriptedModel(model)
    writing = WritingModel(model=scripted, prompt_style=style, context_tokens=context_tokens)
    return build_pipeline(pilot, retriever=source, today=lambda: TODAY, writing=writing)


async def sources_own(pipeline: Pipeline, text: str) -> Answer:
    """What the same pilot answers without a model."""
    return await pipeline.follow(Question(text=text))


async def streamed(pipeline: Pipeline, text: str) -> tuple[list[Sentence], list[Citation], Answer]:
    *told, answer = [part async for part in pipeline.stream(Question(text=text))]
    assert isinstance(answer, Answer)
    return [part for part in told if isinstance(part, Sentence)], [part for part in told if isinstance(part, Citation)], answer
