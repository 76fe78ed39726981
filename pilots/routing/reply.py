"""What the service says itself when no pilot does."""

from collections.abc import Mapping
from typing import Final

from pilots.answer import Answer, AnswerStatus, Language, Sentence, SentenceKind
from pilots.messages import in_language, load_messages
from pilots.registry import Pilot
from pilots.routing.decision import SERVICE, RouteDecision, Routing
from pilots.steps.screen_question import holds_identifier
from rag.azerbaijani import detect_language, fold, normalise

OFFERED: Final = 2
"""How many pilots a clarification offers: those between which the examples did not decide."""


def compose_reply(routing: Routing, text: str, pilots: Mapping[str, Pilot], *, language: Language | None = None) -> Answer:
    """Ask which pilot is meant, or say that the text is nobody's; `language` None means: that of the text.

    A text with an identifier in it is answered by the request to leave it out, as every pilot does, and is then not kept.
    """
    language = language or detect_language(text)
    status, options = AnswerStatus.UNANSWERABLE_OUT_OF_SCOPE, tuple[str, ...]()
    if holds_identifier(normalise(text)):
        status = AnswerStatus.GUARDRAIL_PERSONAL_DATA
    elif routing.decision is RouteDecision.CLARIFICATION:
        status = AnswerStatus.CLARIFICATION
        options = tuple(in_language(pilots[name].manifest.title, language) for name in offered(routing))
    said = Sentence(text=in_language(load_messages().statuses[status], language), kind=SentenceKind.FRAME)
    return Answer(pilot=SERVICE, status=status, language=language, sentences=(said,), options=options, routing=routing)


def offered(routing: Routing) -> tuple[str, ...]:
    """Return the pilots of a clarification in the order of its options."""
    return tuple(candidate.pilot for candidate in routing.candidates[:OFFERED])


def read_choice(reply: str, *, offered: tuple[str, ...], pilots: Mapping[str, Pilot]) -> str | None:
    """Return the pilot that a reply to a clarification names: by its number from 1, its name, or its title in any language."""
    said = fold(reply).strip(" .)(«»\"'•-")
    if said.isdecimal() and 1 <= int(said) <= len(offered):
        return offered[int(said) - 1]
    for name in offered:
        title = pilots[name].manifest.title
        if said in (fold(name), fold(title.az), fold(title.en), fold(title.ru)):
            return name
    return None
