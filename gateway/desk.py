"""Where a question is taken in, answered by its pilot's pipeline and put on record."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

import structlog
from opentelemetry import trace

from gateway.contract import AnswerDocument, check_question
from gateway.errors import AnswerMissing, PilotNotReady
from gateway.online_evaluation import record_evaluation
from gateway.policy import Caller
from gateway.quotas import Quotas
from gateway.readiness import Readiness
from gateway.settings import Settings
from gateway.store.conversations import Conversations, StoredTurn
from gateway.switchboard import Connection, Switchboard
from gateway.telemetry import current_trace_id
from pilots.answer import Answer, Citation, Language, Question, Sentence, Turn
from pilots.errors import QuestionInvalid
from pilots.registry import Pilot, find_pilot
from pilots.routing.decision import SERVICE, RouteDecision, Routing
from pilots.routing.reply import compose_reply
from pilots.routing.router import Router
from serving import semconv

REPLAYED_QUESTIONS = 3
REPLAYED_REPLIES = 30
"""Of a guided dialogue every reply counts; one turn of it searches at most once, so that many are replayed in a second."""


class AnswerPipeline(Protocol):
    """What the desk needs of `pilots.pipeline.Pipeline`."""

    async def answer(self, question: Question, /) -> Answer:
        """Return an answer; failures of retrieval or model are statuses, not exceptions."""
        ...

    async def follow(self, question: Question, /) -> Answer:
        """Return how a question of the past ended, without asking a model to write it out."""
        ...

    def stream(self, question: Question, /) -> AsyncIterator[Sentence | Citation | Answer]:
        """Yield the answer's parts, a citation before the first sentence that uses it, and the whole Answer last."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question that was taken in: stored, with its history, not yet answered.

    `routing` is None when the caller named the pilot. `reply` is what the service says itself when no pilot was decided on.
    """

    pilot: Pilot | None
    question: Question
    turn: StoredTurn
    routing: Routing | None = None
    reply: Answer | None = None

    @property
    def pilot_name(self) -> str:
        return self.pilot.name if self.pilot else SERVICE


class Desk:
    def __init__(
        self,
        *,
        pilots: Mapping[str, Pilot],
        pipelines: Mapping[str, AnswerPipeline],
        conversations: Conversations,
        readiness: Readiness,
        settings: Settings,
        router: Router,
    ) -> None:
        """`pipelines` may gain its pilots after the desk opened, as they become ready."""
        self.pilots = pilots
        self.conversations = conversations
        self._pipelines = pipelines
        self._readiness = readiness
        self._quotas = Quotas()
        self._settings = settings
        self._switchboard = Switchboard(pilots=pilots, router=router, conversations=conversations)

    async def take(
        self,
        caller: Caller,
        pilot_name: str,
        *,
        text: str,
        conversation_id: str | None = None,
        language: Language | None = None,
        as_of: date | None = None,
    ) -> Case:
        """Store a question after every check has passed: a refused one leaves nothing behind.

        Raises:
            PilotUnknown, CallerForbidden, QuestionInvalid, PilotNotReady, QuotaExceeded, ConversationUnknown, DatabaseUnavailable
        """
        pilot, text = self._check(caller, pilot_name, text, language)
        turn = await self._begin_turn(caller, pilot, text, conversation_id=conversation_id)
        return self._opened(pilot, _question(text, turn, language=language, as_of=as_of), turn)

    async def take_chat(self, caller: Caller, pilot_name: str, *, earlier: list[str], text: str) -> Case:
        """Take the last question of a client that keeps no conversation id and repeats its earlier questions instead.

        A stored conversation of exactly these questions goes on. Otherwise the latest of them are asked again, unseen and
        unstored, to learn what the conversation is about. Raises as `take` does.
        """
        pilot, text = self._check(caller, pilot_name, text, None)
        limit = self._question_chars(pilot)
        asked = [check_question(question, max_chars=limit) for question in earlier]
        if asked:
            known = await self.conversations.find_thread(owner=caller.id, pilot=pilot.name, questions=asked)
            if known is not None:
                turn = await self._begin_turn(caller, pilot, text, conversation_id=known)
                return self._opened(pilot, _question(text, turn), turn)
        history: tuple[Turn, ...] = ()
        replayed = REPLAYED_REPLIES if pilot.manifest.understanding == "guided" else REPLAYED_QUESTIONS
        for question in asked[-replayed:]:
            answer = await self._pipelines[pilot.name].follow(Question(text=question, history=history))
            history = (*history, Turn(question, answer.status, answer.focus))
        turn = await self._begin_turn(caller, pilot, text, earlier=asked)
        return self._opened(pilot, replace(_question(text, turn), history=history), turn)

    async def take_routed(
        self,
        caller: Caller,
        *,
        text: str,
        conversation_id: str | None = None,
        language: Language | None = None,
        as_of: date | None = None,
    ) -> Case:
        """Store a question with the pilot that it belongs to, or with the service itself when that is nobody or not clear.

        Raises as `take` does.
        """
        text = self._check_unrouted(caller, text)
        connection = await self._switchboard.connect(caller, text, conversation_id=conversation_id)
        return await self._connected(caller, connection, typed=text, language=language, as_of=as_of)

    async def take_routed_chat(self, caller: Caller, *, earlier: list[str], text: str) -> Case:
        """Take the last question of a client that repeats its earlier questions. Raises as `take` does."""
        text = self._check_unrouted(caller, text)
        asked = [check_question(question, max_chars=self._settings.max_question_chars) for question in earlier]
        known = await self.conversations.find_thread(owner=caller.id, pilot=None, questions=asked) if asked else None
        if known is None and asked:
            routing = await self._switchboard.connect_replayed(caller, asked[-1], text)
            if routing.decision is RouteDecision.CONTINUED and routing.pilot:
                return replace(await self.take_chat(caller, routing.pilot, earlier=earlier, text=text), routing=routing)
            connection = Connection(routing=routing, question=text)
        else:
            connection = await self._switchboard.connect(caller, text, conversation_id=known)
        return await self._connected(caller, connection, typed=text, earlier=asked)

    async def _connected(
        self,
        caller: Caller,
        connection: Connection,
        *,
        typed: str,
        language: Language | None = None,
        as_of: date | None = None,
        earlier: Sequence[str] = (),
    ) -> Case:
        routing, text = connection.routing, connection.question
        pilot = self._check(caller, routing.pilot, text, language)[0] if routing.pilot else None
        turn = await self._begin_turn(
            caller,
            pilot,
            text,
            conversation_id=connection.conversation_id,
            taken_over_from=connection.taken_over_from,
            typed=typed,
            earlier=earlier,
        )
        reply = None if pilot else compose_reply(routing, text, self.pilots, language=language)
        return self._opened(pilot, _question(text, turn, language=language, as_of=as_of), turn, routing=routing, reply=reply)

    async def answer(self, case: Case) -> Answer:
        answer = case.reply or await self._pipelines[case.pilot_name].answer(case.question)
        return await self._record(case, answer)

    async def stream(self, case: Case) -> AsyncGenerator[Sentence | Citation | Answer]:
        """Yield the answer's parts and last the whole Answer, which is on record by then. Closing the generator ends the pipeline.

        Raises:
            AnswerMissing: the pipeline ended without an Answer.
        """
        if case.reply is not None:
            for sentence in case.reply.sentences:
                yield sentence
            yield await self._record(case, case.reply)
            return
        parts = self._pipelines[case.pilot_name].stream(case.question)
        try:
            async for part in parts:
                if isinstance(part, Answer):
                    yield await self._record(case, part)
                    return
                yield part
        finally:
            if isinstance(parts, AsyncGenerator):
                await parts.aclose()
        raise AnswerMissing(case.pilot_name)

    def _check(self, caller: Caller, pilot_name: str, text: str, language: Language | None) -> tuple[Pilot, str]:
        pilot = find_pilot(self.pilots, pilot_name)
        caller.check_pilot(pilot)
        text = check_question(text, max_chars=self._question_chars(pilot))
        if language is not None and language not in pilot.manifest.languages:
            raise QuestionInvalid(f"the pilot answers in {', '.join(pilot.manifest.languages)}")
        if not self._readiness.is_ready(pilot.name) or pilot.name not in self._pipelines:
            raise PilotNotReady(pilot.name)
        per_minute = caller.questions_per_minute or pilot.manifest.quotas.questions_per_minute
        self._quotas.take(f"{caller.id} {pilot.name}", per_minute=per_minute)
        return pilot, text

    def _question_chars(self, pilot: Pilot) -> int:
        return min(self._settings.max_question_chars, pilot.manifest.quotas.max_question_chars)

    def _check_unrouted(self, caller: Caller, text: str) -> str:
        """Return the text when it may be routed, which costs an embedding and so has a quota of its own beside the pilots'."""
        pilots = self._switchboard.open_to(caller).values()
        text = check_question(text, max_chars=max(map(self._question_chars, pilots)))
        per_minute = caller.questions_per_minute or max(pilot.manifest.quotas.questions_per_minute for pilot in pilots)
        self._quotas.take(f"{caller.id} {SERVICE}", per_minute=per_minute)
        return text

    async def _begin_turn(
        self,
        caller: Caller,
        pilot: Pilot | None,
        text: str,
        *,
        conversation_id: str | None = None,
        taken_over_from: str | None = None,
        typed: str | None = None,
        earlier: Sequence[str] = (),
    ) -> StoredTurn:
        """Store the question; see `Conversations.begin_turn`. Without a pilot it is the service's own."""
        return await self.conversations.begin_turn(
            owner=caller.id,
            pilot=pilot.name if pilot else SERVICE,
            question=text,
            conversation_id=conversation_id,
            taken_over_from=taken_over_from,
            typed=typed,
            earlier=earlier,
            history_turns=self._settings.history_turns,
            withheld=pilot is not None and pilot.manifest.redacts_questions,
        )

    def _opened(
        self, pilot: Pilot | None, question: Question, turn: StoredTurn, *, routing: Routing | None = None, reply: Answer | None = None
    ) -> Case:
        trace.get_current_span().set_attributes(
            {
                semconv.PILOT: pilot.name if pilot else SERVICE,
                semconv.ANSWER_ID: turn.id,
                semconv.CONVERSATION_ID: turn.conversation_id,
                semconv.OWN_CONVERSATION_ID: turn.conversation_id,
                semconv.TURN: len(question.history),
            }
        )
        if self._settings.content_logging and not (pilot and pilot.manifest.redacts_questions):
            structlog.stdlib.get_logger(__name__).info("question", answer_id=turn.id, question=question.text)
        return Case(pilot=pilot, question=question, turn=turn, routing=routing, reply=reply)

    async def _record(self, case: Case, answer: Answer) -> Answer:
        """Give the answer the id under which its question is stored, and store it."""
        turn = case.turn
        trace_id = answer.trace_id or current_trace_id()
        answer = replace(answer, id=turn.id, conversation_id=turn.conversation_id, trace_id=trace_id, routing=case.routing)
        record_evaluation(answer, share=self._settings.online_evaluation_share)
        document = AnswerDocument.of(answer).model_dump(mode="json")
        await self.conversations.finish_turn(
            turn, status=answer.status, focus=answer.focus, answer=document, review=answer.review, redacted_question=answer.redacted_question
        )
        total_ms = round(answer.timings_ms.get("total", 0.0), 1)
        trace.get_current_span().set_attributes({semconv.ANSWER_STATUS: answer.status.value, semconv.ANSWER_CITATIONS: len(answer.citations)})
        structlog.stdlib.get_logger(__name__).info(
            "answer", answer_id=turn.id, pilot=case.pilot_name, status=answer.status.value, citations=len(answer.citations), total_ms=total_ms
        )
        return answer


def _question(text: str, turn: StoredTurn, *, language: Language | None = None, as_of: date | None = None) -> Question:
    return Question(text=text, conversation_id=turn.conversation_id, language=language, as_of=as_of, history=turn.history, turn_id=turn.id)
