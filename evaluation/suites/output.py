"""Raw outputs: what a run keeps of every question, enough to score it again without asking."""

from pydantic import BaseModel, ConfigDict

from evaluation.dataset import Case, SafetyPrompt
from pilots.answer import Answer
from pilots.routing.decision import Routing


class Output(BaseModel):
    """One question as it was asked and typed. `key` and `variant` together are unique in a run."""

    model_config = ConfigDict(frozen=True)

    key: str
    variant: str
    asked: tuple[str, ...]
    latency_ms: float


class AnswerOutput(Output):
    case: Case
    answer: Answer


class SafetyOutput(Output):
    prompt: SafetyPrompt
    answer: Answer


class TriageOutput(Output):
    topic: str
    answer: Answer


class RoutingOutput(Output):
    expected: str
    routing: Routing


class RetrievalOutput(Output):
    """`ranking` holds document ids, best first; `relevant` grades (> 0) by id; `domains` are those of the relevant documents."""

    ranking: tuple[str, ...]
    relevant: dict[str, int]
    domains: tuple[str, ...] = ()


class ExtractiveOutput(Output):
    """`variant` says by which weights the sentences were ranked, see `evaluation.suites.extractive`.

    `lines` are what a person would read first, at most as many as are measured; `certainty` is the estimated chance in (0, 1) that the
    corpus answers, None where nobody asked; `group` names the documents that the question needs.
    """

    answerable: bool
    evidence: tuple[str, ...]
    lines: tuple[str, ...]
    certainty: float | None
    group: str
