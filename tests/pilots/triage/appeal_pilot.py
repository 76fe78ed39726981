"""The packaged pilot with an encoder that needs no model: what a text means is how often some letters stand in it."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from pilots.pipeline import Pipeline, build_pipeline
from pilots.registry import load_pilots
from pilots.triage.classifier import MODEL_FILE
from pilots.triage.duplicates import AppealMemory
from tests.pilots.small_pilot import ScriptedSource

TODAY = date(2026, 11, 23)
PILOT = load_pilots()["appeal_triage"]


def trained_model_id() -> str:
    with np.load(PILOT.folder / MODEL_FILE, allow_pickle=False) as arrays:
        return str(arrays["model_id"])


class LetterEncoder:
    """Says that it is the model of the trained classifier. Its vectors tell texts apart; the cues have to find the topic."""

    def __init__(self, *, model_id: str | None = None, fault: Exception | None = None) -> None:
        self.model_id = model_id or trained_model_id()
        self.fault = fault
        self.texts: list[str] = []

    async def encode(self, text: str) -> NDArray[np.float32]:
        self.texts.append(text)
        if self.fault is not None:
            raise self.fault
        row = np.zeros(384, dtype=np.float32)
        for letter in text:
            row[ord(letter) % 384] += 1.0
        return (row / np.linalg.norm(row)).astype(np.float32)


def appeal_pipeline(encoder: LetterEncoder | None = None, memory: AppealMemory | None = None) -> Pipeline:
    return build_pipeline(PILOT, retriever=ScriptedSource(), today=lambda: TODAY, encoder=encoder or LetterEncoder(), memory=memory)
