"""What leaves the process: real protobuf over HTTP and a real scrape, from a gateway with index, embedding model, guard and a model endpoint.

The dashboard and the alert rules are held against that scrape.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml
from opentelemetry import trace
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.trace import TracerProvider
from prometheus_client.parser import text_string_to_metric_families

from gateway.app import create_app
from gateway.policy import Role
from gateway.settings import Settings
from gateway.telemetry import export_spans
from serving import semconv
from tests.gateway.conftest import RunApp
from tests.gateway.promql import parse, selectors
from tests.pilots.generation.writing_pilot import FEES, in_pieces, reply
from tests.pilots.small_pilot import write_pilot
from tests.serving.endpoint import DONE, ScriptedEndpoint, chunk, fixed, serve_endpoint, sse, streamed, usage_chunk
from tests.serving.engine.collector import Collector, attributes_of, collect_traces, written_forms

PARENT = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")
TRUE = "18 yaşdan yuxarı üçün 1 iş günü ərzində rüsum 213 manatdır."
LIE = "18 yaşdan yuxarı üçün 1 iş günü ərzində rüsum 113 manatdır."
COMMENT = "zəng vurdum, fərqli dedilər"
MORE = "composer: generative\nexamples: [Xarici pasport neçəyədir?, Pasportun rüsumu nə qədərdir?, Şəxsiyyət vəsiqəm itib]"


OBSERVABILITY = Path("configs/observability")
PROMETHEUS_OWN = {"up"}


def dashboard_expressions() -> list[str]:
    dashboard = json.loads((OBSERVABILITY / "grafana-dashboard.json").read_text(encoding="utf-8"))
    return [target["expr"].replace("$pilot", ".*") for panel in dashboard["panels"] for target in panel["targets"]]


def alert_expressions() -> list[str]:
    groups = yaml.safe_load((OBSERVABILITY / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    return [rule["expr"] for group in groups for rule in group["rules"]]


class Asked:
    """One question, as its asker, its collector and its model endpoint saw it."""

    def __init__(self, answer: dict[str, object], collector: Collector, endpoint: ScriptedEndpoint, *, scraped: str, logged: str) -> None:
        self.answer = answer
        self.exported = collector.received
        self.spans = [span for span in collector.spans if span.trace_id.hex() == PARENT[0]]
        self.judgements = [span for span in collector.spans if span.links]
        self.traceparent = endpoint.traceparents[-2]
        self.scraped = scraped
        self.logged = logged

    def span(self, name: str, **attributes: str) -> Span:
        (found,) = [span for span in self.spans if span.name.startswith(name) and attributes.items() <= attributes_of(span).items()]
        return found


@pytest.fixture
async def asked(tmp_path: Path, settings: Settings, run_app: RunApp, capfd: pytest.CaptureFixture[str]) -> AsyncIterator[Asked]:
    pilot = write_pilot(tmp_path / "pilots", more=MORE)
    with collect_traces(0) as collector, serve_endpoint() as endpoint:
        pieces = in_pieces(reply((TRUE, [1]), (LIE, [1])))
        endpoint.reply = streamed(*(sse(chunk(str(piece))) for piece in pieces), sse(chunk("", "stop")), sse(usage_chunk(50, 20)), DONE)
        told = settings.model_copy(update={"chat_url": endpoint.base_url, "chat_model": "yazan", "log_level": "debug"})
        async with run_app(create_app(told, served_pilots={pilot.name: pilot})) as (client, gateway):
            async with asyncio.timeout(60):
                await gateway.readiness.settled(pilot.name)
            provider = trace.get_tracer_provider()
            assert isinstance(provider, TracerProvider)
            exporter = export_spans(collector.endpoint)
            provider.add_span_processor(exporter)
            key = await gateway.credentials.keys.create(Role.ADMIN)
            headers = {"authorization": f"Bearer {key}", "traceparent": f"00-{PARENT[0]}-{PARENT[1]}-00", "baggage": "sual=gizli"}
            response = await client.post("/v1/answers", json={"question": FEES}, headers=headers)
            # Once more, to see a model that fails: the answer then quotes its sources.
            endpoint.reply = fixed(503)
            again = await client.post("/v1/answers", json={"question": FEES}, headers={"authorization": f"Bearer {key}"})
            assert again.json()["status"] == "answered"
            said = {"verdict": "unhelpful", "reasons": ["wrong_fact"], "comment": COMMENT}
            judged = await client.post(f"/v1/answers/{response.json()['id']}/feedback", json=said, headers={"authorization": f"Bearer {key}"})
            assert judged.status_code == 204
            exporter.shutdown()
            monitor = await gateway.credentials.keys.create(Role.MONITOR)
            scraped = (await client.get("/metrics", headers={"authorization": f"Bearer {monitor}"})).text
        yield Asked(response.json(), collector, endpoint, scraped=scraped, logged=capfd.readouterr().err)


@pytest.mark.model
@pytest.mark.slow
async def test_one_trace_holds_all_that_was_done_for_an_answer_and_none_of_its_words(asked: Asked) -> None:
    answer = asked.answer
    assert (answer["status"], answer["trace_id"]) == ("answered", PARENT[0])
    assert TRUE in str(answer["text"])

    request = asked.span("POST /v1/answers")
    assert request.kind == Span.SPAN_KIND_SERVER
    assert request.parent_span_id.hex() == PARENT[1]
    by_id = {span.span_id: span for span in asked.spans}
    above = {span.name: [by_id[s.parent_span_id].name for s in asked.spans if s.name == span.name] for span in asked.spans if span is not request}
    assert above["route"] == ["POST /v1/answers"]
    assert above["answer"] == ["POST /v1/answers"]
    assert above["screen_question"] == ["answer"]
    assert above["retrieval kicik_pilot"] == ["retrieve_passages"]
    assert any("retrieval kicik_pilot" in names for name, names in above.items() if name.startswith("embeddings "))
    assert above["chat yazan"] == ["write"]
    assert sorted(above["guard"]) == ["answer", "write"]
    assert above["evaluation"] == ["POST /v1/answers"]

    chat = asked.span("chat yazan")
    told = attributes_of(chat)
    assert (told[semconv.USAGE_INPUT_TOKENS], told[semconv.USAGE_OUTPUT_TOKENS]) == (50, 20)
    assert semconv.RESPONSE_TIME_TO_FIRST_CHUNK in told
    assert asked.traceparent is not None
    assert asked.traceparent.split("-")[1:3] == [PARENT[0], chat.span_id.hex()]
    for span in asked.spans:
        if span.name != "route" and not (span.name.startswith("embeddings") and by_id[span.parent_span_id].name == "route"):
            assert attributes_of(span)[semconv.CONVERSATION_ID] == answer["conversation_id"], span.name
    withheld = [event for event in asked.span("guard", **{semconv.GUARD_CHECK: "grounding"}).events if len(event.attributes) == 3]
    assert len(withheld) == 1

    for words in (FEES, "Xarici pasport", "30 yaşım", TRUE, LIE, "213 manat", "113 manat", "rüsum", "gizli", "baggage", COMMENT, "zəng"):
        for written in written_forms(words):
            assert written not in asked.exported
            assert written not in asked.logged.encode()


@pytest.mark.model
@pytest.mark.slow
async def test_feedback_reaches_the_collector_linked_to_the_run_of_the_answer(asked: Asked) -> None:
    (judgement,) = asked.judgements
    (link,) = judgement.links
    (run,) = [span for span in asked.spans if attributes_of(span).get(semconv.OPERATION_NAME) == semconv.Operation.ANSWER]
    assert (link.trace_id.hex(), link.span_id) == (PARENT[0], run.span_id)
    (event,) = judgement.events
    told = {attribute.key: attribute.value for attribute in event.attributes}
    assert event.name == semconv.EVALUATION_EVENT
    assert told[semconv.EVALUATION_NAME].string_value == semconv.Judgement.USER_FEEDBACK
    assert told[semconv.EVALUATION_SCORE_LABEL].string_value == "unhelpful"
    assert told[semconv.RESPONSE_ID].string_value == asked.answer["id"]
    assert [value.string_value for value in told[semconv.FEEDBACK_REASONS].array_value.values] == ["wrong_fact"]


@pytest.mark.model
@pytest.mark.slow
async def test_the_dashboard_and_the_alerts_name_only_what_a_gateway_serves(asked: Asked) -> None:
    served: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(asked.scraped):
        for sample in family.samples:
            served.setdefault(sample.name, set()).update(sample.labels)
    expressions = [*dashboard_expressions(), *alert_expressions()]
    assert len(expressions) > 25
    named = {(metric, label) for expression in expressions for metric, labels in selectors(parse(expression)) for label in (*labels, "")}
    missing = {
        (metric, label)
        for metric, label in named
        if metric not in PROMETHEUS_OWN and (metric not in served or (label and label not in served[metric]))
    }
    assert missing == set()
    drawn = {metric for expression in dashboard_expressions() for metric, _ in selectors(parse(expression))}
    own = {name for name in served if name.startswith(("korpu_", "gen_ai_")) and not name.endswith(("_created", "_bucket", "_sum", "_count"))}
    assert own - {"korpu_cards"} <= drawn, "a metric that nobody looks at"


def test_a_process_sends_its_traces_and_metrics_to_the_collector_it_was_told_of() -> None:
    code = (
        "from gateway.settings import Settings; from gateway.telemetry import start_telemetry\n"
        "from opentelemetry import metrics, trace; from opentelemetry.trace import SpanKind; import sys\n"
        "provider = start_telemetry(Settings(otlp_endpoint=sys.argv[1]))\n"
        "with trace.get_tracer('t').start_as_current_span('GET /healthz', kind=SpanKind.SERVER): pass\n"
        "provider.shutdown(); metrics.get_meter_provider().shutdown()\n"
    )
    with collect_traces(0) as collector:
        subprocess.run([sys.executable, "-c", code, collector.endpoint], check=True, timeout=60)
        assert [span.name for span in collector.spans] == ["GET /healthz"]
        assert "http.server.request.duration" in collector.metric_names
        assert b"korpu" in collector.received
