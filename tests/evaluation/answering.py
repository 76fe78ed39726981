"""Cases, answers and outputs that the tests of this folder share."""

from collections.abc import Sequence
from datetime import date

from evaluation.asking import Reply
from evaluation.dataset import Case
from evaluation.suites.output import AnswerOutput
from pilots.answer import Answer, AnswerStatus, Citation, Sentence, SentenceKind


def case(
    status: str = "answered", *, facts: tuple[str, ...] = (), allowed: tuple[str, ...] = (), sources: tuple[str, ...] = (), **more: object
) -> Case:
    return Case.model_validate(
        {"id": "c", "kind": "plain", "question": "neçəyədir?", "expected_status": status}
        | {"expected_facts": facts, "allowed_facts": allowed, "expected_sources": sources}
        | more
    )


def fact(text: str, *citations: int) -> Sentence:
    return Sentence(text=text, kind=SentenceKind.FACT, citations=citations)


def answer(
    *sentences: Sentence,
    status: AnswerStatus = AnswerStatus.ANSWERED,
    sources: tuple[str, ...] = (),
    quote: str = "mətn",
    confidence: float | None = None,
) -> Answer:
    citations = tuple(
        Citation(n=n, source_id=source, title="", locator="", quote=quote, url=None, as_of=None) for n, source in enumerate(sources, start=1)
    )
    details = {} if confidence is None else {"confidence": confidence}
    return Answer(pilot="p", status=status, language="az", sentences=sentences, citations=citations, details=details)


def output(asked: Case, given: Answer, *, variant: str = "clean", latency_ms: float = 1.0) -> AnswerOutput:
    questions = (*asked.context, asked.question)
    return AnswerOutput(key=asked.id, variant=variant, asked=questions, latency_ms=latency_ms, case=asked, answer=given)


class ScriptedAsker:
    """Gives every question the same answer and keeps what it was asked."""

    def __init__(self, given: Answer | None = None) -> None:
        self.given = given or answer(status=AnswerStatus.CLARIFICATION)
        self.asked: list[Sequence[str]] = []
        self.days: list[date | None] = []

    async def ask(self, questions: Sequence[str], *, as_of: date | None = None) -> Reply:
        self.asked.append(questions)
        self.days.append(as_of)
        return Reply(self.given, 7.0)
