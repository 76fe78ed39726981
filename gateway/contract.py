"""The JSON that clients send and receive."""

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from pilots.answer import Answer, AnswerStatus, Citation, Composition, Fallback, Language, Sentence, SentenceKind
from pilots.errors import QuestionInvalid
from pilots.registry import Pilot
from pilots.routing.decision import RouteDecision, Routing

ConversationId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="as an answer gave it")]


class Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class QuestionDocument(Document):
    question: str = Field(description="as the person typed it", examples=["Şəxsiyyət vəsiqəm itib, təzəsi neçəyədir?"])
    conversation_id: ConversationId | None = Field(default=None, description="to ask a follow-up; omitted: a new conversation")
    language: Language | None = Field(default=None, description="omitted: the question's own language")
    as_of: date | None = Field(default=None, description="the day for which the answer should hold; omitted: today")


class CitationDocument(Document):
    n: int
    source_id: str
    title: str
    locator: str
    quote: str
    url: str | None
    as_of: str | None = Field(description="the source's own date: year, month or day; null when it is undated")

    @classmethod
    def of(cls, citation: Citation) -> Self:
        return cls(
            n=citation.n,
            source_id=citation.source_id,
            title=citation.title,
            locator=citation.locator,
            quote=citation.quote,
            url=citation.url,
            as_of=citation.as_of,
        )


class SentenceDocument(Document):
    text: str
    kind: SentenceKind
    citations: tuple[int, ...]
    is_item: bool

    @classmethod
    def of(cls, sentence: Sentence) -> Self:
        return cls(text=sentence.text, kind=sentence.kind, citations=sentence.citations, is_item=sentence.is_item)


class CandidateDocument(Document):
    pilot: str
    score: float = Field(description="calibrated share of questions like this one that belong to the pilot")


class RoutingDocument(Document):
    """How a question that named no pilot came to one."""

    decision: RouteDecision
    pilot: str | None = Field(description="null when no pilot was decided on")
    margin: float = Field(description="the best candidate's lead over the second one")
    candidates: tuple[CandidateDocument, ...] = Field(description="the pilots that the caller may ask, best first")

    @classmethod
    def of(cls, routing: Routing) -> Self:
        candidates = tuple(CandidateDocument(pilot=candidate.pilot, score=candidate.score) for candidate in routing.candidates)
        return cls(decision=routing.decision, pilot=routing.pilot, margin=routing.margin, candidates=candidates)


ReviewState = Literal["pending", "approved", "edited", "rejected"]


class AnswerReview(Document):
    """How far a supervisor's look at an answer is. An answer does not wait for it: until then its text says that it is a draft."""

    state: ReviewState
    reason: str = Field(description="why a supervisor has to look at it: always, risk_…, or the pilot's own reason")
    decided_at: datetime | None = None
    note: str | None = Field(default=None, description="why it was rejected")


class CompositionDocument(Document):
    """Who wrote the facts of an answer: a model under the guard, or the sources themselves."""

    composer: Literal["extractive", "generative"] = "extractive"
    fallback: Fallback | None = Field(default=None, description="why sources are quoted although the pilot has a model; null: they need not be")
    model: str | None = Field(default=None, description="the model that was asked")
    shown: int = Field(default=0, description="sentences of the model that are shown")
    withheld: int = Field(default=0, description="texts of the model that its sources did not bear out")
    input_tokens: int = 0
    output_tokens: int = 0

    @classmethod
    def of(cls, composition: Composition) -> Self:
        return cls.model_validate(asdict(composition))


