"""A key that the inflected forms of one word share. For matching only: a key is no word («şəhərdə» gives `seher`)."""

import re
from functools import lru_cache
from typing import Final

LONGEST_KEY: Final = 6
"""Forms of long words differ in derivation that no ending list covers; six letters won on retrieval among 5, 6, 7 and no limit."""

ENDINGS: Final = re.compile(
    r"(?P<stem>.{3,}?)"
    r"(?:l[ae]r)?"  # plural
    r"(?:[iu]m[iu]z|[iu]n[iu]z|m[iu]z|n[iu]z|[iu]m|[iu]n|s[iu]|[iu]|m|n)?"  # possessive
    r"(?:n?[iu]n|[ny]?[iu]|[ny]?[ae]|n?d[ae]n?|[yn]?l[ae]|c[ae])?"  # case
    r"(?:k[iu]l[ae]r|k[iu])?"  # «-dakı»
    r"(?:d[iu]r|[iu]?di|m[iu]s|s[ae])?"  # copula
)
"""One chain of nominal endings after a stem of at least three letters; the lazy stem lets the longest chain win."""


@lru_cache(maxsize=100_000)
def word_stem(folded_word: str) -> str:
    """Return a folded word without its endings; a word with a digit unchanged.

    The final consonant that softens before a vowel is levelled (uşaq, uşağı → `usak`), so a stem may end in a letter that no
    form of the word has.
    """
    if any(letter.isdigit() for letter in folded_word):
        return folded_word
    match = ENDINGS.fullmatch(folded_word)
    stem = match["stem"] if match else folded_word
    return stem[:-1] + "k" if len(stem) > 2 and stem[-1] in "qgy" else stem


def stem_key(folded_word: str) -> str:
    """Return the first letters of the stem; of a word with a digit the word itself."""
    stem = word_stem(folded_word)
    return stem if any(letter.isdigit() for letter in stem) else stem[:LONGEST_KEY]
