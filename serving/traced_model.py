"""A language model whose every request is a span: what was asked of it in numbers, what it used, and how long it let people wait."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from opentelemetry import trace
from opentelemetry.trace import SpanKind
from opentelemetry.util.types import AttributeValue

from serving import semconv
from serving.protocols import Generation, GenerationRequest, LanguageModel
from serving.spans import mark_failed, model_attributes

tracer = trace.get_tracer("korpu.serving", schema_url=semconv.SCHEMA_URL)


class TracedModel:
    """Passes requests on unchanged. It belongs around everything that queues or retries: the span covers what the asker waits for."""

    def __init__(self, model: LanguageModel, *, base_url: str | None = None) -> None:
        """`base_url` None: the model runs in this process."""
        self._model = model
        self._where = model_attributes(base_url)

    @property
    def model_id(self) -> str:
        return self._model.model_id

    async def stream(self, request: GenerationRequest) -> AsyncGenerator[str | Generation]:
        """See `LanguageModel.stream`."""
        operation = semconv.Operation.CHAT if request.messages else semconv.Operation.TEXT_COMPLETION
        span = tracer.start_span(f"{operation} {self.model_id}", kind=SpanKind.CLIENT, attributes=self._describe(request, operation))
        started, has_begun = time.perf_counter(), False
        try:
            async with aclosing(self._model.stream(request)) as parts:
                while True:
                    # Current only while the model is waited for: a span that stayed so over a yield would become its consumer's.
                    with trace.use_span(span, record_exception=False, set_status_on_exception=False):
                        part = await anext(parts, None)
                    if part is None:
                        return
                    if not has_begun:
                        has_begun = True
                        span.set_attribute(semconv.RESPONSE_TIME_TO_FIRST_CHUNK, time.perf_counter() - started)
                    if isinstance(part, Generation):
                        span.set_attribute(semconv.RESPONSE_FINISH_REASONS, [part.finish_reason])
                        if part.usage:
                            span.set_attribute(semconv.USAGE_INPUT_TOKENS, part.usage.input_tokens)
                            span.set_attribute(semconv.USAGE_OUTPUT_TOKENS, part.usage.output_tokens)
                    yield part
        except Exception as fault:
            mark_failed(span, fault)
            raise
        finally:
            span.end()

    def _describe(self, request: GenerationRequest, operation: semconv.Operation) -> dict[str, AttributeValue]:
        return {
            semconv.OPERATION_NAME: operation.value,
            semconv.REQUEST_MODEL: self.model_id,
            semconv.REQUEST_MAX_TOKENS: request.max_output_tokens,
            semconv.REQUEST_TEMPERATURE: request.temperature,
            semconv.REQUEST_STREAM: True,
            semconv.OUTPUT_TYPE: "json" if request.output_schema is not None else "text",
            **self._where,
        }