class AnswerDocument(Document):
    id: str
    pilot: str
    status: AnswerStatus
    language: Language
    text: str
    sentences: tuple[SentenceDocument, ...]
    citations: tuple[CitationDocument, ...]
    options: tuple[str, ...] = Field(description="what a clarification lets the person choose from")
    details: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue], description="for programs: named in the pilot's README")
    composition: CompositionDocument = CompositionDocument()
    routing: RoutingDocument | None = Field(default=None, description="null when the question was asked of a pilot by its name")
    review: AnswerReview | None = Field(default=None, description="null: nobody has to approve the answer")
    conversation_id: str
    trace_id: str | None
    timings_ms: dict[str, float]

    @classmethod
    def of(cls, answer: Answer) -> Self:
        return cls(
            id=answer.id,
            pilot=answer.pilot,
            status=answer.status,
            language=answer.language,
            text=answer.text,
            sentences=tuple(map(SentenceDocument.of, answer.sentences)),
            citations=tuple(map(CitationDocument.of, answer.citations)),
            options=answer.options,
            details=dict(answer.details),
            composition=CompositionDocument.of(answer.composition),
            routing=RoutingDocument.of(answer.routing) if answer.routing else None,
            review=AnswerReview(state="pending", reason=answer.review) if answer.review is not None else None,
            conversation_id=answer.conversation_id or "",
            trace_id=answer.trace_id,
            timings_ms=dict(answer.timings_ms),
        )


class StreamStart(Document):
    """The `meta` event: what is known before the first sentence."""

    id: str
    pilot: str
    routing: RoutingDocument | None = None
    conversation_id: str
    trace_id: str | None


SHOWN_EXAMPLES = 6
"""Routing learns from dozens of examples; a person who wonders what to ask needs a few."""


class PilotDocument(Document):
    name: str
    title: dict[Language, str]
    purpose: str
    audience: Literal["citizens", "staff", "service_teams"]
    languages: tuple[Language, ...]
    agency: str
    examples: tuple[str, ...]

    @classmethod
    def of(cls, pilot: Pilot) -> Self:
        manifest = pilot.manifest
        return cls(
            name=manifest.name,
            title={"az": manifest.title.az, "en": manifest.title.en, "ru": manifest.title.ru},
            purpose=manifest.purpose,
            audience=manifest.audience,
            languages=manifest.languages,
            agency=manifest.owner.agency,
            examples=manifest.examples[:SHOWN_EXAMPLES],
        )


class PilotList(Document):
    pilots: tuple[PilotDocument, ...]


class SessionDocument(Document):
    token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 (the name of a scheme)
    expires_in: int = Field(description="seconds")


class HealthDocument(Document):
    status: Literal["ok"] = "ok"


class PilotReadiness(Document):
    stage: str
    done: int
    total: int


class PartReadiness(Document):
    state: Literal["up", "recovering", "down"]
    failures: int = Field(description="in a row")
    opened: int = Field(description="how often the part was given up since the start")
    refused: int = Field(description="calls that it was spared since the start")


class ReadinessDocument(Document):
    ready: bool
    pilots: dict[str, PilotReadiness]
    parts: dict[str, PartReadiness] = Field(description="what answers stand on; with a part down they go down a rung, and say so in `details`")


def check_question(text: str, *, max_chars: int) -> str:
    """Return the question without surrounding white space.

    Raises:
        QuestionInvalid: nothing visible in it, control characters, or more than `max_chars` characters.
    """
    if len(text) > max_chars:
        raise QuestionInvalid(f"the question has {len(text)} characters, at most {max_chars} are taken")
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\t\n\r" for char in text):
        raise QuestionInvalid("the question contains control characters")
    if not any(unicodedata.category(char)[0] in "LNPS" for char in text):
        raise QuestionInvalid("the question is empty")
    return text.strip()


def sentence_line(sentence: Sentence) -> str:
    """Return a sentence as `Answer.text` shows it."""
    return ("• " if sentence.is_item else "") + sentence.text + "".join(f" [{n}]" for n in sentence.citations)


def source_lines(citations: Sequence[Citation]) -> str:
    """Return the citations as text, for clients that show nothing but text."""
    lines: list[str] = []
    for citation in citations:
        parts = (citation.title, citation.locator, citation.as_of, citation.url)
        lines.append(f"[{citation.n}] " + ", ".join(part for part in parts if part))
    return "\n".join(lines)
