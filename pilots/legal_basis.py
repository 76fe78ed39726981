"""The places in laws that a card names as its legal basis, and the words of the law itself at such a place."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.azerbaijani import fold, words
from rag.chunking import split_sentences
from rag.legal import parse_references
from rag.legal.references import is_code_word
from rag.passages import Passage, ScoredPassage
from rag.stemming import stem_key

_LAW = re.compile(r"«(?P<quoted>[^»]+)»[^;«]*?\bQanun\w*|(?P<code>[A-ZÇƏĞİÖŞÜ]\w+(?: (?!maddə)\w+){0,2}? Məcəllə\w*|Konstitusiya\w*)")
_NUMBER = r"\d{1,4}(?:-\d{1,3})*(?:\.\d{1,3}(?:-\d{1,3})*)*"
_BEHIND = re.compile(rf"madd[əe]\w*\s+(?P<numbers>{_NUMBER}(?:\s*(?:,|və|–)\s*{_NUMBER})*)")
_BEFORE = re.compile(rf"(?P<numbers>{_NUMBER})-?c[iıuü]\w*\s+madd[əe]")
_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:manat|AZN)")
_NEXT_CLAUSE = re.compile(r"\s*(?:\d{1,4}(?:-\d{1,3})*(?:\.\d{1,4}(?:-\d{1,3})*)+\.?|(?:\d{1,3}|[a-zəçğıöşü])[.)])\s")
# Words that laws' titles share: «Əmək Məcəlləsi» and «Azərbaycan Respublikasının Əmək Məcəlləsi» are one law.
_COMMON = frozenset(stem_key(fold(word)) for word in ("haqqında", "azərbaycan", "respublikası", "respublikasının", "və", "dair", "barədə", "üçün"))
_PARENTHESES = re.compile(r"\([^)]*\)")

LONGEST_QUOTE = 700
"""Characters. A longer clause is quoted without the lines above it, and not at all when it alone is longer."""

ARTICLE_SENTENCES = 2
"""How much of an article is shown beside a card that names the article as a whole."""


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """One place: the law as the card names it («Dövlət rüsumu haqqında» Qanun) and its number there (`14.3-1.1`, `87`)."""

    law: str
    number: str

    @property
    def article(self) -> str:
        return self.number.split(".")[0]

    @property
    def query(self) -> str:
        return f"{self.law}, maddə {self.number}"


def parse_bases(text: str) -> list[LegalBasis]:
    """Return the places that a card's legal basis names, in order; empty when it names a law without an article, or no law.

    A range («166–167») gives its two ends.
    """
    bases: list[LegalBasis] = []
    for part in text.split(";"):
        law = _LAW.search(part)
        numbers = law and (_BEHIND.search(part, law.end()) or _BEFORE.search(part, law.end()))
        if not law or not numbers:
            continue
        name = f"«{law['quoted']}» Qanun" if law["quoted"] else re.sub(r"(Məcəllə)\w*", r"\1si", law["code"])
        bases += [LegalBasis(name, number) for number in re.findall(_NUMBER, numbers["numbers"])]
    return list(dict.fromkeys(bases))


def is_law(title: str, law: str) -> bool:
    """Tell whether a document's title is that law's name and nothing more: not an amendment of it, nor another code with a longer name."""
    return _name_of(title) == _name_of(law)


def quote_law(basis: LegalBasis, passages: Iterable[ScoredPassage]) -> tuple[Passage, str] | None:
    """Return the law's own words at that place, a line a clause with the lines that introduce it, and the passage that holds them.

    None unless a passage is of that very law and article and, where the basis names a clause, holds that clause. A clause carries its
    article in its number, so it counts wherever it stands: in some snapshots an article's heading is missing.
    """
    for found in passages:
        passage = found.passage
        if not found.is_lookup or not is_law(passage.title, basis.law):
            continue
        whole = basis.number == basis.article
        if whole and passage.section != basis.article:
            continue
        text = _beginning(passage.text) if whole else _clause(passage.text, basis.number)
        if text:
            return passage, text
    return None


def quote_guide(basis: LegalBasis, passages: Iterable[ScoredPassage]) -> tuple[Passage, str] | None:
    """Return a sentence of a guide that speaks of that very place of that law, and its passage."""
    name = _name_of(basis.law) - {"<law>", "<code>"}
    for found in passages:
        passage = found.passage
        if passage.section[:1].isdigit():
            continue
        title = _stems(passage.title)
        for sentence in split_sentences(passage.text):
            if name <= title | _stems(sentence) and _says(sentence, basis):
                return passage, sentence
    return None


def amounts_in(text: str) -> set[str]:
    """Return the amounts of money that a text states, with a decimal point."""
    return {number.replace(",", ".") for number in _AMOUNT.findall(text)}


def _says(sentence: str, basis: LegalBasis) -> bool:
    if "." in basis.number:
        return re.search(rf"(?<![\d.-]){re.escape(basis.number)}(?![\d-]|\.\d)", sentence) is not None
    return any(reference.article == basis.number for reference in parse_references(sentence))


def _clause(text: str, number: str) -> str | None:
    """Return a clause's lines below those that introduce it."""
    levels = number.split(".")
    above = [_lines_of(text, ".".join(levels[:depth]))[:1] for depth in range(2, len(levels))]
    own = _lines_of(text, number)
    if not own:
        return None
    whole = "\n".join([line for lines in above for line in lines] + own)
    return next((said for said in (whole, "\n".join(own)) if len(said) <= LONGEST_QUOTE), None)


def _lines_of(text: str, number: str) -> list[str]:
    """Return the line that opens with a number and the unnumbered lines below it."""
    lines = text.splitlines()
    start = next((place for place, line in enumerate(lines) if re.match(rf"\s*{re.escape(number)}\.?(?=\s|$)", line)), None)
    if start is None:
        return []
    end = next((place for place in range(start + 1, len(lines)) if _NEXT_CLAUSE.match(lines[place])), len(lines))
    return [line.strip() for line in lines[start:end] if line.strip()]


def _beginning(text: str) -> str | None:
    sentences = [sentence.strip() for sentence in split_sentences(text)]
    chosen = sentences[: 1 + ARTICLE_SENTENCES]
    while chosen and len("\n".join(chosen)) > LONGEST_QUOTE:
        chosen.pop()
    return "\n".join(chosen) or None


def _name_of(title: str) -> frozenset[str]:
    """Return the telling stems of a law's name, with its kind; a title that does not say its kind («… haqqında») is a law's."""
    spoken: Sequence[str] = [fold(word) for word in words(_PARENTHESES.sub(" ", title))]
    kind = "<code>" if any(word.startswith(("mecelle", "konstitusiya")) for word in spoken) else "<law>"
    return frozenset({kind, *(stem_key(word) for word in spoken if not is_code_word(word) and stem_key(word) not in _COMMON)})


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem_key(fold(word)) for word in words(text))
