from collections.abc import Sequence
from datetime import date

import pytest

from evaluation.asking import Reply
from evaluation.dataset import BeirDataset, BeirDocument, BeirQuery, Case
from evaluation.run import DEPTH, run_answers, run_retrieval, typed
from pilots.answer import Answer, AnswerStatus
from rag.passages import Passage, ScoredPassage


def passage(source: str, number: int) -> ScoredPassage:
    return ScoredPassage(passage=Passage(id=f"{source}-{number}", pilot="beir", source_id=source, title="", text=""), score=1 / (number + 1))


class ScriptedSource:
    def __init__(self, *found: ScoredPassage) -> None:
        self.found = found
        self.queries: list[tuple[str, int]] = []

    async def retrieve(self, query: str, *, pilot: str, top_k: int) -> list[ScoredPassage]:
        self.queries.append((query, top_k))
        return [*self.found]


class ScriptedAsker:
    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []
        self.days: list[date | None] = []

    async def ask(self, questions: Sequence[str], *, as_of: date | None = None) -> Reply:
        self.asked.append(questions)
        self.days.append(as_of)
        return Reply(Answer(pilot="p", status=AnswerStatus.CLARIFICATION, language="az", sentences=()), 7.0)


async def test_a_document_counts_once_at_its_best_passage() -> None:
    documents = tuple(BeirDocument(id=name, text=name) for name in "ab")
    dataset = BeirDataset(documents=documents, queries=(BeirQuery(id="q", text="şəhər"),), qrels={"q": {"b": 1}})
    source = ScriptedSource(passage("a", 0), passage("a", 1), passage("b", 2))
    steps: list[None] = []
    scores = await run_retrieval(dataset, source, variant="ascii", step=lambda: steps.append(None))
    assert scores["RR"] == 0.5
    assert source.queries == [("seher", DEPTH)]
    assert len(steps) == 1


async def test_cases_are_asked_with_their_context_in_the_variant_of_the_run() -> None:
    case = Case.model_validate(
        {"id": "c", "kind": "followup", "context": ["Ş"], "question": "bəs", "as_of": "2023-06-01", "expected_status": "clarification"}
    )
    asker = ScriptedAsker()
    (verdict,) = await run_answers([case], asker, variant="ascii", step=lambda: None)
    assert asker.asked == [["S", "bes"]]
    assert asker.days == [date(2023, 6, 1)]
    assert verdict.status_right
    assert (verdict.result.question, verdict.result.latency_ms) == ("bes", 7.0)


class BrokenAsker:
    async def ask(self, questions: Sequence[str], *, as_of: date | None = None) -> Reply:
        raise IndexError("a step is broken")


async def test_a_pipeline_that_breaks_names_the_case_that_broke_it() -> None:
    case = Case.model_validate({"id": "c-7", "kind": "plain", "question": "bəs", "expected_status": "answered"})
    with pytest.raises(IndexError) as caught:
        await run_answers([case], BrokenAsker(), variant="typo", step=lambda: None)
    assert caught.value.__notes__ == ["while asking case c-7, typo"]


def test_slips_are_the_same_in_every_run_and_differ_between_cases() -> None:
    text = "Şəxsiyyət vəsiqəsinin müddəti bitibsə, təzəsini harada almaq olar?"
    assert typed(text, "typo", key="c-1") == typed(text, "typo", key="c-1") != text
    assert len({typed(text, "typo", key=f"c-{number}") for number in range(5)}) > 1
    assert typed(text, "clean", key="c-1") == text


async def test_noise_is_not_for_cases_in_other_languages() -> None:
    cases = [
        Case.model_validate({"id": name, "kind": "plain", "language": name, "question": "passport", "expected_status": "clarification"})
        for name in ("az", "en", "ru")
    ]
    steps: list[None] = []
    noisy = await run_answers(cases, ScriptedAsker(), variant="upper", step=lambda: steps.append(None))
    assert [verdict.result.case.id for verdict in noisy] == ["az"]
    assert len(await run_answers(cases, ScriptedAsker(), variant="clean", step=lambda: steps.append(None))) == 3
    assert len(steps) == 6
