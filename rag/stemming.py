"""A key that the inflected forms of one word share. For matching only: a key is no word («vəsiqəsi» gives `vesik`)."""

import re
from functools import lru_cache
from typing import Final

LONGEST_KEY: Final = 6
"""Long words differ in derivations that no list of endings covers. On retrieval six letters won over five, seven and no limit."""

ENDINGS: Final = re.compile(
    r"(?P<stem>.{3,}?)"
    r"(?:l[ae]r)?"  # plural
    r"(?:[iu]m[iu]z|[iu]n[iu]z|m[iu]z|n[iu]z|[iu]m|[iu]n|s[iu]|[iu]|m|n)?"  # possessive
    r"(?:n?[iu]n|[ny]?[iu]|[ny]?[ae]|n?d[ae]n?|[yn]?l[ae]|c[ae])?"  # case
    r"(?:k[iu]l[ae]r|k[iu])?"  # «-dakı»
    r"(?:d[iu]r|[iu]?di|m[iu]s)?"  # copula
)
"""One chain of nominal endings after a stem of at least three letters; the lazy stem lets the longest chain win."""


@lru_cache(maxsize=100_000)
def word_stem(folded_word: str) -> str:
    """Return a folded word without its endings; a word with a digit unchanged.

    What forms of one word do not share is levelled: a final vowel goes (vəsiqə, vəsiqəsi → `vesik`) and a consonant that
    softens becomes k (uşaq, uşağı → `usak`). A stem may therefore end as no form of the word does.
    """
    if any(letter.isdigit() for letter in folded_word):
        return folded_word
    match = ENDINGS.fullmatch(folded_word)
    stem = match["stem"] if match else folded_word
    if len(stem) > 3 and stem[-1] in "aeiou":
        stem = stem[:-1]
    return stem[:-1] + "k" if len(stem) > 2 and stem[-1] in "qgy" else stem


def stem_key(folded_word: str) -> str:
    """Return the first letters of the stem; of a word with a digit the word itself."""
    stem = word_stem(folded_word)
    return stem if any(letter.isdigit() for letter in stem) else stem[:LONGEST_KEY]
