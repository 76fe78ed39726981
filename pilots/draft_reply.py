"""A reply that staff may send to the citizen: the card's facts in plain words, without articles and row layout."""

import re
from collections.abc import Sequence

from pilots.answer import Citation, Language, Sentence, SentenceKind
from pilots.aspects import Item
from pilots.counter import CounterWords
from pilots.selecting import Selection
from pilots.written_days import show_day
from rag.card_passages import format_azn, item_sentence
from rag.cards import Benefit, Fee

MAX_LINES = 12
_WORKING_DAYS = re.compile(r"(\d+) iş günü")
_PLACES = re.compile(r"\s*\((?:[^()]*\bmaddə[^()]*)\)")


def draft_sentences(
    selection: Selection, numbers: Sequence[int], *, title: str, citations: Sequence[Citation], words: CounterWords, language: Language
) -> list[Sentence]:
    """Return the reply sentence by sentence: a greeting, the facts with their citations, and where they come from.

    `numbers` are the citations of the selection's lines, in their order. A section that would make the reply longer than MAX_LINES is
    left out as a whole: half a list of documents is a wrong list.
    """
    sentences = [Sentence(text=words.frame("draft_greeting", language, title=title), kind=SentenceKind.FRAME)]
    cited: list[int] = []
    rest = iter(numbers)
    for section, items in selection.lines:
        numbered = [(item, next(rest)) for item in items]
        if cited and len(cited) + len(numbered) > MAX_LINES:
            continue
        # A row of a table says what it is; the lines of a list need their heading.
        is_list = section not in ("fees", "benefits")
        if is_list:
            sentences.append(Sentence(text=words.frame(f"section_{section}", language) + ":", kind=SentenceKind.FRAME))
        for item, n in numbered:
            sentences.append(Sentence(text=plain(item, words=words, language=language), kind=SentenceKind.FACT, citations=(n,), is_item=is_list))
            cited.append(n)
    by_number = {citation.n: citation for citation in citations}
    used = [by_number[n] for n in dict.fromkeys(cited)]
    sources = list(dict.fromkeys(f"{citation.title} ({show_day(citation.as_of)})" if citation.as_of else citation.title for citation in used))
    source = words.frame("draft_source", language, sources="; ".join(sources))
    sentences.append(Sentence(text=source, kind=SentenceKind.NOTICE, citations=tuple(citation.n for citation in used)))
    return sentences


def plain(item: Item, *, words: CounterWords, language: Language) -> str:
    """Return a line of a card in plain words; what is free text stays as the card has it, in Azerbaijani."""
    match item:
        case Fee():
            amount = _amount(format_azn(item.amount_azn), item.unit, words, language)
            return _line(words.frame(f"kind_{item.kind}", language), item.case, _term(item.term, words, language), amount)
        case Benefit():
            kind = f"benefit_{item.period}" if item.period else "benefit"
            return _line(words.frame(kind, language), item.case, None, _amount(format_azn(item.amount_azn), None, words, language))
        case _:
            return _PLACES.sub("", item_sentence(item))


def _line(kind: str, case: str, term: str | None, amount: str) -> str:
    subject = ", ".join(part for part in (case, term) if part)
    return f"{kind}: {subject} – {amount}." if subject else f"{kind}: {amount}."


def _amount(amount: str, unit: str | None, words: CounterWords, language: Language) -> str:
    said = words.frame("free", language) if amount.startswith("pulsuz") else amount
    return f"{said} {unit}" if unit else said


def _term(term: str | None, words: CounterWords, language: Language) -> str | None:
    if term is None or language == "az":
        return term
    match = _WORKING_DAYS.fullmatch(term)
    return words.frame("term_working_days", language, count=match[1]) if match else term
