"""The last look at an answer before a person sees it: no fact without a source, no number that its source does not say."""

import re
from dataclasses import replace

from pilots.answer import AnswerStatus, Sentence, SentenceKind
from pilots.context import Draft

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def withhold_unsupported(draft: Draft) -> Draft:
    """Return the draft without facts that cite nothing or say a number which their quotes do not.

    When no fact is left the answer becomes `unanswerable_no_source`.
    """
    if not draft.status.is_answer:
        return draft
    quotes = {citation.n: citation.quote for citation in draft.citations}
    kept = tuple(sentence for sentence in draft.sentences if _is_supported(sentence, quotes))
    if not any(sentence.kind is SentenceKind.FACT for sentence in kept):
        return Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE, focus=draft.focus)
    return replace(draft, sentences=kept)


def _is_supported(sentence: Sentence, quotes: dict[int, str]) -> bool:
    if sentence.kind is SentenceKind.FRAME:
        return True
    if not sentence.citations or any(n not in quotes for n in sentence.citations):
        return False
    if sentence.kind is SentenceKind.NOTICE:
        return True
    said = NUMBER.findall(" ".join(quotes[n] for n in sentence.citations))
    return all(number in said for number in NUMBER.findall(sentence.text))
