"""An answer as a person at a counter uses it: in blocks under their headings, the papers to tick, what to ask next, the reply to hand over."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gateway.contract import AnswerDocument, CitationDocument, SentenceDocument
from pilots.answer import Language, SentenceKind
from pilots.counter import load_counter
from pilots.messages import FrameName, in_language, load_messages
from rag.card_passages import SECTION_HEADINGS

ANNOUNCED: tuple[FrameName, ...] = ("awaiting_review", "review_approved", "review_edited")
"""Sentences that say what a banner above the answer says already."""
LEFT_OUT = ("ask_next", "draft_reply")
"""Headings of what the answer's `details` hold too, shown apart from the answer."""


@dataclass(slots=True)
class Block:
    """`heading` None: sentences before any. `is_checklist`: its items are papers that a person must bring."""

    heading: str | None = None
    is_checklist: bool = False
    sentences: list[SentenceDocument] = field(default_factory=list[SentenceDocument])


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    document: AnswerDocument
    blocks: tuple[Block, ...]
    next_questions: tuple[str, ...]
    draft_reply: str

    @property
    def announced(self) -> frozenset[str]:
        """The texts of ANNOUNCED in the answer's language."""
        frames = load_messages().frames
        return frozenset(in_language(frames[name], self.document.language).removesuffix(":") for name in ANNOUNCED)

    @property
    def sources(self) -> tuple[CitationDocument, ...]:
        return self.document.citations

    @property
    def papers(self) -> tuple[SentenceDocument, ...]:
        return tuple(sentence for block in self.blocks if block.is_checklist for sentence in block.sentences)


def view_answer(document: AnswerDocument) -> AnswerView:
    asked, reply = document.details.get("next_questions"), document.details.get("draft_reply")
    return AnswerView(
        document=document,
        blocks=tuple(_blocks(document)),
        next_questions=tuple(map(str, asked)) if isinstance(asked, list) else (),
        draft_reply=reply if isinstance(reply, str) else "",
    )


def _blocks(document: AnswerDocument) -> Iterator[Block]:
    block = Block()
    apart = {load_counter().frame(name, document.language) for name in LEFT_OUT} if "draft_reply" in document.details else set[str]()
    shown = True
    for sentence in document.sentences:
        if sentence.text in apart:
            shown = False
        elif shown and sentence.kind is SentenceKind.FRAME and sentence.text.endswith(":") and not sentence.is_item:
            if block.sentences or block.heading:
                yield block
            heading = sentence.text.removesuffix(":")
            block = Block(heading, heading.endswith(_papers_heading(document.language)))
        elif shown:
            block.sentences.append(sentence)
    if block.sentences or block.heading:
        yield block


def _papers_heading(language: Language) -> tuple[str, ...]:
    return SECTION_HEADINGS["documents"], in_language(load_messages().sections["documents"], language)


def web_address(url: str | None) -> str | None:
    """Return an address that a link may lead to: a page of the web, never a script or a file."""
    return url if url is not None and urlsplit(url).scheme in ("http", "https") else None
