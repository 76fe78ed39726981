"""The summary as a sheet of paper: a title, boxes to tick, amounts, and the sources with their dates."""

from collections.abc import Sequence
from datetime import date

from pilots.answer import Citation, Language, Sentence, SentenceKind
from pilots.guiding.wording import Wording

BOX = "☐"


def print_summary(sentences: Sequence[Sentence], citations: Sequence[Citation], wording: Wording, language: Language, *, day: date) -> str:
    """Return plain text, a line a sentence; facts in a list get a box to tick, and the sources stand below with their numbers."""
    lines: list[str] = []
    for place, sentence in enumerate(sentences):
        if place and sentence.kind is SentenceKind.FRAME and sentences[place - 1].kind is not SentenceKind.FRAME:
            lines.append("")
        numbers = "".join(f" [{n}]" for n in sentence.citations)
        lines.append(f"{BOX} {sentence.text}{numbers}" if sentence.is_item else f"{sentence.text}{numbers}")
    lines += ["", wording.frame("sources", language)]
    for citation in citations:
        parts = [citation.title, citation.locator, citation.as_of, citation.url]
        lines.append(f"[{citation.n}] " + ", ".join(part for part in parts if part))
    return "\n".join([*lines, "", wording.frame("drawn_up", language, date=day.strftime("%d.%m.%Y"))])
