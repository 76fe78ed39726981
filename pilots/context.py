"""What the steps of a pipeline pass on, and what ends it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from pilots.answer import AnswerStatus, Citation, Composition, Focus, Language, Question, Sentence
from pilots.evidence import Evidence
from pilots.guiding.dialogue import Dialogue, Remark
from pilots.reading import Conditions, Reading
from pilots.rungs import Rung
from pilots.triage.reading import AppealReading
from rag.cards import ServiceCard
from rag.passages import ScoredPassage


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One question on its way through the steps. Each step returns a changed copy.

    `earlier` is what the conversation was about when the question goes on with it, and `among` the cards that it may mean
    then; both None for a new topic. `card`, `passages` and `appeal` are what the answer is composed from, and `ranked` the sentences of the
    passages, most telling first, where a step has ranked them. `day_words` are skeletons of words
    that only say for which day the law is asked. `glossed` is a question in another language as the pilot reads it, in
    Azerbaijani words. `dialogue` is what a guided dialogue knows so far, None outside of one, and `remark` what its next turn
    opens with. `rungs` says which parts of the service have failed on the way. `confidence` is the chance in (0, 1) that what was chosen
    answers the question; None where nobody estimated it. `certainty` is the trained chance in (0, 1) that the passages answer at all, by which a
    manifest may decline.
    """

    question: Question
    language: Language
    reading: Reading = Reading(tokens=(), aspects=(), conditions=Conditions())
    search_text: str = ""
    day_words: frozenset[str] = frozenset()
    glossed: str = ""
    earlier: Focus | None = None
    among: tuple[str, ...] | None = None
    passages: tuple[ScoredPassage, ...] = ()
    ranked: tuple[Evidence, ...] = ()
    card: ServiceCard | None = None
    dialogue: Dialogue | None = None
    remark: Remark | None = None
    appeal: AppealReading | None = None
    rungs: tuple[Rung, ...] = ()
    confidence: float | None = None
    certainty: float | None = None

    @property
    def asked(self) -> str:
        """The question in Azerbaijani: as it was typed, or as it was written out from another language."""
        return self.glossed or self.question.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The end of a run: everything of an Answer but its identity and timings. `language` None means that of the question.

    `rungs` are those that the ending itself went down; the pipeline adds those of the context.
    """

    status: AnswerStatus
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    options: tuple[str, ...] = ()
    focus: Focus = Focus()
    details: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    composition: Composition = Composition()
    review: str | None = None
    language: Language | None = None
    rungs: tuple[Rung, ...] = ()


Step = Callable[[Context], Awaitable[Context | Draft]]
