"""The one place where LangChain meets a model endpoint."""

import httpx
from langchain_openai import ChatOpenAI
from pydantic import SecretStr


def build_langchain_chat(
    http: httpx.AsyncClient, *, base_url: str, model: str, api_key: str | None = None, timeout_s: float = 30.0, max_output_tokens: int = 512
) -> ChatOpenAI:
    """Return a LangChain chat model over the client that `serving` pools, for the chains of this package.

    It does not retry: a retry belongs to the pipeline's deadline. Temperature 0, so that an answer can be repeated.
    """
    return ChatOpenAI(
        base_url=base_url,
        model=model,
        # The client refuses to start without a key; endpoints that need none ignore it.
        api_key=SecretStr(api_key or "none"),
        http_async_client=http,
        timeout=timeout_s,
        max_retries=0,
        temperature=0.0,
        max_completion_tokens=max_output_tokens,
        stream_usage=True,
    )
