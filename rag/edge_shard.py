"""Opening the embedded engine's folder: one process at a time, never half created, its segments in order."""

import fcntl
import os
import shutil
from pathlib import Path

import qdrant_edge as edge

from rag.errors import IndexLocked, IndexUnavailable
from rag.points import DAY_FIELDS, DENSE, KEYWORD_FIELDS, LEXICAL


def open_shard(path: Path, dimension: int) -> tuple[edge.EdgeShard, int]:
    """Return the shard in a folder and the descriptor that holds the folder's lock; closing it gives the folder up.

    Blocks, and keeps the interpreter lock, for as long as a rebuild of segments takes: about half a second per 1,000
    passages that were written since the last opening.

    Raises:
        IndexLocked: another process holds the folder.
        IndexUnavailable: the folder cannot be read, or holds vectors of another dimension.
    """
    lock = -1
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return _load_or_create(path, dimension), lock
    except BlockingIOError as fault:
        os.close(lock)
        raise IndexLocked(
            f"another process holds the embedded index in {path}: stop it first, or use the server profile, whose index many processes may share"
        ) from fault
    except Exception as fault:
        if lock >= 0:
            os.close(lock)
        raise IndexUnavailable(f"the embedded index in {path} cannot be opened for {dimension}-dimensional vectors: {fault}") from fault


def _load_or_create(path: Path, dimension: int) -> edge.EdgeShard:
    config = edge.EdgeConfig(
        vectors={DENSE: edge.EdgeVectorParams(size=dimension, distance=edge.Distance.Cosine)},
        sparse_vectors={LEXICAL: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
    )
    home = path / "shard"
    if not home.exists():
        # Created beside its place and then renamed, so that a crash leaves no half-made shard that cannot be loaded.
        unfinished = path / "shard.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        shard = edge.EdgeShard.create(str(unfinished), config)
        for field in KEYWORD_FIELDS:
            schema = edge.KeywordIndexParams(is_tenant=True) if field == "pilot" else edge.PayloadSchemaType.Keyword
            shard.update(edge.UpdateOperation.create_field_index(field, schema))
        shard.flush()
        shard.close()
        unfinished.rename(home)
    shard = edge.EdgeShard.load(str(home), config)
    for field in set(DAY_FIELDS) - set(shard.info().payload_schema):  # a shard of an earlier program has no such fields
        shard.update(edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Integer))
    shard.optimize()
    return shard
