import os
from pathlib import Path

import pytest

from evaluation.extractive import Groups, holds, measure_extractive
from gateway.settings import load_settings

REPOSITORY = Path(__file__).parents[2]
BENCHMARK = Path(os.environ.get("KORPU_SHARED_DATA", REPOSITORY / ".." / "shared" / "data")) / "azragbench"


@pytest.mark.data
@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(not BENCHMARK.exists(), reason="measuring data is absent")
async def test_the_evidence_stands_in_the_first_sentences_shown():
    figures = await measure_extractive(load_settings(), BENCHMARK, train=False, step=lambda: None)
    unseen = figures["cross_validated"]
    assert isinstance(unseen, dict)

    assert figures["questions"] == 349
    assert unseen["any_at"][2] >= 0.75
    assert unseen["all_at"][2] >= 0.71
    assert unseen["auc"] >= 0.775


def test_a_text_holds_evidence_when_it_has_four_fifths_of_its_words_in_the_same_forms():
    assert holds("Rüsum on iş günü üçün otuz manatdır", "RÜSUM on iş günü üçün")
    assert holds("Rüsum on iş günü", "rüsum on iş günü ərzində")
    assert not holds("Rüsum on iş", "rüsum on iş günü ərzində")
    assert not holds("Rüsumlar", "rüsum")


def test_documents_that_a_question_needs_together_are_one_group():
    groups = Groups()
    groups.join(["a", "b"])
    groups.join(["c"])
    groups.join(["b", "d"])

    assert groups.of("a") == groups.of("d") != groups.of("c")
    assert groups.of("unheard") == "unheard"
