"""The prompts that a pilot sends to its model, recorded instead of sent."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from gateway.corpora import publish_corpus
from gateway.knowledge import open_knowledge
from gateway.settings import Settings
from pilots.answer import Question
from pilots.pipeline import build_pipeline
from pilots.registry import Pilot
from serving.client import Generation, GenerationRequest


class RecordingModel:
    """A language model that keeps what it is asked and writes nothing."""

    def __init__(self, model_id: str) -> None:
        self.model_id = model_id
        self.requests: list[GenerationRequest] = []

    async def stream(self, request: GenerationRequest) -> AsyncGenerator[str | Generation]:
        """See `LanguageModel.stream`."""
        self.requests.append(request)
        yield Generation(text="", finish_reason="stop")


async def record_requests(settings: Settings, pilot: Pilot, questions: Sequence[str], *, count: int) -> list[tuple[str, GenerationRequest]]:
    """Return the first `count` questions for which the pilot asks a model, each with the request; fewer when there are no more.

    Raises:
        ValueError: these settings name no model.
    """
    async with open_knowledge(settings) as knowledge:
        if knowledge.writing is None:
            raise ValueError("no model: KORPU_CHAT_URL and KORPU_CHAT_MODEL")
        await publish_corpus(pilot, uploads=settings.uploads_path, knowledge=knowledge)
        await knowledge.ingester.fill_dense(pilot.name)
        recorder = RecordingModel(knowledge.writing.model.model_id)
        writing = replace(knowledge.writing, model=recorder)
        pipeline = build_pipeline(pilot, retriever=knowledge.retriever, encoder=knowledge.encoder, writing=writing)
        asked: list[tuple[str, GenerationRequest]] = []
        for question in questions:
            before = len(recorder.requests)
            await pipeline.answer(Question(text=question))
            asked += [(question, request) for request in recorder.requests[before:][:1]]
            if len(asked) == count:
                break
    return asked
