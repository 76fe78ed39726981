"""Both engines of the index, by the name of a test's parameter."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from rag.edge_index import EdgePassageIndex
from rag.index import PassageIndex
from rag.server_index import ServerPassageIndex

ENGINES: Final = ("edge", "server")


@asynccontextmanager
async def open_engine(name: str, folder: Path, *, dimension: int) -> AsyncGenerator[PassageIndex]:
    """Open an empty index: `edge` in the folder, `server` in this process."""
    opened: PassageIndex
    if name == "edge":
        opened = await EdgePassageIndex.open(folder, dimension=dimension)
    else:
        opened = await ServerPassageIndex.connect(":memory:", dimension=dimension)
    try:
        yield opened
    finally:
        await opened.close()
