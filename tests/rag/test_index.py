"""What every index promises, run against both engines."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import numpy as np
import pytest

from rag.errors import CollectionMissing
from rag.index import Hit, IndexPoint, PassageIndex, SearchScope, SparseVector, Vector
from rag.passages import Passage, TrustTier
from tests.rag.engines import ENGINES, open_engine

# The in-process server searches exactly and says so; a real one uses both settings.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant:UserWarning"),
    pytest.mark.filterwarnings("ignore:Local mode performs exact:UserWarning"),
]

DIMENSION = 4
FEE, TERM, OFFICE = 11, 22, 33


@pytest.fixture(params=ENGINES)
async def index(request: pytest.FixtureRequest, index_path: Path) -> AsyncIterator[PassageIndex]:
    async with open_engine(request.param, index_path, dimension=DIMENSION) as opened:
        yield opened


def unit(*values: float) -> Vector:
    vector = np.array([*values, *[0.0] * (DIMENSION - len(values))], dtype=np.float32)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def terms(weights: Mapping[int, float]) -> SparseVector:
    return SparseVector(indices=tuple(sorted(weights)), values=tuple(weights[key] for key in sorted(weights)))


def passage(name: str, *, pilot: str = "citizen_chat", ordinal: int = 0) -> Passage:
    return Passage(
        id=str(uuid5(NAMESPACE_OID, f"{pilot}/{name}")),
        pilot=pilot,
        source_id=f"sv-{name}",
        title=f"Xidmət {name}",
        text=f"Mətn {name}",
        ordinal=ordinal,
    )


def point(name: str, weights: Mapping[int, float], dense: Vector | None = None, *, pilot: str = "citizen_chat") -> IndexPoint:
    return IndexPoint(passage=passage(name, pilot=pilot), sparse=terms(weights), dense=dense)


async def publish(index: PassageIndex, release: str, *points: IndexPoint, pilot: str = "citizen_chat") -> None:
    await index.upsert(release, points)
    await index.switch(pilot, release)


def names(hits: list[Hit]) -> list[str]:
    return [hit.passage.source_id.removeprefix("sv-") for hit in hits]


CITIZEN = SearchScope(pilot="citizen_chat")


async def test_a_pilot_without_a_release_is_missing_rather_than_empty(index: PassageIndex) -> None:
    await index.upsert("r1", [point("a", {FEE: 1.0})])

    assert await index.live_release("citizen_chat") is None
    with pytest.raises(CollectionMissing, match="citizen_chat"):
        await index.search(CITIZEN, dense=None, sparse=terms({FEE: 1.0}), depth=5)
    with pytest.raises(CollectionMissing):
        await index.lookup(CITIZEN, limit=5)
    with pytest.raises(CollectionMissing):
        await index.passages("citizen_chat")


async def test_a_stored_passage_comes_back_whole(index: PassageIndex) -> None:
    stored = Passage(
        id="5b6c3f0e-5a80-4f0c-9f0e-3d4b1f6c2a10",
        pilot="law_lookup",
        source_id="emek-mecellesi",
        title="Əmək Məcəlləsi",
        text="İşçi məzuniyyət hüququna malikdir.",
        locator="Maddə 14.3-1",
        section="14",
        url="https://example.az/emek",
        as_of="2023-05",
        trust=TrustTier.LAW,
        language="az",
        ordinal=7,
        editions=("2023-05", "2024-02-08"),
        in_force_from=date(2023, 5, 1),
        in_force_to=date(2025, 1, 31),
    )
    await publish(index, "r1", IndexPoint(passage=stored, sparse=terms({FEE: 1.0})), pilot="law_lookup")

    hits = await index.search(SearchScope(pilot="law_lookup"), dense=None, sparse=terms({FEE: 1.0}), depth=5)

    assert [hit.passage for hit in hits.lexical] == [stored]
    assert await index.passages("law_lookup") == [stored]


async def test_each_channel_ranks_by_its_own_raw_score(index: PassageIndex) -> None:
    await publish(
        index,
        "r1",
        point("near", {OFFICE: 1.0}, unit(1.0, 0.1)),
        point("far", {FEE: 1.0}, unit(0.1, 1.0)),
        point("rich", {FEE: 2.0}, unit(-1.0)),
    )

    hits = await index.search(CITIZEN, dense=unit(1.0), sparse=terms({FEE: 1.0}), depth=5)

    assert names(hits.dense) == ["near", "far", "rich"]
    assert [hit.score for hit in hits.dense] == pytest.approx([0.995, 0.0995, -1.0], abs=1e-3)
    assert names(hits.lexical) == ["rich", "far"]
    assert hits.lexical[0].score == pytest.approx(2 * hits.lexical[1].score)


async def test_fusion_is_weighted_reciprocal_rank_with_k_2(index: PassageIndex) -> None:
    await publish(
        index,
        "r1",
        point("both", {FEE: 1.0}, unit(1.0, 0.2)),
        point("dense_only", {OFFICE: 1.0}, unit(1.0)),
        point("lexical_only", {FEE: 2.0}),
    )

    hits = await index.search(CITIZEN, dense=unit(1.0), sparse=terms({FEE: 1.0}), depth=5, lexical_weight=3.0)

    def share(rank: int, weight: float) -> float:
        return 1 / (rank / weight + 2 - 1)

    expected = {"both": share(2, 1.0) + share(2, 3.0), "dense_only": share(1, 1.0), "lexical_only": share(1, 3.0)}
    assert {name: hit.score for name, hit in zip(names(hits.fused), hits.fused, strict=True)} == pytest.approx(expected, abs=1e-5)
    assert names(hits.fused) == sorted(expected, key=lambda name: -expected[name])


async def test_a_channel_without_a_query_is_empty_and_the_other_is_fused_alone(index: PassageIndex) -> None:
    await publish(index, "r1", point("a", {FEE: 1.0}, unit(1.0)), point("b", {FEE: 2.0}, unit(0.5, 0.5)))

    lexical = await index.search(CITIZEN, dense=None, sparse=terms({FEE: 1.0}), depth=5)
    dense = await index.search(CITIZEN, dense=unit(1.0), sparse=terms({}), depth=5)
    nothing = await index.search(CITIZEN, dense=None, sparse=None, depth=5)

    assert (names(lexical.dense), names(lexical.lexical), names(lexical.fused)) == ([], ["b", "a"], ["b", "a"])
    assert (names(dense.dense), names(dense.lexical), names(dense.fused)) == (["a", "b"], [], ["a", "b"])
    assert (nothing.dense, nothing.lexical, nothing.fused) == ([], [], [])


async def test_depth_limits_every_channel(index: PassageIndex) -> None:
    await publish(index, "r1", *[point(f"p{n}", {FEE: 1.0 + n}, unit(1.0, n)) for n in range(6)])

    hits = await index.search(CITIZEN, dense=unit(1.0), sparse=terms({FEE: 1.0}), depth=4)

    assert [len(channel) for channel in (hits.dense, hits.lexical, hits.fused)] == [4, 4, 4]


async def test_a_passage_is_found_by_its_terms_before_its_vector_arrives_and_by_both_after(index: PassageIndex) -> None:
    await publish(index, "r1", point("a", {FEE: 1.0}), point("b", {OFFICE: 1.0}))
    before = await index.search(CITIZEN, dense=unit(1.0), sparse=terms({FEE: 1.0}), depth=5)

    await index.set_dense("r1", {passage("a").id: unit(1.0)})
    after = await index.search(CITIZEN, dense=unit(1.0), sparse=terms({FEE: 1.0}), depth=5)

    assert (names(before.dense), names(before.lexical)) == ([], ["a"])
    assert (names(after.dense), names(after.lexical)) == (["a"], ["a"])
    assert await index.passages("citizen_chat", missing_dense=True) == [passage("b")]


async def test_vectors_of_passages_that_are_gone_are_skipped(index: PassageIndex) -> None:
    await publish(index, "r1", point("a", {FEE: 1.0}))

    await index.set_dense("r1", {passage("gone").id: unit(1.0), passage("a").id: unit(1.0)})
    await index.set_dense("r0", {passage("a").id: unit(1.0)})

    assert await index.passages("citizen_chat", missing_dense=True) == []
    assert await index.count("citizen_chat", "r1") == 1


async def test_a_passage_without_a_term_is_stored_and_found_by_its_vector(index: PassageIndex) -> None:
    await publish(index, "r1", point("a", {}, unit(1.0)))

    hits = await index.search(CITIZEN, dense=unit(1.0), sparse=terms({FEE: 1.0}), depth=5)

    assert (names(hits.dense), names(hits.lexical)) == (["a"], [])


async def test_the_same_passage_twice_is_stored_once(index: PassageIndex) -> None:
    await publish(index, "r1", point("a", {FEE: 1.0}), point("a", {FEE: 1.0}))
    await index.upsert("r1", [point("a", {FEE: 1.0})])

    assert await index.count("citizen_chat", "r1") == 1


async def test_more_passages_than_one_batch_are_stored_and_read_in_order(index: PassageIndex) -> None:
    source = [replace(passage(f"p{n}"), source_id="sv", ordinal=n) for n in range(600)]
    await publish(index, "r1", *[IndexPoint(passage=one, sparse=terms({FEE: 1.0})) for one in reversed(source)])

    assert await index.count("citizen_chat", "r1") == 600
    assert await index.passages("citizen_chat") == source
    assert await index.lookup(SearchScope(pilot="citizen_chat", source_ids=frozenset({"sv"})), limit=3) == source[:3]

    await index.drop("citizen_chat", keep="another")
    assert await index.count("citizen_chat", "r1") == 0


async def test_a_release_is_invisible_until_it_is_live_unless_it_is_named(index: PassageIndex) -> None:
    await publish(index, "r1", point("old", {FEE: 1.0}))
    await index.upsert("r2", [point("new", {FEE: 1.0})])

    async def found(release: str | None = None) -> list[str]:
        return names((await index.search(replace(CITIZEN, release=release), dense=None, sparse=terms({FEE: 1.0}), depth=5)).lexical)

    assert (await found(), await found("r2")) == (["old"], ["new"])
    await index.switch("citizen_chat", "r2")
    assert await found() == ["new"]
    assert await index.live_release("citizen_chat") == "r2"


async def test_dropping_deletes_all_releases_of_the_pilot_but_one(index: PassageIndex) -> None:
    await index.upsert("r1", [point("a", {FEE: 1.0})])
    await index.upsert("r2", [point("a", {FEE: 1.0})])
    await publish(index, "r3", point("a", {FEE: 1.0}))
    await publish(index, "r1", point("b", {FEE: 1.0}, pilot="triage"), pilot="triage")

    await index.drop("citizen_chat", keep="r3")

    assert [await index.count("citizen_chat", release) for release in ("r1", "r2", "r3")] == [0, 0, 1]
    assert await index.live_release("citizen_chat") == "r3"
    assert (await index.live_release("triage"), await index.count("triage", "r1")) == ("r1", 1)


async def test_a_pilot_never_sees_another_pilots_passages(index: PassageIndex) -> None:
    await publish(index, "same", point("a", {FEE: 1.0}, unit(1.0)))
    await publish(index, "same", point("b", {FEE: 1.0}, unit(1.0), pilot="triage"), pilot="triage")

    hits = await index.search(CITIZEN, dense=unit(1.0), sparse=terms({FEE: 1.0}), depth=5)

    assert (names(hits.dense), names(hits.lexical), names(hits.fused)) == (["a"], ["a"], ["a"])
    assert await index.passages("triage") == [passage("b", pilot="triage")]


async def test_term_rarity_is_that_of_the_pilots_own_release(index: PassageIndex) -> None:
    await publish(index, "r1", point("a", {FEE: 1.0}), *[point(f"p{n}", {OFFICE: 1.0}) for n in range(5)])

    async def score() -> float:
        return (await index.search(CITIZEN, dense=None, sparse=terms({FEE: 1.0}), depth=5)).lexical[0].score

    alone = await score()
    await publish(index, "t1", *[point(f"t{n}", {FEE: 1.0}, pilot="triage") for n in range(40)], pilot="triage")
    await index.upsert("r2", [point(f"n{n}", {FEE: 1.0}) for n in range(40)])
    beside_others = await score()
    await index.upsert("r1", [point(f"more{n}", {FEE: 1.0}) for n in range(3)])

    assert alone == pytest.approx(np.log(1 + (6 - 1 + 0.5) / (1 + 0.5)), rel=1e-4)
    assert beside_others == pytest.approx(alone)
    assert await score() < alone


async def test_term_rarity_does_not_depend_on_the_scopes_narrowing(index: PassageIndex) -> None:
    await publish(index, "r1", point("a", {FEE: 1.0}), *[point(f"p{n}", {OFFICE: 1.0}) for n in range(5)])
    whole = await index.search(CITIZEN, dense=None, sparse=terms({FEE: 1.0}), depth=5)

    narrowed = await index.search(replace(CITIZEN, source_ids=frozenset({"sv-a"})), dense=None, sparse=terms({FEE: 1.0}), depth=5)

    assert narrowed.lexical[0].score == pytest.approx(whole.lexical[0].score)


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        (SearchScope(pilot="citizen_chat", trust=frozenset({TrustTier.LAW})), ["law"]),
        (SearchScope(pilot="citizen_chat", trust=frozenset({TrustTier.LAW, TrustTier.GUIDE})), ["guide", "law"]),
        (SearchScope(pilot="citizen_chat", source_ids=frozenset({"sv-guide"})), ["guide"]),
        (SearchScope(pilot="citizen_chat", sections=frozenset({"fees"})), ["law"]),
        (SearchScope(pilot="citizen_chat", sections=frozenset({"fees"}), source_ids=frozenset({"sv-guide"})), []),
        (SearchScope(pilot="citizen_chat", source_ids=frozenset()), []),
        (SearchScope(pilot="citizen_chat", trust=frozenset()), []),
    ],
)
async def test_a_scope_narrows_search_and_lookup_alike(index: PassageIndex, narrowing: SearchScope, expected: list[str]) -> None:
    law = replace(passage("law"), trust=TrustTier.LAW, section="fees")
    guide = replace(passage("guide"), trust=TrustTier.GUIDE, section="documents")
    await publish(index, "r1", *[IndexPoint(passage=one, sparse=terms({FEE: 1.0}), dense=unit(1.0)) for one in (law, guide)])

    hits = await index.search(narrowing, dense=unit(1.0), sparse=terms({FEE: 1.0}), depth=5)
    looked_up = await index.lookup(narrowing, limit=5)

    assert [sorted(names(channel)) for channel in (hits.dense, hits.lexical, hits.fused)] == [expected] * 3
    assert [one.source_id.removeprefix("sv-") for one in looked_up] == expected


async def test_searches_never_meet_an_empty_or_half_dropped_corpus_while_releases_change(index: PassageIndex) -> None:
    def release(number: int) -> list[IndexPoint]:
        return [point(f"p{n}", {FEE: 1.0 + number}) for n in range(20)]

    await publish(index, "r0", *release(0))
    done = asyncio.Event()

    async def replace_releases() -> None:
        for number in range(1, 6):
            await index.upsert(f"r{number}", release(number))
            await asyncio.sleep(0)
            await index.switch("citizen_chat", f"r{number}")
            await asyncio.sleep(0)
            await index.drop("citizen_chat", keep=f"r{number}")
        done.set()

    async def search() -> set[int]:
        seen: set[int] = set()
        while not done.is_set():
            hits = await index.search(CITIZEN, dense=None, sparse=terms({FEE: 1.0}), depth=50)
            seen.add(len(hits.lexical))
            await asyncio.sleep(0)
        return seen

    _, *seen = await asyncio.gather(replace_releases(), search(), search())

    assert seen == [{20}, {20}]


def version(name: str, weights: Mapping[int, float], since: date | None, until: date | None) -> IndexPoint:
    stored = point(name, weights, unit(1, 0))
    return replace(stored, passage=replace(stored.passage, source_id="sv-law", section="2", text=name, in_force_from=since, in_force_to=until))


CHANGE = date(2024, 2, 8)


@pytest.mark.parametrize(
    ("day", "seen"),
    [
        (date(1990, 1, 1), {"old", "always"}),
        (date(2024, 2, 7), {"old", "always"}),
        (CHANGE, {"new", "always"}),
        (None, {"old", "new", "always"}),
    ],
)
async def test_a_day_leaves_out_what_was_not_in_force(index: PassageIndex, day: date | None, seen: set[str]) -> None:
    await publish(
        index,
        "r1",
        version("old", {FEE: 1.0}, None, CHANGE),
        version("new", {FEE: 1.0}, CHANGE, None),
        version("always", {FEE: 1.0}, None, None),
    )
    scope = replace(CITIZEN, in_force_on=day)

    hits = await index.search(scope, dense=unit(1, 0), sparse=terms({FEE: 1.0}), depth=5)

    for channel in (hits.dense, hits.lexical, hits.fused):
        assert {hit.passage.text for hit in channel} == seen
    of_article = replace(scope, source_ids=frozenset({"sv-law"}), sections=frozenset({"2"}))
    assert {passage.text for passage in await index.lookup(of_article, limit=5)} == seen


async def test_versions_that_are_not_in_force_do_not_move_the_scores(index: PassageIndex) -> None:
    others = [version(f"other-{number}", {TERM: 1.0}, None, None) for number in range(5)]
    await publish(index, "r1", version("new", {FEE: 1.0}, CHANGE, None), *others)
    await publish(index, "r2", version("new", {FEE: 1.0}, CHANGE, None), version("old", {FEE: 1.0}, None, CHANGE), *others)

    async def score(release: str) -> float:
        scope = replace(CITIZEN, release=release, in_force_on=CHANGE)
        return (await index.search(scope, dense=None, sparse=terms({FEE: 1.0}), depth=5)).lexical[0].score

    assert await score("r2") == pytest.approx(await score("r1"))  # pyright: ignore[reportUnknownMemberType]
