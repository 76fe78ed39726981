"""The language model of a deployment, opened from Settings."""

import asyncio
from contextlib import AsyncExitStack

import structlog

from gateway.settings import Settings, find_profile
from pilots.generation.writing import WritingModel, warm_up
from serving.client import Circuit, OpenAIModel, ResilientModel, TracedModel, build_http_client
from serving.errors import ServingError
from serving.model_spec import ModelSpec, load_catalogue

UNLISTED_CONTEXT_TOKENS = 4096
WARM_UP_RETRY_S = 15.0


async def open_writing_model(settings: Settings, stack: AsyncExitStack, circuits: dict[str, Circuit] | None = None) -> WritingModel | None:
    """Open the model that writes answers; None when the deployment has none. Its connections are closed with the stack.

    It fails fast: `circuits` gets its circuit breaker, by the name «model».

    What the settings leave open is read from models.yaml under the model's id; a model that is not listed there takes structured prompts.

    Raises:
        ModelSpecInvalid: models.yaml cannot be read.
    """
    if settings.chat_url is None or settings.chat_model is None:
        return None
    spec = find_spec(settings.chat_model)
    bare = OpenAIModel(
        await stack.enter_async_context(build_http_client()),
        base_url=settings.chat_url,
        model=settings.chat_model,
        api_key=settings.chat_api_key.get_secret_value() if settings.chat_api_key else None,
    )
    circuit = Circuit(bare.model_id)
    if circuits is not None:
        circuits["model"] = circuit
    return WritingModel(
        model=TracedModel(ResilientModel(bare, circuit=circuit, max_concurrent=settings.chat_max_concurrent), base_url=settings.chat_url),
        prompt_style=settings.chat_prompt_style or (spec.prompt_style if spec else None) or "structured",
        context_tokens=settings.chat_context_tokens or (spec.context_tokens if spec else UNLISTED_CONTEXT_TOKENS),
    )


def find_spec(model_id: str) -> ModelSpec | None:
    """Return the chat model that models.yaml lists under an id."""
    models = load_catalogue(find_profile("models")).models
    return next((model for model in models if model.id == model_id and model.task == "chat"), None)


async def warm_model(writing: WritingModel, *, retry_s: float = WARM_UP_RETRY_S) -> None:
    """Ask the model once, so that no person waits for what it does on a first request.

    A model that is away, because it starts more slowly than the gateway, is asked again until it answers; questions do not wait for it.
    """
    log = structlog.stdlib.get_logger(__name__)
    while True:
        try:
            await warm_up(writing)
        except ServingError as error:
            log.warning("model_not_ready", model=writing.model.model_id, reason=str(error))
            await asyncio.sleep(retry_s)
        else:
            log.info("model_ready", model=writing.model.model_id, prompt_style=writing.prompt_style)
            return
