"""A console with two staffed pilots, and people of every role at it."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.app import create_app
from gateway.commands.serve import instruments
from gateway.composition import Gateway
from gateway.policy import Role
from gateway.settings import Settings
from gateway.web.console.visits import COOKIE
from pilots.answer import Question
from tests.gateway.conftest import RunApp
from tests.gateway.scripted import ScriptedPipeline, fact_answer, make_pilot, reviewed_answer

_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


@dataclass
class Seat:
    """A person at the console, signed in or not."""

    client: httpx.AsyncClient
    gateway: Gateway
    caller_id: str = ""
    key: str = ""
    cookies: dict[str, str] = field(default_factory=dict[str, str])

    async def get(self, path: str, **query: str) -> httpx.Response:
        return self._kept(await self.client.get(path, params=query or None, headers=self.headers))

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form with this visit's token, as the page would have it; a field `form_token` takes its place."""
        return await self.post_from(path, {}, **fields)

    async def post_from(self, path: str, headers: dict[str, str], **fields: str) -> httpx.Response:
        """`post` with what a browser says of the page that the form stands on."""
        return self._kept(await self.client.post(path, data={"form_token": self.token, **fields}, headers=self.headers | headers))

    async def follow(self, response: httpx.Response) -> httpx.Response:
        assert response.status_code == 303, response.text
        return await self.get(response.headers["location"])

    @property
    def token(self) -> str:
        visit = self.gateway.visits.read(self.cookies.get(COOKIE, ""))
        return self.gateway.visits.form_token(visit) if visit else ""

    @property
    def headers(self) -> dict[str, str]:
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}

    def _kept(self, response: httpx.Response) -> httpx.Response:
        for line in response.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
            if not value or value == '""':
                del self.cookies[name]
        self.client.cookies.clear()
        return response


@dataclass
class Console:
    client: httpx.AsyncClient
    gateway: Gateway
    pipelines: dict[str, ScriptedPipeline]

    def stranger(self) -> Seat:
        return Seat(self.client, self.gateway)

    async def seat(self, role: Role, *pilots: str, signed_in: bool = True) -> Seat:
        key = await self.gateway.credentials.keys.create(role, pilots=pilots or None)
        seat = Seat(self.client, self.gateway, f"key:{key.split('_')[1]}", key)
        if signed_in:
            await seat.get("/console/sign-in")
            assert (await seat.post("/console/sign-in", key=key)).status_code == 303
        return seat

    async def citizen(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.gateway.credentials.issue_session().token}"}

    async def ask_as_citizen(self, question: str = "Rüsum nə qədərdir?", pilot: str = "citizen_chat", **headers: str) -> dict[str, Any]:
        sent = headers or await self.citizen()
        return (await self.client.post(f"/v1/pilots/{pilot}/answers", json={"question": question}, headers=sent)).json()


def text_of(html: str) -> str:
    """Return what a person reads of a page, white space made one blank."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def token_in(html: str) -> str:
    found = _TOKEN.search(html)
    assert found is not None
    return found[1]


THRESHOLD = {"name": "status_accuracy", "needed": 0.95, "reached": 0.98, "at_most": False}
REPORT = "<!doctype html><title>hesabat</title><style>p{color:red}</style><p>98 %<script>alert(1)</script>"


def measure(
    root: Path, run_id: str, *, subject: str = "citizen_chat", day: int = 1, reached: float = 0.98, report: bool = False, done: bool = True
) -> None:
    folder = root / run_id
    folder.mkdir(parents=True)
    provenance = {"commit": "abc123", "dirty": True, "version": "1", "python": "3.11", "packages": {}, "hashes": {"cases": "f" * 64}, "models": {}}
    record = {"id": run_id, "kind": "answers", "subject": subject, "created_at": f"2026-11-{day:02}T10:00:00Z", "provenance": provenance}
    (folder / "run.json").write_text(json.dumps(record))
    if done:
        scores: dict[str, Any] = {
            "items": 439,
            "thresholds": [THRESHOLD | {"reached": reached}],
            "variants": {"clean": {"status_accuracy": {"value": reached, "low": 0.9, "high": 0.99, "count": 439}}},
            "gaps": [
                {"dimension": "language", "a": "az", "b": "ru", "difference": -0.02, "p": 0.4, "cases": 46, "clusters": 9, "low": None, "high": None}
            ],
            "failures": [{"key": "cc-a-017", "variant": "clean", "problems": ["expected answered, got clarification"]}],
        }
        (folder / "scores.json").write_text(json.dumps(scores))
    if report:
        (folder / "report.html").write_text(REPORT)


@pytest.fixture
async def console(settings: Settings, run_app: RunApp) -> AsyncIterator[Console]:
    pilots = {
        "citizen_chat": make_pilot(),
        "staff_assistant": make_pilot("staff_assistant", audience="staff", understanding="counter"),
        "appeal_triage": make_pilot("appeal_triage", audience="staff"),
        "draft_pilot": make_pilot("draft_pilot", stage="draft"),
    }

    def script(name: str) -> ScriptedPipeline:
        def answer(question: Question):
            made = reviewed_answer(question) if pilots[name].manifest.audience == "staff" else fact_answer(question)
            return replace(made, pilot=name)

        return ScriptedPipeline(answer)

    pipelines = {name: script(name) for name in pilots}
    app = create_app(settings, served_pilots=pilots, pipelines=pipelines, instruments=instruments())
    async with run_app(app) as (client, gateway):
        yield Console(client, gateway, pipelines)
