"""A pilot as a plain page: forms and links, no script. The answers are the same."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from gateway.composition import Gateway
from gateway.conversation_contract import Note, TranscriptDocument
from gateway.errors import AnswerUnknown, ConversationUnknown
from gateway.judgements import give_feedback
from gateway.policy import GuardedRoute
from gateway.routes.access import Running
from gateway.routes.answers import PilotPath
from gateway.routes.conversations import ConversationPath, transcribe
from gateway.routes.pilots import profile_of
from gateway.store.feedback import FeedbackReason, Helpfulness
from gateway.web.pages import PLAIN_POLICY, render_page
from gateway.web.visitor import Visitor, check_page, trust_form, welcome_visitor
from pilots.answer import Language

router = APIRouter(route_class=GuardedRoute, tags=["web"], include_in_schema=False)

LanguagePath = Annotated[Language, Path()]


class ChatForm(BaseModel):
    """Any form of the page; `action` says which. Fields that a form does not have stay empty."""

    model_config = ConfigDict(frozen=True)

    action: Literal["ask", "judge", "handover", "delete"] = "ask"
    key: str = ""
    question: str = ""
    answer_language: Language | None = None
    answer_id: str = Field(default="", pattern=r"^([0-9a-f]{32})?$")
    verdict: Helpfulness = Helpfulness.HELPFUL
    reasons: tuple[FeedbackReason, ...] = ()
    comment: Note = None
    note: Note = None


@router.get("/chat/{language}/{pilot}")
async def begin(
    language: LanguagePath, pilot: PilotPath, request: Request, gateway: Running, notice: Annotated[Literal["deleted"] | None, Query()] = None
) -> Response:
    """Return the page before the first question."""
    visitor = await welcome_visitor(request, gateway)
    return show(request, gateway, visitor, language, pilot, notice=notice)


@router.get("/chat/{language}/{pilot}/{conversation_id}")
async def go_on(language: LanguagePath, pilot: PilotPath, conversation_id: ConversationPath, request: Request, gateway: Running) -> Response:
    """Return the page with a conversation of this visitor."""
    await check_page(request, gateway, pilot)
    visitor = await welcome_visitor(request, gateway)
    transcript = await transcribe(gateway, conversation_id, visitor.caller)
    if transcript.pilot != pilot:
        raise ConversationUnknown(conversation_id)
    return show(request, gateway, visitor, language, pilot, transcript=transcript)


@router.post("/chat/{language}/{pilot}")
async def ask_first(language: LanguagePath, pilot: PilotPath, form: Annotated[ChatForm, Form()], request: Request, gateway: Running) -> Response:
    """Answer the first question, and lead to the page of its conversation."""
    await check_page(request, gateway, pilot)
    visitor = await trust_form(request, gateway, form.key)
    return visitor.remember(request, await answer_form(gateway, visitor, form, f"/chat/{language}/{pilot}", pilot, None))


@router.post("/chat/{language}/{pilot}/{conversation_id}")
async def act(
    language: LanguagePath,
    pilot: PilotPath,
    conversation_id: ConversationPath,
    form: Annotated[ChatForm, Form()],
    request: Request,
    gateway: Running,
) -> Response:
    """Do what a form of the page says, and lead to where its outcome stands."""
    await check_page(request, gateway, pilot)
    visitor = await trust_form(request, gateway, form.key)
    page = f"/chat/{language}/{pilot}"
    match form.action:
        case "ask":
            response = await answer_form(gateway, visitor, form, page, pilot, conversation_id)
        case "judge":
            if not form.answer_id:
                raise AnswerUnknown("none was named")
            await give_feedback(gateway, form.answer_id, owner=visitor.caller.id, verdict=form.verdict, reasons=form.reasons, comment=form.comment)
            response = lead(f"{page}/{conversation_id}#answer-{form.answer_id}")
        case "handover":
            await gateway.handovers.request(conversation_id, owner=visitor.caller.id, language=language, note=form.note)
            response = lead(f"{page}/{conversation_id}#person")
        case "delete":
            await gateway.conversations.delete(conversation_id, owner=visitor.caller.id)
            response = lead(f"{page}?notice=deleted")
    return visitor.remember(request, response)


async def answer_form(gateway: Gateway, visitor: Visitor, form: ChatForm, page: str, pilot: str, conversation_id: str | None) -> Response:
    case = await gateway.desk.take(visitor.caller, pilot, text=form.question, conversation_id=conversation_id, language=form.answer_language)
    answer = await gateway.desk.answer(case)
    return lead(f"{page}/{answer.conversation_id}#answer-{answer.id}")


def lead(address: str) -> Response:
    """A page that came by a form is led on, so that reading it again sends nothing again."""
    return RedirectResponse(address, status_code=303)


def show(
    request: Request,
    gateway: Gateway,
    visitor: Visitor,
    language: Language,
    pilot: str,
    *,
    transcript: TranscriptDocument | None = None,
    notice: str | None = None,
) -> Response:
    profile = profile_of(gateway, visitor.caller, pilot)
    response = render_page(
        "chat.html.j2",
        language,
        policy=PLAIN_POLICY,
        status=503 if profile.is_stopped else 200,
        profile=profile,
        transcript=transcript,
        reasons=list(FeedbackReason),
        key=gateway.credentials.form_key(visitor.caller),
        notice=notice,
    )
    return visitor.remember(request, response)
