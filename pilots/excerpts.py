"""What is shown for a telling sentence: itself, and on the same line the neighbour that it cannot be read without."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pilots.evidence import ITEM, LEANING, Evidence
from pilots.evidence_features import sentences_of, words_of
from pilots.expectation import NUMBER
from rag.azerbaijani import STOP_WORDS, lower

REPEATS: Final = 0.55
"""A sentence of whose words no more than this share is new to the question says little: what it opens is said by the next one."""

LONGEST: Final = 45
"""In words: a line of two sentences that gets longer is shown as the one sentence."""

SAME: Final = 0.9
"""A line with this share of its words in a line before it repeats that one: chunks overlap."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One line of an answer: `places` are those of its sentences in their passage, one behind the other."""

    evidence: Evidence
    places: tuple[int, ...]

    @property
    def text(self) -> str:
        sentences = sentences_of(self.evidence.found.passage)
        return " ".join(sentences[place] for place in self.places)


def excerpts_of(ranked: Sequence[Evidence], asked: frozenset[str]) -> Iterator[Excerpt]:
    """Yield the lines in the order of the ranked sentences; no line repeats what one before it shows.

    `asked` are the stem keys of a whole question's telling words; empty for a short one, whose lines lead up to nothing.
    """
    shown: list[frozenset[str]] = []
    taken: set[tuple[str, int]] = set()
    for evidence in ranked:
        passage = evidence.found.passage
        if (passage.id, evidence.place) in taken:
            continue
        own = words_of(evidence.text).own
        if any(len(own & other) >= SAME * len(own) for other in shown):
            continue
        places = tuple(place for place in places_of(evidence, asked) if (passage.id, place) not in taken)
        excerpt = Excerpt(evidence, places)
        taken.update((passage.id, place) for place in places)
        shown.append(words_of(excerpt.text).own)
        yield excerpt


def places_of(evidence: Evidence, asked: frozenset[str]) -> tuple[int, ...]:
    """Return the places of a sentence, of the one that it points back to and of those that it leads up to."""
    sentences = sentences_of(evidence.found.passage)
    first = last = evidence.place
    if first and LEANING.match(sentences[first]):
        first -= 1
    while last + 1 < len(sentences) and _leads_up(evidence, sentences[evidence.place : last + 1], sentences[last + 1], asked):
        last += 1
    return tuple(range(first, last + 1))


def _leads_up(evidence: Evidence, said: Sequence[str], following: str, asked: frozenset[str]) -> bool:
    """Tell whether the last sentence does little more than repeat the question, and the next one, no item or clause of its own, can follow.

    Beside the number that was asked for no other number is shown.
    """
    if not asked or said[-1].endswith(":") or ITEM.match(following) or (evidence.expected and NUMBER.search(lower(following))):
        return False
    spoken = words_of(said[-1]).keys
    new = sum(key not in asked and key not in STOP_WORDS for key in spoken)
    length = sum(len(words_of(sentence).keys) for sentence in (*said, following))
    return new <= REPEATS * len(spoken) and length <= LONGEST
