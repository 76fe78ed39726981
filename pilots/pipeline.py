"""How a question becomes an answer. `build_steps` is the whole service in one list; nothing else knows the order."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from datetime import date

from opentelemetry import trace

from pilots.answer import Answer, AnswerStatus, Citation, Language, Question, Sentence, SentenceKind
from pilots.context import Context, Draft, Step
from pilots.errors import ClassifierUnfit
from pilots.guard import withhold_unsupported
from pilots.matching import CardMatcher
from pilots.messages import MessageBook
from pilots.personal_data import redact
from pilots.registry import Pilot
from pilots.sources import PassageSource, TextEncoder
from pilots.spelling import Speller
from pilots.steps.choose_card import ChooseCard
from pilots.steps.choose_passages import ChoosePassages
from pilots.steps.compose_appeal import ComposeAppeal
from pilots.steps.compose_from_card import ComposeFromCard
from pilots.steps.compose_from_passages import ComposeFromPassages
from pilots.steps.read_appeal import ReadAppeal
from pilots.steps.read_question import ReadQuestion
from pilots.steps.recall_conversation import RecallConversation
from pilots.steps.recall_documents import RecallDocuments
from pilots.steps.retrieve_passages import RetrievePassages
from pilots.steps.screen_question import ScreenQuestion
from pilots.triage.appeals import load_examples
from pilots.triage.classifier import MODEL_FILE, load_model
from pilots.triage.duplicates import AppealMemory, AppealsInMemory
from pilots.triage.facts import FactReader, load_places
from pilots.triage.taxonomy import load_taxonomy
from pilots.vocabulary import load_screening, load_vocabulary
from rag.azerbaijani import detect_language
from rag.cards import load_deck
from rag.errors import RagError
from serving.errors import ServingError

tracer = trace.get_tracer("korpu.pilots")


def build_steps(
    pilot: Pilot,
    *,
    source: PassageSource,
    messages: MessageBook,
    today: Callable[[], date],
    encoder: TextEncoder | None = None,
    memory: AppealMemory | None = None,
) -> list[tuple[str, Step]]:
    """Return the steps of a pilot, by the names under which they are timed and traced."""
    manifest = pilot.manifest
    vocabulary = load_vocabulary()
    search = RetrievePassages(source, pilot=pilot.name, top_k=manifest.retrieval.top_k)
    match manifest.understanding:
        case "cards":
            deck = {card_id: card for path in pilot.corpus_paths for card_id, card in load_deck(path).items()}
            matcher = CardMatcher(deck, vocabulary.fillers)
            return [
                ("read_question", ReadQuestion(vocabulary, Speller(common=vocabulary.words() | load_screening().words(), special=matcher.words()))),
                ("screen_question", ScreenQuestion(load_screening(), not_covered=manifest.not_covered)),
                ("recall_conversation", RecallConversation(matcher, deck)),
                ("retrieve_passages", search),
                ("choose_card", ChooseCard(matcher, deck)),
                ("compose", ComposeFromCard(messages, today=today)),
            ]
        case "documents":
            return [
                ("read_question", ReadQuestion(vocabulary)),
                ("screen_question", ScreenQuestion(load_screening(), not_covered=manifest.not_covered)),
                ("recall_conversation", RecallDocuments(vocabulary)),
                ("retrieve_passages", search),
                ("choose_passages", ChoosePassages(min_coverage=manifest.retrieval.min_coverage)),
                ("compose", ComposeFromPassages(messages)),
            ]
        case "appeals":
            if encoder is None:
                raise ClassifierUnfit(f"{pilot.name} needs an embedding model to sort appeals")
            deck = {card_id: card for path in pilot.corpus_paths for card_id, card in load_deck(path).items()}
            taxonomy = load_taxonomy(pilot.folder, deck)
            model = load_model(pilot.folder / MODEL_FILE, model_id=encoder.model_id)
            facts = FactReader(load_places(pilot.folder / "places.yaml"))
            memory = memory or AppealsInMemory()
            return [
                ("read_appeal", ReadAppeal(taxonomy, model, facts, load_screening(), encoder=encoder, memory=memory, today=today)),
                ("compose", ComposeAppeal(taxonomy, messages, load_examples(pilot.folder))),
            ]


class Pipeline:
    """Answers the questions of one pilot. Faults of search and models, and a missed deadline, end as `error_*` answers.

    Where the manifest says so, personal data is masked before the first step: no step, span or fault ever holds it.
    """

    def __init__(self, pilot: Pilot, steps: Sequence[tuple[str, Step]], messages: MessageBook) -> None:
        self.pilot = pilot
        self._steps = tuple(steps)
        self._messages = messages

    async def answer(self, question: Question) -> Answer:
        """Return the answer to a question; raises nothing that a person could have caused."""
        started = time.perf_counter()
        timings: dict[str, float] = {}
        language = question.language or detect_language(question.text)
        redacted = redact(question.text).text if self.pilot.manifest.redacts_questions else None
        if redacted is not None:
            question = replace(question, text=redacted)
        with tracer.start_as_current_span("answer", attributes={"korpu.pilot": self.pilot.name}) as span:
            draft = await self._guarded(question, language, timings)
            span.set_attributes({"korpu.status": draft.status.value, "korpu.citations": len(draft.citations)})
            context = span.get_span_context()
        timings["total"] = (time.perf_counter() - started) * 1000
        sentences = draft.sentences or (Sentence(text=self._messages.status(draft.status, language), kind=SentenceKind.FRAME),)
        return Answer(
            pilot=self.pilot.name,
            status=draft.status,
            language=language,
            sentences=sentences,
            citations=draft.citations,
            options=draft.options,
            focus=draft.focus,
            details=draft.details,
            review=draft.review,
            redacted_question=redacted,
            conversation_id=question.conversation_id,
            trace_id=f"{context.trace_id:032x}" if context.is_valid else None,
            timings_ms=timings,
        )

    async def stream(self, question: Question) -> AsyncGenerator[Sentence | Citation | Answer]:
        """Yield the checked sentences, each citation before the first sentence that uses it, and the Answer last."""
        answer = await self.answer(question)
        cited: set[int] = set()
        by_number = {citation.n: citation for citation in answer.citations}
        for sentence in answer.sentences:
            for n in sentence.citations:
                if n not in cited:
                    cited.add(n)
                    yield by_number[n]
            yield sentence
        yield answer

    async def _guarded(self, question: Question, language: Language, timings: dict[str, float]) -> Draft:
        """Run the steps within the deadline; what comes out passes the guard, whichever step ended the run."""
        try:
            async with asyncio.timeout(self.pilot.manifest.deadline_s):
                draft = await self._run(question, language, timings)
        except TimeoutError:
            return Draft(status=AnswerStatus.ERROR_TIMEOUT)
        except RagError as fault:
            trace.get_current_span().record_exception(fault)
            return Draft(status=AnswerStatus.ERROR_RETRIEVAL)
        except ServingError as fault:
            trace.get_current_span().record_exception(fault)
            return Draft(status=AnswerStatus.ERROR_MODEL)
        return withhold_unsupported(draft)

    async def _run(self, question: Question, language: Language, timings: dict[str, float]) -> Draft:
        outcome: Context | Draft = Context(question=question, language=language)
        for name, step in self._steps:
            if isinstance(outcome, Draft):
                break
            started = time.perf_counter()
            with tracer.start_as_current_span(name):
                outcome = await step(outcome)
            timings[name] = (time.perf_counter() - started) * 1000
        return outcome if isinstance(outcome, Draft) else Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE)


def build_pipeline(
    pilot: Pilot,
    *,
    retriever: PassageSource,
    today: Callable[[], date] = date.today,
    encoder: TextEncoder | None = None,
    memory: AppealMemory | None = None,
) -> Pipeline:
    """Wire a pilot: its cards or documents, its messages and its steps. Pilots that sort appeals need the `encoder`.

    Raises:
        CardInvalid: a card of the pilot's corpus breaks the schema.
        ManifestInvalid, ClassifierUnfit: its taxonomy or its classifier cannot be used.
    """
    messages = MessageBook(pilot.manifest)
    return Pipeline(pilot, build_steps(pilot, source=retriever, messages=messages, today=today, encoder=encoder, memory=memory), messages)
