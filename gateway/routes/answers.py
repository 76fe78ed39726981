"""Questions in, answers out."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse

from gateway.answer_events import answer_events
from gateway.composition import Gateway
from gateway.contract import AnswerDocument, QuestionDocument
from gateway.conversation_contract import FeedbackDocument
from gateway.departure import CLIENT_CLOSED_REQUEST, while_connected
from gateway.desk import Case
from gateway.event_stream import EventStream
from gateway.judgements import give_feedback
from gateway.policy import GuardedRoute
from gateway.reviewed_answer import retell
from gateway.routes.access import Admitted, Running

router = APIRouter(route_class=GuardedRoute, tags=["answers"])

PilotPath = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{2,39}$", examples=["citizen_chat"])]
AnswerId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
_EVENTS = {"type": "string", "description": "events meta, sentence, citation, done, error"}
STREAM_RESPONSES: dict[int | str, dict[str, Any]] = {200: {"content": {"text/event-stream": {"schema": _EVENTS}}}}


@router.post("/v1/pilots/{pilot}/answers", response_model=AnswerDocument, responses=STREAM_RESPONSES)
async def ask(pilot: PilotPath, body: QuestionDocument, request: Request, gateway: Running, caller: Admitted) -> Response:
    """Answer a question. With `Accept: text/event-stream` the answer arrives sentence by sentence."""
    case = await gateway.desk.take(caller, pilot, text=body.question, conversation_id=body.conversation_id, language=body.language, as_of=body.as_of)
    return await respond(case, request, gateway)


@router.post("/v1/answers", response_model=AnswerDocument, responses=STREAM_RESPONSES)
async def ask_service(body: QuestionDocument, request: Request, gateway: Running, caller: Admitted) -> Response:
    """Answer a question by the pilot that it belongs to; `routing` says which, by what margin, and among which."""
    case = await gateway.desk.take_routed(caller, text=body.question, conversation_id=body.conversation_id, language=body.language, as_of=body.as_of)
    return await respond(case, request, gateway)


@router.get("/v1/answers/{answer_id}", response_model=AnswerDocument)
async def read_answer(answer_id: AnswerId, gateway: Running, caller: Admitted) -> Response:
    """Return an answer of this session again, as it was given, or as a supervisor has decided on it since."""
    given = await gateway.conversations.read_answer(answer_id, owner=caller.id)
    return JSONResponse((await retell(gateway.reviews, answer_id, given)).model_dump(mode="json"))


@router.post("/v1/answers/{answer_id}/feedback", status_code=204)
async def judge_answer(answer_id: AnswerId, body: FeedbackDocument, gateway: Running, caller: Admitted) -> None:
    """Say whether an answer of this session helped, and why not; the newest word counts."""
    await give_feedback(gateway, answer_id, owner=caller.id, verdict=body.verdict, reasons=body.reasons, comment=body.comment)


async def respond(case: Case, request: Request, gateway: Gateway) -> Response:
    """Answer a case that was taken in, as JSON or, where the caller accepts events, sentence by sentence."""
    if "text/event-stream" in request.headers.get("accept", ""):
        return EventStream(answer_events(gateway.desk, case, request_id=request.state.request_id))
    answer = await while_connected(request, gateway.desk.answer(case))
    if answer is None:
        return Response(status_code=CLIENT_CLOSED_REQUEST)
    return JSONResponse(AnswerDocument.of(answer).model_dump(mode="json"))
