"""A gateway whose pilots answer by script: every state that a citizen may meet, on demand and at once."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from fastapi import FastAPI

from gateway.app import create_app
from gateway.settings import Settings
from pilots.answer import Answer, AnswerStatus, Citation, Question, Sentence, SentenceKind
from pilots.messages import in_language, load_messages
from pilots.registry import Pilot, load_pilots
from pilots.stages import StageAction

FACTS = ("Dövlət rüsumu: 10 iş günü – 30 AZN («Dövlət rüsumu haqqında» Qanun, maddə 14.3-1.1).", "Dövlət rüsumu: 3 iş günü – 70 AZN.")
CITATIONS = (
    Citation(
        n=1,
        source_id="sv",
        title="«Dövlət rüsumu haqqında» Qanun",
        locator="Maddə 14.3-1.1",
        quote=FACTS[0],
        url="https://e-qanun.az/framework/2883",
        as_of="2023-05",
    ),
    Citation(n=2, source_id="sv", title="Şəxsiyyət vəsiqəsinin bərpası", locator="Dövlət rüsumu", quote=FACTS[1], url=None, as_of=None),
)
STATUSES = {status.value: status for status in AnswerStatus}
SAID = {
    "Vəsiqəmi dəyişmək istəyirəm": AnswerStatus.CLARIFICATION,
    "Aya uçuş bileti hansı idarədən alınır?": AnswerStatus.UNANSWERABLE_NO_SOURCE,
    "Sabah hava necə olacaq?": AnswerStatus.UNANSWERABLE_OUT_OF_SCOPE,
    "Qonşumun pensiyası nə qədərdir?": AnswerStatus.DECLINED_THIRD_PARTY,
    "FİN-im 5ABC12D, vəsiqəm hazırdır?": AnswerStatus.GUARDRAIL_PERSONAL_DATA,
    "Pasport neçə günə hazır olur?": AnswerStatus.ERROR_RETRIEVAL,
    "İtirilmiş vəsiqənin bərpası neçəyədir?": AnswerStatus.ANSWERED,
}
"""What a person might have asked to get there; pictures show these."""


@dataclass
class ScriptedStates:
    """Ask `answered`, `clarification` or any other status by its name to get it; any other text is quoted back as a fact.

    `pause_s` lies before each streamed part.
    """

    pause_s: float = 0.0
    instead: Answer | None = None

    def answer(self, question: Question) -> Answer:
        language = question.language or "az"
        status = STATUSES.get(question.text) or SAID.get(question.text, AnswerStatus.ANSWERED)
        frame = Sentence(text=in_language(load_messages().statuses[status], language), kind=SentenceKind.FRAME)
        answer = Answer(
            pilot="citizen_chat", status=status, language=language, sentences=(frame,), conversation_id=question.conversation_id, timings_ms={}
        )
        if self.instead is not None:
            return replace(self.instead, conversation_id=question.conversation_id)
        if status is AnswerStatus.CLARIFICATION:
            return replace(answer, options=("İtirilmiş vəsiqə", "Vaxtı bitmiş vəsiqə", "Uşaq üçün ilk vəsiqə"))
        if not status.is_answer:
            return answer
        text = FACTS[0] if question.text in STATUSES or question.text in SAID else question.text
        if question.text == "zəif axtarış":
            text, answer = FACTS[0], replace(answer, details={"degraded": ["lexical"]})
        facts = (
            Sentence(text=text, kind=SentenceKind.FACT, citations=(1,), is_item=True),
            Sentence(text=FACTS[1], kind=SentenceKind.FACT, citations=(1, 2), is_item=True),
            Sentence(text="Bu vərəqənin yoxlanma müddəti bitib: məlumatı dəqiqləşdirin.", kind=SentenceKind.NOTICE, citations=(2,)),
        )
        return replace(answer, sentences=(frame, *facts), citations=CITATIONS)


class StatedPipeline:
    """Answers by the states as they are at the moment of asking."""

    def __init__(self, states: ScriptedStates) -> None:
        self._states = states

    async def answer(self, question: Question, /) -> Answer:
        await asyncio.sleep(self._states.pause_s)
        return self._states.answer(question)

    async def follow(self, question: Question, /) -> Answer:
        return self._states.answer(question)

    async def stream(self, question: Question, /) -> AsyncGenerator[Sentence | Citation | Answer]:
        answer = self._states.answer(question)
        for part in (*answer.citations, *answer.sentences, answer):
            await asyncio.sleep(self._states.pause_s)
            yield part


def scripted_pilots() -> dict[str, Pilot]:
    """The packaged citizen_chat under other names: `hurried_pilot` takes one question a minute, `stopped_pilot` none."""
    packaged = load_pilots()["citizen_chat"]
    quotas = packaged.manifest.quotas

    def named(name: str, *, per_minute: int = 10_000) -> Pilot:
        limited = quotas.model_copy(update={"questions_per_minute": per_minute, "max_question_chars": 500})
        return replace(packaged, manifest=packaged.manifest.model_copy(update={"name": name, "quotas": limited}))

    return {
        "citizen_chat": named("citizen_chat"),
        "hurried_pilot": named("hurried_pilot", per_minute=1),
        "stopped_pilot": named("stopped_pilot"),
    }


def scripted_app(states: ScriptedStates, data_dir: Path) -> FastAPI:
    pilots = scripted_pilots()
    settings = Settings(data_dir=data_dir, demo_page=True, sessions_per_minute=100_000, log_level="warning")
    app = create_app(settings, served_pilots=pilots, pipelines=dict.fromkeys(pilots, StatedPipeline(states)))
    open_gateway = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with open_gateway(app):
            await app.state.gateway.stages.change("stopped_pilot", StageAction.STOP, recorded_by="test", note="a wrong fee")
            yield

    app.router.lifespan_context = lifespan
    return app
