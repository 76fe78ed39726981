import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rag.edge_index import EdgePassageIndex
from rag.edge_shard import open_shard
from rag.errors import IndexLocked, IndexUnavailable
from rag.index import IndexPoint, SearchScope, SparseVector
from rag.passages import Passage

REPOSITORY = Path(__file__).parents[2]
SIZE = 600

WRITER = """
import asyncio, sys
from pathlib import Path
from rag.edge_index import EdgePassageIndex
from rag.index import IndexPoint, SparseVector
from rag.passages import Passage

def say(step):
    print(step, flush=True)

def points(release, size):
    return [
        IndexPoint(
            passage=Passage(id=f"{release}-{n}", pilot="citizen_chat", source_id=release, title="t", text="x" * 200, ordinal=n),
            sparse=SparseVector(indices=(7,), values=(1.0,)),
        )
        for n in range(size)
    ]

async def main(path, size):
    index = await EdgePassageIndex.open(Path(path), dimension=4)
    await index.upsert("r1", points("r1", size))
    await index.switch("citizen_chat", "r1")
    say("old-live")
    await index.upsert("r2", points("r2", size // 2))
    say("new-half-written")
    await index.upsert("r2", points("r2", size))
    say("new-written")
    await index.switch("citizen_chat", "r2")
    say("new-live")
    await index.drop("citizen_chat", keep="r2")
    say("old-dropped")
    await asyncio.sleep(60)

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""

HOLDER = """
import asyncio, sys
from pathlib import Path
from rag.edge_index import EdgePassageIndex

async def main():
    await EdgePassageIndex.open(Path(sys.argv[1]), dimension=4)
    print("open", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def steps(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield line.strip()


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", script, *arguments], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


def kill_at(step: str, path: Path, *, after_s: float = 0.0) -> None:
    with start(WRITER, str(path), str(SIZE)) as process:
        reached = step in steps(process)
        time.sleep(after_s)
        process.kill()
        assert reached


@pytest.mark.parametrize(
    ("step", "after_s", "may_be_live"),
    [
        ("old-live", 0.005, {"r1"}),
        ("new-half-written", 0.0, {"r1"}),
        ("new-written", 0.0, {"r1", "r2"}),
        ("new-written", 0.005, {"r1", "r2"}),
        ("new-live", 0.0, {"r2"}),
        ("new-live", 0.01, {"r2"}),
        ("old-dropped", 0.0, {"r2"}),
    ],
)
async def test_a_killed_ingest_leaves_the_old_or_the_new_release_live_and_whole(
    index_path: Path, step: str, after_s: float, may_be_live: set[str]
) -> None:
    kill_at(step, index_path, after_s=after_s)

    index = await EdgePassageIndex.open(index_path, dimension=4)
    live = await index.live_release("citizen_chat")
    assert live in may_be_live
    assert await index.count("citizen_chat", live) == SIZE
    hits = await index.search(SearchScope(pilot="citizen_chat"), dense=None, sparse=SparseVector((7,), (1.0,)), depth=10)
    assert {hit.passage.source_id for hit in hits.fused} == {live}
    await index.close()


async def test_what_was_written_is_there_after_closing_and_opening_again(index_path: Path) -> None:
    passage = Passage(id="a", pilot="citizen_chat", source_id="sv-a", title="t", text="x")
    first = await EdgePassageIndex.open(index_path, dimension=4)
    await first.upsert("r1", [IndexPoint(passage=passage, sparse=SparseVector((7,), (1.0,)), dense=np.array([1, 0, 0, 0], dtype=np.float32))])
    await first.switch("citizen_chat", "r1")
    await first.close()

    second = await EdgePassageIndex.open(index_path, dimension=4)
    assert await second.passages("citizen_chat") == [passage]
    assert await second.passages("citizen_chat", missing_dense=True) == []
    await second.close()


async def test_a_second_process_learns_that_the_index_is_held_and_what_to_do(index_path: Path) -> None:
    with start(HOLDER, str(index_path)) as process:
        assert next(steps(process)) == "open"
        with pytest.raises(IndexLocked, match=r"another process holds the embedded index.*server profile"):
            await EdgePassageIndex.open(index_path, dimension=4)
        process.kill()

    released = await EdgePassageIndex.open(index_path, dimension=4)
    await released.close()


async def test_a_shard_that_was_half_created_is_created_again(index_path: Path) -> None:
    (index_path / "shard.new" / "segments").mkdir(parents=True)
    (index_path / "shard.new" / "edge_config.json").write_text("{")

    index = await EdgePassageIndex.open(index_path, dimension=4)
    assert await index.live_release("citizen_chat") is None
    await index.close()


async def test_vectors_of_another_dimension_are_refused_and_the_folder_is_given_up(index_path: Path) -> None:
    await (await EdgePassageIndex.open(index_path, dimension=4)).close()

    with pytest.raises(IndexUnavailable, match="8-dimensional"):
        await EdgePassageIndex.open(index_path, dimension=8)

    await (await EdgePassageIndex.open(index_path, dimension=4)).close()


async def test_a_refused_write_is_an_index_fault_and_the_index_stays_usable(index_path: Path) -> None:
    passage = Passage(id="a", pilot="citizen_chat", source_id="sv-a", title="t", text="x")
    index = await EdgePassageIndex.open(index_path, dimension=4)
    with pytest.raises(IndexUnavailable):
        await index.upsert("r1", [IndexPoint(passage=passage, sparse=SparseVector((7,), (1.0,)), dense=np.ones(3, dtype=np.float32))])

    await index.upsert("r1", [IndexPoint(passage=passage, sparse=SparseVector((7,), (1.0,)))])
    assert await index.count("citizen_chat", "r1") == 1
    await index.close()

    reopened = await EdgePassageIndex.open(index_path, dimension=4)
    assert await reopened.count("citizen_chat", "r1") == 1
    await reopened.close()


async def test_a_closed_index_says_so(index_path: Path) -> None:
    index = await EdgePassageIndex.open(index_path, dimension=4)
    await index.close()
    await index.close()

    with pytest.raises(IndexUnavailable, match="closed"):
        await index.live_release("citizen_chat")


async def test_a_shard_of_an_earlier_program_learns_the_fields_that_are_new(index_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passage = Passage(id="a", pilot="citizen_chat", source_id="sv-a", title="t", text="x", in_force_to=date(2024, 1, 1))
    with monkeypatch.context() as earlier:
        earlier.setattr("rag.edge_shard.DAY_FIELDS", ())
        await (await EdgePassageIndex.open(index_path, dimension=4)).close()

    shard, lock = open_shard(index_path, 4)
    fields = set(shard.info().payload_schema)
    shard.close()
    os.close(lock)
    assert {"in_force_from", "in_force_to"} <= fields

    index = await EdgePassageIndex.open(index_path, dimension=4)
    await index.upsert("r1", [IndexPoint(passage=passage, sparse=SparseVector((7,), (1.0,)))])
    scope = SearchScope(pilot="citizen_chat", release="r1", in_force_on=date(2024, 1, 1))
    assert await index.lookup(scope, limit=5) == []
    await index.close()
