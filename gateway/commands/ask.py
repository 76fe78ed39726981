"""korpu ask"""

import asyncio
import json
from typing import Any

from opentelemetry import trace
from pydantic import ValidationError
from rich.console import Console

from gateway.commands.remote import ask_remotely
from gateway.composition import open_gateway
from gateway.contract import AnswerDocument, QuestionDocument
from gateway.errors import PilotNotReady
from gateway.policy import Caller, Role
from gateway.readiness import Stage
from gateway.settings import Settings, load_settings
from gateway.span_collection import collect_spans
from pilots.errors import QuestionInvalid
from pilots.registry import find_pilot, load_pilots
from rag.errors import IndexLocked
from serving.spans import open_span

tracer = trace.get_tracer("korpu.gateway")
LOCAL = Caller(id="local", role=Role.ADMIN)


def ask(
    pilot: str,
    question: str,
    *,
    as_json: bool,
    conversation: str | None,
    language: str | None,
    as_of: str | None,
    url: str | None,
    key: str | None,
) -> None:
    """Answer in this process, or at the gateway that holds this data folder's index."""
    settings = load_settings()
    try:
        body = QuestionDocument.model_validate({"question": question, "conversation_id": conversation, "language": language, "as_of": as_of})
    except ValidationError as error:
        raise QuestionInvalid("; ".join(f"{fault['loc'][0]}: {fault['msg']}" for fault in error.errors())) from None
    wire = body.model_dump(mode="json", exclude_none=True)
    if url is not None:
        answer = ask_remotely(url, pilot, wire, settings=settings, key=key)
    else:
        try:
            answer = asyncio.run(ask_here(pilot, body, settings=settings))
        except IndexLocked:
            answer = ask_remotely(settings.base_url, pilot, wire, settings=settings, key=key)
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        show(AnswerDocument.model_validate(answer))


async def ask_here(pilot_name: str, body: QuestionDocument, *, settings: Settings) -> dict[str, Any]:
    """Open just what this pilot needs, answer and close."""
    pilot = find_pilot(load_pilots(*settings.pilot_folders), pilot_name)
    quiet = settings.model_copy(update={"log_level": "error"})
    async with open_gateway(quiet, served_pilots={pilot.name: pilot}, fill_vectors=False) as gateway:
        with Console(stderr=True).status("Reading the sources …"):
            progress = await gateway.readiness.settled(pilot.name)
        if progress.stage is Stage.FAILED:
            raise PilotNotReady(f"the corpus of {pilot.name} cannot be used: {progress.fault}; `korpu doctor` says more")
        with collect_spans() as collection, open_span(tracer, "ask"):
            case = await gateway.desk.take(
                LOCAL, pilot.name, text=body.question, conversation_id=body.conversation_id, language=body.language, as_of=body.as_of
            )
            answer = await gateway.desk.answer(case)
        if (trace_document := collection.document()) is not None:
            gateway.traces.keep(trace_document)
        return AnswerDocument.of(answer).model_dump(mode="json")


def show(answer: AnswerDocument) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(answer.text, markup=False)
    if answer.citations:
        console.print()
    for citation in answer.citations:
        place = ", ".join(part for part in (citation.title, citation.locator, citation.as_of) if part)
        console.print(f"[{citation.n}] {place}", markup=False, style="bold")
        console.print(f"    «{citation.quote}»", markup=False, style="dim")
        if citation.url:
            console.print(f"    {citation.url}", markup=False, style="dim")
    total_ms = answer.timings_ms.get("total", 0.0)
    console.print(f"\n{answer.status} · {total_ms:.0f} ms · --conversation {answer.conversation_id}", markup=False, style="dim")
    console.print(f"korpu trace {answer.id}", markup=False, style="dim")
