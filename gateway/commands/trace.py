"""korpu trace"""

import asyncio
import json

import httpx
from pydantic import JsonValue, ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.errors import GatewayUnreachable
from gateway.settings import load_settings
from gateway.store.database import open_database
from gateway.store.traces import Traces
from gateway.trace_contract import SpanDocument, TraceDocument
from serving import semconv

BAR_COLUMNS = 32
SHOWN_PASSAGES = 5


def trace(answer_id: str, *, as_json: bool, url: str | None, key: str | None) -> None:
    """Show how an answer came about: from this data folder's database, or from a running gateway."""
    document = fetch_trace(url, answer_id, key=key) if url is not None else asyncio.run(read_trace(answer_id))
    if as_json:
        print(json.dumps(document.model_dump(mode="json"), ensure_ascii=False, indent=2))
    else:
        show(document, Console(highlight=False))


async def read_trace(answer_id: str) -> TraceDocument:
    async with open_database(load_settings().database) as database:
        return await Traces(database).read(answer_id)


def fetch_trace(url: str, answer_id: str, *, key: str | None) -> TraceDocument:
    """Raises GatewayUnreachable when no gateway answers there, or it refuses; the message is the problem's detail."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    try:
        response = httpx.get(f"{url.rstrip('/')}/v1/answers/{answer_id}/trace", headers=headers)
        if response.is_error:
            problem = response.json()
            raise GatewayUnreachable(f"{problem.get('title')}: {problem.get('detail')}")
        return TraceDocument.model_validate_json(response.content)
    except (httpx.HTTPError, httpx.InvalidURL, ValidationError, ValueError) as error:
        raise GatewayUnreachable(f"no gateway answers at {url}") from error


def show(document: TraceDocument, console: Console) -> None:
    """Print a waterfall: one line a span, indented below the span that it is part of, and under it what it decided."""
    console.print(
        f"{document.answer_id} · {document.pilot} · {document.started_at:%Y-%m-%d %H:%M:%S} UTC · {document.duration_ms:.0f} ms", style="bold"
    )
    console.print(f"trace {document.trace_id}", style="dim")
    table = Table("span", "start ms", "ms", "", "what", box=None, pad_edge=False)
    for column in table.columns[1:3]:
        column.justify = "right"
    for depth, span in document.rows():
        style = "red" if span.is_error else ""
        table.add_row(
            Text("  " * depth + span.name, style=style, no_wrap=True),
            f"{span.start_ms:.1f}",
            f"{span.duration_ms:.1f}",
            Text(draw_bar(span, whole_ms=document.duration_ms), style=style or "cyan", no_wrap=True),
            Text("\n".join(describe(span)), style="dim"),
        )
    console.print(table)


def draw_bar(span: SpanDocument, *, whole_ms: float) -> str:
    """Return a bar as long and as far from the left as the span's share of the whole; at least one column, never beyond the last."""
    scale = BAR_COLUMNS / whole_ms if whole_ms > 0 else 0.0
    left = min(int(span.start_ms * scale), BAR_COLUMNS - 1)
    width = max(1, min(round(span.duration_ms * scale), BAR_COLUMNS - left))
    return " " * left + "█" * width


def describe(span: SpanDocument) -> list[str]:
    """Return what a person looks for in a span, one thing a line: how it ended, the passages it found, what a guard withheld."""
    attributes = span.attributes
    words = {"status": semconv.STATUS, "error": semconv.ERROR_TYPE, "http": semconv.HTTP_STATUS, "route": semconv.ROUTE_DECISION}
    words |= {"model": semconv.REQUEST_MODEL, "tokens in": semconv.USAGE_INPUT_TOKENS, "tokens out": semconv.USAGE_OUTPUT_TOKENS}
    words |= {"first text s": semconv.RESPONSE_TIME_TO_FIRST_CHUNK, "waited ms": semconv.QUEUE_WAIT_MS, "degraded": semconv.DEGRADED}
    words |= {"checked": semconv.GUARD_CHECKED, "withheld": semconv.GUARD_WITHHELD}
    told = ", ".join(f"{word} {_short(attributes[name])}" for word, name in words.items() if attributes.get(name) not in (None, False))
    lines = [told] if told else []
    documents = attributes.get(semconv.RETRIEVAL_DOCUMENTS)
    if isinstance(documents, list):
        found = [document for document in documents if isinstance(document, dict)]
        lines += [
            f"{_short(hit.get('score'))} {hit.get('source', hit.get('id'))} {hit.get('section', '')}".rstrip() for hit in found[:SHOWN_PASSAGES]
        ]
        lines += [f"… {len(found) - SHOWN_PASSAGES} more"] if len(found) > SHOWN_PASSAGES else []
    for event in span.events:
        if reason := event.attributes.get(semconv.GUARD_REASON):
            lines.append(f"sentence {event.attributes.get(semconv.GUARD_SENTENCE)} withheld: {reason}")
        if event.name == semconv.EVALUATION_EVENT:
            lines.append(f"{event.attributes.get(semconv.EVALUATION_NAME)} {_short(event.attributes.get(semconv.EVALUATION_SCORE_VALUE))}")
    return lines


def _short(value: JsonValue) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
