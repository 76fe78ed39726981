import pytest

from pilots.context import Context
from pilots.steps.retrieve_passages import RetrievePassages
from rag.errors import RetrievalFailed
from tests.pilots.small_pilot import ScriptedSource, context_of, found


async def test_what_search_finds_is_kept_best_first_and_no_more_than_asked():
    source = ScriptedSource([found("a"), found("b"), found("c")])

    outcome = await RetrievePassages(source, pilot="kicik_pilot", top_k=2)(context_of("pasport"))

    assert isinstance(outcome, Context)
    assert [scored.passage.source_id for scored in outcome.passages] == ["a", "b"]
    assert source.queries == ["pasport"]


async def test_finding_nothing_is_no_fault():
    outcome = await RetrievePassages(ScriptedSource(), pilot="kicik_pilot", top_k=2)(context_of("pasport"))

    assert isinstance(outcome, Context)
    assert outcome.passages == ()


async def test_a_failed_search_is_never_an_empty_result():
    with pytest.raises(RetrievalFailed):
        await RetrievePassages(ScriptedSource(fault=RetrievalFailed("kicik_pilot")), pilot="kicik_pilot", top_k=2)(context_of("pasport"))
