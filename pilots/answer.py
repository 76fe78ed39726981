"""What goes into a pilot and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import uuid4

from pydantic import JsonValue

from pilots.routing.decision import Routing

Language = Literal["az", "en", "ru"]


class AnswerStatus(StrEnum):
    """How a question ended. Every status has a written message in every language of the pilot."""

    ANSWERED = "answered"
    ANSWERED_PARTIAL = "answered_partial"
    CLARIFICATION = "clarification"
    UNANSWERABLE_NO_SOURCE = "unanswerable_no_source"
    UNANSWERABLE_OUT_OF_SCOPE = "unanswerable_out_of_scope"
    DECLINED_THIRD_PARTY = "declined_third_party"
    DECLINED_COMPLAINT = "declined_complaint"
    GUARDRAIL_INJECTION = "guardrail_injection"
    GUARDRAIL_PERSONAL_DATA = "guardrail_personal_data"
    ERROR_RETRIEVAL = "error_retrieval"
    ERROR_MODEL = "error_model"
    ERROR_TIMEOUT = "error_timeout"

    @property
    def is_answer(self) -> bool:
        return self in (AnswerStatus.ANSWERED, AnswerStatus.ANSWERED_PARTIAL)

    @property
    def is_error(self) -> bool:
        return self.value.startswith("error_")


@dataclass(frozen=True, slots=True)
class Focus:
    """What the conversation is about, so that «bəs itirilibsə?» can be understood.

    `sources` are the cards or documents last talked about, `family` their card family, `aspect` what was asked of them
    (fees, documents, …) and `conditions` what the person has said of the case (age, event, term …) as plain JSON values.
    """

    sources: tuple[str, ...] = ()
    family: str | None = None
    aspects: tuple[str, ...] = ()
    conditions: Mapping[str, str | int] = field(default_factory=dict[str, str | int])


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the same conversation and how it ended."""

    question: str
    status: AnswerStatus
    focus: Focus = Focus()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as a person typed it. `history` is oldest first; `language` None means: detect it from the text.

    `turn_id` is the id under which it is stored, and its answer will be; None when it is only asked.
    """

    text: str
    conversation_id: str | None = None
    language: Language | None = None
    as_of: date | None = None
    history: tuple[Turn, ...] = ()
    turn_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A place in a source, numbered from 1 in the order of first use.

    `quote` is verbatim source text; `as_of` is the source's own date with its own precision, None when undated.
    """

    n: int
    source_id: str
    title: str
    locator: str
    quote: str
    url: str | None
    as_of: str | None


class SentenceKind(StrEnum):
    """FACT comes from a source and cites it; NOTICE speaks about the sources (age, disagreement) and cites them;
    FRAME is a written message of the pilot: no fact, no citation."""

    FACT = "fact"
    NOTICE = "notice"
    FRAME = "frame"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence or row of an answer, with the numbers of the citations that carry it."""

    text: str
    kind: SentenceKind
    citations: tuple[int, ...] = ()
    is_item: bool = False


class Fallback(StrEnum):
    """Why an answer, or a part of it, stands in the sources' own words although the pilot has a model to write it."""

    MODEL_UNAVAILABLE = "model_unavailable"
    MODEL_TIMEOUT = "model_timeout"
    REPLY_INVALID = "reply_invalid"
    CANNOT_ANSWER = "cannot_answer"
    WITHHELD = "withheld"
    INCOMPLETE = "incomplete"
    LANGUAGE = "language"
    VERBATIM = "verbatim"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """Who wrote the facts of an answer.

    `composer` is generative as soon as one sentence of the model is shown. `fallback` says why sources are quoted instead of it or
    beside it; None when they need not be, or when the pilot has no model. `shown` and `withheld` count what the model wrote, in
    sentences that were shown and texts that were not.
    """

    composer: Literal["extractive", "generative"] = "extractive"
    fallback: Fallback | None = None
    model: str | None = None
    shown: int = 0
    withheld: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person sees. `timings_ms` holds the wall time of each step by its name, and `total`.

    `details` is what a program needs of the answer beside its sentences, under the names that the pilot's README documents;
    nothing stands there that a person could not read in the sentences, but for `confidence`, the chance that the answer is right, which
    evaluations read. `review` says why a supervisor has to look at the answer
    (`risk_fees`, `low_confidence`, …); None when nobody has to. `routing` says how the question came to the pilot; None when the
    caller named it.
    `redacted_question` is the text that may be stored instead of the question when the pilot masks personal data; None when the
    question may be stored as it is.
    """

    pilot: str
    status: AnswerStatus
    language: Language
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...] = ()
    options: tuple[str, ...] = ()
    focus: Focus = Focus()
    details: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    composition: Composition = Composition()
    review: str | None = None
    routing: Routing | None = None
    redacted_question: str | None = None
    id: str = field(default_factory=lambda: uuid4().hex)
    conversation_id: str | None = None
    trace_id: str | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def text(self) -> str:
        """The answer as plain text: a line a sentence, items with a bullet, citation numbers in brackets, options last."""
        lines = [("• " if s.is_item else "") + s.text + "".join(f" [{n}]" for n in s.citations) for s in self.sentences]
        return "\n".join([*lines, *(f"• {option}" for option in self.options)])
