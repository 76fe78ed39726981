import numpy as np

from evaluation.evidence_training import FOLDS, Sample, cross_validate, fit, folds
from pilots.evidence_features import CERTAINTY, FEATURES
from pilots.evidence_model import EvidenceModel


def samples(count: int = 40) -> list[Sample]:
    """Questions whose evidence is the sentence with the highest `tail`; half of them are answerable."""
    draw = np.random.default_rng(1)
    made: list[Sample] = []
    for place in range(count):
        rows = draw.random((6, len(FEATURES)))
        right = np.arange(6) == rows[:, FEATURES.index("tail")].argmax()
        answerable = place % 2 == 0
        made.append(Sample(rows=rows, right=right if answerable else np.zeros(6, dtype=bool), answerable=answerable, group=f"g{place // 4}"))
    return made


def certainty_of(model: EvidenceModel) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    rows = np.zeros((40, len(CERTAINTY)))
    rows[::2, 0] = 1.0
    return rows


def test_what_tells_evidence_from_other_sentences_gets_the_weight():
    fitted = fit(samples(), certainty_of)

    assert max(fitted.sentence, key=lambda name: fitted.sentence[name]) == "tail"
    assert fitted.chance([1, 0, 0, 0, 0]) > 0.5 > fitted.chance([0, 0, 0, 0, 0])


def test_training_twice_gives_the_same_weights():
    assert fit(samples(), certainty_of) == fit(samples(), certainty_of)


def test_a_group_is_never_split_over_folds():
    groups = [sample.group for sample in samples()]
    chosen = folds(groups)

    assert all(len({fold for fold, group in zip(chosen, groups, strict=True) if group == one}) == 1 for one in set(groups))
    assert len(set(chosen.tolist())) == FOLDS


def test_each_question_is_judged_by_weights_that_did_not_see_its_group():
    models = cross_validate(samples(), certainty_of)
    groups = [sample.group for sample in samples()]

    assert len({id(model) for model in models}) == FOLDS
    for model in {id(model): model for model in models}.values():
        unseen = {group for group, own in zip(groups, models, strict=True) if own is model}
        seen = np.array([group not in unseen for group in groups])
        assert model == fit(samples(), certainty_of, seen)
