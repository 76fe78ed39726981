from pathlib import Path

import httpx
import pytest

from evaluation.errors import DatasetInvalid, JudgeUnreachable
from evaluation.judging import FEWEST_LABELS, Rating, cohens_kappa, judge_run, load_labels, summarise_judgements
from evaluation.runs.folder import RunFolder
from tests.evaluation.answering import answer, case, fact, output


def endpoint(request: httpx.Request) -> httpx.Response:
    """Calls answers that state 5 AZN good."""
    content = request.read().decode()
    rating = "good" if "5 AZN [1]" in content else "bad"
    return httpx.Response(200, json={"choices": [{"message": {"content": f'Sure: {{"rating": "{rating}"}}'}}]})


async def judged(tmp_path: Path, labels: dict[str, Rating], *, count: int = FEWEST_LABELS) -> RunFolder:
    run = RunFolder(tmp_path)
    for number in range(count):
        run.append(output(case(id=f"c-{number}"), answer(fact("5 AZN" if number % 2 else "6 AZN", 1), sources=("s",))))
    async with httpx.AsyncClient(transport=httpx.MockTransport(endpoint)) as http:
        await judge_run(run, http, base_url="http://judge/v1", model="m", labels=labels, parallel=3, step=lambda: None)
    return run


async def test_a_model_that_agrees_with_people_is_reported_with_its_kappa(tmp_path: Path) -> None:
    labels: dict[str, Rating] = {f"c-{number}": "good" if number % 2 else "bad" for number in range(FEWEST_LABELS)}
    summary = summarise_judgements(await judged(tmp_path, labels))
    assert summary is not None
    assert (summary.model, summary.judged, summary.labels, summary.kappa, summary.good_share) == ("m", FEWEST_LABELS, FEWEST_LABELS, 1.0, 0.5)


async def test_without_enough_labels_by_people_nothing_is_reported(tmp_path: Path) -> None:
    assert summarise_judgements(await judged(tmp_path, {"c-1": "good"})) is None
    assert summarise_judgements(RunFolder(tmp_path / "unjudged")) is None


@pytest.mark.parametrize("reply", [{"choices": [{"message": {"content": "no idea"}}]}, {"choices": None}, ["no object"]])
async def test_a_reply_that_is_no_rating_is_a_fault(reply: object, tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.append(output(case(), answer(fact("5 AZN", 1), sources=("s",))))
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=reply))
    async with httpx.AsyncClient(transport=transport) as http:
        with pytest.raises(JudgeUnreachable):
            await judge_run(run, http, base_url="http://judge/v1", model="m", labels={}, parallel=1, step=lambda: None)


def test_agreement_is_beyond_chance() -> None:
    assert cohens_kappa(["good", "bad"] * 5, ["good", "bad"] * 5) == 1.0
    assert cohens_kappa(["good", "good", "bad", "bad"], ["good", "bad", "good", "bad"]) == 0.0
    assert cohens_kappa(["good"] * 5, ["good"] * 5) == 0.0


def test_labels_are_read_by_key_and_a_wrong_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"key": "c-1", "rating": "good"}\n\n{"key": "c-2", "rating": "bad", "by": "Leyla"}\n', encoding="utf-8")
    assert load_labels(path) == {"c-1": "good", "c-2": "bad"}
    path.write_text('{"key": "c-1", "rating": "perfect"}\n', encoding="utf-8")
    with pytest.raises(DatasetInvalid, match=r"labels\.jsonl:1"):
        load_labels(path)
