"""Decides whether the retrieved passages say enough of what was asked."""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Self

from pilots.answer import AnswerStatus, Focus
from pilots.confidence import passage_confidence
from pilots.context import Context, Draft
from pilots.evidence import Evidence, certainty, rank, weigh
from pilots.evidence_model import load_evidence_model
from pilots.manifest import Retrieval
from pilots.naming import is_law_named, names_all
from pilots.reading import ASPECT_WEIGHT
from rag.legal import parse_references
from rag.passages import ScoredPassage

KEPT = 3
# A passage is kept beside the best one, and a law beside the likeliest, only when its best sentence tells nearly as much.
NEAR_BEST = 0.8
# How sure it is that the best sentence answers: a logistic score over the share of the question's words that it and its headings
# have, its passage's BM25 score by the square root of the number of words asked, and its cosine. Fitted on 73 questions that the
# guides answer and 392 that they do not; below the limit the service stays silent. BM25 grows with the corpus, hence its cap.
SURE_COVERAGE = 4.0
SURE_LEXICAL = 1.2
MOST_LEXICAL = 8.0
SURE_DENSE = 30.0
SURE_LIMIT = 34.8
# Before a passage has its vector the cosine counts for this, and the words must tell more.
USUAL_DENSE = 0.83
UNMEASURED_COVERAGE = 0.5
# Of a question in another language so much must have been understood.
LEAST_UNDERSTOOD = 0.6
# BM25 scores are small in a small corpus; a sentence that says nearly all of a question of several words needs none.
NEARLY_ALL = 0.85
SEVERAL_WORDS = 3


class ChoosePassages:
    """Keeps the passages that tell most, best first; asks when an article of several laws is meant; declines when none is sure to answer.

    A passage whose article or clause the question names is kept whatever its scores.
    """

    def __init__(self, *, min_coverage: float, min_certainty: float = 0.0) -> None:
        """`min_coverage` is the share of the question's words, in [0, 1], below which no score makes up for what is missing.

        `min_certainty` is the least estimated chance, in [0, 1), that the passages answer.
        """
        self._min_coverage = min_coverage
        self._min_certainty = min_certainty
        self._model = load_evidence_model()

    @classmethod
    def with_limits(cls, retrieval: Retrieval) -> Self:
        """Return the step with the limits of a manifest."""
        return cls(min_coverage=retrieval.min_coverage, min_certainty=retrieval.min_certainty)

    async def __call__(self, context: Context) -> Context | Draft:
        named = [found for found in context.passages if found.is_lookup]
        if named:
            return self._settle(context, named)
        weighed = self._weigh(context, [found for found in context.passages if names_all(found, context.asked)])
        chance = self._model.chance(certainty(context.passages, weighed[0], context.search_text)) if weighed else 0.0
        if not weighed or not self._is_sure(weighed[0], context) or chance < self._min_certainty:
            status = AnswerStatus.UNANSWERABLE_NO_SOURCE if context.reading.is_public_service else AnswerStatus.UNANSWERABLE_OUT_OF_SCOPE
            return Draft(status=status)
        telling = [evidence.found for evidence in weighed if evidence.score >= NEAR_BEST * weighed[0].score]
        kept = dict(islice({found.passage.id: found for found in telling}.items(), KEPT))
        return replace(
            context,
            passages=tuple(kept.values()),
            ranked=tuple(one for one in weighed if one.found.passage.id in kept),
            confidence=passage_confidence(weighed[0].found.dense or USUAL_DENSE),
            certainty=chance,
        )

    def _weigh(self, context: Context, passages: Sequence[ScoredPassage]) -> list[Evidence]:
        return rank(passages, context.reading, context.search_text, earlier=context.earlier.sources if context.earlier else ())

    def _settle(self, context: Context, named: Sequence[ScoredPassage]) -> Context | Draft:
        """Keep the named article of one law; when the question leaves open which law it means, ask."""
        references = parse_references(context.search_text)
        is_open = any(reference.explicit and not reference.clause for reference in references) and not any(map(is_law_named, references))
        if not is_open or len({found.passage.source_id for found in named}) == 1:
            return replace(context, passages=tuple(named))
        weighed = weigh(named, context.reading, earlier=context.earlier.sources if context.earlier else ())
        likely = [evidence.found for evidence in weighed if evidence.score >= NEAR_BEST * weighed[0].score]
        laws = {found.passage.source_id: found.passage for found in likely or named}
        if len(laws) == 1:
            (source,) = laws
            of_law = (found for found in context.passages if (found.passage.source_id, found.passage.section) == (source, laws[source].section))
            return replace(context, passages=tuple(replace(found, is_lookup=True) for found in of_law))
        options = tuple(f"{passage.title}, Maddə {passage.section}" for passage in laws.values())
        return Draft(status=AnswerStatus.CLARIFICATION, options=options, focus=Focus(sources=tuple(laws), aspects=context.reading.aspects))

    def _is_sure(self, best: Evidence, context: Context) -> bool:
        if context.reading.understood < LEAST_UNDERSTOOD:
            return False
        if best.coverage < (self._min_coverage if best.found.dense else max(self._min_coverage, UNMEASURED_COVERAGE)):
            return False
        if best.coverage >= NEARLY_ALL and len(best.words) >= SEVERAL_WORDS:
            return True
        asked = max(1, sum(1 for weight in context.reading.topic.values() if weight > ASPECT_WEIGHT))
        lexical = min((best.found.lexical or 0.0) / math.sqrt(asked), MOST_LEXICAL)
        return SURE_COVERAGE * best.coverage + SURE_LEXICAL * lexical + SURE_DENSE * (best.found.dense or USUAL_DENSE) >= SURE_LIMIT
