"""Who may see a pilot: its stage, and what moves it from one to another."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from pilots.errors import StageChangeRefused

Stage = Literal["draft", "live", "stopped"]
"""`draft`: seen by those who work on pilots. `live`: open to its audience. `stopped`: closed at once, its audience is told so."""


class StageAction(StrEnum):
    PROMOTE = "promote"
    STOP = "stop"
    RESUME = "resume"
    ROLLBACK = "rollback"


TRANSITIONS: Mapping[StageAction, Mapping[Stage, Stage]] = {
    # A live pilot is promoted again when its corpus has changed: the record then names the new state.
    StageAction.PROMOTE: {"draft": "live", "live": "live"},
    StageAction.STOP: {"live": "stopped"},
    StageAction.RESUME: {"stopped": "live"},
    StageAction.ROLLBACK: {"live": "draft", "stopped": "draft"},
}


def next_stage(action: StageAction, stage: Stage) -> Stage:
    """Raises StageChangeRefused when the action does not start from this stage."""
    try:
        return TRANSITIONS[action][stage]
    except KeyError:
        starts = " or ".join(TRANSITIONS[action])
        raise StageChangeRefused(f"{action} starts from {starts}; the pilot is {stage}") from None
