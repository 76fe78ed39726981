from pathlib import Path

import numpy as np
import pytest

from pilots.errors import ClassifierUnfit
from pilots.lexemes import Lexicon
from pilots.triage.classifier import TopicModel, load_model

CUES = Lexicon({"gas": ["qaz"], "water": ["kanalizasiya"]})


def small_model() -> TopicModel:
    """Two topics over a vector of two numbers, two stems and two cues."""
    return TopicModel(
        topics=("gas", "water"),
        stems=("bina", "sayga"),
        idf=np.array([1.0, 1.0], dtype=np.float32),
        centre=np.zeros(2, dtype=np.float32),
        weights=np.array([[1, 0, 0, 1, 2, 0], [0, 1, 0, 0, 0, 2]], dtype=np.float32),
        bias=np.zeros(2, dtype=np.float32),
        temperature=0.5,
        example_ids=("qaz-01", "su-01"),
        example_topics=("gas", "water"),
        example_vectors=np.eye(2, dtype=np.float32),
        model_id="letters",
        trained_on="0" * 64,
    )


def test_a_topic_comes_with_its_chance_words_and_nearest_examples():
    found = small_model().classify("Qaz yoxdur", np.array([0.8, 0.6], dtype=np.float32), CUES)

    assert found.topic == "gas"
    # (0.8 + 2·0.5) against 0.6, both over the temperature of 0.5
    assert found.confidence == pytest.approx(1 / (1 + np.exp(-(1.8 - 0.6) / 0.5)))
    assert found.words == ("qaz",)
    assert [(example.id, round(example.similarity, 2)) for example in found.examples] == [("qaz-01", 0.8), ("su-01", 0.6)]
    assert found.alternatives == ()


def test_topics_that_are_nearly_as_likely_are_named():
    ((topic, chance),) = small_model().classify("Salam dünya", np.array([0.7, 0.7], dtype=np.float32), CUES).alternatives

    assert topic == "water"
    assert chance == pytest.approx(0.5)


def test_a_saved_model_is_read_as_it_was(tmp_path: Path):
    model = small_model()
    model.save(tmp_path / "topic_model.npz")
    read = load_model(tmp_path / "topic_model.npz", model_id="letters")

    assert (read.topics, read.stems, read.temperature, read.trained_on) == (model.topics, model.stems, model.temperature, model.trained_on)
    assert np.array_equal(read.weights, model.weights)


@pytest.mark.parametrize("content", [None, b"", b"not an archive"])
def test_a_missing_or_damaged_file_is_told(tmp_path: Path, content: bytes | None):
    path = tmp_path / "topic_model.npz"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ClassifierUnfit, match="train it again"):
        load_model(path, model_id="letters")


def test_vectors_of_another_model_are_refused(tmp_path: Path):
    small_model().save(tmp_path / "topic_model.npz")

    with pytest.raises(ClassifierUnfit, match="vectors of letters, not of words"):
        load_model(tmp_path / "topic_model.npz", model_id="words")
