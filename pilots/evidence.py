"""How much of a question a passage or a sentence answers, by its words."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pilots.lexemes import skeletons
from pilots.matching import similarity

SAME_WORD = 0.7
# A question for a number prefers a sentence that has one; a further sentence must add this share of the question's words.
NUMBER_BONUS = 0.1
SECOND_SENTENCE_GAIN = 0.12


@dataclass(frozen=True, slots=True)
class WordWeights:
    """The topic words of a question and how much each tells the retrieved passages apart; the weights sum to 1."""

    weights: Mapping[str, float]

    @classmethod
    def among(cls, topic: Mapping[str, float], texts: Iterable[str]) -> "WordWeights":
        """Weigh words by their rarity among texts: a word that every candidate has tells nothing, one that none has tells most."""
        spoken = [frozenset(skeletons(text)) for text in texts]
        raw: dict[str, float] = {}
        for word, weight in topic.items():
            holders = sum(1 for own in spoken if contains(own, word))
            raw[word] = weight * math.log(1 + (len(spoken) + 1) / (holders + 0.5))
        total = sum(raw.values())
        return cls({word: weight / total for word, weight in raw.items()} if total else {})

    def found_in(self, text: str) -> dict[str, float]:
        """Return the words that a text contains in any form, with their weights."""
        own = frozenset(skeletons(text))
        return {word: weight for word, weight in self.weights.items() if contains(own, word)}

    def coverage(self, text: str) -> float:
        """Return the weighted share of the question's words that a text contains, in [0, 1]; 0 for a question without words."""
        return sum(self.found_in(text).values())


def contains(own: frozenset[str], word: str) -> bool:
    """Tell whether a form of the word is among the skeletons of a text."""
    return word in own or any(similarity(word, token) >= SAME_WORD for token in own)


def best_sentences(sentences: Sequence[str], words: WordWeights, *, asks_number: bool, limit: int) -> list[int]:
    """Return the places of the sentences that tell most, in reading order: the best one, then those that add new words."""
    found = [words.found_in(sentence) for sentence in sentences]
    bonus = [NUMBER_BONUS if asks_number and any(letter.isdigit() for letter in sentence) else 0.0 for sentence in sentences]
    chosen: list[int] = []
    told: set[str] = set()
    while len(chosen) < min(limit, len(sentences)):
        gains = {
            place: sum(weight for word, weight in found[place].items() if word not in told) + (0.0 if chosen else bonus[place])
            for place in range(len(sentences))
            if place not in chosen
        }
        best = max(gains, key=lambda place: gains[place])
        if gains[best] <= (SECOND_SENTENCE_GAIN if chosen else 0.0):
            break
        chosen.append(best)
        told |= found[best].keys()
    return sorted(chosen)
