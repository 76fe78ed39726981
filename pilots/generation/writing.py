"""The model of a deployment, and how it is asked to write an answer."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal, assert_never

from pilots.context import Context
from pilots.generation.parsing import CompletionReader, Proposal, ReplyReader, ReplyVerdict, StructuredReader
from pilots.generation.prompt import REPLY_SCHEMA, Guidance, chat_messages, completion_prompt, fitting
from pilots.generation.sources import NumberedSource
from pilots.grounding.guard import SentenceGuard
from pilots.manifest import Generation as GenerationRules
from serving.client import ChatMessage, Generation, GenerationRequest, LanguageModel, TokenUsage, generate
from serving.errors import ModelReplyInvalid

PromptStyle = Literal["structured", "completion"]
COMPLETION_STOPS = ("\n\n", "\nSual:", "\nSənəd:")
CHARS_PER_TOKEN = 12
"""No tokenizer's tokens are longer on average: an endpoint that writes more has lost its budget."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingModel:
    """A language model with what has to be known to ask it: how it takes a prompt, and how many tokens prompt and reply may have."""

    model: LanguageModel
    prompt_style: PromptStyle
    context_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyEnd:
    """How a reply ended; `verdict` is None where the model gives none, `usage` where the endpoint does not count."""

    verdict: ReplyVerdict | None
    usage: TokenUsage | None


class Writer:
    """Asks the model of one pilot. What it yields is only proposed: the guard decides what is shown."""

    def __init__(self, writing: WritingModel, guidance: Guidance, rules: GenerationRules) -> None:
        self._writing = writing
        self._guidance = guidance
        self._rules = rules

    @property
    def model_id(self) -> str:
        return self._writing.model.model_id

    def fitting(self, sources: Sequence[NumberedSource], context: Context) -> tuple[NumberedSource, ...]:
        """Return the first of the sources that the model can read beside the rest of the prompt."""

        def chars(kept: Sequence[NumberedSource]) -> int:
            request = self._request(kept, context)
            return len(request.prompt or "") + sum(len(message.content) for message in request.messages)

        return fitting(sources, chars=chars, tokens=self._writing.context_tokens - self._rules.max_output_tokens)

    async def propose(self, sources: Sequence[NumberedSource], context: Context, guard: SentenceGuard) -> AsyncGenerator[Proposal | ReplyEnd]:
        """Yield each sentence as soon as it is finished and, last, how the reply ended. Closing the generator ends the work at the model.

        The guard is asked only for the sources of sentences that come without citations.

        Raises:
            ModelUnavailable, ModelTimeout, ModelRejected: the model did not write.
            ModelReplyInvalid: what it wrote cannot be read; sentences that were yielded before were whole.
        """
        reader = self._reader(sources, guard)
        written = 0
        async with aclosing(self._writing.model.stream(self._request(sources, context))) as parts:
            async for part in parts:
                if isinstance(part, Generation):
                    for proposal in reader.finish(is_cut=part.finish_reason == "length"):
                        yield proposal
                    yield ReplyEnd(verdict=reader.verdict, usage=part.usage)
                    return
                written += len(part)
                if written > self._rules.max_output_tokens * CHARS_PER_TOKEN:
                    raise ModelReplyInvalid(f"{self.model_id}: the reply has no end")
                for proposal in reader.read(part):
                    yield proposal
        raise ModelReplyInvalid(f"{self.model_id}: the stream ended before the reply did")

    def _reader(self, sources: Sequence[NumberedSource], guard: SentenceGuard) -> ReplyReader:
        match self._writing.prompt_style:
            case "structured":
                return StructuredReader()
            case "completion":
                return CompletionReader(lambda text: attribute(text, sources, guard))
            case _:
                assert_never(self._writing.prompt_style)

    def _request(self, sources: Sequence[NumberedSource], context: Context) -> GenerationRequest:
        rules = self._rules
        if self._writing.prompt_style == "completion":
            return GenerationRequest(
                prompt=completion_prompt(self._guidance, sources, context),
                stop=COMPLETION_STOPS,
                max_output_tokens=rules.max_output_tokens,
                deadline_s=rules.deadline_s,
            )
        return GenerationRequest(
            messages=chat_messages(self._guidance, sources, context),
            output_schema=REPLY_SCHEMA,
            max_output_tokens=rules.max_output_tokens,
            deadline_s=rules.deadline_s,
        )


def attribute(text: str, sources: Sequence[NumberedSource], guard: SentenceGuard) -> tuple[int, ...]:
    """Return the number of the first source that carries a sentence; of all together when none does alone, and nothing without sources.

    A sentence that the sources carry only together still has to pass the guard with all of them.
    """
    return next(((source.n,) for source in sources if guard.supports(text, source.n)), tuple(source.n for source in sources))


async def warm_up(writing: WritingModel, *, deadline_s: float = 120.0) -> None:
    """Let the engine load and compile what the first question would wait for: the grammar of a structured reply takes seconds.

    Raises as `LanguageModel.stream` does.
    """
    if writing.prompt_style == "completion":
        request = GenerationRequest(prompt="Sual:", max_output_tokens=1, deadline_s=deadline_s)
    else:
        messages = (ChatMessage("user", "Salam"),)
        request = GenerationRequest(messages=messages, output_schema=REPLY_SCHEMA, max_output_tokens=16, deadline_s=deadline_s)
    await generate(writing.model, request)
