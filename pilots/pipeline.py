"""How a question becomes an answer. `build_steps` is the whole service in one list; nothing else knows the order."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from datetime import date

from opentelemetry import trace

from pilots.answer import Answer, AnswerStatus, Citation, Fallback, Language, Question, Sentence, SentenceKind
from pilots.confidence import with_confidence
from pilots.context import Context, Draft, Step
from pilots.counter import load_counter
from pilots.decks import open_deck
from pilots.errors import ClassifierUnfit
from pilots.generation.composing import GenerativeComposer, build_composer
from pilots.generation.writing import WritingModel
from pilots.guard import withhold_unsupported
from pilots.guiding.replies import Replies
from pilots.hand_over import HandOver
from pilots.messages import MessageBook
from pilots.personal_data import redact
from pilots.registry import Pilot
from pilots.review import mark_for_review
from pilots.rungs import Rung
from pilots.sources import PassageSource, TextEncoder
from pilots.spelling import Speller
from pilots.steps.ask_next import AskNext
from pilots.steps.choose_card import ChooseCard
from pilots.steps.choose_passages import ChoosePassages
from pilots.steps.compose_appeal import ComposeAppeal
from pilots.steps.compose_for_counter import ComposeForCounter
from pilots.steps.compose_from_card import ComposeFromCard
from pilots.steps.compose_from_passages import ComposeFromPassages
from pilots.steps.compose_summary import ComposeSummary
from pilots.steps.find_articles import FindArticles
from pilots.steps.find_service import FindService
from pilots.steps.keep_cards import KeepCards
from pilots.steps.read_appeal import ReadAppeal
from pilots.steps.read_day import ReadDay
from pilots.steps.read_question import ReadQuestion
from pilots.steps.recall_conversation import RecallConversation
from pilots.steps.recall_documents import RecallDocuments
from pilots.steps.resume_dialogue import ResumeDialogue
from pilots.steps.retrieve_passages import RetrievePassages
from pilots.steps.screen_question import ScreenQuestion
from pilots.telling import Telling
from pilots.triage.appeals import load_examples
from pilots.triage.classifier import MODEL_FILE, load_model
from pilots.triage.duplicates import AppealMemory, AppealsInMemory
from pilots.triage.facts import FactReader, load_places
from pilots.triage.taxonomy import load_taxonomy
from pilots.vocabulary import load_screening, load_vocabulary
from rag.azerbaijani import detect_language
from rag.baku_time import today_in_baku
from rag.cards import BILINGUAL
from rag.errors import RagError
from serving import semconv
from serving.deadline import deadline
from serving.errors import ServingError
from serving.spans import mark_failed, open_span

tracer = trace.get_tracer("korpu.pilots", schema_url=semconv.SCHEMA_URL)

MODEL_FAULTS = frozenset({Fallback.MODEL_UNAVAILABLE, Fallback.MODEL_TIMEOUT, Fallback.REPLY_INVALID})


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
            deck = open_deck(pilot)
            speller = Speller(deck.matcher.words() + vocabulary.counted() + load_screening().counted())
            return [
                ("read_question", ReadQuestion(vocabulary, speller, deck.glossaries)),
                ("screen_question", ScreenQuestion(load_screening(), not_covered=manifest.not_covered)),
                ("recall_conversation", RecallConversation(deck.matcher, deck.cards)),
                ("retrieve_passages", search),
                ("choose_card", ChooseCard(deck.matcher, deck.cards)),
                ("compose", ComposeFromCard(messages, today=today)),
            ]
        case "guided":
            deck, replies = open_deck(pilot), Replies()
            speller = Speller(deck.matcher.words() + vocabulary.counted() + load_screening().counted() + replies.counted())
            return [
                ("read_question", ReadQuestion(vocabulary, speller, deck.glossaries)),
                ("screen_question", ScreenQuestion(load_screening(), not_covered=manifest.not_covered)),
                ("resume_dialogue", ResumeDialogue(deck.matcher, deck.cards, vocabulary, replies)),
                ("find_service", FindService(search, ChooseCard(deck.matcher, deck.cards), deck.matcher, deck.cards)),
                ("ask_next", AskNext(deck.cards)),
                ("compose_summary", ComposeSummary(messages, deck.cards, today=today)),
            ]
        case "counter":
            words = load_counter()
            deck = open_deck(pilot, fillers=words.vocabulary.fillers)
            speller = Speller(deck.matcher.words() + words.vocabulary.counted() + words.screening.counted())
            return [
                ("read_question", ReadQuestion(words.vocabulary, speller, deck.glossaries)),
                ("screen_question", ScreenQuestion(words.screening, not_covered=manifest.not_covered)),
                ("recall_conversation", RecallConversation(deck.matcher, deck.cards)),
                ("read_day", ReadDay(today)),
                ("retrieve_passages", search),
                ("keep_cards", KeepCards(deck.cards)),
                ("choose_card", ChooseCard(deck.matcher, deck.cards)),
                ("find_articles", FindArticles(source, deck.cards, pilot=pilot.name)),
                ("compose", ComposeForCounter(ComposeFromCard(messages, today=today), deck.cards, messages, words)),
            ]
        case "documents":
            speller = Speller(vocabulary.counted() + load_screening().counted())
            return [
                ("read_question", ReadQuestion(vocabulary)),
                ("screen_question", ScreenQuestion(load_screening(), not_covered=manifest.not_covered)),
                ("recall_conversation", RecallDocuments(vocabulary)),
                ("read_day", ReadDay(today)),
                ("retrieve_passages", RetrievePassages(source, pilot=pilot.name, top_k=manifest.retrieval.top_k, respelling=(vocabulary, speller))),
                ("choose_passages", ChoosePassages.with_limits(manifest.retrieval)),
                ("compose", ComposeFromPassages(messages)),
            ]
        case "appeals":
            if encoder is None:
                raise ClassifierUnfit(f"{pilot.name} needs an embedding model to sort appeals")
            taxonomy = load_taxonomy(pilot.folder, open_deck(pilot).cards)
            model = load_model(pilot.folder / MODEL_FILE, model_id=encoder.model_id)
            facts = FactReader(load_places(pilot.folder / "places.yaml"))
            memory = memory or AppealsInMemory()
            return [
                ("read_appeal", ReadAppeal(taxonomy, model, facts, load_screening(), encoder=encoder, memory=memory, today=today)),
                ("compose", ComposeAppeal(taxonomy, messages, load_examples(pilot.folder))),
            ]


class Pipeline:
    """Answers the questions of one pilot. Faults of search and models, and a missed deadline, end as `error_*` answers.

    Where the manifest says so, personal data is masked before the first step: no step, span or fault ever holds it. What the steps
    found is told as it stands or, where there is a `composer`, retold by a model under the guard; both ways lead through `_tell`.
    """

    def __init__(self, pilot: Pilot, steps: Sequence[tuple[str, Step]], messages: MessageBook, *, composer: GenerativeComposer | None = None) -> None:
        self.pilot = pilot
        self._steps = tuple(steps)
        self._messages = messages
        self._hand_over = HandOver(pilot, messages)
        self._composer = composer
        self._attributes = {semconv.OPERATION_NAME: semconv.Operation.ANSWER.value, semconv.WORKFLOW_NAME: pilot.name, semconv.PILOT: pilot.name}

    async def answer(self, question: Question) -> Answer:
        """Return the answer to a question; raises nothing that a person could have caused."""
        return await self._answer(question, Telling(), self._composer)

    async def follow(self, question: Question) -> Answer:
        """Return how a question of the past ended: its answer as the sources have it, for which no model is asked."""
        return await self._answer(question, Telling(), None)

    async def stream(self, question: Question) -> AsyncGenerator[Sentence | Citation | Answer]:
        """Yield the checked sentences as they are made, each citation before the first sentence that uses it, and the Answer last.

        Closing the generator ends the work on the answer.
        """
        parts: asyncio.Queue[Sentence | Citation | None] = asyncio.Queue()
        work = asyncio.create_task(self._answer(question, Telling(parts.put_nowait), self._composer))
        work.add_done_callback(lambda _: parts.put_nowait(None))
        try:
            while (part := await parts.get()) is not None:
                yield part
            yield work.result()
        finally:
            work.cancel()
            await asyncio.wait((work,))
            if not work.cancelled():
                # Taken, so that the event loop does not log it: its message may quote the question.
                work.exception()

    async def _answer(self, question: Question, telling: Telling, composer: GenerativeComposer | None) -> Answer:
        started = time.perf_counter()
        timings: dict[str, float] = {}
        before = detect_language(question.history[-1].question) if question.history else "az"
        # An option that was offered in two languages comes back as it was shown.
        language = question.language or detect_language(question.text.split(BILINGUAL)[0], hint=before)
        redacted = redact(question.text).text if self.pilot.manifest.redacts_questions else None
        if redacted is not None:
            question = replace(question, text=redacted)
        with open_span(tracer, "answer", attributes=self._attributes) as span:
            draft, context = await self._guarded(question, language, timings)
            draft = await self._tell(self._framed(draft, draft.language or language), context, telling, composer, timings)
            span.set_attributes({semconv.STATUS: draft.status.value, semconv.CITATIONS: len(draft.citations), **_traced(draft)})
            span_context = span.get_span_context()
        timings["total"] = (time.perf_counter() - started) * 1000
        return Answer(
            pilot=self.pilot.name,
            status=draft.status,
            language=draft.language or language,
            sentences=draft.sentences,
            citations=draft.citations,
            options=draft.options,
            focus=draft.focus,
            details={**draft.details, "degraded": list(draft.rungs)} if draft.rungs else draft.details,
            composition=draft.composition,
            review=draft.review,
            redacted_question=redacted,
            conversation_id=question.conversation_id,
            trace_id=f"{span_context.trace_id:032x}" if span_context.is_valid else None,
            timings_ms=timings,
        )

    def _framed(self, draft: Draft, language: Language) -> Draft:
        """Return the draft with the written message of its status where it has nothing else to say, and the mark of a review."""
        sentences = draft.sentences or (Sentence(text=self._messages.status(draft.status, language), kind=SentenceKind.FRAME),)
        if draft.review is not None:
            sentences = (Sentence(text=self._messages.frame("awaiting_review", language), kind=SentenceKind.FRAME), *sentences)
        return replace(draft, sentences=sentences)

    async def _tell(self, draft: Draft, context: Context, telling: Telling, composer: GenerativeComposer | None, timings: dict[str, float]) -> Draft:
        """Tell the answer as it stands, or have it retold; return what was told."""
        if composer is not None and draft.status.is_answer:
            started = time.perf_counter()
            with open_span(tracer, "write"):
                draft = await composer.compose(draft, context, telling)
            if draft.composition.fallback in MODEL_FAULTS:
                draft = replace(draft, rungs=(*draft.rungs, Rung.EXTRACTIVE))
            timings["write"] = (time.perf_counter() - started) * 1000
            return draft
        for sentence in draft.sentences:
            telling.say(sentence, draft.citations)
        return draft

    async def _guarded(self, question: Question, language: Language, timings: dict[str, float]) -> tuple[Draft, Context]:
        """Run the steps within the deadline; what comes out passes the guard and the review policy, whichever step ended the run."""
        asked = Context(question=question, language=language)
        deadline_s = self.pilot.manifest.deadline_s
        try:
            with deadline(deadline_s):
                async with asyncio.timeout(deadline_s):
                    draft, context = await self._run(asked, timings)
        except TimeoutError:
            return self._hand_over.compose(AnswerStatus.ERROR_TIMEOUT, question, language), asked
        except RagError as fault:
            mark_failed(trace.get_current_span(), fault)
            return self._hand_over.compose(AnswerStatus.ERROR_RETRIEVAL, question, language), asked
        except ServingError as fault:
            mark_failed(trace.get_current_span(), fault)
            return self._hand_over.compose(AnswerStatus.ERROR_MODEL, question, language), asked
        rungs = (*context.rungs, *draft.rungs)
        draft = withhold_unsupported(draft)
        if draft.status is AnswerStatus.UNANSWERABLE_NO_SOURCE and Rung.LEXICAL in rungs:
            # The half of the search that failed might have found it.
            draft = self._hand_over.compose(AnswerStatus.ERROR_RETRIEVAL, question, language)
        draft = replace(draft, rungs=tuple(dict.fromkeys((*rungs, *draft.rungs))))
        return mark_for_review(with_confidence(draft, context), context, self.pilot.manifest.review), context

    async def _run(self, context: Context, timings: dict[str, float]) -> tuple[Draft, Context]:
        """Return the end of the run and the last context before it."""
        outcome: Context | Draft = context
        for name, step in self._steps:
            if isinstance(outcome, Draft):
                break
            context = outcome
            started = time.perf_counter()
            with open_span(tracer, name) as span:
                outcome = await step(outcome)
                if isinstance(outcome, Draft):
                    span.set_attribute(semconv.STATUS, outcome.status.value)
            timings[name] = (time.perf_counter() - started) * 1000
        return outcome if isinstance(outcome, Draft) else Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE), context


def _traced(draft: Draft) -> dict[str, str | list[str]]:
    """Return what a trace says of the rungs that an answer went down and of who wrote it; nothing where no model could have."""
    composition = draft.composition
    rungs: dict[str, str | list[str]] = {semconv.RUNGS: list(draft.rungs)} if draft.rungs else {}
    if composition.model is None and composition.fallback is None:
        return rungs
    return rungs | {semconv.COMPOSER: composition.composer, semconv.COMPOSER_FALLBACK: composition.fallback or "none"}


def build_pipeline(
    pilot: Pilot,
    *,
    retriever: PassageSource,
    today: Callable[[], date] = today_in_baku,
    encoder: TextEncoder | None = None,
    memory: AppealMemory | None = None,
    writing: WritingModel | None = None,
) -> Pipeline:
    """Wire a pilot: its cards or documents, its messages and its steps. Pilots that sort appeals need the `encoder`.

    `writing` is the deployment's model, for pilots whose composer is generative; without one their composer is extractive.

    Raises:
        CardInvalid: a card of the pilot's corpus breaks the schema.
        ManifestInvalid, ClassifierUnfit: its taxonomy or its classifier cannot be used.
    """
    messages = MessageBook(pilot.manifest)
    steps = build_steps(pilot, source=retriever, messages=messages, today=today, encoder=encoder, memory=memory)
    return Pipeline(pilot, steps, messages, composer=build_composer(pilot, writing))
