"""How sure an answer is to be right, as a number that an evaluation can hold against what came true.

Both functions are logistic scores that were fitted on the pilots' own development cases, typed as given, in ASCII, in chat spelling and with
slips. They order answers a little better than chance only (docs/evaluation.md has the measured curve), because what was unsure enough was
declined before. No step decides by them.
"""

import math
from dataclasses import replace

from pilots.context import Context, Draft


def card_confidence(*, coverage: float, is_told: bool) -> float:
    """Return the chance in (0, 1) that an answer from a card is right.

    `coverage` is the share of the question's topic words that stand in the card, 1 for a follow-up on the card that was talked about;
    `is_told` whether the card has a section for what was asked. Fitted on 1,340 answers.
    """
    return _logistic(0.1 + 1.58 * coverage + 1.76 * is_told)


def passage_confidence(dense: float) -> float:
    """Return the chance in (0, 1) that an answer from documents is right, by the cosine of its best passage. Fitted on 323 answers."""
    return _logistic(34.7 * dense - 25.2)


def with_confidence(draft: Draft, context: Context) -> Draft:
    """Return an answer with its confidence, and how sure it is that the passages answer, among the details; anything else, and an answer
    that states one itself, as it is."""
    if context.confidence is None or not draft.status.is_answer or "confidence" in draft.details:
        return draft
    certainty = {} if context.certainty is None else {"certainty": round(context.certainty, 3)}
    return replace(draft, details={**draft.details, "confidence": round(context.confidence, 3), **certainty})


def _logistic(score: float) -> float:
    return 1 / (1 + math.exp(-score))
