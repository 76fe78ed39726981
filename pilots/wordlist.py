"""Which words a pilot can meet: the forms it has read, how often, and the roots that may carry endings it has not read."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict

from pilots.endings import is_noun_ending, is_verb_ending
from pilots.lexemes import skeleton
from rag.azerbaijani import lower

BACK: Final = frozenset("aıou")

SHORTEST_ROOT: Final = 3
"""A root of the sources shorter than this is the beginning of too many words; common words may have two letters."""

SHORTEST_STEM: Final = 4
"""What is left of at least two forms when their endings are cut off is a root from this length on."""

COMMON_ENDINGS: Final = 4.0
"""How rare, in natural logarithms, the endings may be that make a stem known."""

INFINITIVE: Final = ("mek", "meg")
SOFTENED: Final = {"k": "y", "t": "d"}
"""A root's last letter before a vowel: «çörək», «çörəyi»; «getmək», «gedir»."""

WEIGHTS: Final = {"exact": 60, "verbs": 25, "nouns": 25}
"""For how many occurrences a common word counts."""

DERIVED: Final = 1.0
"""How much less likely, in natural logarithms, a form is that was built and not read, with the commonest of endings."""

RARE_ENDING: Final = 0.4
"""How much the rarity of its ending counts."""


class CommonWords(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    verbs: str
    nouns: str
    exact: str

    def counted(self) -> Iterator[tuple[str, int]]:
        """Yield each word, some twice, and for how many occurrences it counts."""
        for words, weight in ((self.exact, WEIGHTS["exact"]), (self.verbs, WEIGHTS["verbs"]), (self.nouns, WEIGHTS["nouns"])):
            yield from ((word, weight) for word in dict.fromkeys(words.split()))


@cache
def load_common_words() -> CommonWords:
    return CommonWords.model_validate(yaml.safe_load((Path(__file__).parent / "common_words.yaml").read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Parse:
    """A word as a root, the way it is written, and an ending (a skeleton). `likelihood` is in natural logarithms up to a constant."""

    likelihood: float
    root: str
    ending: str

    @property
    def written(self) -> str:
        return self.root + harmonised(self.root, self.ending)


def harmonised(root: str, ending: str) -> str:
    """Write the skeleton of an ending with the vowels and consonants that a written root asks for."""
    is_back = next((letter in BACK for letter in reversed(root) if letter in "aıoueəiöü"), False)
    written = ending.replace("e", "a" if is_back else "ə").replace("i", "ı" if is_back else "i")
    written = re.sub(r"m([ıiuü])s", r"m\1ş", written if is_back else written.replace("u", "ü"))
    return re.sub(r"g(?=[aəıiuü])", "ğ", written).replace("g", "q")


class WordList:
    """Forms and roots as skeletons, each with the ways it is written."""

    def __init__(self, written: Mapping[str, int], *, common: CommonWords) -> None:
        """`written` are the words of vocabulary and sources with their occurrences, `common` those of the language."""
        self._count: Counter[str] = Counter()
        self.spellings: dict[str, Counter[str]] = defaultdict(Counter)
        for word, count in (*written.items(), *common.counted()):
            self._count[skeleton(word)] += count
            self.spellings[skeleton(word)][word] += count
        bases = {skeleton(word) for word in (*common.nouns.split(), *common.verbs.split())}
        self._nouns: dict[str, Counter[str]] = defaultdict(Counter)
        self._verbs: dict[str, Counter[str]] = defaultdict(Counter)
        for form in self._count:
            if form.isalpha() and (len(form) >= SHORTEST_ROOT or form in bases):
                for spelling, count in self.spellings[form].items():
                    self._add(self._nouns, form, count, spelling)
                    if form.endswith(INFINITIVE) and len(form) > len(INFINITIVE[0]) + 1:
                        self._add(self._verbs, form[:-3], count, spelling[:-3])
        self._openings = {root[:size] for roots in (self._nouns, self._verbs) for root in roots for size in range(2, len(root) + 1)}
        endings = Counter(form[size:] for form in self._count for size, _ in self._splits(form))
        most = max(endings.values(), default=1)
        self._rarity = defaultdict(lambda: math.log1p(most), {ending: math.log1p(most) - math.log(count) for ending, count in endings.items()})
        self._add_stems(set(map(skeleton, common.exact.split())))
        self._openings |= {root[:size] for roots in (self._nouns, self._verbs) for root in roots for size in range(2, len(root) + 1)}

    def _splits(self, word: str) -> Iterator[tuple[int, Counter[str]]]:
        """Yield the places where a root of a kind ends and an ending of that kind begins, with the spellings of the root."""
        for size in range(2, len(word)):
            root = word[:size]
            if root not in self._openings:
                return
            if (noun := self._nouns.get(root)) and is_noun_ending(root, word[size:]):
                yield size, noun
            if (verb := self._verbs.get(root)) and is_verb_ending(root, word[size:]):
                yield size, verb

    def _add(self, roots: dict[str, Counter[str]], root: str, count: int, written: str) -> None:
        roots[root][lower(written)] += count
        if (soft := SOFTENED.get(root[-1])) and len(root) > 1:
            roots[root[:-1] + soft][lower(written)[:-1] + soft] += count

    def _add_stems(self, closed: set[str]) -> None:
        """Add as roots what several forms have in common although none of them is bare («kupçanı», «kupçası»); `closed` forms have none."""
        unexplained = [form for form in sorted(self._count.keys() - closed) if form.isalpha() and next(self._splits(form), None) is None]
        for is_ending, roots in ((is_noun_ending, self._nouns), (is_verb_ending, self._verbs)):
            forms: dict[str, list[str]] = defaultdict(list)
            for form in unexplained:
                for size in range(len(form) - 1, SHORTEST_STEM - 1, -1):
                    if is_ending(form[:size], form[size:]):
                        if form[:size] in roots:
                            break
                        forms[form[:size]].append(form)
            for stem, having in sorted(forms.items()):
                if len(having) > 1 and sum(self._rarity[form[len(stem) :]] for form in having) < COMMON_ENDINGS * len(having):
                    written = min(map(self.spelling, having))
                    self._add(roots, stem, sum(self._count[form] for form in having), written[: len(stem)])

    def has(self, word: str) -> bool:
        """Tell whether just this form was read."""
        return word in self._count

    def __iter__(self) -> Iterator[str]:
        return iter(self._count)

    def spelling(self, form: str) -> str:
        """Return the usual spelling of a form that was read."""
        return self.spellings[form].most_common(1)[0][0]

    def parses(self, word: str) -> Iterator[Parse]:
        """Yield the ways in which a word is a form of something, the word itself first when it was read."""
        for spelling, count in self.spellings[word].items() if word in self._count else ():
            yield Parse(math.log1p(count), spelling, "")
        for size, roots in self._splits(word):
            for root, count in roots.items():
                yield Parse(math.log1p(count) - DERIVED - RARE_ENDING * self._rarity[word[size:]], root, word[size:])
