from datetime import date

import numpy as np
from numpy.typing import NDArray

from pilots.triage.duplicates import AppealsInMemory, Duplicate, KnownAppeal, find_duplicates, overlap, take_imprint
from pilots.triage.taxonomy import DuplicateLimits

LIMITS = DuplicateLimits(min_cosine=0.9, min_overlap=0.6)
DAY = date(2026, 11, 20)
TEXT = "Binamızda qazın təzyiqi aşağıdır, usta göndərin"


def vector(*values: float) -> NDArray[np.float32]:
    row = np.array(values, dtype=np.float32)
    return (row / np.linalg.norm(row)).astype(np.float32)


async def known(text: str, row: NDArray[np.float32]) -> AppealsInMemory:
    memory = AppealsInMemory()
    await memory.remember(KnownAppeal("a" * 32, DAY, take_imprint(text, row)))
    return memory


async def found(memory: AppealsInMemory, text: str, row: NDArray[np.float32]) -> list[Duplicate]:
    return await find_duplicates(memory, take_imprint(text, row), LIMITS)


async def test_the_same_appeal_in_another_typing_is_known_by_id_and_day():
    (duplicate,) = await found(await known(TEXT, vector(1, 0)), "BINAMIZDA qazin tezyiqi asagidir usta gonderin", vector(1, 0.1))

    assert (duplicate.answer_id, duplicate.received_on, duplicate.overlap) == ("a" * 32, DAY, 1.0)


async def test_meaning_alone_or_words_alone_are_not_enough():
    memory = await known(TEXT, vector(1, 0))

    assert await found(memory, "Sayğacın plombu qırılıb, akt yazıblar", vector(1, 0)) == []
    assert await found(memory, TEXT, vector(0, 1)) == []


async def test_the_closest_comes_first_and_a_flood_is_cut():
    memory = AppealsInMemory()
    for place in range(5):
        await memory.remember(KnownAppeal(str(place), DAY, take_imprint(TEXT, vector(1, place / 20))))

    assert [duplicate.answer_id for duplicate in await found(memory, TEXT, vector(1, 0))] == ["0", "1", "2"]


def test_an_appeal_without_words_overlaps_with_none():
    assert overlap(frozenset(), frozenset({1})) == 0.0
