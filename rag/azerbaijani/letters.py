"""Case and search folding. Python's own case mapping gives i + U+0307 for İ and loses ı."""

import re
import unicodedata
from typing import Final

from rag.azerbaijani.script import normalise

FOLDED: Final = str.maketrans({"ə": "e", "ı": "i", "ş": "s", "ğ": "g", "ç": "c", "ö": "o", "ü": "u", "w": "s", "ø": "o", "æ": "e"})
CHAT_DIGRAPH: Final = re.compile(r"([scg])h+")


def lower(text: str) -> str:
    """Lower-case as Azerbaijani does: İ → i, I → ı."""
    return text.replace("I\u0307", "i").replace("İ", "i").replace("I", "ı").lower()


def upper(text: str) -> str:
    """Upper-case as Azerbaijani does: i → İ, ı → I."""
    return text.replace("i\u0307", "İ").replace("i", "İ").replace("ı", "I").upper()


def fold(text: str) -> str:
    """Return the search form: equal for every usual way to type the same words. Idempotent.

    Lower case, no diacritics (ə→e ş→s ı→i ö→o ü→u ğ→g ç→c), chat digraphs as the letter they stand for (w, sh→s; ch→c; gh→g).
    Sound only when both sides are folded, and never for display or grading: «ab» stays «ab», but «qız» meets «qiz».
    """
    folded = _fold(text)
    return folded if folded.isascii() else _fold(folded)  # composed letters of other alphabets come apart in the first pass


def _fold(text: str) -> str:
    text = normalise(text)
    text = text.lower() if text.isascii() else _without_marks(lower(_without_marks(text)))
    return CHAT_DIGRAPH.sub(r"\1", text.translate(FOLDED))


def _without_marks(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
