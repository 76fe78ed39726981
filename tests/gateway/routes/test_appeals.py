from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from gateway.app import create_app
from gateway.composition import Gateway
from gateway.policy import Role
from gateway.settings import Settings
from gateway.store.database import open_database
from gateway.store.schema import TurnRow
from gateway.store.service_keys import ServiceKeys
from pilots.registry import Pilot
from tests.gateway.conftest import RunApp
from tests.gateway.events import read_events
from tests.gateway.scripted import ScriptedPipeline, make_pilot
from tests.pilots.triage.appeal_pilot import PILOT, appeal_pipeline
from tests.rag.loaders.office_files import encrypt_pdf, paragraph, write_docx, write_pdf

URL = "/v1/pilots/appeal_triage/appeals"
TEXT = "Binamızda mavi yanacaq yoxdur, qaz sayğacı və qaz xətti xarabdır, Azəriqaz usta göndərsin. Mən, Hüseynov Elçin Rauf oğlu."
PILOTS: dict[str, Pilot] = {"appeal_triage": PILOT, "citizen_chat": make_pilot()}


async def key_for(gateway: Gateway, settings: Settings, role: Role = Role.STAFF) -> dict[str, str]:
    async with open_database(settings.database) as database:
        return {"authorization": f"Bearer {await ServiceKeys(database).create(role, label='test')}"}


async def stored_questions(settings: Settings) -> list[str]:
    async with open_database(settings.database) as database, database.reading() as connection:
        return list((await connection.execute(select(TurnRow.question))).scalars())


def app_of(settings: Settings) -> Any:
    return create_app(settings, served_pilots=PILOTS, pipelines={"appeal_triage": appeal_pipeline(), "citizen_chat": ScriptedPipeline()})


def letter(name: str, data: bytes) -> dict[str, tuple[str, bytes]]:
    return {"file": (name, data)}


async def test_a_letter_is_answered_and_only_its_masked_text_is_stored(settings: Settings, run_app: RunApp, tmp_path: Path) -> None:
    data = write_docx(tmp_path / "letter.docx", paragraph(TEXT)).read_bytes()
    async with run_app(app_of(settings)) as (client, gateway):
        headers = await key_for(gateway, settings)
        response = await client.post(URL, files=letter("letter.docx", data), data={"received_on": "2026-11-20"}, headers=headers)
    body = response.json()
    assert (response.status_code, body["status"]) == (200, "answered")
    assert (body["details"]["topic"], body["details"]["deadline"]["received_on"]) == ("gas", "2026-11-20")
    (question,) = await stored_questions(settings)
    assert question.endswith("Mən, [ad].")
    assert "Elçin" not in response.text


async def test_a_letter_can_be_answered_as_a_stream(settings: Settings, run_app: RunApp) -> None:
    async with run_app(app_of(settings)) as (client, gateway):
        headers = await key_for(gateway, settings) | {"accept": "text/event-stream"}
        events = read_events((await client.post(URL, files=letter("a.txt", TEXT.encode()), headers=headers)).text)
    assert [events[0][0], events[-1][0]] == ["meta", "done"]


async def test_typed_text_is_masked_in_the_store_too(settings: Settings, run_app: RunApp) -> None:
    async with run_app(app_of(settings)) as (client, gateway):
        await client.post("/v1/pilots/appeal_triage/answers", json={"question": TEXT}, headers=await key_for(gateway, settings))
    assert "Elçin" not in (await stored_questions(settings))[0]


@pytest.mark.parametrize(
    ("name", "data", "status", "slug"),
    [
        ("letter.txt", b"", 422, "document-unreadable"),
        ("letter.exe", b"MZ", 422, "document-unreadable"),
        ("letter.pdf", b"%PDF-1.7 broken", 422, "document-unreadable"),
        ("letter.txt", "söz ".encode() * 4000, 422, "question-invalid"),
        ("letter.txt", b"x" * 6_000_000, 413, "body-too-large"),
    ],
    ids=["empty", "format", "damaged", "too long", "too large"],
)
async def test_a_bad_file_is_refused_and_leaves_nothing(name: str, data: bytes, status: int, slug: str, settings: Settings, run_app: RunApp) -> None:
    async with run_app(app_of(settings)) as (client, gateway):
        response = await client.post(URL, files=letter(name, data), headers=await key_for(gateway, settings))
    assert (response.status_code, response.json()["type"]) == (status, f"urn:korpu:problem:{slug}")
    assert await stored_questions(settings) == []


async def test_an_encrypted_file_is_refused(settings: Settings, run_app: RunApp, tmp_path: Path) -> None:
    data = encrypt_pdf(write_pdf(tmp_path / "letter.pdf", [["Qaz yoxdur, usta gonderin."]]), "secret").read_bytes()
    async with run_app(app_of(settings)) as (client, gateway):
        response = await client.post(URL, files=letter("letter.pdf", data), headers=await key_for(gateway, settings))
    assert response.status_code == 422
    assert "encrypted" in response.json()["detail"]


async def test_letters_are_for_staff_and_for_pilots_that_mask_them(settings: Settings, run_app: RunApp) -> None:
    files = letter("a.txt", TEXT.encode())
    async with run_app(app_of(settings)) as (client, gateway):
        session = (await client.post("/v1/sessions")).json()["token"]
        staff = await key_for(gateway, settings)
        answers: list[httpx.Response] = [
            await client.post(URL, files=files, headers={"authorization": f"Bearer {session}"}),
            await client.post("/v1/pilots/citizen_chat/appeals", files=files, headers=staff),
            await client.post(URL, json={"question": TEXT}, headers=staff),
            await client.post("/v1/pilots/appeal_triage/answers", files=files, headers=staff),
        ]
    assert [answer.status_code for answer in answers] == [403, 422, 415, 415]
    assert await stored_questions(settings) == []
