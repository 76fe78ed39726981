"""Lets a model retell an extractive draft, and puts verified sentences, the rest of the sources' words and the gateway's notices together."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from opentelemetry import trace

from pilots.answer import Citation, Composition, Fallback, Sentence
from pilots.context import Context, Draft
from pilots.expectation import Expectation
from pilots.generation.outline import Outline, outline_of, untold
from pilots.generation.parsing import Proposal, ReplyVerdict
from pilots.generation.prompt import load_guidance
from pilots.generation.sources import NumberedSource, number_sources
from pilots.generation.writing import ReplyEnd, Writer, WritingModel
from pilots.grounding.guard import SentenceGuard, plain
from pilots.guard_record import GuardRecord, record_guard
from pilots.manifest import Manifest
from pilots.registry import Pilot
from pilots.telling import Telling
from serving import semconv
from serving.errors import ModelReplyInvalid, ModelTimeout, ServingError

GRACE_S = 0.5
"""A model that does not keep its deadline is left this much later."""


@dataclass(slots=True)
class Attempt:
    """What came of asking the model. `fallback` says why the sources' own words stand in the answer, None while they need not."""

    is_asked: bool = False
    shown: list[Sentence] = field(default_factory=list[Sentence])
    withheld: int = 0
    end: ReplyEnd | None = None
    fallback: Fallback | None = None


class GenerativeComposer:
    """Shows what the model has written only sentence by sentence, each after the guard has judged it by the draft's own sources.

    The draft is what is shown instead, whole or in part: of a card every row that no verified sentence stands for, of documents all
    of it unless a verified sentence answers.
    """

    def __init__(self, writer: Writer, manifest: Manifest) -> None:
        self._writer = writer
        self._rules = manifest.generation
        self._every_fact = manifest.understanding == "cards"

    async def compose(self, draft: Draft, context: Context, telling: Telling) -> Draft:
        """Tell the answer and return it as a draft in which sentences and citations are those that were told.

        Never raises for what a model does. A cancelled call ends the work at the model.
        """
        outline = outline_of(draft)
        told = _Told(draft.citations, telling)
        told.say(outline.opening)
        attempt = await self._attempt(draft, context, told)
        rest = self._rest(outline, attempt, draft, context)
        told.say(rest)
        told.say(outline.closing)
        return replace(draft, sentences=tuple(told.sentences), citations=told.citations(), composition=self._composition(attempt, rest))

    async def _attempt(self, draft: Draft, context: Context, told: "_Told") -> Attempt:
        if context.language != "az":
            return Attempt(fallback=Fallback.LANGUAGE)
        if context.passages and context.passages[0].is_lookup and context.card is None:
            return Attempt(fallback=Fallback.VERBATIM)
        sources = self._writer.fitting(number_sources(draft, context), context)
        if not sources:
            return Attempt(fallback=Fallback.TOO_LONG)
        attempt = Attempt(is_asked=True)
        try:
            async with asyncio.timeout(self._rules.deadline_s + GRACE_S):
                await self._write(attempt, sources, context, told)
        except (ModelTimeout, TimeoutError):
            attempt.fallback = Fallback.MODEL_TIMEOUT
        except ModelReplyInvalid:
            attempt.fallback = Fallback.REPLY_INVALID
        except ServingError as fault:
            trace.get_current_span().set_attribute(semconv.ERROR_TYPE, type(fault).__name__)
            attempt.fallback = Fallback.MODEL_UNAVAILABLE
        return attempt

    async def _write(self, attempt: Attempt, sources: Sequence[NumberedSource], context: Context, told: "_Told") -> None:
        guard = SentenceGuard(
            {source.n: source.evidence for source in sources},
            question=context.question.text,
            least_coverage=self._rules.min_coverage,
            forbidden_terms=self._rules.forbidden_terms,
        )
        proposed: set[str] = set()
        with record_guard("grounding") as record:
            async with aclosing(self._writer.propose(sources, context, guard)) as parts:
                async for part in parts:
                    if isinstance(part, ReplyEnd):
                        attempt.end = part
                    elif (text := plain(part.text)) and text not in proposed:
                        proposed.add(text)
                        self._admit(part, attempt, guard, told, record)
        if attempt.withheld:
            attempt.fallback = Fallback.WITHHELD

    def _admit(self, proposal: Proposal, attempt: Attempt, guard: SentenceGuard, told: "_Told", record: GuardRecord) -> None:
        sentences, withheld = guard.admit(proposal.text, proposal.citations)
        attempt.shown += sentences
        told.say(sentences)
        for _ in sentences:
            record.tell(record.checked, None)
        if withheld is not None:
            attempt.withheld += 1
            record.tell(record.checked, withheld.reason)

    def _rest(self, outline: Outline, attempt: Attempt, draft: Draft, context: Context) -> list[Sentence]:
        """Return what the sources' own words have to add."""
        if not self._every_fact and self._answers(attempt, context):
            return []
        return untold(outline.blocks, attempt.shown, draft.citations)

    def _answers(self, attempt: Attempt, context: Context) -> bool:
        """Tell whether what was shown holds what was asked for: the amount, the term; where nothing such was asked, the whole reply."""
        if not attempt.shown:
            return False
        expectation = Expectation.of(context.reading)
        if not expectation.is_open:
            return any(expectation.met_by(sentence.text) for sentence in attempt.shown)
        return attempt.fallback is None and attempt.end is not None and attempt.end.verdict is not ReplyVerdict.PARTIAL

    def _composition(self, attempt: Attempt, rest: Sequence[Sentence]) -> Composition:
        usage = attempt.end.usage if attempt.end else None
        fallback = attempt.fallback or (Fallback.INCOMPLETE if attempt.shown else Fallback.CANNOT_ANSWER)
        return Composition(
            composer="generative" if attempt.shown else "extractive",
            fallback=fallback if rest else None,
            model=self._writer.model_id if attempt.is_asked else None,
            shown=len(attempt.shown),
            withheld=attempt.withheld,
            input_tokens=usage.input_tokens if usage else 0,
            output_tokens=usage.output_tokens if usage else 0,
        )


def build_composer(pilot: Pilot, writing: WritingModel | None) -> GenerativeComposer | None:
    """Return what lets the model write, where the manifest wants it and there is one."""
    if writing is None or pilot.manifest.composer != "generative":
        return None
    return GenerativeComposer(Writer(writing, load_guidance(pilot.folder), pilot.manifest.generation), pilot.manifest)


class _Told:
    """Sentences in the order in which they were told, their sources numbered by first use."""

    def __init__(self, citations: Iterable[Citation], telling: Telling) -> None:
        self.sentences: list[Sentence] = []
        self._sources = {citation.n: citation for citation in citations}
        self._numbers: dict[int, int] = {}
        self._telling = telling

    def say(self, sentences: Iterable[Sentence]) -> None:
        for sentence in sentences:
            numbers = tuple(self._numbers.setdefault(n, len(self._numbers) + 1) for n in sentence.citations)
            said = replace(sentence, citations=numbers)
            self.sentences.append(said)
            self._telling.say(said, self.citations())

    def citations(self) -> tuple[Citation, ...]:
        return tuple(replace(self._sources[n], n=number) for n, number in self._numbers.items())
