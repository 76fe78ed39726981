"""Whether the quotes behind a sentence say it, by the checks that the guard uses on generated sentences."""

from collections.abc import Mapping
from functools import lru_cache

from pilots.answer import Citation, Sentence
from pilots.grounding.connectives import load_connectives
from pilots.grounding.rows import Evidence, read_evidence
from pilots.grounding.verdict import judge
from rag.azerbaijani import lower
from rag.passages import Passage


def is_grounded(sentence: Sentence, citations: Mapping[int, Citation]) -> bool:
    """Tell whether a sentence stands in a quote that it cites, word for word, or is supported by its quotes together.

    A heading before a quoted line («Dövlət rüsumu: …») may come from the citation's own title or place.
    """
    cited = [citations[n] for n in sentence.citations if n in citations]
    if not cited:
        return False
    said = _plain(sentence.text)
    if any(said in _plain(f"{citation.title} {citation.locator} {citation.quote}") for citation in cited):
        return True
    evidence = [_evidence(citation) for citation in cited]
    return judge(sentence.text, evidence, connectives=load_connectives()).is_supported


def _plain(text: str) -> str:
    return " ".join(lower(text).split()).rstrip(".")


@lru_cache(maxsize=10_000)
def _evidence(citation: Citation) -> Evidence:
    return read_evidence(
        Passage(id="", pilot="", source_id=citation.source_id, title=citation.title, locator=citation.locator, text=citation.quote, url=citation.url)
    )
