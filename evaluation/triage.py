"""`make bench-triage`: how well appeals are sorted, masked and known again, on appeals that the classifier never saw.

With `--train` the classifier is trained on the pilot's labelled appeals first and written into its folder.
"""

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics.calibration import expected_calibration_error
from evaluation.metrics.classification import macro_f1
from evaluation.noise import NOISE_KINDS, apply_noise
from gateway.knowledge import open_embedder
from gateway.settings import load_settings
from pilots.lexemes import Lexicon
from pilots.personal_data import find_personal_data, redact
from pilots.registry import PILOTS_FOLDER
from pilots.sources import TextEncoder
from pilots.triage.appeals import LabelledAppeal, digest_training, load_appeals
from pilots.triage.classifier import MODEL_FILE, TopicModel, centred, load_model, stem_weights
from pilots.triage.duplicates import Imprint, cosine, overlap, take_imprint
from pilots.triage.features import cue_strengths, cue_words, plain_text, word_stems
from pilots.triage.taxonomy import OTHER, DuplicateLimits, load_cues, load_taxonomy, topic_names
from rag.azerbaijani import normalise
from rag.cards import load_deck
from rag.text_encoder import VectorEncoder

FOLDER: Final = PILOTS_FOLDER / "appeal_triage"
FOLDS: Final = 5
SEED: Final = 2026
INVERSE_REGULARISATION: Final = 10.0
FEWEST_APPEALS_OF_STEM: Final = 2
BLIND_WEIGHT: Final = 0.5
NOISE_SEED: Final = 1

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Appeals as the classifier sees them: redacted texts, vectors, and the strength of the cues of each topic."""

    texts: tuple[str, ...]
    vectors: Rows
    cues: Rows


async def prepare(texts: Sequence[str], *, encoder: TextEncoder, cues: Lexicon, topics: Sequence[str]) -> Prepared:
    redacted = tuple(redact(text).text for text in texts)
    vectors = [await encoder.encode(plain_text(text)) for text in redacted]
    strengths = [cue_strengths(cue_words(text, cues), topics) for text in redacted]
    return Prepared(texts=redacted, vectors=np.stack(vectors), cues=np.asarray(strengths, dtype=np.float32))


def fit(appeals: Sequence[LabelledAppeal], prepared: Prepared, *, topics: Sequence[str], model_id: str, trained_on: str) -> TopicModel:
    """Fit the linear model and its temperature; the temperature comes from appeals that the fitted fold did not see."""
    labels = np.array([appeal.topic for appeal in appeals])
    stems, idf, centre = _lexicon(prepared)
    features = _features(prepared, stems=stems, idf=idf, centre=centre)
    logits = cross_validated_logits(features, labels, topics)
    weights, bias = _fit_linear(features, labels, topics)
    return TopicModel(
        topics=tuple(topics),
        stems=stems,
        idf=idf,
        centre=centre,
        weights=weights.astype(np.float16).astype(np.float32),
        bias=bias,
        temperature=_temperature(logits, np.array([list(topics).index(label) for label in labels])),
        example_ids=tuple(appeal.id for appeal in appeals),
        example_topics=tuple(appeal.topic for appeal in appeals),
        example_vectors=prepared.vectors.astype(np.float16).astype(np.float32),
        model_id=model_id,
        trained_on=trained_on,
    )


def cross_validated_logits(features: Rows, labels: NDArray[Any], topics: Sequence[str]) -> NDArray[np.float64]:
    """Return for every appeal the logits of a model that was fitted without it."""
    from sklearn.model_selection import StratifiedKFold

    logits = np.zeros((len(labels), len(topics)))
    folds: Any = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for seen, unseen in folds.split(labels, labels):
        weights, bias = _fit_linear(features[seen], labels[seen], topics)
        logits[unseen] = features[unseen] @ weights.T + bias
    return logits


def _fit_linear(features: Rows, labels: NDArray[Any], topics: Sequence[str]) -> tuple[Rows, Rows]:
    # Imported here: it takes seconds, and only training needs it.
    from sklearn.linear_model import LogisticRegression

    # Every appeal is learnt a second time without its cues. Otherwise «no cue» would come to mean «no topic»: the cues were written
    # with these appeals in view and miss more of what other people write.
    blind = features.copy()
    blind[:, -len(topics) :] = 0.0
    weights = np.concatenate([np.ones(len(labels)), np.full(len(labels), BLIND_WEIGHT)])
    model: Any = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=2000)
    model.fit(np.concatenate([features, blind]), np.concatenate([labels, labels]), sample_weight=weights)
    order = [list(model.classes_).index(topic) for topic in topics]
    return model.coef_[order].astype(np.float32), model.intercept_[order].astype(np.float32)


def _temperature(logits: NDArray[np.float64], truth: NDArray[np.int_]) -> float:
    """Return the temperature of the least negative log-likelihood, on a grid fine enough that its step does not matter."""

    def loss(temperature: float) -> float:
        scaled = logits / temperature
        scaled -= scaled.max(axis=1, keepdims=True)
        log_chances = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return -float(log_chances[np.arange(len(truth)), truth].mean())

    return float(min(np.linspace(0.2, 3.0, 281), key=loss))


def _lexicon(prepared: Prepared) -> tuple[tuple[str, ...], NDArray[np.float32], NDArray[np.float32]]:
    counts = Counter(stem for text in prepared.texts for stem in word_stems(text))
    stems = tuple(sorted(stem for stem, count in counts.items() if count >= FEWEST_APPEALS_OF_STEM))
    rarity = [np.log((1 + len(prepared.texts)) / (1 + counts[stem])) + 1 for stem in stems]
    return stems, np.array(rarity, dtype=np.float32), prepared.vectors.mean(axis=0).astype(np.float32)


def _features(prepared: Prepared, *, stems: tuple[str, ...], idf: NDArray[np.float32], centre: NDArray[np.float32]) -> Rows:
    rows = zip(prepared.texts, prepared.vectors, prepared.cues, strict=True)
    return np.stack([np.concatenate([centred(vector, centre), stem_weights(text, stems, idf), cues]) for text, vector, cues in rows])


def score_topics(truth: Sequence[str], chances: NDArray[np.float64], topics: Sequence[str], *, min_confidence: float) -> dict[str, float]:
    """Return macro-F1, calibration error and what the confidence threshold lets through.

    `macro_f1` is over the topics of the truth; `ece` the expected calibration error over ten bins; `coverage` the share of appeals
    that are given a topic without a person, `precision` how many of these topics are right; `f1_with_person` the macro-F1 when a person
    decides the others rightly.
    """
    places: list[int] = chances.argmax(axis=1).tolist()
    best = [topics[place] for place in places]
    confidence = chances.max(axis=1)
    right = np.array([guess == label for guess, label in zip(best, truth, strict=True)])
    passed = np.array([guess != OTHER and sure >= min_confidence for guess, sure in zip(best, confidence, strict=True)])
    helped = [guess if is_passed else label for guess, label, is_passed in zip(best, truth, passed, strict=True)]
    return {
        "macro_f1": round(macro_f1(truth, best), 4),
        "accuracy": round(float(right.mean()), 4),
        "ece": round(expected_calibration_error([*zip(confidence.tolist(), right.tolist(), strict=True)]) or 0.0, 4),
        "coverage": round(float(passed.mean()), 4),
        "precision": round(float(right[passed].mean()) if passed.any() else 0.0, 4),
        "f1_with_person": round(macro_f1(truth, helped), 4),
    }


def score_redaction(appeals: Sequence[LabelledAppeal]) -> dict[str, float]:
    """Return how much marked personal data is masked whole, and how many masks hide nothing that is marked."""
    marked = hidden = masks = idle = 0
    for appeal in appeals:
        text = normalise(appeal.text)
        spans = find_personal_data(text)
        places = [(text.index(normalise(mark.text)), len(normalise(mark.text))) for mark in appeal.personal]
        covered = {place for span in spans for place in range(span.start, span.end)}
        marked += len(places)
        hidden += sum(all(at in covered for at in range(start, start + length) if text[at].isalnum()) for start, length in places)
        masks += len(spans)
        idle += sum(not any(span.start < start + length and start < span.end for start, length in places) for span in spans)
    return {"marked": marked, "recall": round(hidden / marked, 4) if marked else 1.0, "masks": masks, "idle_masks": idle}


def score_duplicates(
    appeals: Sequence[LabelledAppeal], prepared: Prepared, pairs: Sequence[tuple[str, str]], rewritten: Prepared, limits: DuplicateLimits
) -> dict[str, float]:
    """Return how many rewritten appeals are known again, and how many pairs of different appeals are taken for one."""
    known = {appeal.id: take_imprint(text, vector) for appeal, text, vector in zip(appeals, prepared.texts, prepared.vectors, strict=True)}
    again = [take_imprint(text, vector) for text, vector in zip(rewritten.texts, rewritten.vectors, strict=True)]
    imprints = list(known.values())

    def same(one: Imprint, other: Imprint) -> bool:
        return cosine(one.vector, other.vector) >= limits.min_cosine and overlap(one.words, other.words) >= limits.min_overlap

    found = sum(same(known[of], imprint) for (of, _), imprint in zip(pairs, again, strict=True))
    false = sum(same(one, other) for place, one in enumerate(imprints) for other in imprints[place + 1 :])
    return {"pairs": len(pairs), "found": found, "different_pairs": len(imprints) * (len(imprints) - 1) // 2, "false": false}


async def measure(folder: Path, encoder: TextEncoder, *, train: bool, show_misses: bool = False) -> dict[str, Any]:
    topics = topic_names(folder)
    cues = load_cues(folder, set(topics))
    appeals = load_appeals(folder / "appeals.jsonl")
    held_out = load_appeals(folder / "appeals_heldout.jsonl")
    learnt = await prepare([appeal.text for appeal in appeals], encoder=encoder, cues=cues, topics=topics)
    if train:
        fit(appeals, learnt, topics=topics, model_id=encoder.model_id, trained_on=digest_training(folder)).save(folder / MODEL_FILE)
    model = load_model(folder / MODEL_FILE, model_id=encoder.model_id)
    taxonomy = load_taxonomy(folder, load_deck(folder / "corpus") | load_deck(folder.parent / "citizen_chat" / "corpus" / "vetendas-muracieti.yaml"))
    figures: dict[str, Any] = {"appeals": len(appeals), "held_out": len(held_out), "topics": len(topics), "min_confidence": taxonomy.min_confidence}
    features = _features(learnt, stems=model.stems, idf=model.idf, centre=model.centre)
    labels = np.array([appeal.topic for appeal in appeals])
    unseen = _chances(cross_validated_logits(features, labels, topics), model.temperature)
    figures["cross_validated"] = score_topics(list(labels), unseen, topics, min_confidence=taxonomy.min_confidence)
    figures["by_threshold"] = {f"{least:.2f}": _passing(list(labels), unseen, topics, least) for least in (0.4, 0.5, 0.6, 0.7, 0.8)}
    truth = [appeal.topic for appeal in held_out]
    for kind in (None, *NOISE_KINDS):
        texts = [apply_noise(appeal.text, kind, seed=NOISE_SEED) if kind else appeal.text for appeal in held_out]
        asked = await prepare(texts, encoder=encoder, cues=cues, topics=topics)
        rows = _features(asked, stems=model.stems, idf=model.idf, centre=model.centre)
        chances = np.stack([model.chances(row) for row in rows])
        figures[kind or "clean"] = score_topics(truth, chances, topics, min_confidence=taxonomy.min_confidence)
        if kind is None and show_misses:
            places: list[int] = chances.argmax(axis=1).tolist()
            guesses = [topics[place] for place in places]
            figures["misses"] = [f"{appeal.id}: {guess}" for appeal, guess in zip(held_out, guesses, strict=True) if guess != appeal.topic]
    figures["redaction"] = score_redaction(appeals)
    figures["redaction_held_out"] = score_redaction(held_out)
    figures["redaction_more"] = score_redaction(load_appeals(folder / "appeals_personal.jsonl"))
    pairs = [(pair["of"], pair["text"]) for pair in map(json.loads, (folder / "duplicates.jsonl").read_text(encoding="utf-8").splitlines())]
    rewritten = await prepare([text for _, text in pairs], encoder=encoder, cues=cues, topics=topics)
    figures["duplicates"] = score_duplicates(appeals, learnt, pairs, rewritten, taxonomy.duplicates)
    return figures


def _chances(logits: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    powers = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)
    return powers / powers.sum(axis=1, keepdims=True)


def _passing(truth: Sequence[str], chances: NDArray[np.float64], topics: Sequence[str], least: float) -> dict[str, float]:
    scores = score_topics(truth, chances, topics, min_confidence=least)
    return {"coverage": scores["coverage"], "precision": scores["precision"]}


async def run(*, train: bool, show_misses: bool) -> dict[str, Any]:
    async with AsyncExitStack() as stack:
        encoder = VectorEncoder(await open_embedder(load_settings(), stack))
        return await measure(FOLDER, encoder, train=train, show_misses=show_misses)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.triage", description=__doc__)
    parser.add_argument("--train", action="store_true", help="train the classifier and write it into the pilot's folder first")
    parser.add_argument("--misses", action="store_true", help="name the held-out appeals that are sorted wrongly; who has seen them must not tune")
    arguments = parser.parse_args()
    figures = asyncio.run(run(train=arguments.train, show_misses=arguments.misses))
    for name, value in figures.items():
        print(f"{name:<20} {json.dumps(value, ensure_ascii=False)}")
    print(json.dumps(figures, ensure_ascii=False))


if __name__ == "__main__":
    main()
