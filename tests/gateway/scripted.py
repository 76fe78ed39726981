"""A pipeline that answers by script, and a pilot for it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from pathlib import Path

from pilots.answer import Answer, AnswerStatus, Citation, Focus, Question, Sentence, SentenceKind
from pilots.manifest import Manifest, Messages, Owner, Quotas
from pilots.registry import Pilot

CITATION = Citation(
    n=1, source_id="sv-itirilmis", title="Vəsiqənin bərpası", locator="Rüsumlar", quote="30 manat", url="https://example.az/v", as_of="2024-05"
)
FACT = Sentence(text="Rüsum 30 manatdır.", kind=SentenceKind.FACT, citations=(1,))
ITEM = Sentence(text="ərizə", kind=SentenceKind.FACT, citations=(1,), is_item=True)
AWAITING = Sentence(text="Qaralama: rəhbər təsdiqi gözlənilir.", kind=SentenceKind.FRAME)
FOCUS = Focus(sources=("sv-itirilmis",), family="sexsiyyet-vesiqesi", aspects=("fees",), conditions={"age": 17, "event": "lost"})


def make_pilot(
    name: str = "citizen_chat",
    *,
    stage: str = "live",
    audience: str = "citizens",
    understanding: str = "cards",
    per_minute: int = 1000,
    retention_days: int = 30,
) -> Pilot:
    text = Messages(az="Vətəndaş", en="Citizen", ru="Гражданин")
    manifest = Manifest.model_validate(
        {
            "name": name,
            "title": text,
            "purpose": "Answers questions.",
            "stage": stage,
            "audience": audience,
            "understanding": understanding,
            "owner": Owner(agency="ASAN", contact="info@example.az"),
            "quotas": Quotas(questions_per_minute=per_minute, max_question_chars=500),
            "retention_days": retention_days,
            "examples": ("Rüsum nə qədərdir?",),
        }
    )
    return Pilot(manifest, Path(name))


def reviewed_answer(question: Question) -> Answer:
    """An answer that a supervisor has to look at, as a pipeline marks it."""
    answer = fact_answer(question)
    return replace(answer, review="risk_fees", sentences=(AWAITING, *answer.sentences))


def fact_answer(question: Question, *, status: AnswerStatus = AnswerStatus.ANSWERED, options: tuple[str, ...] = ()) -> Answer:
    return Answer(
        pilot="citizen_chat",
        status=status,
        language=question.language or "az",
        sentences=(FACT, ITEM),
        citations=(CITATION,),
        focus=FOCUS,
        conversation_id=question.conversation_id,
        timings_ms={"total": 1.5},
        options=options,
    )


class ScriptedPipeline:
    """Gives `script`'s answer and remembers every question. `pause_s` may lie between the streamed parts."""

    def __init__(self, script: Callable[[Question], Answer] = fact_answer) -> None:
        self.script = script
        self.pause_s = 0.0
        self.fault_after_first: Exception | None = None
        self.questions: list[Question] = []
        self.streams_closed = 0
        self.parts_sent = 0

    async def answer(self, question: Question, /) -> Answer:
        self.questions.append(question)
        return self.script(question)

    async def follow(self, question: Question, /) -> Answer:
        return await self.answer(question)

    async def stream(self, question: Question, /) -> AsyncGenerator[Sentence | Citation | Answer]:
        self.questions.append(question)
        answer = self.script(question)
        try:
            for part in (*answer.citations, *answer.sentences, answer):
                yield part
                self.parts_sent += 1
                if self.fault_after_first is not None:
                    raise self.fault_after_first
                await asyncio.sleep(self.pause_s)
        finally:
            self.streams_closed += 1
