"""A question's word in the form in which a table writes it, where the two are too short or too far apart to be known as one word."""

import re

SHORT = 2
# «Evin», «evə», «evimi»: the endings of a noun too short for its forms to be compared by their letters.
NOUN_ENDING = re.compile(r"(?:i|im|imi[zn]?|in)?(?:n?[ei]|n?in|n?d[e]n?)?")
INFINITIVE = re.compile(r"(?P<root>.{3,})m(?:eg|ek)(?:l?e?|i|in|e|den)?")
# «Satmaq» and «satış»: what a table calls by a noun, people call by the verb.
ACTION = ("is", "isi", "isin", "ise", "me", "mesi", "ilme", "ilmesi")


# What people call otherwise than a table does.
OTHER_NAMES = {"mesin": "evtomobil", "minik": "evtomobil", "propisk": "geydiyet", "sirket": "mues"}


def as_written(word: str, table: frozenset[str]) -> str:
    """Return the skeleton among those of a table that a question's skeleton stands for, the word itself where there is none."""
    if word in table:
        return word
    if name := next((other for usual, other in OTHER_NAMES.items() if word.startswith(usual)), None):
        return next((own for own in sorted(table) if own.startswith(name)), word)
    base = word[:SHORT]
    if base in table and len(word) > SHORT and NOUN_ENDING.fullmatch(word[SHORT:]):
        return base
    if verb := INFINITIVE.fullmatch(word):
        return next((verb["root"] + ending for ending in ACTION if verb["root"] + ending in table), word)
    return word
