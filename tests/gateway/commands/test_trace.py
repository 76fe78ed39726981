import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import pytest
from rich.console import Console

from gateway.commands.trace import BAR_COLUMNS, describe, draw_bar, show
from gateway.settings import load_settings
from gateway.trace_contract import SpanDocument, SpanEventDocument, TraceDocument
from serving import semconv
from tests.gateway.commands.conftest import Korpu


def span(
    start_ms: float = 0.0,
    duration_ms: float = 10.0,
    *,
    name: str = "step",
    events: tuple[SpanEventDocument, ...] = (),
    attributes: dict[str, object] | None = None,
) -> SpanDocument:
    return SpanDocument.model_validate(
        {
            "id": "00f067aa0ba902b7",
            "parent_id": None,
            "name": name,
            "kind": "internal",
            "start_ms": start_ms,
            "duration_ms": duration_ms,
            "is_error": False,
            "attributes": attributes or {},
            "events": events,
        }
    )


@pytest.mark.parametrize(
    ("start_ms", "duration_ms", "left", "width"),
    [(0.0, 100.0, 0, BAR_COLUMNS), (50.0, 50.0, 16, 16), (99.99, 0.001, 31, 1), (0.0, 0.0, 0, 1), (90.0, 500.0, 28, 4)],
)
def test_a_bar_shows_when_and_how_long(start_ms: float, duration_ms: float, left: int, width: int) -> None:
    assert draw_bar(span(start_ms, duration_ms), whole_ms=100.0) == " " * left + "█" * width


def test_an_instant_trace_is_drawn_all_the_same() -> None:
    assert draw_bar(span(0.0, 0.0), whole_ms=0.0) == "█"


def test_a_span_says_what_was_found_withheld_and_scored() -> None:
    documents = [{"id": str(n), "score": 9.5 - n, "source": "sv-itirilmis", "section": "fees"} for n in range(7)]
    withheld = SpanEventDocument(
        name=semconv.GUARD_EVENT,
        start_ms=1,
        attributes={semconv.GUARD_SENTENCE: 2, semconv.GUARD_DECISION: "withheld", semconv.GUARD_REASON: "uncited"},
    )
    scored = SpanEventDocument(
        name=semconv.EVALUATION_EVENT, start_ms=1, attributes={semconv.EVALUATION_NAME: "groundedness", semconv.EVALUATION_SCORE_VALUE: 0.75}
    )
    lines = describe(
        span(events=(withheld, scored), attributes={semconv.RETRIEVAL_DOCUMENTS: documents, semconv.STATUS: "answered", semconv.DEGRADED: False})
    )
    assert lines[:2] == ["status answered", "9.5 sv-itirilmis fees"]
    assert lines[6:] == ["… 2 more", "sentence 2 withheld: uncited", "groundedness 0.75"]


def test_names_from_outside_are_printed_as_they_are() -> None:
    console = Console(width=120, file=io.StringIO(), record=True)
    trace = TraceDocument(
        answer_id="a" * 32,
        pilot="p",
        trace_id="b" * 32,
        started_at=datetime(2026, 11, 27, tzinfo=UTC),
        duration_ms=10.0,
        spans=(span(name="[red]step"),),
    )
    show(trace, console)
    assert "[red]step" in console.export_text()


@pytest.mark.model
def test_an_answer_of_the_command_line_is_traced_without_its_words(korpu: Korpu) -> None:
    assert korpu("ask", "office_guides", "Arxiv sənədi neçə il saxlanılır?").exit_code == 0
    with closing(sqlite3.connect(load_settings().data_dir / "korpu.db")) as database:
        ((answer_id, stored),) = database.execute("SELECT answer_id, trace FROM traces").fetchall()
    shown = korpu("trace", answer_id)
    assert shown.exit_code == 0
    for name in ("ask", "retrieval", "embeddings", "guard", "evaluation"):
        assert name in shown.stdout
    document = json.loads(korpu("trace", answer_id, "--json").stdout)
    assert document["pilot"] == "office_guides"
    for words in ("Arxiv sənədi", "neçə il", "on il"):
        assert words not in json.dumps(document, ensure_ascii=False) + stored


def test_an_unknown_answer_is_told_in_a_line(korpu_main: Callable[..., tuple[int, str]]) -> None:
    status, error = korpu_main("trace", "0" * 32)
    assert status == 1
    assert "0" * 32 in error
    assert "Traceback" not in error
