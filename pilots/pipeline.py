"""How a question becomes an answer. `build_steps` is the whole service in one list; nothing else knows the order."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from datetime import date

from opentelemetry import trace

from pilots.answer import Answer, AnswerStatus, Citation, Language, Question, Sentence, SentenceKind
from pilots.context import Context, Draft, Step
from pilots.counter import load_counter
from pilots.decks import open_deck
from pilots.errors import ClassifierUnfit
from pilots.guard import withhold_unsupported
from pilots.guiding.replies import Replies
from pilots.messages import MessageBook
from pilots.personal_data import redact
from pilots.registry import Pilot
from pilots.review import mark_for_review
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
from pilots.triage.appeals import load_examples
from pilots.triage.classifier import MODEL_FILE, load_model
from pilots.triage.duplicates import AppealMemory, AppealsInMemory
from pilots.triage.facts import FactReader, load_places
from pilots.triage.taxonomy import load_taxonomy
from pilots.vocabulary import load_screening, load_vocabulary
from rag.azerbaijani import detect_language
from rag.cards import BILINGUAL
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
            return [
                ("read_question", ReadQuestion(vocabulary)),
                ("screen_question", ScreenQuestion(load_screening(), not_covered=manifest.not_covered)),
                ("recall_conversation", RecallDocuments(vocabulary)),
                ("read_day", ReadDay(today)),
                ("retrieve_passages", search),
                ("choose_passages", ChoosePassages(min_coverage=manifest.retrieval.min_coverage, min_certainty=manifest.retrieval.min_certainty)),
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
        before = detect_language(question.history[-1].question) if question.history else "az"
        # An option that was offered in two languages comes back as it was shown.
        language = question.language or detect_language(question.text.split(BILINGUAL)[0], hint=before)
        redacted = redact(question.text).text if self.pilot.manifest.redacts_questions else None
        if redacted is not None:
            question = replace(question, text=redacted)
        with tracer.start_as_current_span("answer", attributes={"korpu.pilot": self.pilot.name}) as span:
            draft = await self._guarded(question, language, timings)
            span.set_attributes({"korpu.status": draft.status.value, "korpu.citations": len(draft.citations)})
            context = span.get_span_context()
        timings["total"] = (time.perf_counter() - started) * 1000
        language = draft.language or language
        sentences = draft.sentences or (Sentence(text=self._messages.status(draft.status, language), kind=SentenceKind.FRAME),)
        if draft.review is not None:
            sentences = (Sentence(text=self._messages.frame("awaiting_review", language), kind=SentenceKind.FRAME), *sentences)
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
        """Run the steps within the deadline; what comes out passes the guard and the review policy, whichever step ended the run."""
        try:
            async with asyncio.timeout(self.pilot.manifest.deadline_s):
                draft, context = await self._run(question, language, timings)
        except TimeoutError:
            return Draft(status=AnswerStatus.ERROR_TIMEOUT)
        except RagError as fault:
            trace.get_current_span().record_exception(fault)
            return Draft(status=AnswerStatus.ERROR_RETRIEVAL)
        except ServingError as fault:
            trace.get_current_span().record_exception(fault)
            return Draft(status=AnswerStatus.ERROR_MODEL)
        return mark_for_review(withhold_unsupported(draft), context, self.pilot.manifest.review)

    async def _run(self, question: Question, language: Language, timings: dict[str, float]) -> tuple[Draft, Context]:
        """Return the end of the run and the last context before it."""
        outcome: Context | Draft = Context(question=question, language=language)
        context = outcome
        for name, step in self._steps:
            if isinstance(outcome, Draft):
                break
            context = outcome
            started = time.perf_counter()
            with tracer.start_as_current_span(name):
                outcome = await step(outcome)
            timings[name] = (time.perf_counter() - started) * 1000
        return outcome if isinstance(outcome, Draft) else Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE), context


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
