"""The last look at an answer before a person sees it: no fact without a source, no number that its source does not say."""

import re
from dataclasses import replace
from enum import StrEnum

from pilots.answer import AnswerStatus, Sentence, SentenceKind
from pilots.context import Draft
from pilots.guard_record import record_guard

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class Fault(StrEnum):
    """Why a sentence is withheld."""

    UNCITED = "uncited"
    CITATION_UNKNOWN = "citation_unknown"
    NUMBER_UNSOURCED = "number_unsourced"


def withhold_unsupported(draft: Draft) -> Draft:
    """Return the draft without facts that cite nothing or say a number which their quotes do not.

    An answer that loses a fact is partial; one that loses all becomes `unanswerable_no_source`.
    """
    if not draft.status.is_answer:
        return draft
    quotes = {citation.n: citation.quote for citation in draft.citations}
    kept: list[Sentence] = []
    with record_guard("sources") as record:
        for place, sentence in enumerate(draft.sentences):
            fault = _find_fault(sentence, quotes)
            if fault is None:
                kept.append(sentence)
            if sentence.kind is not SentenceKind.FRAME:
                record.tell(place, fault)
    if not any(sentence.kind is SentenceKind.FACT for sentence in kept):
        return Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE, focus=draft.focus)
    if len(kept) == len(draft.sentences):
        return draft
    headed = [sentence for place, sentence in enumerate(draft.sentences) if sentence in kept and not _is_left_alone(place, draft.sentences, kept)]
    lost = any(sentence.kind is SentenceKind.FACT and sentence not in kept for sentence in draft.sentences)
    cited = {n for sentence in headed for n in sentence.citations}
    return replace(
        draft,
        status=AnswerStatus.ANSWERED_PARTIAL if lost else draft.status,
        # What was withheld may stand there too.
        details={},
        sentences=tuple(headed),
        citations=tuple(citation for citation in draft.citations if citation.n in cited),
    )


def _is_left_alone(place: int, sentences: tuple[Sentence, ...], kept: list[Sentence]) -> bool:
    """Tell whether a heading's first line was withheld and none of its lines is left: it goes with them."""
    if sentences[place].kind is not SentenceKind.FRAME or place + 1 == len(sentences) or sentences[place + 1] in kept:
        return False
    following = next((sentence for sentence in sentences[place + 1 :] if sentence in kept), None)
    return following is None or following.kind is not SentenceKind.FACT


def _find_fault(sentence: Sentence, quotes: dict[int, str]) -> Fault | None:
    if sentence.kind is SentenceKind.FRAME:
        return None
    if not sentence.citations:
        return Fault.UNCITED
    if any(n not in quotes for n in sentence.citations):
        return Fault.CITATION_UNKNOWN
    if sentence.kind is SentenceKind.NOTICE:
        return None
    said = NUMBER.findall(" ".join(quotes[n] for n in sentence.citations))
    return None if all(number in said for number in NUMBER.findall(sentence.text)) else Fault.NUMBER_UNSOURCED
