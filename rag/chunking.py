"""Sentences and chunks of a text: verbatim, in order, and never longer than the embedding model reads."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from math import ceil
from uuid import UUID, uuid5

from langchain_text_splitters import RecursiveCharacterTextSplitter

from rag.passages import Passage

TokenCount = Callable[[str], int]

MAX_TOKENS = 400
"""E5 reads 512 tokens; the rest is left for the title and locator that are embedded together with a passage."""

_PASSAGES = UUID("5f0c5f7e-5e0f-5c38-9d0e-7b8a0f2d6c11")

_ABBREVIATION = re.compile(
    r"m|küç|küc|pr|prosp|mən|ş|şəh|qəs|ray|d|b|kv|səh|st|c|cild|nöm|tel|mob|fax|bax|məs|prof|dos|akad|dr|cən|cnb|xan|av"
    r"|rus|ing|azərb|resp|min|mln|mlrd|man|qəp|no",
    re.IGNORECASE,
)
"""Words whose full stop does not end a sentence (m. Bakı, küç., məs., prof.)."""

_TRAILING = re.compile(r"(?:^|\s)(?:və (?:s|b|d|i\.a|sair)|v\.s)\.$", re.IGNORECASE)
"""Closers of an enumeration: they end the sentence when a capital follows."""

_CAPITAL = "A-ZÇƏĞIİÖŞÜÂÎÛА-ЯЁ"
_LETTER = r"[^\W\d_]"
_MARKS = r"(?:\[\d{1,3}\]|\{\{[^{}]*\}\})+"
"""Reference marks behind a sentence («… qəbul edilib.[12]»), as web pages and wikis have them."""
_STOP = re.compile(rf"""[.!?…]+[»”"'’)\]]*(?:{_MARKS})?(?=\s|$)""")
_MARKS_AT_END = re.compile(rf"{_MARKS}$")
_NUMBERING = re.compile(rf"[(\[«]?(?:maddə\s+)?(?:\d{{1,4}}|[IVXLC]{{1,6}}|{_LETTER})(?:[.\-–]+\d{{1,4}})*[.)]+", re.IGNORECASE)
_INITIALS = re.compile(rf"(?:^|[\s(«“\"])(?:[{_CAPITAL}][a-zəçğıöşü]?\.\s?)+$")
_LAST_WORD = re.compile(rf"({_LETTER}+(?:\.{_LETTER}+)*)\.$")
_OPENER = re.compile(rf"""\s*(?:[-–—•*]\s+|[(\[«“"'‘]*[{_CAPITAL}\d])""")
_LIST_ITEM = re.compile(rf"[ \t]*(?:[-–—•*]\s|(?:\d{{1,4}}(?:[.\-]\d{{1,4}})*|[IVXLC]{{1,6}}|{_LETTER})[.)]\s|#{{1,6}}\s|\|)")
_SERIES = re.compile(r"\d\s+…$")
"""«111, 222 … 999»: the dots stand for the figures between."""
_GOES_ON = re.compile(r"\s*\d+[.\-]\d+[\w.\-]*\s+[a-zəçğıöşü]")
"""A clause in the middle of a sentence («Məcəllənin / 81.2 və 82.4-cü maddələrinə»): a clause that begins has a full stop or a capital behind it."""
_LINE_END = re.compile(r"[.!?…:;»”)]\s*$")

_SEPARATORS = ["\n\n", "\n", r"(?<=[.!?…])\s+", r"(?<=;)\s+", r"(?<=,)\s+", r"\s+", ""]


def estimate_tokens(text: str) -> int:
    """Return an upper estimate of E5 tokens, for callers without a tokeniser: Azerbaijani runs at 3.3–4.2 characters a token."""
    return ceil(len(text) / 3)


def passage_id(*, pilot: str, source_id: str, locator: str, text: str) -> str:
    """Return the stable id of a passage: the same text at the same place keeps it across releases."""
    return str(uuid5(_PASSAGES, "\x1f".join((pilot, source_id, locator, text))))


