import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag.embedding_cache import EmbeddingCache
from rag.errors import IndexUnavailable
from serving.protocols import EmbeddingKind

PASSAGE, QUERY = EmbeddingKind.PASSAGE, EmbeddingKind.QUERY


def vector(seed: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.random.default_rng(seed).standard_normal(8).astype(np.float32)


def test_vectors_come_back_exactly_after_opening_again(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "embeddings.sqlite"
    first = EmbeddingCache(path)
    first.put("e5", PASSAGE, {"rüsum": vector(1), "müddət": vector(2)})
    first.close()

    second = EmbeddingCache(path)
    found = second.get("e5", PASSAGE, ["müddət", "rüsum", "naməlum"])
    second.close()

    assert set(found) == {"rüsum", "müddət"}
    assert found["rüsum"].dtype == np.float32
    np.testing.assert_array_equal(found["rüsum"], vector(1))
    np.testing.assert_array_equal(found["müddət"], vector(2))


def test_model_and_kind_are_part_of_the_key(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "c")
    cache.put("e5", PASSAGE, {"rüsum": vector(1)})

    assert cache.get("bge", PASSAGE, ["rüsum"]) == {}
    assert cache.get("e5", QUERY, ["rüsum"]) == {}
    assert list(cache.get("e5", PASSAGE, ["rüsum"])) == ["rüsum"]
    cache.close()


def test_a_later_vector_replaces_an_earlier_one(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "c")
    cache.put("e5", PASSAGE, {"rüsum": vector(1)})
    cache.put("e5", PASSAGE, {"rüsum": vector(2)})

    np.testing.assert_array_equal(cache.get("e5", PASSAGE, ["rüsum"])["rüsum"], vector(2))
    cache.close()


def test_more_texts_than_a_statement_may_name_are_all_found(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "c")
    texts = [f"mətn {n}" for n in range(1201)]
    cache.put("e5", PASSAGE, {text: vector(n) for n, text in enumerate(texts)})

    assert list(cache.get("e5", PASSAGE, [*texts, "başqa"]).keys() ^ set(texts)) == []
    cache.close()


def test_texts_themselves_are_not_in_the_file(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "c")
    cache.put("e5", PASSAGE, {"confidential-words": vector(1)})
    cache.close()

    assert b"confidential" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_threads_may_share_it(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "c")

    def put(number: int) -> None:
        cache.put("e5", PASSAGE, {f"t{number}": vector(number)})

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(put, range(64)))

    assert len(cache.get("e5", PASSAGE, [f"t{n}" for n in range(64)])) == 64
    cache.close()


def test_two_holders_of_the_same_file_see_each_others_vectors(tmp_path: Path) -> None:
    one, other = EmbeddingCache(tmp_path / "c"), EmbeddingCache(tmp_path / "c")
    one.put("e5", PASSAGE, {"a": vector(1)})
    other.put("e5", PASSAGE, {"b": vector(2)})

    assert one.get("e5", PASSAGE, ["a", "b"]).keys() == other.get("e5", PASSAGE, ["a", "b"]).keys() == {"a", "b"}
    one.close()
    other.close()


def test_a_file_that_is_no_cache_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "c").write_bytes(b"not a database" * 100)

    with pytest.raises(IndexUnavailable, match=str(tmp_path / "c")) as refused:
        EmbeddingCache(tmp_path / "c")
    assert isinstance(refused.value.__cause__, sqlite3.DatabaseError)
