"""The JSON of what a pilot's answers come to in use: what `korpu eval online` writes and the console shows. Identifiers and figures, no words."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from gateway.contract import Document
from gateway.store.feedback import FeedbackReason, Helpfulness
from gateway.store.reviews import Verdict
from serving.semconv import Judgement


class UseFigure(Document):
    """A mean or a share. Answers of one conversation are not independent, so the interval is over conversations."""

    value: float
    low: float | None = Field(description="of the 95 % interval; null with fewer than two conversations")
    high: float | None
    count: int = Field(description="answers that it is a mean or share of")
    conversations: int


class Agreement(Document):
    """What a score knows of the judgement of people. With too few judged answers nothing but their numbers is told."""

    score: str
    judgement: Judgement
    good: int = Field(description="scored answers that were found helpful, or approved as they were")
    bad: int = Field(description="those that were not: unhelpful, edited, rejected")
    needed: int = Field(description="conversations with good answers, and with bad ones, that are needed to say more")
    is_enough: bool
    good_mean: float | None = None
    bad_mean: float | None = None
    difference: float | None = Field(default=None, description="good less bad")
    low: float | None = Field(default=None, description="of the difference's 95 % interval")
    high: float | None = None
    auc: float | None = Field(
        default=None, description="share of pairs in which the good answer has the better score, ties half: .5 says nothing, 1 tells all apart"
    )
    auc_low: float | None = Field(default=None, description="of its 95 % interval; null when it has no width")
    auc_high: float | None = None


class Disagreement(Document):
    """An answer of which people and scores say different things.

    `missed`: every score is perfect and somebody was not content. `alarm`: a score is poor and somebody was content.
    """

    answer_id: str
    kind: Literal["missed", "alarm"]
    distance: float = Field(description="between what was said (0 bad, .5 edited, 1 good) and the worst score (1 perfect)")
    asked_at: datetime
    scores: dict[str, float]
    feedback: Helpfulness | None
    reasons: tuple[FeedbackReason, ...]
    decision: Verdict | None


class PilotUse(Document):
    pilot: str
    since: datetime
    until: datetime
    answers: int = Field(description="questions of this time that ended, in an answer or otherwise")
    measured: int = Field(description="the newest of them, which the figures are of")
    conversations: int
    sampled: int
    scored: int = Field(description="sampled answers that had something to score: refusals and questions back have not")
    endings: dict[str, UseFigure] = Field(description="shares by outcome")
    degraded: UseFigure | None = Field(description="share that went down a rung because a part had failed")
    rungs: dict[str, int]
    scores: dict[str, UseFigure] = Field(description="means by metric, in [0, 1]")
    unhelpful: UseFigure | None = Field(description="share of the answers that somebody said something of; null: nobody did")
    reasons: dict[FeedbackReason, UseFigure] = Field(description="shares of the unhelpful answers; several may be ticked, or none")
    decisions: dict[Verdict, UseFigure] = Field(description="shares of the answers that a supervisor decided on")
    waiting: int = Field(description="answers that a supervisor has still to look at")
    agreements: tuple[Agreement, ...]
    disagreements: tuple[Disagreement, ...] = Field(description="the worst first")
    disagreed: int = Field(description="how many there are, also beyond those listed")
