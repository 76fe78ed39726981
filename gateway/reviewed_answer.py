"""An answer as its owner reads it again: with what a supervisor has decided of it."""

from typing import Any

from gateway.contract import AnswerDocument, AnswerReview, SentenceDocument
from gateway.store.reviews import Reviews, StoredReview, Verdict
from pilots.answer import SentenceKind
from pilots.messages import FrameName, in_language, load_messages


async def retell(reviews: Reviews, answer_id: str, given: dict[str, Any]) -> AnswerDocument:
    """Return an answer as its owner reads it again. The caller has checked whose it is."""
    document = AnswerDocument.model_validate(given)
    review = await reviews.of_answer(answer_id)
    return document if review is None else show_decision(document, review)


def show_decision(document: AnswerDocument, review: StoredReview) -> AnswerDocument:
    """Return the answer with the review's state; the sentence that called it a draft now says what was decided.

    An edit stands in place of the answer's sentences and details; its citations stay, so that the numbers in the edit keep their meaning.
    """
    decision = review.decision
    if decision is None:
        return document
    shown = AnswerReview(state=decision.verdict.value, reason=review.reason, decided_at=decision.at, note=decision.note)
    rest = document.sentences[1:]
    match decision.verdict:
        case Verdict.APPROVED:
            sentences = (_frame(document, "review_approved"), *rest)
        case Verdict.REJECTED:
            sentences = (_frame(document, "review_rejected", reason=decision.note or ""), *rest)
        case Verdict.EDITED:
            lines = [line.strip() for line in (decision.text or "").splitlines() if line.strip()]
            sentences = (_frame(document, "review_edited"), *map(_plain, lines))
    options = () if decision.verdict is Verdict.EDITED else document.options
    details = {} if decision.verdict is Verdict.EDITED else document.details
    return document.model_copy(
        update={
            "sentences": sentences,
            "text": "\n".join([*map(_line, sentences), *(f"• {option}" for option in options)]),
            "options": options,
            "details": details,
            "review": shown,
        }
    )


def _frame(document: AnswerDocument, name: FrameName, **values: str) -> SentenceDocument:
    return _plain(in_language(load_messages().frames[name], document.language).format(**values))


def _plain(text: str) -> SentenceDocument:
    return SentenceDocument(text=text, kind=SentenceKind.FRAME, citations=(), is_item=False)


def _line(sentence: SentenceDocument) -> str:
    """See `pilots.answer.Answer.text`."""
    return ("• " if sentence.is_item else "") + sentence.text + "".join(f" [{n}]" for n in sentence.citations)
