from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pilots.answer import AnswerStatus, Question, Sentence, SentenceKind
from pilots.context import Context, Draft
from pilots.manifest import Review
from pilots.messages import MessageBook
from pilots.pipeline import Pipeline, build_pipeline
from pilots.review import mark_for_review, risk_of
from tests.pilots.small_pilot import TODAY, ScriptedSource, context_of, found, write_deck, write_pilot

MARK = "Qaralama: rəhbər təsdiqi gözlənilir."


@pytest.mark.parametrize(
    ("tiers", "reason"),
    [
        ({"sections": ["documents", "fees"]}, "risk_fees"),
        ({"sections": ["documents"]}, None),
        ({"aspects": ["amount"]}, "risk_amount"),
        ({"aspects": ["penalty"]}, None),
        ({"categories": ["identity"]}, "risk_category_identity"),
        ({"categories": ["pension"]}, None),
    ],
)
def test_the_manifests_tiers_make_an_answer_risky(tmp_path: Path, tiers: dict[str, list[str]], reason: str | None):
    card = write_deck(tmp_path)["vesiqe-itirilmis"]

    assert risk_of(context_of("vəsiqəm itib, rüsum neçəyədir?", card=card), Review(when="risk", **tiers)) == reason  # pyright: ignore[reportArgumentType]


def test_always_and_never_ask_no_tier():
    context = context_of("Rüsum?")
    assert risk_of(context, Review(when="always")) == "always"
    assert risk_of(context, Review()) is None


def test_a_reason_of_the_pipelines_own_is_kept_and_a_refusal_needs_no_supervisor():
    own = Draft(status=AnswerStatus.CLARIFICATION, review="low_confidence")
    refusal = Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE)

    assert mark_for_review(own, context_of("?"), Review()).review == "low_confidence"
    assert mark_for_review(refusal, context_of("?"), Review(when="always")).review is None


@pytest.mark.parametrize(
    "block",
    [
        {"when": "risk"},
        {"when": "always", "sections": ["fees"]},
        {"sections": ["fees"]},
        {"when": "risk", "sections": ["prices"]},
        {"when": "risk", "aspects": ["cost"]},
        {"when": "risk", "categories": ["money"]},
        {"when": "sometimes"},
    ],
)
def test_a_review_block_that_means_nothing_is_refused(block: dict[str, Any]):
    with pytest.raises(ValidationError):
        Review.model_validate(block)


async def test_an_answer_that_waits_for_approval_says_so_first_and_is_given_at_once(tmp_path: Path):
    pilot = write_pilot(tmp_path, more="review: {when: risk, sections: [fees]}")
    pipeline = build_pipeline(pilot, retriever=ScriptedSource([found("vesiqe-itirilmis")]), today=lambda: TODAY)

    answer = await pipeline.answer(Question(text="vəsiqəm itib, rüsum neçəyədir?"))

    assert (answer.status, answer.review) == (AnswerStatus.ANSWERED, "risk_fees")
    assert answer.sentences[0] == Sentence(text=MARK, kind=SentenceKind.FRAME)
    assert "31 AZN" in answer.text


async def test_a_step_may_ask_for_a_review_without_a_word_in_the_manifest(tmp_path: Path):
    async def triage(context: Context) -> Context | Draft:
        return Draft(status=AnswerStatus.CLARIFICATION, review="low_confidence")

    pilot = write_pilot(tmp_path)
    answer = await Pipeline(pilot, [("triage", triage)], MessageBook(pilot.manifest)).answer(Question(text="?"))

    assert answer.review == "low_confidence"
    mark, message = answer.sentences
    assert mark.text == MARK
    assert message.text != MARK
