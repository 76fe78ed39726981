"""The parts of an extractive draft: what opens it, its facts under their headings, and what the gateway has to say of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pilots.answer import Citation, Sentence, SentenceKind
from pilots.context import Draft
from pilots.grounding.ambiguity import IDENTIFIERS
from pilots.grounding.claims import read_claims, stem_of
from pilots.grounding.connectives import load_connectives
from pilots.grounding.rows import content_stems, is_form
from pilots.grounding.verdict import is_same

FREE = frozenset(map(stem_of, ("pulsuz", "ödənişsiz", "rüsumsuz")))
# How much of a fact's own words a sentence must say to stand for it; figures tell more than words.
TOLD_SHARE = 0.75
TOLD_SHARE_BESIDE_FIGURES = 0.5


@dataclass(frozen=True, slots=True)
class Block:
    """Facts that follow each other, and the frame right before them."""

    heading: Sentence | None
    facts: tuple[Sentence, ...]


@dataclass(slots=True)
class Outline:
    """`opening` and `closing` are the gateway's own words and always said: status, notices, what is missing."""

    opening: list[Sentence] = field(default_factory=list[Sentence])
    blocks: list[Block] = field(default_factory=list[Block])
    closing: list[Sentence] = field(default_factory=list[Sentence])


def outline_of(draft: Draft) -> Outline:
    outline = Outline()
    pending: Sentence | None = None
    facts: list[Sentence] = []
    for sentence in (*draft.sentences, None):
        if sentence is not None and sentence.kind is SentenceKind.FACT:
            facts.append(sentence)
            continue
        if facts:
            outline.blocks.append(Block(pending, tuple(facts)))
            facts, pending = [], None
        if pending is not None:
            (outline.closing if outline.blocks else outline.opening).append(pending)
            pending = None
        if sentence is not None and sentence.kind is SentenceKind.FRAME:
            pending = sentence
        elif sentence is not None:
            (outline.closing if outline.blocks else outline.opening).append(sentence)
    return outline


def untold(blocks: Sequence[Block], shown: Sequence[Sentence], citations: Sequence[Citation]) -> list[Sentence]:
    """Return the facts that no shown sentence stands for, each block's under its heading."""
    by_number = {citation.n: citation for citation in citations}
    left: list[Sentence] = []
    for block in blocks:
        facts = [fact for fact in block.facts if not any(tells(sentence, fact, by_number) for sentence in shown)]
        if facts:
            left += [*([block.heading] if block.heading else []), *facts]
    return left


def tells(sentence: Sentence, fact: Sentence, citations: dict[int, Citation]) -> bool:
    """Tell whether a verified sentence stands for a fact: it cites it and says all its figures, addresses and most of its words.

    The article that a row rests on need not be said: its citation names it.
    """
    if not set(fact.citations) <= set(sentence.citations):
        return False
    text = re.sub(r"\(([^()]*)\)", lambda found: "" if any(found[1] == citations[n].locator for n in fact.citations) else found[0], fact.text)
    wanted, said = read_claims(text), read_claims(sentence.text)
    if not (wanted.urls <= said.urls and wanted.emails <= said.emails and wanted.phones <= said.phones):
        return False
    stems = content_stems(sentence.text)
    figures = [quantity for quantity in wanted.quantities if quantity.unit not in IDENTIFIERS]
    for figure in figures:
        if not (figure.value == 0 and stems & FREE) and not any(is_same(own, figure) for own in said.quantities):
            return False
    own_words = content_stems(text) - load_connectives()
    told = sum(1 for word in own_words if word in stems or is_form(word, stems))
    return told >= (TOLD_SHARE_BESIDE_FIGURES if figures else TOLD_SHARE) * len(own_words)
