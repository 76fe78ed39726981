"""The words of a corpus, and queries respelled with them: diacritics, capitals and slips of the fingers."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.azerbaijani import STOP_WORD_SPELLINGS, detect_language, fold, locate, lower, normalise, transliterate_cyrillic
from rag.passages import Passage
from rag.slips import is_habit, is_slip, single
from rag.stemming import word_stem

SURE_STEM: Final = 4
"""An unknown word is taken for a form of a known one when they share a stem of this length."""

WITHIN_SENTENCE: Final = 10
"""How much more a spelling within a sentence counts than one at its start, where the capital says little."""

USUAL_SHARE: Final = 0.05
"""A spelling with a smaller share of a word's occurrences is an error of the corpus («ne» for «nə»)."""

SENTENCE_START: Final = re.compile(r"(?:^|[.!?:;•\n])[\s«»\"“”(—–-]*$")
AZERBAIJANI_LETTER: Final = re.compile("[əğışçöüƏĞŞÇÖÜİ]")
SMALL_LETTER: Final = re.compile("[a-zəğıöşçü]")
SKELETON: Final = str.maketrans("agx", "eqh")
_ALWAYS_RIGHT: Final = frozenset(STOP_WORD_SPELLINGS)
MISH: Final = re.compile(r"(m[ıiuü])s")
BACK_VOWELS: Final = "aıou"
VOWELS: Final = "aıoueəiöü"
AFTER_BACK: Final = str.maketrans("ei", "aı")
AFTER_FRONT: Final = str.maketrans("eau", "əəü")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Folded words of one corpus with the ways they are written there, the most frequent first.

    `skeletons` and `stems` name the most frequent word that a coarser form stands for (a stem's own skeleton is marked by a
    tilde); `buckets` holds the words by first
    letter and length, the candidates for a misspelled one.
    """

    surfaces: Mapping[str, tuple[str, ...]]
    counts: Mapping[str, int]
    skeletons: Mapping[str, str]
    stems: Mapping[str, str]
    buckets: Mapping[tuple[str, int], list[str]]

    @classmethod
    def build(cls, passages: Iterable[Passage]) -> Self:
        """Read the vocabulary of passages: titles, locators and texts; question words are known without them."""
        spellings: dict[str, Counter[str]] = defaultdict(Counter)
        for spelling, count in _spellings(passages).items():
            spellings[fold(spelling)][spelling] += count
        for spelling in STOP_WORD_SPELLINGS:
            spellings[fold(spelling)][spelling] += 1
        counts = {folded: spelled.total() for folded, spelled in spellings.items()}
        by_count = sorted(counts, key=lambda folded: (counts[folded], folded))
        buckets: dict[tuple[str, int], list[str]] = defaultdict(list)
        for folded in by_count:
            buckets[folded[:1], len(folded)].append(folded)
        return cls(
            surfaces={folded: _usual(spelled) for folded, spelled in spellings.items()},
            counts=counts,
            skeletons={_skeleton(folded): folded for folded in by_count},  # the most frequent word is written last
            stems={key: folded for folded in by_count for key in _stem_keys(folded)},
            buckets=dict(buckets),
        )

    def restore(self, query: str) -> str:
        """Return the query as this corpus would spell it; what the corpus does not tell stays as typed.

        For the query's embedding and for additional search terms, never for display. A query in English or Russian is only
        cleaned.
        """
        text = transliterate_cyrillic(normalise(query))
        if detect_language(text) != "az":
            return text
        shouted = SMALL_LETTER.search(text) is None
        careful = AZERBAIJANI_LETTER.search(text) is not None
        parts: list[str] = []
        at = 0
        for word in locate(text):
            parts += [text[at : word.start], self._spell(word.text, shouted=shouted, careful=careful)]
            at = word.end
        parts.append(text[at:])
        if shouted:
            parts[::2] = map(lower, parts[::2])  # endings that were cut off an abbreviation stand between the words
        return "".join(parts)

    def nearest(self, folded: str) -> str | None:
        """Return the corpus word that a folded word stands for: itself, one that sounds alike, or one a slip away.

        None when there is none, and for an unknown form of a known word, which needs no repair.
        """
        if folded in self.counts:
            return folded
        alike = self.skeletons.get(_skeleton(folded))
        if alike is not None and is_habit(folded, alike):
            return alike
        if self._model(word_stem(folded)) is not None:
            return None
        near = [
            (-self.counts[candidate], candidate)
            for length in range(len(folded) - 1, len(folded) + 2)
            for candidate, _, _ in process.extract(
                folded, self.buckets.get((folded[:1], length), ()), scorer=OSA.distance, score_cutoff=1, limit=None
            )
            if is_slip(folded, candidate)
        ]
        return min(near)[1] if near else None

    def _model(self, stem: str) -> str | None:
        """Return the most frequent form of the word with this stem, as the corpus or as a chat message spells it."""
        if not self._is_sure(stem):
            return None
        return self.stems.get(stem) or self.stems.get(f"~{_skeleton(stem)}")

    def _is_sure(self, stem: str) -> bool:
        return len(stem) >= SURE_STEM or any(f"{stem}{vowel}" in self.counts for vowel in ("", *"aeiou"))

    def _spell(self, typed: str, *, shouted: bool, careful: bool) -> str:
        """`careful`: the query has Azerbaijani letters, so a spelling that the corpus knows is meant as typed."""
        folded = fold(typed)
        plain = lower(typed) if shouted else typed
        if not folded.isalpha():
            return typed
        if known := self.nearest(folded):
            spellings = self.surfaces[known]
            if careful:
                spellings = [spelling for spelling in spellings if lower(spelling) == lower(typed)] or spellings
            return spellings[0]
        model = self._model(word_stem(folded))
        return _inflect(self.surfaces[model][0], plain) if model else plain


def _skeleton(folded: str) -> str:
    """What stays of a folded word when e and a, q and g, x and h, single and double letters are not told apart."""
    return single(folded.translate(SKELETON))


def _stem_keys(folded: str) -> tuple[str, str]:
    stem = word_stem(folded)
    return stem, f"~{_skeleton(stem)}"


def _spellings(passages: Iterable[Passage]) -> Counter[str]:
    """Count the words of passages as they are spelled; those within a sentence count `WITHIN_SENTENCE` times."""
    counts: Counter[str] = Counter()
    for passage in passages:
        for text in map(normalise, (passage.title, passage.locator, passage.text)):
            for word in locate(text):
                if word.text.isalpha():
                    small = word.text[0].islower()  # nine words of ten, and never capitalised by their place
                    starts = not small and (word.start == 0 or SENTENCE_START.search(text[max(word.start - 4, 0) : word.start]))
                    counts[word.text] += 1 if starts else WITHIN_SENTENCE
    return counts


def _usual(spelled: Counter[str]) -> tuple[str, ...]:
    """Return the spellings to trust, the most frequent first; those of question words are right however rare they are."""
    least = spelled.total() * USUAL_SHARE
    common = [spelling for spelling, _ in spelled.most_common()]
    return (common[0], *(spelling for spelling in common[1:] if spelled[spelling] >= least or spelling in _ALWAYS_RIGHT))


def _inflect(model: str, typed: str) -> str:
    """Spell a form as another form of the same word is spelled: the shared letters as there, the ending by vowel harmony."""
    shared = 0
    for ours, theirs in zip(fold(typed).translate(SKELETON), fold(model).translate(SKELETON), strict=False):
        if ours != theirs:
            break
        shared += 1
    if len(fold(typed)) != len(typed) or len(fold(model)) != len(model):
        return typed
    return model[:shared] + _harmonise(lower(model[:shared]), fold(typed)[shared:])


def _harmonise(stem: str, ending: str) -> str:
    """Spell a folded ending: its vowels follow the last vowel before them (a ı o u → a ı u, ə e i ö ü → ə i ü)."""
    spelled = ""
    for letter in ending:
        last = next((before for before in reversed(stem + spelled) if before in VOWELS), "e")
        spelled += letter.translate(AFTER_BACK if last in BACK_VOWELS else AFTER_FRONT)
    return MISH.sub(r"\1ş", spelled)
