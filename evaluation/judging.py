"""An optional language model as a second reader of answers. Its opinion decides nothing and is told only with its agreement with people."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from evaluation.errors import DatasetInvalid, JudgeUnreachable
from evaluation.runs.folder import RunFolder
from evaluation.suites.output import AnswerOutput

JUDGEMENTS_FILE: Final = "judgements.jsonl"
FEWEST_LABELS: Final = 20
"""With fewer labels by people, agreement would be a guess and nothing is reported."""

Rating = Literal["good", "bad"]

INSTRUCTION: Final = (
    "You check answers of a public service. Given a question, the quoted passages and the answer, decide whether the answer is helpful and "
    "whether the passages support everything it says. A refusal is good when the passages do not answer the question. "
    'Reply with JSON only: {"rating": "good"} or {"rating": "bad"}.'
)


class Judgement(BaseModel):
    """One rating, by a model or a person. A label file has one a line with `key` and `rating`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: str
    rating: Rating
    model: str = ""
    label: Rating | None = None


class JudgeSummary(BaseModel):
    """`kappa` is Cohen's, between the model and the `labels` answers that people rated too; 0 is chance, 1 is perfect."""

    model_config = ConfigDict(frozen=True)

    model: str
    judged: int
    good_share: float
    labels: int
    kappa: float


async def judge_run(
    run: RunFolder, http: httpx.AsyncClient, *, base_url: str, model: str, labels: Mapping[str, Rating], parallel: int, step: Callable[[], None]
) -> None:
    """Ask the model about every answer to a question typed as given, through `POST {base_url}/chat/completions`, and keep its ratings.

    Raises:
        JudgeUnreachable: no usable reply.
    """
    outputs = [output for output in run.outputs(AnswerOutput) if output.variant == "clean"]
    waiting = iter(outputs)
    found: dict[str, Judgement] = {}

    async def work() -> None:
        for output in waiting:
            rating = await _ask(http, base_url, model, output)
            found[output.key] = Judgement(key=output.key, rating=rating, model=model, label=labels.get(output.key))
            step()

    await asyncio.gather(*(work() for _ in range(parallel)))
    lines = [found[output.key].model_dump_json() for output in outputs]
    await asyncio.to_thread((run.path / JUDGEMENTS_FILE).write_text, "\n".join(lines) + "\n", encoding="utf-8")


def load_labels(path: Path) -> dict[str, Rating]:
    """Read ratings by people: `{"key": "cc-a-001", "rating": "good"}` a line.

    Raises:
        DatasetInvalid: names the line.
    """
    labels: dict[str, Rating] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            try:
                label = Judgement.model_validate_json(line)
            except ValidationError as error:
                raise DatasetInvalid(f"{path.name}:{number}: {error.error_count()} faults") from None
            labels[label.key] = label.rating
    return labels


def summarise_judgements(run: RunFolder) -> JudgeSummary | None:
    """Return what the model thought, None when it was not asked or too few of its ratings can be held against people's."""
    path = run.path / JUDGEMENTS_FILE
    if not path.is_file():
        return None
    judged = [Judgement.model_validate_json(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    pairs = [(judgement.rating, judgement.label) for judgement in judged if judgement.label is not None]
    if len(pairs) < FEWEST_LABELS:
        return None
    return JudgeSummary(
        model=judged[0].model,
        judged=len(judged),
        good_share=sum(judgement.rating == "good" for judgement in judged) / len(judged),
        labels=len(pairs),
        kappa=cohens_kappa([one for one, _ in pairs], [other for _, other in pairs]),
    )


def cohens_kappa(one: Sequence[str], other: Sequence[str]) -> float:
    """Return the agreement beyond chance of two readers. Where both say one and the same word throughout, there is nothing to agree on: 0."""
    if len({*one, *other}) < 2:
        return 0.0
    # Imported here: it takes seconds, and only this needs it.
    from sklearn import metrics

    scoring: Any = metrics
    return float(scoring.cohen_kappa_score(list(one), list(other)))


async def _ask(http: httpx.AsyncClient, base_url: str, model: str, output: AnswerOutput) -> Rating:
    quotes = "\n".join(f"[{citation.n}] {citation.quote}" for citation in output.answer.citations) or "(none)"
    content = f"Question: {' → '.join(output.asked)}\n\nPassages:\n{quotes}\n\nAnswer:\n{output.answer.text}"
    body = {"model": model, "temperature": 0, "messages": [{"role": "system", "content": INSTRUCTION}, {"role": "user", "content": content}]}
    try:
        response = await http.post(f"{base_url.rstrip('/')}/chat/completions", json=body)
        response.raise_for_status()
        text = str(response.json()["choices"][0]["message"]["content"])
        return Judgement.model_validate({"key": output.key} | json.loads(text[text.index("{") : text.rindex("}") + 1])).rating
    except (httpx.HTTPError, KeyError, IndexError, TypeError, ValueError) as error:
        raise JudgeUnreachable(f"{base_url}: {type(error).__name__} about case {output.key}") from error
