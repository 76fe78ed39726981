"""Decides whether the retrieved passages say enough of what was asked."""

import math
from dataclasses import replace

from pilots.answer import AnswerStatus
from pilots.context import Context, Draft
from pilots.evidence import Evidence, searchable, weigh
from pilots.expectation import Expectation
from pilots.lexemes import skeletons
from pilots.reading import ASPECT_WEIGHT
from rag.azerbaijani import lower
from rag.legal import parse_references
from rag.passages import ScoredPassage

KEPT = 3
# A passage is kept beside the best one only when its best sentence tells nearly as much.
NEAR_BEST = 0.8
# A look-up without a law's name finds the article in many laws; each takes one place.
MOST_NAMED = 5
# How sure it is that the best sentence answers: a logistic score over the share of the question's words that it and its headings
# have, its passage's BM25 score (which grows with the number of words asked) and cosine. Fitted on 73 questions that the guides
# answer and 392 that they do not; below the limit the service stays silent.
SURE_COVERAGE = 3.8
SURE_LEXICAL = 0.7
SURE_DENSE = 20.0
SURE_LIMIT = 23.0
# BM25 scores are small in a small corpus; a sentence that says nearly all of the question needs none.
NEARLY_ALL = 0.85
# What the cosine counts for before a passage has its vector.
USUAL_DENSE = 0.83


class ChoosePassages:
    """Keeps the passages that tell most, best first, or declines when none is sure to answer.

    A passage whose article or clause the question names is kept whatever its scores.
    """

    def __init__(self, *, min_coverage: float) -> None:
        """`min_coverage` is the share of the question's words, in [0, 1], below which no score makes up for what is missing."""
        self._min_coverage = min_coverage

    async def __call__(self, context: Context) -> Context | Draft:
        named = [found for found in context.passages if found.is_lookup]
        if named:
            return replace(context, passages=tuple(named[:MOST_NAMED]))
        numbered = [found for found in context.passages if names_all(found, context.question.text)]
        weighed = weigh(numbered, context.reading, earlier=context.earlier.sources if context.earlier else ())
        if needed := Expectation.of(context.reading).needed:
            weighed = [evidence for evidence in weighed if needed.search(lower(evidence.found.passage.text))]
        if not weighed or not self._is_sure(weighed[0], context):
            status = AnswerStatus.UNANSWERABLE_NO_SOURCE if context.reading.is_public_service else AnswerStatus.UNANSWERABLE_OUT_OF_SCOPE
            return Draft(status=status)
        telling = [evidence.found for evidence in weighed if evidence.score >= NEAR_BEST * weighed[0].score]
        return replace(context, passages=tuple({found.passage.id: found for found in telling}.values())[:KEPT])

    def _is_sure(self, best: Evidence, context: Context) -> bool:
        if best.coverage >= NEARLY_ALL:
            return True
        asked = max(1, sum(1 for weight in context.reading.topic.values() if weight > ASPECT_WEIGHT))
        lexical = (best.found.lexical or 0.0) / math.sqrt(asked)
        sureness = SURE_COVERAGE * best.coverage + SURE_LEXICAL * lexical + SURE_DENSE * (best.found.dense or USUAL_DENSE)
        return sureness >= SURE_LIMIT and best.coverage >= self._min_coverage


def names_all(found: ScoredPassage, question: str) -> bool:
    """Tell whether a passage speaks of every article or clause that the question names; True when it names none."""
    asked = parse_references(question)
    if not asked:
        return True
    said = set(skeletons(searchable(found)))
    articles = {reference.article for line in searchable(found).splitlines() for reference in parse_references(line)}
    return all(reference.clause in said if reference.clause else reference.article in articles for reference in asked)
