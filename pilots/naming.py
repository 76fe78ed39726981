"""Whether a passage speaks of the article or clause that a question names."""

from pilots.evidence import contains, searchable
from pilots.lexemes import skeleton, skeletons
from rag.legal import ArticleReference, parse_references
from rag.legal.references import is_code_word
from rag.passages import ScoredPassage

# Words between a law's own name and «qanun» or «məcəllə»: «Rabitə haqqında Azərbaycan Respublikasının Qanunu».
BETWEEN = ("haqqinda", "barede", "dair", "azerbaycan", "respublikasi")


def names_all(found: ScoredPassage, question: str) -> bool:
    """Tell whether a passage speaks of every article and clause that the question names, in the law that it names.

    True when it names none. The same number stands in every law: «maddə 12» of another law is no answer.
    """
    return all(_is_named(reference, found) for reference in parse_references(question))


def is_law_named(reference: ArticleReference) -> bool:
    """Tell whether the question says in which law the article stands."""
    return law_word(reference) is not None


def law_word(reference: ArticleReference) -> str | None:
    """Return the skeleton of the word that tells the named law from others («əmək», «xətalar»), None when no law is named."""
    name: str | None = None
    for word in reference.law_words:
        if is_code_word(word):
            return skeleton(word if word.startswith("konstitusiya") else name) if name or word.startswith("konstitusiya") else None
        if not word.startswith(BETWEEN):
            name = word
    return None


def _is_named(reference: ArticleReference, found: ScoredPassage) -> bool:
    law = law_word(reference)
    title = frozenset(skeletons(found.passage.title))
    whole = frozenset(skeletons(searchable(found)))
    if reference.clause:
        return reference.clause in whole and (law is None or contains(whole, law))
    lines = [line for line in searchable(found).splitlines() if any(said.article == reference.article for said in parse_references(line))]
    return any(law is None or contains(title | frozenset(skeletons(line)), law) for line in lines)
