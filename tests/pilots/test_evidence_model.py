from pathlib import Path

import pytest

from pilots.errors import ClassifierUnfit
from pilots.evidence_features import CERTAINTY, FEATURES
from pilots.evidence_model import EvidenceModel, load_evidence_model


def model(**weights: float) -> EvidenceModel:
    return EvidenceModel(
        sentence={name: weights.get(name, 0.0) for name in FEATURES}, certainty={name: weights.get(name, 0.0) for name in CERTAINTY}, bias=0.0
    )


def test_the_packaged_weights_can_be_read_and_prefer_sentences_with_the_words_of_the_question():
    shipped = load_evidence_model()
    poor = dict.fromkeys(FEATURES, 0.0)
    rich = {**poor, "coverage": 1.0, "exact": 1.0, "count": 1.0, "tail": 1.0}

    assert shipped.strength(list(rich.values())) > shipped.strength(list(poor.values()))


def test_a_chance_lies_between_0_and_1_and_grows_with_what_speaks_for_an_answer():
    chances = [model(passage_tail=9.0).chance([share, 0.0, 0.0, 0.0, 0.0]) for share in (-1000.0, 0.0, 1.0, 1000.0)]

    assert chances == sorted(chances)
    assert 0 < chances[0] < chances[1] == 0.5 < chances[-1] < 1


@pytest.mark.parametrize("content", ["", "{}", '{"sentence": {"coverage": 1.0}, "certainty": {}, "bias": 0.0}'])
def test_weights_of_other_features_are_refused(content: str, tmp_path: Path):
    file = tmp_path / "weights.json"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(ClassifierUnfit, match="train it again"):
        load_evidence_model(file)


def test_missing_weights_are_refused(tmp_path: Path):
    with pytest.raises(ClassifierUnfit):
        load_evidence_model(tmp_path / "none.json")
