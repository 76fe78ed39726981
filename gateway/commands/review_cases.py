"""A supervisor's decision as a case of the evaluation: what was approved once is asked again after every change."""

from collections.abc import Sequence

from evaluation.dataset import Case, CaseKind
from evaluation.metrics.facts import wrong_facts
from gateway.contract import AnswerDocument
from gateway.store.reviews import StoredReview, Verdict
from pilots.answer import SentenceKind
from pilots.steps.screen_question import holds_identifier
from rag.azerbaijani import normalise


def case_of(review: StoredReview, earlier: Sequence[str]) -> Case | None:
    """Return the case of an approved or corrected answer, None when there is none to make.

    There is none of a pending or rejected answer, and none when the question, an earlier one of the conversation or the correction holds
    personal data or was blanked for it: cases outlive the conversation.
    """
    decision = review.decision
    if decision is None or decision.verdict is Verdict.REJECTED:
        return None
    answer = AnswerDocument.model_validate(review.answer)
    texts = [sentence.text for sentence in answer.sentences if sentence.kind is SentenceKind.FACT]
    approved = decision.text if decision.verdict is Verdict.EDITED and decision.text else "\n".join(texts)
    written = [review.question, *earlier, approved]
    if not all(text.strip() for text in (review.question, *earlier)) or any(holds_identifier(normalise(text)) for text in written):
        return None
    return Case(
        id=f"review-{review.id}",
        kind=CaseKind.FOLLOWUP if earlier else CaseKind.PLAIN,
        language=answer.language,
        context=tuple(earlier),
        question=review.question,
        expected_status=answer.status,
        expected_sources=_sources(answer),
        # With nothing known every amount and telephone number of a text is one to be expected.
        expected_facts=tuple(wrong_facts(approved, known=())),
    )


def _sources(answer: AnswerDocument) -> tuple[str, ...]:
    told = {n for sentence in answer.sentences if sentence.kind is SentenceKind.FACT for n in sentence.citations}
    return tuple(dict.fromkeys(citation.source_id for citation in answer.citations if citation.n in told))
