import os
from pathlib import Path

import pytest

from evaluation.extractive import Groups, ask_extractive
from evaluation.suites.extractive import score_extractive
from gateway.settings import load_settings
from pilots.steps.choose_passages import ChoosePassages

REPOSITORY = Path(__file__).parents[2]
BENCHMARK = Path(os.environ.get("KORPU_SHARED_DATA", REPOSITORY / ".." / "shared" / "data")) / "azragbench"


@pytest.mark.data
@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(not BENCHMARK.exists(), reason="measuring data is absent")
async def test_the_evidence_stands_in_the_first_lines_shown():
    answering = ChoosePassages(min_coverage=0.25)
    outputs = await ask_extractive(load_settings(), BENCHMARK, train=False, answering=answering, step=lambda: None)
    scores = score_extractive("azragbench", outputs, {})
    unseen, answered = scores.variants["cross_validated"], scores.variants["as_answered"]

    assert scores.items == 349
    assert unseen["any_at_2"].value >= 0.78
    assert unseen["all_at_2"].value >= 0.75
    assert unseen["certainty_auc"].value >= 0.775
    assert answered["all_at_2"].value >= 0.68


def test_documents_that_a_question_needs_together_are_one_group():
    groups = Groups()
    groups.join(["a", "b"])
    groups.join(["c"])
    groups.join(["b", "d"])

    assert groups.of("a") == groups.of("d") != groups.of("c")
    assert groups.of("unheard") == "unheard"
