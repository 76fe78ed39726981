"""`make bench-serving`: the same model and prompts through vLLM's own server, through Ray Serve and through the whole gateway.

Questions are a pilot's own cases, prompts those that its gateway sends. All three are up at once and asked in turn, so that a busy machine
slows all of them; every prompt was read once before, so that no engine's prefix cache is ahead. A gateway shows no tokens: its time to
the first token is the time to the first sentence that the guard has let through.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack, aclosing
from dataclasses import dataclass, field, replace
from statistics import median

import httpx

from evaluation.dataset import load_cases
from evaluation.errors import GatewayUnreachable
from evaluation.loopback import open_loopback_gateway
from evaluation.prompts import record_requests
from evaluation.serving_targets import Servers, serve_both
from gateway.settings import Settings, load_settings
from pilots.answer import AnswerStatus
from pilots.registry import Pilot, find_pilot, load_pilots
from serving.client import Generation, GenerationRequest, OpenAIModel, build_http_client

DEADLINE_S = 600.0
"""More than a citizen would be given: what is slow here is measured, not cut off. An engine's first reply takes a minute on a busy machine."""
SINGLE, TOGETHER = 1, 4


@dataclass(frozen=True, slots=True)
class Timing:
    first_ms: float
    tokens: int


@dataclass(slots=True)
class Target:
    """`ask` answers the question of a number."""

    ask: Callable[[int], Awaitable[Timing]]
    first_ms: list[float] = field(default_factory=list[float])
    tokens: int = 0
    seconds: float = 0.0

    @property
    def figures(self) -> dict[str, float]:
        return {"ttft_ms_p50": round(median(self.first_ms), 1), "tokens_per_s": round(self.tokens / self.seconds, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.bench_serving", description=__doc__)
    parser.add_argument("--pilot", default="document_qa")
    parser.add_argument("--model", default="gemma-3-270m")
    parser.add_argument("--questions", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--port", type=int, default=8100, help="of Ray Serve; its metrics and vLLM's own server take the next two")
    parser.add_argument("--running", nargs=2, metavar=("DIRECT", "RAY"), help="measure servers that run already, by their addresses with /v1")
    arguments = parser.parse_args()
    settings = load_settings().model_copy(update={"log_level": "warning"})
    pilot = _patient(find_pilot(load_pilots(*settings.pilot_folders), arguments.pilot))
    with ExitStack() as stack:
        if arguments.running:
            servers = Servers(*arguments.running)
        else:
            servers = stack.enter_context(serve_both(settings, arguments.model, port=arguments.port, say=_say))
        chat = {"chat_url": servers.ray_url, "chat_model": arguments.model}
        figures = asyncio.run(
            measure(settings.model_copy(update=chat), pilot, direct_url=servers.direct_url, count=arguments.questions, rounds=arguments.rounds)
        )
    print(json.dumps({"model": arguments.model, "pilot": pilot.name} | figures))


async def measure(settings: Settings, pilot: Pilot, *, direct_url: str, count: int, rounds: int) -> dict[str, object]:
    """Return each target's figures, and those of Ray Serve and of the gateway divided by vLLM's own."""
    recorded = await record_requests(settings, pilot, _questions(pilot), count=count)
    requests = [replace(request, deadline_s=DEADLINE_S) for _, request in recorded]
    questions = [question for question, _ in recorded]
    async with build_http_client() as http, open_loopback_gateway(settings, pilot) as (gateway_url, key):
        model = str(settings.chat_model)
        targets = {
            "direct": Target(_model_asker(OpenAIModel(http, base_url=direct_url, model=model), requests)),
            "ray": Target(_model_asker(OpenAIModel(http, base_url=str(settings.chat_url), model=model), requests)),
            "gateway": Target(_gateway_asker(http, f"{gateway_url}/v1/pilots/{pilot.name}/answers", key, questions)),
        }
        for name, target in targets.items():
            _say(f"warming {name}")
            for number in range(len(requests)):
                await target.ask(number)
        for turn in range(rounds):
            for name, target in targets.items():
                _say(f"round {turn + 1}: {name}")
                await _ask_all(target, len(requests))
    figures = {name: target.figures for name, target in targets.items()}
    ratios = {f"{name}_{key}": round(figures[name][key] / figures["direct"][key], 3) for name in ("ray", "gateway") for key in figures["direct"]}
    for name, values in figures.items():
        print(f"{name:<8} first token p50 {values['ttft_ms_p50']:9.1f} ms   {values['tokens_per_s']:8.2f} tokens/s")
    return {"questions": len(requests), "rounds": rounds, "together": TOGETHER, **figures, "ratios": ratios}


async def _ask_all(target: Target, count: int) -> None:
    """Ask one after another for the first token's time, then several at once for the throughput."""
    for number in range(count):
        target.first_ms.append((await target.ask(number)).first_ms)
    slots = asyncio.Semaphore(TOGETHER)

    async def ask(number: int) -> int:
        async with slots:
            return (await target.ask(number)).tokens

    started = time.perf_counter()
    target.tokens += sum(await asyncio.gather(*map(ask, range(count))))
    target.seconds += time.perf_counter() - started


def _model_asker(model: OpenAIModel, requests: Sequence[GenerationRequest]) -> Callable[[int], Awaitable[Timing]]:
    async def ask(number: int) -> Timing:
        started = time.perf_counter()
        first: float | None = None
        async with aclosing(model.stream(requests[number])) as parts:
            async for part in parts:
                first = first or time.perf_counter()
                if isinstance(part, Generation):
                    return Timing((first - started) * 1000, part.usage.output_tokens if part.usage else 0)
        raise GatewayUnreachable(f"{model.model_id}: the stream had no end")

    return ask


def _gateway_asker(http: httpx.AsyncClient, url: str, key: str, questions: Sequence[str]) -> Callable[[int], Awaitable[Timing]]:
    headers = {"Authorization": f"Bearer {key}", "Accept": "text/event-stream"}

    async def ask(number: int) -> Timing:
        started = time.perf_counter()
        first: float | None = None
        event, last = "", ""
        async with http.stream("POST", url, json={"question": questions[number]}, headers=headers, timeout=DEADLINE_S) as response:
            async for line in response.aiter_lines():
                name, _, value = line.partition(": ")
                event = value if name == "event" else event
                if name == "data":
                    first = first or (time.perf_counter() if event == "sentence" else None)
                    last = value
        if event != "done" or first is None:
            raise GatewayUnreachable(f"{url}: the stream ended with {event or 'nothing'}")
        return Timing((first - started) * 1000, json.loads(last)["composition"]["output_tokens"])

    return ask


def _questions(pilot: Pilot) -> list[str]:
    """The pilot's single Azerbaijani questions that have an answer."""
    cases = load_cases(sorted(pilot.folder.glob("cases*.jsonl")))
    return [case.question for case in cases if case.expected_status is AnswerStatus.ANSWERED and not case.context and case.language == "az"]


def _patient(pilot: Pilot) -> Pilot:
    manifest = pilot.manifest
    generation = manifest.generation.model_copy(update={"deadline_s": DEADLINE_S})
    return replace(pilot, manifest=manifest.model_copy(update={"generation": generation}))


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    main()
