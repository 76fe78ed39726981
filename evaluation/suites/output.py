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
