"""What the routing of one question came to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SERVICE: Final = "korpu"
"""The service itself: who speaks when no pilot does, and the model name under which chat clients ask for routing."""

OUT_OF_SCOPE: Final = "out_of_scope"
"""The label of questions for no pilot."""

RESERVED_NAMES: Final = frozenset({SERVICE, OUT_OF_SCOPE})
"""No pilot may be called so."""


class RouteDecision(StrEnum):
    """PILOT: the examples decided. CHOSEN: the person did, asked by a CLARIFICATION before. CONTINUED: the conversation's pilot
    goes on. OUT_OF_SCOPE: no pilot's question."""

    PILOT = "pilot"
    CHOSEN = "chosen"
    CONTINUED = "continued"
    CLARIFICATION = "clarification"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Candidate:
    """`score` is the calibrated share in [0, 1] of questions like this one that belong to the pilot."""

    pilot: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """`pilot` is None when no pilot was decided on.

    `candidates` are the pilots that the caller may ask, best first; what their scores lack to 1 is the share of questions that
    are nobody's. `margin` is the best candidate's lead over the second one (over 0 when it is alone). Both are empty and 0 when
    nothing was weighed, because the pilot itself had asked the person something.
    """

    decision: RouteDecision
    pilot: str | None = None
    margin: float = 0.0
    candidates: tuple[Candidate, ...] = ()
