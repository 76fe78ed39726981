"""What the classifier sees of an appeal besides its vector: beginnings of its words, and the cues of the topics."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from pilots.lexemes import Lexicon, skeleton
from pilots.personal_data import MASKS
from rag.azerbaijani import STOP_WORDS, fold, lower, normalise, transliterate_cyrillic, words

STEM_LETTERS = 5
"""Azerbaijani hangs its endings on: five letters of «sayğacımın» are «saygac» in every case and number, near enough."""

_MASK = re.compile("|".join(re.escape(mask) for mask in MASKS.values()))


def plain_text(redacted: str) -> str:
    """Return a redacted appeal as the model reads it: without masks, in Latin letters where it is Azerbaijani, in small letters."""
    return lower(transliterate_cyrillic(_MASK.sub(" ", normalise(redacted))))


def content_words(redacted: str) -> list[str]:
    """Return the skeletons of the words that say something, in order."""
    return [skeleton(word) for word in words(plain_text(redacted)) if len(word) > 1 and not word[0].isdigit() and fold(word) not in STOP_WORDS]


def word_stems(redacted: str) -> Counter[str]:
    """Return how often each word's beginning stands in the appeal."""
    return Counter(word[:STEM_LETTERS] for word in content_words(redacted))


def cue_words(redacted: str, cues: Lexicon) -> dict[str, list[str]]:
    """Return the words of the appeal that speak for a topic, by topic, each once, as they are written there."""
    written = words(plain_text(redacted))
    tokens = [skeleton(word) for word in written]
    found: dict[str, dict[str, None]] = {}
    for occurrence in cues.occurrences(tokens):
        found.setdefault(occurrence.label, {})[" ".join(written[occurrence.start : occurrence.end])] = None
    return {topic: list(listed) for topic, listed in found.items()}


def cue_strengths(found: Mapping[str, Sequence[str]], topics: Sequence[str]) -> list[float]:
    """Return how strongly the cues speak for each topic, in [0, 1]: one word half, each further one half of what is left."""
    return [1.0 - 0.5 ** len(found.get(topic, ())) for topic in topics]
