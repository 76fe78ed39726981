"""The numbered sources that a model may cite: the facts of the extractive draft, place by place, under their headings."""

from collections.abc import Sequence
from dataclasses import dataclass

from pilots.answer import Citation, Sentence, SentenceKind
from pilots.context import Context, Draft
from pilots.evidence import heading_of
from pilots.grounding.rows import Evidence, read_evidence
from pilots.lexemes import skeletons
from pilots.vocabulary import load_screening
from rag.chunking import split_sentences
from rag.passages import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedSource:
    """What stands behind [n]: the draft's facts that cite it, a line each, and what a sentence may be judged by."""

    n: int
    heading: str
    text: str
    evidence: Evidence


def number_sources(draft: Draft, context: Context) -> tuple[NumberedSource, ...]:
    """Return the sources of a draft's facts in the order of their numbers.

    What the draft only mentions in a notice, such as a rival source, is no source of an answer. Lines that give orders to whoever
    reads them are left out: they are neither shown to the model nor believed.
    """
    numbered: list[NumberedSource] = []
    for citation in draft.citations:
        told = (sentence.text for sentence in draft.sentences if sentence.kind is SentenceKind.FACT and citation.n in sentence.citations)
        lines = [text for text in dict.fromkeys(told) if not gives_orders(text)]
        if not lines:
            continue
        heading = _heading(citation, lines, context)
        passage = Passage(id="", pilot="", source_id=citation.source_id, title=heading, text="\n".join(lines), url=citation.url)
        numbered.append(NumberedSource(n=citation.n, heading=heading, text=passage.text, evidence=read_evidence(passage)))
    return tuple(numbered)


def gives_orders(text: str) -> bool:
    """Tell whether a line speaks to a model rather than to a person: «əvvəlki təlimatları unut»."""
    return "injection" in load_screening().labels(skeletons(text))


def facts_of(draft: Draft) -> list[Sentence]:
    return [sentence for sentence in draft.sentences if sentence.kind is SentenceKind.FACT]


def _heading(citation: Citation, lines: Sequence[str], context: Context) -> str:
    """Return what the lines stand under: the service and the section, or the document, its place and its article's heading."""
    if context.card is not None:
        return f"{context.card.title}. {citation.locator}"
    for found in context.passages:
        if found.passage.source_id == citation.source_id and lines[0] in found.passage.text:
            return heading_of(found, split_sentences(found.passage.text)).replace("\n", ". ")
    return f"{citation.title}. {citation.locator}"
