"""Which answers a supervisor has to look at, by the pilot's manifest."""

from dataclasses import replace

from pilots.context import Context, Draft
from pilots.manifest import Review
from pilots.selecting import select


def mark_for_review(draft: Draft, context: Context, review: Review) -> Draft:
    """Return the draft with the reason for a review when it has none of its own and the manifest asks for one.

    The reason is `always`, or names the first tier that the answer falls into: `risk_fees`, `risk_amount`, `risk_category_pension`.
    """
    if draft.review is not None or not draft.status.is_answer:
        return draft
    return replace(draft, review=risk_of(context, review))


def risk_of(context: Context, review: Review) -> str | None:
    """Return why an answer composed from this context needs a supervisor, None when it does not."""
    match review.when:
        case "never":
            return None
        case "always":
            return "always"
        case "risk":
            shown = [section for section, _ in select(context.card, context.reading).lines] if context.card and review.sections else []
            risky = [
                *(section for section in review.sections if section in shown),
                *(aspect for aspect in review.aspects if aspect in context.reading.aspects),
                *(f"category_{category}" for category in review.categories if context.card and context.card.category == category),
            ]
            return f"risk_{risky[0]}" if risky else None
