"""OpenAI's chat interface: any client that speaks it reaches a pilot by its name."""

import time

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from gateway.chat_contract import ChatRequest, completion
from gateway.chat_events import chat_events, chat_text
from gateway.departure import CLIENT_CLOSED_REQUEST, while_connected
from gateway.event_stream import EventStream
from gateway.policy import GuardedRoute
from gateway.routes.access import Admitted, Running
from pilots.errors import QuestionInvalid
from pilots.routing.decision import SERVICE

router = APIRouter(route_class=GuardedRoute, tags=["chat"])


@router.post("/v1/chat/completions", response_class=JSONResponse)
async def complete_chat(body: ChatRequest, request: Request, gateway: Running, caller: Admitted) -> Response:
    """Answer the last message. The model is the pilot's name, or korpu, which chooses the pilot; `korpu` in the reply holds status and citations."""
    last = body.messages[-1]
    if last.role != "user":
        raise QuestionInvalid("the last message must be the user's")
    earlier = [message.text for message in body.messages[:-1] if message.role == "user" and message.text.strip()]
    if body.model == SERVICE:
        case = await gateway.desk.take_routed_chat(caller, earlier=earlier, text=last.text)
    else:
        case = await gateway.desk.take_chat(caller, body.model, earlier=earlier, text=last.text)
    if body.stream:
        usage = body.stream_options is not None and body.stream_options.include_usage
        return EventStream(chat_events(gateway.desk, case, request_id=request.state.request_id, include_usage=usage))
    answer = await while_connected(request, gateway.desk.answer(case))
    if answer is None:
        return Response(status_code=CLIENT_CLOSED_REQUEST)
    return JSONResponse(completion(answer, content=chat_text(answer), created=int(time.time())))
