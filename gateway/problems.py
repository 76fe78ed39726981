"""One table: which fault becomes which HTTP problem (RFC 9457). Faults reach it from routes that contain no try."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import Scope

from gateway import errors as gateway
from gateway.web.console.guard import CONSOLE, sign_in_address
from gateway.web.console.page import problem_page
from gateway.web.problem_page import render_problem_page
from pilots import errors as pilots
from rag import errors as rag
from serving import errors as serving

MEDIA_TYPE = "application/problem+json"
CHAT_PATHS = ("/v1/chat/", "/v1/models")
PAGE_PATHS = ("/chat/", "/embed/", "/demo/")
RETRY_AFTER_S = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """`detail` None: the fault's own message is shown, because it was written for the caller and holds nothing of the question."""

    slug: str
    status: HTTPStatus
    title: str
    detail: str | None = None


_BROKEN = "The gateway's own set-up is at fault. Its operator finds the reason in the log under the trace id."
_WAIT = "A part of the service does not answer right now. Please try again in a moment."

PROBLEMS: Mapping[type[Exception], Problem] = {
    gateway.GatewayError: Problem("gateway-fault", HTTPStatus.INTERNAL_SERVER_ERROR, "The gateway failed", _BROKEN),
    gateway.SettingsInvalid: Problem("settings-invalid", HTTPStatus.INTERNAL_SERVER_ERROR, "A setting is wrong", _BROKEN),
    gateway.PolicyUndeclared: Problem("policy-undeclared", HTTPStatus.INTERNAL_SERVER_ERROR, "A route has no policy", _BROKEN),
    gateway.CredentialMissing: Problem(
        "credential-missing",
        HTTPStatus.UNAUTHORIZED,
        "A credential is needed",
        "Send `Authorization: Bearer …` with a session token (POST /v1/sessions gives one) or a service key.",
    ),
    gateway.CredentialInvalid: Problem(
        "credential-invalid",
        HTTPStatus.UNAUTHORIZED,
        "The credential is not valid",
        "The session token or service key is unknown, expired or revoked. POST /v1/sessions gives a new session token.",
    ),
    gateway.SignInNeeded: Problem(
        "sign-in-needed", HTTPStatus.UNAUTHORIZED, "Sign in first", "The console's pages are for somebody who has signed in."
    ),
    gateway.FormForged: Problem("form-forged", HTTPStatus.FORBIDDEN, "The form is out of date", "Open the page again and send the form from there."),
    gateway.CallerForbidden: Problem("forbidden", HTTPStatus.FORBIDDEN, "Not open to this caller"),
    gateway.ContentTypeUnsupported: Problem("content-type-unsupported", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body is of another type"),
    gateway.UploadUnsupported: Problem("upload-unsupported", HTTPStatus.UNPROCESSABLE_ENTITY, "The pilot takes no files"),
    gateway.BodyTooLarge: Problem("body-too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large"),
    gateway.ConversationUnknown: Problem(
        "conversation-unknown", HTTPStatus.NOT_FOUND, "No such conversation", "This session has no conversation of that id with this pilot."
    ),
    gateway.AnswerUnknown: Problem("answer-unknown", HTTPStatus.NOT_FOUND, "No such answer", "This session has no answer of that id."),
    gateway.TraceUnknown: Problem("trace-unknown", HTTPStatus.NOT_FOUND, "No such trace", "No trace of that answer is open to this key."),
    gateway.ReviewUnknown: Problem("review-unknown", HTTPStatus.NOT_FOUND, "No such review", "No review of that id is open to this key."),
    gateway.HandoverUnknown: Problem(
        "handover-unknown", HTTPStatus.NOT_FOUND, "No such hand-over", "This conversation was not handed over, or it is not open to this caller."
    ),
    gateway.HandoverClosed: Problem(
        "handover-closed", HTTPStatus.CONFLICT, "Already dealt with", "Another person has taken or closed this hand-over; read it again."
    ),
    gateway.ReviewDecided: Problem(
        "review-decided", HTTPStatus.CONFLICT, "Already decided", "Another decision stands and is not changed. GET /v1/reviews/{id} shows it."
    ),
    gateway.QuotaExceeded: Problem("quota-exceeded", HTTPStatus.TOO_MANY_REQUESTS, "Too many questions", "Please wait before you ask again."),
    gateway.PilotNotReady: Problem(
        "pilot-not-ready", HTTPStatus.SERVICE_UNAVAILABLE, "The pilot is being prepared", "Its sources are being indexed. Please try again shortly."
    ),
    gateway.PilotStopped: Problem("pilot-stopped", HTTPStatus.SERVICE_UNAVAILABLE, "The pilot is stopped"),
    gateway.OnboardingRefused: Problem("onboarding-refused", HTTPStatus.CONFLICT, "The pilot cannot be made"),
    gateway.RunUnknown: Problem("run-unknown", HTTPStatus.NOT_FOUND, "No such run", "No evaluation run of that id is open to this key."),
    gateway.RunsIncomparable: Problem("runs-incomparable", HTTPStatus.CONFLICT, "The runs cannot be compared"),
    gateway.AnswerMissing: Problem("answer-missing", HTTPStatus.INTERNAL_SERVER_ERROR, "No answer was composed", _BROKEN),
    gateway.DatabaseUnavailable: Problem("database-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "The database is not available", _WAIT),
    gateway.GatewayUnreachable: Problem("gateway-unreachable", HTTPStatus.BAD_GATEWAY, "The gateway cannot be reached"),
    pilots.PilotError: Problem("pilot-fault", HTTPStatus.INTERNAL_SERVER_ERROR, "The pilot failed", _BROKEN),
    pilots.ManifestInvalid: Problem("manifest-invalid", HTTPStatus.INTERNAL_SERVER_ERROR, "A pilot's manifest is wrong", _BROKEN),
    pilots.PilotUnknown: Problem("pilot-unknown", HTTPStatus.NOT_FOUND, "No such pilot", "GET /v1/pilots lists the pilots that are served here."),
    pilots.StageChangeRefused: Problem("stage-change-refused", HTTPStatus.CONFLICT, "The pilot's stage does not allow that"),
    pilots.QuestionInvalid: Problem("question-invalid", HTTPStatus.UNPROCESSABLE_ENTITY, "The question cannot be taken"),
    pilots.ClassifierUnfit: Problem("classifier-unfit", HTTPStatus.INTERNAL_SERVER_ERROR, "The classifier does not fit", _BROKEN),
    rag.RagError: Problem("retrieval-fault", HTTPStatus.INTERNAL_SERVER_ERROR, "Retrieval failed", _BROKEN),
    rag.CardInvalid: Problem("card-invalid", HTTPStatus.INTERNAL_SERVER_ERROR, "A service card is wrong", _BROKEN),
    rag.DocumentUnreadable: Problem("document-unreadable", HTTPStatus.UNPROCESSABLE_ENTITY, "The document cannot be read"),
    rag.IndexUnavailable: Problem("index-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "The index is not available", _WAIT),
    rag.IndexLocked: Problem("index-locked", HTTPStatus.SERVICE_UNAVAILABLE, "The index belongs to another process", _WAIT),
    rag.CollectionMissing: Problem("corpus-missing", HTTPStatus.SERVICE_UNAVAILABLE, "The pilot has no indexed sources", _WAIT),
    rag.ReleaseRejected: Problem("release-rejected", HTTPStatus.INTERNAL_SERVER_ERROR, "A new release of the sources failed its checks", _BROKEN),
    rag.RetrievalFailed: Problem("retrieval-failed", HTTPStatus.SERVICE_UNAVAILABLE, "The search did not finish", _WAIT),
    serving.ServingError: Problem("model-fault", HTTPStatus.INTERNAL_SERVER_ERROR, "The model failed", _BROKEN),
    serving.ModelUnavailable: Problem("model-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "The model is not available", _WAIT),
    serving.ModelOverloaded: Problem("model-overloaded", HTTPStatus.SERVICE_UNAVAILABLE, "The model takes no more work now", _WAIT),
    serving.CircuitOpen: Problem("model-left-alone", HTTPStatus.SERVICE_UNAVAILABLE, "The model has failed and is left alone for a while", _WAIT),
    serving.ModelTimeout: Problem("model-timeout", HTTPStatus.GATEWAY_TIMEOUT, "The model took too long", _WAIT),
    serving.ModelReplyInvalid: Problem("model-reply-invalid", HTTPStatus.BAD_GATEWAY, "The model's reply was not understood", _WAIT),
    serving.ModelRejected: Problem("model-rejected", HTTPStatus.BAD_GATEWAY, "The model refused the request", _BROKEN),
    serving.ModelSpecInvalid: Problem("model-spec-invalid", HTTPStatus.INTERNAL_SERVER_ERROR, "The list of models is wrong", _BROKEN),
    serving.TextTooLong: Problem("text-too-long", HTTPStatus.UNPROCESSABLE_ENTITY, "The text is too long for the model"),
}
UNEXPECTED = Problem("unexpected", HTTPStatus.INTERNAL_SERVER_ERROR, "Something unexpected happened", _BROKEN)
BODY_INVALID = Problem("request-invalid", HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not as documented", "See `errors` for each wrong field.")
BODY_UNREADABLE = Problem("body-unreadable", HTTPStatus.BAD_REQUEST, "The body cannot be read", "Send one JSON object in UTF-8.")


def find_problem(error: BaseException) -> Problem:
    """Return the table's entry of the error's class or of its nearest ancestor there."""
    return next((PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS), UNEXPECTED)


def describe(problem: Problem, *, request_id: str, detail: str | None = None, errors: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Return the problem document. `instance` names this occurrence by the request's id, which the log has too."""
    return {
        "type": f"urn:korpu:problem:{problem.slug}",
        "title": problem.title,
        "status": int(problem.status),
        "detail": problem.detail or detail or problem.title,
        "instance": f"urn:korpu:request:{request_id}",
        "errors": errors or [],
    }


def describe_fault(error: BaseException, *, request_id: str) -> dict[str, Any]:
    return describe(find_problem(error), request_id=request_id, detail=str(error))


def render(document: dict[str, Any], *, path: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the document as a response: as a page to who looks at pages, else as JSON.

    Chat routes add OpenAI's own `error` member, where their clients look for the message.
    """
    if path.startswith(PAGE_PATHS):
        return render_problem_page(document, path=path, headers=headers or {})
    if path.startswith(CHAT_PATHS):
        document = document | {"error": chat_error(document)}
    return JSONResponse(document, document["status"], headers, MEDIA_TYPE)


def respond(scope: Scope, document: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """Return the document as a page for a person at the console, as JSON for everyone else."""
    if scope["path"].startswith(CONSOLE):
        return problem_page(Request(scope), document, headers=headers)
    return render(document, path=scope["path"], headers=headers)


def chat_error(document: Mapping[str, Any]) -> dict[str, Any]:
    kind = "invalid_request_error" if document["status"] < 500 else "server_error"
    return {"message": document["detail"], "type": kind, "param": None, "code": document["type"].rpartition(":")[2]}


def install(app: FastAPI) -> None:
    """Let the application answer every fault by the table."""
    for root in (gateway.GatewayError, pilots.PilotError, rag.RagError, serving.ServingError):
        app.add_exception_handler(root, answer_fault)
    app.add_exception_handler(RequestValidationError, answer_invalid_request)
    app.add_exception_handler(HTTPException, answer_http_exception)


async def answer_fault(request: Request, error: Exception) -> Response:
    document = describe_fault(error, request_id=request.state.request_id)
    log = structlog.stdlib.get_logger(__name__)
    if document["status"] >= 500:
        log.error("fault", fault=type(error).__name__, status=document["status"], reason=str(error))
    else:
        log.info("fault", fault=type(error).__name__, status=document["status"])
    if isinstance(error, gateway.SignInNeeded):
        return RedirectResponse(sign_in_address(str(error)), HTTPStatus.SEE_OTHER)
    return respond(request.scope, document, dict(_headers(error, document["status"])))


def _headers(error: Exception, status: int) -> Iterator[tuple[str, str]]:
    if status == HTTPStatus.UNAUTHORIZED:
        yield "www-authenticate", "Bearer"
    if isinstance(error, gateway.QuotaExceeded):
        yield "retry-after", str(error.retry_after_s)
    elif status == HTTPStatus.SERVICE_UNAVAILABLE and not isinstance(error, gateway.PilotStopped):
        yield "retry-after", str(RETRY_AFTER_S)


async def answer_invalid_request(request: Request, error: Exception) -> Response:
    """Name each wrong field, never its value: the value may be a question."""
    faults = error.errors() if isinstance(error, RequestValidationError) else ()
    errors = [{"field": ".".join(map(str, fault["loc"])), "message": fault["msg"]} for fault in faults]
    return respond(request.scope, describe(BODY_INVALID, request_id=request.state.request_id, errors=errors))


async def answer_http_exception(request: Request, error: Exception) -> Response:
    """Answer what the router itself refuses: unknown paths, wrong methods, bodies that are not text."""
    status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (500, None)
    if status == HTTPStatus.BAD_REQUEST:
        return respond(request.scope, describe(BODY_UNREADABLE, request_id=request.state.request_id), headers)
    phrase = HTTPStatus(status).phrase
    problem = Problem(phrase.lower().replace(" ", "-"), HTTPStatus(status), phrase)
    detail = str(error.detail) if isinstance(error, HTTPException) else None
    return respond(request.scope, describe(problem, request_id=request.state.request_id, detail=detail), headers)
