"""Embeddings that were paid for once: a file from which a second ingest of the same text takes its vectors."""

import hashlib
import sqlite3
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from rag.errors import IndexUnavailable
from rag.index import Vector
from rag.points import batches
from serving.protocols import EmbeddingKind

_KEYS_A_QUERY: Final = 500  # well below the number of variables that any SQLite build allows in one statement


class EmbeddingCache:
    """Vectors by model, kind and text; only a digest of the text is stored. May be shared by threads and by processes.

    Every call blocks for a file access: coroutines call it in a thread.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, creating it and its folder when they are new.

        Raises:
            IndexUnavailable: the file cannot be opened, or is no cache. It may be deleted at the cost of embedding again.
        """
        self._path = path
        self._lock = threading.Lock()
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Autocommit: each write is its own statement or stands between an explicit BEGIN and COMMIT.
            self._database = sqlite3.connect(path, timeout=30, check_same_thread=False, isolation_level=None)
            try:
                self._database.execute("PRAGMA journal_mode = WAL")
                self._database.execute("PRAGMA synchronous = NORMAL")  # a power cut may lose the last vectors, never the file
                self._database.execute(
                    "CREATE TABLE IF NOT EXISTS embedding (model_id TEXT, digest BLOB, vector BLOB NOT NULL, PRIMARY KEY (model_id, digest))"
                )
            except sqlite3.Error:
                self._database.close()
                raise

    def get(self, model_id: str, kind: EmbeddingKind, texts: Sequence[str]) -> dict[str, Vector]:
        """Return the vectors that are known, by text; texts without one are left out."""
        by_digest = {_digest(kind, text): text for text in texts}
        found: dict[str, Vector] = {}
        with self._lock, self._translated():
            for digests in batches(list(by_digest), _KEYS_A_QUERY):
                marks = ", ".join("?" * len(digests))
                statement = f"SELECT digest, vector FROM embedding WHERE model_id = ? AND digest IN ({marks})"  # noqa: S608
                for digest, blob in self._database.execute(statement, (model_id, *digests)):
                    found[by_digest[digest]] = np.frombuffer(blob, dtype="<f4").astype(np.float32)
        return found

    def put(self, model_id: str, kind: EmbeddingKind, vectors: Mapping[str, Vector]) -> None:
        """Store vectors by text: all of them or, after a crash, none."""
        rows = [(model_id, _digest(kind, text), vector.astype("<f4").tobytes()) for text, vector in vectors.items()]
        with self._lock, self._translated():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                self._database.executemany("INSERT OR REPLACE INTO embedding VALUES (?, ?, ?)", rows)
                self._database.execute("COMMIT")
            except BaseException:
                self._database.execute("ROLLBACK")
                raise

    def close(self) -> None:
        with self._lock:
            self._database.close()

    @contextmanager
    def _translated(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as fault:
            raise IndexUnavailable(f"the embedding cache {self._path} failed: {fault}") from fault


def _digest(kind: EmbeddingKind, text: str) -> bytes:
    return hashlib.sha256(f"{kind.value}\0{text}".encode("utf-8", "surrogatepass")).digest()
