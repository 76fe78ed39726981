"""Where a question is taken in, answered by its pilot's pipeline and put on record."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

import structlog
from opentelemetry import trace

from gateway.contract import AnswerDocument, check_question
from gateway.errors import AnswerMissing, PilotNotReady
from gateway.policy import Caller
from gateway.quotas import Quotas
from gateway.readiness import Readiness
from gateway.settings import Settings
from gateway.store.conversations import Conversations, StoredTurn
from gateway.telemetry import current_trace_id
from pilots.answer import Answer, Citation, Language, Question, Sentence, Turn
from pilots.errors import QuestionInvalid
from pilots.registry import Pilot, find_pilot

REPLAYED_QUESTIONS = 3


class AnswerPipeline(Protocol):
    """What the desk needs of `pilots.pipeline.Pipeline`."""

    async def answer(self, question: Question, /) -> Answer:
        """Return an answer; failures of retrieval or model are statuses, not exceptions."""
        ...

    def stream(self, question: Question, /) -> AsyncIterator[Sentence | Citation | Answer]:
        """Yield the answer's parts, a citation before the first sentence that uses it, and the whole Answer last."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question that was taken in: stored, with its history, not yet answered."""

    pilot: Pilot
    question: Question
    turn: StoredTurn


class Desk:
    def __init__(
        self,
        *,
        pilots: Mapping[str, Pilot],
        pipelines: Mapping[str, AnswerPipeline],
        conversations: Conversations,
        readiness: Readiness,
        settings: Settings,
    ) -> None:
        """`pipelines` may gain its pilots after the desk opened, as they become ready."""
        self.pilots = pilots
        self.conversations = conversations
        self._pipelines = pipelines
        self._readiness = readiness
        self._quotas = Quotas()
        self._settings = settings

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
        turn = await self.conversations.begin_turn(
            owner=caller.id,
            pilot=pilot.name,
            question=text,
            conversation_id=conversation_id,
            history_turns=self._settings.history_turns,
            withheld=pilot.manifest.redacts_questions,
        )
        question = Question(text=text, conversation_id=turn.conversation_id, language=language, as_of=as_of, history=turn.history, turn_id=turn.id)
        return self._opened(pilot, question, turn)

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
                turn = await self.conversations.begin_turn(
                    owner=caller.id,
                    pilot=pilot.name,
                    question=text,
                    conversation_id=known,
                    history_turns=self._settings.history_turns,
                    withheld=pilot.manifest.redacts_questions,
                )
                return self._opened(pilot, Question(text=text, conversation_id=known, history=turn.history, turn_id=turn.id), turn)
        history: tuple[Turn, ...] = ()
        for question in asked[-REPLAYED_QUESTIONS:]:
            answer = await self._pipelines[pilot.name].answer(Question(text=question, history=history))
            history = (*history, Turn(question, answer.status, answer.focus))
        turn = await self.conversations.begin_turn(
            owner=caller.id, pilot=pilot.name, question=text, earlier=asked, withheld=pilot.manifest.redacts_questions
        )
        return self._opened(pilot, Question(text=text, conversation_id=turn.conversation_id, history=history, turn_id=turn.id), turn)

    async def answer(self, case: Case) -> Answer:
        answer = await self._pipelines[case.pilot.name].answer(case.question)
        return await self._record(case, answer)

    async def stream(self, case: Case) -> AsyncGenerator[Sentence | Citation | Answer]:
        """Yield the answer's parts and last the whole Answer, which is on record by then. Closing the generator ends the pipeline.

        Raises:
            AnswerMissing: the pipeline ended without an Answer.
        """
        parts = self._pipelines[case.pilot.name].stream(case.question)
        try:
            async for part in parts:
                if isinstance(part, Answer):
                    yield await self._record(case, part)
                    return
                yield part
        finally:
            if isinstance(parts, AsyncGenerator):
                await parts.aclose()
        raise AnswerMissing(case.pilot.name)

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

    def _opened(self, pilot: Pilot, question: Question, turn: StoredTurn) -> Case:
        trace.get_current_span().set_attributes(
            {
                "korpu.pilot": pilot.name,
                "korpu.answer.id": turn.id,
                "korpu.conversation.id": turn.conversation_id,
                "korpu.turn": len(question.history),
            }
        )
        if self._settings.content_logging and not pilot.manifest.redacts_questions:
            structlog.stdlib.get_logger(__name__).info("question", answer_id=turn.id, question=question.text)
        return Case(pilot=pilot, question=question, turn=turn)

    async def _record(self, case: Case, answer: Answer) -> Answer:
        """Give the answer the id under which its question is stored, and store it."""
        turn = case.turn
        answer = replace(answer, id=turn.id, conversation_id=turn.conversation_id, trace_id=answer.trace_id or current_trace_id())
        document = AnswerDocument.of(answer).model_dump(mode="json")
        await self.conversations.finish_turn(
            turn, status=answer.status, focus=answer.focus, answer=document, redacted_question=answer.redacted_question
        )
        total_ms = round(answer.timings_ms.get("total", 0.0), 1)
        trace.get_current_span().set_attributes({"korpu.answer.status": answer.status.value, "korpu.answer.citations": len(answer.citations)})
        structlog.stdlib.get_logger(__name__).info(
            "answer", answer_id=turn.id, pilot=case.pilot.name, status=answer.status.value, citations=len(answer.citations), total_ms=total_ms
        )
        return answer
