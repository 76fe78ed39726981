"""Does a key group the forms of one word, and only those? Pairwise scores against UniMorph's Azerbaijani table.

python -m evaluation.stemming DIR     (DIR holds aze.tsv: lemma, form, features)
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from rag.azerbaijani import fold
from rag.stemming import stem_key


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingScore:
    """Over pairs of forms, all in [0, 1]. Precision is 1 when no pair was grouped."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def load_forms(folder: Path) -> dict[str, set[str]]:
    """Return folded form → its folded lemmas; a lemma counts as a form of itself."""
    lemmas: dict[str, set[str]] = defaultdict(set)
    for line in (folder / "aze.tsv").read_text(encoding="utf-8").splitlines():
        columns = line.split("\t")
        if len(columns) >= 2:
            lemma, form = fold(columns[0]), fold(columns[1])
            lemmas[form].add(lemma)
            lemmas[lemma].add(lemma)
    return dict(lemmas)


def score_grouping(key: Callable[[str], str], lemmas: Mapping[str, set[str]]) -> GroupingScore:
    """Compare the pairs that share a key with the pairs that share a lemma."""
    wanted = _pairs((form, lemma) for form, owners in lemmas.items() for lemma in owners)
    grouped = _pairs((form, key(form)) for form in lemmas)
    right = len(wanted & grouped)
    return GroupingScore(precision=right / len(grouped) if grouped else 1.0, recall=right / len(wanted) if wanted else 1.0)


def _pairs(memberships: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for form, group in memberships:
        groups[group].append(form)
    return {pair for forms in groups.values() for pair in combinations(sorted(forms), 2)}


def main() -> None:
    lemmas = load_forms(Path(sys.argv[1]))
    keys: dict[str, Callable[[str], str]] = {"prefix-5": lambda word: word[:5], "stem_key": stem_key}
    for name, key in keys.items():
        score = score_grouping(key, lemmas)
        sys.stdout.write(f"{name:9} precision {score.precision:.3f}  recall {score.recall:.3f}  F1 {score.f1:.3f}\n")


if __name__ == "__main__":
    main()
