"""Appeals that arrive as files: read in memory, then answered as any question of their pilot."""

import asyncio
import re
from datetime import date
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from gateway.contract import AnswerDocument
from gateway.errors import UploadUnsupported
from gateway.policy import GuardedRoute
from gateway.routes.access import Admitted, Running
from gateway.routes.answers import STREAM_RESPONSES, PilotPath, respond
from pilots.answer import Language
from pilots.registry import find_pilot
from rag.loaders import read_letter

UPLOAD_PATHS = re.compile(r"/v1/pilots/[^/]+/appeals")

router = APIRouter(route_class=GuardedRoute, tags=["answers"])

LetterFile = Annotated[UploadFile, File(description="the appeal: PDF, DOCX or TXT")]
ReceivedOn = Annotated[date | None, Form(description="the day on which it came; omitted: today")]
LanguageField = Annotated[Language | None, Form(description="omitted: the appeal's own language")]


@router.post("/v1/pilots/{pilot}/appeals", response_model=AnswerDocument, responses=STREAM_RESPONSES)
async def send_appeal(
    pilot: PilotPath,
    file: LetterFile,
    request: Request,
    gateway: Running,
    caller: Admitted,
    received_on: ReceivedOn = None,
    language: LanguageField = None,
) -> Response:
    """Read an appeal from a file and answer it. The file is not kept, and of its text only what carries no personal data."""
    found = find_pilot(gateway.pilots, pilot)
    caller.check_pilot(found)
    if not found.manifest.redacts_questions:
        raise UploadUnsupported(f"pilot {pilot} takes no files")
    text = await asyncio.to_thread(read_letter, file.filename or "", await file.read())
    case = await gateway.desk.take(caller, pilot, text=_visible(text), language=language, as_of=received_on)
    return await respond(case, request, gateway)


def _visible(text: str) -> str:
    """Return the text without the control characters that files bring along (form feeds, vertical tabs)."""
    return "".join(char if char.isprintable() or char in "\n\t" else " " for char in text)
