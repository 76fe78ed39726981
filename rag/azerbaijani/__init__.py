"""Azerbaijani text: cleaning, case, search folding, words and language."""

from rag.azerbaijani.language import Language, detect_language
from rag.azerbaijani.letters import fold, lower, upper
from rag.azerbaijani.script import looks_azerbaijani, normalise, transliterate_cyrillic
from rag.azerbaijani.stop_words import STOP_WORD_SPELLINGS, STOP_WORDS
from rag.azerbaijani.words import Word, is_suffix, locate, words

__all__ = [
    "STOP_WORDS",
    "STOP_WORD_SPELLINGS",
    "Language",
    "Word",
    "detect_language",
    "fold",
    "is_suffix",
    "locate",
    "looks_azerbaijani",
    "lower",
    "normalise",
    "transliterate_cyrillic",
    "upper",
    "words",
]
