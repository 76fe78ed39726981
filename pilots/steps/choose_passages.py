"""Decides whether the retrieved passages say enough of what was asked."""

from dataclasses import replace

from pilots.answer import AnswerStatus
from pilots.context import Context, Draft
from pilots.evidence import WordWeights
from rag.passages import ScoredPassage

KEPT = 3
# A passage is kept beside the best one only when it says nearly as much of the question.
NEAR_BEST = 0.8


class ChoosePassages:
    """Keeps the best passages, best first, or declines when none covers `min_coverage` of the question's words."""

    def __init__(self, *, min_coverage: float) -> None:
        self._min_coverage = min_coverage

    async def __call__(self, context: Context) -> Context | Draft:
        passages = context.passages
        if passages and passages[0].is_lookup:
            named = tuple(found for found in passages if found.is_lookup)
            return replace(context, passages=named[:KEPT])
        words = WordWeights.among(context.reading.topic, [searchable(found) for found in passages])
        covered = sorted(
            ((words.coverage(searchable(found)) - 0.01 * place, found) for place, found in enumerate(passages)), key=lambda pair: -pair[0]
        )
        kept = [found for coverage, found in covered if coverage >= max(self._min_coverage, NEAR_BEST * covered[0][0])]
        if not kept:
            status = AnswerStatus.UNANSWERABLE_NO_SOURCE if context.reading.is_public_service else AnswerStatus.UNANSWERABLE_OUT_OF_SCOPE
            return Draft(status=status)
        return replace(context, passages=tuple(kept[:KEPT]))


def searchable(found: ScoredPassage) -> str:
    """Return all that a passage says of itself: its title and place count as well as its text."""
    return f"{found.passage.title}\n{found.passage.locator}\n{found.passage.text}"
