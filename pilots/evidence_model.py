"""The trained weights by which sentences are ordered and by which the service knows how sure it is. Plain numbers, read from
`evidence_model.json`; `korpu eval extractive DIR --train` writes them."""

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from pilots.errors import ClassifierUnfit
from pilots.evidence_features import CERTAINTY, FEATURES

MODEL_FILE: Final = Path(__file__).parent / "evidence_model.json"


class EvidenceModel(BaseModel):
    """`sentence` weighs FEATURES in logits; `certainty` weighs CERTAINTY, with `bias`, into the log-odds that the passages answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sentence: dict[str, float]
    certainty: dict[str, float]
    bias: float

    @model_validator(mode="after")
    def _names_every_feature(self) -> "EvidenceModel":
        if tuple(self.sentence) != FEATURES or tuple(self.certainty) != CERTAINTY:
            raise ValueError("the weights belong to other features: train them again")
        return self

    def strength(self, features: Sequence[float]) -> float:
        """Return how much better than another a sentence answers, in logits; comparable only within one question."""
        return sum(weight * value for weight, value in zip(self.sentence.values(), features, strict=True))

    def chance(self, features: Sequence[float]) -> float:
        """Return how likely it is that the passages answer, in (0, 1); answerable and unanswerable questions counting the same."""
        odds = self.bias + sum(weight * value for weight, value in zip(self.certainty.values(), features, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


@cache
def load_evidence_model(path: Path = MODEL_FILE) -> EvidenceModel:
    """Read what training wrote.

    Raises:
        ClassifierUnfit: there is no such file, or its weights belong to other features.
    """
    try:
        return EvidenceModel.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise ClassifierUnfit(f"{path.name} cannot be used ({type(error).__name__}): train it again") from error