def number_passages(passages: list[Passage]) -> list[Passage]:
    """Return the passages of one source in reading order: ordinals from 0, ids set, repeated ids left out."""
    numbered: dict[str, Passage] = {}
    for passage in passages:
        key = passage_id(pilot=passage.pilot, source_id=passage.source_id, locator=passage.locator, text=passage.text)
        if key not in numbered:
            numbered[key] = replace(passage, id=key, ordinal=len(numbered))
    return list(numbered.values())


def split_sentences(text: str) -> list[str]:
    """Split into sentences, each a verbatim substring of `text` without the white space around it.

    A line break ends a sentence when the line was finished or the next one opens like a sentence or an item of a list; a line
    that a page's width broke goes on.
    Clause numbers (`14.3-1.2.`), initials, abbreviations and dates never end one.
    """
    sentences = (text[start:end] for start, end in _sentence_spans(text))
    return [sentence for sentence in sentences if sentence]


def chunk_text(text: str, *, count_tokens: TokenCount, max_tokens: int = MAX_TOKENS) -> list[str]:
    """Cut into chunks of whole sentences of at most `max_tokens`; every chunk is a verbatim substring, nothing is dropped.

    Only a sentence that is itself too long is cut inside: at a line end, a semicolon, a comma, a space, in this order.
    """
    if max_tokens < 1:
        raise ValueError("max_tokens must be positive")
    if count_tokens(text) <= max_tokens:
        return [text.strip()] if text.strip() else []
    chunks: list[str] = []
    start = end = -1
    for left, right in _sentence_spans(text):
        if start >= 0 and count_tokens(text[start:right]) <= max_tokens:
            end = right
            continue
        if start >= 0:
            chunks.extend(_fit(text[start:end], count_tokens, max_tokens))
        start, end = left, right
    if start >= 0:
        chunks.extend(_fit(text[start:end], count_tokens, max_tokens))
    return chunks


def _fit(chunk: str, count_tokens: TokenCount, max_tokens: int) -> list[str]:
    if count_tokens(chunk) <= max_tokens:
        return [chunk]
    splitter = RecursiveCharacterTextSplitter(
        separators=_SEPARATORS, is_separator_regex=True, keep_separator="end", chunk_size=max_tokens, chunk_overlap=0, length_function=count_tokens
    )
    return splitter.split_text(chunk)


def _sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in _boundaries(text):
        left, right = _trim(text, start, end)
        if left < right:
            yield left, right
        start = end
    left, right = _trim(text, start, len(text))
    if left < right:
        yield left, right


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _boundaries(text: str) -> Iterator[int]:
    start = 0
    stops = iter([*_STOP.finditer(text)])
    stop = next(stops, None)
    for line_start, line_end in _lines(text):
        while stop is not None and stop.end() <= line_end:
            if _ends_sentence(text, start, stop.end()):
                start = stop.end()
                yield start
            stop = next(stops, None)
        if line_end < len(text) and text[line_start:line_end].strip() and _line_ends(text, start, line_end):
            start = line_end
            yield start


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _line_ends(text: str, start: int, line_end: int) -> bool:
    following = text[line_end + 1 : line_end + 80].split("\n", 1)[0]
    if not following.strip() or _LIST_ITEM.match(following):
        return True
    sentence = text[start:line_end].strip()
    if _NUMBERING.fullmatch(sentence) or not _ends_word(sentence) or sentence.endswith(","):
        return False
    if sentence[-1:].isalpha() and _GOES_ON.match(following):
        return False
    return _OPENER.match(following) is not None or _LINE_END.search(sentence) is not None


def _ends_sentence(text: str, start: int, end: int) -> bool:
    sentence = text[start:end].strip()
    following = text[end : end + 80]
    if not following.strip():
        return True
    if _NUMBERING.fullmatch(sentence) or not _OPENER.match(following) or (_SERIES.search(sentence) and following.lstrip()[0].isdigit()):
        return False
    return _ends_word(sentence)


def _ends_word(sentence: str) -> bool:
    """Whether the full stop at the end closes a sentence rather than an abbreviation or initials."""
    sentence = _MARKS_AT_END.sub("", sentence)
    if not sentence.endswith("."):
        return True
    if _TRAILING.search(sentence):
        return True
    if _INITIALS.search(sentence):
        return False
    word = _LAST_WORD.search(sentence)
    return word is None or ("." not in word[1] and not _ABBREVIATION.fullmatch(word[1]))
