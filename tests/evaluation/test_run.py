import asyncio
from datetime import date
from pathlib import Path

import pytest

from evaluation.dataset import BeirDataset, BeirDocument, BeirMetadata, BeirQuery, Case
from evaluation.run import Asking, collect, plan, typed
from evaluation.runs.folder import RunFolder
from evaluation.suites.asking import DEPTH, ask_case, search_query
from evaluation.suites.output import AnswerOutput, RetrievalOutput
from rag.passages import Passage, ScoredPassage
from tests.evaluation.answering import ScriptedAsker, case, output


def passage(source: str, number: int) -> ScoredPassage:
    return ScoredPassage(passage=Passage(id=f"{source}-{number}", pilot="beir", source_id=source, title="", text=""), score=1 / (number + 1))


class ScriptedSource:
    def __init__(self, *found: ScoredPassage) -> None:
        self.found = found
        self.queries: list[tuple[str, int]] = []

    async def retrieve(self, query: str, *, pilot: str, top_k: int) -> list[ScoredPassage]:
        self.queries.append((query, top_k))
        return [*self.found]


def asking(*cases: Case, variant: str = "clean") -> list[Asking[Case]]:
    return plan(cases, [variant], key=lambda case: case.id, native=lambda case: case.language == "az")  # pyright: ignore[reportArgumentType]


async def test_a_document_counts_once_at_its_best_passage() -> None:
    documents = tuple(BeirDocument(id=name, text=name, metadata=BeirMetadata(domain=f"d-{name}")) for name in "ab")
    dataset = BeirDataset(documents=documents, queries=(BeirQuery(id="q", text="şəhər"),), qrels={"q": {"b": 1}})
    source = ScriptedSource(passage("a", 0), passage("a", 1), passage("b", 2))
    steps: list[None] = []
    (found,) = await collect(
        [Asking("q", "ascii", dataset.queries[0])], search_query(source, dataset), model=RetrievalOutput, step=lambda: steps.append(None)
    )
    assert (found.ranking, found.relevant, found.domains) == (("a", "b"), {"b": 1}, ("d-b",))
    assert source.queries == [("seher", DEPTH)]
    assert len(steps) == 1


async def test_cases_are_asked_with_their_context_in_the_variant_of_the_run() -> None:
    asked = case("clarification", id="c", kind="followup", context=("Ş",), question="bəs", as_of="2023-06-01")
    asker = ScriptedAsker()
    (found,) = await collect(asking(asked, variant="ascii"), ask_case(asker), model=AnswerOutput)
    assert asker.asked == [("S", "bes")]
    assert asker.days == [date(2023, 6, 1)]
    assert (found.asked, found.latency_ms, found.variant) == (("S", "bes"), 7.0, "ascii")


async def test_a_pipeline_that_breaks_names_the_case_that_broke_it() -> None:
    async def broken(_: Asking[Case]) -> AnswerOutput:
        raise IndexError("a step is broken")

    with pytest.raises(IndexError) as caught:
        await collect(asking(case(id="c-7"), variant="typo"), broken, model=AnswerOutput)
    assert caught.value.__notes__ == ["while asking case c-7, typo"]


async def test_an_interrupted_run_asks_only_what_it_has_not_kept(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.append(output(case(id="c-1"), ScriptedAsker().given))
    with (tmp_path / "outputs.jsonl").open("a") as lines:
        lines.write('{"key": "c-2", "vari')
    asker = ScriptedAsker()
    found = await collect(asking(case(id="c-1"), case(id="c-2", question="ikinci")), ask_case(asker), model=AnswerOutput, run=run)
    assert asker.asked == [("ikinci",)]
    assert [item.key for item in found] == ["c-1", "c-2"]
    assert [item.key for item in run.outputs(AnswerOutput)] == ["c-1", "c-2"]


async def test_questions_are_asked_side_by_side_and_come_back_in_order() -> None:
    running = most = 0

    async def ask(asking: Asking[Case]) -> AnswerOutput:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01 if asking.key == "c-0" else 0)
        running -= 1
        return output(asking.item, ScriptedAsker().given)

    cases = [case(id=f"c-{number}") for number in range(5)]
    found = await collect(asking(*cases), ask, model=AnswerOutput, parallel=3)
    assert most == 3
    assert [item.key for item in found] == [f"c-{number}" for number in range(5)]


def test_slips_are_the_same_in_every_run_and_differ_between_cases() -> None:
    text = "Şəxsiyyət vəsiqəsinin müddəti bitibsə, təzəsini harada almaq olar?"
    assert typed(text, "typo", key="c-1") == typed(text, "typo", key="c-1") != text
    assert len({typed(text, "typo", key=f"c-{number}") for number in range(5)}) > 1
    assert typed(text, "clean", key="c-1") == text


def test_noise_is_not_for_cases_in_other_languages() -> None:
    cases = [case(id=name, language=name) for name in ("az", "en", "ru")]
    found = plan(cases, ["clean", "upper"], key=lambda case: case.id, native=lambda case: case.language == "az")
    assert [(item.key, item.variant) for item in found] == [("az", "clean"), ("en", "clean"), ("ru", "clean"), ("az", "upper")]
