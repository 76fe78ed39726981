"""The topic of an appeal: a linear model over its vector, its word beginnings and its cues. Trained by `python -m evaluation.triage`,
kept as plain arrays (MODEL_FILE) and applied with numpy alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from pilots.errors import ClassifierUnfit
from pilots.lexemes import Lexicon, skeleton
from pilots.triage.features import STEM_LETTERS, content_words, cue_strengths, cue_words, plain_text, word_stems
from rag.azerbaijani import words

MODEL_FILE = "topic_model.npz"
MAX_WORDS = 6
MAX_EXAMPLES = 2
LEAST_RAISE = 0.15
"""Words that raise a topic's logit less than this above the average topic's decided nothing."""
LEAST_ALTERNATIVE = 0.1
"""Topics less likely than this are not named beside the chosen one."""

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled appeal near this one; `similarity` is the cosine of their vectors."""

    id: str
    topic: str
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """`confidence` and the alternatives' are calibrated probabilities in [0, 1]; `words` spoke for the topic, strongest first."""

    topic: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]
    words: tuple[str, ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicModel:
    """`weights` has a row a topic over [centred vector, stems, cues]; logits are divided by `temperature` before the softmax.

    `trained_on` is the digest of the labelled appeals, topics and cues, `model_id` the embedder whose vectors were used.
    """

    topics: tuple[str, ...]
    stems: tuple[str, ...]
    idf: NDArray[np.float32]
    centre: Vector
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float
    example_ids: tuple[str, ...]
    example_topics: tuple[str, ...]
    example_vectors: NDArray[np.float32]
    model_id: str
    trained_on: str

    def save(self, path: Path) -> None:
        np.savez_compressed(
            path,
            topics=np.array(self.topics),
            stems=np.array(self.stems),
            idf=self.idf,
            centre=self.centre,
            weights=self.weights.astype(np.float16),
            bias=self.bias,
            temperature=np.float64(self.temperature),
            example_ids=np.array(self.example_ids),
            example_topics=np.array(self.example_topics),
            example_vectors=self.example_vectors.astype(np.float16),
            model_id=np.array(self.model_id),
            trained_on=np.array(self.trained_on),
        )

    def classify(self, redacted: str, vector: Vector, cues: Lexicon) -> Classification:
        """Classify an appeal without personal data; `vector` is that of its `plain_text`, of unit length."""
        found = cue_words(redacted, cues)
        features = self.features(redacted, vector, cue_strengths(found, self.topics))
        chances = self.chances(features)
        order: list[int] = np.argsort(-chances, kind="stable").tolist()
        best = order[0]
        return Classification(
            topic=self.topics[best],
            confidence=float(chances[best]),
            alternatives=tuple((self.topics[place], float(chances[place])) for place in order[1:3] if chances[place] >= LEAST_ALTERNATIVE),
            words=self._deciding_words(redacted, features, best, found),
            examples=self._nearest(vector),
        )

    def features(self, redacted: str, vector: Vector, cues: Sequence[float]) -> Vector:
        return np.concatenate([centred(vector, self.centre), stem_weights(redacted, self.stems, self.idf), np.asarray(cues, dtype=np.float32)])

    def chances(self, features: Vector) -> NDArray[np.float64]:
        logits = (self.weights @ features + self.bias).astype(np.float64) / self.temperature
        powers = np.exp(logits - logits.max())
        return powers / powers.sum()

    def _deciding_words(self, redacted: str, features: Vector, best: int, found: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        """Cues of the topic first, then the words that raised it most above the average topic."""
        above = (self.weights[best] - self.weights.mean(axis=0)) * features
        raised = {stem: float(above[len(self.centre) + place]) for place, stem in enumerate(self.stems)}
        written = dict(zip(map(skeleton, words(plain_text(redacted))), words(plain_text(redacted)), strict=True))
        listed = sorted(dict.fromkeys(content_words(redacted)), key=lambda word: -raised.get(word[:STEM_LETTERS], 0.0))
        strong = [written[word] for word in listed if raised.get(word[:STEM_LETTERS], 0.0) >= LEAST_RAISE]
        return tuple(dict.fromkeys([*found.get(self.topics[best], ()), *strong]))[:MAX_WORDS]

    def _nearest(self, vector: Vector) -> tuple[Example, ...]:
        close = self.example_vectors @ vector
        order: list[int] = np.argsort(-close, kind="stable")[:MAX_EXAMPLES].tolist()
        return tuple(Example(self.example_ids[place], self.example_topics[place], float(close[place])) for place in order)


def load_model(path: Path, *, model_id: str) -> TopicModel:
    """Read what training wrote.

    Raises:
        ClassifierUnfit: there is no such file, it is damaged, or it was trained on the vectors of another embedder.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            read: dict[str, Any] = {name: arrays[name] for name in arrays.files}
        model = TopicModel(
            topics=tuple(read["topics"].tolist()),
            stems=tuple(read["stems"].tolist()),
            idf=read["idf"],
            centre=read["centre"],
            weights=read["weights"].astype(np.float32),
            bias=read["bias"],
            temperature=float(read["temperature"]),
            example_ids=tuple(read["example_ids"].tolist()),
            example_topics=tuple(read["example_topics"].tolist()),
            example_vectors=read["example_vectors"].astype(np.float32),
            model_id=str(read["model_id"]),
            trained_on=str(read["trained_on"]),
        )
    except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
        raise ClassifierUnfit(f"{path.parent.name}/{path.name} cannot be read ({type(error).__name__}): train it again") from error
    if model.model_id != model_id:
        raise ClassifierUnfit(f"{path.parent.name}/{path.name} was trained on vectors of {model.model_id}, not of {model_id}: train it again")
    return model


def centred(vector: Vector, centre: Vector) -> Vector:
    """Return the vector without what all appeals share, of unit length: the model's raw cosines differ in the second digit only."""
    moved = vector - centre
    return (moved / max(float(np.linalg.norm(moved)), 1e-9)).astype(np.float32)


def stem_weights(redacted: str, stems: Sequence[str], idf: NDArray[np.float32]) -> Vector:
    """Return TF-IDF weights of the known word beginnings, of unit length or all zero."""
    counts = word_stems(redacted)
    weights = np.array([(1 + np.log(counts[stem])) * weight if stem in counts else 0.0 for stem, weight in zip(stems, idf, strict=True)], np.float32)
    length = float(np.linalg.norm(weights))
    return weights / length if length else weights
