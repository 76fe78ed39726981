"""Runs: every question of a data set through the service, typed as given or with noise, kept as it comes back."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, TypeVar
from zlib import crc32

from evaluation.noise import NoiseKind, apply_noise
from evaluation.runs.folder import RunFolder
from evaluation.suites.output import Output

Variant = Literal["clean"] | NoiseKind
CLEAN: Final[Variant] = "clean"
Step = Callable[[], None]

Item = TypeVar("Item")
Kept = TypeVar("Kept", bound=Output)


@dataclass(frozen=True, slots=True)
class Asking(Generic[Item]):
    """One question to ask: its item of the data set and how it is typed."""

    key: str
    variant: Variant
    item: Item


def plan(items: Sequence[Item], variants: Sequence[Variant], *, key: Callable[[Item], str], native: Callable[[Item], bool]) -> list[Asking[Item]]:
    """Return every item in every variant. Noise is how Azerbaijani is typed: items that are not `native` are asked as given only."""
    return [Asking(key(item), variant, item) for variant in variants for item in items if variant == CLEAN or native(item)]


async def collect(
    plan: Sequence[Asking[Item]],
    ask: Callable[[Asking[Item]], Awaitable[Kept]],
    *,
    model: type[Kept],
    run: RunFolder | None = None,
    parallel: int = 1,
    step: Step = lambda: None,
) -> list[Kept]:
    """Ask what the run has not kept yet, `parallel` questions at a time, and return all outputs in the order of the plan.

    With `parallel` 1 the latencies are those of a service with nothing else to do. `step` is called once a question.
    """
    kept = {(output.key, output.variant): output for output in run.outputs(model)} if run else {}
    waiting: Iterator[Asking[Item]] = iter(plan)

    async def work() -> None:
        for asking in waiting:
            if (asking.key, asking.variant) not in kept:
                try:
                    output = await ask(asking)
                except Exception as fault:
                    fault.add_note(f"while asking case {asking.key}, {asking.variant}")
                    raise
                kept[asking.key, asking.variant] = output
                if run:
                    run.append(output)
            step()

    workers: list[asyncio.Task[Any]] = [asyncio.create_task(work()) for _ in range(parallel)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
    return [kept[asking.key, asking.variant] for asking in plan]


def typed(text: str, variant: Variant, *, key: str) -> str:
    """Return the text as the variant types it. The seed comes from the key, so that every run sees the same slips."""
    return text if variant == CLEAN else apply_noise(text, variant, seed=crc32(key.encode()))
