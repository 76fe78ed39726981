"""The HTTP application."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware

from gateway import problems
from gateway.composition import open_gateway
from gateway.desk import AnswerPipeline
from gateway.middleware.body_limit import BodyLimit
from gateway.middleware.cross_origin import CrossOrigin
from gateway.middleware.last_resort import LastResort
from gateway.middleware.security_headers import SecurityHeaders
from gateway.middleware.tracing import Tracing
from gateway.policy import check_policies
from gateway.readiness import Watch
from gateway.routes import (
    answers,
    appeals,
    chat_completions,
    chat_page,
    conversations,
    health,
    metrics,
    models,
    pilots,
    reviews,
    sessions,
    stages,
    traces,
    web,
)
from gateway.settings import Settings
from gateway.web.console.instruments import Instruments
from gateway.web.console.pages import CONSOLE_ROUTERS
from pilots.registry import Pilot

ROUTERS: tuple[APIRouter, ...] = (
    *(module.router for module in (health, metrics, sessions, pilots, stages, answers, appeals, conversations, models, chat_completions)),
    *(module.router for module in (reviews, traces, web, chat_page)),
    *CONSOLE_ROUTERS,
)


def create_app(
    settings: Settings,
    *,
    served_pilots: Mapping[str, Pilot] | None = None,
    pipelines: Mapping[str, AnswerPipeline] | None = None,
    watch: Watch | None = None,
    instruments: Instruments | None = None,
) -> FastAPI:
    """Build the application; nothing is opened before its lifespan starts.

    `pipelines` replaces the real ones, and then neither index nor model is opened. `watch` hears how far the corpora are.
    `instruments` let the console examine pilots; they belong to the command line, which may import the evaluation.

    Raises:
        PolicyUndeclared: a route has no entry in the table of policies.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with open_gateway(settings, served_pilots=served_pilots, pipelines=pipelines, watch=watch, instruments=instruments) as gateway:
            app.state.gateway = gateway
            yield

    body_limits = {"/v1/chat/completions": settings.chat_body_limit_bytes, appeals.UPLOAD_PATHS: settings.upload_limit_bytes}
    app = FastAPI(
        title="Körpü",
        summary="Right or silent, always with the source.",
        version="1",
        routes=[route for router in ROUTERS for route in router.routes],
        lifespan=lifespan,
        openapi_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(Tracing),
            Middleware(SecurityHeaders),
            Middleware(CrossOrigin),
            Middleware(LastResort),
            Middleware(BodyLimit, default=settings.body_limit_bytes, limits=body_limits),
        ],
        # Own spans and log lines (middleware/tracing.py): FastAPI's would record exceptions with their messages.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    problems.install(app)
    check_policies(app.routes)
    return app
