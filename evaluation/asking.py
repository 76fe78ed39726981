"""Two ways to ask a pilot: its pipeline in this process, or any gateway over HTTP. Both return the same Answer."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Protocol

import httpx
from pydantic import ValidationError

from evaluation.errors import GatewayUnreachable
from gateway.contract import AnswerDocument, SessionDocument
from gateway.corpora import publish_corpus
from gateway.knowledge import open_knowledge
from gateway.settings import Settings
from pilots.answer import Answer, AnswerStatus, Citation, Composition, Question, Sentence, Turn
from pilots.pipeline import build_pipeline
from pilots.registry import Pilot
from rag.ingest import Progress

LONGEST_WAIT_S = 60
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Reply:
    """The last answer of a conversation and the time from its question to the whole answer."""

    answer: Answer
    latency_ms: float


class Asker(Protocol):
    """Opens a conversation for every case, so that no case hears another one."""

    async def ask(self, questions: Sequence[str], *, as_of: date | None = None) -> Reply:
        """Ask the questions of one conversation (at least one), one after another, all for the same day (None: today)."""
        ...


class AnswerPipeline(Protocol):
    async def answer(self, question: Question, /) -> Answer: ...


class PipelineAsker:
    """Asks the pipeline that the gateway's routes call, with the history that they would hand it."""

    def __init__(self, pipeline: AnswerPipeline, *, history_turns: int) -> None:
        """`history_turns` is how many earlier questions the routes hand on."""
        self._pipeline = pipeline
        self._history_turns = history_turns

    async def ask(self, questions: Sequence[str], *, as_of: date | None = None) -> Reply:
        """See `Asker.ask`."""
        history: tuple[Turn, ...] = ()
        for text in questions[:-1]:
            answer = await self._pipeline.answer(Question(text=text, as_of=as_of, history=history))
            history = (*history, Turn(_kept_text(text, answer), answer.status, answer.focus))
            history = history[max(0, len(history) - self._history_turns) :]
        started = time.perf_counter()
        answer = await self._pipeline.answer(Question(text=questions[-1], as_of=as_of, history=history))
        return Reply(answer, (time.perf_counter() - started) * 1000)


@asynccontextmanager
async def open_pipeline_asker(settings: Settings, pilot: Pilot, *, progress: Progress | None = None) -> AsyncGenerator[PipelineAsker]:
    """Open what the gateway opens for one pilot, complete with all vectors, on the gateway's own index and cache.

    Raises:
        IndexLocked: a gateway runs on this data folder; it can be asked by its URL instead.
        ReleaseRejected, IndexUnavailable, CardInvalid, ServingError
    """
    async with open_knowledge(settings) as knowledge:
        await publish_corpus(pilot, uploads=settings.uploads_path, knowledge=knowledge, progress=progress)
        await knowledge.ingester.fill_dense(pilot.name, progress=progress)
        pipeline = build_pipeline(pilot, retriever=knowledge.retriever, encoder=knowledge.encoder, writing=knowledge.writing)
        yield PipelineAsker(pipeline, history_turns=settings.history_turns)


class GatewayAsker:
    """Asks a running gateway. Without a service key each case opens a session of its own, as a citizen's browser does."""

    def __init__(self, http: httpx.AsyncClient, *, base_url: str, pilot: str, key: str | None = None) -> None:
        """`base_url` is the gateway's root. The caller closes `http`."""
        self._http = http
        self._root = base_url.rstrip("/")
        self._pilot = pilot
        self._key = key

    async def ask(self, questions: Sequence[str], *, as_of: date | None = None) -> Reply:
        """See `Asker.ask`. A quota that is used up is waited for.

        Raises:
            GatewayUnreachable: no connection, a refusal, or a reply that is not the contract's.
        """
        token = self._key or await self._open_session()
        conversation: str | None = None
        for text in questions[:-1]:
            conversation = (await self._answer(text, conversation, token, as_of)).conversation_id
        started = time.perf_counter()
        document = await self._answer(questions[-1], conversation, token, as_of)
        return Reply(_answer_of(document), (time.perf_counter() - started) * 1000)

    async def _answer(self, question: str, conversation: str | None, token: str, as_of: date | None) -> AnswerDocument:
        body = {"question": question, "conversation_id": conversation, "as_of": as_of.isoformat() if as_of else None}
        response = await self._post(f"/v1/pilots/{self._pilot}/answers", body, token)
        try:
            return AnswerDocument.model_validate_json(response.content)
        except ValidationError as error:
            raise GatewayUnreachable(f"{self._root}: not an answer ({error.error_count()} faults)") from None

    async def _open_session(self) -> str:
        response = await self._post("/v1/sessions", None, None)
        try:
            return SessionDocument.model_validate_json(response.content).token
        except ValidationError as error:
            raise GatewayUnreachable(f"{self._root}: not a session ({error.error_count()} faults)") from None

    async def _post(self, path: str, body: object, token: str | None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        for _ in range(ATTEMPTS):
            try:
                response = await self._http.post(self._root + path, json=body, headers=headers)
            except httpx.TransportError as error:
                raise GatewayUnreachable(f"{self._root}: {type(error).__name__}") from error
            if response.is_success:
                return response
            if response.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                raise GatewayUnreachable(f"{self._root}{path}: HTTP {response.status_code}")
            await asyncio.sleep(min(LONGEST_WAIT_S, _pause_s(response.headers.get("retry-after", "1"))))
        raise GatewayUnreachable(f"{self._root}{path}: the quota stays used up")


def _kept_text(question: str, answer: Answer) -> str:
    """Return what the store keeps of a question, see `Conversations.finish_turn`."""
    if answer.status is AnswerStatus.GUARDRAIL_PERSONAL_DATA:
        return ""
    return question if answer.redacted_question is None else answer.redacted_question


def _pause_s(retry_after: str) -> float:
    """Read a `Retry-After`: seconds, or the date that proxies send; a second where it is neither."""
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 1.0


def _answer_of(document: AnswerDocument) -> Answer:
    return Answer(
        pilot=document.pilot,
        status=document.status,
        language=document.language,
        sentences=tuple(Sentence(text=s.text, kind=s.kind, citations=s.citations, is_item=s.is_item) for s in document.sentences),
        citations=tuple(Citation(**citation.model_dump()) for citation in document.citations),
        options=document.options,
        details=document.details,
        composition=Composition(**document.composition.model_dump()),
        review=document.review.reason if document.review else None,
        id=document.id,
        conversation_id=document.conversation_id,
        trace_id=document.trace_id,
        timings_ms=document.timings_ms,
    )
