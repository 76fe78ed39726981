"""The only way from what a model proposes to what a person sees."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pilots.answer import Sentence, SentenceKind
from pilots.grounding.ambiguity import is_ambiguous
from pilots.grounding.claims import read_claims
from pilots.grounding.connectives import load_connectives
from pilots.grounding.rows import Evidence, all_rows, content_stems, is_form
from pilots.grounding.verdict import Reason, judge
from pilots.lexemes import Lexicon, skeletons
from pilots.personal_data import find_personal_data
from rag.azerbaijani import normalise
from rag.chunking import split_sentences

LONGEST_SENTENCE = 500
UNFINISHED = ("…", "...")
LEADING_MARK = re.compile(r"^\s*(?:[-–—•*+]\s+|#{1,6}\s+)")
EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")
CITATION_MARK = re.compile(r"\s*\[\d{1,2}(?:\s*,\s*\d{1,2})*\](?=\s*[.!?;,]|\s*$)")


@dataclass(frozen=True, slots=True)
class Withheld:
    reason: Reason


class SentenceGuard:
    """Judges the sentences of one answer by the sources that were found for it, and by nothing else."""

    def __init__(self, evidence: Mapping[int, Evidence], *, question: str, least_coverage: float, forbidden_terms: Sequence[str] = ()) -> None:
        """`evidence` is by citation number. `question` is the asker's text: personal data that stands in it may be said back.

        `forbidden_terms` are written as word lists are: beginnings of words, a leading = for the whole word.
        """
        self._evidence = evidence
        self._given = _squeezed(question)
        self._least_coverage = least_coverage
        self._forbidden = Lexicon({Reason.FORBIDDEN: forbidden_terms}, forgiving=False)
        self._connectives = load_connectives()

    def admit(self, text: str, citations: Sequence[int]) -> tuple[list[Sentence], Withheld | None]:
        """Return the sentences of a text when all of them may be shown; else none, and why the first that may not is withheld.

        What is shown is what was judged: the text without emphasis and list marks, in composed letters, on one line.
        """
        sentences = split_sentences(plain(text)) or [""]
        for sentence in sentences:
            if reason := self._fault(sentence, citations):
                return [], Withheld(reason)
        return [Sentence(text=sentence, kind=SentenceKind.FACT, citations=tuple(citations)) for sentence in sentences], None

    def supports(self, text: str, n: int) -> bool:
        """Tell whether one source alone carries a text that may be shown."""
        admitted, withheld = self.admit(text, (n,))
        return bool(admitted) and withheld is None

    def _fault(self, sentence: str, citations: Sequence[int]) -> Reason | None:
        if len(sentence) > LONGEST_SENTENCE:
            return Reason.LENGTH
        if not any(letter.isalpha() for letter in sentence) or sentence.endswith(UNFINISHED):
            return Reason.WORDS
        if not citations or any(n not in self._evidence for n in citations):
            return Reason.UNCITED
        cited = [self._evidence[n] for n in citations]
        verdict = judge(sentence, cited, connectives=self._connectives, least_coverage=self._least_coverage)
        if verdict.reason:
            return verdict.reason
        if not self._says_something(sentence, cited):
            return Reason.WORDS
        if is_ambiguous(sentence, all_rows(cited), all_rows([*self._evidence.values()]), connectives=self._connectives):
            return Reason.AMBIGUOUS
        if self._exposes(sentence, cited):
            return Reason.PERSONAL_DATA
        return Reason.FORBIDDEN if self._forbidden.labels(skeletons(sentence)) else None

    def _says_something(self, sentence: str, cited: Sequence[Evidence]) -> bool:
        """Tell whether the sentence says anything of a row: the heading alone is no fact, though every word of it stands in the source."""
        claims = read_claims(sentence)
        if claims.quantities or claims.urls or claims.emails or claims.phones:
            return True
        own = {stem for row in all_rows(cited) for stem in content_stems(row.text)}
        content = content_stems(sentence) - self._connectives or content_stems(sentence)
        return any(stem in own or is_form(stem, frozenset(own)) for stem in content)

    def _exposes(self, sentence: str, cited: Sequence[Evidence]) -> bool:
        """Tell whether the sentence holds personal data that neither its sources nor the asker gave."""
        known = self._given + "\n" + "\n".join(_squeezed(row.text) for row in all_rows(cited))
        return any(_squeezed(sentence[span.start : span.end]) not in known for span in find_personal_data(sentence))


def plain(text: str) -> str:
    """Return a text on one line without emphasis, list and citation marks; any other markup stays, and is a reason to withhold."""
    text = LEADING_MARK.sub("", " ".join(normalise(text).split()))
    return CITATION_MARK.sub("", EMPHASIS.sub(r"\2", text)).strip()


def _squeezed(text: str) -> str:
    return re.sub(r"[\s()-]", "", normalise(text)).lower()
